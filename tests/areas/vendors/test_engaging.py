"""Nobody is engaged without an approval decided before, or an exception that another person granted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, Refused, refusal
from quarterdeck.kernel.resource import resource_of
from tests.areas.vendors.path import Cast, with_file
from tests.support import act, at

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)
ENGAGE = "vendors.vendorengagement.engage"


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_without_an_evaluation_the_button_is_barred_and_says_what_would_have_to_happen(cast: Cast) -> None:
    plan = cast.planned(cast.vendor())
    reason = refusal(resource_of("vendors.vendorengagement").action("engage"), cast.head, plan)
    assert "No evaluation of this vendor is on record" in str(reason)
    with pytest.raises(Refused, match="have an exception granted"):
        act(ENGAGE, cast.head, plan, engaged_on=clock.today())


def test_an_approval_counts_from_the_day_after_it_until_its_last(cast: Cast) -> None:
    with clock.fixed(at(2024, 3, 1)):
        vendor = cast.vendor()
        cast.approved(vendor, days=10)
        plan = cast.planned(vendor)
        with pytest.raises(Refused, match="not before 2024-03-01"):
            act(ENGAGE, cast.head, plan, engaged_on=DAY)
    with clock.fixed(at(2024, 3, 12)), pytest.raises(Refused, match="ended on 2024-03-11"):
        act(ENGAGE, cast.head, plan, engaged_on="2024-03-12")
    with clock.fixed(at(2024, 3, 11)):
        with pytest.raises(Refused, match="still to come"):
            act(ENGAGE, cast.head, plan, engaged_on="2024-03-12")
        engaged = act(ENGAGE, cast.head, plan, engaged_on="2024-03-11")
    assert (engaged.state, engaged.exception) == ("engaged", None)
    assert engaged.evaluation.vendor == vendor


def test_a_rejection_bars_although_an_older_approval_still_runs(cast: Cast) -> None:
    with clock.fixed(at(2024, 2, 1)):
        vendor = cast.vendor()
        cast.approved(vendor)
    with clock.fixed(at(2024, 2, 10)):
        cast.decide(cast.proposed(vendor, q2=["no"]), "rejected")
    with clock.fixed(at(2024, 3, 1)), pytest.raises(Refused, match="rejected"):
        act(ENGAGE, cast.head, cast.planned(vendor), engaged_on=DAY)


def test_an_exception_needs_another_person_a_reason_and_an_end(cast: Cast) -> None:
    with clock.fixed(at(2024, 3, 1)):
        vendor = cast.vendor()
        plan = cast.planned(vendor)
        given = {"vendor": vendor, "reason": "A cut cable", "compensating": "Escorted"}
        with pytest.raises(Refused, match="half a year"):
            act("vendors.vendorexception.request", cast.ciso, expires_on="2024-12-31", **given)
        asked = act("vendors.vendorexception.request", cast.ciso, expires_on="2024-03-20", **given)
        with pytest.raises(Refused, match="another person"):
            act("vendors.vendorexception.grant", cast.ciso, asked, reason="Mine")
        with pytest.raises(Denied):
            act("vendors.vendorexception.grant", cast.analyst, asked, reason="I")
        with pytest.raises(Refused):
            act(ENGAGE, cast.head, plan, engaged_on=DAY)
        act("vendors.vendorexception.grant", cast.counsel, asked, reason="It cannot wait")
        engaged = act(ENGAGE, cast.head, plan, engaged_on=DAY)
    assert engaged.exception == asked
    with clock.fixed(at(2024, 3, 21)), pytest.raises(Refused):
        act(ENGAGE, cast.head, cast.planned(vendor), engaged_on="2024-03-21")


def test_whoever_assessed_does_not_decide_and_what_changed_since_is_not_decided(cast: Cast) -> None:
    vendor = cast.vendor()
    made = act("vendors.evaluation.open", cast.ciso, vendor=vendor, scope="All", questionnaire=cast.version)
    act("vendors.evaluation.answer", cast.ciso, made, answers={q: {"values": ["yes"]} for q in ("q1", "q2", "q3")})
    act("vendors.evaluation.submit", cast.ciso, made)
    mine = act("vendors.evaluation.propose", cast.ciso, made, summary="Mine")
    with pytest.raises(Refused, match="another person"):
        cast.decide(mine, valid_until=clock.today() + timedelta(days=30))
    other = cast.proposed(cast.vendor("Other"))
    given = {
        name: getattr(other.vendor, name)
        for name in ("name", "kind", "unit", "sensitivity", "volume", "access", "criticality")
    }
    act("vendors.vendor.change", cast.head, other.vendor, **(given | {"sensitivity": "restricted"}))
    with pytest.raises(Refused, match="changed since it was proposed"):
        cast.decide(other, valid_until=clock.today() + timedelta(days=30))


def test_a_critical_no_can_only_be_approved_with_conditions(cast: Cast) -> None:
    made = cast.proposed(cast.vendor(), q2=["no"])
    assert (made.score, made.rating) == (490, "weak")
    until = clock.today() + timedelta(days=60)
    with pytest.raises(Refused, match="only be approved with conditions"):
        cast.decide(made, valid_until=until)
    with pytest.raises(Refused, match="Write the conditions"):
        cast.decide(made, "conditions", valid_until=until)
    decided = cast.decide(
        made, "conditions", valid_until=until, conditions="Encrypt it\n\nShow it", conditions_due=until
    )
    assert [row.text for row in decided.conditions.order_by("pk")] == ["Encrypt it", "Show it"]
    met = with_file("vendors.condition.meet", cast.analyst, decided.conditions.first(), note="Shown")
    assert met.met_on == clock.today()


def test_an_approval_lasts_no_longer_than_its_tier_allows(cast: Cast) -> None:
    made = cast.proposed(cast.vendor(access="privileged"))
    assert made.tier == 1
    with pytest.raises(Refused, match="tier 1"):
        cast.decide(made, valid_until=clock.today() + timedelta(days=400))


def test_what_is_unanswered_is_not_submitted_and_what_does_not_apply_is(cast: Cast) -> None:
    made = cast.evaluation(cast.vendor(), q3=[], q1=["na"])
    with pytest.raises(Refused, match="Is it tested"):
        act("vendors.evaluation.submit", cast.analyst, made)
    act("vendors.evaluation.answer", cast.analyst, made, answers={"q3": {"values": ["no"]}})
    act("vendors.evaluation.submit", cast.analyst, made)
    done = act("vendors.evaluation.propose", cast.analyst, made, summary="Half")
    assert (done.score, done.rating) == (500, "weak")


def test_a_verdict_falls_with_the_answer_that_it_was_on(cast: Cast) -> None:
    made = cast.evaluation(cast.vendor())
    act("vendors.evaluation.submit", cast.analyst, made)
    row = made.answers.get(question="q1")
    with pytest.raises(Exception, match="Say why"):
        act("vendors.evaluationanswer.judge", cast.analyst, row, verdict="not_accepted")
    act("vendors.evaluationanswer.judge", cast.analyst, row, verdict="not_accepted", verdict_note="The proof is old")
    act("vendors.evaluation.return", cast.analyst, made)
    act("vendors.evaluation.answer", cast.analyst, made, answers={"q1": {"values": ["no"]}})
    row.refresh_from_db()
    assert (row.values, row.verdict) == (["no"], None)


def test_the_end_opens_a_checklist_and_data_come_back_with_a_proof(cast: Cast) -> None:
    with clock.fixed(at(2024, 3, 20)):
        engaged = cast.engaged()
        given = {
            name: getattr(engaged.vendor, name) for name in ("name", "kind", "unit", "volume", "access", "criticality")
        }
        act("vendors.vendor.change", cast.head, engaged.vendor, sensitivity="confidential", **given)
        ended = act("vendors.vendorengagement.end", cast.head, engaged, day="2024-03-20", reason="Done")
        items = {row.what: row for row in ended.offboarding.all()}
        assert len(items) == 6
        with pytest.raises(Refused, match="certificate"):
            act("vendors.offboardingitem.settle", cast.head, items["data_returned"], note="Sent back")
        with pytest.raises(Refused, match="held data of ours"):
            act("vendors.offboardingitem.settle", cast.head, items["data_returned"], note="None", not_needed=True)
        with_file("vendors.offboardingitem.settle", cast.head, items["data_destroyed"], note="Shredded")
        settled = act("vendors.offboardingitem.settle", cast.head, items["data_returned"], note="None", not_needed=True)
    assert settled.state == "not_needed"
