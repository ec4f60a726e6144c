"""The room along the whole path: assessment, wall, body, decisions, what is left to do, and what was changed since."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarterdeck.areas.determinations.models import Assessment, Determination, Factor
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.determinations import path
from tests.areas.disclosures.reports import AFTER, Reporting
from tests.areas.disclosures.test_current_reports import released
from tests.support import act, parameter, system, user_with
from tests.web.cast import SignIn, committee
from tests.web.incident_room.scene import (
    Scene,
    after,
    assessing,
    before_the_body,
    decided,
    declared,
    drafted,
    submitted,
    walled,
)
from tests.web.reading import press, words

pytestmark = pytest.mark.django_db


def shown(signed_in: SignIn, user: User, scene: Scene, tab: str = "", hours: float = 70) -> str:
    with clock.fixed(after(hours)):
        answer = signed_in(user).get(scene.url, {"tab": tab} if tab else {})
    assert answer.status_code == 200
    return answer.content.decode()


def told(signed_in: SignIn, user: User, scene: Scene, tab: str = "", hours: float = 70) -> str:
    return words(shown(signed_in, user, scene, tab, hours))


# ---------------------------------------------------------------- the next step


def test_behind_a_wall_an_assessment_with_every_factor_is_next(enterprise: Unit, signed_in: SignIn) -> None:
    scene = walled()
    scene.do("trace", scene.analyst, 40, source="unknown", source_why="No traces left.")
    text = told(signed_in, scene.ciso, scene)
    assert "Next legal step: open an assessment with every factor. Who may:" in text


def test_without_a_wall_the_result_may_be_recorded_in_words(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    scene.do("trace", scene.analyst, 40, source="unknown", source_why="No traces left.")
    text = told(signed_in, scene.ciso, scene)
    assert (
        "Next legal step: record the result of its assessment, or open an assessment if it could be material." in text
    )
    assert "Wall none: Minor" in text or "none: Minor" in text


def test_a_draft_names_what_is_missing_until_it_can_be_submitted(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    text = told(signed_in, scene.ciso, scene, "assessment")
    assert "Next legal step: write the assessment: describe its nature; describe its scope;" in text
    assert "Before submitting: describe its nature;" in text
    act("determinations.assessment.write", scene.ciso, scene.assessment, recommendation="material", **path.TEXTS)
    text = told(signed_in, scene.ciso, scene, "assessment")
    assert "Next legal step: answer the factors of the assessment, 17 left." in text
    path.answer_all(scene.assessment)
    text = told(signed_in, scene.ciso, scene, "assessment")
    assert "Next legal step: submit the assessment." in text
    assert "Assessment 1 of INC-1 is being written" in text


def test_the_steps_follow_one_another_to_the_meeting(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    assert scene.secretary is not None
    assert scene.body is not None
    meeting = scene.rows[0].decision.meeting
    address = f'href="/meetings/{meeting.pk}/"'

    def step(hours: float = 61) -> str:
        page = shown(signed_in, scene.secretary, scene, hours=hours)  # type: ignore[arg-type]
        assert address in page
        return words(page)

    assert "Next legal step: call the meeting: Cybersecurity Management Committee · 2026-03-04." in step()
    act("bodies.meeting.call", scene.secretary, meeting)
    assert "Next legal step: open the meeting:" in step()
    with clock.fixed(after(60)):
        act("bodies.meeting.open", scene.secretary, meeting)
        people = list(scene.body.people.values())
        act("bodies.meeting.record_attendance", scene.secretary, meeting, present=[who.pk for who in people])
        assert "Next legal step: put the next question to the vote:" in step()
        first = scene.rows[0].decision
        act("bodies.decision.put", scene.secretary, first)
        assert "Next legal step: the members vote:" in step()
        for who in people:
            act("bodies.vote.record", scene.secretary, decision=first, person=who, choice="for")
        assert "Next legal step: declare the result of the vote:" in step()
        act("bodies.decision.declare", scene.secretary, first)
    text = step()
    assert "Next legal step: put the next question to the vote:" in text
    assert "Determination: material or not 4 Mar 2026, 22:00 UTC Material, decision 2026-R1" in text


def test_a_lost_proposal_is_followed_by_another_answer(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    assert scene.secretary is not None
    assert scene.body is not None
    people = list(scene.body.people.values())
    with clock.fixed(after(60)):
        path.convene(scene.rows[0].decision.meeting, people)
        path.vote(scene.rows[0].decision, dict.fromkeys(people, "against"))
    page = shown(signed_in, scene.secretary, scene, "decisions")
    text = words(page)
    assert "Next legal step: propose another answer: Whether it is material." in text
    assert "What no longer stands, or was not carried Whether it is material: Material not carried" in text
    assert re.search(r'<summary class="button primary">Propose another answer</summary>', page)


def test_facts_that_changed_ask_for_another_assessment(enterprise: Unit, signed_in: SignIn) -> None:
    scene = submitted()
    scene.do("rate", scene.analyst, 50, severity="critical", severity_why="Bank data too")
    text = told(signed_in, scene.ciso, scene, "assessment")
    assert "Next legal step: raise" not in text
    assert "Changed since it was submitted Incident: severity was High → is Critical" in text
    assert "Incident: why this severity was 41,200 employee records → is Bank data too" in text
    secretary = user_with("secretary", login="qian.shu")
    scene.do("escalate", scene.ciso, 51, escalated_to=committee(secretary, members=("Chen Yu",), quorum=1).body)
    text = told(signed_in, scene.ciso, scene, "assessment")
    assert "Next legal step: open a new assessment, since facts under the last one changed." in text
    assert "Facts under it changed since it was submitted; open a new assessment." in text


def test_what_could_not_be_determined_is_taken_up_again(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("undetermined")
    text = told(signed_in, scene.ciso, scene)
    assert "Next legal step: answer what was left open, due 2026-03-14: Is INC-1 material?" in text
    with clock.fixed(after(80)):
        act("determinations.followup.settle", scene.ciso, scene.incident.follow_ups.get(), answer="Bank data left.")
    text = told(signed_in, scene.ciso, scene, hours=81)
    assert "Next legal step: open a new assessment of what could not be determined." in text
    assert "Known now: Is INC-1 material? Bank data left." in text


def test_after_a_necessary_disclosure_the_report_is_next_and_closing_is_not(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = decided("material")
    text = told(signed_in, scene.ciso, scene)
    assert "Next legal step: prepare the report that discloses it." in text
    assert "Decision on disclosure 4 Mar 2026, 22:00 UTC Necessary, decision 2026-R3 Disclosure Chief" in text
    assert re.search(r'aria-disabled="true"[^>]*>Close<', shown(signed_in, scene.ciso, scene))


def test_to_the_end_every_next_step_can_be_taken_by_those_it_names(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("not_material")
    assert "Next legal step: record what was learned." in told(signed_in, scene.analyst, scene)
    scene.do("record_lessons", scene.analyst, 71, lessons="Bind tokens to addresses.")
    assert "Next legal step: say which version of the plan was followed." in told(signed_in, scene.analyst, scene)
    one = scene.refresh()
    scene.do("change", scene.analyst, 72, title=one.title, nature="incident", discovered_at=one.discovered_at.isoformat(), facts=one.facts, plan_version="4")  # fmt: skip
    page = shown(signed_in, scene.ciso, scene)
    assert "Next legal step: close it." in words(page)
    with clock.fixed(after(73)):
        answer = press(signed_in(scene.ciso), page, "Close")
    assert "Closed: nothing is left to do." in words(answer.content.decode())


# ---------------------------------------------------------------- what is shown


def test_containment_is_ratified_by_another_person_within_the_companys_time(
    enterprise: Unit, signed_in: SignIn
) -> None:
    parameter("containment.ratified_within_hours", 4)
    scene = declared()
    scene.do("rate", scene.analyst, 2, severity="high", severity_why="Records")
    scene.do("contain", scene.analyst, 5)
    text = told(signed_in, scene.ciso, scene, hours=6)
    assert "Next legal step: have its containment ratified." in text
    assert "due in 3 h" in text
    assert "was due 1 h ago" in told(signed_in, scene.ciso, scene, hours=10)
    scene.do("ratify_containment", scene.ciso, 10, late_because="Night")
    text = told(signed_in, scene.analyst, scene, hours=11)
    assert "Sun.Rui, late: Night" in text
    assert "Containment ratified Night ratification by Sun.Rui" in text


def test_the_assessment_stands_in_the_room_whole(enterprise: Unit, signed_in: SignIn) -> None:
    scene = submitted(not_determined="Whether bank data left.", known_by="2026-03-20")
    page = shown(signed_in, scene.counsel, scene, "assessment")
    text = words(page)
    for told_of in (
        "Nature A stolen token read the records", "Scope 41,200 records", "Timing It began", "Impact Direct cost",
        "Not determined yet Whether bank data left. To be known by 20 Mar 2026.", "Direct cost 12 reporting currency Measured.",
        "Interruption 12 hours", "Reputation answered Measured.", "Recommendation Material Reasonable investors",
    ):  # fmt: skip
        assert told_of in text, told_of
    assert f'title="{scene.assessment.sha256}"' in page
    assert "Changed since" not in text


def test_each_factor_of_a_draft_has_its_button_and_answers_come_back_to_the_room(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = drafted()
    factor = Factor.objects.filter(assessment=scene.assessment).first()
    assert factor is not None
    page = shown(signed_in, scene.analyst, scene, "assessment")
    link = re.search(rf'href="(/records/determinations.factor/{factor.pk}/[^"]*answer/[^"]*)"', page)
    assert link is not None
    answer = signed_in(scene.analyst).post(
        link[1].replace("&amp;", "&"),
        {"answer": "unknown", "amount": "", "reason": "Invoices come in June."},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == f"{scene.url}?tab=assessment"
    assert "Direct cost unknown Invoices come in June." in words(answer.content.decode())


def test_related_incidents_are_weighed_by_name_only_for_those_who_may_see_them(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = drafted()
    with clock.fixed(after(40)):
        other = act(
            "incidents.incident.declare", scene.ciso, title="Another vendor", nature="incident", unit=enterprise,
            discovered_at=after(30).isoformat(), facts="Same actor.",
        )  # fmt: skip
        act("incidents.incident.raise_wall", scene.ciso, other, why="Could be material")
        act(
            "determinations.related.relate", system(), assessment=scene.assessment, other=other, why="The same actor",
            together="Twice the records.",
        )  # fmt: skip
        act("determinations.assessment.write", scene.ciso, scene.assessment, recommendation="material", **path.TEXTS)
        path.answer_all(scene.assessment)
        act("determinations.assessment.submit", scene.ciso, scene.assessment, potentially_material="yes")
        act("incidents.incident.rate", scene.ciso, other, severity="low", severity_why="One mailbox")
    inside = told(signed_in, scene.ciso, scene, "assessment")
    assert "INC-2 Another vendor" in inside
    assert "INC-2: severity was – → is Low" in inside
    outside = shown(signed_in, scene.counsel, scene, "assessment")
    assert "INC-2" not in outside
    assert "Another vendor" not in outside
    assert "an incident behind another wall" in outside
    assert "A related incident behind another wall" in words(outside)


def test_no_page_about_the_related_incident_names_it_to_whoever_stands_outside_its_wall(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = drafted()
    with clock.fixed(after(40)):
        other = act(
            "incidents.incident.declare", scene.ciso, title="Zebrafish vendor", nature="incident", unit=enterprise,
            discovered_at=after(30).isoformat(), facts="Same actor.",
        )  # fmt: skip
        act("incidents.incident.raise_wall", scene.ciso, other, why="Could be material")
        tie = act(
            "determinations.related.relate", system(), assessment=scene.assessment, other=other, why="The same actor",
            together="Twice the records.",
        )  # fmt: skip
        act("determinations.assessment.write", scene.ciso, scene.assessment, recommendation="material", **path.TEXTS)
        path.answer_all(scene.assessment)
        act("determinations.assessment.submit", scene.ciso, scene.assessment, potentially_material="yes")
    body = committee(user_with("secretary", login="qian.shu"), members=("Chen Yu",), quorum=1)
    scene.do("escalate", scene.ciso, 42, escalated_to=body.body)
    with clock.fixed(after(44)):
        row = path.bring(scene.assessment, after(60))[0]
    client = signed_in(scene.counsel)
    paper = row.decision.item.papers.get()
    places = [f"/meetings/{row.decision.meeting_id}/", f"/records/bodies.paper/{paper.pk}/"]
    for code, key in (("related", tie.pk), ("assessment", scene.assessment.pk)):
        places += [f"/records/determinations.{code}/{key}/", f"/records/determinations.{code}/{key}/history/"]
    for tab in ("facts", "assessment", "decisions", "duties", "history"):
        places.append(f"{scene.url}?tab={tab}")
    for place in places:
        answer = client.get(place)
        assert answer.status_code == 200, place
        assert "Zebrafish" not in answer.content.decode(), place
        assert "INC-2" not in answer.content.decode(), place
    assert "A related incident: The same actor" in paper.text


def test_decisions_show_answer_number_day_votes_and_dissent(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("material")
    page = shown(signed_in, scene.ciso, scene, "decisions")
    text = words(page)
    assert (
        "Whether it is material material As assessed. Decision 2026-R1 · Cybersecurity Management Committee · 4 Mar 2026"
        in text
    )
    assert "Lin Qiao Too early to say. Against" in text
    assert "Response measures measures as proposed Rotate every token." in text
    assert f'title="{scene.assessment.sha256}"' in page
    assert "Changed since" not in text
    scene.do("trace", scene.analyst, 75, source="internal", source_why="It was a colleague.")
    page = shown(signed_in, scene.ciso, scene, "decisions", 76)
    text = words(page)
    assert (
        "Changed since assessment 1 was submitted, on which these answers rest Incident: source was Third party" in text
    )
    assert page.count(">changed since</a>") == 3


def test_proposals_before_the_body_lead_to_its_meeting(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    page = shown(signed_in, scene.ciso, scene, "decisions")
    assert words(page).count("before the body") >= 3
    assert page.count(f'href="/meetings/{scene.rows[0].decision.meeting_id}/"') >= 3


def test_what_is_left_to_do_stands_on_a_tab_with_its_reasons(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("material", not_determined="Whether bank data left.", known_by="2026-03-20")
    page = shown(signed_in, scene.counsel, scene, "after")
    text = words(page)
    assert "Whether bank data left. due 20 Mar 2026" in text
    assert "Legal hold stands since 2 Mar 2026, 11:00 UTC" in text
    assert "The incident is not closed yet." in text
    assert re.search(r'aria-disabled="true"[^>]*>Open the trading window<', page)
    assert "Trading window closed since" in text
    assert "Nothing was asked for. Records held in China leave it only with counsel's clearance." in text


def test_a_release_abroad_is_asked_for_and_cleared_by_counsel(enterprise: Unit, signed_in: SignIn) -> None:
    scene = walled()
    with clock.fixed(after(32)):
        asked = act(
            "determinations.clearance.ask", scene.ciso, incident=scene.incident, what="Logs of the interface",
            held_in="CN", recipient="Harbinger", destination="US", purpose="Forensics",
        )  # fmt: skip
    page = shown(signed_in, scene.counsel, scene, "after", 33)
    with clock.fixed(after(33)):
        press(signed_in(scene.counsel), page, "Clear", conditions="Without names.")
    asked.refresh_from_db()
    assert asked.state == "cleared"
    text = told(signed_in, scene.ciso, scene, "after", 34)
    assert "Release abroad cleared: CN → US: Harbinger answer of He.Lan" in text


def test_the_timeline_tells_of_every_step_with_its_source(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("material")
    page = shown(signed_in, scene.ciso, scene)
    entries = re.findall(r"<li[^>]*>\s*<p>(.*?)</p>.*?<p class=\"source\">(.*?)</p>", page, re.S)
    known = {title: words(f"<main>{source}</main>") for title, source in entries}
    assert known["Containment ratified"].startswith("ratification by Sun.Rui")
    assert known["Legal hold placed"].startswith("record of the legal hold")
    assert known["Assessment 1 of INC-1 submitted: Material"].startswith("submitted by Sun.Rui, hash ")
    assert known["Brought before Cybersecurity Management Committee"].startswith("Cybersecurity Management Committee ·")
    assert known["Whether it is material: Material"].startswith("decision 2026-R1")
    assert known["Whether disclosure is necessary: Necessary"].startswith("decision 2026-R3")
    assert all(words(f"<main>{source}</main>") for _title, source in entries)


def test_whoever_may_not_see_the_bodys_record_is_told_its_number_without_a_link(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = decided("material")
    page = shown(signed_in, scene.analyst, scene, "decisions")
    assert "Decision 2026-R1" in words(page)
    assert "/records/bodies.decision/" not in page
    assert "/meetings/" not in page
    assert "Too early to say." not in page


def test_an_auditor_inside_reads_every_tab_and_presses_nothing(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("material")
    auditor = user_with("auditor")
    act("incidents.incident.let_in", scene.ciso, scene.incident, user=auditor, why="Reviews the process")
    for tab in ("assessment", "decisions", "duties", "after"):
        page = shown(signed_in, auditor, scene, tab)
        main = page[page.index("<main") : page.index("</main>")]
        assert "<form" not in main
        assert re.findall(r"<button[^>]*>", main) == re.findall(r'<button[^>]*aria-disabled="true"[^>]*>', main)


def test_a_reopened_incident_keeps_what_lapsed_in_sight(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("not_material")
    scene.do("record_lessons", scene.analyst, 71, lessons="Bind tokens.")
    one = scene.refresh()
    scene.do("change", scene.analyst, 72, title=one.title, nature="incident", discovered_at=one.discovered_at.isoformat(), facts=one.facts, plan_version="4")  # fmt: skip
    scene.do("close", scene.ciso, 73)
    scene.do("reopen", scene.ciso, 80, why="Bank data were read after all.")
    text = told(signed_in, scene.ciso, scene, "decisions", 81)
    assert "Next legal step: open a new assessment, since facts under the last one changed." in text
    assert "Whether it is material: Not material reopened since" in text
    assert Determination.objects.filter(state="lapsed").count() == 3


def test_more_assessments_and_decisions_cost_few_queries(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("material")
    counts: dict[str, Any] = {}
    client = signed_in(scene.ciso)
    client.get(scene.url)
    for tab in ("facts", "assessment", "decisions", "duties", "after"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(scene.url, {"tab": tab}).status_code == 200
        counts[tab] = len(asked)
    assert max(counts.values()) <= 70, counts
    with clock.fixed(after(75)):
        act("incidents.incident.rate", scene.ciso, scene.incident, severity="critical", severity_why="More.")
        made = path.written(Incident.objects.get(pk=scene.incident.pk), scene.assessor)
        act("determinations.assessment.submit", scene.ciso, made, potentially_material="yes")
        path.bring(Assessment.objects.get(pk=made.pk), after(75) + timedelta(days=1))
    for tab, before in counts.items():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(scene.url, {"tab": tab}).status_code == 200
        assert len(asked) <= before + 8, tab


def test_once_filed_what_becomes_known_asks_for_an_amendment(tmp_path: Any, signed_in: SignIn) -> None:
    case = Reporting()
    case.decided(not_determined="How many customers were reached.", known_by="2026-06-01")
    url = f"/incidents/{case.incident.pk}/"

    def text(hours: float) -> str:
        with clock.fixed(AFTER + timedelta(hours=hours)):
            answer = signed_in(case.officer).get(url, {"tab": "duties"})
        return words(answer.content.decode())

    assert "Next legal step: prepare the report that discloses it." in text(0)
    drafted = case.draft()
    seen = text(0.5)
    assert "Next legal step: bring the report on it through review and vote to its filing: Form 8-K" in seen
    assert "To the report" in seen
    released(case, drafted, tmp_path)
    seen = text(4)
    assert "prepare the report" not in seen
    assert "Form 8-K Item 1.05 filed" in seen
    with clock.fixed(AFTER + timedelta(days=3)):
        act("determinations.followup.settle", system(), case.incident.follow_ups.get(), answer="Four hundred.")
    seen = text(74)
    assert "Next legal step: amend the report with what has become known since." in seen
    assert "Form 8-K/A Item 1.05 due" in seen
    assert "to be amended with what has become known since" in seen
