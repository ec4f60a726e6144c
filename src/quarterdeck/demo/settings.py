"""The demonstration companies as far as they are known before Django starts: whose homes there are, and when they play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final


@dataclass(frozen=True)
class Outside:
    """A company from outside. ``present``: the moment at which its story has arrived when its home is made; from there its
    clock goes on. The logins are those a visitor signs in with first; the preparer also acts on the command line.
    ``reports``: the folders of its current reports; a company without any files an annual report."""

    domain: str
    present: datetime
    preparer: str
    approver: str
    security: str
    time_zone: str = "Asia/Shanghai"
    reports: tuple[str, ...] = ()

    def package(self, home: Path) -> Path:
        """The folder of what the company filed: an annual package, or a folder of packages, one a report."""
        return home / "exports" / ("current" if self.reports else "annual")

    def told(self, home: Path) -> bool:
        """Whether the story has been told in this home to its end: every package is there."""
        return all((self.package(home) / name / "manifest.json").is_file() for name in self.reports or ("",))


#: Every company by its letter; the stories are in :mod:`quarterdeck.demo.build`.
COMPANIES: Final[Mapping[str, Outside]] = {
    "a": Outside("brightferry.example", datetime(2026, 4, 22, 2, 30, tzinfo=UTC), "an.bei", "sheng.hui", "hou.jian"),
    "b": Outside("cloudreef.example", datetime(2026, 4, 21, 2, 30, tzinfo=UTC), "ye.lin", "ho.meiling", "sun.rui"),
    "c": Outside(
        "ironquill.example", datetime(2026, 5, 27, 14, 30, tzinfo=UTC), "marcus.bell", "helen.marsh", "priya.raman",
        time_zone="America/Chicago", reports=("8-k", "8-k-a"),
    ),
}  # fmt: skip
#: The one that is shown when none is named.
SHOWN: Final = "b"


def settings_for(letter: str, now: datetime) -> dict[str, object]:
    """Settings of a home made at ``now`` (the machine's time)."""
    company = COMPANIES[letter]
    return {
        "demo": True,
        "cli_login": company.preparer,
        "ledger_origin": f"{company.domain}/quarterdeck",
        "time_zone": company.time_zone,
        "clock_offset": int((company.present - now).total_seconds()),
    }
