"""An exercise for tests: people in units, a mail, a campaign, a mail server of its own."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.phishing.jobs import tick
from quarterdeck.areas.phishing.models import Campaign
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.jobs.worker import Worker
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, company, system, user_with

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari/537.36"
MAIL = {
    "title": "Parcel", "sender_name": "Parcel desk", "subject": "Your parcel waits", "lesson": "Look at the address first.",
    "body": "Dear {name},\nyour parcel waits: {link|track it}\nThe parcel desk",
    "cue_urgency": 2, "cue_hidden_link": 1, "fit_mimics_process": 4, "fit_relevance": 4, "fit_timely": 0,
    "fit_consequences": 0, "fit_trained": 0,
}  # fmt: skip


class Server:
    """A real mail server on loopback that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        return "250 taken"

    def links(self) -> dict[str, str]:
        """Address → path of the link in the mail to it."""
        return {str(mail["To"]): _link(mail) for mail in self.mails}


def _link(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"https://home\.example(/m/[\w-]+/)", body.get_content())
    assert found is not None
    return found[1]


@contextmanager
def mail_server(settings: Any) -> Iterator[Server]:
    """The home's mail goes to a server of the test's own inside the block."""
    box = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    running = Controller(box, hostname="127.0.0.1", port=box.port)
    running.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    try:
        yield box
    finally:
        running.stop()


@dataclass
class Scene:
    """``people`` by login; ``officer`` prepares, ``second`` approves."""

    unit: Unit
    officer: User
    second: User
    campaign: Campaign
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def at(self, hours: float) -> Any:
        return clock.fixed(START + timedelta(hours=hours))

    def tick(self, hours: float) -> None:
        """What the product does by itself at that time."""
        with self.at(hours):
            tick.enqueue()
            Worker("phishing").drain()
        self.campaign.refresh_from_db()

    def open(
        self, link: str, hours: float, *, agent: str = BROWSER, address: str = "10.0.0.1", method: str = "get"
    ) -> int:
        """Somebody or something asks for a page; the status."""
        with self.at(hours):
            call = getattr(Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address), method)
            return int(call(link).status_code)


def scene(settings: Any, people: int = 7, *, anonymous: bool = False, hours: float = 10) -> Scene:
    """An exercise that was approved, with ``people`` employees in a unit and one in a unit of their own."""
    settings.HOME.settings.__dict__["public_url"] = "https://home.example"
    whole = company()
    with clock.fixed(START - timedelta(days=3)):
        unit = act("permissions.unit.create", system(), code="pay", name="Payments", kind="business", parent=whole)
        alone = act("permissions.unit.create", system(), code="desk", name="Front desk", kind="business", parent=unit)
        officer, second = user_with("analyst"), user_with("ciso")
        template = act("phishing.template.create", officer, unit=whole, **MAIL)
        act("phishing.template.make_ready", officer, template)
        campaign = act(
            "phishing.campaign.plan", officer, title="Parcel in March", template=template, unit=unit, anonymous=anonymous,
            starts_at=START.isoformat(), ends_at=(START + timedelta(hours=hours)).isoformat(),
        )  # fmt: skip
        made = Scene(unit, officer, second, campaign)
        for number in range(people + 1):
            login = f"p{number}" if number < people else "desk"
            where = unit if number < people else alone
            user = user_with("employee", unit=where, login=login)
            person = act("people.person.create", system(), full_name=login, email=f"{login}@example.org", unit=where)
            act("people.person.connect_login", system(), person, user=user)
            made.people[login], made.users[login] = person, user
        act("phishing.campaign.submit", officer, campaign)
        made.campaign = act("phishing.campaign.approve", second, campaign)
    return made
