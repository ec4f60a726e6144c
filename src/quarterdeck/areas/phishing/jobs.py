"""Exercises begin, send their mails over their days, and close, by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Final

from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from quarterdeck.areas.phishing import tokens
from quarterdeck.areas.phishing.actions import Begin, Close
from quarterdeck.areas.phishing.composing import compose
from quarterdeck.areas.phishing.models import Campaign, Delivery, Receiver
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Actor, Refused, perform
from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.jobs.schedules import schedule
from quarterdeck.kernel.notify.address import home_address
from quarterdeck.kernel.setup import system_user

State = Campaign.State
#: Mails of one look at the table; between two looks an exercise can be stopped.
AT_ONCE: Final = 25
#: So long after the last mail somebody may still find it in the morning's mail.
STAYS_OPEN: Final = timedelta(days=7)


def due(campaign: Campaign, now: datetime) -> int:
    """How many of its mails should have gone by ``now``: evenly over its days."""
    people = campaign.audience or 0
    if now >= campaign.ends_at:
        return people
    if now < campaign.starts_at:
        return 0
    share = (now - campaign.starts_at) / (campaign.ends_at - campaign.starts_at)
    return min(people, int(people * share) + 1)


@job(name="phishing.tick")
def tick(run: Run) -> int:
    """Begin what is due, ask for the mails that are due, close what is long over. Returns how many exercises it looked at."""
    now = clock.now()
    system = Actor(system_user(), system=True)
    rows = list(Campaign.objects.filter(state__in=(State.APPROVED, State.RUNNING, State.STOPPED)))
    for row in rows:
        try:
            if row.state == State.APPROVED and row.starts_at <= now:
                perform(Begin, system, row)
            elif row.state in (State.RUNNING, State.STOPPED) and row.ends_at + STAYS_OPEN < now:
                perform(Close, system, row)
                continue
        except Refused:
            # What was approved is not what stands there now: people see it on its page.
            continue
        row.refresh_from_db()
        if row.state == State.RUNNING:
            upto = due(row, now)
            if row.receivers.filter(done=False, turn__lt=upto).exists():
                send.enqueue(campaign=row.pk, upto=upto)
    return len(rows)


# The key is the exercise alone: whoever is met by two of its jobs has one mail all the same.
@job(name="phishing.send", key=lambda *, campaign, upto: campaign, attempts=10)
def send(run: Run, *, campaign: int, upto: int) -> int:
    """Send the mails that are due. Returns how many were handed over."""
    count = 0
    while True:
        row = Campaign.objects.select_related("template").get(pk=campaign)
        key = tokens.key_of(campaign)
        if row.state != State.RUNNING or key is None:
            return count
        rows = Receiver.objects.filter(campaign=row, done=False, turn__lt=upto).select_related("person")
        batch = list(rows.order_by("turn")[:AT_ONCE])
        for receiver in batch:
            count += _hand_over(run, row, receiver, key)
            Receiver.objects.filter(pk=receiver.pk).update(done=True)
        if not batch:
            if not Receiver.objects.filter(campaign=row, done=False).exists():
                tokens.destroy_key(campaign)
            return count


def _hand_over(run: Run, row: Campaign, receiver: Receiver, key: bytes) -> bool:
    token = tokens.token_of(key, receiver.person_id)
    base = home_address()
    link = f"{base}{reverse('phishing-landing', args=[token])}"
    trap = f"{base}{reverse('phishing-trap', args=[token])}"
    mail = compose(row.template, receiver.person.full_name, receiver.person.email, link, trap)
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to], from_email=mail.sender)
    message.attach_alternative(mail.html, "text/html")
    # A server that does not answer is noticed before the mail counts as tried.
    connection = get_connection()
    message.connection = connection
    connection.open()
    try:
        with run.at_most_once(f"person {receiver.person_id}") as first:
            if first:
                if not row.anonymous:
                    Delivery.objects.filter(digest=tokens.digest_of(token)).update(sent_at=clock.now())
                message.send()
    except SMTPRecipientsRefused:
        return False
    finally:
        connection.close()
    return first


schedule("phishing.tick", tick, "*/5 * * * *")
