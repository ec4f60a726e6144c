"""Importing and retiring frameworks; answering their requirements and setting them aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.safeguards.importing import content_of, parsed, take_catalogue, take_mapping, take_profile
from quarterdeck.areas.safeguards.models import Answer, Applicability, Framework, Requirement, Safeguard
from quarterdeck.engines.oscal import Catalogue, Profile
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Context, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import resource_of

ACTIVE = frozenset({Framework.State.ACTIVE.value})


class ImportForm(forms.Form):
    file = UploadField(
        label=_("File"),
        help_text=_("An OSCAL catalogue or profile (JSON or XML), or a mapping table (CSV). At most 40 MB."),
    )
    base = forms.ModelChoiceField(
        Framework.objects.filter(state=Framework.State.ACTIVE).exclude(kind=Framework.Kind.IDS),
        label=_("Selects from"),
        required=False,
        help_text=_("For a profile: its catalogue. Empty: the one that has what the profile selects."),
    )
    source_name = forms.CharField(
        label=_("Framework of the source column"),
        max_length=150,
        required=False,
        help_text=_("For a mapping table whose headings and name do not say so."),
    )
    target_name = forms.CharField(label=_("Framework of the target column"), max_length=150, required=False)


class ImportFramework(Action[Framework]):
    """Take in a catalogue, a profile or a mapping table, whole or not at all."""

    name = "import"
    label = _("Import a framework")
    help = _("The requirements keep the words and ids of the file; the file is kept beside them.")
    model = Framework
    creates = True
    roles = ("ciso", "analyst")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ImportForm

    def mutate(self, ctx: Context, record: Framework | None, data: Mapping[str, Any]) -> Framework:
        file = keep(ctx, data["file"])
        assert file is not None
        found = parsed(content_of(file), file.name)
        twin = Framework.objects.filter(sha256=file.sha256, state=Framework.State.ACTIVE).exclude(
            kind=Framework.Kind.IDS
        )
        if isinstance(found, Catalogue | Profile) and (known := twin.first()) is not None:
            raise Refused(_("This very file was imported already, as %(framework)s.") % {"framework": known})
        if isinstance(found, Catalogue):
            taken = take_catalogue(ctx, found, file)
        elif isinstance(found, Profile):
            taken = take_profile(ctx, found, file, data["base"])
        else:
            taken = take_mapping(ctx, found, file, data["source_name"].strip(), data["target_name"].strip())
        # Not a field: it exists in this answer only.
        taken.framework.mapped = taken.mapped  # type: ignore[attr-defined]
        return taken.framework


class RetireFramework(Action[Framework]):
    """It is no longer measured against. Its requirements and what answered them stay readable."""

    name = "retire"
    label = _("Retire")
    confirm = _("Nothing is measured against it any more; its answers stay on record.")
    model = Framework
    states = ACTIVE
    roles = ("ciso",)

    def mutate(self, ctx: Context, record: Framework | None, data: Mapping[str, Any]) -> Framework:
        assert record is not None
        record.state = Framework.State.RETIRED
        return ctx.save(record)


def asking(framework: Framework | None) -> Any:
    """The rows that ask for an answer, of one framework or all in use."""
    rows = Requirement.objects.filter(withdrawn=False, kind__in=Requirement.ASKING)
    if framework is None:
        return rows.filter(framework__state=Framework.State.ACTIVE)
    return rows.filter(framework=framework)


class RequirementsField(forms.ModelMultipleChoiceField[Requirement]):
    """Requirements of the framework, by key or, from API and command line, by code."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            value = [piece.strip() for piece in value.replace("\n", ",").split(",") if piece.strip()]
        if isinstance(value, list | tuple) and self.queryset is not None:
            named = [str(one) for one in value if not str(one).isdecimal()]
            if named:
                keys = dict(self.queryset.filter(code__in=named).values_list("code", "pk"))
                value = [keys.get(str(one), one) for one in value]
        return super().clean(value)


class AnswerForm(forms.Form):
    safeguard = forms.ModelChoiceField(
        Safeguard.objects.exclude(state=Safeguard.State.RETIRED).order_by("name", "pk"), label=_("Safeguard")
    )
    requirements = RequirementsField(
        Requirement.objects.select_related("framework"),
        label=_("Requirements"),
        help_text=_("One safeguard may answer many."),
    )
    coverage = forms.ChoiceField(label=_("Covers them"), choices=Answer.Coverage.choices)
    reason = forms.CharField(label=_("How it answers them"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    effective_from = forms.DateField(
        label=_("Since"),
        required=False,
        widget=DateInput,
        help_text=_("Empty: since the safeguard is in operation, or today."),
    )


class AnswerRequirements(Action[Framework]):
    """Say that a safeguard answers requirements of this framework. Only whoever may change the safeguard says so."""

    name = "answer"
    label = _("Answer requirements")
    model = Framework
    states = ACTIVE
    roles = ("ciso", "analyst", "group_lead", "unit_owner")

    def form_class(self) -> type[forms.BaseForm] | None:
        return AnswerForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Framework | None) -> None:
        field = form.fields["requirements"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = asking(record).select_related("framework").order_by("place", "pk")

    def guard(self, ctx: Context, record: Framework | None, data: Mapping[str, Any]) -> None:
        safeguard: Safeguard = data["safeguard"]
        resource = resource_of(Safeguard)
        mine = permitted(
            Safeguard.objects.filter(pk=safeguard.pk), resource.scope, ctx.user, "safeguards.safeguard.change"
        )
        if not ctx.actor.system and not mine.exists():
            raise Refused(
                _("%(safeguard)s is not yours to speak for; its owner or the security officer says what it answers.")
                % {"safeguard": safeguard}
            )
        keys = [row.answered_as for row in data["requirements"]]
        known = Answer.objects.filter(safeguard=safeguard, requirement__in=keys, effective_until=None)
        codes = list(known.values_list("requirement__code", flat=True)[:5])
        if codes:
            raise Refused(
                _("%(safeguard)s answers %(codes)s already; end that answer first.")
                % {"safeguard": safeguard, "codes": ", ".join(codes)}
            )
        if data["effective_from"] and data["effective_from"] > ctx.at.date():
            raise Refused(_("That day lies ahead; say so once it has come."))

    def mutate(self, ctx: Context, record: Framework | None, data: Mapping[str, Any]) -> Framework:
        assert record is not None
        safeguard: Safeguard = data["safeguard"]
        since = data["effective_from"] or min(safeguard.in_operation_since or ctx.at.date(), ctx.at.date())
        for key in dict.fromkeys(row.answered_as for row in data["requirements"]):
            ctx.save(
                Answer(
                    safeguard=safeguard,
                    requirement_id=key,
                    coverage=data["coverage"],
                    reason=data["reason"],
                    effective_from=since,
                )
            )
        return ctx.save(record)


class ScopeForm(forms.Form):
    requirements = RequirementsField(Requirement.objects.select_related("framework"), label=_("Requirements"))
    reason = forms.CharField(
        label=_("Why they do not apply"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    effective_until = forms.DateField(
        label=_("Until"), required=False, widget=DateInput, help_text=_("The last day; then it has to be decided anew.")
    )


class SetAside(Action[Framework]):
    """Requirements that do not apply to the company, with the reason and, better, a last day."""

    name = "set_aside"
    label = _("Set requirements aside")
    help = _("They do not apply to the company. They leave the gaps, and are printed with their reason.")
    model = Framework
    states = ACTIVE
    roles = ("ciso",)

    def form_class(self) -> type[forms.BaseForm] | None:
        return ScopeForm

    def narrow(self, form: forms.BaseForm, ctx_user: User, record: Framework | None) -> None:
        field = form.fields["requirements"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = asking(record).select_related("framework").order_by("place", "pk")

    def guard(self, ctx: Context, record: Framework | None, data: Mapping[str, Any]) -> None:
        today = ctx.at.date()
        if data["effective_until"] and data["effective_until"] < today:
            raise Refused(_("That day is past."))
        keys = [row.answered_as for row in data["requirements"]]
        answered = Answer.objects.on(today).filter(requirement__in=keys)
        codes = list(dict.fromkeys(answered.values_list("requirement__code", flat=True)))[:5]
        if codes:
            raise Refused(
                _("Safeguards answer %(codes)s, so it applies; end those answers first.") % {"codes": ", ".join(codes)}
            )
        aside = Applicability.objects.on(today).filter(requirement__in=keys)
        codes = list(dict.fromkeys(aside.values_list("requirement__code", flat=True)))[:5]
        if codes:
            raise Refused(_("Set aside already: %(codes)s.") % {"codes": ", ".join(codes)})

    def mutate(self, ctx: Context, record: Framework | None, data: Mapping[str, Any]) -> Framework:
        assert record is not None
        for key in dict.fromkeys(row.answered_as for row in data["requirements"]):
            ctx.save(
                Applicability(
                    requirement_id=key,
                    reason=data["reason"],
                    decided_by=ctx.user,
                    effective_from=ctx.at.date(),
                    effective_until=data["effective_until"],
                )
            )
        return ctx.save(record)


class EndAnswer(Action[Answer]):
    """The safeguard answers it no longer, from the day after."""

    name = "end"
    label = _("End")
    model = Answer
    roles = ("ciso", "analyst", "group_lead", "own:unit_owner", "own:analyst")

    def form_class(self) -> type[forms.BaseForm] | None:
        from quarterdeck.kernel.actions.forms import EndForm

        return EndForm

    def available(self, user: User, record: Answer) -> Text | None:
        return _("Already ended.") if record.effective_until is not None else None

    def mutate(self, ctx: Context, record: Answer | None, data: Mapping[str, Any]) -> Answer:
        assert record is not None
        record.effective_until = data["effective_until"]
        return ctx.save(record)


class TakeBack(Action[Applicability]):
    """It applies after all: from today it is measured again."""

    name = "take_back"
    label = _("It applies after all")
    model = Applicability
    roles = ("ciso",)

    def available(self, user: User, record: Applicability) -> Text | None:
        from quarterdeck.kernel import clock

        if record.effective_until is not None and record.effective_until < clock.today():
            return _("Already ended.")
        return None

    def mutate(self, ctx: Context, record: Applicability | None, data: Mapping[str, Any]) -> Applicability:
        assert record is not None
        # A day set aside and taken back at once was never out of scope: it ends on the day it began.
        record.effective_until = max(ctx.at.date() - timedelta(days=1), record.effective_from)
        return ctx.save(record)


FRAMEWORK_ACTIONS = (ImportFramework, AnswerRequirements, SetAside, RetireFramework)
