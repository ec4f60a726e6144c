"""Company B: a fictional e-commerce group in the Cayman Islands, listed in New York, that files Form 20-F.

A management committee under the chief executive answers to a committee of the board. Its year is told by subject; the stage
performs all of it in order of time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from quarterdeck.demo.b import (
    bodies,
    company,
    engagements,
    evidence,
    incidents,
    people,
    phishing,
    playbooks,
    policies,
    processes,
    reports,
    risks,
    safeguards,
    training,
    vendors,
)
from quarterdeck.demo.stage import Stage
from quarterdeck.demo.story import Annual, Story


def stage() -> Stage:
    """Found the home and set every scene of the story; nothing but the founding has happened yet."""
    made = Stage(company.HANDS)
    made.found(company.REGISTRANT["name"], company.START)
    company.scenes(made)
    people.scenes(made)
    processes.scenes(made)
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
    phishing.scenes(made)
    playbooks.scenes(made)
    return made


STORY = Story(
    letter="b",
    house=company.house(),
    stage=stage,
    guests=(engagements.GUEST[0],),
    files=Annual(
        form="20-F",
        preparer="ye.lin",
        approver="ho.meiling",
        drafted=date(2026, 4, 16),
        submitted=date(2026, 4, 17),
        approved=date(2026, 4, 20),
        filing=date(2026, 4, 24),
        decision="decision:board:disclosure_approval:2026-04-20",
        sealed=datetime(2026, 4, 21, 2, tzinfo=UTC),
    ),
)
