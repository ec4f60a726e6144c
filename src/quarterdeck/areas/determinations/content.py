"""What an assessment rests on, as one canonical content: frozen when it is submitted, compared with ever after."""

from __future__ import annotations

from django.utils.translation import gettext

from quarterdeck.areas.bodies.rules import text_hash
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.models import Assessment
from quarterdeck.areas.incidents.models import Incident, Opinion
from quarterdeck.areas.incidents.walling import standing_wall
from quarterdeck.kernel.records import JSON, plain

TEXTS = ("nature", "scope", "timing", "impact", "not_determined", "because")
#: Of the incident: what its assessment and the decisions on it rest on. Its course afterwards (state, closing) is not.
FACTS = (
    "number", "title", "nature", "occurred_at", "discovered_at", "declared_at", "contained_at", "facts", "severity",
    "severity_why", "source", "source_why",
)  # fmt: skip


def facts_of(incident: Incident) -> dict[str, JSON]:
    """The incident's own facts."""
    return {name: plain(getattr(incident, name)) for name in FACTS}


def content_of(assessment: Assessment) -> dict[str, JSON]:
    """The assessment and what it rests on, as they are now: texts, factors, related incidents, facts, opinions.

    Of an opinion only the hash of its text goes in, and of privileged advice not even that: a hash can confirm a guess.
    """
    incident = assessment.incident
    given: dict[str, JSON] = {name: getattr(assessment, name) for name in TEXTS}
    return {
        **given,
        "known_by": plain(assessment.known_by),
        "recommendation": assessment.recommendation,
        "incident": facts_of(incident),
        "factors": {
            row.code: {"answer": row.answer, "amount": plain(row.amount), "reason": row.reason}
            for row in assessment.factors.order_by("pk")
        },
        "related": {
            row.other.number: {"why": row.why, "together": row.together, "incident": facts_of(row.other)}
            for row in assessment.related.filter(struck=False).select_related("other").order_by("pk")
        },
        "opinions": {
            f"{row.by} {row.pk}": {
                "received": plain(row.received_at),
                "text": None if row.privileged else text_hash(row.text),
            }
            for row in Opinion.objects.filter(incident=incident).order_by("pk")
        },
    }


def changed_since(assessment: Assessment) -> tuple[rules.Difference, ...]:
    """What is no longer as it was when it was submitted; nothing while it is being written."""
    if assessment.frozen is None:
        return ()
    return rules.differences(assessment.frozen, content_of(assessment))


def paper_text(assessment: Assessment) -> str:
    """The assessment as the members read it: plain text, made of what was frozen."""
    frozen = assessment.frozen
    assert isinstance(frozen, dict)
    lines: list[str] = [str(assessment), ""]
    for name in TEXTS:
        field = assessment._meta.get_field(name)
        if frozen[name]:
            lines += [str(field.verbose_name).capitalize(), str(frozen[name]), ""]  # type: ignore[union-attr]
    for row in assessment.factors.order_by("pk"):
        amount = "" if row.amount is None else f" {row.amount:,} ({rules.factor(row.code).measured.value})"
        lines.append(f"{row.get_code_display()}: {row.get_answer_display()}{amount}. {row.reason}")
    for related in assessment.related.filter(struck=False).select_related("other").order_by("pk"):
        lines.append(f"{_called(related.other, assessment.incident)}: {related.why} {related.together}")
    lines += ["", f"SHA-256 {assessment.sha256}"]
    return "\n".join(lines)


def _called(other: Incident, incident: Incident) -> str:
    """Its number, unless it stands behind a wall of its own: whoever reads the paper need not stand inside that one."""
    wall = standing_wall(other)
    return other.number if wall is None or wall == standing_wall(incident) else gettext("A related incident")
