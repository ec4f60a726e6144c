"""A company with an internal panel under its senior executives and no committee of the board: the other of the two pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from pytest_django.plugin import DjangoDbBlocker

from quarterdeck.areas.disclosures import vocabulary as words
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.demo import b
from quarterdeck.demo.b import bodies, company, evidence, people, reports
from quarterdeck.demo.b.bodies import Point, Sitting
from quarterdeck.demo.b.people import key
from quarterdeck.demo.stage import Stage
from tests.areas.disclosures.conftest import told

pytestmark = pytest.mark.django_db

#: What the page that stands behind this company tags, flags with their values.
PAGE = {
    (words.PROCESSES, None),
    (words.INTEGRATED, None),
    (words.INTEGRATED_FLAG, True),
    (words.AFFECTED_FLAG, False),
    (words.INFORM_BOARD, None),
    (words.ROLE, None),
    (words.RESPONSIBLE, None),
    (words.RESPONSIBLE_FLAG, True),
    (words.EXPERTISE, None),
    (words.INFORM_MANAGEMENT, None),
    (words.REPORT_FLAG, True),
}
PANEL = ("Sun Rui", "Wu Kai", "Shen Tao")


def _bodies(stage: Stage) -> None:
    for cast, name, kind in (("committee", "Cybersecurity Panel", "panel"), ("board", "Board of Directors", "board")):
        body = stage.do(
            "bodies.body.establish", "qian.shu", cast=cast, name=name, kind=kind, unit=stage.cast["enterprise"],
            effective_from="2022-03-01",
        )  # fmt: skip
        charter = stage.do(
            "bodies.charter.draft", "qian.shu", cast=f"{cast}:charter", body=body, version="1", text="Charter.",
            quorum_kind="majority", effective_from="2024-12-13",
        )  # fmt: skip
        stage.do(
            "bodies.charterduty.add", "qian.shu", charter=charter, duty="identify_assess_risks", section="1", text=""
        )
    for person in PANEL:
        bodies._appoint(stage, "committee", person, "chair" if person == "Sun Rui" else "member", "2022-03-01")
    for person in ("Chen Yu", "Ma Ning"):
        bodies._appoint(stage, "committee", person, "overseer", "2022-03-01")
    for person in ("Ho Mei-ling", "Feng Da", "Alice Tan"):
        bodies._appoint(stage, "board", person, "chair" if person == "Ho Mei-ling" else "member", "2022-03-01")
    for cast in ("committee", "board"):
        bodies._appoint(stage, cast, "Qian Shu", "secretary", "2022-03-01")


def _approve(stage: Stage) -> None:
    stage.do("bodies.charter.approve", "sun.rui", "committee:charter")
    stage.do("bodies.charter.approve", "ho.meiling", "board:charter")


def _scenes(stage: Stage) -> None:
    stage.later(date(2024, 12, 12), partial(_bodies, stage), hour=2)
    stage.later(date(2024, 12, 13), partial(_approve, stage), hour=2)
    sittings = (
        Sitting(
            "committee",
            date(2025, 5, 8),
            (
                Point("risk", "Risks", "Accept the risks as assessed."),
                Point("strategy", "Strategy", "Strengthen sign-in."),
            ),
        ),
        Sitting("board", date(2026, 4, 20), (bodies._review("2025-01-01", "2026-04-20", "what happened"),)),
    )
    for sitting in sittings:
        stage.later(sitting.day, partial(bodies._hold, stage, sitting), hour=6)


@pytest.fixture(scope="module")
def panel_company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        manager = (
            "Harbor Works",
            "Information security manager",
            "information_security_management",
            "2015-01-01",
            "2022-12-31",
        )
        patch.setattr(
            people,
            "PEOPLE",
            tuple(replace(p, knows=(manager,)) if p.name in ("Wu Kai", "Sun Rui") else p for p in people.PEOPLE),
        )
        patch.setattr(bodies, "scenes", _scenes)
        patch.setattr(bodies, "VOTERS", {"Sun Rui": "sun.rui", "Ho Mei-ling": "ho.meiling"})
        patch.setattr(bodies, "MEMBERS", ("Wu Kai", "Shen Tao"))
        patch.setattr(evidence, "TESTS_OUTSIDE", ())
        patch.setattr(evidence, "_expert", lambda *_args: None)
        patch.setattr(evidence, "VENDORS", ())
        patch.setattr(evidence, "_integration", _integration)
        patch.setattr(b.incidents, "CASES", ())
        patch.setattr(
            company,
            "LOGINS",
            tuple((a, n, (*r, ("panel_member", "enterprise")) if a == "sun.rui" else r) for a, n, r in company.LOGINS),
        )
        patch.setattr(reports, "_send", _send_to_management_too)
        patch.setattr(bodies, "CHAIR", "Sun Rui")
        with told(b.stage, django_db_blocker) as stage:
            yield stage


def _integration(stage: Stage) -> None:
    stage.attest(
        "integration", "sun.rui", "Security management framework", verify="ye.lin", framework="security_management",
        register="Security management framework, version 2", cyber_risks=18, owner="Chen Yu", accepted_on="2025-12-10",
    )  # fmt: skip


_send = reports._send


def _send_to_management_too(stage: Stage, sent: date, start: date, end: date, title: str) -> None:
    _send(stage, sent, start, end, title)
    report = stage.do(
        "reports.report.prepare", "sun.rui", title=f"{title}, for management", topics=reports.TOPICS, period_from=start,
        period_until=end, author=stage.cast[key("Sun Rui")], text=reports.TEXT,
    )  # fmt: skip
    receipt = stage.do("reports.recipient.add", "sun.rui", report=report, person=stage.cast[key("Chen Yu")])
    stage.do("reports.report.send", "sun.rui", report)
    stage.do("reports.recipient.acknowledge", "chen.yu", receipt)


def test_the_page_has_the_concepts_and_flags_of_the_one_it_stands_for(panel_company: Stage) -> None:
    made = panel_company.do("disclosures.disclosure.draft", "ye.lin", form="20-F", as_of="2026-04-24")
    assert isinstance(made, Disclosure)
    rows = list(Statement.objects.filter(disclosure=made))
    found = {(concept, None) for row in rows for concept in row.blocks}
    found |= {(p["concept"], p["value"]) for row in rows for p in row.phrases}
    assert found == PAGE
    sentences = {row.key: row.text for row in rows}
    assert "senior executive officers" in sentences["panel"]
    assert sentences["panel_expertise"].startswith("Most members of the cybersecurity panel")
    assert "integrated_erm" not in sentences
    assert "board" not in sentences
