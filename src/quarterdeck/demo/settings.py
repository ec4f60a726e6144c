"""Settings of the demonstration homes, known before Django starts."""

from __future__ import annotations

from datetime import UTC, datetime

#: The moment at which each story has arrived when its home is made; from there its clock goes on.
PRESENT = {"b": datetime(2026, 4, 21, 2, 30, tzinfo=UTC)}

HOME_SETTINGS: dict[str, dict[str, object]] = {
    "b": {
        "demo": True,
        "cli_login": "ye.lin",
        "ledger_origin": "cloudreef.example/quarterdeck",
        "time_zone": "Asia/Shanghai",
    },
}


def settings_for(letter: str, now: datetime) -> dict[str, object]:
    """Settings of a home made at ``now`` (the machine's time)."""
    return HOME_SETTINGS[letter] | {"clock_offset": int((PRESENT[letter] - now).total_seconds())}
