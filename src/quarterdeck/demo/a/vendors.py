"""The vendors of company A: a register begun with the year, each evaluated before it was engaged.

There are no procedures yet that a vendor has to follow, and the record says so: the page cannot speak of its oversight of vendors.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.stage import Stage
from quarterdeck.demo.suppliers import Asked, Book, Known, trade

#: The last day that the story tells of vendors.
LAST = date(2026, 4, 15)

#: (vendor, engaged, evaluated, exception, ended)
VENDORS = (
    ("Gullwing Messaging", date(2025, 2, 10), date(2025, 1, 20), None, None),
    ("Lantern Street Payments", date(2025, 3, 3), date(2025, 2, 11), None, None),
    ("Amberline Ticketing", date(2025, 4, 21), date(2025, 4, 1), None, None),
    ("Fairweather Maps", date(2025, 6, 2), date(2025, 5, 14), None, None),
    ("Old Pier Recordings", date(2025, 7, 7), date(2025, 6, 17), None, date(2026, 1, 30)),
    ("Second Bell Messaging", date(2025, 11, 3), date(2025, 10, 15), None, None),
    ("Highmoor Colocation", date(2025, 12, 8), date(2025, 11, 18), None, None),
    ("Tanager Translation", date(2026, 3, 2), date(2026, 2, 10), None, None),
)

KNOWN = {
    "Gullwing Messaging": Known("Text messages to travellers", "booking", "confidential", "large", "systems", "high", "SG"),
    "Lantern Street Payments": Known("Payment by card", "booking", "restricted", "large", "systems", "critical", "IE"),
    "Amberline Ticketing": Known("Tickets of four airlines", "booking", "confidential", "large", "systems", "high"),
    "Fairweather Maps": Known("Maps and distances", "stays", "internal", criticality="low"),
    "Old Pier Recordings": Known("Recordings of the call centre", "stays", "confidential", "medium", "systems", weak=True, found=(
        ("high", "Recordings in which passport numbers are read out are kept for ever"),
    )),
    "Second Bell Messaging": Known("Sign-in codes, second way", "booking", "confidential", "medium", "systems", "high"),
    "Highmoor Colocation": Known("Space and power", "engineering", "restricted", "small", "premises", "critical", found=(
        ("low", "Its spare generator is tested with half of the load"),
    )),
    "Tanager Translation": Known("Descriptions of places", "stays", "internal", criticality="low"),
}  # fmt: skip

QUESTIONS = (
    Asked("Do you know on any day who of yours can see our travellers' data?", critical=True),
    Asked("Does every key that you use for us have an owner and a last day?", critical=True),
    Asked("Do you tell us within a day when somebody who should not was inside?", critical=True),
    Asked(
        "Has anybody from outside tested you in the last twelve months?", weak="The last test was nineteen months ago."
    ),
    Asked("Would you be working again within two days after losing a site?", weak="Four days, by our own estimate."),
    Asked("Who else sees our data, and in which country?", words="Nobody beyond those in the annex to the contract."),
)


def scenes(stage: Stage) -> None:
    """Their years, one by one."""
    book = Book(
        heading="You and our travellers",
        questions=QUESTIONS,
        vendors=VENDORS,
        known=KNOWN,
        owner="Xia Yun",
        owners={"stays": "Yu Fan", "engineering": "Qiu Heng"},
        last=LAST,
        condition="Have a test made by somebody from outside and send us its summary",
    )
    trade(stage, book, questionnaire=date(2025, 1, 9))
    stage.later(date(2025, 10, 30), partial(_after_the_console, stage))


def _after_the_console(stage: Stage) -> None:
    """What the opened console of the autumn is on this record, beside the incident."""
    stage.do(
        "vendors.monitoringnote.add", stage.hands.analyst, vendor=stage.cast["vendor:Gullwing Messaging"], day="2025-10-29",
        source="Its own mail", what="Its console for our messages was opened with a former employee's key.", weight="bad",
        action="All keys renewed; asked how keys of leavers end, answer expected with the report of the year.",
    )  # fmt: skip
