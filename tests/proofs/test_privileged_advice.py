"""Company B's counsel advised on an incident: on which basis privilege is claimed is on record, what the advice says is not for all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.proofs.doors import program


def _list(home: Path, code: str, login: str) -> list[dict[str, Any]]:
    found = program("record", "list", code, "--home", str(home), "--as", login, "--json")
    assert found.code == 0, found.err
    items: list[dict[str, Any]] = json.loads(found.out)["items"]
    return items


def test_the_basis_of_privilege_is_on_record_and_the_advice_is_kept_from_the_auditor(own_b: Path) -> None:
    seen = _list(own_b, "incidents.opinion", "rong.yi")
    claimed = [row["fields"] for row in seen if row["fields"]["privileged"]]
    assert len(claimed) == 1
    assert all(claimed[0][name] for name in ("purpose", "directed_by", "recipients", "received_at"))
    assert not claimed[0].get("text")
    assert _list(own_b, "incidents.advice", "rong.yi") == []
    advice = _list(own_b, "incidents.advice", "he.lan")
    assert "extortion" in advice[0]["fields"]["text"]
