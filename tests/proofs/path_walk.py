"""The path of what could be material, walked by six people through any door: by API, in a browser, by keyboard alone.

A :class:`Door` does one action as one person and answers with the key of the record. :func:`walk` knows the order of steps
and whose each is; before a step it lets somebody try whose step it is not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol


class Door(Protocol):
    """One way into the product."""

    def do(self, login: str, code: str, key: int | None, data: Mapping[str, object]) -> int:
        """The action as that person; the record's key. AssertionError when it does not go through."""

    def barred(self, login: str, code: str, key: int | None, data: Mapping[str, object]) -> bool:
        """Whether the person cannot do it, and is told so or finds no such record."""

    def hidden(self, login: str, path: str) -> bool:
        """Whether there is no such page for the person."""


@dataclass(frozen=True)
class People:
    """Who takes which step in a company: logins; ``lead`` assesses; ``directors`` sit on the body that decides."""

    analyst: str
    heads: tuple[tuple[str, str], ...]
    secretary: str
    counsel: str
    lead: str
    body: str
    directors: tuple[str, ...]
    outside: str
    foreign: bool

    def everybody(self) -> tuple[str, ...]:
        return (self.analyst, *(login for login, _unit in self.heads), self.secretary, self.counsel, self.lead,
                *self.directors)  # fmt: skip


@dataclass
class Rows:
    """What the test needs to know of keys, read from outside the program."""

    home: Path

    def one(self, query: str, *values: object) -> Any:
        with sqlite3.connect(f"file:{self.home / 'db.sqlite3'}?mode=ro", uri=True, timeout=30) as database:
            found = database.execute(query, values).fetchone()
        return None if found is None else found[0]

    def all(self, query: str, *values: object) -> list[Any]:
        with sqlite3.connect(f"file:{self.home / 'db.sqlite3'}?mode=ro", uri=True, timeout=30) as database:
            return [row[0] for row in database.execute(query, values)]

    def now(self) -> datetime:
        """When something was last done there: the clock of a demonstration home stands in its story."""
        told = str(self.one("select max(at) from ledger_leaf"))
        return datetime.fromisoformat(told).replace(tzinfo=UTC)

    def user(self, login: str) -> int:
        return int(self.one("select id from accounts_user where login = ?", login))

    def person(self, login: str) -> int:
        query = "select p.id from people_person p join accounts_user u on u.id = p.user_id where u.login = ?"
        return int(self.one(query, login))

    def assigned(self, login: str) -> dict[str, object]:
        """The field that names somebody as the one to do it; nothing for who has no record as a person."""
        query = "select p.id from people_person p join accounts_user u on u.id = p.user_id where u.login = ?"
        found = self.one(query, login)
        return {} if found is None else {"assignee": found}

    def unit(self, code: str) -> int:
        return int(self.one("select id from permissions_unit where code = ?", code))

    def body(self, name: str) -> int:
        return int(self.one("select id from bodies_body where name = ?", name))


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Walk:
    """Each step as the person whose it is. ``between`` runs after every step (a test kills processes there)."""

    people: People
    door: Door
    rows: Rows
    title: str
    between: Callable[[], None] = lambda: None
    steps: list[str] = field(default_factory=list)

    def step(self, login: str, code: str, key: int | None = None, /, **data: object) -> int:
        made = self.door.do(login, code, key, data)
        self.steps.append(code)
        self.between()
        return made

    def not_by(self, login: str, code: str, key: int | None = None, /, **data: object) -> None:
        assert self.door.barred(login, code, key, data), f"{login} could do {code}"

    def run(self) -> int:
        """The whole path; the incident's key."""
        incident = self.contained()
        assessment = self.assessed(incident)
        self.decided(incident, assessment)
        return incident

    def contained(self) -> int:
        who, rows = self.people, self.rows
        now = rows.now()
        unit = rows.one("select id from permissions_unit where parent_id is null")
        self.not_by(who.outside, "incidents.incident.declare", title=self.title, nature="incident", unit=unit,
                    discovered_at=iso(now - timedelta(hours=1)))  # fmt: skip
        incident = self.step(
            who.analyst, "incidents.incident.declare", title=self.title, nature="incident", unit=unit,
            discovered_at=iso(now - timedelta(hours=1)), facts="A stranger read records through the payroll interface.",
        )  # fmt: skip
        on = "incidents.incident"
        self.step(who.analyst, f"{on}.rate", incident, severity="high", severity_why="41,200 records")
        self.step(who.analyst, f"{on}.trace", incident, source="external", source_why="Gateway log")
        self.step(who.analyst, f"{on}.contain", incident)
        self.not_by(who.analyst, f"{on}.ratify_containment", incident)
        self.step(who.lead, f"{on}.ratify_containment", incident)
        inside = [rows.user(login) for login in (who.counsel, who.secretary, *(login for login, _unit in who.heads))]
        self.not_by(who.heads[0][0], f"{on}.organise_assessment", incident, assessor=rows.person(who.lead))
        self.step(who.lead, f"{on}.organise_assessment", incident, assessor=rows.person(who.lead), inside=inside,
                  opinions_needed="on")  # fmt: skip
        # From here on there is no such incident for whoever stands outside.
        assert self.door.hidden(who.outside, f"/incidents/{incident}/")
        assert self.door.hidden(who.directors[-1], f"/incidents/{incident}/")
        return incident

    def assessed(self, incident: int) -> int:
        who, rows = self.people, self.rows
        due = (rows.now() + timedelta(days=2)).date().isoformat()
        for login, unit in who.heads:
            task = self.step(who.analyst, "incidents.task.give", incident=incident, unit=rows.unit(unit),
                             title=f"Say what was reached in {unit}", due=due, **rows.assigned(login))  # fmt: skip
            self.step(login, "incidents.task.accept", task)
        asked = self.step(
            who.counsel, "incidents.opinion.ask", incident=incident, by="counsel", name="Outside counsel", privileged="on",
            purpose="Duties to disclose", directed_by="Counsel", recipients="The body",
        )  # fmt: skip
        self.step(who.counsel, "incidents.advice.receive", opinion=asked, text="Disclosure is advisable.")
        self.not_by(who.analyst, "determinations.assessment.open", incident=incident)
        one = self.step(who.lead, "determinations.assessment.open", incident=incident)
        on = "determinations.assessment"
        self.not_by(who.lead, f"{on}.submit", one, potentially_material="yes")
        self.step(
            who.analyst, f"{on}.write", one, nature="A stolen token read records.", scope="41,200 records of employees.",
            timing="It began and ended on one day.", impact="Direct cost of 2.4 million.", recommendation="material",
            because="Reasonable investors would want to know.",
        )  # fmt: skip
        quantitative = ("direct_cost", "lost_revenue", "liability", "downtime", "people_affected", "share_of_users")
        for row in rows.all("select id from determinations_factor where assessment_id = ? order by id", one):
            code = rows.one("select code from determinations_factor where id = ?", row)
            amount = {"amount": "12"} if code in quantitative else {}
            self.step(who.analyst, "determinations.factor.answer", row, answer="answered", reason="Measured.", **amount)
        self.not_by(who.analyst, f"{on}.submit", one, potentially_material="yes")
        self.step(who.lead, f"{on}.submit", one, potentially_material="yes")
        return one

    def decided(self, incident: int, assessment: int) -> None:
        who, rows = self.people, self.rows
        body = rows.body(who.body)
        self.step(who.secretary, "incidents.incident.escalate", incident, escalated_to=body)
        assert not self.door.hidden(who.directors[-1], f"/incidents/{incident}/")
        assert self.door.hidden(who.outside, f"/incidents/{incident}/")
        bring = {
            "kind": "meeting", "planned_at": iso(rows.now()), "place": "By telephone", "materiality": "material",
            "materiality_because": "As assessed.", "measures": "Rotate every token.", "disclosure": "necessary",
            "disclosure_because": "As the rules ask.",
        }  # fmt: skip
        if not who.foreign:
            self.not_by(
                who.secretary, "determinations.assessment.bring", assessment, **bring | {"disclosure": "not_necessary"}
            )
        self.not_by(who.analyst, "determinations.assessment.bring", assessment, **bring)
        self.step(who.secretary, "determinations.assessment.bring", assessment, **bring)
        query = "select decision_id from determinations_determination where assessment_id = ? order by id"
        decisions = rows.all(query, assessment)
        meeting = rows.one("select meeting_id from bodies_decision where id = ?", decisions[0])
        self.not_by(who.analyst, "bodies.meeting.call", meeting)
        self.step(who.secretary, "bodies.meeting.call", meeting)
        self.step(who.secretary, "bodies.meeting.open", meeting)
        present = [rows.person(login) for login in who.directors]
        self.step(who.secretary, "bodies.meeting.record_attendance", meeting, present=present)
        self.not_by(who.secretary, "bodies.decision.put", decisions[1])
        for place, decision in enumerate(decisions):
            self.step(who.secretary, "bodies.decision.put", decision)
            self.not_by(who.secretary, "bodies.decision.declare", decision)
            for number, director in enumerate(who.directors):
                dissent = place == 0 and number == len(who.directors) - 1 and len(who.directors) > 2
                said = {"choice": "against", "dissent": "Too early."} if dissent else {"choice": "for"}
                self.step(director, "bodies.vote.cast", decision=decision, **said)
            self.step(who.secretary, "bodies.decision.declare", decision)
        self.step(who.secretary, "bodies.meeting.close", meeting)
        self.told(incident, assessment)

    def told(self, incident: int, assessment: int) -> None:
        """What the record says at the end, looked at from outside."""
        query = "select count(*) from determinations_determination where assessment_id = ? and state = 'decided'"
        assert self.rows.one(query, assessment) == 3
        assert self.rows.one("select materiality from incidents_incident where id = ?", incident) == "material"
        assert self.rows.one("select count(*) from incidents_incident where title = ?", self.title) == 1


PEOPLE: Mapping[str, People] = {
    "a": People(
        analyst="gu.tian", heads=(("xia.yun", "booking"), ("yu.fan", "stays")), secretary="kong.yi", counsel="yan.shu",
        lead="hou.jian", body="", directors=(), outside="zhan.li", foreign=True,
    ),
    "b": People(
        analyst="deng.hao", heads=(("bai.ling", "commerce"), ("wei.an", "fulfilment")), secretary="qian.shu",
        counsel="he.lan", lead="sun.rui", body="", directors=(), outside="rong.yi", foreign=True,
    ),
    "c": People(
        analyst="jo.lindgren",
        heads=(("ray.kowalski", "rockford"), ("dana.pruitt", "dubuque"), ("daniel.whitlock", "finance")),
        secretary="ellen.sather", counsel="thomas.egan", lead="priya.raman", body="", directors=(),
        outside="neil.foster", foreign=False,
    ),
}  # fmt: skip


def people_of(letter: str, rows: Rows, people: Mapping[str, People] = PEOPLE) -> People:
    """With the body that its charter in force charges with deciding on disclosure, and those who vote there."""
    known = people[letter]
    body = rows.one(
        "select b.name from bodies_body b join bodies_charter c on c.body_id = b.id join bodies_charterduty d on d.charter_id = c.id "
        "where d.duty = 'decide_disclosure' and d.struck = 0 and c.state = 'approved' and c.effective_until is null"
    )
    voters = rows.all(
        "select u.login from bodies_membership m join people_person p on p.id = m.person_id join accounts_user u on u.id = p.user_id "
        "join bodies_body b on b.id = m.body_id where b.name = ? and m.role in ('chair', 'member') and m.effective_until is null "
        "order by m.role, m.id",
        body,
    )
    return People(**{**known.__dict__, "body": body, "directors": tuple(voters)})
