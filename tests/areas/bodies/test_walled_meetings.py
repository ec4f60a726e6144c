"""A matter behind a wall has a meeting of its own: nobody outside learns a word of it, those inside do all their work."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from quarterdeck.areas.bodies.actions.meeting import add_item, add_paper, follow_wall, propose
from quarterdeck.areas.bodies.models import AgendaItem, Decision, Meeting
from quarterdeck.areas.disclosures.package import _approval
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, Invalid, NotVisible, Refused
from quarterdeck.kernel.actions.run import bound_form
from quarterdeck.kernel.claims.registry import PERIOD
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.ledger.sight import leaf_for
from quarterdeck.kernel.permissions.models import WallMember
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import action_named, all_resources, resource_of
from tests.areas.bodies.walled import DAY, WORD, Matter, behind, doing, let_out, lift, minuted, planned, wall_with
from tests.support import act, ask, at, company, decide, system, user_with
from tests.web.cast import person

pytestmark = pytest.mark.django_db

#: What hangs on a meeting, and must hang behind its wall.
HANGING = (
    "bodies.meeting", "bodies.agendaitem", "bodies.paper", "bodies.attendance", "bodies.recusal", "bodies.decision",
    "bodies.vote", "bodies.minutes",
)  # fmt: skip


@pytest.fixture
def matter(db: None) -> Matter:
    company()
    return minuted()


@pytest.fixture
def called_for(db: None) -> Matter:
    company()
    return planned()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body_of(answer: Any) -> str:
    """The whole answer as text."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode())


def doors(record: Record) -> list[str]:
    """Every address of one record."""
    code, key = record.type_code(), record.pk
    found = [
        f"/records/{code}/{key}/",
        f"/records/{code}/{key}/history/",
        f"/records/{code}/{key}/?known_at=2030-01-01T00:00:00Z",
    ]
    found += [f"/api/v1/records/{code}/{key}{part}" for part in ("", "/history", "/actions")]
    found += [f"/records/{code}/{key}/do/{one.name}/" for one in resource_of(code).actions if not one.creates]
    if code == "bodies.meeting":
        found.append(f"/meetings/{key}/")
    if code == "files.storedfile":
        found.append(f"/files/{key}/")
    return found


def lists(matter: Matter) -> list[str]:
    """Every list, count, search, choice and export that could name the matter."""
    found = ["/", "/ledger/", f"/search/?q={WORD}", "/search/?q=2025-R1", "/ledger/?type=bodies.meeting"]
    for resource in all_resources():
        found += [
            f"/records/{resource.code}/",
            f"/api/v1/records/{resource.code}",
            f"/records/{resource.code}/export.csv",
        ]
        if resource.code in HANGING:
            found += [f"/records/{resource.code}/?q={WORD}", f"/api/v1/records/{resource.code}?q={WORD}"]
            found += [
                f"/records/{resource.code}/?as_of=2030-01-01",
                f"/records/{resource.code}/?known_at=2030-01-01T00:00:00Z",
            ]
            found += [f"/records/{resource.code}/do/{one.name}/" for one in resource.actions if one.creates]
    body = matter.committee.body
    found += [
        f"/records/bodies.body/{body.pk}/",
        f"/records/bodies.body/{body.pk}/history/",
        "/programme/",
        "/api/v1/me",
    ]
    found += [f"/records/people.person/{one.pk}/" for one in matter.committee.people.values()]
    found += [f"/records/bodies.meeting/?body={body.pk}", f"/records/bodies.agendaitem/?meeting={matter.meeting.pk}"]
    return found


def test_everything_that_hangs_on_a_meeting_hangs_behind_its_wall(matter: Matter) -> None:
    hanging = {resource.code for resource in all_resources() if "meeting" in (resource.scope.unit or "")} | {
        "bodies.meeting"
    }
    assert hanging == set(HANGING)
    assert {record.type_code() for record in matter.records()} == {*HANGING, "files.storedfile"}


def test_every_record_of_it_answers_404_to_every_role_outside(matter: Matter) -> None:
    insider = client_of(matter.secretary)
    for record in matter.records():
        assert insider.get(doors(record)[0]).status_code == 200, record
    for role, user in matter.outsiders().items():
        client = client_of(user)
        for record in matter.records():
            for address in doors(record):
                answer = client.get(address)
                assert answer.status_code == 404, (role, address)
                assert WORD not in body_of(answer), (role, address)


def test_no_list_count_search_choice_or_export_names_it_to_anybody_outside(matter: Matter) -> None:
    outsiders = matter.outsiders()
    for role in ("everything", "secretary", "auditor", "administrator"):
        client = client_of(outsiders[role])
        for address in lists(matter):
            answer = client.get(address)
            if role == "everything":
                assert answer.status_code in {200, 302}, address
            text = body_of(answer)
            # A search repeats the words that were typed; nothing else may.
            if f"q={WORD}" in address:
                text = re.sub(rf'(value="|q=|Search: |“){WORD}', "", text)
            assert WORD not in text, (role, address)
            if "q=2025-R1" not in address:
                assert "2025-R1" not in text, (role, address)


def test_nothing_is_counted_for_somebody_outside(matter: Matter) -> None:
    outsider, insider = client_of(matter.outsiders()["everything"]), client_of(matter.secretary)
    for code in HANGING:
        assert outsider.get(f"/api/v1/records/{code}?limit=50").json()["items"] == [], code
        assert insider.get(f"/api/v1/records/{code}?limit=50").json()["items"] != [], code


def test_those_inside_read_all_of_it(matter: Matter) -> None:
    client = client_of(matter.committee.logins["Chen Yu"])
    for record in matter.records():
        assert client.get(doors(record)[0]).status_code == 200, record
    page = body_of(client.get(f"/meetings/{matter.meeting.pk}/"))
    for said in (f"{WORD} item", f"{WORD} paper", f"{WORD} measures", f"The {WORD} should stay.", "2025-R1"):
        assert said in page, said


def test_whoever_is_let_out_stops_seeing_it_and_lifting_the_wall_opens_it_to_all(matter: Matter) -> None:
    login = matter.committee.logins["Gao Wei"]
    address = f"/meetings/{matter.meeting.pk}/"
    assert client_of(login).get(address).status_code == 200
    let_out(matter.wall, login)
    assert client_of(login).get(address).status_code == 404
    lift(matter.wall)
    assert client_of(login).get(address).status_code == 200
    assert client_of(user_with("auditor")).get(address).status_code == 200


def test_leaves_and_proofs_of_it_stand_behind_the_wall(matter: Matter) -> None:
    outsider = matter.outsiders()["everything"]
    of_it = {(record.type_code(), record.pk) for record in matter.records()} - {
        (record.type_code(), record.pk) for record in matter.records() if record.type_code() == "files.storedfile"
    }
    leaves = [leaf for leaf in Leaf.objects.order_by("seq") if (leaf.record_type, leaf.record_id) in of_it]
    assert len(leaves) >= 10
    client = client_of(outsider)
    listed = body_of(client.get("/ledger/"))
    for leaf in leaves:
        assert leaf_for(outsider, leaf.seq) is None, leaf.action
        assert leaf_for(matter.secretary, leaf.seq) is not None, leaf.action
        assert f'href="/ledger/{leaf.seq}/"' not in listed, leaf.action
        assert client.get(f"/ledger/{leaf.seq}/").status_code == 404
        assert client.get(f"/ledger/{leaf.seq}/proof.json").status_code == 404
    assert WORD.encode() in b"".join(bytes(one.content or b"") for one in Version.objects.filter(leaf__in=leaves))


@pytest.mark.parametrize(
    ("action", "field", "row"),
    [
        ("bodies.agendaitem.add", "meeting", "meeting"),
        ("bodies.minutes.draft", "meeting", "meeting"),
        ("bodies.paper.add", "item", "item"),
        ("bodies.decision.propose", "item", "item"),
        ("bodies.recusal.record", "item", "item"),
        ("bodies.vote.record", "decision", "decision"),
        ("bodies.vote.cast", "decision", "decision"),
    ],
)
def test_no_form_offers_it_and_no_call_takes_it(matter: Matter, action: str, field: str, row: str) -> None:
    user = matter.outsiders()["everything"]
    form = bound_form(action_named(action)(), Actor(user), None, None)
    assert form is not None
    assert not form.fields[field].queryset.filter(pk=matter.rows[row].pk).exists()  # type: ignore[attr-defined]
    before = Leaf.objects.count()
    with pytest.raises((Invalid, NotVisible)):
        act(action, user, **{field: matter.rows[row].pk})
    answer = client_of(user).post(
        f"/api/v1/records/{action.rpartition('.')[0]}/actions/{action.rpartition('.')[2]}",
        {field: matter.rows[row].pk},
        content_type="application/json",
    )
    assert answer.status_code in {404, 422}
    assert WORD not in body_of(answer)
    assert Leaf.objects.count() == before
    inside = bound_form(action_named(action)(), Actor(matter.secretary), None, None)
    assert inside is not None
    assert inside.fields[field].queryset.filter(pk=matter.rows[row].pk).exists()  # type: ignore[attr-defined]


def test_no_incident_and_no_disclosure_is_offered_its_decision(matter: Matter) -> None:
    decided = matter.rows["decision"]
    user = matter.outsiders()["everything"]
    for action in ("incidents.incident.link_measures_decision", "disclosures.disclosure.approve"):
        form = bound_form(action_named(action)(), Actor(user), None, None)
        assert form is not None
        for field in form.fields.values():
            queryset = getattr(field, "queryset", None)
            if queryset is not None and queryset.model is Decision:
                assert not queryset.filter(pk=decided.pk).exists(), action


def test_its_decisions_are_numbered_apart_and_leave_no_gap_among_the_others(matter: Matter) -> None:
    body, people = matter.committee.body, list(matter.committee.people.values())
    votes = dict.fromkeys(people, "for")
    numbers = [decide(body, "risk", at(2025, 1 + month, 10), votes).number for month in range(2)]
    decided = matter.rows["decision"]
    assert isinstance(decided, Decision)
    assert decided.number == "2025-R1"
    second = _another(matter)
    numbers.append(decide(body, "risk", at(2025, 9, 10), votes).number)
    assert numbers == ["2025-1", "2025-2", "2025-3"]
    assert second.number == "2025-R2"
    lift(matter.wall)
    assert decide(body, "risk", at(2025, 10, 10), votes).number == "2025-4"
    decided.refresh_from_db()
    assert decided.number == "2025-R1"


def _another(matter: Matter) -> Any:
    """One more decision behind the same wall, by written resolution."""
    who, moment = matter.secretary, at(2025, 7, 1)
    with clock.fixed(moment):
        meeting = behind(who, matter.wall, matter.committee.body, moment, "written_resolution")
        item: Any = doing(who, "bodies.agendaitem.add", lambda ctx: add_item(ctx, meeting, "More"))
        made: Any = doing(who, "bodies.decision.propose", lambda ctx: propose(ctx, item, "other", "More", "Resolved."))
        act("bodies.meeting.call", who, meeting)
        act("bodies.meeting.open", who, meeting)
        act("bodies.decision.put", who, made)
        for login in matter.committee.logins.values():
            act("bodies.vote.cast", login, decision=made, choice="for")
        return act("bodies.decision.declare", who, made)


def test_a_verdict_that_rests_on_it_tells_neither_number_nor_title(matter: Matter) -> None:
    asked = {"kind": "management_committee", "topic": "response_measures", "at_least": 1}
    answer = ask("bodies.decided", PERIOD, 2025, **asked)  # type: ignore[arg-type]
    assert str(answer.verdict) == "supported"
    assert [row.title for row in answer.evidence] == ["Decision behind a wall"]
    # A paper changed by hand since: the fault is told, its title is not.
    from quarterdeck.kernel.records import writing

    paper: Any = matter.rows["paper"]
    with writing():
        paper.text = "Other words."
        paper.save()
    answer = ask("bodies.decided", PERIOD, 2025, **asked)  # type: ignore[arg-type]
    assert str(answer.verdict) == "contradicted"
    assert [row.note for row in answer.evidence] == ["papers changed since"]
    assert WORD not in repr(answer)
    lift(matter.wall)
    answer = ask("bodies.decided", PERIOD, 2025, **asked)  # type: ignore[arg-type]
    assert WORD in answer.evidence[0].title
    assert WORD in answer.evidence[0].note


def test_a_package_names_the_decision_behind_an_approval_without_its_title(matter: Matter) -> None:
    from quarterdeck.areas.disclosures.models import Approval

    decided = matter.rows["decision"]
    assert isinstance(decided, Decision)
    approval = Approval(approved_by=matter.secretary, approved_at=DAY, content_sha256="0" * 64, decision=decided)
    assert _approval(approval)["decision"] == "Decision behind a wall"  # type: ignore[index,call-overload]


def test_a_body_is_dissolved_without_a_word_of_a_meeting_behind_a_wall(called_for: Matter) -> None:
    outsider, body = user_with("secretary"), called_for.committee.body
    for seat in body.memberships.all():
        act("bodies.membership.end", outsider, seat, effective_until="2025-06-30")
    with pytest.raises(Refused, match="Meetings are not finished"):
        act("bodies.body.dissolve", called_for.secretary, body, effective_until="2025-06-30")
    assert act("bodies.body.dissolve", outsider, body, effective_until="2025-06-30").state == "dissolved"
    act("bodies.meeting.cancel", called_for.secretary, called_for.meeting, because="The body is gone.")


class TestMaking:
    def test_it_is_planned_behind_a_wall_by_somebody_inside_only(self, called_for: Matter) -> None:
        body, wall = called_for.committee.body, called_for.wall
        assert called_for.meeting.wall == wall
        assert called_for.meeting.state == "planned"
        with pytest.raises(NotVisible):
            behind(user_with("secretary"), wall, body)
        assert behind(system(), wall, body).wall == wall
        lift(wall)
        with pytest.raises(Refused, match="plan an ordinary meeting"):
            behind(called_for.secretary, wall, body)

    def test_not_on_a_day_on_which_the_body_does_not_exist(self, called_for: Matter) -> None:
        with pytest.raises(Refused, match="exists from 2024-01-02 only"):
            behind(called_for.secretary, called_for.wall, called_for.committee.body, at(2023, 6, 1))

    def test_the_ordinary_form_plans_no_meeting_behind_a_wall(self, called_for: Matter) -> None:
        form = bound_form(action_named("bodies.meeting.plan")(), Actor(called_for.secretary), None, None)
        assert form is not None
        assert "wall" not in form.fields

    def test_items_are_numbered_in_the_order_they_are_put_on(self, called_for: Matter) -> None:
        who, meeting = called_for.secretary, called_for.meeting
        made: Any = doing(who, "bodies.agendaitem.add", lambda ctx: add_item(ctx, meeting, "Second"))
        third = act("bodies.agendaitem.add", who, meeting=meeting, title="Third")
        assert (made.number, third.number) == (2, 3)

    def test_a_review_of_materiality_says_which_days_it_covers(self, called_for: Matter) -> None:
        from django.core.exceptions import ValidationError

        item = called_for.rows["item"]
        assert isinstance(item, AgendaItem)
        with pytest.raises(ValidationError):
            doing(
                called_for.secretary,
                "bodies.decision.propose",
                lambda ctx: propose(ctx, item, "materiality_review", "Review", "Not material."),
            )
        made: Any = doing(
            called_for.secretary,
            "bodies.decision.propose",
            lambda ctx: propose(ctx, item, "materiality_review", "Review", "Not material.", DAY.date(), DAY.date()),
        )
        assert (made.meeting, made.outcome) == (called_for.meeting, "proposed")

    def test_nothing_is_put_before_a_closed_meeting(self, matter: Matter) -> None:
        item = matter.rows["item"]
        assert isinstance(item, AgendaItem)
        for work in (
            lambda ctx: add_item(ctx, matter.meeting, "Late"),
            lambda ctx: add_paper(ctx, item, "Late", "Late"),
            lambda ctx: propose(ctx, item, "other", "Late", "Late"),
        ):
            with pytest.raises(Refused, match="goes on the agenda of the next"):
                doing(matter.secretary, "bodies.agendaitem.add", work)  # type: ignore[type-var]

    def test_it_follows_its_matter_behind_another_wall(self, matter: Matter) -> None:
        lift(matter.wall)
        auditor, address = client_of(user_with("auditor")), f"/meetings/{matter.meeting.pk}/"
        assert auditor.get(address).status_code == 200
        again = wall_with(matter.secretary)

        def move(ctx: Any) -> Meeting:
            follow_wall(ctx, matter.wall, again)
            return Meeting.objects.get(pk=matter.meeting.pk)

        assert doing(matter.secretary, "bodies.meeting.change", move).wall == again
        assert auditor.get(address).status_code == 404
        assert client_of(matter.secretary).get(address).status_code == 200


class TestWhoTakesPart:
    def test_it_is_not_called_while_a_member_with_a_login_stands_outside(self, called_for: Matter) -> None:
        who, login = called_for.secretary, called_for.committee.logins
        for name in ("Gao Wei", "Lin Qiao"):
            let_out(called_for.wall, login[name])
        with pytest.raises(
            Refused, match=r"2 voting members stand outside the wall\. Let them in, or record their recusal"
        ):
            act("bodies.meeting.call", who, called_for.meeting)
        wall_in(called_for, login["Gao Wei"])
        with pytest.raises(Refused, match="1 voting member stands outside the wall"):
            act("bodies.meeting.call", who, called_for.meeting)
        with clock.fixed(DAY):
            act(
                "bodies.recusal.record", who, item=called_for.rows["item"],
                person=called_for.committee.people["Lin Qiao"], reason="Sold shares in May.",
            )  # fmt: skip
        assert act("bodies.meeting.call", who, called_for.meeting).state == "called"

    def test_somebody_recused_on_one_item_of_two_has_to_stand_inside(self, called_for: Matter) -> None:
        who, login = called_for.secretary, called_for.committee.logins["Lin Qiao"]
        act("bodies.agendaitem.add", who, meeting=called_for.meeting, title="Second")
        let_out(called_for.wall, login)
        with clock.fixed(DAY):
            act(
                "bodies.recusal.record", who, item=called_for.rows["item"],
                person=called_for.committee.people["Lin Qiao"], reason="Sold shares in May.",
            )  # fmt: skip
        with pytest.raises(Refused, match="1 voting member"):
            act("bodies.meeting.call", who, called_for.meeting)

    def test_a_member_without_a_login_keeps_nobody_from_calling_it_and_is_recorded(self, called_for: Matter) -> None:
        who, body = called_for.secretary, called_for.committee.body
        silent, _login = person("Old Director")
        act("bodies.membership.appoint", who, body=body, person=silent, role="member", effective_from="2024-02-01")
        act("bodies.meeting.call", who, called_for.meeting)
        with clock.fixed(DAY):
            act("bodies.meeting.open", who, called_for.meeting)
            act("bodies.meeting.record_attendance", who, called_for.meeting, present=[silent.pk])

    def test_it_is_not_opened_once_a_member_was_let_out(self, called_for: Matter) -> None:
        who = called_for.secretary
        act("bodies.meeting.call", who, called_for.meeting)
        let_out(called_for.wall, called_for.committee.logins["Gao Wei"])
        with clock.fixed(DAY), pytest.raises(Refused, match="1 voting member stands outside"):
            act("bodies.meeting.open", who, called_for.meeting)

    def test_nobody_outside_is_recorded_as_there_presides_or_votes(self, called_for: Matter) -> None:
        who, meeting, people = called_for.secretary, called_for.meeting, called_for.committee.people
        guest, _login = person("Guest Expert", "analyst")
        item = called_for.rows["item"]
        with clock.fixed(DAY):
            act("bodies.recusal.record", who, item=item, person=people["Chen Yu"], reason="Owns shares.")
            let_out(called_for.wall, called_for.committee.logins["Chen Yu"])
            act("bodies.meeting.call", who, meeting)
            with pytest.raises(Refused, match="Outside the wall: Chen Yu"):
                act("bodies.meeting.open", who, meeting)
            act("bodies.meeting.open", who, meeting, presided_by=people["Gao Wei"])
            for there in ({"present": [people["Chen Yu"].pk]}, {"in_attendance": [guest.pk]}):
                with pytest.raises(Refused, match="Whoever takes part is let in first"):
                    act("bodies.meeting.record_attendance", who, meeting, **there)
            act(
                "bodies.meeting.record_attendance", who, meeting, apologies=[people["Chen Yu"].pk],
                present=[people["Gao Wei"].pk, people["Lin Qiao"].pk],
            )  # fmt: skip
            made = act("bodies.decision.propose", who, item=item, topic="other", title="T", text="Resolved.")
            act("bodies.decision.put", who, made)
            let_out(called_for.wall, called_for.committee.logins["Lin Qiao"])
            with pytest.raises(Refused, match="Outside the wall: Lin Qiao"):
                act("bodies.vote.record", who, decision=made, person=people["Lin Qiao"], choice="for")
            with pytest.raises((Invalid, NotVisible)):
                act("bodies.vote.cast", called_for.committee.logins["Lin Qiao"], decision=made, choice="for")
            act("bodies.vote.cast", called_for.committee.logins["Gao Wei"], decision=made, choice="for")

    def test_an_open_meeting_asks_nobody_about_walls(self, called_for: Matter) -> None:
        body, people = called_for.committee.body, list(called_for.committee.people.values())
        for login in called_for.committee.logins.values():
            let_out(called_for.wall, login)
        assert decide(body, "risk", at(2025, 3, 3), dict.fromkeys(people, "for")).outcome == "carried"


def wall_in(matter: Matter, user: User) -> None:
    from quarterdeck.kernel.records import writing

    with writing():
        WallMember(wall=matter.wall, user=user, why="Asked", entered_at=clock.now(), revision=1).save()


def test_a_review_of_materiality_behind_a_wall_is_evidence_without_its_title(called_for: Matter) -> None:
    from quarterdeck.kernel.claims import Evidence

    item = called_for.rows["item"]
    assert isinstance(item, AgendaItem)
    made: Any = doing(
        called_for.secretary,
        "bodies.decision.propose",
        lambda ctx: propose(ctx, item, "materiality_review", WORD, "Material.", DAY.date(), DAY.date()),
    )
    for record in (made, item, called_for.meeting):
        assert Evidence.of(record).title == f"{str(record._meta.verbose_name).capitalize()} behind a wall"
    lift(called_for.wall)
    made = Decision.objects.get(pk=made.pk)
    assert Evidence.of(made).title == WORD
