"""The company's own rules as a catalogue, the safeguards that answer them, and two rounds of tests."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.safeguarding import Catalogue, Guard, protect
from quarterdeck.demo.stage import Stage

SAFEGUARDS = (
    Guard(
        "technical", "Passkeys for everyone who administers anything", date(2023, 4, 3), "Meng Qi",
        "No administrator signs in with a password; a lost passkey is replaced in person.", ("BF-1.1", "BF-1.2"),
    ),
    Guard(
        "technical", "Limits on calls for each traveller and each device", date(2021, 9, 6), "Lei Ming",
        "Searches, sign-ins and payments are counted for each traveller and each device, and slowed beyond what people do.",
        ("BF-2.1", "BF-2.2"),
    ),
    Guard(
        "technical", "Backups that nobody can change for ninety days", date(2022, 10, 10), "Duan Rou",
        "Copies of bookings, payouts and keys in a place of their own, locked for ninety days.", ("BF-3.1",),
    ),
    Guard(
        "procedural", "Two people for every change of a payout account", date(2020, 3, 2), "Pei Zhou",
        "A host's payout account changes when a second person has called the host back.", ("BF-4.1",),
    ),
    Guard(
        "procedural", "Review of administrators each quarter by their managers", date(2020, 7, 1), "Shi Lan",
        "Each manager confirms by name who may administer what, or takes the right away.", ("BF-1.3",),
    ),
)  # fmt: skip

#: When each safeguard was tested.
ROUNDS = (date(2025, 4, 10), date(2025, 10, 16))

RULES = (
    ("bf-1", "Administrators", (
        ("bf-1.1", "Sign-in", "Administrators sign in with something that cannot be phished."),
        ("bf-1.2", "Lost means of sign-in", "Whoever lost theirs proves who they are before they get another."),
        ("bf-1.3", "Who still needs it", "Every right to administer is confirmed each quarter or ends."),
    )),
    ("bf-2", "Accounts of travellers and hosts", (
        ("bf-2.1", "Passwords tried in bulk", "Sign-ins tried in bulk are slowed within a minute."),
        ("bf-2.2", "Reading in bulk", "What every visitor sees is not read out by the thousand."),
        ("bf-2.3", "Passkeys for travellers", "Travellers can sign in without a password."),
    )),
    ("bf-3", "Copies", (
        ("bf-3.1", "Out of reach", "No intruder can change or delete what the company would restore from."),
        ("bf-3.2", "Own data centres", "Doors of own data centres keep a log of who passed."),
    )),
    ("bf-4", "Money", (
        ("bf-4.1", "Payout accounts", "Where a host's money goes is changed by two people."),
    )),
)  # fmt: skip

CATALOGUE = Catalogue(
    uuid="0f2a7c1d-93b6-4c85-8e52-7a41d0c6be94",
    title="Rules of the house on security",
    version="6",
    modified="2024-12-18T08:00:00Z",
    families=RULES,
    aside=("BF-3.2", "The last data centre of our own was given up in 2022.", "2026-12-31"),
)


def scenes(stage: Stage) -> None:
    """Catalogue and safeguards in January, the tests in spring and autumn, each approved by the head of security."""
    protect(stage, CATALOGUE, SAFEGUARDS, ROUNDS, since=date(2025, 1, 7), team="Information security")
