"""A matter behind a wall before a committee of three, with a word in it that nobody outside may ever read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from quarterdeck.areas.bodies.actions.meeting import add_item, add_paper, plan_behind, propose
from quarterdeck.areas.bodies.models import AgendaItem, Body, Decision, Meeting, Minutes, Paper
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, Context
from quarterdeck.kernel.ledger.append import append
from quarterdeck.kernel.permissions.models import Wall, WallMember
from quarterdeck.kernel.records import Record, writing
from quarterdeck.kernel.resource.registry import resource_of
from tests.areas.evidence.papers import uploaded
from tests.support import act, at, user_with
from tests.web.cast import Committee, committee

WORD = "xylograph"
DAY = at(2025, 6, 12, 6)

T = TypeVar("T", bound=Record)


def doing(who: User | Actor, action: str, work: Callable[[Context], T]) -> T:
    """What an action of another area does: ``work`` inside its transaction, and its leaf."""
    actor = who if isinstance(who, Actor) else Actor(who)
    with transaction.atomic(), writing():
        ctx = Context(actor=actor, at=clock.now())
        made = work(ctx)
        append(ctx, action, made, resource_of(type(made)))
    return type(made)._base_manager.get(pk=made.pk)


def wall_with(*inside: User) -> Wall:
    """A wall with these people inside."""
    with writing():
        wall = Wall(title="INC-1", revision=1)
        wall.save()
        for user in inside:
            WallMember(wall=wall, user=user, why="Needs to know", entered_at=clock.now(), revision=1).save()
    return wall


def let_out(wall: Wall, user: User) -> None:
    """From now on ``user`` stands outside."""
    with writing():
        for row in WallMember.objects.filter(wall=wall, user=user, left_at=None):
            row.left_at = clock.now()
            row.save()


def lift(wall: Wall) -> None:
    """Ordinary permissions apply again."""
    with writing():
        wall.lifted_at = clock.now()
        wall.save()


def behind(
    who: User | Actor, wall: Wall, body: Body, moment: datetime = DAY, kind: str = "meeting", place: str = ""
) -> Meeting:
    """A meeting of ``body`` behind ``wall``, planned."""
    return doing(who, "bodies.meeting.plan", lambda ctx: plan_behind(ctx, body, kind, moment, wall, place))


@dataclass
class Matter:
    """The committee, its wall (secretary and members inside) and the meeting, with everything that hangs on it."""

    secretary: User
    committee: Committee
    wall: Wall
    meeting: Meeting
    rows: dict[str, Record] = field(default_factory=dict)

    def outsiders(self) -> dict[str, User]:
        """One login of every role that sees meetings, and some that administer, outside the wall."""
        roles = (
            "secretary", "administrator", "auditor", "committee_member", "ciso", "counsel", "board_member", "panel_member",
            "disclosure_officer", "analyst", "employee",
        )  # fmt: skip
        found = {role: user_with(role) for role in roles}
        found["everything"] = user_with(*roles)
        return found

    def records(self) -> list[Record]:
        """Every record of the meeting, as it is now."""
        return [type(row)._base_manager.get(pk=row.pk) for row in self.rows.values()]


def planned() -> Matter:
    """A meeting behind a wall, planned, with one item; all three members stand inside."""
    secretary = user_with("secretary", login="qian.shu")
    body = committee(secretary, members=("Chen Yu", "Gao Wei", "Lin Qiao"), quorum=2)
    wall = wall_with(secretary, *body.logins.values())
    with clock.fixed(DAY):
        meeting = behind(secretary, wall, body.body, place=f"Room {WORD}")
        item = doing(
            secretary,
            "bodies.agendaitem.add",
            lambda ctx: add_item(ctx, meeting, f"{WORD} item", f"About the {WORD}.", body.people["Chen Yu"]),
        )
    return Matter(secretary, body, wall, meeting, {"meeting": meeting, "item": item})


def minuted() -> Matter:
    """The same, held: papers, a recusal, a vote against with dissent, carried, closed, minutes drafted."""
    matter = planned()
    who, rows, people = matter.secretary, matter.rows, matter.committee.people
    item = rows["item"]
    assert isinstance(item, AgendaItem)
    with clock.fixed(DAY):
        rows["paper"] = paper = doing(
            who, "bodies.paper.add", lambda ctx: add_paper(ctx, item, f"{WORD} paper", f"All about the {WORD}.")
        )
        assert isinstance(paper, Paper)
        file = uploaded(who, name=f"{WORD}.txt")
        rows["filed"] = act("bodies.paper.add", who, item=item, title=f"{WORD} file", file=file)
        rows["file"] = file
        second: Any = doing(who, "bodies.agendaitem.add", lambda ctx: add_item(ctx, matter.meeting, f"{WORD} second"))
        rows["second"] = second
        rows["recusal"] = act(
            "bodies.recusal.record", who, item=second, person=people["Lin Qiao"], reason=f"Knows the {WORD}."
        )
        decision: Any = doing(
            who,
            "bodies.decision.propose",
            lambda ctx: propose(ctx, item, "response_measures", f"{WORD} measures", f"Against the {WORD}."),
        )
        act("bodies.meeting.call", who, matter.meeting)
        act("bodies.meeting.open", who, matter.meeting)
        act("bodies.meeting.record_attendance", who, matter.meeting, present=[one.pk for one in people.values()])
        rows["attendance"] = matter.meeting.attendance.order_by("pk")[0]
        act("bodies.decision.put", who, decision)
        for name, choice in (("Chen Yu", "for"), ("Gao Wei", "for")):
            act("bodies.vote.cast", matter.committee.logins[name], decision=decision, choice=choice)
        rows["vote"] = act(
            "bodies.vote.record", who, decision=decision, person=people["Lin Qiao"], choice="against",
            dissent=f"The {WORD} should stay.",
        )  # fmt: skip
        rows["decision"] = act("bodies.decision.declare", who, decision)
        act("bodies.meeting.close", who, matter.meeting)
        rows["minutes"] = act("bodies.minutes.draft", who, meeting=matter.meeting)
    assert isinstance(rows["decision"], Decision)
    assert isinstance(rows["minutes"], Minutes)
    assert WORD in rows["minutes"].text
    return matter
