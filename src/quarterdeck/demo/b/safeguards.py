"""The company's own catalogue of safeguard requirements, the safeguards that answer it, and two rounds of tests."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.safeguarding import Catalogue, Guard, protect
from quarterdeck.demo.stage import Stage

SAFEGUARDS = (
    Guard(
        "technical",
        "Multi-factor sign-in for all administrators",
        date(2022, 5, 1),
        "Shen Tao",
        "A key in hardware beside the password, for every administrator of every system.",
        ("HR-1.1", "HR-1.2"),
    ),
    Guard(
        "technical",
        "Endpoint detection on every workstation and server",
        date(2022, 11, 1),
        "Shen Tao",
        "Watches processes and connections; the platform watch answers its alarms around the clock.",
        ("HR-2.1", "HR-2.2"),
    ),
    Guard(
        "technical",
        "Isolated, immutable backups",
        date(2023, 8, 1),
        "Wu Kai",
        "Nightly copies in a separate account that nobody can change for ninety days.",
        ("HR-3.1",),
    ),
    Guard(
        "procedural",
        "Four-eyes approval of changes to payment systems",
        date(2021, 3, 1),
        "Ma Ning",
        "No change reaches payments without the name of a second engineer.",
        ("HR-4.1",),
    ),
    Guard(
        "procedural",
        "Quarterly review of privileged accounts",
        date(2021, 6, 1),
        "Deng Hao",
        "Every quarter the owners confirm each privileged account or have it removed.",
        ("HR-1.3",),
    ),
)

#: When each safeguard was tested.
ROUNDS = (date(2025, 5, 15), date(2025, 11, 13))

#: The house rules: families with their requirements.
RULES = (
    (
        "hr-1",
        "Access",
        (
            ("hr-1.1", "Administrators", "Administrators sign in with more than a password."),
            ("hr-1.2", "Remote access", "Nobody reaches internal systems from outside without a second factor."),
            ("hr-1.3", "Privileged accounts", "Privileged accounts are reviewed at least every quarter."),
        ),
    ),
    (
        "hr-2",
        "Watching",
        (
            ("hr-2.1", "Workstations and servers", "What runs on every workstation and server is watched."),
            ("hr-2.2", "Alarms", "An alarm is looked at within a quarter of an hour."),
        ),
    ),
    (
        "hr-3",
        "Recovery",
        (
            ("hr-3.1", "Copies", "Copies of what the business runs on cannot be changed or deleted by an intruder."),
            ("hr-3.2", "Rehearsal", "Restoring a warehouse from copies is rehearsed every year."),
        ),
    ),
    (
        "hr-4",
        "Change",
        (
            ("hr-4.1", "Payments", "A change to payment systems is approved by a second person."),
            ("hr-4.2", "Magnetic tapes", "Tapes that leave a site are locked."),
        ),
    ),
)

CATALOGUE = Catalogue(
    uuid="5b0c4a52-6d0f-4f3e-9a35-6f5d0b6a3c11",
    title="House rules for information security",
    version="3",
    modified="2025-01-10T08:00:00Z",
    families=RULES,
    aside=("HR-4.2", "The company has used no tapes since 2023.", "2026-12-31"),
)


def scenes(stage: Stage) -> None:
    """Catalogue and safeguards in January, the tests when they were made, each approved by the security officer."""
    protect(stage, CATALOGUE, SAFEGUARDS, ROUNDS, since=date(2025, 1, 14), team="Information security")
