"""The meeting that decides on an incident: question, proposed answer, what it rests on, what follows."""

from __future__ import annotations

import re

import pytest

from quarterdeck.areas.determinations.models import Determination
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.determinations import path
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.incident_room.scene import Scene, after, before_the_body, decided
from tests.web.reading import press, words

pytestmark = pytest.mark.django_db


def shown(signed_in: SignIn, user: User | None, scene: Scene, hours: float = 60.5) -> str:
    with clock.fixed(after(hours)):
        answer = signed_in(user).get(f"/meetings/{scene.rows[0].decision.meeting_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def convened(scene: Scene, *names: str) -> None:
    assert scene.body is not None
    present = [scene.body.people[name] for name in names or scene.body.people]
    with clock.fixed(after(60)):
        path.convene(scene.rows[0].decision.meeting, present)


def test_each_item_says_question_answer_assessment_and_what_follows(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    page = shown(signed_in, scene.secretary, scene)
    text = words(page)
    assert "1. INC-1: Whether it is material" in text
    assert "Question Whether it is material Proposed answer material Incident INC-1 Payroll vendor breach" in text
    assert "Rests on Assessment 1 of INC-1 SHA-256" in text
    assert f'title="{scene.assessment.sha256}"' in page
    assert "What follows: With this determination the four business days of Form 8-K, Item 1.05, begin." in text
    assert "What follows: Management then prepares the report, which comes back here before it goes out." in text
    assert re.search(rf'href="/incidents/{scene.incident.pk}/">INC-1', page)


def test_the_first_question_is_voted_on_before_the_others_can_be_put(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    convened(scene)
    text = words(shown(signed_in, scene.secretary, scene))
    assert text.count("First the body decides whether it is material; this rests on it.") == 2
    assert "Its words hold the answer that is voted on. Withdraw it and propose another answer." in text


def test_an_item_that_is_before_the_body_is_not_suggested_again(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    assert "Nothing waits for this body beyond its agenda" in words(shown(signed_in, scene.secretary, scene))


def test_what_changed_under_the_assessment_is_said_and_bars_the_vote(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    convened(scene)
    scene.do("rate", scene.analyst, 60, severity="critical", severity_why="Bank data")
    page = shown(signed_in, scene.secretary, scene)
    text = words(page)
    assert "2 facts under the assessment changed since it was submitted. what changed" in text
    assert "Facts under the assessment changed since it was submitted; withdraw this and bring a new one." in text
    assert not re.search(r'<button[^>]*type="submit"[^>]*>Put to the vote<', page)


def test_a_lost_answer_is_followed_by_another_from_the_same_page(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body()
    convened(scene)
    assert scene.body is not None
    with clock.fixed(after(60)):
        path.vote(scene.rows[0].decision, dict.fromkeys(scene.body.people.values(), "against"))
    page = shown(signed_in, scene.secretary, scene)
    assert "Not carried. Another answer to the same question can be proposed." in words(page)
    with clock.fixed(after(60.6)):
        press(
            signed_in(scene.secretary), page, "Propose another answer", answer="undetermined", because="Too early.",
            follow_up_on="2026-03-20",
        )  # fmt: skip
    assert Determination.objects.filter(question="materiality", state="proposed", answer="undetermined").exists()
    text = words(shown(signed_in, scene.secretary, scene, 60.7))
    assert "The question then stays open and is taken up again on 2026-03-20." in text


def test_a_written_resolution_says_who_answered_and_who_is_still_to(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body(kind="written_resolution")
    assert scene.body is not None
    convened(scene)
    people = list(scene.body.people.values())
    with clock.fixed(after(60.2)):
        act("bodies.decision.put", scene.secretary, scene.rows[0].decision)
        for who in people[:2]:
            act("bodies.vote.record", scene.secretary, decision=scene.rows[0].decision, person=who, choice="for")
    text = words(shown(signed_in, scene.secretary, scene))
    assert "Chen Yu chair answered" in text
    assert "Gao Wei answered" in text
    assert "Lin Qiao still to answer" in text
    assert "Still to vote: Lin Qiao." in text
    with clock.fixed(after(60.4)):
        act("bodies.decision.declare", scene.secretary, scene.rows[0].decision)
        act("bodies.decision.put", scene.secretary, scene.rows[1].decision)
        act("bodies.vote.record", scene.secretary, decision=scene.rows[1].decision, person=people[2], choice="for")
    text = words(shown(signed_in, scene.secretary, scene))
    assert "Lin Qiao 1 of 2 answered" in text


def test_a_recused_member_is_asked_nothing(enterprise: Unit, signed_in: SignIn) -> None:
    scene = before_the_body(kind="written_resolution")
    assert scene.body is not None
    with clock.fixed(after(59)):
        for row in scene.rows:
            act(
                "bodies.recusal.record", scene.secretary, item=row.decision.item, person=scene.body.people["Lin Qiao"],
                reason="Sits on the vendor's board.",
            )  # fmt: skip
    convened(scene)
    with clock.fixed(after(60)):
        act("bodies.decision.put", scene.secretary, scene.rows[0].decision)
    text = words(shown(signed_in, scene.secretary, scene))
    assert "Chen Yu chair still to answer" in text
    assert "Lin Qiao still to answer" not in text
    assert "recused Lin Qiao: Sits on the vendor's board." in text


def test_after_the_vote_the_answer_stands_with_votes_dissent_and_frozen_papers(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = decided("material")
    page = shown(signed_in, scene.secretary, scene)
    text = words(page)
    assert "Decision 2026-R1: INC-1: Material Carried" in text
    assert "Answer material" in text
    assert "2 for, 1 against, 0 abstentions" in text
    assert "Lin Qiao Against Too early to say." in text
    assert "papers frozen SHA-256" in text
    assert "Changed since the papers were frozen" not in text
    answer = press(signed_in(scene.secretary), page, "Draft the minutes")
    assert "Dissent of Lin Qiao: Too early to say." in answer.content.decode()


def test_whoever_stands_outside_the_wall_finds_no_such_meeting(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided("material")
    for role in ("secretary", "committee_member", "auditor", "disclosure_officer"):
        answer = signed_in(user_with(role)).get(f"/meetings/{scene.rows[0].decision.meeting_id}/")
        assert answer.status_code == 404
