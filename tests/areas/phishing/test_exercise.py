"""An exercise from the mail to the results, with a real mail server: people are counted, machines are not, nobody is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from quarterdeck.areas.phishing import tokens
from quarterdeck.areas.phishing.models import Campaign, Delivery, Receiver, Result, SuspiciousMail, Template
from quarterdeck.areas.phishing.results import tallies
from quarterdeck.areas.training.models import Assignment, Course
from quarterdeck.kernel.actions import Denied, Invalid, Refused
from quarterdeck.kernel.jobs.models import Effect
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.phishing.scene import BROWSER, MAIL, START, Server, mail_server, scene
from tests.support import act, company, user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    former = settings.HOME.settings.public_url
    with mail_server(settings) as box:
        yield box
    settings.HOME.settings.__dict__["public_url"] = former


def totals(campaign: Campaign) -> tuple[int, int, int, int, int]:
    rows = tallies(campaign)
    return tuple(
        sum(getattr(row, name) for row in rows) for name in ("sent", "clicked", "reported", "machines", "uncertain")
    )  # type: ignore[return-value]


class TestSending:
    def test_each_person_gets_one_mail_over_the_days_with_a_link_of_their_own(
        self, settings: Any, server: Server
    ) -> None:
        made = scene(settings, people=7)
        made.tick(-1)
        assert (made.campaign.state, server.mails) == ("approved", [])
        made.tick(5)
        assert 3 <= len(server.mails) <= 5, "half of the time, half of the mails"
        made.tick(10)
        made.tick(11)
        assert sorted(str(mail["To"]) for mail in server.mails) == sorted(
            f"{login}@example.org" for login in made.people
        )
        assert len(set(server.links().values())) == 8
        assert {mail["Subject"] for mail in server.mails} == {"Your parcel waits"}
        words = server.mails[0].get_body(("html",))
        assert words is not None
        assert ">track it</a>" in words.get_content()
        assert "display:none" in words.get_content()

    def test_somebody_exempt_is_left_alone(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        act(
            "phishing.exemption.create",
            made.officer,
            person=made.people["p3"],
            reason="On leave",
            effective_from=START.date(),
        )
        made.tick(11)
        assert "p3@example.org" not in server.links()
        assert len(server.mails) == 7

    def test_stopped_is_stopped(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(3)
        sent = len(server.mails)
        with made.at(3.1):
            act("phishing.campaign.stop", made.second, made.campaign, reason="A real attack is under way")
        made.tick(11)
        assert 0 < sent == len(server.mails) < 8

    def test_a_mail_server_that_is_away_costs_nobody_their_mail(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        settings.EMAIL_PORT = 1
        made.tick(11)
        assert server.mails == []
        assert Effect.objects.filter(key__startswith="phishing.send").count() == 0
        settings.EMAIL_PORT = server.port
        made.tick(12)
        assert len(server.mails) == 8


class TestApproval:
    def test_whoever_prepared_it_does_not_approve_it(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        with made.at(-1):
            act("phishing.campaign.take_back", made.officer, made.campaign)
            both = user_with("ciso")
            again = act(
                "phishing.campaign.plan", both, title="Own", template=made.campaign.template, unit=made.unit, anonymous=True,
                starts_at=START.isoformat(), ends_at=START.isoformat(),
            )  # fmt: skip
            act("phishing.campaign.submit", both, again)
            with pytest.raises(Refused, match="another person"):
                act("phishing.campaign.approve", both, again)
            with pytest.raises(Denied):
                act("phishing.campaign.approve", user_with("analyst"), again)

    def test_a_mail_in_use_is_not_changed(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        with pytest.raises(Refused, match="uses it"):
            act("phishing.template.change", made.officer, made.campaign.template, subject="Another")

    def test_a_mail_without_a_link_or_with_a_header_in_its_subject_is_refused(self) -> None:
        whole, officer = company(), None
        officer = user_with("analyst")
        for wrong in ({"body": "No link."}, {"subject": "a\nBcc: x@example.org"}):
            with pytest.raises(Exception, match=r"link|one line|valid"):
                act("phishing.template.create", officer, unit=whole, **(MAIL | wrong))
        assert Template.objects.count() == 0


class TestCounting:
    def test_people_are_counted_and_machines_are_not(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        link = {address.partition("@")[0]: path for address, path in server.links().items()}
        assert made.open(link["p0"], 12) == 200
        assert made.open(link["p1"], 12, agent="python-requests/2") == 200
        assert made.open(link["p2"], 12, method="head") == 200
        assert made.open(f"{link['p3']}more/", 12.01, address="10.9.9.9") == 204
        assert made.open(link["p3"], 12.02, address="10.9.9.9") == 200
        assert made.open(link["p4"], 12, agent="CompanyMail/3") == 200
        assert totals(made.campaign) == (8, 1, 0, 3, 1)

    def test_a_report_is_praised_and_the_tool_that_looks_afterwards_is_no_click(
        self, settings: Any, server: Server
    ) -> None:
        made = scene(settings)
        made.tick(10)
        link = server.links()["p0@example.org"]
        client = Client(HTTP_USER_AGENT=BROWSER)
        client.force_login(made.users["p0"])
        with made.at(12):
            page = client.post("/report-mail/", {"text": f"I got this: https://home.example{link}"})
        assert "Well seen" in page.content.decode()
        assert SuspiciousMail.objects.count() == 0
        made.open(link, 12.1)
        assert totals(made.campaign) == (8, 0, 1, 1, 0)

    def test_somebody_elses_mail_is_not_ones_own_to_report(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        link = server.links()["p0@example.org"]
        client = Client()
        client.force_login(made.users["p1"])
        with made.at(12):
            client.post("/report-mail/", {"text": f"https://home.example{link}"})
        assert totals(made.campaign)[2] == 0
        assert SuspiciousMail.objects.get().reported_by == made.users["p1"]

    def test_a_unit_of_one_is_counted_in_the_one_above(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        made.open(server.links()["desk@example.org"], 12)
        (row,) = tallies(made.campaign)
        assert (row.unit, row.sent, row.clicked) == (made.unit.pk, 8, 1)

    def test_closing_writes_the_results_down_and_later_clicks_change_nothing(
        self, settings: Any, server: Server
    ) -> None:
        made = scene(settings)
        made.tick(10)
        links = server.links()
        made.open(links["p0@example.org"], 12)
        with made.at(20):
            act("phishing.campaign.close", made.second, made.campaign)
        assert made.open(links["p1@example.org"], 21) == 200, "the page still teaches"
        made.campaign.refresh_from_db()
        assert totals(made.campaign) == (8, 1, 0, 0, 0)
        assert Result.objects.get().clicked == 1
        # It would have closed by itself, too.
        made.tick(24 * 9)
        assert Result.objects.count() == 1

    def test_an_exercise_that_nobody_closes_is_closed_after_a_week(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        made.tick(24 * 8)
        assert made.campaign.state == "closed"


class TestAnonymous:
    def test_no_row_and_no_leaf_joins_a_person_to_a_token(self, settings: Any, server: Server) -> None:
        made = scene(settings, anonymous=True)
        made.tick(10)
        links = server.links()
        made.open(links["p0@example.org"], 12)
        assert totals(made.campaign)[:2] == (8, 1)
        rows = list(Delivery.objects.order_by("pk"))
        assert all(row.person_id is None and row.sent_at is None for row in rows)
        assert [row.digest for row in rows] == sorted(row.digest for row in rows), "in the order of the hashes"
        assert {row.unit_id for row in rows} == {made.unit.pk}, "nobody stands alone in a unit"
        assert tokens.key_of(made.campaign.pk) is None, "what could have told is destroyed"
        everything = _every_cell()
        for path in links.values():
            assert path.split("/")[2] not in everything, "a token is kept nowhere"
        assert Receiver.objects.count() == 8
        # Only who was written to is known; the effects name persons and no token.
        digests = {row.digest for row in rows}
        for key in Effect.objects.values_list("key", flat=True):
            assert not any(digest in key for digest in digests)

    def test_a_report_of_an_anonymous_exercise_keeps_no_name(self, settings: Any, server: Server) -> None:
        made = scene(settings, anonymous=True)
        made.tick(10)
        leaves, versions = Leaf.objects.count(), Version.objects.count()
        client = Client()
        client.force_login(made.users["p0"])
        with made.at(12):
            client.post("/report-mail/", {"text": "https://home.example" + server.links()["p0@example.org"]})
        assert totals(made.campaign)[2] == 1
        assert (Leaf.objects.count(), Version.objects.count()) == (leaves, versions)

    def test_it_cannot_be_made_one_by_name_afterwards(self, settings: Any, server: Server) -> None:
        made = scene(settings, anonymous=True)
        with made.at(-1):
            act("phishing.campaign.take_back", made.officer, made.campaign)
            with pytest.raises(Exception, match=r"no such field|not valid"):
                act("phishing.campaign.change", made.officer, made.campaign, anonymous=False)


def _every_cell() -> str:
    """Every text and blob of the database, as one text."""
    said: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select * from "{table}"')
            for row in cursor.fetchall():
                said += [bytes(c).decode("latin-1") if isinstance(c, bytes | memoryview) else str(c) for c in row]
    return "\n".join(said)


class TestDoors:
    def test_a_guessed_link_is_nothing(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        assert made.open("/m/" + "A" * 32 + "/", 12) == 404
        assert made.open("/m/" + "A" * 32 + "/more/", 12) == 404

    def test_the_page_teaches_asks_for_nothing_and_runs_nothing(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        page = Client(HTTP_USER_AGENT=BROWSER).get(server.links()["p0@example.org"]).content.decode()
        assert "This mail was an exercise" in page
        assert "A link whose words hide where it leads" in page
        assert not re.search(r"<(input|textarea|select)[^>]*type=\"(text|password|email)", page)
        assert "<script>" not in page

    def test_a_mail_that_is_no_exercise_goes_to_the_analysts_with_its_script_harmless(self) -> None:
        company()
        employee = user_with("employee")
        client = Client()
        client.force_login(employee)
        sent = client.post("/report-mail/", {"subject": "<script>alert(1)</script>", "text": "Pay at once"})
        found = SuspiciousMail.objects.get()
        assert sent.status_code == 302
        analyst = user_with("analyst")
        seen = Client()
        seen.force_login(analyst)
        page = seen.get(f"/records/phishing.suspiciousmail/{found.pk}/").content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        act("phishing.suspiciousmail.judge", analyst, found, verdict="phishing", finding="Known sender of invoices")
        other = Client()
        other.force_login(user_with("employee"))
        assert other.get(f"/records/phishing.suspiciousmail/{found.pk}/").status_code == 404

    def test_nothing_is_reported_with_nothing(self) -> None:
        company()
        client = Client()
        client.force_login(user_with("employee"))
        assert client.post("/report-mail/", {"subject": "Odd"}).status_code == 422
        assert SuspiciousMail.objects.count() == 0

    def test_the_page_of_an_exercise_names_units_and_nobody(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        made.open(server.links()["p0@example.org"], 12)
        client = Client()
        client.force_login(made.second)
        page = client.get(f"/exercises/{made.campaign.pk}/").content.decode()
        assert "Payments" in page
        assert "Of 8 mails, people followed the link in 1" in page
        assert not re.search(r"\bp0\b", page)
        assert client.get("/exercises/9999/").status_code == 404

    def test_an_exercise_stands_beside_the_earlier_ones(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        made.tick(10)
        made.tick(24 * 9)
        assert made.campaign.state == "closed"
        with made.at(24 * 10):
            later = act(
                "phishing.campaign.plan", made.officer, title="Parcel in May", template=made.campaign.template, unit=made.unit,
                starts_at="2026-05-04T08:00Z", ends_at="2026-05-05T08:00Z", anonymous=True,
            )  # fmt: skip
        client = Client()
        client.force_login(made.second)
        page = client.get(f"/exercises/{later.pk}/").content.decode()
        assert "Earlier exercises" in page
        assert "Parcel in March" in page
        assert "comparable" in page


class TestCourse:
    def test_whoever_clicked_gets_a_course_that_does_not_say_why(self, settings: Any, server: Server) -> None:
        made = scene(settings)
        course = published_course(made.unit)
        with made.at(-1):
            act("phishing.campaign.take_back", made.officer, made.campaign)
            act("phishing.campaign.change", made.officer, made.campaign, course=course)
            act("phishing.campaign.submit", made.officer, made.campaign)
            act("phishing.campaign.approve", made.second, made.campaign)
        made.tick(10)
        links = server.links()
        made.open(links["p0@example.org"], 12)
        made.open(links["p1@example.org"], 12, agent="curl/8")
        with made.at(20):
            act("phishing.campaign.close", made.second, made.campaign)
        (given,) = Assignment.objects.all()
        assert (given.person, given.course, given.because) == (made.people["p0"], course, "")

    def test_an_anonymous_exercise_takes_no_course(self, settings: Any, server: Server) -> None:
        made = scene(settings, anonymous=True)
        course = published_course(made.unit)
        with made.at(-1):
            act("phishing.campaign.take_back", made.officer, made.campaign)
            with pytest.raises(Invalid, match="nobody knows who clicked"):
                act("phishing.campaign.change", made.officer, made.campaign, course=course)


def published_course(unit: Unit) -> Course:
    officer, second = user_with("people_officer"), user_with("ciso")
    course = act("training.course.create", officer, title="Links", unit=company())
    version = course.versions.get()
    act("training.lesson.add_page", officer, version=version, title="Look first", text="Read the address.", minutes=2)
    act("training.courseversion.publish", second, version)
    return course  # type: ignore[no-any-return]
