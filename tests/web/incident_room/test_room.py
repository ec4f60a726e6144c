"""The Incident room for those who handle it, decide on it, read it, and stand outside its wall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.offers import on_record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.rooms.pressing import Room
from tests.support import act, at, parameter, user_with
from tests.web.cast import SignIn, committee
from tests.web.incident_room.scene import Scene, after, assessing, declared, walled
from tests.web.reading import press, words

pytestmark = pytest.mark.django_db

ROLES = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "committee_member",
    "secretary", "board_member", "disclosure_officer", "auditor", "people_officer", "employee",
)  # fmt: skip
INSIDE = set(ROLES) - {"administrator", "people_officer", "employee"}
PRIVILEGED = "No duty to notify is triggered in our view."


@contextmanager
def hours(number: float) -> Iterator[None]:
    """The clock stands so many hours after the incident was found."""
    with clock.fixed(after(number)):
        yield


def page(signed_in: SignIn, user: User, scene: Scene, tab: str = "") -> str:
    answer = signed_in(user).get(scene.url, {"tab": tab} if tab else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_what_is_next_and_who_may(enterprise: Unit, signed_in: SignIn) -> None:
    scene = declared()
    seen = page(signed_in, scene.analyst, scene)
    text = words(seen)
    assert "INC-1 Payroll vendor breach declared Next legal step: rate its severity. Who may: Security analyst" in text
    assert re.search(r'<summary class="button primary">Rate severity</summary>', seen)


def test_the_step_is_taken_in_the_room_and_one_comes_back_to_it(enterprise: Unit, signed_in: SignIn) -> None:
    scene = declared()
    client = signed_in(scene.analyst)
    seen = client.get(scene.url).content.decode()
    after_it = press(client, seen, "Rate severity", severity="low", severity_why="One mailbox")
    assert after_it.redirect_chain[-1][0] == f"{scene.url}?tab=facts"
    text = words(after_it.content.decode())
    assert "Next legal step: record that it is contained." in text
    assert "Low: One mailbox" in text


def test_whoever_may_not_take_the_step_sees_who_may(enterprise: Unit, signed_in: SignIn) -> None:
    scene = declared()
    seen = page(signed_in, scene.counsel, scene)
    assert re.search(r'aria-disabled="true"[^>]*>Rate severity<', seen)
    assert "Only: Security analyst, Chief information security officer, Specialist-group lead." in words(seen)


def test_a_step_barred_by_the_record_says_what_comes_first(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    seen = page(signed_in, scene.ciso, scene, "assessment")
    assert re.search(r'aria-disabled="true"[^>]*>Record the assessment<', seen)
    assert "Trace its source first, or say that it is not traceable." in words(seen)


def test_the_clocks_count_from_the_record_and_invent_no_limit(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    with hours(76.2):
        text = words(page(signed_in, scene.ciso, scene))
    assert "Discovered 3 d 4 h ago 2 Mar 2026, 10:00 UTC" in text
    assert "Time to containment 5 h" in text
    assert "Time to assessment 19 h the company has not said what “promptly” is" in text
    assert "Determination without unreasonable delay last progress 1 d 22 h ago" in text


def test_assessment_is_held_against_what_the_company_calls_prompt(enterprise: Unit, signed_in: SignIn) -> None:
    parameter("promptly.hours", 12)
    scene = assessing()
    seen = page(signed_in, scene.ciso, scene)
    assert '<dd class="value is-contradicted">19 h</dd>' in seen
    assert "“promptly” is 12 h here, counted from declaring" in words(seen)


def test_times_are_in_the_readers_zone_with_the_zone_named(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    User.objects.filter(pk=scene.ciso.pk).update(time_zone="Asia/Shanghai")
    assert "2 Mar 2026, 18:00 Beijing" in words(page(signed_in, scene.ciso, scene))


def test_the_timeline_of_another_year_names_the_year(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()

    def entries() -> list[str]:
        seen = page(signed_in, scene.ciso, scene)
        shown = seen[seen.index('id="timeline"') :].partition("</ol>")[0]
        return re.findall(r"<time[^>]*>(.*?)<span", shown, re.DOTALL)

    with clock.fixed(at(2026, 4, 1)):
        this_year = entries()
    with clock.fixed(at(2027, 1, 2)):
        later = entries()
    assert this_year
    assert not [one for one in this_year if "2026" in one]
    assert len(later) == len(this_year)
    assert all("2026" in one for one in later)


def test_every_entry_of_the_timeline_names_its_source_in_order(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    seen = page(signed_in, scene.analyst, scene)
    entries = re.findall(r"<li[^>]*>\s*<p>(.*?)</p>.*?<p class=\"source\">(.*?)</p>", seen, re.S)
    titles = [title for title, _source in entries]
    assert titles[:5] == [
        "Discovered", "Bulk export by a service account", "Declared", "Legal hold placed", "Contained",
    ]  # fmt: skip
    assert all(re.sub(r"<time.*?</time>|<[^>]+>|·", "", source).strip() for _title, source in entries)
    assert "signal 88, rule of the platform watch" in seen


def test_tabs_are_links_that_show_what_hangs_on_it(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    for tab, told in {
        "facts": "A token of the payroll vendor read employee records.", "source": "Not traced yet",
        "measures": "Token withdrawn Ma Ning", "assessment": "Led by Ma Ning", "tasks": "Find the employees concerned",
        "opinions": "Harbinger Security Testing", "lessons": "Nothing learned yet", "history": "Record containment",
        "nonsense": "A token of the payroll vendor",
    }.items():  # fmt: skip
        assert told in words(page(signed_in, scene.analyst, scene, tab)), tab
    seen = page(signed_in, scene.analyst, scene, "tasks")
    assert re.search(
        r'<a href="/incidents/\d+/\?tab=tasks" aria-current="page">Tasks <span class="count">1</span></a>', seen
    )


@pytest.mark.parametrize("role", ["analyst", "auditor", "secretary", "disclosure_officer", "committee_member"])
def test_the_text_of_privileged_advice_is_kept_from_those_who_may_not_see_it(
    enterprise: Unit, signed_in: SignIn, role: str
) -> None:
    scene = assessing()
    seen = page(signed_in, user_with(role), scene, "opinions")
    assert PRIVILEGED not in seen
    text = words(seen)
    assert "Privilege is claimed for Duties to notify" in text
    assert "The text is open to counsel and to those who decide." in text
    assert "One token, no spread." in text


@pytest.mark.parametrize("role", ["counsel", "ciso", "board_member"])
def test_counsel_and_those_who_decide_read_it(enterprise: Unit, signed_in: SignIn, role: str) -> None:
    scene = assessing()
    assert PRIVILEGED in page(signed_in, user_with(role), scene, "opinions")
    assert PRIVILEGED not in page(signed_in, user_with(role), scene, "facts")


@pytest.mark.parametrize("role", ROLES)
def test_it_is_open_to_the_roles_that_handle_incidents(enterprise: Unit, signed_in: SignIn, role: str) -> None:
    scene = declared()
    answer = signed_in(user_with(role)).get(scene.url)
    assert answer.status_code == (200 if role in INSIDE else 404)


@pytest.mark.parametrize("role", ROLES)
def test_outside_the_wall_there_is_no_such_incident(enterprise: Unit, signed_in: SignIn, role: str) -> None:
    scene = walled()
    client = signed_in(user_with(role))
    for address in (scene.url, f"{scene.url}?tab=opinions", f"{scene.url}inside.csv"):
        assert client.get(address).status_code == 404


def test_inside_the_wall_the_room_says_who_else_is_and_since_when(enterprise: Unit, signed_in: SignIn) -> None:
    scene = walled()
    scene.do("let_out", scene.ciso, 40, user=scene.analyst)
    seen = page(signed_in, scene.counsel, scene)
    assert re.search(r'<a class="wall" href="/incidents/\d+/\?tab=wall">2 people inside the wall</a>', seen)
    text = words(page(signed_in, scene.counsel, scene, "wall"))
    assert "Deng.Hao Could be material 3 Mar 2026, 17:00 UTC 4 Mar 2026, 02:00 UTC" in text
    assert signed_in(scene.analyst).get(scene.url).status_code == 404


def test_the_list_of_those_inside_is_a_file_without_formulas(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    scene.do("raise_wall", scene.ciso, 31, why='=HYPERLINK("x")')
    answer = signed_in(scene.ciso).get(f"{scene.url}inside.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Login,Why,In (UTC),Out (UTC)"
    assert lines[1].startswith("Sun.Rui,sun.rui,\"'=HYPERLINK")
    assert lines[1].endswith(",2026-03-03T17:00:00Z,")


def test_without_a_wall_there_is_no_list(enterprise: Unit, signed_in: SignIn) -> None:
    scene = declared()
    assert signed_in(scene.ciso).get(f"{scene.url}inside.csv").status_code == 404


def test_an_auditor_reads_and_presses_nothing(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    auditor = user_with("auditor")
    for tab in ("facts", "measures", "assessment", "tasks", "opinions", "lessons"):
        seen = page(signed_in, auditor, scene, tab)
        main = seen[seen.index("<main") : seen.index("</main>")]
        assert "<form" not in main
        assert re.findall(r"<button[^>]*>", main) == re.findall(r'<button[^>]*aria-disabled="true"[^>]*>', main)


def test_a_task_is_accepted_by_the_unit_that_was_asked(enterprise: Unit, signed_in: SignIn) -> None:
    scene = assessing()
    owner = signed_in(user_with("unit_owner"))
    seen = owner.get(scene.url, {"tab": "tasks"}).content.decode()
    answer = press(owner, seen, "Accept")
    assert answer.redirect_chain[-1][0] == f"{scene.url}?tab=tasks"
    assert "accepted" in words(answer.content.decode())
    assert ">Accept<" not in page(signed_in, scene.counsel, scene, "tasks")


def test_a_closed_incident_shows_its_determination_and_offers_only_reopening(
    enterprise: Unit, signed_in: SignIn
) -> None:
    scene = assessing()
    _settle(scene)
    seen = page(signed_in, scene.ciso, scene)
    text = words(seen)
    assert "Closed: nothing is left to do. New facts reopen it." in text
    assert "Determination Not material decision 2026-1" in text
    assert "Reopen" in text
    for label in ("Rate severity", "Add to the timeline", "Inform management or the board"):
        assert f">{label}<" not in seen


def _settle(scene: Scene) -> None:
    secretary = user_with("secretary")
    body = committee(secretary, members=("Chen Yu", "Gao Wei", "Lin Qiao"))
    scene.do("trace", scene.analyst, 40, source="third_party", source_why="The vendor confirmed a stolen token.")
    scene.do("record_assessment", scene.ciso, 41, assessment="Known extent.", potentially_material="no")
    scene.do("record_lessons", scene.analyst, 42, lessons="Bind tokens to addresses.")
    current = scene.refresh()
    scene.do("change", scene.analyst, 43, title=current.title, nature="incident", discovered_at=current.discovered_at.isoformat(), plan_version="4")  # fmt: skip
    with hours(60):
        meeting = act(
            "bodies.meeting.plan", secretary, body=body.body, kind="meeting", planned_at=after(60).isoformat()
        )
        item = act("bodies.agendaitem.add", secretary, meeting=meeting, title="INC-1")
        act("bodies.meeting.call", secretary, meeting)
        act("bodies.meeting.open", secretary, meeting)
        act("bodies.meeting.record_attendance", secretary, meeting, present=[who.pk for who in body.people.values()])
        decision = act(
            "bodies.decision.propose", secretary, item=item, topic="materiality_review", title="Materiality",
            text="INC-1 is not material.", covers_from="2026-03-01", covers_until="2026-03-04",
        )  # fmt: skip
        act("bodies.decision.put", secretary, decision)
        for who in body.people.values():
            act("bodies.vote.record", secretary, decision=decision, person=who, choice="for")
        decision = act("bodies.decision.declare", secretary, decision)
    scene.do("determine", secretary, 61, determination=decision, materiality="not_material")
    scene.do("close", scene.ciso, 62)
    assert scene.refresh().state == Incident.State.CLOSED


@pytest.mark.parametrize("role", sorted(INSIDE))
def test_the_room_offers_what_the_generic_pages_offer(enterprise: Unit, role: str) -> None:
    scene = assessing()
    user = user_with(role)
    room = Room(Sight(user), scene.incident.unit, scene.url)
    for record in (scene.incident, scene.incident.measures.get(), scene.incident.opinions.last()):
        assert record is not None
        generic = {
            offer.action.name: offer.reason for offer in on_record(resource_of(type(record)), record, Sight(user))
        }
        drawn = {one.name: one.reason for one in room.on(record)}
        assert drawn == {name: None if reason is None else str(reason) for name, reason in generic.items()}


def test_a_long_story_costs_no_more_queries(
    enterprise: Unit, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    scene = walled()
    for number in range(8):
        scene.add("measure.add", scene.analyst, 32, title=f"Measure {number}", owner=scene.assessor)
        scene.add("task.give", scene.analyst, 32, unit=enterprise, title=f"Task {number}", due="2026-03-09")
        scene.add("lesson.add", scene.analyst, 32, text=f"Lesson {number}")
        scene.add("opinion.ask", scene.ciso, 32, by="expert", name=f"Expert {number}", privileged=True, purpose="P", directed_by="D", recipients="R")  # fmt: skip
    for user in (scene.ciso, scene.counsel):
        client = signed_in(user)
        client.get(scene.url)
        for tab in (
            "facts",
            "source",
            "measures",
            "assessment",
            "duties",
            "tasks",
            "opinions",
            "lessons",
            "history",
            "wall",
        ):
            with django_assert_max_num_queries(50):
                assert client.get(scene.url, {"tab": tab}).status_code == 200


def test_whoever_lets_themselves_out_is_led_to_the_list(enterprise: Unit, signed_in: SignIn) -> None:
    scene = walled()
    client = signed_in(scene.ciso)
    seen = client.get(scene.url).content.decode()
    address = re.search(r'<a class="button" href="([^"]+let_out/[^"]*)"', seen)
    assert address is not None
    answer = client.post(address[1], {"user": scene.ciso.pk}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/records/incidents.incident/"
    assert client.get(scene.url).status_code == 404


def test_more_rows_than_the_room_draws_lead_to_their_list(
    enterprise: Unit, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = assessing()
    monkeypatch.setattr("quarterdeck.web.incident_room.reading.MOST", 1)
    seen = page(signed_in, scene.analyst, scene, "tasks")
    address = re.search(r'<a href="(/records/incidents.task/\?incident=\d+)">All of them</a>', seen)
    assert address is not None
    assert signed_in(scene.analyst).get(address[1]).status_code == 200
