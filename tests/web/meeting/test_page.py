"""The meeting's page for those who prepare it, sit in it, read it, and may not know of it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from quarterdeck.areas.bodies.models import Decision, Meeting, Paper
from quarterdeck.areas.bodies.models import Minutes as Kept
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.offers import on_record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.rooms.pressing import Room
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.meeting.scene import Scene, decided, planned, sitting
from tests.web.reading import press, words

pytestmark = pytest.mark.django_db

ROLES = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
    "secretary", "board_member", "disclosure_officer", "auditor", "people_officer", "employee",
)  # fmt: skip
INSIDE = {
    "ciso", "panel_member", "counsel", "committee_member", "secretary", "board_member", "disclosure_officer", "auditor",
}  # fmt: skip


def seen(signed_in: SignIn, user: User, scene: Scene) -> tuple[str, str]:
    """The page, and its words."""
    response = signed_in(user).get(scene.url)
    assert response.status_code == 200
    page = response.content.decode()
    return page, words(page)


def test_it_says_who_meets_when_and_where(enterprise: Unit, signed_in: SignIn) -> None:
    scene = planned()
    _page, text = seen(signed_in, scene.secretary, scene)
    assert "Cybersecurity Management Committee Planned" in text
    assert "Meeting · 12 Jun 2025, 06:00 UTC · Hangzhou, tenth floor" in text
    assert "Members: 5; quorum is 3." in text


def test_an_empty_agenda_says_what_to_do_and_bars_the_call(enterprise: Unit, signed_in: SignIn) -> None:
    scene = planned()
    page, text = seen(signed_in, scene.secretary, scene)
    assert "Nothing is on the agenda" in text
    assert "The agenda is empty; add an item first." in text
    assert re.search(r'aria-disabled="true"[^>]*>Call the meeting<', page)


def test_quorum_is_a_sentence_whose_numbers_are_links_and_the_recused_do_not_count(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = sitting()
    page, text = seen(signed_in, scene.secretary, scene)
    assert "4 of 5 present; quorum is 3." in text
    assert "3 of 5 present; quorum is 3. Recused and not counted: Lin Qiao." in text
    assert "Lin Qiao: Her brother works for the assessor." in text
    assert re.search(
        r'<a href="#present">4</a> of <a href="/records/bodies.membership/\?body=\d+&amp;as_of=[\d-]+">5</a>', page
    )


def test_without_quorum_a_proposal_cannot_be_put_and_the_page_says_so(enterprise: Unit, signed_in: SignIn) -> None:
    scene = planned()
    item = scene.item("Budget")
    scene.call()
    scene.open("Chen Yu", "Gao Wei")
    scene.propose(item, "Approve the budget", put=False)
    page, text = seen(signed_in, scene.secretary, scene)
    assert "2 of 5 present; quorum is 3." in text
    assert "no quorum" in text
    assert re.search(r'aria-disabled="true"[^>]*>Put to the vote<', page)
    assert "No quorum on this item." in text


def test_a_member_votes_from_the_page_and_comes_back_to_it(enterprise: Unit, signed_in: SignIn) -> None:
    scene = sitting()
    client = signed_in(scene.committee.logins["Gao Wei"])
    page = client.get(scene.url).content.decode()
    assert re.search(r'<summary class="button primary">Vote</summary>', page)
    address = "/records/bodies.vote/do/cast/"
    answer = client.post(
        address, {"decision": scene.decisions[0].pk, "choice": "against", "dissent": "Too early.", "_next": scene.url}
    )
    assert answer.headers["Location"] == scene.url
    _page, text = seen(signed_in, scene.committee.logins["Gao Wei"], scene)
    assert "Gao Wei Against Too early." in text
    assert "0 for, 1 against, 0 abstentions" in text
    assert '<summary class="button primary">Vote</summary>' not in client.get(scene.url).content.decode()


def test_whoever_is_absent_or_no_member_sees_why_they_cannot_vote(enterprise: Unit, signed_in: SignIn) -> None:
    scene = sitting()
    page, text = seen(signed_in, scene.committee.logins["Sun Rui"], scene)
    assert re.search(r'aria-disabled="true"[^>]*>Vote<', page)
    assert "You are not recorded as present" in text
    outsider = user_with("committee_member", login="outsider")
    act("people.person.connect_login", user_with("administrator"), act("people.person.create", user_with("people_officer"), full_name="Out Sider", unit=enterprise), user=outsider)  # fmt: skip
    assert "You have no vote in this body." in seen(signed_in, outsider, scene)[1]


def test_a_recused_member_cannot_vote_on_the_item(enterprise: Unit, signed_in: SignIn) -> None:
    scene = sitting()
    scene.propose(scene.items[1], "Extend the contract")
    _page, text = seen(signed_in, scene.committee.logins["Lin Qiao"], scene)
    assert "You are recused on this item." in text
    assert "Still to vote: Chen Yu, Gao Wei, Ma Ning." in text


def test_the_result_waits_for_those_present_by_name(enterprise: Unit, signed_in: SignIn) -> None:
    scene = sitting()
    scene.vote(scene.decisions[0], "for", "Chen Yu", "Gao Wei")
    page, text = seen(signed_in, scene.secretary, scene)
    assert re.search(r'aria-disabled="true"[^>]*>Declare the result<', page)
    assert "Still to vote: Lin Qiao, Ma Ning. Record their vote" in text


def test_a_decision_shows_its_number_votes_by_person_and_dissent(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided()
    _page, text = seen(signed_in, scene.committee.logins["Gao Wei"], scene)
    number = Decision.objects.get().number
    assert f"Decision {number}: Separate the network of the warehouses Carried" in text
    assert "3 for, 1 against, 0 abstentions" in text
    assert "Lin Qiao Against The move should come first." in text


def test_papers_show_their_hash_and_a_change_since_they_were_frozen(enterprise: Unit, signed_in: SignIn) -> None:
    scene = sitting()
    paper = Paper.objects.get()
    page, text = seen(signed_in, scene.secretary, scene)
    assert f'title="{paper.sha256}"' in page
    assert f"{paper.sha256[:12]}…" in text
    assert "Changed since the papers were frozen" not in text
    act("bodies.paper.replace", scene.secretary, paper, title=paper.title, text="Another text.")
    _page, text = seen(signed_in, scene.secretary, scene)
    assert "Changed since the papers were frozen: Result of the assessment (altered)." in text


def test_minutes_are_drafted_in_one_press_and_approved_by_another(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided()
    keeper = signed_in(scene.secretary)
    page = keeper.get(scene.url).content.decode()
    assert "No minutes yet" in page
    after = press(keeper, page, "Draft the minutes")
    assert after.redirect_chain[-1][0] == scene.url
    assert "Dissent of Lin Qiao: The move should come first." in after.content.decode()
    assert "Approve the minutes" not in words(after.content.decode())
    member = signed_in(scene.committee.logins["Gao Wei"])
    after = press(member, member.get(scene.url).content.decode(), "Approve the minutes")
    assert Meeting.objects.get().state == Meeting.State.MINUTED
    assert f"approved by {Kept.objects.get().approved_by}" in words(after.content.decode())
    assert "The record of this meeting is complete." in after.content.decode()


def test_a_written_resolution_counts_who_answered(enterprise: Unit, signed_in: SignIn) -> None:
    scene = planned("written_resolution")
    item = scene.item("Plan, version 5")
    scene.call()
    scene.open()
    decision = scene.propose(item, "Adopt version 5")
    scene.vote(decision, "for", "Chen Yu", "Gao Wei")
    page, text = seen(signed_in, scene.secretary, scene)
    assert "Written resolution" in text
    assert "2 for, 0 against, 0 abstentions; 2 of 5 answered; quorum is 3." in text
    assert "Whoever answers takes part." in text
    assert "Record attendance" not in text
    assert re.search(r'aria-disabled="true"[^>]*>Declare the result<', page)


def test_a_closed_meeting_offers_nothing_that_would_change_it(enterprise: Unit, signed_in: SignIn) -> None:
    scene = decided()
    _page, text = seen(signed_in, scene.secretary, scene)
    for label in ("Add a paper", "Propose a decision", "Record a recusal", "Take off the agenda", "Replace", "Lift"):
        assert label not in text


@pytest.mark.parametrize("role", ROLES)
def test_only_the_roles_inside_meetings_see_it(enterprise: Unit, signed_in: SignIn, role: str) -> None:
    scene = planned()
    answer = signed_in(user_with(role)).get(scene.url)
    assert answer.status_code == (200 if role in INSIDE else 404)


def test_an_auditor_reads_and_presses_nothing(enterprise: Unit, signed_in: SignIn) -> None:
    scene = sitting()
    page, _text = seen(signed_in, user_with("auditor"), scene)
    main = page[page.index("<main") : page.index("</main>")]
    assert "<form" not in main
    assert "<button" not in main


@pytest.mark.parametrize("role", sorted(INSIDE))
def test_the_page_offers_what_the_generic_pages_offer(enterprise: Unit, role: str) -> None:
    scene = sitting()
    user = user_with(role)
    room = Room(Sight(user), scene.meeting.body.unit, scene.url)
    for record in (scene.meeting, scene.items[0], scene.decisions[0], Paper.objects.get()):
        generic = {
            offer.action.name: offer.reason for offer in on_record(resource_of(type(record)), record, Sight(user))
        }
        drawn = {one.name: one.reason for one in room.on(record)}
        assert drawn == {name: None if reason is None else str(reason) for name, reason in generic.items()}


def test_a_role_in_another_unit_offers_nothing_here(enterprise: Unit) -> None:
    scene = sitting()
    elsewhere = act("permissions.unit.create", user_with("administrator"), code="retail", name="Retail", kind="business", parent=enterprise)  # fmt: skip
    user = user_with("secretary", unit=elsewhere)
    assert Room(Sight(user), enterprise, scene.url).on(scene.meeting) == []


def test_a_long_agenda_costs_no_more_queries(
    enterprise: Unit, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    scene = sitting()
    for number in range(6):
        item = scene.item(f"Point {number}", paper=f"Paper {number}")
        scene.vote(scene.propose(item, f"Proposal {number}"), "for", "Chen Yu", "Gao Wei")
    for user in (scene.secretary, scene.committee.logins["Ma Ning"]):
        client = signed_in(user)
        client.get(scene.url)
        with django_assert_max_num_queries(26) as asked:
            assert client.get(scene.url).status_code == 200
        assert len(asked) > 5
