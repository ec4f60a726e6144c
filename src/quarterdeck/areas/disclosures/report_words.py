"""The sentences of a current report about one incident: the product's own words around what the assessment says.

Pure: from what the record gives (:class:`Told`) to lines with their tags and claims. Filed text is English and is not
translated. The four points are those of Form 8-K Item 1.05(a): nature, scope and timing, and the material impact or what is
reasonably likely to be one. What is not determined is said, and promised (Instruction 2 to Item 1.05). A Form 6-K says
what made the information public (General Instruction B).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from quarterdeck.areas.disclosures.models import Disclosure, Statement
from quarterdeck.engines.xbrl.cover_out import long_date
from quarterdeck.kernel.claims.registry import FILING_DATE, Claim, ParamValue

BLOCKS: Final[Mapping[str, str]] = {
    "nature": "MaterialCybersecurityIncidentNatureTextBlock",
    "scope": "MaterialCybersecurityIncidentScopeTextBlock",
    "timing": "MaterialCybersecurityIncidentTimingTextBlock",
    "impact": "MaterialCybersecurityIncidentMaterialImpactOrReasonablyLikelyMaterialImpactTextBlock",
}
NOT_DETERMINED: Final = "MaterialCybersecurityIncidentInformationNotAvailableOrUndeterminedTextBlock"

_LEADS: Final[Mapping[str, str]] = {
    "nature": "Nature of the incident: ",
    "scope": "Its scope: ",
    "timing": "Its timing: ",
    "impact": "Its material impact on us, or the impact that is reasonably likely: ",
}
_NOW: Final[Mapping[str, str]] = {
    "nature": "What we reported on the nature of the incident now reads: ",
    "scope": "What we reported on its scope now reads: ",
    "timing": "What we reported on its timing now reads: ",
    "impact": "What we reported on its material impact, or the impact that is reasonably likely, now reads: ",
}


@dataclass(frozen=True)
class Answered:
    """A question that was open in the earlier report, and what is known now."""

    key: int
    question: str
    answer: str
    on: date


@dataclass(frozen=True)
class Earlier:
    """The report that is amended: when it was filed, on which form, and what it said on the four points."""

    form: str
    filed: date
    texts: Mapping[str, str]
    answered: tuple[Answered, ...] = ()
    concerns: str = Disclosure.Concerns.IMPACT


@dataclass(frozen=True)
class Told:
    """What the record gives for a report. ``material_on``, ``necessary_on``: the days of the body's decisions."""

    family: str
    incident: int
    sha256: str
    texts: Mapping[str, str]
    body: str
    material_on: date | None
    necessary_on: date
    undetermined: tuple[str, ...] = ()
    trigger: str = ""
    published_on: date | None = None
    jurisdiction: str = ""
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Line:
    """One sentence, before it is a statement."""

    key: str
    paragraph: int
    text: str
    blocks: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = field(default=())
    kind: str = Statement.Kind.FACT


def lines(told: Told) -> tuple[Line, ...]:
    """The report, in the order of the page."""
    found = [*_opening(told), *(_amended(told, told.earlier) if told.earlier is not None else _points(told))]
    found += _open_points(told)
    caution = (
        "What this report says about effects still to come is our judgement on its date. We may learn more about the "
        "incident, and what follows from it may differ."
    )
    found.append(Line("caution", 8, caution, kind=Statement.Kind.CAUTION))
    return tuple(found)


def _ask(name: str, told: Told, **params: ParamValue) -> Claim:
    return Claim(name, {"incident": told.incident, **params}, FILING_DATE)


def _opening(told: Told) -> list[Line]:
    made: list[Line] = []
    if told.earlier is not None:
        filed = long_date(told.earlier.filed)
        text = (
            f"This report amends our report on Form {told.earlier.form} of {filed}. It adds what was not determined or "
            "not available then and replaces what no longer is so; everything else stands as reported."
        )
        claim = _ask("disclosures.reported", told, filed=told.earlier.filed.isoformat())
        made.append(Line("amends", 1, text, claims=(claim,)))
    if told.family == "6-K":
        text = f"On {long_date(told.necessary_on)}, our {told.body} decided that the cybersecurity incident described in this report has to be disclosed."
        made.append(Line("necessary", 1, text, claims=(_ask("determinations.disclosure_necessary", told),)))
        made.append(
            Line("trigger", 1, _trigger(told), claims=(_ask("disclosures.made_public", told, trigger=told.trigger),))
        )
    if told.material_on is not None:
        text = f"On {long_date(told.material_on)}, our {told.body} determined that the cybersecurity incident described in this report is material."
        claims = (_ask("determinations.material", told), _ask("determinations.disclosure_necessary", told))
        made.append(Line("determined", 1, text, claims=claims))
    return made


def _trigger(told: Told) -> str:
    day = None if told.published_on is None else long_date(told.published_on)
    law = f"the law of our jurisdiction of incorporation ({told.jurisdiction}) or of our domicile"
    said = {
        Disclosure.Trigger.HOME_LAW: (
            f"On {day}, information on it was made public under {law}.",
            f"Information on it has to be made public under {law}.",
        ),
        Disclosure.Trigger.EXCHANGE: (
            f"On {day}, an exchange on which our securities are traded made public what we had filed with it on the incident.",
            "We have to file information on it with an exchange on which our securities are traded, which makes it public.",
        ),
        Disclosure.Trigger.HOLDERS: (
            f"On {day}, information on it was distributed to the holders of our securities.",
            "We have to distribute information on it to the holders of our securities.",
        ),
    }[Disclosure.Trigger(told.trigger)]
    return said[0] if day is not None else said[1]


def _stands(told: Told) -> Claim:
    return _ask("determinations.assessment_stands", told, sha256=told.sha256)


def _points(told: Told) -> list[Line]:
    return [
        Line(point, number, f"{_LEADS[point]}{told.texts[point]}", (block,), (_stands(told),))
        for number, (point, block) in enumerate(BLOCKS.items(), start=2)
    ]


def _amended(told: Told, earlier: Earlier) -> list[Line]:
    """What changed, and what became known, each where it belongs among the four points."""
    made: list[Line] = []
    for number, (point, block) in enumerate(BLOCKS.items(), start=2):
        if told.texts[point] != earlier.texts.get(point):
            made.append(Line(point, number, f"{_NOW[point]}{told.texts[point]}", (block,), (_stands(told),)))
        if point == earlier.concerns:
            for row in earlier.answered:
                text = (
                    f"We reported that the following was not determined or not available: {_ended(row.question)} "
                    f"On {long_date(row.on)} it became known: {row.answer}"
                )
                claims = (_ask("determinations.became_known", told, follow_up=row.key), _stands(told))
                made.append(Line(f"known-{row.key}", number, text, (block,), claims))
    return made


def _open_points(told: Told) -> list[Line]:
    listed = bool(told.undetermined)
    claim = _ask("determinations.undetermined_listed", told, listed=listed)
    if not listed:
        text = "When we filed this report, no information that it has to give was undetermined or unavailable."
        return [Line("all-determined", 6, text, claims=(claim,))]
    text = "The following was not determined or not available when we filed this report: "
    text += " ".join(_ended(question) for question in told.undetermined)
    if told.family == "8-K":
        text += " We will amend this report within four business days after we determine it or it becomes available."
    return [Line("undetermined", 6, text, (NOT_DETERMINED,), (claim,))]


def _ended(text: str) -> str:
    """A text that ends as a sentence does."""
    text = text.strip()
    return text if text.endswith((".", "?", "!", "。", "？", "！")) else f"{text}."


def paper(content: Mapping[str, object], digest: str) -> str:
    """The report as it lies before the members: its head, every sentence as it would be filed, and the hash of the content.

    Made of the content alone, so that the same content is the same paper whoever asks and in whatever language.
    """
    rows = content["statements"]
    registrant = content["registrant"]
    report = content["report"]
    assert isinstance(rows, list)
    assert isinstance(registrant, dict)
    assert isinstance(report, dict)
    head = [
        f"{registrant['name']}: Form {content['form']}",
        f"Incident: {report['label']}",
        f"Planned filing date: {content['filing_date']}",
    ]
    said: list[str] = []
    last: object = None
    for row in rows:
        if row["paragraph"] != last:
            said.append("")
            last = row["paragraph"]
        said.append(str(row["text"]))
    return "\n".join([*head, *said, "", f"SHA-256 {digest}"])
