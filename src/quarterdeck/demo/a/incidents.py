"""Six incidents and threats of the year: how each was found, contained, assessed, determined not to be material, and closed."""

from __future__ import annotations

from datetime import date, timedelta

from quarterdeck.demo.cases import Case, Desk, at, run
from quarterdeck.demo.stage import Stage

FIRST_HALF, SECOND_HALF = date(2025, 7, 24), date(2025, 12, 29)

CASES = (
    Case(
        "reused-passwords", "incident", "Hosts' accounts opened with passwords from elsewhere", "stays", at(2025, 1, 22, 3, 40),
        "Forty-one hosts' accounts were opened with passwords that had leaked from other sites.", "moderate",
        "Booking calendars and payout names could be read; two payout accounts were changed and changed back in time.", "external",
        "Lists of leaked passwords, tried from some 2,000 rented addresses.",
        ("All sessions of the hosts ended and passwords reset", "Payouts held for three days after a change of account"),
        ((0, "Far more failed sign-ins than on any night before", "platform duty"), (25, "Sessions of the hosts ended", "platform duty"),
         (300, "Two changed payout accounts found and set back", "payout team")),
        (("stays", "Call the forty-one hosts", "yu.fan"), ("finance", "Look for payouts to changed accounts", "")),
        ("counsel", "Yan Shu", "The hosts were told within the time that the law sets; nothing further is due."),
        "Forty-one hosts, all reached; no payout lost; cost below 0.2 million yuan.",
        "A payout account is changed only with a second factor.", FIRST_HALF,
    ),
    Case(
        "wrong-statements", "incident", "Monthly statements sent to the wrong hosts", "finance", at(2025, 3, 10, 1, 15),
        "212 statements went to hosts with the same family name in the same town.", "low",
        "Names and monthly sums of other hosts; no bank data.", "internal", "A new report joined hosts by name instead of by number.",
        ("Sending stopped", "The hosts asked to delete what is not theirs"),
        ((0, "A host asks why somebody else's sums are shown", "host support"), (40, "Sending stopped", "finance systems")),
        (("finance", "List who got what", ""), ("stays", "Write to both hosts of each statement", "yu.fan"),
         ("booking", "Check the traveller reports for the same join", "xia.yun")), None,
        "212 statements, 196 confirmed deleted; no claim was made.", "Reports join by number; a test refuses a join by name.", FIRST_HALF,
    ),
    Case(
        "lost-laptop", "incident", "Laptop of a sales colleague lost at an airport", "booking", at(2025, 5, 7, 9, 30),
        "A laptop with contracts of four airlines was left at a security check and not found again.", "low",
        "The disk is encrypted and was locked; erased when it next went online.", "internal", "Left behind in a hurry; reported within the hour.",
        ("Device locked and marked to be erased", "Certificates of the device withdrawn"),
        ((0, "Colleague reports the loss", "duty telephone"), (12, "Certificates withdrawn", "infrastructure duty"),
         (2900, "Device went online and erased itself", "device management")),
        (("booking", "Tell the four airlines", "xia.yun"), ("security", "Confirm encryption of every travelling device", "bao.qing")), None,
        "No sign that anyone read anything; a lost device.", "Travelling colleagues keep contracts online only.", FIRST_HALF,
    ),
    Case(
        "bulk-reading", "incident", "Prices and free beds read out in bulk through the mini programs", "booking", at(2025, 8, 12, 14, 5),
        "For nine hours a third of all searches in the mini programs came from machines that imitated phones.", "moderate",
        "Only what every visitor can see; search was slow for forty minutes.", "external",
        "Rented phones in racks; the pattern is that of a price comparer.",
        ("Searches limited for each device", "Feature that lists a whole month switched off for visitors"),
        ((0, "Searches per device leave their band", "mini-program duty"), (35, "Limits tightened", "mini-program duty"),
         (540, "Reading ends", "mini-program duty")),
        (("booking", "Estimate the bookings that slow search cost", "xia.yun"), ("duty-mini", "Tell machines from phones by their motion", "ji.rong")),
        None, "No personal data; about 0.01 percent of the quarter's bookings came later than they would have.",
        "A feature that can be read out in bulk is limited before it is released.", SECOND_HALF,
    ),
    Case(
        "message-parser", "threat", "Critical flaw in the parser of messages between services", "engineering", at(2025, 9, 1, 0, 20),
        "A published flaw lets a crafted compressed message run code; we use the parser in thirty-four services.", "high",
        "Three of the services take messages from partners.", "external", "Published with an example; first attempts against others on the same day.",
        ("Compressed messages refused at the edge", "Parser replaced in all thirty-four services"),
        ((0, "Advisory matched with the inventory", "inventory of components"), (44, "Partners' messages held back", "infrastructure duty"),
         (5400, "Parser replaced everywhere", "release log")),
        (("booking", "Release eleven services", "xia.yun"), ("stays", "Release nine services", "yu.fan"),
         ("security", "Search the logs of sixty days for crafted messages", "lei.ming")),
        None, "No crafted message in the logs of sixty days.", "Services that take messages from partners run without rights of their own.",
        SECOND_HALF,
    ),
    Case(
        "supplier-console", "incident", "Console of the text-message supplier opened by a stranger", "engineering", at(2025, 10, 29, 6, 50),
        "The supplier's console for our messages was opened with a former employee's key; it was used to send nothing.", "moderate",
        "Numbers of 3,300 travellers of that morning could be seen; sign-in codes had to go another way for five hours.", "third_party",
        "The supplier found the key in an old build job of its own.",
        ("Key withdrawn, all keys of that supplier renewed", "Codes sent through the second supplier"),
        ((0, "Console used from an unknown address", "supplier's mail"), (18, "Key withdrawn", "platform duty"),
         (310, "First supplier in use again", "platform duty")),
        (("engineering", "Renew every supplier's keys", ""), ("booking", "Watch sign-ins of the 3,300 travellers", "xia.yun"),
         ("security", "Take over the supplier's log", "lei.ming")),
        ("counsel", "Yan Shu", "Numbers alone, seen for minutes: the regulator was told as a precaution; travellers need not be."),
        "3,300 numbers, no message sent, no account opened; cost below 0.1 million yuan.",
        "Every supplier's key has an owner and a last day.", SECOND_HALF,
    ),
)  # fmt: skip

DESK = Desk(
    lead="hou.jian",
    assessor="Hou Jian",
    owner="Bao Qing",
    told="Message to the panel and the executives who oversee it",
    plan="7",
    board_told="Note to the chair of the board",
)


def scenes(stage: Stage) -> None:
    """Each case from discovery to closing, soon after the board's review that covers it."""
    run(stage, ((case, case.determined + timedelta(days=1)) for case in CASES), DESK)
