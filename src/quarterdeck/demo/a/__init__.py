"""Company A: a fictional travel group in the Cayman Islands, listed in New York, that files Form 20-F.

An internal panel under senior executives runs its programme and answers to the board itself; there is no committee of the
board. Everything is assessed and tested by its own teams. Its year is told by subject; the stage performs all of it in order
of time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from quarterdeck.demo.a import (
    bodies,
    company,
    engagements,
    evidence,
    incidents,
    people,
    policies,
    reports,
    risks,
    safeguards,
    training,
    vendors,
)
from quarterdeck.demo.stage import Stage
from quarterdeck.demo.story import Annual, Story

REFERENCE = "More on what such threats could mean for us is said under “Item 3. Key Information—D. Risk Factors” of this annual report."


def stage() -> Stage:
    """Found the home and set every scene of the story; nothing but the founding has happened yet."""
    made = Stage(company.HANDS)
    made.found(company.REGISTRANT["name"], company.START)
    company.scenes(made)
    people.scenes(made)
    bodies.scenes(made)
    policies.scenes(made)
    evidence.scenes(made)
    training.scenes(made)
    vendors.scenes(made)
    safeguards.scenes(made)
    engagements.scenes(made)
    risks.scenes(made)
    reports.scenes(made)
    incidents.scenes(made)
    return made


def refer(stage: Stage) -> None:
    """The disclosure officer adds by hand where the report says more: no record could bear that."""
    stage.do(
        "disclosures.statement.create",
        company.HANDS.disclosure,
        disclosure=stage.cast["annual"],
        part="strategy",
        paragraph=4,
        kind="reference",
        text=REFERENCE,
    )


STORY = Story(
    letter="a",
    house=company.house(),
    stage=stage,
    files=Annual(
        form="20-F",
        preparer="an.bei",
        approver="sheng.hui",
        drafted=date(2026, 4, 16),
        submitted=date(2026, 4, 17),
        approved=date(2026, 4, 21),
        filing=date(2026, 4, 27),
        decision="decision:board:disclosure_approval:2026-04-21",
        sealed=datetime(2026, 4, 22, 2, tzinfo=UTC),
        revise=refer,
    ),
)
