"""What the panel, management and the board were told, when, and that they received it."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.letters import Letter, send
from quarterdeck.demo.papers import after_month, months
from quarterdeck.demo.stage import Stage

#: (sent, first day covered, last day covered, title)
QUARTERS = (
    (date(2025, 1, 16), date(2024, 10, 1), date(2024, 12, 31), "Cybersecurity, fourth quarter 2024"),
    (date(2025, 3, 25), date(2025, 1, 1), date(2025, 3, 21), "Cybersecurity, first quarter 2025"),
    (date(2025, 7, 17), date(2025, 3, 22), date(2025, 6, 30), "Cybersecurity, second quarter 2025"),
    (date(2025, 10, 16), date(2025, 7, 1), date(2025, 9, 30), "Cybersecurity, third quarter 2025"),
    (date(2025, 12, 16), date(2025, 10, 1), date(2025, 12, 10), "Cybersecurity before the year end 2025"),
    (date(2026, 1, 22), date(2025, 10, 1), date(2025, 12, 31), "Cybersecurity, fourth quarter 2025"),
)
TEXT = (
    "Where our practices stand and what changed in them. The material risks from the newest assessment, with what makes each of them "
    "smaller and by when. What others found when they looked at us: the yearly comparison of the industry association, and the questions "
    "that two airlines asked before renewing. What is new among attackers, and what we make of it. Incidents since the last report, with "
    "their assessment."
)
TOPICS = (
    "assessment", "identification", "management", "material_risks", "external_evaluations", "developments", "practices", "mitigation",
    "incidents",
)  # fmt: skip
MANAGEMENT = (
    ("Jiang Suyin", "jiang.suyin"),
    ("Qiu Heng", "qiu.heng"),
    ("Tao Min", "tao.min"),
    ("Yan Shu", "yan.shu"),
)

#: What stood foremost in each month's report to the panel, in order from January 2025.
MONTHS = (
    "Passwords tried in bulk against hosts; what stopped them and what let some through.",
    "Quiet. New limits on calls in the mini programs hold.",
    "Statements sent to the wrong hosts; how addresses are joined from now on.",
    "Sign-in by text message alone ends for accounts with a card.",
    "A laptop lost and erased from afar; disks of all travelling colleagues checked.",
    "The rehearsal on payout accounts and its four lessons.",
    "Search cluster: what is watched twice while it moves.",
    "Prices and beds read out in bulk through the mini programs; what it cost and how it ended.",
    "The flaw in the message parser: found by inventory on the first day, gone on the fourth.",
    "A supplier's console opened by a stranger; sign-in codes by another way for five hours.",
    "Administrators: thirty-one fewer than in spring.",
    "All suppliers' keys are in one vault.",
    "Quiet. The industry's warning list is read by machine now.",
    "Mails that imitate the payout team; reported by colleagues within minutes.",
    "The spring assessment and what it changes in the watch lists.",
)
DETAIL = (
    "{news} Prevention: what was closed, renewed or made stricter. Detection: what each group on duty looked at, how long it took to "
    "notice, which rules were noisy. Management: open cases, who has them, and what the members have to decide."
)
DETAIL_TOPICS = ("prevention", "detection", "management", "incidents")


def scenes(stage: Stage) -> None:
    """Each quarter the head of security writes to panel, executives and board; each month the analyst writes to the panel."""
    for sent, start, end, title in QUARTERS:
        letter = Letter(sent, start, end, title, TOPICS, TEXT, ("panel", "board"), MANAGEMENT)
        stage.later(sent, partial(send, stage, letter, "Hou Jian", "hou.jian", sent.isoformat()), hour=4)
    for first, news in zip(months(date(2025, 1, 1), date(2026, 3, 1)), MONTHS, strict=True):
        sent = after_month(first, 6)
        last = date.fromordinal(after_month(first, 1).toordinal() - 1)
        title = f"Detailed report to the panel, {first:%B} {first.year}"
        letter = Letter(sent, first, last, title, DETAIL_TOPICS, DETAIL.format(news=news), ("panel",))
        stage.later(sent, partial(send, stage, letter, "Gu Tian", "gu.tian", f"{first:%Y-%m}"), hour=4)
