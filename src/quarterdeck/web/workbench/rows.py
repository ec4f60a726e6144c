"""The rows of the bench: a sentence, its tags, its proofs, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from quarterdeck.areas.disclosures.evaluation import Checked
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.disclosures.redrafting import Redraft, WriteDrafted
from quarterdeck.areas.disclosures.statements import AddStatement
from quarterdeck.engines.xbrl.concepts import BY_NAME
from quarterdeck.kernel.claims.actions import SetParameter
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.claims.parameters import name_of
from quarterdeck.kernel.claims.registry import Claim, ClaimError, predicate_named
from quarterdeck.kernel.resource.offers import on_record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.records.addresses import list_address
from quarterdeck.web.records.detail import Button
from quarterdeck.web.workbench import wording
from quarterdeck.web.workbench.proof import Group, Seen, grouped, proof_of
from quarterdeck.web.workbench.reading import CouldSay, Reading, Setting, key_of, verdict_key
from quarterdeck.web.workbench.tagged import short_name
from quarterdeck.web.workbench.words import Piece, word_diff

CODE = Statement.type_code()

#: The kind of evidence that the predicates over typed evidence read: where what is lacking is handed in.
_EVIDENCE: Mapping[str, str] = {
    "policies.in_force": "policy",
    "policies.covers": "policy",
    "policies.applied": "protocol_activity",
    "risks.assessed": "risk_assessment",
    "risks.improved": "improvement",
    "risks.integrated": "integration",
    "safeguards.operating": "safeguard",
    "findings.tested": "security_test",
    "incidents.response_exercised": "exercise",
    "training.completion": "training",
    "monitoring.every_month": "monitoring",
    "engagements.third_party": "expert",
}


@dataclass(frozen=True)
class BenchRow:
    """One sentence with everything beside it."""

    pk: int
    number: int
    anchor: str
    concept: str
    item: str
    flag: bool | None
    parts: tuple[tuple[str, str | None], ...]
    verdict: str
    groups: tuple[Group, ...]
    quiet: str
    kept: str
    kept_asked: bool
    edited: bool
    current: bool
    href: str
    #: What the record bears instead of a sentence that does not hold, as a difference of words.
    fresh: tuple[Piece, ...]
    redraft: str


def bench_rows(
    disclosure: Disclosure, reading: Reading, seen: Seen, sight: Sight, *, only: str = "", current: int | None = None
) -> tuple[BenchRow, ...]:
    """The rows in order; with ``only``, those of one verdict."""
    may_redraft = disclosure.state == Disclosure.State.DRAFT and sight.may(Redraft)
    return tuple(
        _row(item, disclosure, reading, seen, only, item.statement.pk == current, may_redraft)
        for item in reading.checked
        if not only or verdict_key(item) == only or item.statement.pk == current
    )


def _row(
    item: Checked, disclosure: Disclosure, reading: Reading, seen: Seen, only: str, current: bool, may_redraft: bool
) -> BenchRow:
    row = item.statement
    flags = [phrase for phrase in row.phrases if phrase["value"] is not None]
    concept = flags[0]["concept"] if flags else row.blocks[-1] if row.blocks else ""
    fresh = reading.fresh.get(row.pk, "") if may_redraft else ""
    query = {"verdict": only} if only else {}
    if not current:
        query["at"] = str(row.pk)
    here = reverse("workbench", args=[disclosure.pk])
    return BenchRow(
        pk=row.pk,
        number=row.position,
        anchor=f"s{row.pk}",
        concept=short_name(concept) or _("not tagged"),
        item=item_sign(concept, disclosure.form),
        flag=flags[0]["value"] if flags else None,
        parts=_parts(item),
        verdict=verdict_key(item),
        groups=grouped(proof_of(finding, seen, reading.settings) for finding in item.findings),
        quiet=_quiet(item),
        kept=_kept(row),
        kept_asked=row.override_asked_by_id is not None and not row.overridden,
        edited=row.edited,
        current=current,
        href=f"{here}?{urlencode(query)}#s{row.pk}" if query else f"{here}#s{row.pk}",
        fresh=word_diff(row.text, fresh) if fresh else (),
        redraft=act_address("redraft", row, disclosure) if fresh else "",
    )


def item_sign(concept: str, form: str) -> str:
    """The paragraph that asks for it, short: ``c(1)`` of Item 16K."""
    known = BY_NAME.get(concept)
    paragraph = None if known is None else known.item_paragraph(form)
    if paragraph is None:
        return ""
    sign = paragraph.rsplit(" ", 1)[-1].removeprefix("106").removeprefix("16K")
    return sign[1:].replace(")", "", 1) if sign.startswith("(") else paragraph


def _parts(item: Checked) -> tuple[tuple[str, str | None], ...]:
    key = verdict_key(item)
    return ((item.statement.text, None if item.verdict is None or item.verdict.holds else key),)


def _quiet(item: Checked) -> str:
    if item.verdict is None:
        return wording.kind_sentence(item.statement.kind)
    return "" if item.findings else _("No claim is attached, so nothing proves it.")


def _kept(row: Statement) -> str:
    if row.overridden:
        said = {"one": row.override_asked_by, "other": row.override_agreed_by, "reason": row.override_reason}
        return _("Kept although not proven, by %(one)s and %(other)s: %(reason)s") % said
    if row.override_asked_by_id is not None:
        said = {"one": row.override_asked_by, "reason": row.override_reason}
        return _("%(one)s asks to keep it although it is not proven: %(reason)s A second person has to agree.") % said
    return ""


def act_address(name: str, row: Statement, disclosure: Disclosure) -> str:
    """The page of an action on a sentence; it leads back to the sentence."""
    back = f"{reverse('workbench', args=[disclosure.pk])}?at={row.pk}#s{row.pk}"
    return f"{reverse('records:act', args=[CODE, row.pk, name])}?{urlencode({'next': back})}"


def statement_buttons(row: Statement, disclosure: Disclosure, sight: Sight) -> list[Button]:
    """What this person may do to the selected sentence. One query."""
    made = []
    for offer in on_record(resource_of(Statement), row, sight):
        action = offer.action
        if action is Redraft or (action.name == "agree_override" and row.override_asked_by_id is None):
            continue
        reason = None if offer.reason is None else str(offer.reason)
        url = act_address(action.name, row, disclosure)
        if action.name == "attach":
            url = reverse("workbench-attach", args=[disclosure.pk, row.pk])
        made.append(
            Button(
                name=action.name,
                label=str(action.label),
                url=url,
                reason=reason,
                kind="grave" if action.name == "remove" else "",
                confirm=_("Press again to remove it") if action.name == "remove" else None,
                bare=action().form_class() is None,
            )
        )
    # One barred button says why; four would say it four times.
    barred = [button for button in made if button.reason]
    return [button for button in made if not button.reason] + barred[:1]


def add_address(disclosure: Disclosure, sight: Sight) -> str:
    """Where a sentence is written by hand; empty for those who may not, or may not now."""
    if disclosure.state != Disclosure.State.DRAFT or not sight.may(AddStatement):
        return ""
    back = reverse("workbench", args=[disclosure.pk])
    query = urlencode({"disclosure": disclosure.pk, "next": back})
    return f"{reverse('records:create', args=[CODE, 'create'])}?{query}"


@dataclass(frozen=True)
class Lacking:
    """One claim that keeps a sentence from the page, and where the record is added to."""

    label: str
    verdict: str
    because: str
    where: str
    url: str


@dataclass(frozen=True)
class Possible:
    """A sentence the page could also say."""

    key: str
    text: str
    ready: bool
    lacking: tuple[Lacking, ...]
    may_write: bool


def possible_rows(reading: Reading, disclosure: Disclosure, seen: Seen, sight: Sight) -> tuple[Possible, ...]:
    """Sentences that are not on the page: first those that only have to be written."""
    may_write = disclosure.state == Disclosure.State.DRAFT and sight.may(WriteDrafted)
    rows = [
        Possible(item.key, item.text, item.ready, _lacking(item, reading, seen, sight), may_write and item.ready)
        for item in reading.could_say
    ]
    return tuple(sorted(rows, key=lambda row: (not row.ready, not row.lacking, len(row.lacking))))


def _lacking(item: CouldSay, reading: Reading, seen: Seen, sight: Sight) -> tuple[Lacking, ...]:
    made = []
    for finding in item.failing:
        proof = proof_of(finding, seen, reading.settings)
        where, url = _unset(reading.settings.get(key_of(finding.claim), ()), sight) or _where_to_add(
            finding.claim, sight
        )
        made.append(Lacking(proof.label, proof.verdict, proof.because, where, url))
    return tuple(made)


def _unset(settings: tuple[Setting, ...], sight: Sight) -> tuple[str, str] | None:
    """Where the company says what the word means, if that is what is lacking."""
    missing = next((setting.code for setting in settings if setting.pk is None), None)
    if missing is None or not sight.may(SetParameter):
        return None
    address = reverse("records:create", args=[Parameter.type_code(), SetParameter.name])
    return _("Set “%(parameter)s”") % {"parameter": name_of(missing)}, f"{address}?{urlencode({'code': missing})}"


def _where_to_add(claim: Claim, sight: Sight) -> tuple[str, str]:
    """The page on which what is lacking is handed in, or the list that such records stand in, as far as the person may."""
    try:
        reads = _reads_in_order(claim.name)
    except ClaimError:
        return "", ""
    if claim.name in _EVIDENCE:
        action = resource_of("evidence.evidence").action(f"attest_{_EVIDENCE[claim.name]}")
        if sight.may(action):
            address = reverse("records:create", args=["evidence.evidence", action.name])
            given = {name: value for name, value in claim.params.items() if isinstance(value, str) and value != "any"}
            return str(action.label), f"{address}?{urlencode(given)}" if given else address
    for code in reads:
        try:
            resource = resource_of(code)
        except KeyError:
            continue
        if sight.may_view(resource):
            words = _("Open the list: %(records)s") % {"records": str(resource.label_plural)}
            return words, list_address(resource)
    return "", ""


def _reads_in_order(name: str) -> list[str]:
    """Types a predicate reads; those of its own area first, parameters last."""
    area = name.partition(".")[0]
    reads = predicate_named(name).reads
    return sorted(reads, key=lambda code: (code == "claims.parameter", not code.startswith(area), code))


def tally_chips(reading: Reading, here: str, only: str) -> list[Mapping[str, object]]:
    """The verdicts of the page as filters, best first."""
    order = (
        "supported",
        "attested",
        "stale",
        "unresolved",
        "unevidenced",
        "contradicted",
        "judgement",
        "caution",
        "reference",
    )
    return [
        {
            "key": key,
            "count": reading.tally[key],
            "current": key == only,
            "href": here if key == only else f"{here}?{urlencode({'verdict': key})}#bench",
        }
        for key in order
        if reading.tally[key]
    ]
