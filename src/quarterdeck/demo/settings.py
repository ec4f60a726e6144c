"""The demonstration companies as far as they are known before Django starts: whose homes there are, and when they play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final


@dataclass(frozen=True)
class Outside:
    """A company from outside. ``present``: the moment at which its story has arrived when its home is made; from there its
    clock goes on. The logins are those a visitor signs in with first; the preparer also acts on the command line."""

    domain: str
    present: datetime
    preparer: str
    approver: str
    security: str


#: Every company by its letter; the stories are in :mod:`quarterdeck.demo.build`.
COMPANIES: Final[Mapping[str, Outside]] = {
    "a": Outside("brightferry.example", datetime(2026, 4, 22, 2, 30, tzinfo=UTC), "an.bei", "sheng.hui", "hou.jian"),
    "b": Outside("cloudreef.example", datetime(2026, 4, 21, 2, 30, tzinfo=UTC), "ye.lin", "ho.meiling", "sun.rui"),
}
#: The one that is shown when none is named.
SHOWN: Final = "b"


def settings_for(letter: str, now: datetime) -> dict[str, object]:
    """Settings of a home made at ``now`` (the machine's time)."""
    company = COMPANIES[letter]
    return {
        "demo": True,
        "cli_login": company.preparer,
        "ledger_origin": f"{company.domain}/quarterdeck",
        "time_zone": "Asia/Shanghai",
        "clock_offset": int((company.present - now).total_seconds()),
    }
