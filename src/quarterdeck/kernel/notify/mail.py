"""One mail to one address from a job."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives, get_connection

from quarterdeck.kernel.jobs.declare import Run


@dataclass(frozen=True)
class Mail:
    """Plain text, and HTML beside it where there is any; ``sender`` empty for the home's own address."""

    to: str
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def send_once(run: Run, mail: Mail, part: str = "") -> bool:
    """Hand the mail over, at most once for this job, its key and ``part``. False where it was tried before.

    A mail server that does not answer is noticed before the mail counts as tried: the job fails and may be started again.
    """
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        from_email=mail.sender or None,
        headers=dict(mail.headers),
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    connection = get_connection()
    message.connection = connection
    connection.open()
    try:
        with run.at_most_once(part) as first:
            if first:
                message.send()
    finally:
        connection.close()
    return first
