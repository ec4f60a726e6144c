"""Claims in words: what is asked, with which parameters, as of when, and what was found beside what is stated."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quarterdeck.areas.bodies.models import Body, CharterDuty, Decision
from quarterdeck.areas.determinations.models import Exposure
from quarterdeck.areas.evidence.kinds import FRAMEWORKS, PERFORMERS, POLICY_KINDS, SAFEGUARD_KINDS, TARGETS
from quarterdeck.areas.organisation.models import Designation
from quarterdeck.areas.reports.models import ReportTopic
from quarterdeck.kernel.claims.registry import (
    FILING_DATE,
    PERIOD,
    Claim,
    ClaimError,
    ParamValue,
    TimeBasis,
    predicate_named,
)
from quarterdeck.kernel.ui import formats

Text = str | Promise
Choices = Mapping[str, Text]

#: Predicates whose numbers are shares of one.
SHARES = frozenset({"training.completion"})

#: Predicates that count all of something: what is expected is how many there are.
WHOLES = frozenset(
    {
        "incidents.handled",
        "incidents.assessed_promptly",
        "incidents.opinions_sought",
        "incidents.escalated_promptly",
        "incidents.measures_decided",
        "vendors.bound_by_procedures",
        "disclosures.approved_before_release",
        "monitoring.every_month",
    }
)

AUDIENCES: Choices = {
    "panel": gettext_lazy("Panel"),
    "management": gettext_lazy("Management"),
    "management_committee": gettext_lazy("Management committee"),
    "board_committee": gettext_lazy("Board committee"),
    "board": gettext_lazy("Board"),
}
RHYTHMS: Choices = {"regularly": gettext_lazy("regularly"), "periodically": gettext_lazy("periodically")}
POLICY_DUTIES: Choices = {
    "severity": gettext_lazy("How severity is judged"),
    "source": gettext_lazy("How the source is traced"),
    "measures": gettext_lazy("How protective measures are taken"),
    "informing": gettext_lazy("How management and board are informed"),
}


@lru_cache(maxsize=1)
def _by_parameter() -> Mapping[str, Choices]:
    """What the values of a parameter are called, by parameter, or by ``predicate:parameter`` where that differs."""
    kinds = dict(Body.Kind.choices)
    return {
        "kind": kinds,
        "to_kind": kinds,
        "duty": dict(CharterDuty.Duty.choices),
        "policies.covers:duty": POLICY_DUTIES,
        "topic": dict(Decision.Topic.choices),
        "topics": dict(ReportTopic.Topic.choices),
        "policy_kind": dict(POLICY_KINDS),
        "performer": {"any": gettext_lazy("in-house or outside"), **dict(PERFORMERS)},
        "framework": dict(FRAMEWORKS),
        "safeguard_kind": dict(SAFEGUARD_KINDS),
        "target": {**dict(TARGETS), **dict(Designation.Target.choices)},
        "audience": AUDIENCES,
        "times": RHYTHMS,
        "trigger": dict(Exposure.Trigger.choices),
    }


def choices_of(predicate: str, parameter: str) -> Choices | None:
    """The values a parameter takes, with their words; None for free text and numbers."""
    known = _by_parameter()
    return known.get(f"{predicate}:{parameter}") or known.get(parameter)


def parameter_words(claim: Claim) -> str:
    """The parameters that say what is asked about: “Board committee, Be informed on cybersecurity risks”.

    Numbers are left out: they stand beside what was found.
    """
    said = []
    for name, value in claim.params.items():
        # A number stands beside what was found; a hash tells a reader nothing.
        if isinstance(value, int) or name == "sha256":
            continue
        choices = choices_of(claim.name, name) or {}
        words = [str(choices.get(part, part.replace("_", " "))) for part in value.split(",")]
        said.append(
            _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
            if len(words) > 1
            else words[0]
        )
    return ", ".join(said)


def label_of(claim: Claim) -> str:
    """What is claimed, in words."""
    try:
        label = str(predicate_named(claim.name).label)
    except ClaimError:
        label = claim.name
    about = parameter_words(claim)
    return _("%(claim)s (%(about)s)") % {"claim": label, "about": about} if about else label


def basis_words(basis: TimeBasis) -> str:
    """As of when it was asked: the period, the year end, or the filing date."""
    if basis.kind == PERIOD:
        return _("in the year")
    if basis.kind == FILING_DATE:
        return _("on the filing date")
    return _("at the year end")


def found_words(claim: Claim, value: ParamValue | None) -> str | None:
    """A number, text or flag as found; None where there is nothing worth saying beside the verdict."""
    if value is None or isinstance(value, bool) or (isinstance(value, str) and value in claim.params.values()):
        return None
    if isinstance(value, int):
        return formats.number(value)
    if claim.name in SHARES:
        try:
            return formats.percent(Decimal(value), 1).replace(".0%", "%")
        except InvalidOperation:
            return value
    return value


def plain_yes(value: ParamValue | None, expected: ParamValue | None) -> bool:
    """Whether one is there where one is asked for, or none where none is: the verdict says it all, the number nothing."""
    return (
        isinstance(value, int)
        and isinstance(expected, int)
        and not isinstance(value, bool)
        and expected in (0, 1)
        and value == expected
    )


def expected_words(claim: Claim, value: ParamValue | None, expected: ParamValue | None) -> str | None:
    """What is stated, or asked for, beside what was found; None where that adds nothing."""
    words = found_words(claim, expected)
    if words is None or (isinstance(expected, str) and (expected == value or expected in claim.params.values())):
        return None
    if claim.name in WHOLES:
        return _("of %(number)s") % {"number": words}
    if any(isinstance(given, int) and given == expected for name, given in claim.params.items() if name != "at_least"):
        return _("%(number)s stated") % {"number": words}
    if isinstance(expected, str) and claim.name not in SHARES:
        return _("stated: %(words)s") % {"words": words}
    return _("at least %(number)s") % {"number": words}


def kind_sentence(kind: str) -> str:
    """Why nothing stands beside a sentence that is not a fact."""
    if kind == "judgement":
        return _("A judgement; nothing proves it.")
    if kind == "caution":
        return _("A caution; it states no fact.")
    return str(capfirst(_("a cross-reference; the checks of the filing look where it leads.")))


def field_words(name: str) -> str:
    """A parameter's name, for its label in a form."""
    known = {
        "kind": _("Body"),
        "to_kind": _("Reports to"),
        "duty": _("Duty"),
        "topic": _("Topic"),
        "topics": _("Topics"),
        "policy_kind": _("Kind of policy"),
        "performer": _("Performed by"),
        "framework": _("Framework"),
        "safeguard_kind": _("Kind of safeguard"),
        "target": _("What is watched"),
        "audience": _("Received by"),
        "times": _("How often"),
        "at_least": _("At least"),
        "count": _("Number stated"),
        "years": _("Years"),
        "code": _("Code"),
        "position": _("Office"),
        "executives": _("Top executives"),
        "department_heads": _("Department heads"),
        "incident": _("Incident"),
        "follow_up": _("Follow-up"),
        "listed": _("Says that something is not determined"),
        "filed": _("Filed on"),
        "trigger": _("Furnished because it is"),
    }
    return known.get(name) or str(capfirst(name.replace("_", " ")))
