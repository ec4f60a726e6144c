"""What proofs of disclosures ask of a home, and how they change its record: by the command line alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.proofs.conftest import program


def facts_in(*paths: Path) -> list[dict[str, Any]]:
    answer = program("disclosure", "read", *[str(path) for path in paths], "--json")
    assert answer.code == 0, answer.err
    documents: list[dict[str, Any]] = answer.json["documents"]
    return documents


def concepts(document: dict[str, Any]) -> set[tuple[str, object]]:
    """Concepts, with the value where it is a flag."""
    return {(fact["concept"], fact["value"] if fact["type"] == "flag" else None) for fact in document["facts"]}


def shown(home: Path) -> dict[str, Any]:
    answer = program("disclosure", "show", "1", "--json", home=home)
    assert answer.code == 0, answer.out + answer.err
    document: dict[str, Any] = answer.json
    return document


def changed(home: Path, action: str, record: int, login: str, data: dict[str, object], tmp_path: Path) -> None:
    """One action by the command line, as a person of the company."""
    file = tmp_path / "data.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    kind = action.rpartition(".")[0]
    answer = program("record", "do", action, kind, str(record), "--data", str(file), "--as", login, "--json", home=home)
    assert answer.code == 0, answer.out + answer.err


def listed(home: Path, kind: str, login: str) -> list[dict[str, Any]]:
    """Every record of a kind, page by page."""
    rows: list[dict[str, Any]] = []
    answer = program("record", "list", kind, "--as", login, "--json", home=home)
    assert answer.code == 0, answer.out + answer.err
    rows.extend(answer.json["items"])
    return rows


#: Changes one record of a home (its second argument is a folder to write in) and names the sentence that rests on it.
Change = Callable[[Path, Path], str]


def demand_turned(home: Path, key: str, out: Path) -> dict[str, Any]:
    """The sentence no longer holds and says why, the approval is void, nothing but a watermarked draft can be built, and the
    ledger is whole. Returns the sentence."""
    document = shown(home)
    row: dict[str, Any] = next(row for row in document["statements"] if row["key"] == key)
    assert row["verdict"] not in ("supported", "attested")
    against = [evidence for claim in row["claims"] for evidence in claim["evidence"] if evidence["against"]]
    assert against or any(claim["because"] for claim in row["claims"])
    assert document["state"] == "draft"
    approval = document["approvals"][-1]
    assert approval["void_at"] is not None
    assert any(item.get("claim") for item in approval["void_because"])
    refused = program("disclosure", "build", "1", "--out", str(out), "--json", home=home)
    assert refused.code == 1
    assert not out.exists()
    watermarked = program("disclosure", "build", "1", "--out", str(out), "--draft", "--json", home=home)
    assert watermarked.code == 0
    assert b"DRAFT" in next(out.glob("*-2025*.htm")).read_bytes()
    assert program("ledger", "verify", "--json", home=home).json["ok"] is True
    return row
