"""The exercise mail to one person: plain text, and HTML with a link that people do not see."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings
from django.utils.html import escape

from quarterdeck.areas.phishing.models import Template
from quarterdeck.areas.phishing.words import LINK
from quarterdeck.kernel.notify.mail import Mail


def compose(template: Template, name: str, address: str, link: str, trap: str) -> Mail:
    """``link`` is the page that people reach, ``trap`` the one that only a program follows."""
    body = template.body.replace("{name}", name)
    text = LINK.sub(lambda found: f"{found[1]} ({link})" if found[1] else link, body)
    lines: list[str] = []
    place = 0
    for found in LINK.finditer(body):
        lines.append(str(escape(body[place : found.start()])))
        lines.append(f'<a href="{escape(link)}">{escape(found[1] or link)}</a>')
        place = found.end()
    lines.append(str(escape(body[place:])))
    html = "".join(lines).replace("\r\n", "\n").replace("\n", "<br>\n")
    # Nobody sees or reaches it; programs that follow whatever they find do.
    html += f'<a href="{escape(trap)}" style="display:none" tabindex="-1" aria-hidden="true"></a>'
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Mail(
        to=address, subject=template.subject, text=text, html=html, sender=formataddr((template.sender_name, own))
    )
