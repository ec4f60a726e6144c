"""The draft of the minutes, word by word, from a record that no database holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from quarterdeck.areas.bodies.minutes import DecisionLine, ItemLine, MeetingRecord, VoteLine, draft

DECISION = DecisionLine(
    number="2026-41",
    title="Engage the assessor",
    text="The assessor is engaged for one year.",
    outcome="carried",
    votes=(VoteLine("Lin Wei", "for"), VoteLine("Sun Bo", "for"), VoteLine("Gao Yu", "against", "Too dear.")),
    papers_hash="ab" * 32,
)
MEETING = MeetingRecord(
    body="Cyber Committee",
    held_on=date(2026, 3, 5),
    opened="09:00 CST",
    closed="10:30 CST",
    place="Harbour Room",
    written=False,
    presided_by="Lin Wei",
    present=("Gao Yu", "Lin Wei", "Ma Li", "Sun Bo"),
    apologies=("He Jun",),
    in_attendance=("Expert Zhou",),
    entitled=5,
    needed=3,
    items=(
        ItemLine(1, "Assessor", ("Offer",), (("Ma Li", "Her brother works there."),), (DECISION,)),
        ItemLine(2, "Quarterly report"),
    ),
)


def test_the_minutes_say_all_that_was_recorded_in_order() -> None:
    assert draft(MEETING).splitlines() == [
        "Minutes of the Cyber Committee",
        "",
        "Held on 2026-03-05, 09:00 CST, at Harbour Room.",
        "In the chair: Lin Wei.",
        "Present: Gao Yu, Lin Wei, Ma Li, Sun Bo.",
        "Apologies: He Jun.",
        "In attendance: Expert Zhou.",
        "Members entitled to vote: 5; quorum: 3.",
        "",
        "1. Assessor",
        "Papers: Offer.",
        "Ma Li took no part in this item: Her brother works there.",
        "Decision 2026-41, carried: Engage the assessor.",
        "The assessor is engaged for one year.",
        "Votes: 2 for, 1 against, 0 abstentions.",
        "Against: Gao Yu.",
        "Dissent of Gao Yu: Too dear.",
        f"Papers as decided on, SHA-256 {'ab' * 32}.",
        "",
        "2. Quarterly report",
        "Noted; nothing was put to the vote.",
        "",
        "The meeting closed at 10:30 CST.",
    ]


def test_a_lost_and_a_withdrawn_proposal_read_as_such() -> None:
    lost = replace(DECISION, outcome="lost", votes=(VoteLine("Lin Wei", "abstain"), VoteLine("Sun Bo", "against")))
    item = ItemLine(1, "Assessor", decisions=(lost, replace(DECISION, outcome="withdrawn", number="", title="Other")))
    text = draft(replace(MEETING, items=(item,)))
    assert "Decision 2026-41, lost: Engage the assessor." in text
    assert "Votes: 0 for, 1 against, 1 abstention." in text
    assert "Abstained: Lin Wei." in text
    assert "Proposal withdrawn: Other." in text


def test_a_written_resolution_has_no_place_chair_or_attendance() -> None:
    text = draft(replace(MEETING, written=True, present=(), apologies=(), in_attendance=()))
    assert text.startswith("Written resolution of the Cyber Committee\n\nCirculated on 2026-03-05")
    assert "Present" not in text
    assert "In the chair" not in text


def test_a_meeting_nobody_attended_says_nobody() -> None:
    assert "Present: nobody." in draft(replace(MEETING, present=()))
