"""From an engagement to a verified improvement, and everything that may not be."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.areas.engagements.models import Engagement, ImprovementProject
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Denied, NotVisible, Refused
from quarterdeck.kernel.todo import waiting_for
from tests.areas.engagements.desk import accepted, access, engagement, finished, guest, handed_in, recommended
from tests.support import act, at, company, person, system, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def test_an_assessor_begins_only_with_a_statement_of_independence() -> None:
    planned = engagement(began=None, independence="")
    with pytest.raises(Refused, match="independence"):
        act("engagements.engagement.begin", system(), planned, started_on="2024-02-01")
    adviser = engagement(kind="consultant", began=None, independence="")
    assert act("engagements.engagement.begin", system(), adviser, started_on="2024-02-01").state == "active"


def test_a_recommendation_becomes_a_project_that_somebody_else_verifies() -> None:
    held = engagement()
    gus, _link = guest(held)
    advice = recommended(held, gus)
    project = accepted(advice, user_with("ciso"))
    advice.refresh_from_db()
    assert (advice.state, project.title, project.state) == ("accepted", "Rotate keys", "planned")
    analyst = user_with("analyst")
    assert act("engagements.improvementproject.note", analyst, project, text="Half of them.").state == "under_way"
    done = finished(project, who=analyst)
    with pytest.raises(Refused, match="another person"):
        act("engagements.improvementproject.verify", analyst, done)
    verified = act("engagements.improvementproject.verify", user_with("analyst", login="second"), done)
    assert (verified.state, verified.notes.count()) == ("verified", 1)
    back = act(
        "engagements.improvementproject.send_back", user_with("ciso"), verified, reason="One key is the old one."
    )
    assert (back.state, back.done_on, back.verified_by) == ("under_way", None, None)


def test_a_rejection_keeps_its_reason_and_is_final() -> None:
    advice = recommended(engagement())
    turned = act("engagements.recommendation.reject", user_with("ciso"), advice, reason="The system goes in May.")
    assert (turned.state, turned.reason) == ("rejected", "The system goes in May.")
    with pytest.raises(Refused, match="Rejected"):
        act("engagements.recommendation.reject", user_with("ciso"), turned, reason="Again.")


def test_whoever_hands_in_does_not_approve() -> None:
    ciso = user_with("ciso")
    report = handed_in(engagement(), who=ciso)
    with pytest.raises(Refused, match="another person"):
        act("engagements.deliverable.approve", ciso, report)
    assert act("engagements.deliverable.approve", user_with("panel_member"), report).state == "approved"


def test_a_returned_deliverable_goes_back_with_its_reason_and_is_handed_in_again() -> None:
    held = engagement()
    asked = act(
        "engagements.deliverable.request", system(), engagement=held, title="Report", kind="advice", due="2024-06-01"
    )
    gus, _link = guest(held)
    from tests.areas.engagements.desk import _own

    data = {"performed_on": "2024-05-01", "scope": "All", "method": "Reading", "result": "Fine", "file": _own(gus)}
    act("engagements.deliverable.hand_in", gus, asked, **data)
    returned = act("engagements.deliverable.return", user_with("ciso"), asked, reason="The annex is missing.")
    assert returned.state == "returned"
    assert act("engagements.deliverable.hand_in", gus, asked, **data).state == "handed_in"


def test_ending_an_engagement_shuts_its_guests_out_at_once() -> None:
    held = engagement()
    gus, _link = guest(held)
    act("engagements.engagement.end", user_with("ciso"), held, ended_on=clock.today())
    gus.refresh_from_db()
    assert (gus.is_active, access(held).revoked_at is not None) == (False, True)


def test_a_guest_of_two_engagements_keeps_the_one_that_goes_on() -> None:
    first, second = engagement("Harbinger"), engagement("Harbinger", title="Second look")
    gus, link = guest(first)
    assert link
    guest(second)
    act("engagements.engagementguest.close", user_with("ciso"), access(first))
    gus.refresh_from_db()
    assert gus.is_active
    with pytest.raises(NotVisible):
        recommended(first, gus)
    assert recommended(second, gus).engagement == second


def test_access_ends_by_itself_after_its_last_day() -> None:
    with clock.fixed(at(2024, 3, 1)):
        held = engagement()
        gus, _link = guest(held, until="2024-03-31")
        assert recommended(held, gus)
    with clock.fixed(at(2024, 4, 1)), pytest.raises((NotVisible, Denied)):
        recommended(held, gus)


def test_nobody_is_invited_beyond_the_contract_or_under_a_login_of_the_house() -> None:
    held = engagement(contract_until="2030-12-31")
    with pytest.raises(Refused, match="contract ends on 2030-12-31"):
        guest(held, until="2031-01-01")
    user_with("analyst", login="ann")
    with pytest.raises(Refused, match="login already"):
        guest(held, "ann", "2030-01-01")


@pytest.mark.parametrize("role", ["analyst", "auditor", "unit_owner", "external_assessor"])
def test_only_the_security_officer_invites(role: str) -> None:
    with pytest.raises((Denied, NotVisible)):
        guest(engagement(), who=user_with(role))


def test_what_waits_is_on_the_list_of_whoever_has_to_do_it() -> None:
    lena = person("Lena Voss", "group_lead")
    kim = person("Kim Roe", "employee")
    with clock.fixed(at(2024, 3, 1)):
        held = engagement(owner=lena)
        expert = act("engagements.expert.name", system(), engagement=held, full_name="Ada Quill", role="Lead tester")
        act("engagements.credential.add", system(), expert=expert, name="OSCP", issuer="OffSec", issued_on="2022-04-01", expires_on="2024-04-15")  # fmt: skip
        act(
            "engagements.deliverable.request",
            system(),
            engagement=held,
            title="Report",
            kind="advice",
            due="2024-06-01",
        )
        gus, _link = guest(held)
        advice = recommended(held)
        assert {(item.source, str(item.title)) for item in waiting_for(lena.user)} == {
            ("engagements.recommendation", "Rotate keys"),
            ("engagements.credential", "Ada Quill · OSCP"),
        }
        assert [(item.source, item.due) for item in waiting_for(gus)] == [("engagements.deliverable", date(2024, 6, 1))]
        accepted(advice, owner=kim, due="2024-05-01")
        assert [(item.source, item.due) for item in waiting_for(kim.user)] == [
            ("engagements.improvementproject", date(2024, 5, 1))
        ]
        assert "engagements.recommendation" not in {item.source for item in waiting_for(lena.user)}


def test_an_owner_without_other_roles_moves_their_own_project_and_no_other() -> None:
    kim = person("Kim Roe", "employee")
    mine, other = accepted(recommended(engagement()), owner=kim), accepted(recommended(engagement()))
    assert act("engagements.improvementproject.note", kim.user, mine, text="Begun.").state == "under_way"
    with pytest.raises(NotVisible):
        act("engagements.improvementproject.note", kim.user, other, text="Begun.")
    assert ImprovementProject.objects.get(pk=other.pk).state == "planned"
    assert Engagement.objects.count() == 2
