"""The kinds of evidence. Each is a form of typed fields; what it cleans to is kept as JSON without floats.

A kind names the field that says when the thing happened (``happened``), which becomes the first day of the record if no
other is given, and the fields that may lie in the future (``ahead``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import JSON, plain

POLICY_KINDS: Final = (
    ("threat_handling", _("Handling of threats")),
    ("incident_handling", _("Handling of incidents")),
    ("internal_threats", _("Internal threats")),
    ("external_threats", _("External threats")),
    ("data_classification", _("Data classification")),
    ("data_desensitization", _("Data desensitization")),
    ("secure_development", _("Secure development")),
    ("risk_assessment", _("Risk assessment")),
    ("incident_response", _("Incident response")),
    ("vendor_procedures", _("Procedures for vendors")),
    ("security_management", _("Security management")),
    ("disclosure", _("Disclosure")),
)
PERFORMERS: Final = (("in_house", _("In-house team")), ("outside", _("Outside firm")))
FRAMEWORKS: Final = (
    ("enterprise_risk_management", _("Enterprise risk management")),
    ("security_management", _("Security management")),
)
SAFEGUARD_KINDS: Final = (("technical", _("Technical")), ("procedural", _("Procedural")))
TEST_RESULTS: Final = (("effective", _("Effective")), ("not_effective", _("Not effective")))
TARGETS: Final = (
    ("mini_programs", _("Mini programs")),
    ("platforms", _("Platforms")),
    ("infrastructure", _("Infrastructure")),
    ("other", _("Other")),
)
EXPERT_ROLES: Final = (("assessor", _("Assessor")), ("consultant", _("Consultant")), ("auditor", _("Auditor")))


def _text(label: Text, *, required: bool = True, length: int = 200) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=length)  # type: ignore[arg-type]


def _day(label: Text, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=DateInput)  # type: ignore[arg-type]


def _count(label: Text) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10**9)  # type: ignore[arg-type]


def _choice(label: Text, choices: object) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices)  # type: ignore[arg-type]


def _yes(label: Text) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)  # type: ignore[arg-type]


class FactsForm(forms.Form):
    """Base of the kinds. ``facts`` are its cleaned fields as JSON."""

    code: ClassVar[str]
    label: ClassVar[Text]
    happened: ClassVar[str]
    ahead: ClassVar[frozenset[str]] = frozenset()
    roles: ClassVar[tuple[str, ...]] = ("analyst", "ciso")

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The typed fields, in order."""
        return tuple(cls.base_fields)

    @classmethod
    def facts_of(cls, cleaned: Mapping[str, Any]) -> dict[str, JSON]:
        """The typed fields of cleaned data as JSON: dates ISO, numbers whole."""
        return {name: plain(cleaned.get(name)) for name in cls.names()}

    def at_most(self, part: str, whole: str) -> None:
        """``part`` may not exceed ``whole``."""
        small, large = self.cleaned_data.get(part), self.cleaned_data.get(whole)
        if small is not None and large is not None and small > large:
            self.add_error(part, _("This cannot be more than %(whole)s.") % {"whole": self.fields[whole].label})

    def not_before(self, later: str, earlier: str) -> None:
        """``later`` may not lie before ``earlier``."""
        after, before = self.cleaned_data.get(later), self.cleaned_data.get(earlier)
        if isinstance(after, date) and isinstance(before, date) and after < before:
            self.add_error(later, _("This cannot be before %(earlier)s.") % {"earlier": self.fields[earlier].label})


class PolicyFacts(FactsForm):
    code, label, happened = "policy", _("Policy"), "approved_on"
    roles = ("ciso", "disclosure_officer", "secretary")

    policy_kind = _choice(_("Kind of policy"), POLICY_KINDS)
    version = _text(_("Version"), length=40)
    approved_on = _day(_("Approved"))
    approved_by = _text(_("Approved by"))
    covers_severity = _yes(_("Says how severity is judged"))
    covers_source = _yes(_("Says how the source is traced"))
    covers_measures = _yes(_("Says how protective measures are taken"))
    covers_informing = _yes(_("Says how management and board are informed"))


class ProtocolActivityFacts(FactsForm):
    code, label, happened = "protocol_activity", _("Activity under a protocol"), "happened_on"
    roles = ("analyst", "group_lead", "ciso", "unit_owner")

    policy_kind = _choice(_("Under which kind of policy"), POLICY_KINDS)
    happened_on = _day(_("Happened"))
    what = _text(_("What was done"), length=500)


class RiskAssessmentFacts(FactsForm):
    code, label, happened = "risk_assessment", _("Risk assessment"), "performed_on"
    roles = ("analyst", "ciso", "panel_member")

    performed_on = _day(_("Performed"))
    performer = _choice(_("Performed by"), PERFORMERS)
    performer_name = _text(_("Name of team or firm"))
    procedure_version = _text(_("Version of the procedure"), length=40)
    scope = _text(_("Scope"), length=500)
    method = _text(_("Method"), length=500)
    result = _text(_("Result"), length=1000)
    approved_on = _day(_("Result approved"), required=False)

    def clean(self) -> None:
        super().clean()
        self.not_before("approved_on", "performed_on")


class ImprovementFacts(FactsForm):
    code, label, happened = "improvement", _("Improvement"), "done_on"
    roles = ("analyst", "group_lead", "ciso", "unit_owner")

    item = _text(_("What was improved"), length=500)
    performer = _choice(_("Done by"), PERFORMERS)
    done_on = _day(_("Done"))


class IntegrationFacts(FactsForm):
    code, label, happened = "integration", _("Integration into a framework"), "accepted_on"
    roles = ("ciso", "disclosure_officer")

    framework = _choice(_("Framework"), FRAMEWORKS)
    register = _text(_("Register or document"))
    cyber_risks = _count(_("Cybersecurity risks it carries"))
    owner = _text(_("Owner"))
    accepted_on = _day(_("Accepted by its owner"))


class SafeguardFacts(FactsForm):
    code, label, happened = "safeguard", _("Safeguard"), "in_operation_since"
    roles = ("analyst", "group_lead", "ciso")

    safeguard_kind = _choice(_("Kind of safeguard"), SAFEGUARD_KINDS)
    name = _text(_("Name"))
    in_operation_since = _day(_("In operation since"))
    tested_on = _day(_("Last tested"))
    result = _choice(_("Result of the test"), TEST_RESULTS)

    def clean(self) -> None:
        super().clean()
        self.not_before("tested_on", "in_operation_since")


class SecurityTestFacts(FactsForm):
    code, label, happened = "security_test", _("Security test"), "tested_on"
    roles = ("analyst", "group_lead", "ciso")

    performer = _choice(_("Performed by"), PERFORMERS)
    performer_name = _text(_("Name of team or firm"))
    tested_on = _day(_("Tested"))
    scope = _text(_("Scope"), length=500)
    findings = _count(_("Findings"))
    followed = _count(_("Findings followed up"))

    def clean(self) -> None:
        super().clean()
        self.at_most("followed", "findings")


class ExerciseFacts(FactsForm):
    code, label, happened = "exercise", _("Exercise of the incident-response plan"), "held_on"

    plan_version = _text(_("Version of the plan"), length=40)
    held_on = _day(_("Held"))
    lessons = _count(_("Lessons"))
    closed = _count(_("Lessons closed"))

    def clean(self) -> None:
        super().clean()
        self.at_most("closed", "lessons")


class TrainingFacts(FactsForm):
    code, label, happened, ahead = "training", _("Training"), "held_from", frozenset({"held_until"})
    roles = ("analyst", "ciso", "people_officer")

    course = _text(_("Course"))
    assigned = _count(_("People assigned"))
    completed = _count(_("People who completed it"))
    held_from = _day(_("From"))
    held_until = _day(_("Until"))

    def clean(self) -> None:
        super().clean()
        self.at_most("completed", "assigned")
        self.not_before("held_until", "held_from")


class MonitoringFacts(FactsForm):
    code, label, happened = "monitoring", _("Monitoring"), "month"
    roles = ("analyst", "group_lead", "ciso")

    target = _choice(_("What was watched"), TARGETS)
    group = forms.SlugField(label=_("Specialist group (code)"), max_length=40)
    month = _day(_("Month (its first day)"))
    events = _count(_("Events looked at"))

    def clean_group(self) -> str:
        code = str(self.cleaned_data["group"])
        if not Unit.objects.filter(code=code, kind=Unit.Kind.SPECIALIST).exists():
            raise forms.ValidationError(_("There is no specialist group with the code “%(code)s”.") % {"code": code})
        return code

    def clean_month(self) -> date:
        month: date = self.cleaned_data["month"]
        if month.day != 1:
            raise forms.ValidationError(_("Give the first day of the month."))
        return month


class VendorFacts(FactsForm):
    code, label, happened = "vendor", _("Vendor"), "engaged_on"
    ahead = frozenset({"engaged_on", "ended_on"})
    roles = ("ciso", "unit_owner", "analyst", "counsel")

    vendor = _text(_("Vendor"))
    engaged_on = _day(_("Engaged"))
    evaluated_on = _day(_("Evaluated"), required=False)
    evaluation_approved_on = _day(_("Evaluation approved"), required=False)
    exception_on = _day(_("Exception granted"), required=False)
    exception_reason = _text(_("Reason for the exception"), required=False, length=500)
    procedures_version = _text(_("Version of the procedures accepted"), required=False, length=40)
    accepted_on = _day(_("Procedures accepted"), required=False)
    ended_on = _day(_("Ended"), required=False)
    obligations = _count(_("Obligations"))
    obligations_met_or_followed = _count(_("Obligations met or followed up"))

    def clean(self) -> None:
        super().clean()
        self.at_most("obligations_met_or_followed", "obligations")
        self.not_before("evaluation_approved_on", "evaluated_on")
        self.not_before("ended_on", "engaged_on")
        data = self.cleaned_data
        if data.get("exception_on") and not data.get("exception_reason"):
            self.add_error("exception_reason", _("Say why the exception was granted."))
        if data.get("evaluation_approved_on") and not data.get("evaluated_on"):
            self.add_error("evaluated_on", _("Say when the evaluation was made that was approved."))
        if bool(data.get("accepted_on")) != bool(data.get("procedures_version")):
            self.add_error("procedures_version", _("Give both the version accepted and the day, or neither."))


class ExpertFacts(FactsForm):
    code, label, happened, ahead = (
        "expert",
        _("Engagement of an outside expert"),
        "engaged_on",
        frozenset({"engaged_on"}),
    )
    roles = ("ciso", "counsel", "disclosure_officer")

    firm = _text(_("Firm"))
    role = _choice(_("As"), EXPERT_ROLES)
    engaged_on = _day(_("Engaged"))
    scope = _text(_("Scope"), length=500)


KINDS: Final[Mapping[str, type[FactsForm]]] = {
    kind.code: kind
    for kind in (
        PolicyFacts, ProtocolActivityFacts, RiskAssessmentFacts, ImprovementFacts, IntegrationFacts, SafeguardFacts,
        SecurityTestFacts, ExerciseFacts, TrainingFacts, MonitoringFacts, VendorFacts, ExpertFacts,
    )
}  # fmt: skip


def kind_choices() -> list[tuple[str, Text]]:
    """Codes and labels, for the model's field."""
    return [(kind.code, kind.label) for kind in KINDS.values()]


def sound_facts(kind: str, facts: object) -> bool:
    """Whether ``facts`` are exactly what the kind's form cleans them to: nothing missing, nothing more, no floats."""
    if not isinstance(facts, dict) or kind not in KINDS:
        return False
    form = KINDS[kind](data={name: value for name, value in facts.items() if value is not None})
    if not form.is_valid():
        return False
    # 1 and True compare equal, and so do their types' values: compare the text.
    return repr(sorted(KINDS[kind].facts_of(form.cleaned_data).items())) == repr(sorted(facts.items()))
