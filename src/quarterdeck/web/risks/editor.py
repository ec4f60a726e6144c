"""The scenario editor: one page from threat to figures. What is typed is drawn at once; risk and estimate are saved together or not at all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks import rules, scenarios
from quarterdeck.areas.risks.actions.estimate import MakeEstimate
from quarterdeck.areas.risks.actions.register import AddRisk
from quarterdeck.areas.risks.models import Estimate, Risk, RiskCategory
from quarterdeck.areas.risks.queries import currency
from quarterdeck.engines import charts
from quarterdeck.engines.loss import LossError
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.accounts.submissions import once
from quarterdeck.kernel.actions import Action, Actor, Denied, Invalid, NotVisible, Outcome, Refused, perform
from quarterdeck.kernel.actions.run import bound_form
from quarterdeck.kernel.permissions.scope import units_where
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.kernel.ui.charts import chart_words
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.risks import told

#: Which fields each way of telling needs; the others are not read.
OFTEN = {"rate": ("rate_low", "rate_high"), "chance": ("chance",), "threat": ("rate_low", "rate_high", "vulnerability")}
MUCH = {
    "interval": ("low", "high", "cap"),
    "bounds": ("low", "likely", "high"),
    "amount": ("likely",),
    "forms": ("forms", "cap"),
}
MONEY = ("low", "likely", "high", "cap")
RATES = ("rate_low", "rate_high")
SHARES = ("vulnerability", "chance")
ABOUT = ("threat", "origin", "asset", "effect", "title", "description", "category", "unit", "owner", "review_every")
TOLD = ("kind", "often", *RATES, *SHARES, "much", *MONEY, "forms", "estimator", "source", "because", "changed_because")

_SIGNS = re.compile(r"^\s*([A-Za-z]{3}|[$¥€£￥])\s*(?=[0-9.])")
_SYMBOLS = {"USD": "$", "CNY": "¥￥", "EUR": "€", "GBP": "£", "JPY": "¥￥", "HKD": "$", "SGD": "$"}


class Amount(forms.CharField):
    """Money as people write it: 250k, 1.5m, USD 2,000,000; Chinese 万 and 亿 too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, required=False, **options)
        self.widget.attrs |= {"inputmode": "text", "autocomplete": "off", "spellcheck": "false"}
        self.unit = "USD"

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "")
        if not text:
            return None
        sign = _SIGNS.match(text)
        if sign is not None:
            if sign[1].upper() != self.unit and sign[1] not in _SYMBOLS.get(self.unit, ""):
                raise forms.ValidationError(
                    _("Amounts are in %(currency)s; nothing is converted. Write it without %(given)s.")
                    % {"currency": self.unit, "given": sign[1]}
                )
            text = text[sign.end() :]
        found = _in_chinese(text) or rules.number(text)
        if found is None:
            raise forms.ValidationError(_("This is no amount: write 250000, 250k or 1.5m."))
        if found > scenarios.MOST:
            raise forms.ValidationError(_("At most a thousand billion can be recorded."))
        return found.quantize(Decimal("0.01"))


def _in_chinese(text: str) -> Decimal | None:
    for sign, scale in (("万", 10**4), ("亿", 10**8)):
        if text.strip().endswith(sign):
            found = rules.number(text.strip()[:-1])
            return None if found is None else found * scale
    return None


class Rate(forms.CharField):
    """So many a year as people say it: 0.1, 3, 1 in 20."""

    most = Decimal(10_000)
    wrong = gettext_lazy("This is no number of events a year: write 0.2, 3 or 1 in 20.")
    outside = gettext_lazy("At most 10,000 events a year can be recorded.")

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, required=False, **options)
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "")
        if not text:
            return None
        found = rules.chance(
            re.sub(r"^\s*once in\s+", "1 in ", text, flags=re.IGNORECASE).removesuffix("years").strip()
        )
        if found is None:
            raise forms.ValidationError(self.wrong)
        if found > self.most:
            raise forms.ValidationError(self.outside)
        return found.quantize(Decimal("0.000001"))


class Share(Rate):
    """A chance: 5%, 0.05, 1 in 20."""

    most = Decimal(1)
    wrong = gettext_lazy("This is no chance: write 5%, 0.05 or 1 in 20.")
    outside = gettext_lazy("A chance is at most 1, or 100%.")


class How(forms.Form):
    """How often and how much, as it is typed."""

    often = forms.ChoiceField(label=gettext_lazy("How do you know it?"), widget=forms.RadioSelect)
    rate_low = Rate(label=gettext_lazy("At least so often a year"))
    rate_high = Rate(label=gettext_lazy("At most so often a year"))
    vulnerability = Share(label=gettext_lazy("Share of the attempts that succeeds"))
    chance = Share(label=gettext_lazy("Chance in a year"))
    much = forms.ChoiceField(label=gettext_lazy("What are the two ends?"), widget=forms.RadioSelect)
    low = Amount(label=gettext_lazy("Low end"))
    likely = Amount(label=gettext_lazy("Most likely"))
    high = Amount(label=gettext_lazy("High end"))
    cap = Amount(label=gettext_lazy("Never more than"))
    forms = forms.CharField(
        label=gettext_lazy("Forms of loss"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *given: Any, unit: str, **options: Any) -> None:
        super().__init__(*given, **options)
        self.label_suffix = ""
        self.unit = unit
        choices = cast("Any", self.fields["often"]), cast("Any", self.fields["much"])
        choices[0].choices = [
            ("rate", _("I give an interval: so often a year")),
            ("chance", _("It happens once in a year or not at all: I give the chance")),
            ("threat", _("I count attempts, and know which share succeeds")),
        ]
        choices[1].choices = [
            ("interval", _("A 90 % interval: I would be surprised one time in ten")),
            ("bounds", _("Hard bounds: less or more is impossible")),
            ("amount", _("No ends: it always costs the same")),
            ("forms", _("I give each form of loss by itself")),
        ]
        for name in MONEY:
            cast("Amount", self.fields[name]).unit = unit
        for name, example in (
            ("rate_low", _("1 in 20")), ("rate_high", "0.5"), ("chance", "5%"), ("vulnerability", "10%"), ("low", "100k"),
            ("likely", "400k"), ("high", "1.5m"), ("forms", "primary response 50k 300k"),
        ):  # fmt: skip
            self.fields[name].widget.attrs["placeholder"] = example

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = (*OFTEN.get(data.get("often", ""), ()), *MUCH.get(data.get("much", ""), ()))
        for name in (*RATES, *SHARES, *MONEY, "forms"):
            if name not in wanted:
                data[name] = "" if name == "forms" else None
                self.errors.pop(name, None)
        if not self.errors:
            for name, reason in scenarios.faults(self.told(data)).items():
                self.add_error(name if name in self.fields else None, str(reason))
        return data

    @staticmethod
    def told(data: Mapping[str, Any]) -> scenarios.Estimated:
        """The fields as the area reads them."""
        read = {name: data.get(name) for name in (*RATES, *SHARES, *MONEY)}
        words = {"often": "rate", "much": "interval", "forms": ""}
        read |= {name: data.get(name) or other for name, other in words.items()}
        return cast("scenarios.Estimated", SimpleNamespace(**read, shape=None, years=None))


class Scenario(How):
    """A whole scenario: what may happen, how often, how much, and who says so."""

    threat = forms.CharField(label=gettext_lazy("Who or what acts?"), max_length=200)
    origin = forms.ChoiceField(label=gettext_lazy("Where does it come from?"))
    asset = forms.CharField(label=gettext_lazy("What is hit?"), max_length=200)
    effect = forms.ChoiceField(label=gettext_lazy("What happens to it?"))
    title = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The name in the register. Left empty, it is made of the two above."),
    )
    description = forms.CharField(
        label=gettext_lazy("How it comes about"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    category = forms.ModelChoiceField(RiskCategory.objects.none(), label=gettext_lazy("Enterprise risk category"))
    unit_of = forms.ModelChoiceField(RiskCategory.objects.none(), label=gettext_lazy("Unit"))
    owner = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Owner"), help_text=gettext_lazy("Who answers for it.")
    )
    review_every = forms.IntegerField(
        label=gettext_lazy("Looked at again every (months)"), min_value=1, max_value=36, initial=12
    )
    source = forms.CharField(
        label=gettext_lazy("Where the figures come from"),
        max_length=300,
        help_text=gettext_lazy("Records, a report, a workshop, experience."),
    )
    because = forms.CharField(
        label=gettext_lazy("Why these ends"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence that somebody else can question in a year."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Which state"), initial="current")
    changed_because = forms.CharField(
        label=gettext_lazy("Why it differs from the last one"), max_length=500, required=False
    )

    def __init__(self, *given: Any, user: User, risk: Risk | None = None, **options: Any) -> None:
        super().__init__(*given, **options)
        self.user, self.risk = user, risk
        cast("Any", self.fields["kind"]).choices = Estimate.Kind.choices
        if risk is not None:
            for name in (
                "threat",
                "origin",
                "asset",
                "effect",
                "title",
                "description",
                "category",
                "unit_of",
                "owner",
                "review_every",
            ):
                del self.fields[name]
            return
        del self.fields["kind"], self.fields["changed_because"]
        cast("Any", self.fields["origin"]).choices = Risk.Origin.choices
        cast("Any", self.fields["effect"]).choices = Risk.Effect.choices
        seen = bound_form(AddRisk(), Actor(user), None, None)
        assert seen is not None
        for name, field in (("category", "category"), ("owner", "owner"), ("unit_of", "unit")):
            theirs = seen.fields[field]
            assert isinstance(theirs, forms.ModelChoiceField)
            rows = theirs.queryset
            if field == "unit" and rows is not None:
                rows = rows.filter(pk__in=units_where(user, AddRisk.code()).values("below"))
            # Of many the owner is typed, as on the action's own form.
            self.fields[name].widget = theirs.widget
            cast("Any", self.fields[name]).queryset = rows
            cast("Any", self.fields[name]).empty_label = "–"

    def start(self) -> None:
        """What is known before anything is typed: oneself, and whatever there is only one of."""
        self.initial.update({"often": "rate", "much": "interval", "origin": "external", "review_every": 12})
        if self.risk is not None:
            self.initial["kind"] = "current"
            return
        me = Person.objects.filter(user=self.user).order_by("pk").first()
        if me is not None:
            self.initial["owner"] = me.pk
        for name in ("category", "unit_of"):
            rows = list(cast("Any", self.fields[name]).queryset[:2])
            if len(rows) == 1:
                self.initial[name] = rows[0].pk

    def risk_data(self) -> dict[str, object]:
        """The fields of ``risks.risk.create``."""
        data = self.cleaned_data
        title = data["title"].strip() or f"{data['threat']} – {data['asset']}"[:200]
        return {
            "title": title,
            **{name: data[name] for name in ("threat", "origin", "asset", "effect", "description", "review_every")},
            "category": data["category"].pk,
            "owner": data["owner"].pk,
            "unit": data["unit_of"].pk,
        }

    def estimate_data(self, risk: int, estimator: int) -> dict[str, object]:
        """The fields of ``risks.estimate.make``."""
        data = self.cleaned_data
        made: dict[str, object] = {"risk": risk, "estimator": estimator, "kind": data.get("kind") or "current"}
        for name in ("often", "much", "forms", "source", "because"):
            made[name] = data[name]
        made["changed_because"] = data.get("changed_because", "")
        for name in (*RATES, *SHARES, *MONEY):
            made[name] = "" if data[name] is None else f"{data[name]:f}"
        return made


class Drawing:
    """What is drawn beside the fields while they are typed: a picture, sentences, or what keeps it from being drawn."""

    def __init__(self, form: How) -> None:
        self.picture: charts.Picture | None = None
        self.sentences: list[str] = []
        self.waiting = ""
        self.faults: list[str] = []
        typed = any(str(form.data.get(name, "")).strip() for name in ("low", "likely", "high", "forms"))
        if not form.is_bound or not typed:
            self.waiting = _("Type how much one event costs, and its distribution is drawn here.")
            return
        form.full_clean()
        how = (*RATES, *SHARES, *MONEY, "often", "much", "forms")
        self.faults = [str(error) for name in how for error in form.errors.get(name, [])]
        read = form.told(form.cleaned_data)
        try:
            drawn = told.event_of(read)
        except (LossError, scenarios.FieldFault) as fault:
            self.faults = list(dict.fromkeys([*self.faults, told.refused(fault)]))
            return
        self.picture = charts.density(charts.Density(drawn.points, drawn.marks, form.unit, drawn.bars), chart_words())
        self.sentences.append(told.event_told(drawn, form.unit))
        if self.faults:
            return
        try:
            self.sentences.append(
                told.year_told(scenarios.figures_of(scenarios.scenario_of(read, "risk"), form.unit), form.unit)
            )
        except (LossError, scenarios.FieldFault) as fault:
            self.faults.append(told.refused(fault))


@login_required
@require_safe
def draw(request: HttpRequest) -> HttpResponse:
    """The picture of what is being typed. Nothing is stored."""
    sight = sight_of(request)
    if not sight.may(MakeEstimate):
        raise PermissionDenied
    form = How(request.GET, unit=currency())
    response = render(request, "risks/drawing.html", {"drawing": Drawing(form)})
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new scenario."""
    sight = sight_of(request)
    _may(sight, AddRisk)
    _may(sight, MakeEstimate)
    return _answer(request, sight, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def estimate(request: HttpRequest, pk: int) -> HttpResponse:
    """A further estimate of a risk that is in the register."""
    sight = sight_of(request)
    resource_or_404(Risk.type_code(), sight)
    found = sight.each(Risk).select_related("unit").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    _may(sight, MakeEstimate)
    return _answer(request, sight, found)


def _may(sight: Sight, action: type[Action[Any]]) -> None:
    if not sight.may(action):
        if sight.may_view(resource_of(Risk)):
            raise PermissionDenied
        raise Http404


def _answer(request: HttpRequest, sight: Sight, risk: Risk | None) -> HttpResponse:
    assert isinstance(request.user, User)
    user, unit = request.user, currency()
    here = reverse("risk_new") if risk is None else reverse("risk_estimate", args=[risk.pk])
    form = Scenario(request.POST if request.method == "POST" else None, user=user, risk=risk, unit=unit)
    status, drawn = 200, Drawing(form)
    if request.method == "POST":
        if "draw" in request.POST:
            # Only what is drawn is judged; what is not filled in yet is no fault.
            form = _unjudged(form)
        elif form.is_valid():
            try:
                key = _save(request, user, form, risk)
            except NotVisible:
                raise Http404 from None
            except Invalid as error:
                _lay(form, error)
                status = 422
            except (Refused, Denied) as error:
                form.add_error(None, str(error))
                status = 409 if isinstance(error, Refused) else 403
            else:
                return HttpResponseRedirect(record_address(Risk.type_code(), key) or here)
        else:
            status = 422
    else:
        form.start()
        if risk is not None:
            _former(form, risk)
            drawn = Drawing(_as_typed(form, unit))
    categories = risk is not None or cast("Any", form.fields["category"]).queryset.exists()
    context = {
        "title": _("New scenario") if risk is None else _("Estimate %(risk)s") % {"risk": risk.number},
        "crumbs": [
            {"label": _("Risk"), "url": None},
            {"label": _("Risk register"), "url": reverse("risks")},
            *([] if risk is None else [{"label": str(risk), "url": reverse("risk", args=[risk.pk])}]),
            {"label": _("New scenario") if risk is None else _("Estimate"), "url": here},
        ],
        "form": form,
        "risk": risk,
        "here": here,
        "cancel": reverse("risks") if risk is None else reverse("risk", args=[risk.pk]),
        "drawing": drawn,
        "currency": unit,
        "token": request.POST.get("_token") or secrets.token_urlsafe(16),
        "categories": categories,
        "may_categorise": sight.may(resource_of(RiskCategory).action("create")),
        "new_category": reverse("records:create", args=[RiskCategory.type_code(), "create"]),
        "stands": risk is not None and Estimate.objects.filter(risk=risk, replaced_on=None).exists(),
    }
    return render(request, "risks/editor.html", context, status=status)


def _unjudged(form: Scenario) -> Scenario:
    """The same fields with what was typed, and only the faults of how often and how much."""
    for name in set(form.errors) - set(How.base_fields):
        del form.errors[name]
    return form


def _former(form: Scenario, risk: Risk) -> None:
    """The fields of the estimate that stands, to be corrected instead of typed anew."""
    former = Estimate.objects.filter(risk=risk, kind=Estimate.Kind.CURRENT, replaced_on=None).first()
    if former is None:
        return
    for name in ("often", "much", "forms", "source"):
        form.initial[name] = getattr(former, name)
    for name in (*RATES, *SHARES, *MONEY):
        value = getattr(former, name)
        form.initial[name] = "" if value is None else f"{value.normalize():,f}"


def _as_typed(form: Scenario, unit: str) -> How:
    return How({name: form.initial.get(name, "") for name in How.base_fields}, unit=unit)


def _save(request: HttpRequest, user: User, form: Scenario, risk: Risk | None) -> int:
    """Risk and estimate in one transaction; the key of the risk. Raises what the actions raise, with nothing stored."""
    me = Person.objects.filter(user=user).order_by("pk").first()

    def do() -> Outcome:
        if risk is not None:
            estimator = me.pk if me is not None else risk.owner_id
            perform("risks.estimate.make", user, None, form.estimate_data(risk.pk, estimator))
            return Outcome(risk, None)  # type: ignore[arg-type]
        made = perform("risks.risk.create", user, None, form.risk_data())
        estimator = me.pk if me is not None else form.cleaned_data["owner"].pk
        perform("risks.estimate.make", user, None, form.estimate_data(made.record.pk, estimator))
        return made

    token = request.POST.get("_token", "")
    with transaction.atomic():
        outcome, before = once(user, f"risks.editor {request.path} {token}" if token else "", do)
    if before:
        messages.info(request, _("This was already done a moment ago; it was not done twice."))
        assert isinstance(outcome, int)
        return outcome
    messages.success(request, _("The scenario is in the register.") if risk is None else _("The estimate stands."))
    assert isinstance(outcome, Outcome)
    return int(outcome.record.pk)


def _lay(form: Scenario, error: Invalid) -> None:
    """Faults of the actions by the fields of the page."""
    for name, reasons in error.errors.items():
        at = {"unit": "unit_of"}.get(name, name)
        for reason in reasons:
            if at in form.fields:
                form.add_error(at, reason)
            else:
                form.add_error(None, reason if name == "__all__" else f"{name}: {reason}")
