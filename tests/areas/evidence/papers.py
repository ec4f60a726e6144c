"""Handing in evidence as people do: a file, then the typed fields of its kind."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.evidence.models import Evidence
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import perform
from quarterdeck.kernel.claims import Outcome as Answer
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, ask, company, system

PDF = b"%PDF-1.7\ntrailer\n<<>>\n%%EOF\n"
SAMPLES: dict[str, dict[str, object]] = {
    "policy": {
        "policy_kind": "incident_handling", "version": "2", "approved_on": "2023-05-01", "approved_by": "Board",
        "covers_severity": True,
    },
    "protocol_activity": {"policy_kind": "data_classification", "happened_on": "2024-03-05", "what": "Classified 40 tables"},
    "risk_assessment": {
        "performed_on": "2024-04-01", "performer": "in_house", "performer_name": "Security team", "procedure_version": "3",
        "scope": "All platforms", "method": "Workshops", "result": "Four risks above appetite", "approved_on": "2024-04-20",
    },
    "improvement": {"item": "Hardware keys for operators", "performer": "in_house", "done_on": "2024-06-30"},
    "integration": {
        "framework": "enterprise_risk_management", "register": "Enterprise register 2024", "cyber_risks": 4,
        "owner": "Head of risk", "accepted_on": "2024-02-01",
    },
    "safeguard": {
        "safeguard_kind": "technical", "name": "Endpoint protection", "in_operation_since": "2022-01-01",
        "tested_on": "2024-09-01", "result": "effective",
    },
    "security_test": {
        "performer": "outside", "performer_name": "Harbour Testing", "tested_on": "2024-05-05", "scope": "Payment gateway",
        "findings": 7, "followed": 7,
    },
    "exercise": {"plan_version": "5", "held_on": "2024-10-10", "lessons": 3, "closed": 3},
    "training": {
        "course": "Awareness 2024", "assigned": 1000, "completed": 972, "held_from": "2024-03-01", "held_until": "2024-06-30",
    },
    "monitoring": {"target": "platforms", "group": "platform-watch", "month": "2024-01-01", "events": 120},
    "vendor": {
        "vendor": "Pier Hosting", "engaged_on": "2024-03-01", "evaluated_on": "2024-02-01",
        "evaluation_approved_on": "2024-02-10", "procedures_version": "1.4", "accepted_on": "2024-02-20", "obligations": 6,
        "obligations_met_or_followed": 6,
    },
    "expert": {"firm": "Lighthouse Partners", "role": "assessor", "engaged_on": "2024-01-15", "scope": "Maturity review"},
}  # fmt: skip


def uploaded(user: User, content: bytes = PDF, name: str = "paper.pdf") -> StoredFile:
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile(name, content)]})
    stored = perform("files.storedfile.upload", user, data=MultiValueDict(), files=files).record
    assert isinstance(stored, StoredFile)
    return stored


def attest(user: User, kind: str, /, file: StoredFile | None = None, **changes: object) -> Evidence:
    """Attest the sample of ``kind`` with ``changes``; a None drops a field."""
    data: dict[str, object] = {"title": f"A {kind}", "file": file or uploaded(user)} | SAMPLES[kind] | changes
    given = {name: value for name, value in data.items() if value is not None}
    row = act(f"evidence.evidence.attest_{kind}", user, **given)
    assert isinstance(row, Evidence)
    return row


def group(code: str = "platform-watch") -> Unit:
    unit = act("permissions.unit.create", system(), code=code, name=code.title(), kind="specialist", parent=company())
    assert isinstance(unit, Unit)
    return unit


def said(name: str, basis: str = "filing_date", /, **params: str | int | bool) -> tuple[str, object, object]:
    """Verdict, value and expected value of a claim for 2024."""
    answer = ask(name, basis, 2024, **params)
    return str(answer.verdict), answer.value, answer.expected


def notes_against(answer: Answer) -> list[str]:
    return [row.note for row in answer.evidence if row.against]
