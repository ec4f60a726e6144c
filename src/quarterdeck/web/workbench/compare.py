"""The page beside what was approved, and beside last year's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from quarterdeck.areas.determinations.models import Assessment, Factor, Related
from quarterdeck.areas.disclosures.evaluation import Checked, differences
from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.areas.incidents.models import Incident, Opinion
from quarterdeck.kernel.claims.registry import ClaimError, predicate_named
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.kernel.ui.words import VERDICTS, verdict_word
from quarterdeck.web.workbench.seen import visible
from quarterdeck.web.workbench.words import Piece, word_diff


@dataclass(frozen=True)
class Changed:
    """One difference: in words, or as a text with what came and went."""

    what: str
    pieces: tuple[Piece, ...] = ()
    before: str = ""
    now: str = ""
    href: str = ""


def previous_of(disclosure: Disclosure, sight: Sight) -> Disclosure | None:
    """The disclosure of the same company on the same form for the period before, as far as this person may see it."""
    if disclosure.current:
        return None
    rows = (
        visible(sight, Disclosure)
        .filter(registrant=disclosure.registrant_id, form=disclosure.form, period_end__lt=disclosure.period_end)
        .exclude(state=Disclosure.State.WITHDRAWN)
    )
    return rows.order_by("-period_end", "-pk").first()


def against_year(now: Iterable[Statement], before: Iterable[Statement]) -> tuple[Changed, ...]:
    """Sentence by sentence: those drafted from one template are one sentence, the others go by their words."""
    old = list(before)
    by_key = {row.key: row for row in old if row.key}
    by_text = {row.text: row for row in old if not row.key}
    matched: set[int] = set()
    made: list[Changed] = []
    for row in now:
        former = by_key.get(row.key) if row.key else by_text.get(row.text)
        href = f"#s{row.pk}"
        if former is None:
            made.append(Changed(_("New this year"), word_diff("", row.text), href=href))
            continue
        matched.add(former.pk)
        words = _("Unchanged") if former.text == row.text else _("Changed")
        made.append(Changed(words, word_diff(former.text, row.text), href=href))
    made.extend(Changed(_("No longer said"), word_diff(row.text, "")) for row in old if row.pk not in matched)
    return tuple(made)


def against_approval(before: dict[str, Any], now: dict[str, Any]) -> tuple[Changed, ...]:
    """What changed since the approval, for people to read."""
    return told(differences(before, now), _texts(before) | _texts(now))


def told(found: Iterable[Mapping[str, Any]], texts: Mapping[int, str]) -> tuple[Changed, ...]:
    """Differences as ``disclosures.evaluation`` finds and approvals keep them, in words."""
    made: list[Changed] = []
    for item in found:
        what, before, now = str(item["what"]), item.get("before"), item.get("now")
        key = item.get("id")
        href = f"#s{key}" if isinstance(key, int) else ""
        if what == "revised":
            made.append(Changed(_("It was taken back to be revised.")))
        elif what == "statement":
            words = _("A sentence was added") if before is None else _("A sentence was removed")
            made.append(
                Changed(words, word_diff(str(before or ""), str(now or "")), href=href if before is None else "")
            )
        elif what == "text":
            made.append(Changed(_("The words changed"), word_diff(str(before), str(now)), href=href))
        elif what == "fact":
            words = _("A fact under the assessment changed: %(fact)s") % {"fact": _path_words(str(item["path"]))}
            made.append(Changed(words, before=_plain(before), now=_plain(now)))
        elif what == "claim":
            made.append(_claim_changed(item, texts, href))
        else:
            about = f": {texts[key]}" if isinstance(key, int) and key in texts else ""
            made.append(Changed(_field_words(what) + about, before=_plain(before), now=_plain(now), href=href))
    return tuple(made)


def _path_words(path: str) -> str:
    """Where in the assessment a fact stands: the incident's own, a factor, a related incident, an opinion."""
    first, _slash, rest = path.partition("/")
    model = {"incident": Incident, "factors": Factor, "related": Related, "opinions": Opinion}.get(first, Assessment)
    for name in reversed(rest.split("/") if rest else [first]):
        try:
            label = model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        except FieldDoesNotExist:
            continue
        return f"{model._meta.verbose_name}, {label}"
    return f"{model._meta.verbose_name} ({rest or first})"


def _claim_changed(item: Mapping[str, Any], texts: Mapping[int, str], href: str) -> Changed:
    name = str(item.get("claim", ""))
    try:
        label = str(predicate_named(name).label)
    except ClaimError:
        label = name
    text = texts.get(item.get("id", 0), "")
    what = _("%(claim)s, behind “%(text)s”") % {"claim": label, "text": text if len(text) <= 90 else f"{text[:89]}…"}
    # The numbers stay out: what was counted may lie where the reader may not look. The sentence's own row shows them.
    before, now = item.get("before") or {}, item.get("now") or {}
    same = before.get("verdict") == now.get("verdict")
    if same:
        return Changed(
            what, now=_("still %(verdict)s, on other numbers") % {"verdict": _verdict(now.get("verdict"))}, href=href
        )
    return Changed(what, before=_verdict(before.get("verdict")), now=_verdict(now.get("verdict")), href=href)


def _verdict(key: object) -> str:
    return verdict_word(str(key)) if key in VERDICTS else str(key)


def _field_words(what: str) -> str:
    known = {
        "form": _("Form"),
        "period": _("Period"),
        "filing_date": _("Filing date"),
        "taxonomy": _("Taxonomy"),
        "registrant": _("Registrant"),
        "kind": _("Kind of sentence"),
        "blocks": _("Text blocks"),
        "phrases": _("Tags on words"),
        "paragraph": _("Paragraph"),
        "position": _("Position"),
        "override": _("Kept although not proven"),
        "claims": _("Number of claims"),
        "label": _("What the report calls the incident"),
        "amends": _("Amended report"),
        "concerns": _("What became known concerns"),
        "trigger": _("Furnished because it is"),
        "published_on": _("Made public on"),
        "assessment": _("Assessment, SHA-256"),
    }
    return known.get(what, what)


def _plain(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(item)}" for key, item in value.items())
    return str(value)


def _texts(content: Mapping[str, Any]) -> dict[int, str]:
    return {row["id"]: row["text"] for row in content.get("statements", [])}


def texts_of(checked: Iterable[Checked]) -> dict[int, str]:
    """The words of each sentence by its key."""
    return {item.statement.pk: item.statement.text for item in checked}


__all__ = ["Changed", "against_approval", "against_year", "previous_of", "texts_of", "told"]
