"""One small incident of the winter, found not to be material by the committee's periodic review, and closed."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.cases import Case, Desk, at, run
from quarterdeck.demo.stage import Stage

PHISHED = Case(
    key="invoice",
    nature="incident",
    title="Forged invoice sent from a supplier's mailbox",
    unit="finance",
    found=at(2026, 2, 3, 15, 20),
    facts="Accounts payable got an invoice with a new bank account from the real mailbox of a supplier.",
    severity="low",
    severity_why="Nothing was paid: the call to the supplier's known number found it out.",
    source="third_party",
    source_why="The supplier found a stranger's session in that mailbox.",
    measures=("Bank details of the supplier frozen until confirmed in writing",),
    timeline=(
        (0, "Clerk asks why the account changed", "ticket of accounts payable"),
        (30, "Supplier says by telephone that it is forged", "note of the call"),
        (1500, "Supplier has closed the stranger's session", "letter of the supplier"),
    ),
    tasks=(("finance", "Look through earlier changes of bank details", ""),),
    opinion=None,
    result="No payment, no access to our systems, no data lost.",
    lesson="A changed bank account is confirmed by telephone before it is typed in, not before it is paid.",
    determined=date(2026, 2, 24),
)


def scenes(stage: Stage) -> None:
    """From the clerk's question to the lesson."""
    desk = Desk("priya.raman", "Priya Raman", "Jo Lindgren", "Telephone call to the chief financial officer", "3")
    run(stage, ((PHISHED, date(2026, 2, 26)),), desk)
