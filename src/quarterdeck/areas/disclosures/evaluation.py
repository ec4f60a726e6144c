"""Asking the record about every sentence of a disclosure, and what its exact content is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from quarterdeck.areas.determinations.content import changed_since
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.engines.merkle.canonical import canonical_bytes
from quarterdeck.kernel.claims.registry import (
    FILING_DATE,
    PERIOD,
    YEAR_END,
    Claim,
    Outcome,
    TimeBasis,
    Verdict,
    evaluate,
    worst,
)
from quarterdeck.kernel.records import JSON


@dataclass(frozen=True)
class Finding:
    """One claim of a sentence and what the record says of it."""

    claim: Claim
    basis: TimeBasis
    outcome: Outcome


@dataclass(frozen=True)
class Checked:
    """A sentence with its findings. ``verdict`` is None for what is not a fact: nothing proves a judgement."""

    statement: Statement
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict | None:
        if self.statement.kind != Statement.Kind.FACT:
            return None
        return worst([finding.outcome.verdict for finding in self.findings])

    @property
    def holds(self) -> bool:
        """Whether the sentence may be filed: proven, not a fact, or kept by two people with a reason."""
        return self.verdict is None or self.verdict.holds or self.statement.overridden


def bases_of(disclosure: Disclosure) -> dict[str, TimeBasis]:
    """The document's three time bases."""
    return {
        PERIOD: TimeBasis(PERIOD, disclosure.period_start, disclosure.period_end),
        YEAR_END: TimeBasis(YEAR_END, disclosure.period_end, disclosure.period_end),
        FILING_DATE: TimeBasis(FILING_DATE, disclosure.filing_date, disclosure.filing_date),
    }


def claims_of(statement: Statement) -> tuple[Claim, ...]:
    """The stored claims of a sentence."""
    return tuple(Claim(item["name"], item["params"], item["basis"]) for item in statement.claims)


def stored(claim: Claim) -> dict[str, object]:
    """A claim as the statement keeps it."""
    return {"name": claim.name, "params": dict(claim.params), "basis": claim.basis}


class Asked:
    """Evaluates each distinct claim once for one document."""

    def __init__(self, bases: dict[str, TimeBasis]) -> None:
        self.bases = bases
        self._known: dict[tuple[str, str, tuple[tuple[str, object], ...]], Outcome] = {}

    def __call__(self, claim: Claim) -> Outcome:
        key = (claim.name, claim.basis, tuple(sorted(claim.params.items())))
        if key not in self._known:
            self._known[key] = evaluate(claim, self.bases)
        return self._known[key]


def check_statements(disclosure: Disclosure, statements: Iterable[Statement] | None = None) -> tuple[Checked, ...]:
    """Every sentence that stands, in order, with its findings now."""
    asked = Asked(bases_of(disclosure))
    rows = statements if statements is not None else standing(disclosure)
    return tuple(
        Checked(row, tuple(Finding(claim, asked.bases[claim.basis], asked(claim)) for claim in claims_of(row)))
        for row in rows
    )


def standing(disclosure: Disclosure) -> list[Statement]:
    """The sentences that have not been removed, in order."""
    return list(Statement.objects.filter(disclosure=disclosure, removed=False).order_by("paragraph", "position", "pk"))


def content_of(disclosure: Disclosure, checked: Iterable[Checked]) -> dict[str, JSON]:
    """The exact content an approval binds to: what would be filed, and what the record said of it."""
    return _report_content(disclosure) | {
        "form": disclosure.form,
        "period": [disclosure.period_start.isoformat(), disclosure.period_end.isoformat()],
        "filing_date": disclosure.filing_date.isoformat(),
        "taxonomy": disclosure.taxonomy,
        "registrant": {"name": disclosure.registrant.name, "cik": disclosure.registrant.cik},
        "statements": [_statement_content(item) for item in checked],
    }


def _report_content(disclosure: Disclosure) -> dict[str, JSON]:
    """Of a current report: what it calls the incident, why it is furnished, the assessment under it, and what changed under that.

    An annual item has none of it, and its content is what it was before there were current reports.
    """
    if disclosure.assessment is None:
        return {}
    published = disclosure.published_on
    return {
        "report": {
            "label": disclosure.incident_label,
            "amends": disclosure.amends_id,
            "concerns": disclosure.concerns,
            "trigger": disclosure.trigger,
            "published_on": None if published is None else published.isoformat(),
            "assessment": disclosure.assessment.sha256,
        },
        "changed_under": {
            item.path: {"before": item.before, "now": item.now} for item in changed_since(disclosure.assessment)
        },
    }


def _statement_content(item: Checked) -> JSON:
    row = item.statement
    return {
        "id": row.pk,
        "key": row.key,
        "kind": row.kind,
        "text": row.text,
        "paragraph": row.paragraph,
        "position": row.position,
        "blocks": list(row.blocks),
        "phrases": list(row.phrases),
        "override": row.override_reason if row.overridden else None,
        "claims": [
            {
                "name": finding.claim.name,
                "params": dict(finding.claim.params),
                "basis": finding.claim.basis,
                "verdict": finding.outcome.verdict.value,
                "value": finding.outcome.value,
                "expected": finding.outcome.expected,
            }
            for finding in item.findings
        ],
    }


def digest_of(content: dict[str, JSON]) -> str:
    """SHA-256 of the canonical form, in hex."""
    return sha256(canonical_bytes(content)).hexdigest()


def differences(before: dict[str, JSON], now: dict[str, JSON]) -> list[dict[str, JSON]]:
    """What changed between two contents, sentence by sentence, for people to read."""
    found: list[dict[str, JSON]] = []
    for field in ("form", "period", "filing_date", "taxonomy", "registrant"):
        if before.get(field) != now.get(field):
            found.append({"what": field, "before": before.get(field), "now": now.get(field)})
    found += _report_differences(before, now)
    old, new = _by_id(before), _by_id(now)
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            found.append({"what": "statement", "id": key, "before": old[key]["text"], "now": None})
        elif key not in old:
            found.append({"what": "statement", "id": key, "before": None, "now": new[key]["text"]})
        elif old[key] != new[key]:
            found.extend(_statement_differences(key, old[key], new[key]))
    return found


def _report_differences(before: dict[str, JSON], now: dict[str, JSON]) -> list[dict[str, JSON]]:
    """What the report says of itself, and every fact under its assessment that is not what it was."""
    found: list[dict[str, JSON]] = []
    was, new = _parts(before, "report"), _parts(now, "report")
    for name in [*was, *(name for name in new if name not in was)]:
        if was.get(name) != new.get(name):
            found.append({"what": name, "before": was.get(name), "now": new.get(name)})
    old, changed = _parts(before, "changed_under"), _parts(now, "changed_under")
    for path, item in changed.items():
        if old.get(path) != item:
            assert isinstance(item, dict)
            found.append({"what": "fact", "path": path, "before": item["before"], "now": item["now"]})
    for path, item in old.items():
        if path not in changed:
            assert isinstance(item, dict)
            found.append({"what": "fact", "path": path, "before": item["now"], "now": item["before"]})
    return found


def _parts(content: dict[str, JSON], name: str) -> dict[str, JSON]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def _by_id(content: dict[str, JSON]) -> dict[int, dict[str, JSON]]:
    rows = content["statements"]
    assert isinstance(rows, list)
    made: dict[int, dict[str, JSON]] = {}
    for row in rows:
        assert isinstance(row, dict)
        key = row["id"]
        assert isinstance(key, int)
        made[key] = row
    return made


def _statement_differences(key: int, old: dict[str, JSON], new: dict[str, JSON]) -> list[dict[str, JSON]]:
    found: list[dict[str, JSON]] = []
    for field in ("text", "kind", "blocks", "phrases", "paragraph", "position", "override"):
        if old[field] != new[field]:
            found.append({"what": field, "id": key, "before": old[field], "now": new[field]})
    was, now = old["claims"], new["claims"]
    assert isinstance(was, list)
    assert isinstance(now, list)
    for before, after in zip(was, now, strict=False):
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        if before != after:
            found.append(
                {
                    "what": "claim",
                    "id": key,
                    "claim": after["name"],
                    "before": {"verdict": before["verdict"], "value": before["value"]},
                    "now": {"verdict": after["verdict"], "value": after["value"]},
                }
            )
    if len(was) != len(now):
        found.append({"what": "claims", "id": key, "before": len(was), "now": len(now)})
    return found
