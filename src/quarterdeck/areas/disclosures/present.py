"""A disclosure as the command line and the API show it."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.areas.disclosures.evaluation import Checked, Finding
from quarterdeck.areas.disclosures.gate import open_points
from quarterdeck.areas.disclosures.models import Disclosure


def finding_json(finding: Finding) -> dict[str, object]:
    """One claim with its verdict and the rows behind it."""
    return {
        "name": finding.claim.name,
        "params": dict(finding.claim.params),
        "basis": finding.claim.basis,
        "verdict": finding.outcome.verdict.value,
        "value": finding.outcome.value,
        "expected": finding.outcome.expected,
        "because": str(finding.outcome.because) or None,
        "evidence": [
            {"type": row.type, "id": row.id, "title": row.title, "against": row.against, "note": row.note or None}
            for row in finding.outcome.evidence
        ],
    }


def statement_json(item: Checked) -> dict[str, object]:
    """One sentence: ``concept`` is the innermost text block it is part of; ``value`` the flag on its words, if there is one."""
    row = item.statement
    flags = [phrase for phrase in row.phrases if phrase["value"] is not None]
    return {
        "id": row.pk,
        "key": row.key or None,
        "concept": row.blocks[-1] if row.blocks else None,
        "concepts": [*row.blocks, *(phrase["concept"] for phrase in row.phrases)],
        "flags": {phrase["concept"]: phrase["value"] for phrase in flags},
        "kind": row.kind,
        "text": row.text,
        "value": flags[0]["value"] if flags else None,
        "verdict": None if item.verdict is None else item.verdict.value,
        "override": row.override_reason if row.overridden else None,
        "claims": [finding_json(finding) for finding in item.findings],
    }


def disclosure_json(disclosure: Disclosure, checked: Iterable[Checked]) -> dict[str, object]:
    """The whole disclosure: state, sentences, approvals, and what is missing for the next step."""
    rows = tuple(checked)
    approvals = list(disclosure.approvals.select_related("approved_by").order_by("pk"))
    return {
        "id": disclosure.pk,
        "form": disclosure.form,
        "state": disclosure.state,
        "period": {"start": disclosure.period_start.isoformat(), "end": disclosure.period_end.isoformat()},
        "filing_date": disclosure.filing_date.isoformat(),
        "taxonomy": f"cyd/{disclosure.taxonomy}",
        "incident": disclosure.incident_id,
        "incident_label": disclosure.incident_label or None,
        "amends": disclosure.amends_id,
        "prepared_by": disclosure.prepared_by.login,
        "submitted_by": None if disclosure.submitted_by is None else disclosure.submitted_by.login,
        "missing": open_points(disclosure, rows),
        "approvals": [
            {
                "id": row.pk,
                "by": row.approved_by.login,
                "at": row.approved_at.isoformat(),
                "content_sha256": row.content_sha256,
                "void_at": None if row.void_at is None else row.void_at.isoformat(),
                "void_because": row.void_because,
            }
            for row in approvals
        ],
        "statements": [statement_json(item) for item in rows],
    }
