"""What the committee and the board committee were told, when, and that they received it."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.letters import Letter, send
from quarterdeck.demo.stage import Stage

#: (sent, first day covered, last day covered, title)
QUARTERS = (
    (date(2025, 1, 14), date(2024, 10, 1), date(2024, 12, 31), "Cybersecurity report, fourth quarter 2024"),
    (date(2025, 4, 15), date(2025, 1, 1), date(2025, 3, 31), "Cybersecurity report, first quarter 2025"),
    (date(2025, 7, 15), date(2025, 4, 1), date(2025, 6, 30), "Cybersecurity report, second quarter 2025"),
    (date(2025, 10, 21), date(2025, 7, 1), date(2025, 9, 30), "Cybersecurity report, third quarter 2025"),
    (date(2025, 12, 18), date(2025, 10, 1), date(2025, 12, 12), "Cybersecurity report before the year end 2025"),
    (date(2026, 1, 20), date(2025, 10, 1), date(2025, 12, 31), "Cybersecurity report, fourth quarter 2025"),
)
TEXT = (
    "What we watched and found, how we assessed it, and what we did about it. The register holds eighteen cybersecurity risks; none of them "
    "lies beyond what the board accepts. Incidents of the quarter are listed with their assessment. Outside tests and what followed from them "
    "are in the annex. Developments in the field, and what they change in our practices, are on the last page."
)
TOPICS = (
    "assessment", "identification", "management", "material_risks", "prevention", "detection", "external_evaluations", "developments",
    "practices", "mitigation", "incidents",
)  # fmt: skip


def scenes(stage: Stage) -> None:
    """Each report is prepared by the security officer, sent, and acknowledged by the secretary of the body that got it."""
    for sent, start, end, title in QUARTERS:
        letter = Letter(sent, start, end, title, TOPICS, TEXT, ("committee", "board"))
        stage.later(sent, partial(send, stage, letter, "Sun Rui", "sun.rui", sent.isoformat()), hour=4)
