"""A meeting at any point of its course, made by the actions that make it."""

from __future__ import annotations

from dataclasses import dataclass, field

from quarterdeck.areas.bodies.models import AgendaItem, Decision, Meeting
from quarterdeck.kernel.accounts.models import User
from tests.support import act, user_with
from tests.web.cast import Committee, committee


@dataclass
class Scene:
    """The meeting, its committee, its secretary, its items and decisions in order."""

    secretary: User
    committee: Committee
    meeting: Meeting
    items: list[AgendaItem] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"/meetings/{self.meeting.pk}/"

    def item(self, title: str, text: str = "", paper: str = "") -> AgendaItem:
        made: AgendaItem = act("bodies.agendaitem.add", self.secretary, meeting=self.meeting, title=title, text=text)
        if paper:
            act("bodies.paper.add", self.secretary, item=made, title=paper, text=f"{paper}: the text.")
        self.items.append(made)
        return made

    def call(self) -> None:
        act("bodies.meeting.call", self.secretary, self.meeting)

    def open(self, *present: str, apologies: tuple[str, ...] = ()) -> None:
        act("bodies.meeting.open", self.secretary, self.meeting)
        if present or apologies:
            act(
                "bodies.meeting.record_attendance", self.secretary, self.meeting,
                present=[self.committee.people[name].pk for name in present],
                apologies=[self.committee.people[name].pk for name in apologies],
            )  # fmt: skip

    def propose(self, item: AgendaItem, title: str, put: bool = True) -> Decision:
        made: Decision = act(
            "bodies.decision.propose",
            self.secretary,
            item=item,
            topic="risk",
            title=title,
            text=f"{title}, as set out.",
        )
        self.decisions.append(made)
        if put:
            act("bodies.decision.put", self.secretary, made)
        return made

    def vote(self, decision: Decision, choice: str, *names: str, dissent: str = "") -> None:
        for name in names:
            act(
                "bodies.vote.record", self.secretary, decision=decision, person=self.committee.people[name],
                choice=choice, dissent=dissent,
            )  # fmt: skip


def planned(kind: str = "meeting") -> Scene:
    """A meeting of a committee of five with a quorum of three, planned and with nothing on its agenda."""
    secretary = user_with("secretary", login="qian.shu")
    body = committee(secretary)
    meeting = act(
        "bodies.meeting.plan", secretary, body=body.body, kind=kind, planned_at="2025-06-12T06:00:00Z",
        place="" if kind == "written_resolution" else "Hangzhou, tenth floor",
    )  # fmt: skip
    return Scene(secretary, body, meeting)


def sitting() -> Scene:
    """Open, four of five there, one item with a paper and a proposal put to the vote, one item with a recusal."""
    scene = planned()
    first = scene.item("Network of the warehouses", "What the assessment found.", paper="Result of the assessment")
    second = scene.item("Contract with the outside assessor")
    scene.call()
    scene.open("Chen Yu", "Gao Wei", "Lin Qiao", "Ma Ning", apologies=("Sun Rui",))
    act(
        "bodies.recusal.record", scene.secretary, item=second, person=scene.committee.people["Lin Qiao"],
        reason="Her brother works for the assessor.",
    )  # fmt: skip
    scene.propose(first, "Separate the network of the warehouses")
    return scene


def decided() -> Scene:
    """The same, after the vote: carried against one, with dissent; closed."""
    scene = sitting()
    scene.vote(scene.decisions[0], "for", "Chen Yu", "Gao Wei", "Ma Ning")
    scene.vote(scene.decisions[0], "against", "Lin Qiao", dissent="The move should come first.")
    act("bodies.decision.declare", scene.secretary, scene.decisions[0])
    act("bodies.meeting.close", scene.secretary, scene.meeting)
    return scene
