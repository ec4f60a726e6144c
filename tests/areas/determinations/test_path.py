"""The path of what could be material: every step by the person whose it is, and no way around any of them."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.areas.bodies.walls import inside
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.content import changed_since
from quarterdeck.areas.determinations.models import (
    Assessment,
    Clearance,
    Determination,
    FollowUp,
    LegalHold,
    TradingWindow,
)
from quarterdeck.areas.determinations.notifying import event_of
from quarterdeck.areas.determinations.queries import material_since
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.engines.deadlines.counting import EASTERN
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.resource.offers import Offer, on_record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.areas.determinations.people import Cast, after
from tests.support import act, person, system

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def again(incident: Incident) -> Incident:
    return Incident.objects.get(pk=incident.pk)


# ---------------------------------------------------------------- containment and wall


def test_containing_waits_for_nobody_and_is_ratified_by_another_within_the_companys_hours(cast: Cast) -> None:
    incident = cast.declared()
    with clock.fixed(after(2)):
        act("incidents.incident.contain", cast.analyst, incident)
        with pytest.raises(Denied):
            act("incidents.incident.ratify_containment", cast.analyst, incident)
    with clock.fixed(after(27)):
        with pytest.raises(Refused, match="say why it comes late"):
            act("incidents.incident.ratify_containment", cast.member.user, incident)
        done = act("incidents.incident.ratify_containment", cast.member.user, incident, late_because="A holiday")
    assert (done.containment_ratified_by, done.ratified_late_because) == (cast.member.user, "A holiday")


def test_whoever_contained_it_does_not_ratify_it(cast: Cast) -> None:
    both = person("Bo Both", "ciso").user
    incident = cast.declared()
    with clock.fixed(after(2)):
        act("incidents.incident.contain", both, incident)
        with pytest.raises(Refused, match="another person"):
            act("incidents.incident.ratify_containment", both, incident)


def test_a_wall_goes_up_with_the_assessment_and_the_trading_window_closes(cast: Cast) -> None:
    incident = cast.assessing()
    assert incident.wall is not None
    assert cast.member.user.pk in inside(incident.wall)
    assert cast.analyst.pk in inside(incident.wall)
    with pytest.raises(NotVisible):
        act("incidents.incident.change", cast.auditor, incident, title="x")
    window = TradingWindow.objects.get(incident=incident)
    assert window.opened_at is None
    with pytest.raises(Refused, match="not decided"):
        act("determinations.tradingwindow.open", cast.counsel, window, because="x")
    with pytest.raises(Refused, match="not decided"):
        act("incidents.incident.lift_wall", cast.counsel, incident)


def test_an_assessment_without_a_wall_says_why(cast: Cast) -> None:
    incident = cast.declared()
    with clock.fixed(after(3)):
        done = act(
            "incidents.incident.organise_assessment", cast.member.user, incident, assessor=cast.member,
            open_because="A test alarm, known to all",
        )  # fmt: skip
    assert (done.wall, done.open_because) == (None, "A test alarm, known to all")
    assert not TradingWindow.objects.exists()


def test_declaring_starts_a_legal_hold_that_counsel_releases_after_closing(cast: Cast) -> None:
    incident = cast.declared()
    hold = LegalHold.objects.get(incident=incident)
    assert incident.number in hold.keeps
    with pytest.raises(Refused, match="not closed yet"):
        act("determinations.legalhold.release", cast.counsel, hold, because="x")
    with pytest.raises(Denied):
        act("determinations.legalhold.release", cast.analyst, hold, because="x")


def test_a_person_named_in_what_is_held_is_not_erased(cast: Cast) -> None:
    cast.assessing()
    with clock.fixed(after(30)):
        gone = act("people.person.leave", system(), cast.member, left_on="2026-03-03", memberships_stay=True)
        with pytest.raises(Refused, match="legal hold"):
            act("people.person.erase", system(), gone)


# ---------------------------------------------------------------- assessment


def test_what_could_be_material_needs_an_assessment_with_every_factor(cast: Cast) -> None:
    incident = cast.assessing()
    with clock.fixed(after(10)):
        with pytest.raises(Refused, match="every factor"):
            act(
                "incidents.incident.record_assessment", cast.member.user, incident, assessment="x",
                potentially_material="yes",
            )  # fmt: skip
        made = act("determinations.assessment.open", cast.member.user, incident=incident)
        with pytest.raises(Refused, match=r"describe its nature.*answer 17 more factors.*say what is recommended"):
            act("determinations.assessment.submit", cast.member.user, made, potentially_material="yes")


def test_several_units_have_to_take_part(cast: Cast) -> None:
    incident = cast.declared()
    with clock.fixed(after(3)):
        act("incidents.incident.organise_assessment", cast.member.user, incident, assessor=cast.member)
        made = act("determinations.assessment.open", cast.member.user, incident=incident)
        with pytest.raises(Refused, match="accepted by 2 units; so far 0"):
            act("determinations.assessment.submit", cast.member.user, made, potentially_material="yes")


def test_each_answer_has_a_reason_and_an_amount_where_one_is_asked_for(cast: Cast) -> None:
    incident = cast.assessing()
    with clock.fixed(after(10)):
        made = act("determinations.assessment.open", cast.member.user, incident=incident)
        cost = made.factors.get(code="direct_cost")
        for given in (
            {"answer": "answered", "amount": "5"},
            {"answer": "answered", "reason": "Invoices"},
            {"answer": "unknown", "amount": "5", "reason": "?"},
            {"answer": "answered", "amount": "-5", "reason": "Invoices"},
        ):
            with pytest.raises(Invalid):
                act("determinations.factor.answer", cast.analyst, cost, **given)
        done = act("determinations.factor.answer", cast.analyst, cost, answer="unknown", reason="No invoices yet")
        assert (done.answer, done.amount) == ("unknown", None)


def test_submitting_freezes_it_and_what_changed_since_is_shown(cast: Cast) -> None:
    assessment = cast.assessed()
    assert assessment.frozen is not None
    assert assessment.sha256 == rules.digest(assessment.frozen)
    assert changed_since(assessment) == ()
    with pytest.raises(Refused, match="Not possible while"):
        act("determinations.assessment.write", cast.analyst, assessment, nature="Something else")
    with pytest.raises(Refused, match="Open a new assessment"):
        act("determinations.factor.answer", cast.analyst, assessment.factors.first(), answer="unknown", reason="x")
    with clock.fixed(after(22)):
        act("incidents.incident.rate", cast.analyst, assessment.incident, severity="critical", severity_why="More")
    found = changed_since(Assessment.objects.get(pk=assessment.pk))
    assert [(one.path, one.before, one.now) for one in found] == [
        ("incident/severity", "high", "critical"),
        ("incident/severity_why", "41,200 records", "More"),
    ]


def test_related_incidents_are_weighed_together_and_frozen_with_it(cast: Cast) -> None:
    other = cast.declared("An earlier token leak")
    incident = cast.assessing()
    with clock.fixed(after(10)):
        made = act("determinations.assessment.open", cast.member.user, incident=incident)
        with pytest.raises(Refused, match="not related to itself"):
            act("determinations.related.relate", cast.analyst, assessment=made, other=incident, why="x", together="y")
        act(
            "determinations.related.relate", cast.analyst, assessment=made, other=other, why="Same token",
            together="Twice in a month",
        )  # fmt: skip
        act("determinations.assessment.write", cast.analyst, made, recommendation="material", nature="n", scope="s",
            timing="t", impact="i", because="b")  # fmt: skip
        cast.answer(made)
        done = act("determinations.assessment.submit", cast.member.user, made, potentially_material="yes")
    assert done.frozen["related"][other.number]["together"] == "Twice in a month"


def test_what_is_not_determined_becomes_a_question_with_a_day(cast: Cast) -> None:
    with pytest.raises(Invalid, match="by when"):
        cast.assessed(not_determined="Whether copies were sold")
    assessment = cast.assessed(
        incident=cast.assessing(), not_determined="Whether copies were sold", known_by="2026-03-16"
    )
    question = FollowUp.objects.get(incident=assessment.incident)
    assert (question.question, question.due) == ("Whether copies were sold", date(2026, 3, 16))


# ---------------------------------------------------------------- the body


def test_it_goes_to_the_body_that_the_charter_charges_and_its_members_come_inside(cast: Cast) -> None:
    assessment = cast.assessed()
    incident = assessment.incident
    with clock.fixed(after(24)):
        with pytest.raises(Refused, match="Escalate it to the body first"):
            act("determinations.assessment.bring", cast.secretary, assessment, kind="meeting", planned_at=after(26),
                materiality="material", materiality_because="x", measures="y", disclosure="necessary",
                disclosure_because="z")  # fmt: skip
        with pytest.raises(Refused, match="Governance Committee decides on disclosure"):
            act("incidents.incident.escalate", cast.secretary, incident, escalated_to=cast.committee)
        act("incidents.incident.escalate", cast.secretary, incident, escalated_to=cast.board)
    wall = again(incident).wall
    assert wall is not None
    assert {director.user.pk for director in cast.directors} <= inside(wall)
    assert cast.auditor.pk not in inside(wall)


def test_a_domestic_filer_cannot_propose_to_keep_what_is_material_to_itself(cast: Cast) -> None:
    with pytest.raises(Refused, match="disclosure is then necessary"):
        cast.brought(disclosure="not_necessary")


def test_a_foreign_private_issuer_may_decide_so() -> None:
    rows = Cast(filer="fpi").brought(disclosure="not_necessary")
    assert rows[2].answer == "not_necessary"


def test_what_is_left_undetermined_needs_a_day(cast: Cast) -> None:
    with pytest.raises(Refused, match="needs a day"):
        cast.brought("undetermined", follow_up_on="")


def test_the_vote_sets_the_answer_and_dissent_stays(cast: Cast) -> None:
    rows = cast.brought()
    assert [row.question for row in rows] == ["materiality", "response", "disclosure"]
    cast.opened(rows)
    done = cast.voted(rows[0])
    incident = again(done.incident)
    assert (done.state, incident.materiality, incident.determination) == ("decided", "material", done.decision)
    assert incident.determination is not None
    assert incident.determination.number == "2026-R1"
    for row in rows[1:]:
        cast.voted(row)
    incident = again(incident)
    assert incident.response_decision == rows[1].decision
    assert Determination.objects.get(pk=rows[2].pk).answer == "necessary"


def test_a_lost_proposal_decides_nothing_and_another_answer_may_be_proposed(cast: Cast) -> None:
    rows = cast.brought()
    cast.opened(rows)
    lost = cast.voted(rows[0], dissent="Not on these figures")
    assert (lost.state, again(lost.incident).materiality) == ("lost", "unassessed")
    with clock.fixed(after(28)):
        with pytest.raises(Refused, match="needs a day"):
            act("determinations.determination.propose_again", cast.secretary, lost, answer="undetermined", because="x")
        again_put = act(
            "determinations.determination.propose_again", cast.secretary, lost, answer="undetermined", because="Wait",
            follow_up_on="2026-03-20",
        )  # fmt: skip
    cast.voted(again_put, 29)
    assert again(lost.incident).materiality == "undetermined"
    assert FollowUp.objects.get(incident=lost.incident).due == date(2026, 3, 20)


def test_before_the_vote_another_answer_is_barred_with_its_reason_and_not_hidden(cast: Cast) -> None:
    rows = cast.brought()
    resource = resource_of(Determination)

    def offered(row: Determination) -> Offer | None:
        made = on_record(resource, Determination.objects.get(pk=row.pk), Sight(cast.secretary))
        return next((offer for offer in made if offer.action.name == "propose_again"), None)

    waiting = offered(rows[0])
    assert waiting is not None
    assert not waiting.over
    assert str(waiting.reason) == "Not possible while it is “Before the body”."
    cast.opened(rows)
    lost = cast.voted(rows[0], dissent="Not on these figures")
    with clock.fixed(after(27)):
        possible = offered(lost)
        assert possible is not None
        assert possible.reason is None


def test_measures_and_disclosure_are_voted_on_after_materiality(cast: Cast) -> None:
    rows = cast.brought()
    cast.opened(rows)
    for row in rows[1:]:
        with clock.fixed(after(27)), pytest.raises(Refused, match="First the body decides whether it is material"):
            act("bodies.decision.put", cast.secretary, row.decision)


def test_the_words_before_the_body_cannot_be_changed_and_the_answer_is_in_them(cast: Cast) -> None:
    row = cast.brought()[0]
    assert f"determines that incident {row.incident.number} is material." in row.decision.text
    with pytest.raises(Refused, match="hold the answer"):
        act("bodies.decision.change", cast.secretary, row.decision, text="Not material.")


def test_facts_that_change_before_the_vote_stop_it(cast: Cast) -> None:
    rows = cast.brought()
    cast.opened(rows)
    with clock.fixed(after(26.5)):
        act("incidents.incident.rate", cast.analyst, rows[0].incident, severity="low", severity_why="Fewer")
    with clock.fixed(after(27)), pytest.raises(Refused, match="changed since it was submitted"):
        act("bodies.decision.put", cast.secretary, rows[0].decision)


def test_a_written_resolution_decides_as_a_meeting_does(cast: Cast) -> None:
    rows = cast.brought(kind="written_resolution")
    cast.opened(rows)
    for row in rows:
        cast.voted(row)
    assert again(rows[0].incident).materiality == "material"


def test_a_cancelled_meeting_withdraws_its_proposals_and_another_may_be_called(cast: Cast) -> None:
    rows = cast.brought()
    with clock.fixed(after(26)):
        act("bodies.meeting.cancel", cast.secretary, rows[0].decision.meeting, because="No quorum to be had")
    assert set(Determination.objects.values_list("state", flat=True)) == {"withdrawn"}
    more = cast.bring(rows[0].assessment, kind="written_resolution")
    assert len(more) == 3


def test_no_door_but_the_vote_sets_what_could_be_material(cast: Cast) -> None:
    rows = cast.brought()
    incident = rows[0].incident
    size = Leaf.objects.count()
    with pytest.raises(Refused, match="its vote sets the answer"):
        act("incidents.incident.determine", cast.secretary, incident, determination=rows[0].decision,
            materiality="not_material")  # fmt: skip
    with pytest.raises(Refused):
        act("incidents.incident.link_measures_decision", cast.secretary, incident, response_decision=rows[1].decision)
    assert Leaf.objects.count() == size


# ---------------------------------------------------------------- afterwards


def test_closing_waits_for_every_decision_and_every_open_question(cast: Cast) -> None:
    incident = cast.decided("undetermined")
    ciso = person("Chi Ciso", "ciso").user
    act("incidents.incident.let_in", cast.counsel, incident, user=ciso, why="Closes it")
    with clock.fixed(after(40)):
        act("incidents.incident.record_lessons", cast.analyst, incident, lessons="Shorter token life")
        act("incidents.incident.change", cast.analyst, incident, plan_version="4")
        with pytest.raises(Refused, match="Before closing"):
            act("incidents.incident.close", ciso, incident)
        question = FollowUp.objects.get(incident=incident)
        act("determinations.followup.settle", cast.member.user, question, answer="No copies were sold")


def test_not_material_after_all_lets_it_close_and_the_wall_come_down(cast: Cast) -> None:
    incident = cast.decided("not_material")
    ciso = person("Chi Ciso", "ciso").user
    act("incidents.incident.let_in", cast.counsel, incident, user=ciso, why="Closes it")
    with clock.fixed(after(40)):
        act("incidents.incident.record_lessons", cast.analyst, incident, lessons="Shorter token life")
        act("incidents.incident.change", cast.analyst, incident, plan_version="4")
        act("incidents.incident.close", ciso, incident)
        act("determinations.tradingwindow.open", cast.counsel, TradingWindow.objects.get(), because="Not material")
        act("determinations.legalhold.release", cast.counsel, LegalHold.objects.get(), because="Closed")
        act("incidents.incident.lift_wall", cast.counsel, incident)
    assert again(incident).state == "closed"


def test_reopening_lets_the_decisions_lapse_and_keeps_them(cast: Cast) -> None:
    incident = cast.decided("not_material")
    ciso = person("Chi Ciso", "ciso").user
    act("incidents.incident.let_in", cast.counsel, incident, user=ciso, why="Closes it")
    with clock.fixed(after(40)):
        act("incidents.incident.record_lessons", cast.analyst, incident, lessons="Shorter token life")
        act("incidents.incident.change", cast.analyst, incident, plan_version="4")
        act("incidents.incident.close", ciso, incident)
        act("incidents.incident.reopen", ciso, incident, why="A copy was found on sale")
    assert set(Determination.objects.values_list("state", flat=True)) == {"lapsed"}
    assert again(incident).materiality == "unassessed"


def test_a_release_abroad_is_cleared_by_counsel_who_did_not_ask_for_it(cast: Cast) -> None:
    incident = cast.assessing()
    given = {
        "incident": incident, "what": "Gateway log", "held_in": "CN", "recipient": "Harbinger", "destination": "US",
        "purpose": "Forensics",
    }  # fmt: skip
    with pytest.raises(Invalid, match="nothing leaves the country"):
        act("determinations.clearance.ask", cast.counsel, **given | {"destination": "CN"})
    own = act("determinations.clearance.ask", cast.counsel, **given)
    with pytest.raises(Refused, match="another person"):
        act("determinations.clearance.clear", cast.counsel, own)
    asked = act("determinations.clearance.ask", cast.analyst, **given)
    with pytest.raises(Denied):
        act("determinations.clearance.clear", cast.analyst, asked)
    act("determinations.clearance.clear", cast.counsel, asked, conditions="Names removed")
    assert Clearance.objects.get(pk=asked.pk).decided_by == cast.counsel


def test_deciding_again_that_it_is_material_starts_no_clock_anew(cast: Cast) -> None:
    incident = cast.decided("material")
    first = Determination.objects.get(question="materiality")
    assessment = Assessment.objects.get(state="submitted")
    with clock.fixed(after(24 * 40)):
        made = act("determinations.assessment.open", cast.member.user, incident=incident)
        act("determinations.assessment.write", cast.analyst, made, impact="Twice of what was thought.")
        act("determinations.assessment.submit", cast.member.user, made, potentially_material="yes")
    with clock.fixed(after(24 * 40 + 1)):
        act("determinations.assessment.bring", cast.secretary, made, kind="meeting", planned_at=after(24 * 40 + 2),
            materiality="material", materiality_because="Still.", measures="As before.", disclosure="necessary",
            disclosure_because="As before.")  # fmt: skip
    rows = list(Determination.objects.filter(assessment=made).select_related("decision__meeting").order_by("pk"))
    cast.opened(rows, 24 * 40 + 2)
    newer = cast.voted(rows[0], 24 * 40 + 3)
    incident = again(incident)
    assert incident.determination == newer.decision
    assert material_since(incident) == first
    event = event_of(incident, "domestic")
    assert event.determined_material is not None
    assert event.determined_material.date_in(EASTERN) == date(2026, 3, 3)
    assert assessment.sha256 == first.assessment_sha256
