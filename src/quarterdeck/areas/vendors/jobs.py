"""Mails to guests and about them. Arguments name records only: no token or code ever stands in a job, the ledger or a log."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from quarterdeck.areas.vendors.models import GuestLink
from quarterdeck.areas.vendors.tokens import code_of, token_of
from quarterdeck.kernel import clock
from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.notify.address import home_address
from quarterdeck.kernel.notify.mail import Mail, send_once


def _open(pk: int) -> GuestLink | None:
    found = (
        GuestLink.objects.select_related("evaluation__vendor", "sent_by")
        .filter(pk=pk, revoked_at=None, used_at=None)
        .first()
    )
    return None if found is None or found.expires_on < clock.today() else found


@job(name="vendors.mail_link", key=lambda *, link: link)
def mail_link(run: Run, /, *, link: int) -> str:
    """The link, to the contact."""
    found = _open(link)
    if found is None:
        return "closed"
    address = f"{home_address()}{reverse('guest', args=[token_of(found.nonce)])}"
    with translation.override(found.language):
        text = _(
            "%(name)s,\n\nyou are asked to answer a security questionnaire. It opens at this address:\n\n%(address)s\n\n"
            "It works until %(day)s, in one browser only: the one in which it is first opened. A code will be mailed to you then.\n"
            "Do not forward this mail. Whoever should answer instead of you gets a link of their own from %(sender)s.\n"
        ) % {"name": found.name, "address": address, "day": found.expires_on.isoformat(), "sender": found.sent_by}
        send_once(run, Mail(to=found.email, subject=_("A security questionnaire for you"), text=text))
    return "sent"


@job(name="vendors.mail_code", key=lambda *, link, number: f"{link}:{number}")
def mail_code(run: Run, /, *, link: int, number: int) -> str:
    """The code of the newest asking, to the contact. An older one is worth nothing and is not sent."""
    found = _open(link)
    if found is None or found.codes != number or not found.asking:
        return "closed"
    code = code_of(found.nonce, number, found.asking)
    with translation.override(found.language):
        text = _("Your code is %(code)s. It works for a quarter of an hour, in the browser that asked for it.\n") % {
            "code": f"{code[:4]} {code[4:]}"
        }
        send_once(run, Mail(to=found.email, subject=_("The code for your questionnaire"), text=text))
    return "sent"


@job(name="vendors.mail_second_browser", key=lambda *, link, day: f"{link}:{day}")
def mail_second_browser(run: Run, /, *, link: int, day: str) -> str:
    """Whoever sent the link hears that somebody tried it in a second browser; once a day."""
    found = GuestLink.objects.select_related("sent_by").filter(pk=link).first()
    if found is None or not found.sent_by.email or not found.sent_by.is_active:
        return "nobody"
    with translation.override(found.sent_by.language):
        text = _(
            "A questionnaire link that you sent was opened in a second browser, and refused there. Sign in to see which.\n"
        )
        address = home_address()
        send_once(
            run,
            Mail(
                to=found.sent_by.email,
                subject=_("A link was tried twice"),
                text=text + (f"\n{address}/\n" if address else ""),
            ),
        )
    return "told"
