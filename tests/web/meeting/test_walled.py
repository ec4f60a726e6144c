"""The page of a meeting behind a wall: those inside see who else is, others see nothing."""

from __future__ import annotations

import re

import pytest

from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.bodies.walled import DAY, WORD, let_out, lift, minuted, planned
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.reading import press, words

pytestmark = pytest.mark.django_db


def test_it_says_quietly_that_it_stands_behind_a_wall_and_who_is_inside(enterprise: Unit, signed_in: SignIn) -> None:
    matter = planned()
    page = signed_in(matter.secretary).get(f"/meetings/{matter.meeting.pk}/").content.decode()
    assert re.search(r'<a class="wall" href="#inside">\s*4 people inside the wall</a>', page)
    assert "Inside the wall Qian.Shu, Chen.Yu, Gao.Wei, Lin.Qiao list with times" in words(page)
    link = re.search(r'href="(/records/permissions\.wallmember/)"', page)
    assert link is not None
    listed = words(signed_in(matter.secretary).get(link[1]).content.decode())
    assert "Gao.Wei" in listed


def test_an_ordinary_meeting_says_nothing_of_walls(enterprise: Unit, signed_in: SignIn) -> None:
    matter = planned()
    meeting = act(
        "bodies.meeting.plan", matter.secretary, body=matter.committee.body, kind="meeting",
        planned_at="2025-06-20T06:00:00Z",
    )  # fmt: skip
    client = signed_in(matter.secretary)
    assert "wall" not in words(client.get(f"/meetings/{meeting.pk}/").content.decode())
    lift(matter.wall)
    assert 'class="wall"' not in client.get(f"/meetings/{matter.meeting.pk}/").content.decode()


def test_to_somebody_outside_there_is_no_such_page(enterprise: Unit, signed_in: SignIn) -> None:
    matter = minuted()
    for role in ("secretary", "auditor", "ciso", "committee_member"):
        answer = signed_in(user_with(role)).get(f"/meetings/{matter.meeting.pk}/")
        assert answer.status_code == 404
        assert WORD not in answer.content.decode()


def test_calling_is_barred_with_the_reason_while_a_member_stands_outside(enterprise: Unit, signed_in: SignIn) -> None:
    matter = planned()
    let_out(matter.wall, matter.committee.logins["Gao Wei"])
    client = signed_in(matter.secretary)
    with clock.fixed(DAY):
        page = client.get(f"/meetings/{matter.meeting.pk}/").content.decode()
    assert "1 voting member stands outside the wall. Let them in, or record their recusal" in words(page)
    with pytest.raises(AssertionError, match="no form"):
        press(client, page, "Call the meeting")


def test_a_called_meeting_warns_when_somebody_was_let_out_since(enterprise: Unit, signed_in: SignIn) -> None:
    matter = planned()
    act("bodies.meeting.call", matter.secretary, matter.meeting)
    client, address = signed_in(matter.secretary), f"/meetings/{matter.meeting.pk}/"
    with clock.fixed(DAY):
        assert "stands outside the wall" not in words(client.get(address).content.decode())
        let_out(matter.wall, matter.committee.logins["Gao Wei"])
        assert "1 voting member stands outside the wall" in words(client.get(address).content.decode())


def test_nobody_outside_is_told_that_a_decision_waits(enterprise: Unit, signed_in: SignIn) -> None:
    matter = planned()
    act(
        "bodies.decision.propose", matter.secretary, item=matter.rows["item"], topic="other", title=f"{WORD} proposal",
        text="Resolved.",
    )  # fmt: skip
    outside = user_with("secretary", "ciso", "committee_member", "disclosure_officer", "board_member", "auditor")
    inside = signed_in(matter.committee.logins["Chen Yu"]).get("/programme/").content.decode()
    assert f"{WORD} proposal" in inside
    answer = signed_in(outside).get("/programme/")
    assert answer.status_code == 200
    assert WORD not in answer.content.decode()
