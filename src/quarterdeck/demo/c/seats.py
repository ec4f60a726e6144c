"""The first weeks: people on record, both bodies established and their charters in force, the plan rehearsed; then
the regular meetings."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo import papers
from quarterdeck.demo.c.people import CHARTERS, PEOPLE, ROOMS, SITTINGS, sitting
from quarterdeck.demo.persons import record
from quarterdeck.demo.sittings import appoint, establish, hold, report_to
from quarterdeck.demo.stage import Stage

SINCE = "2021-06-01"


def scenes(stage: Stage) -> None:
    """In the order in which they have to be known."""
    stage.later(date(2026, 1, 6), lambda: record(stage, PEOPLE, "ironquill.example"), hour=15)
    stage.later(date(2026, 1, 7), partial(_seat, stage), hour=15)
    stage.later(date(2026, 1, 8), partial(_approve_charters, stage), hour=15)
    stage.later(date(2026, 1, 22), partial(_rehearse, stage), hour=15)
    for said, points in SITTINGS.items():
        held = sitting(said, points)
        stage.later(held.day, partial(hold, stage, held, ROOMS[held.body]), hour=20)


def _seat(stage: Stage) -> None:
    for cast, (name, kind, duties) in CHARTERS.items():
        establish(stage, cast, name, kind, duties, since=SINCE, charter_from="2026-01-08")
        chair, *others = ROOMS[cast].members
        appoint(stage, cast, chair, "chair", SINCE)
        for member in others:
            appoint(stage, cast, member, "member", SINCE)
        appoint(stage, cast, "Ellen Sather", "secretary", SINCE)
    report_to(stage, "committee", "board", SINCE)


def _approve_charters(stage: Stage) -> None:
    for cast, room in ROOMS.items():
        stage.do("bodies.charter.approve", room.logins[room.members[0]], f"{cast}:charter")


def _rehearse(stage: Stage) -> None:
    papers.exercise(stage, "Exercise: a line controller held to ransom", version="3", held="2026-01-21", lessons=2)
