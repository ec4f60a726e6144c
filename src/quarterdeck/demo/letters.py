"""Reports of a story: prepared, sent, and acknowledged by whoever got them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage


@dataclass(frozen=True)
class Letter:
    """One report. ``bodies`` by their name in the cast; ``people``: (name, login), who acknowledge for themselves."""

    sent: date
    start: date
    end: date
    title: str
    topics: tuple[str, ...]
    text: str
    bodies: tuple[str, ...]
    people: tuple[tuple[str, str], ...] = ()


def send(stage: Stage, letter: Letter, author: str, login: str, cast: str) -> None:
    """``author`` (signed in as ``login``) prepares and sends it; the secretary of a body acknowledges what the body got."""
    report = stage.do(
        "reports.report.prepare",
        login,
        cast=f"report:{cast}",
        title=letter.title,
        topics=list(letter.topics),
        period_from=letter.start,
        period_until=letter.end,
        author=stage.cast[key(author)],
        text=letter.text,
    )
    rows = [
        (
            stage.hands.secretary,
            stage.do(
                "reports.recipient.add", login, cast=f"receipt:{body}:{cast}", report=report, body=stage.cast[body]
            ),
        )
        for body in letter.bodies
    ]
    for name, own_login in letter.people:
        row = stage.do("reports.recipient.add", login, report=report, person=stage.cast[key(name)])
        rows.append((own_login, row))
    stage.do("reports.report.send", login, report)
    for who, row in rows:
        stage.do("reports.recipient.acknowledge", who, row)
    stage.do("reports.report.close", login, report)
