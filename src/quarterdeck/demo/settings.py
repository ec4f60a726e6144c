"""Settings of the demonstration homes, known before Django starts."""

from __future__ import annotations

HOME_SETTINGS: dict[str, dict[str, object]] = {
    "b": {
        "demo": True,
        "cli_login": "ye.lin",
        "ledger_origin": "cloudreef.example/quarterdeck",
        "time_zone": "Asia/Shanghai",
    },
}
