"""Current reports about one incident: from the body's decision to the report that is filed, and no way around any step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.determinations.models import Clearance, FollowUp, TradingWindow
from quarterdeck.areas.disclosures.evaluation import check_statements, content_of, digest_of
from quarterdeck.areas.disclosures.gate import open_points
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.report_words import BLOCKS, NOT_DETERMINED
from quarterdeck.areas.disclosures.standing import build_and_seal, recheck_approved, void_if_changed
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, Refused
from quarterdeck.kernel.permissions.models import Role
from quarterdeck.kernel.resource.past import Moment, known_at
from tests.areas.determinations.path import TEXTS, convene, submitted, vote
from tests.areas.disclosures.reports import AFTER, Reporting
from tests.support import act, body_with, company, decide, system

pytestmark = pytest.mark.django_db

OPEN: dict[str, Any] = {"not_determined": "How many customers were reached.", "known_by": "2026-06-01"}


@pytest.fixture
def scene() -> Reporting:
    made = Reporting()
    made.decided()
    return made


@pytest.fixture
def unfinished() -> Reporting:
    """Decided although something was not known yet."""
    made = Reporting()
    made.decided(**OPEN)
    return made


@pytest.fixture
def foreign() -> Reporting:
    made = Reporting("fpi")
    made.decided()
    return made


def released(scene: Reporting, disclosure: Disclosure, folder: Any) -> Disclosure:
    """Approved, sealed and filed."""
    done = scene.approved(disclosure)
    with clock.fixed(AFTER + timedelta(hours=3)):
        build_and_seal(done, scene.officer, folder / str(done.pk))
        made: Disclosure = act("disclosures.disclosure.release", scene.officer, done)
    return made


def known(scene: Reporting, answer: str = "12,000 customers, by name and address.") -> None:
    """A month later the open question is settled."""
    with clock.fixed(AFTER + timedelta(days=20)):
        act("determinations.followup.settle", scene.cast.counsel, FollowUp.objects.get(), answer=answer)


def texts(disclosure: Disclosure) -> dict[str, str]:
    return {row.key: row.text for row in disclosure.statements.filter(removed=False)}


# ---------------------------------------------------------------- drafting


def test_the_report_is_written_from_the_frozen_assessment_around_its_own_words(scene: Reporting) -> None:
    made = scene.draft()
    said = texts(made)
    assert said["determined"] == (
        "On May 11, 2026, our board committee determined that the cybersecurity incident described in this report is material."
    )
    for point, block in BLOCKS.items():
        row = scene.sentence(made, point)
        assert TEXTS[point] in row.text
        assert row.blocks == [block]
        assert [claim["name"] for claim in row.claims] == ["determinations.assessment_stands"]
    assert open_points(made) == []


def test_its_period_is_the_day_of_the_determination_and_its_label_tells_nothing(scene: Reporting) -> None:
    made = scene.draft()
    assert (made.period_start.isoformat(), made.period_end.isoformat()) == ("2026-05-11", "2026-05-11")
    assert made.incident_label == "Cybersecurity incident, May 2026"
    assert scene.incident.title not in str(content_of(made, check_statements(made)))


def test_what_is_not_determined_is_said_with_the_promise_to_amend(unfinished: Reporting) -> None:
    row = unfinished.sentence(unfinished.draft(), "undetermined")
    assert row.blocks == [NOT_DETERMINED]
    assert "How many customers were reached." in row.text
    assert "within four business days" in row.text


def test_a_report_that_is_silent_on_an_open_question_cannot_be_submitted(scene: Reporting) -> None:
    made = scene.draft()
    with clock.fixed(AFTER):
        act(
            "determinations.followup.add", scene.cast.counsel, incident=scene.incident, question="Who else was reached?",
            due="2026-06-01",
        )  # fmt: skip
    with pytest.raises(Refused, match="contradicted"):
        act("disclosures.disclosure.submit", scene.officer, made)
    act("disclosures.disclosure.rewrite", scene.officer, made)
    assert "Who else was reached?" in texts(made)["undetermined"]
    assert open_points(made) == []


def test_before_the_body_decided_nothing_is_drafted() -> None:
    made = Reporting()
    made.walled()
    with pytest.raises(Refused, match="has not decided that disclosure is necessary"):
        made.draft()
    made.assessed()
    with pytest.raises(Refused, match="has not decided that disclosure is necessary"):
        made.draft()


def test_what_the_body_found_not_material_is_not_reported() -> None:
    made = Reporting()
    made.decided("not_material")
    with pytest.raises(Refused, match="has not decided"):
        made.draft()


def test_a_domestic_filer_reports_on_form_8_k_and_a_foreign_one_on_form_6_k(scene: Reporting) -> None:
    with pytest.raises(Refused, match="reports on Form 8-K"):
        scene.draft("6-K", trigger="home_law")


def test_a_foreign_private_issuer_files_no_form_8_k(foreign: Reporting) -> None:
    with pytest.raises(Refused, match="reports on Form 6-K"):
        foreign.draft("8-K")


def test_form_6_k_says_what_makes_the_company_furnish_it(foreign: Reporting) -> None:
    with pytest.raises(Refused, match="home law, an exchange, or distribution"):
        foreign.draft("6-K")
    made = foreign.draft("6-K", trigger="exchange", published_on="2026-05-13")
    said = texts(made)
    assert said["trigger"].startswith("On May 13, 2026, an exchange on which our securities are traded made public")
    assert said["necessary"].startswith("On May 11, 2026, our board committee decided")
    assert "four business days" not in " ".join(said.values())
    assert made.period_end.isoformat() == "2026-05-13"
    assert open_points(made) == []


def test_form_6_k_takes_its_trigger_from_the_record_where_it_stands_there(foreign: Reporting) -> None:
    with clock.fixed(AFTER):
        act(
            "determinations.exposure.set", system(), incident=foreign.incident, published_at="2026-05-12T01:00:00Z",
            published_by="home_law",
        )  # fmt: skip
    made = foreign.draft("6-K")
    assert (made.trigger, str(made.published_on)) == ("home_law", "2026-05-12")
    claim = next(
        finding for item in check_statements(made) for finding in item.findings
        if finding.claim.name == "disclosures.made_public"
    )  # fmt: skip
    assert claim.outcome.verdict.value == "supported"


def test_a_label_that_would_tell_number_or_title_is_refused(scene: Reporting) -> None:
    for label in (f"Report on {scene.incident.number}", f"The {scene.incident.title.lower()} matter"):
        with pytest.raises(Refused, match="neither number nor title"):
            scene.draft(incident_label=label)


def test_one_incident_has_one_report_under_way(scene: Reporting) -> None:
    scene.draft()
    with pytest.raises(Refused, match="under way"):
        scene.draft()


def test_a_draft_that_is_given_up_leaves_room_for_another_under_another_label(scene: Reporting) -> None:
    former = act("disclosures.disclosure.withdraw", scene.officer, scene.draft())
    assert former.state == Disclosure.State.WITHDRAWN
    assert scene.draft(incident_label="Payroll incident").incident_label == "Payroll incident"


def test_only_preparers_draft_and_only_inside_the_wall(scene: Reporting) -> None:
    with pytest.raises(Denied):
        scene.draft(who=scene.director)
    with pytest.raises(Invalid, match="valid choice"):
        scene.draft(who=scene.auditor)


# ---------------------------------------------------------------- the body's vote


def test_the_body_votes_on_a_paper_that_holds_the_text_and_the_hash_of_the_content(scene: Reporting) -> None:
    made = scene.draft()
    decision = scene.voted(made)
    digest = digest_of(content_of(made, check_statements(made)))
    assert decision.outcome == Decision.Outcome.CARRIED
    assert decision.meeting.wall_id == scene.incident.wall_id
    text = decision.item.papers.get().text
    assert text.endswith(f"SHA-256 {digest}")
    assert digest in decision.text
    for line in texts(made).values():
        assert line in text


def test_it_is_approved_by_a_member_after_the_vote_and_not_before(scene: Reporting) -> None:
    made = scene.draft()
    act("disclosures.disclosure.submit", scene.officer, made)
    with pytest.raises(Refused, match="bring it before the body first"):
        act("disclosures.disclosure.approve", scene.director, made)
    with clock.fixed(AFTER):
        brought = act(
            "disclosures.disclosure.bring", scene.officer, made, kind="meeting", planned_at=clock.now()
        ).brought
    with pytest.raises(Refused, match="not voted on it yet"):
        act("disclosures.disclosure.approve", scene.director, made)
    with pytest.raises(Refused, match="before the body already"):
        act("disclosures.disclosure.bring", scene.officer, made, kind="meeting", planned_at=AFTER)
    with clock.fixed(AFTER + timedelta(hours=1)):
        convene(brought.meeting, [scene.cast.director])
        vote(brought, {scene.cast.director: "for"})
    done = act("disclosures.disclosure.approve", scene.director, made)
    assert done.state == Disclosure.State.APPROVED
    assert done.approvals.get().decision == brought


def test_a_vote_that_was_lost_approves_nothing(scene: Reporting) -> None:
    made = scene.draft()
    scene.voted(made, "against")
    with pytest.raises(Refused, match="did not carry"):
        act("disclosures.disclosure.approve", scene.director, made)
    scene.voted(Disclosure.objects.get(pk=made.pk))
    assert act("disclosures.disclosure.approve", scene.director, made).state == Disclosure.State.APPROVED


def test_a_vote_on_another_text_approves_nothing(scene: Reporting) -> None:
    made = scene.draft()
    scene.voted(made)
    act("disclosures.disclosure.revise", scene.officer, made)
    act("disclosures.statement.edit", scene.officer, scene.sentence(made, "caution"), text="We may learn more.")
    act("disclosures.disclosure.submit", scene.officer, made)
    with pytest.raises(Refused, match="voted on another text"):
        act("disclosures.disclosure.approve", scene.director, made)
    scene.voted(Disclosure.objects.get(pk=made.pk))
    assert act("disclosures.disclosure.approve", scene.director, made).state == Disclosure.State.APPROVED


def test_a_meeting_that_is_cancelled_leaves_the_report_free_for_another(scene: Reporting) -> None:
    made = scene.draft()
    act("disclosures.disclosure.submit", scene.officer, made)
    brought = act("disclosures.disclosure.bring", scene.officer, made, kind="meeting", planned_at=AFTER).brought
    act("bodies.meeting.cancel", scene.cast.secretary, brought.meeting, because="No quorum")
    brought.refresh_from_db()
    assert brought.outcome == Decision.Outcome.WITHDRAWN
    with pytest.raises(Refused, match="did not carry"):
        act("disclosures.disclosure.approve", scene.director, made)
    scene.voted(Disclosure.objects.get(pk=made.pk))
    assert act("disclosures.disclosure.approve", scene.director, made).state == Disclosure.State.APPROVED


def test_a_text_that_a_fact_has_overtaken_is_not_put_to_the_vote_and_its_words_are_not_edited(scene: Reporting) -> None:
    made = scene.draft()
    act("disclosures.disclosure.submit", scene.officer, made)
    brought = act("disclosures.disclosure.bring", scene.officer, made, kind="meeting", planned_at=AFTER).brought
    with pytest.raises(Refused, match="Its words name the text"):
        act("bodies.decision.change", scene.cast.secretary, brought, text="The body approves.")
    with clock.fixed(AFTER):
        convene(brought.meeting, [scene.cast.director])
        act("incidents.incident.change", scene.cast.analyst, scene.incident, facts="More was reached")
        with pytest.raises(Refused, match="changed since it was brought"):
            act("bodies.decision.put", scene.cast.secretary, brought)
    assert Decision.objects.get(pk=brought.pk).put_at is None


def test_a_written_resolution_carries_it_as_well(scene: Reporting) -> None:
    made = scene.draft()
    act("disclosures.disclosure.submit", scene.officer, made)
    with clock.fixed(AFTER):
        brought = act(
            "disclosures.disclosure.bring", scene.officer, made, kind="written_resolution", planned_at=AFTER
        ).brought
        convene(brought.meeting, [scene.cast.director])
        vote(brought, {scene.cast.director: "for"})
    assert act("disclosures.disclosure.approve", scene.director, made).state == Disclosure.State.APPROVED


def test_only_the_body_that_decides_on_the_incident_approves_and_only_behind_its_wall(scene: Reporting) -> None:
    made = scene.draft()
    scene.voted(made)
    panel = body_with("panel", {scene.cast.director: "chair"})
    foreign = decide(panel, "disclosure_approval", AFTER, {scene.cast.director: "for"})
    with pytest.raises(Refused, match="Another body took that decision"):
        act("disclosures.disclosure.approve", system(), made, decision=foreign)
    outside = decide(scene.body, "disclosure_approval", AFTER, {scene.cast.director: "for"})
    with pytest.raises(Refused, match="outside the incident's wall"):
        act("disclosures.disclosure.approve", system(), made, decision=outside)
    measures = Decision.objects.filter(topic="response_measures").get()
    with pytest.raises(Invalid):
        act("disclosures.disclosure.approve", system(), made, decision=measures)
    assert act("disclosures.disclosure.approve", scene.director, made).state == Disclosure.State.APPROVED


def test_whoever_prepared_it_does_not_approve_it(scene: Reporting) -> None:
    made = scene.draft()
    scene.voted(made)
    act(
        "permissions.assignment.create", system(), user=scene.officer, role=Role.objects.get(code="board_member"),
        unit=company(), effective_from="2020-01-01",
    )  # fmt: skip
    with pytest.raises(Refused, match="another person"):
        act("disclosures.disclosure.approve", scene.officer, made)


# ---------------------------------------------------------------- when what it rests on changes


def test_a_changed_fact_voids_the_approval_and_both_stay_for_ever(scene: Reporting) -> None:
    before = AFTER + timedelta(hours=2)
    made = scene.approved(scene.draft())
    approved = made.approvals.get()
    assert void_if_changed(made.pk) is False
    with clock.fixed(AFTER + timedelta(days=1)):
        act("incidents.incident.change", scene.cast.analyst, scene.incident, title="Payroll and pension tokens stolen")
        assert recheck_approved() == 1
    made.refresh_from_db()
    voided = made.approvals.get()
    assert made.state == Disclosure.State.DRAFT
    assert {"what": "fact", "path": "incident/title", "before": scene.incident.title, "now": "Payroll and pension tokens stolen"} in voided.void_because  # fmt: skip
    assert {row["claim"] for row in voided.void_because if row["what"] == "claim"} == {
        "determinations.assessment_stands"
    }
    assert (voided.content_sha256, voided.approved_content) == (approved.content_sha256, approved.approved_content)
    assert digest_of(voided.approved_content) == approved.content_sha256
    then = known_at([Incident.objects.get(pk=scene.incident.pk)], Moment(known_at=before).known_at)[0]  # type: ignore[arg-type]
    assert isinstance(then, Incident)
    assert then.title == scene.incident.title


def test_new_facts_go_through_a_new_assessment_and_a_new_vote(scene: Reporting) -> None:
    made = scene.approved(scene.draft())
    with clock.fixed(AFTER + timedelta(days=1)):
        act("incidents.incident.change", scene.cast.analyst, scene.incident, facts="Pensions too")
        recheck_approved()
        with pytest.raises(Refused, match="contradicted"):
            act("disclosures.disclosure.submit", scene.officer, made)
        fresh = submitted(Incident.objects.get(pk=scene.incident.pk), scene.cast.lead, scope="Pensions as well.")
        with pytest.raises(Refused, match="contradicted"):
            act("disclosures.disclosure.submit", scene.officer, made)
        rows = act_bring(scene, fresh)
    act("disclosures.disclosure.rewrite", scene.officer, made)
    made.refresh_from_db()
    assert made.assessment == fresh
    assert "Pensions as well." in texts(made)["scope"]
    # The event is the day of the first decision: deciding again that it still is material moves no clock.
    assert made.period_end.isoformat() == "2026-05-11"
    assert open_points(made) == []
    assert rows


def act_bring(scene: Reporting, assessment: Any) -> list[Any]:
    """The three questions voted on once more."""
    from tests.areas.determinations.path import bring

    rows = bring(assessment, clock.now())
    convene(rows[0].decision.meeting, [scene.cast.director])
    for row in rows:
        vote(row.decision, {scene.cast.director: "for"})
    return rows


def test_a_decision_that_lapses_voids_the_approval(scene: Reporting) -> None:
    from quarterdeck.areas.determinations.models import Determination
    from quarterdeck.kernel.records import writing

    made = scene.approved(scene.draft())
    with writing():
        for row in Determination.objects.filter(incident=scene.incident):
            row.state = Determination.State.LAPSED
            row.save()
    assert void_if_changed(made.pk) is True
    claims = {
        row["claim"]: row["now"]["verdict"] for row in made.approvals.get().void_because if row["what"] == "claim"
    }
    assert claims == {"determinations.material": "unevidenced", "determinations.disclosure_necessary": "unevidenced"}


# ---------------------------------------------------------------- filing, and what follows


def test_nothing_is_filed_abroad_before_counsel_cleared_it(scene: Reporting, tmp_path: Any) -> None:
    made = scene.approved(scene.draft())
    with clock.fixed(AFTER + timedelta(hours=3)):
        build_and_seal(made, scene.officer, tmp_path / "p")
        asked: Clearance = act(
            "determinations.clearance.ask", scene.officer, incident=scene.incident, what="Logs", held_in="CN",
            recipient="SEC", destination="US", purpose="Form 8-K",
        )  # fmt: skip
        with pytest.raises(Refused, match="Counsel has not cleared"):
            act("disclosures.disclosure.release", scene.officer, made)
        act("determinations.clearance.refuse", scene.cast.counsel, asked, conditions="Names of people")
        with pytest.raises(Refused, match="Counsel has not cleared"):
            act("disclosures.disclosure.release", scene.officer, made)
        again: Clearance = act(
            "determinations.clearance.ask", scene.officer, incident=scene.incident, what="No names", held_in="CN",
            recipient="SEC", destination="US", purpose="Form 8-K",
        )  # fmt: skip
        act("determinations.clearance.clear", scene.cast.counsel, again)
        assert act("disclosures.disclosure.release", scene.officer, made).state == Disclosure.State.RELEASED


def test_what_reaches_into_china_is_not_filed_before_somebody_asked_counsel(scene: Reporting, tmp_path: Any) -> None:
    made = scene.approved(scene.draft())
    with clock.fixed(AFTER + timedelta(hours=3)):
        act("determinations.exposure.set", scene.cast.counsel, incident=scene.incident, in_china=True)
        build_and_seal(made, scene.officer, tmp_path / "p")
        with pytest.raises(Refused, match="reaches into China"):
            act("disclosures.disclosure.release", scene.officer, made)
        asked: Clearance = act(
            "determinations.clearance.ask", scene.officer, incident=scene.incident, what="What the report says",
            held_in="CN", recipient="SEC", destination="US", purpose="Form 8-K",
        )  # fmt: skip
        act("determinations.clearance.clear", scene.cast.counsel, asked)
        assert act("disclosures.disclosure.release", scene.officer, made).state == Disclosure.State.RELEASED


def test_until_the_report_is_filed_wall_window_and_incident_stay_as_they_are(scene: Reporting, tmp_path: Any) -> None:
    window = TradingWindow.objects.get(incident=scene.incident)
    steps: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("determinations.tradingwindow.open", window, {"because": "Public"}),
        ("incidents.incident.lift_wall", scene.incident, {}),
    )
    for action, record, data in steps:
        with pytest.raises(Refused, match="no report on it has been filed"):
            act(action, system(), record, **data)
    act("incidents.incident.record_lessons", scene.cast.analyst, scene.incident, lessons="Shorter token life")
    act("incidents.incident.change", scene.cast.analyst, scene.incident, plan_version="4")
    with pytest.raises(Refused, match="no report on it has been filed"):
        act("incidents.incident.close", system(), scene.incident)
    done = released(scene, scene.draft(), tmp_path)
    scene.incident.refresh_from_db()
    assert scene.incident.wall is not None
    assert scene.incident.wall.lifted_at is None, "filing alone lifts no wall"
    for action, record, data in steps:
        act(action, system(), record, **data)
    assert act("incidents.incident.close", system(), scene.incident).state == Incident.State.CLOSED
    assert done.state == Disclosure.State.RELEASED


def test_an_amendment_waits_for_what_was_not_determined(unfinished: Reporting, tmp_path: Any) -> None:
    first = released(unfinished, unfinished.draft(), tmp_path)
    with pytest.raises(Refused, match="Nothing that was not determined has become known"):
        act("disclosures.disclosure.amend", unfinished.officer, first)
    known(unfinished)
    with clock.fixed(AFTER + timedelta(days=21)):
        made: Disclosure = act("disclosures.disclosure.amend", unfinished.officer, first, concerns="scope")
        with pytest.raises(Refused, match="under way"):
            act("disclosures.disclosure.amend", unfinished.officer, first)
    said = texts(made)
    assert (made.form, made.amends, made.incident_label) == ("8-K/A", first, first.incident_label)
    assert "amends our report on Form 8-K of May 14, 2026" in said["amends"]
    row = unfinished.sentence(made, f"known-{FollowUp.objects.get().pk}")
    assert row.blocks == [BLOCKS["scope"]]
    assert "How many customers were reached." in row.text
    assert "12,000 customers" in row.text
    assert not {"nature", "scope", "timing", "impact"} & set(said), "what stands as reported is not told again"
    assert open_points(made) == []


def test_an_amendment_tells_what_a_newer_assessment_changed_and_the_next_amends_it(
    unfinished: Reporting, tmp_path: Any
) -> None:
    first = released(unfinished, unfinished.draft(), tmp_path)
    with clock.fixed(AFTER + timedelta(days=20)):
        act("incidents.incident.change", unfinished.cast.analyst, unfinished.incident, facts="More was reached")
        fresh = submitted(
            Incident.objects.get(pk=unfinished.incident.pk), unfinished.cast.lead, impact="Four million.", **OPEN
        )
        made: Disclosure = act("disclosures.disclosure.amend", unfinished.officer, first)
    said = texts(made)
    assert made.assessment == fresh
    assert said["impact"].endswith("now reads: Four million.")
    assert "How many customers were reached." in said["undetermined"]
    assert not {"nature", "scope", "timing"} & set(said)
    released(unfinished, made, tmp_path)
    known(unfinished)
    with pytest.raises(Refused, match="amend the newest"):
        act("disclosures.disclosure.amend", unfinished.officer, first)
    with clock.fixed(AFTER + timedelta(days=22)):
        second = act("disclosures.disclosure.amend", unfinished.officer, made)
    assert second.amends == made
    assert "12,000 customers" in " ".join(texts(second).values())


def test_a_report_on_form_6_k_is_amended_on_form_6_k_a(tmp_path: Any) -> None:
    made = Reporting("fpi")
    made.decided(**OPEN)
    first = released(made, made.draft("6-K", trigger="holders"), tmp_path)
    said = texts(first)
    assert said["trigger"] == "We have to distribute information on it to the holders of our securities."
    assert first.period_end.isoformat() == "2026-05-11", "not public yet: the day on which it was decided to be"
    known(made)
    with clock.fixed(AFTER + timedelta(days=21)):
        amended: Disclosure = act("disclosures.disclosure.amend", made.officer, first)
    said = texts(amended)
    assert (amended.form, amended.trigger) == ("6-K/A", "holders")
    assert "amends our report on Form 6-K of May 14, 2026" in said["amends"]
    assert "12,000 customers" in " ".join(said.values())
    assert open_points(amended) == []


def test_a_first_report_is_not_drafted_twice(scene: Reporting, tmp_path: Any) -> None:
    released(scene, scene.draft(), tmp_path)
    with pytest.raises(Refused, match="amend that report"):
        scene.draft()


def test_steps_of_current_reports_are_none_of_an_annual_item(scene: Reporting) -> None:
    annual = Disclosure(registrant=scene.draft().registrant, form="10-K")
    from quarterdeck.areas.disclosures.reporting import Amend, BringReport, RewriteReport

    for action in (Amend, BringReport, RewriteReport):
        assert "annual" in str(action().available(scene.officer, annual))
