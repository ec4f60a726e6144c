"""Whoever has something to do hears of it once a day, in their language, and never of what stands behind a wall."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.db import connection
from django.db.models import DateField
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.areas.people.models import Certification, Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.jobs.worker import Worker
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.todo import ANNOTATIONS, all_sources, waiting_for
from quarterdeck.settings.home import create_home
from quarterdeck.workflows.reminding import remind
from tests import processes
from tests.support import act, company, system, user_with

ROOT = Path(__file__).parents[2]
#: A Wednesday.
DAY = date(2026, 3, 4)


@pytest.fixture
def enterprise(db: None) -> Unit:
    return company()


def someone(login: str, *roles: str, unit: Unit | None = None) -> tuple[User, Person]:
    company()
    user = user_with(*(roles or ("employee",)), unit=unit, login=login)
    user.email = f"{login}@example.org"
    user.save()
    person = act("people.person.create", system(), full_name=login, email=user.email, unit=unit or company())
    act("people.person.connect_login", system(), person, user=user)
    return user, Person.objects.get(pk=person.pk)


def certified(person: Person, expires: date) -> Certification:
    made: Certification = act(
        "people.certification.create", system(), person=person, issuer="Some Institute", code="CISP", number="1",
        issued_on="2023-01-10", expires_on=expires,
    )  # fmt: skip
    return made


def on(day: date) -> list[str]:
    """Run the reminders of a day; who was written to."""
    # What was done before is told at once, by other mails.
    Worker("before").drain()
    mail.outbox.clear()
    with clock.fixed(datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC)):
        remind.enqueue(day=day.isoformat())
        Worker("reminding").drain()
    return sorted(address for message in mail.outbox for address in message.to)


@pytest.mark.django_db(transaction=True)
class TestReminders:
    def test_somebody_hears_a_week_and_a_day_before_on_the_day_and_each_week_it_is_late(self) -> None:
        _user, person = someone("luo.xin")
        with clock.fixed(datetime(2026, 1, 2, 9, tzinfo=UTC)):
            certified(person, date(2026, 3, 31))
        told = [day for day in (date(2026, 3, 1) + timedelta(days=n) for n in range(45)) if on(day)]
        assert told == [
            date(2026, 3, 24), date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 8),
        ]  # fmt: skip

    def test_a_day_that_is_run_twice_tells_nobody_twice(self) -> None:
        _user, person = someone("luo.xin")
        certified(person, DAY + timedelta(days=1))
        assert on(DAY) == ["luo.xin@example.org"]
        assert on(DAY) == []

    def test_what_can_be_turned_down_is_turned_down_and_no_more(self) -> None:
        user, person = someone("luo.xin")
        certified(person, DAY + timedelta(days=1))
        user.mails = User.Mails.DUTY
        user.save()
        assert on(DAY) == []
        incident = _incident(user)
        act(
            "incidents.task.give",
            incident[0],
            incident=incident[1],
            unit=company(),
            title="Rotate the keys",
            assignee=person,
            due=DAY + timedelta(days=1),
        )
        assert on(DAY + timedelta(days=1)) == ["luo.xin@example.org"]

    def test_a_weekly_reader_hears_on_monday_and_on_the_day_itself(self) -> None:
        user, person = someone("luo.xin")
        user.mails = User.Mails.WEEKLY
        user.save()
        analyst, incident = _incident(user)
        with clock.fixed(datetime(2026, 3, 3, 9, tzinfo=UTC)):
            act(
                "incidents.task.give",
                analyst,
                incident=incident,
                unit=company(),
                title="Rotate the keys",
                assignee=person,
                due=date(2026, 3, 12),
            )
        told = [day for day in (DAY + timedelta(days=n) for n in range(10)) if on(day)]
        assert told == [date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 13)]

    def test_a_mail_says_how_much_and_not_what_and_nothing_of_what_stands_behind_a_wall(self) -> None:
        user, person = someone("luo.xin", "analyst", "employee")
        analyst, incident = _incident(user)
        act(
            "incidents.task.give",
            analyst,
            incident=incident,
            unit=company(),
            title="Rotate the keys",
            assignee=person,
            due=DAY,
        )
        on(DAY)
        assert "Tasks of incidents: 1" in mail.outbox[0].body
        assert "Rotate" not in mail.outbox[0].body
        act("incidents.incident.raise_wall", analyst, incident, why="Under assessment")
        assert on(DAY + timedelta(days=1)) == [], "outside the wall the task is nobody's news"
        act("incidents.incident.let_in", system(), incident, user=user, why="Works on it")
        assert on(DAY + timedelta(days=8)) == ["luo.xin@example.org"]
        assert "Other tasks: 1" in mail.outbox[0].body
        assert "incident" not in mail.outbox[0].body.lower()

    def test_the_owner_of_the_unit_hears_of_what_is_late_and_of_nothing_behind_a_wall(self) -> None:
        whole = company()
        below = act("permissions.unit.create", system(), code="pay", name="Payments", kind="business", parent=whole)
        _boss, _own = someone("wang.lin", "unit_owner", unit=below)
        _user, person = someone("luo.xin", unit=below)
        certified(person, DAY - timedelta(days=1))
        assert on(DAY) == ["luo.xin@example.org", "wang.lin@example.org"]
        words = next(message.body for message in mail.outbox if message.to == ["wang.lin@example.org"])
        assert "Payments: Certifications that run out, 1 late" in words
        assert "luo" not in words

    def test_mail_is_in_the_readers_language(self) -> None:
        user, person = someone("luo.xin")
        user.language = "zh-hans"
        user.save()
        certified(person, DAY)
        on(DAY)
        assert "你" in mail.outbox[0].body or "您" in mail.outbox[0].body


def _incident(user: User) -> tuple[User, object]:
    analyst = user_with("analyst", "ciso")
    incident = act(
        "incidents.incident.declare", analyst, title="Odd logins", nature="incident", unit=company(), facts="Seen.",
        discovered_at="2026-03-01T08:00:00Z",
    )  # fmt: skip
    return analyst, incident


def test_a_task_is_listed_with_what_is_asked_and_opens_where_it_is_done(enterprise: Unit) -> None:
    user, person = someone("luo.xin")
    analyst, incident = _incident(user)
    act(
        "incidents.task.give", analyst, incident=incident, unit=enterprise, title="Rotate the keys", assignee=person,
        due=clock.today() - timedelta(days=3),
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    page = client.get("/tasks/").content.decode()
    assert "Accept the task" in page
    assert "Rotate the keys" in page
    assert "3 days late" in page
    (item,) = waiting_for(user)
    assert f'href="/records/incidents.task/{item.key}/"' in page
    other, _person = someone("shen.tao")
    client.force_login(other)
    assert "Rotate the keys" not in client.get("/tasks/").content.decode()


class TestCalendar:
    def _feed(self, client: Client) -> str:
        once = client.post("/records/accounts.calendarfeed/do/subscribe/", {"name": "My phone"}).content.decode()
        return once.split("http://testserver")[1].split('"')[0]

    def test_a_calendar_reads_ones_tasks_with_the_secret_alone_until_it_is_revoked(self, enterprise: Unit) -> None:
        user, person = someone("luo.xin")
        certified(person, clock.today() + timedelta(days=30))
        client = Client()
        client.force_login(user)
        address = self._feed(client)
        assert address.startswith("/calendar/")
        read = Client().get(address)
        assert read["Content-Type"].startswith("text/calendar")
        assert "SUMMARY:Renew your certification: CISP" in read.content.decode()
        assert Client().get("/calendar/qd_wrong.ics").status_code == 404
        feed = user.calendar_feeds.get()
        act("accounts.calendarfeed.revoke", user, feed)
        assert Client().get(address).status_code == 404

    def test_whoever_may_not_sign_in_any_more_has_no_calendar(self, enterprise: Unit) -> None:
        user, _person = someone("luo.xin")
        client = Client()
        client.force_login(user)
        address = self._feed(client)
        user.is_active = False
        user.save()
        assert Client().get(address).status_code == 404

    def test_of_what_stands_behind_a_wall_the_calendar_learns_the_day_alone(self, enterprise: Unit) -> None:
        user, person = someone("luo.xin", "analyst", "employee")
        analyst, incident = _incident(user)
        act(
            "incidents.task.give", analyst, incident=incident, unit=enterprise, title="Rotate the keys",
            assignee=person, due=clock.today(),
        )  # fmt: skip
        act("incidents.incident.raise_wall", analyst, incident, why="Under assessment")
        act("incidents.incident.let_in", system(), incident, user=user, why="Works on it")
        client = Client()
        client.force_login(user)
        read = Client().get(self._feed(client)).content.decode()
        assert "SUMMARY:Something in Quarterdeck falls due" in read
        assert "Rotate" not in read
        assert "incidents.task/" not in read


class Mailbox:
    """A mail server's handler: counts who was written to, and strikes after so many mails."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.strike_at = 0
        self.victim: subprocess.Popen[str] | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            self.received[address] += 1
        if self.victim is not None and sum(self.received.values()) >= self.strike_at:
            self.victim.send_signal(signal.SIGKILL)
            self.victim = None
        return "250 taken"


PEOPLE = 240


def test_workers_killed_on_the_way_leave_nobody_without_a_mail_and_send_none_twice(tmp_path: Path) -> None:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        home = tmp_path / "home"
        create_home(home, {"demo": True, "smtp": f"127.0.0.1:{port}"})
        start = _starter(home)
        _done(start("prepare:" + str(PEOPLE), "enqueue"))
        kills = 3
        for kill in range(kills):
            worker = start("reap", "work")
            box.strike_at, box.victim = 40 + 60 * kill, worker
            worker.communicate(timeout=120)
            assert worker.returncode == -signal.SIGKILL
        ended = json.loads(_done(start("reap", "work", "reap", "work", "state")))
    finally:
        server.stop()
    assert max(box.received.values()) == 1, "nobody was written to twice"
    assert set(ended["tasks"]) == {"SUCCESSFUL"}
    assert ended["tried"] == PEOPLE, "everybody's mail was tried"
    # Of a mail that was under way when its worker died nobody knows; it stays visible and is not sent again.
    assert ended["claimed"] <= kills
    assert len(box.received) >= PEOPLE - ended["claimed"]


def _starter(home: Path):  # type: ignore[no-untyped-def]
    environment = {
        **os.environ,
        "QUARTERDECK_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "quarterdeck.settings.live",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }

    def start(*steps: str) -> subprocess.Popen[str]:
        return processes.Popen(
            [sys.executable, "-m", "tests.workflows.reminding_home", *steps],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start


def _done(process: subprocess.Popen[str]) -> str:
    out, _err = process.communicate(timeout=240)
    assert process.returncode == 0
    return out


def test_every_source_says_since_when_and_until_when_by_day() -> None:
    for asked in all_sources():
        annotations = asked.rows().query.annotations
        assert set(ANNOTATIONS) <= set(annotations), asked.code
        for name in ("todo_due", "todo_since"):
            assert type(annotations[name].output_field) is DateField, f"{asked.code}: {name}"


def test_what_waits_depends_on_the_day_and_not_on_its_hour() -> None:
    """The question whether anything waits is kept for a day: whatever changed within one would be missed."""
    for asked in all_sources():
        said = set()
        for hour in (0, 9, 23):
            with clock.fixed(datetime(2026, 3, 4, hour, 30, tzinfo=UTC)):
                said.add(str(asked.rows().query))
        assert len(said) == 1, asked.code


def test_a_list_asks_only_the_sources_that_hold_something(enterprise: Unit) -> None:
    user, person = someone("luo.xin", "ciso", "employee")
    client = Client()
    client.force_login(user)
    client.get("/tasks/")
    with CaptureQueriesContext(connection) as idle:
        assert "Renew your certification" not in client.get("/tasks/").content.decode()
    certified(person, clock.today() + timedelta(days=30))
    with CaptureQueriesContext(connection) as busy:
        assert "Renew your certification" in client.get("/tasks/").content.decode()
    assert len(idle) <= 8
    assert len(busy) <= len(idle) + 1


def test_the_list_of_one_person_holds_nothing_of_anothers(enterprise: Unit) -> None:
    (one, first), (other, second) = someone("luo.xin"), someone("shen.tao")
    certified(first, clock.today() + timedelta(days=30))
    assert len(waiting_for(one)) == 1
    assert waiting_for(other) == []
    certified(second, clock.today() + timedelta(days=20))
    assert [item.due for item in waiting_for(other)] == [clock.today() + timedelta(days=20)]
    assert len(waiting_for(one)) == 1
