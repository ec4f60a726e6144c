"""Phishing exercises of a story: written, approved by a second person, sent over their days, and closed with what they came to.

No mail leaves a demonstration home. What a mail server and people's clicks would have left behind in the days of an exercise
is written into the tables that keep it minute by minute; the results come from those as they would anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from quarterdeck.areas.phishing.models import Campaign, Delivery, Touch
from quarterdeck.areas.phishing.tokens import client_of, destroy_key
from quarterdeck.demo.cases import iso
from quarterdeck.demo.stage import Stage
from quarterdeck.engines.phishing import Kind
from quarterdeck.kernel.permissions.models import Unit

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/137.0 Safari/537.36"
GATEWAY = "MailScanner/5 (preview)"


@dataclass(frozen=True)
class Came:
    """What an exercise came to in one unit: people who clicked, people who reported it, mails that only a gateway opened."""

    clicked: int
    reported: int
    machines: int = 0


@dataclass(frozen=True)
class Lure:
    """One exercise. ``mail``: sender, subject, text and lesson; ``cues`` and ``fits``: counted and scored on the Phish Scale;
    ``first`` and ``last``: when its mails go; ``came``: by the code of the unit in which a mail is counted."""

    name: str
    title: str
    mail: tuple[str, str, str, str]
    cues: Mapping[str, int]
    fits: Mapping[str, int]
    first: datetime
    last: datetime
    purpose: str
    came: Mapping[str, Came] = field(default_factory=dict)


@contextmanager
def reached(address: str) -> Iterator[None]:
    """Inside the block the home is reached at ``address``. A demonstration home has no address outside this computer, and nobody
    approves an exercise whose links lead nowhere."""
    home = settings.HOME
    settings.HOME = replace(home, settings=replace(home.settings, public_url=address))
    try:
        yield
    finally:
        settings.HOME = home


def cast_out(stage: Stage, lure: Lure, address: str) -> None:
    """From the mail that is written, a fortnight before, to the results, a week after the last mail. In the cast as ``mail:NAME``
    and ``exercise:NAME``."""
    stage.scene(lure.first - timedelta(days=14), partial(_write, stage, lure))
    stage.scene(lure.first - timedelta(days=11), partial(_approve, stage, lure, address))
    stage.scene(lure.first, partial(_begin, stage, lure))
    stage.scene(lure.last + timedelta(days=3), partial(_happen, stage, lure))
    stage.scene(lure.last + timedelta(days=7), partial(_close, stage, lure))


def _write(stage: Stage, lure: Lure) -> None:
    sender, subject, body, lesson = lure.mail
    mail = stage.do(
        "phishing.template.create", stage.hands.analyst, cast=f"mail:{lure.name}", title=lure.title, unit=stage.cast["enterprise"],
        sender_name=sender, subject=subject, body=body, lesson=lesson,
        **{f"cue_{name}": count for name, count in lure.cues.items()}, **{f"fit_{name}": score for name, score in lure.fits.items()},
    )  # fmt: skip
    stage.do("phishing.template.make_ready", stage.hands.analyst, mail)
    made = stage.do(
        "phishing.campaign.plan", stage.hands.analyst, cast=f"exercise:{lure.name}", title=lure.title, template=mail,
        unit=stage.cast["enterprise"], starts_at=iso(lure.first), ends_at=iso(lure.last), anonymous=True, purpose=lure.purpose,
    )  # fmt: skip
    stage.do("phishing.campaign.submit", stage.hands.analyst, made)


def _approve(stage: Stage, lure: Lure, address: str) -> None:
    with reached(address):
        stage.do("phishing.campaign.approve", stage.hands.security, f"exercise:{lure.name}")


def _begin(stage: Stage, lure: Lure) -> None:
    stage.do("phishing.campaign.begin", None, f"exercise:{lure.name}")


def _happen(stage: Stage, lure: Lure) -> None:
    """Every mail has gone; in each unit so many clicked and so many reported, and the gateway looked into some."""
    campaign = Campaign.objects.get(pk=stage.cast[f"exercise:{lure.name}"].pk)
    campaign.receivers.update(done=True)
    destroy_key(campaign.pk)
    codes = dict(Unit.objects.values_list("pk", "code"))
    mails: dict[str, list[Delivery]] = {}
    for mail in Delivery.objects.filter(campaign=campaign).order_by("digest"):
        mails.setdefault(codes[mail.unit_id], []).append(mail)
    touches: list[Touch] = []
    for code, came in lure.came.items():
        rows = mails.get(code, [])
        clicked, opened = rows[: came.clicked], rows[came.clicked : came.clicked + came.machines]
        for number, mail in enumerate(clicked):
            touches.append(_touch(lure, mail, BROWSER, f"{code} {number}", timedelta(hours=2 + 5 * number)))
        touches += [_touch(lure, mail, GATEWAY, "gateway", timedelta(hours=1)) for mail in opened]
        # Who reports it has as a rule not clicked, and here and there has.
        seen = rows[max(0, came.clicked - 1) :][: came.reported]
        Delivery.objects.filter(pk__in=[mail.pk for mail in seen]).update(reported=True)
    Touch.objects.bulk_create(touches)


def _touch(lure: Lure, mail: Delivery, agent: str, client: str, after: timedelta) -> Touch:
    return Touch(
        delivery=mail,
        kind=Kind.LINK.value,
        at=min(lure.first + after, lure.last),
        method="GET",
        agent=agent,
        client=client_of(mail.campaign_id, client, agent),
    )


def _close(stage: Stage, lure: Lure) -> None:
    stage.do("phishing.campaign.close", stage.hands.security, f"exercise:{lure.name}")


@dataclass(frozen=True)
class Noticed:
    """A mail that somebody (login) reported, and what the analyst found: harmless or phishing, or nothing yet."""

    at: datetime
    login: str
    sender: str
    subject: str
    text: str
    verdict: str = ""
    finding: str = ""


def notice(stage: Stage, mail: Noticed) -> None:
    """Reported when it came, looked at two hours later."""
    stage.scene(mail.at, partial(_report, stage, mail))
    if mail.verdict:
        stage.scene(mail.at + timedelta(hours=2), partial(_judge, stage, mail))


def _report(stage: Stage, mail: Noticed) -> None:
    stage.do(
        "phishing.suspiciousmail.report", mail.login, cast=f"noticed:{iso(mail.at)}", sender=mail.sender, subject=mail.subject,
        text=mail.text,
    )  # fmt: skip


def _judge(stage: Stage, mail: Noticed) -> None:
    row = f"noticed:{iso(mail.at)}"
    stage.do("phishing.suspiciousmail.judge", stage.hands.analyst, row, verdict=mail.verdict, finding=mail.finding)
