"""The programme page: what it says, what it never invents, and to whom it speaks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.models import Verification
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.evidence.papers import attest
from tests.support import act, at, body_with, open_meeting, parameter, person, user_with
from tests.web.cast import SignIn
from tests.web.workbench.scene import drafted, read, registered

pytestmark = pytest.mark.django_db

NOW = at(2025, 3, 3)


def _incident(analyst: object, title: str = "Token leak", declared: object = None) -> Incident:
    moment = declared or at(2025, 2, 3)
    with clock.fixed(moment):  # type: ignore[arg-type]
        made = act(
            "incidents.incident.declare", analyst, title=title, nature="incident", unit=Unit.objects.get(parent=None),  # type: ignore[arg-type]
            discovered_at=moment - timedelta(hours=1),  # type: ignore[operator]
        )  # fmt: skip
    assert isinstance(made, Incident)
    return made


def test_an_empty_record_says_what_to_do_first(enterprise: Unit, signed_in: SignIn) -> None:
    page = read(signed_in(user_with("board_member")), "/programme/")
    assert "The record is empty Register the company first" in page
    assert "No annual disclosure has been drafted" in page


def test_no_amount_is_invented_while_there_are_no_risks(enterprise: Unit, signed_in: SignIn) -> None:
    drafted()
    with clock.fixed(NOW):
        page = read(signed_in(user_with("board_member")), "/programme/")
    assert "Likely annual loss appears once risks are recorded" in page
    assert "$" not in page
    assert "million" not in page


def test_the_lead_tells_incidents_and_the_disclosure(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    _incident(user_with("analyst"))
    with clock.fixed(NOW):
        page = read(signed_in(scene.board), "/programme/")
    assert (
        "1 incident was declared in the last twelve months; none has been determined material, and 1 not yet determined either way."
        in page
    )
    assert "Of Item 16K, annual report 2024, 2 of 2 factual statements hold; it is a draft." in page
    assert "INC-1 Token leak 28 d Declared · severity not judged yet" in page


def test_the_annual_disclosure_is_drafted_from_here_or_opened(enterprise: Unit, signed_in: SignIn) -> None:
    registered()
    address = "/records/disclosures.disclosure/do/draft/"
    with clock.fixed(NOW):
        before = signed_in(user_with("disclosure_officer")).get("/programme/").content.decode()
        reader = signed_in(user_with("board_member")).get("/programme/").content.decode()
    assert re.search(rf'<a class="button" href="{address}">\s*Draft from the record', before)
    assert address not in reader


def test_an_annual_disclosure_that_was_drafted_is_opened_from_here(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    with clock.fixed(NOW):
        page = signed_in(scene.board).get("/programme/").content.decode()
    assert re.search(rf'href="{scene.url}"[^>]*>\s*Open the annual disclosure', page)


def test_the_navigation_tells_the_annual_disclosure_from_the_list_of_all(enterprise: Unit, signed_in: SignIn) -> None:
    client = signed_in(user_with("disclosure_officer"))
    for language, screen, every in (
        ("en", "Annual disclosure", "All disclosures"),
        ("zh-hans", "年度披露", "全部披露"),
    ):
        client.cookies["django_language"] = language
        with translation.override("en"):
            page = client.get("/records/disclosures.disclosure/").content.decode()
        links = dict(re.findall(r'<a href="(/[^"]*)"[^>]*><span>([^<]+)</span></a>', page))
        assert links["/disclosures/"] == screen
        assert links["/records/disclosures.disclosure/"] == every


def test_a_walled_incident_is_counted_for_those_inside_only(enterprise: Unit, signed_in: SignIn) -> None:
    registered()
    ciso, outside = user_with("ciso"), user_with("board_member")
    made = _incident(user_with("analyst"))
    act("incidents.incident.raise_wall", ciso, made, why="Under assessment")
    with clock.fixed(NOW):
        assert "1 incident was declared" in read(signed_in(ciso), "/programme/")
        page = read(signed_in(outside), "/programme/")
    assert "No incident was declared in the last twelve months." in page
    assert "Token leak" not in page


def test_those_who_answer_for_the_programme_arrive_here(enterprise: Unit, signed_in: SignIn) -> None:
    assert signed_in(user_with("board_member")).get("/")["Location"] == "/programme/"
    assert signed_in(user_with("committee_member")).get("/")["Location"] == "/programme/"
    employee = signed_in(user_with("employee"))
    assert employee.get("/programme/").status_code == 403
    assert employee.get("/programme/measures/tests/").status_code == 403
    assert "/programme/" not in employee.get("/search/").content.decode()


def test_an_approval_is_asked_of_who_may_give_it(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    act("disclosures.disclosure.submit", scene.officer, scene.disclosure)
    with clock.fixed(NOW):
        asked = read(signed_in(scene.board), "/programme/")
        waits = read(signed_in(scene.officer), "/programme/")
    assert "One decision is asked of you Approve Item 16K, annual report 2024. 2 of 2 factual statements hold." in asked
    assert "by 25 Apr 2025" in asked
    assert "No decision is asked of you" in waits
    assert "1 waits for others Approve Item 16K, annual report 2024." in waits


def test_a_proposal_is_asked_of_the_members_of_the_body(enterprise: Unit, signed_in: SignIn) -> None:
    registered()
    member, other = person("Ana Ito", "board_member"), user_with("board_member")
    body = body_with("board_committee", {member: "chair"})
    item = open_meeting(body, at(2025, 3, 1), member)
    act(
        "bodies.decision.propose",
        user_with("secretary"),
        item=item,
        topic="risk",
        title="Fund isolated backups",
        text="Resolved.",
    )
    with clock.fixed(NOW):
        assert "One decision is asked of you Fund isolated backups. Put to the Board Committee." in read(
            signed_in(member.user), "/programme/"
        )
        assert "No decision is asked of you" in read(signed_in(other), "/programme/")


def test_a_policy_that_runs_out_is_spoken_of_in_time(enterprise: Unit, signed_in: SignIn) -> None:
    registered()
    ciso = user_with("ciso")
    with clock.fixed(at(2024, 12, 1)):
        attest(ciso, "policy", title="Incident rules", expires_on="2025-05-20")
    with clock.fixed(at(2025, 2, 1)):
        assert "Incident rules" not in read(signed_in(ciso), "/programme/")
    with clock.fixed(at(2025, 2, 20)):
        assert "Renew “Incident rules”. It is in force until this day." in read(signed_in(ciso), "/programme/")


def test_each_measure_leads_to_the_records_behind_it(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    client = signed_in(scene.board)
    with clock.fixed(NOW):
        page = read(client, "/programme/")
        assert "Seven measures" in page
        assert "Employees who completed training 97.2% ≥ 95% 972 of 1,000, Q2 2024" in page
        behind = read(client, "/programme/measures/training/")
        body = client.get("/programme/measures/training/").content.decode()
        assert client.get("/programme/measures/nonsense/").status_code == 404
    assert "Awareness spring 2024 30 Jun 2024 · 972 of 1,000 completed it" in behind
    assert f'href="/records/evidence.evidence/{scene.training.pk}/"' in body
    assert "Set by the company parameter Completion of training" in behind
    assert "Counted from uploads with typed facts, because no record of the subject says it yet." in behind


def test_what_misses_the_value_that_was_set_is_named(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    with clock.fixed(at(2025, 3, 2)):
        act("claims.parameter.set", scene.ciso, code="training.completion", value="0.99", effective_from="2025-03-02")
    with clock.fixed(NOW):
        page = read(signed_in(scene.board), "/programme/")
    assert "0 of 1 measures are what the company set; outside it: Employees who completed training." in page


def test_a_value_that_nobody_set_is_offered_to_who_may_set_it(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    with clock.fixed(NOW):
        may = signed_in(scene.ciso).get("/programme/").content.decode()
        may_not = signed_in(scene.board).get("/programme/").content.decode()
        assert "code=generally.share" in may
        assert "code=generally.share" not in may_not
    parameter("generally.share", "0.9")
    with clock.fixed(NOW):
        assert "code=generally.share" not in signed_in(scene.ciso).get("/programme/").content.decode()


def test_it_says_how_far_the_record_was_verified(enterprise: Unit, signed_in: SignIn) -> None:
    client = signed_in(user_with("board_member"))
    assert "record not verified yet" in read(client, "/programme/")
    Verification.objects.create(at=clock.now(), ok=True, size=48211, root="0" * 64, milliseconds=1)
    assert "record verified to leaf 48,211" in read(client, "/programme/")
    Verification.objects.create(
        at=clock.now() + timedelta(hours=1), ok=False, size=48211, root="0" * 64, first_bad=7, milliseconds=1
    )
    assert "the record is broken" in read(client, "/programme/")


def test_looking_again_costs_few_queries(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    client = signed_in(scene.board)
    client.get("/programme/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/programme/")
    assert len(asked) <= 40
