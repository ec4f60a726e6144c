"""What proves a sentence, cut to what one person may see.

A row that the person may not see shows as “a record you may not see”, once, however many there are; with it go the number
found and the reason, since both may tell what the row says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from quarterdeck.areas.disclosures.evaluation import Finding
from quarterdeck.kernel.claims.parameters import name_of, value_words
from quarterdeck.kernel.claims.registry import Evidence
from quarterdeck.kernel.records import Dated, Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui import formats
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.workbench import wording
from quarterdeck.web.workbench.reading import ClaimKey, Setting, key_of

#: Rows that are shown at once beside a sentence; the others fold away. Fewer each where its claims rest on different rows.
ROWS = 5
ROWS_EACH = 2

#: The field that says when a record happened or was decided, for types that have no days of their own.
_DAYS: Mapping[str, str] = {
    "bodies.decision": "decided_on",
    "bodies.meeting": "held_on",
    "reports.report": "prepared_on",
    "incidents.incident": "declared_at",
    "people.certification": "issued_on",
    "people.degree": "awarded_on",
    "disclosures.disclosure": "filing_date",
}
#: Types that happen on a day rather than hold for a span.
_MOMENTARY = frozenset({"evidence.evidence"})


@dataclass(frozen=True)
class Row:
    """One record behind a claim, as this person sees it."""

    title: str
    url: str | None = None
    when: str = ""
    note: str = ""
    against: bool = False


@dataclass(frozen=True)
class Proof:
    """One claim, as this person sees it."""

    label: str
    name: str
    verdict: str
    value: str | None
    expected: str | None
    basis: str
    because: str
    rows: tuple[Row, ...]
    settings: tuple[Markup, ...]


@dataclass(frozen=True)
class Group:
    """Claims of one sentence that rest on the same records, and those records, each named once in the sentence.

    ``above``: how many of its records an earlier group of the sentence has named.
    """

    proofs: tuple[Proof, ...]
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    above: int
    settings: tuple[Markup, ...]


def grouped(proofs: Iterable[Proof]) -> tuple[Group, ...]:
    """The claims of a sentence in their order, those that rest on the same records together. Nothing is named twice."""
    sets: dict[frozenset[Row], list[Proof]] = {}
    for index, proof in enumerate(proofs):
        # Claims with nothing behind them stay where they are, each with its own reason.
        key = frozenset(proof.rows) or frozenset({Row(f"#{index}")})
        sets.setdefault(key, []).append(proof)
    shown = ROWS if len(sets) == 1 else ROWS_EACH
    named: set[Row] = set()
    told: set[Markup] = set()
    made = []
    for members in sets.values():
        fresh = [row for row in members[0].rows if row not in named]
        above = sum(1 for row in members[0].rows if row in named and row.url is not None)
        named.update(fresh)
        settings = [words for proof in members for words in proof.settings]
        new = tuple(dict.fromkeys(words for words in settings if words not in told))
        told.update(new)
        # What speaks against the sentence is seen first; and folding a single row away would save nothing.
        cut = max(shown, min(ROWS, sum(1 for row in fresh if row.against)))
        cut = len(fresh) if len(fresh) <= cut + 1 else cut
        made.append(Group(tuple(members), tuple(fresh[:cut]), tuple(fresh[cut:]), above, new))
    return tuple(made)


Seen = Mapping[tuple[str, int], Record | None]


def seen_rows(findings: Iterable[Finding], sight: Sight) -> Seen:
    """Every record behind the findings: as it is, or None where this person may not see it. One query for each type."""
    wanted: dict[str, set[int]] = {}
    for finding in findings:
        for row in finding.outcome.evidence:
            wanted.setdefault(row.type, set()).add(row.id)
    found: dict[tuple[str, int], Record | None] = {}
    for code, keys in wanted.items():
        try:
            resource = resource_of(code)
        except KeyError:
            # No door leads to rows of this type, so nobody is let in to them by permission either.
            found.update({(code, key): None for key in keys})
            continue
        visible = {row.pk: row for row in sight.rows(resource).filter(pk__in=keys)}
        found.update({(code, key): visible.get(key) for key in keys})
    return found


def proof_of(finding: Finding, seen: Seen, settings: Mapping[ClaimKey, tuple[Setting, ...]]) -> Proof:
    """A finding as the reader of ``seen`` may read it."""
    outcome = finding.outcome
    open_ = [row for row in outcome.evidence if seen.get((row.type, row.id)) is not None]
    hidden = len(open_) < len(outcome.evidence)
    rows = sorted((_row(row, seen[row.type, row.id]) for row in open_), key=lambda row: not row.against)
    if hidden:
        rows.append(Row(_("A record you may not see")))
    told = not hidden and not wording.plain_yes(outcome.value, outcome.expected)
    return Proof(
        label=wording.label_of(finding.claim),
        name=finding.claim.name,
        verdict=outcome.verdict.value,
        value=wording.found_words(finding.claim, outcome.value) if told else None,
        expected=wording.expected_words(finding.claim, outcome.value, outcome.expected) if told else None,
        basis=wording.basis_words(finding.basis),
        because="" if hidden else str(outcome.because),
        rows=tuple(dict.fromkeys(rows)),
        settings=tuple(setting_words(item) for item in settings.get(key_of(finding.claim), ())),
    )


def _row(row: Evidence, record: Record | None) -> Row:
    assert record is not None
    # A verdict names nothing that stands behind a wall; whoever may see the record reads its title all the same.
    kind = _("%(what)s behind a wall") % {"what": capfirst(str(record._meta.verbose_name))}
    title = str(record) if row.title == kind else row.title
    return Row(title, record_address(row.type, row.id), when(record), str(row.note), row.against)


def when(record: Record) -> str:
    """When it was so, or happened; empty where the record has no day."""
    code = record.type_code()
    if code in _DAYS:
        value = getattr(record, _DAYS[code], None)
        if isinstance(value, dt.datetime):
            value = timezone.localtime(value).date()
        return formats.day(value) if isinstance(value, dt.date) else ""
    if isinstance(record, Dated):
        if code in _MOMENTARY and record.effective_until is None:
            return formats.day(record.effective_from)
        since = formats.day(record.effective_from)
        if record.effective_until is None:
            return escape(_("since %(day)s")) % {"day": since}
        return escape(_("%(start)s to %(end)s")) % {"start": since, "end": formats.day(record.effective_until)}
    return ""


def setting_words(item: Setting) -> Markup:
    """A company parameter behind a word such as “generally”, as a link to where the company set it."""
    if item.pk is None:
        address = reverse("records:list", args=["claims.parameter"])
        words = escape(_("%(parameter)s is not set"))
    else:
        address = record_address("claims.parameter", item.pk) or ""
        words = escape(_("%(parameter)s: %(value)s"))
    link = Markup('<a href="{}">{}</a>').format(address, name_of(item.code))
    return words % {"parameter": link, "value": value_words(item.code, item.value or "")}
