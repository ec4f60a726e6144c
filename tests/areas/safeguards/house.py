"""A small house for tests: frameworks of our own making, safeguards, answers and tests, through the real actions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.safeguards.models import Framework, Safeguard, SafeguardTest
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, perform
from quarterdeck.kernel.files.models import StoredFile
from tests.support import act, company, person, system

REAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "frameworks"


def real(name: str) -> bytes:
    """A real framework file; the test is skipped where there is none."""
    if not (REAL / name).is_file():
        pytest.skip(f"real frameworks are not part of the project: ../shared/data/frameworks/{name} is absent")
    return (REAL / name).read_bytes()


def small(
    title: str = "House rules", ids: tuple[str, ...] = ("m-1", "m-2", "m-3"), withdrawn: tuple[str, ...] = ()
) -> bytes:
    """A catalogue of our own with one family."""
    controls: list[dict[str, Any]] = [
        {
            "id": key,
            "title": f"Rule {key}",
            "parts": [{"id": f"{key}_smt", "name": "statement", "prose": f"Keep {key} in order."}],
            **({"props": [{"name": "status", "value": "withdrawn"}]} if key in withdrawn else {}),
        }
        for key in ids
    ]
    return json.dumps(
        {
            "catalog": {
                "uuid": "11111111-2222-4333-8444-555555555555",
                "metadata": {"title": title, "version": "1", "oscal-version": "1.1.2"},
                "groups": [{"id": ids[0].split("-")[0], "class": "family", "title": "Moorings", "controls": controls}],
            }
        }
    ).encode()


def imported(content: bytes, name: str = "rules.json", who: User | Actor | None = None, **data: str) -> Framework:
    """A framework from a file, through the action."""
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile(name, content)]})
    given = MultiValueDict({key: [value] for key, value in data.items()})
    saved = perform("safeguards.framework.import", who or system(), None, given, files=files).record
    return Framework.objects.get(pk=saved.pk)


def stored(content: bytes = b"Report.\n", name: str = "report.txt") -> StoredFile:
    """A kept file."""
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile(name, content)]})
    return StoredFile.objects.get(pk=perform("files.storedfile.upload", system(), None, {}, files=files).record.pk)


def safeguard(
    name: str = "Backups", kind: str = "technical", since: date | str = "2023-01-01", **data: Any
) -> Safeguard:
    """A safeguard in operation."""
    given = {"owner": data.pop("owner", None) or person("Lena Voss"), "unit": data.pop("unit", None) or company()}
    made: Safeguard = act(
        "safeguards.safeguard.create",
        system(),
        name=name,
        kind=kind,
        in_operation_since=since,
        test_every=12,
        **given,
        **data,
    )
    return made


def examined(
    guard: Safeguard, on: str, result: str = "effective", *, approve: bool = True, **data: Any
) -> SafeguardTest:
    """A test of it, approved unless told otherwise."""
    given: dict[str, Any] = {"performer": "in_house", "performer_name": "Red team", "method": "test"} | data
    made: SafeguardTest = act(
        "safeguards.safeguardtest.record",
        system(),
        safeguard=guard,
        tested_on=on,
        result=result,
        file=stored(),
        **given,
    )
    return act("safeguards.safeguardtest.approve", system(), made) if approve else made


def answered(
    framework: Framework, guard: Safeguard, *codes: str, coverage: str = "full", since: str = "2023-06-01"
) -> None:
    """Say that it answers those requirements."""
    rows = list(framework.requirements.filter(code__in=codes).values_list("pk", flat=True))
    assert len(rows) == len(codes)
    data = {
        "safeguard": guard,
        "requirements": rows,
        "coverage": coverage,
        "reason": "So it is.",
        "effective_from": since,
    }
    act("safeguards.framework.answer", system(), framework, **data)
