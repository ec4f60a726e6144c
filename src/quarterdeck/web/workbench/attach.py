"""Attaching a claim to a sentence: choose one, say with what, see what the record answers, then attach it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from quarterdeck.areas.determinations.claims import about_another
from quarterdeck.areas.disclosures.evaluation import Finding, bases_of
from quarterdeck.areas.disclosures.models import Statement
from quarterdeck.areas.disclosures.statements import AttachClaim
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, Refused, perform
from quarterdeck.kernel.claims.registry import (
    FILING_DATE,
    PERIOD,
    YEAR_END,
    Claim,
    ClaimError,
    ParamValue,
    Predicate,
    all_predicates,
    evaluate,
    predicate_named,
)
from quarterdeck.kernel.resource.offers import on_record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.web.workbench import wording
from quarterdeck.web.workbench.proof import grouped, proof_of, seen_rows
from quarterdeck.web.workbench.seen import visible
from quarterdeck.web.workbench.views import found, head

_BASES = (
    (PERIOD, gettext_lazy("the period")),
    (YEAR_END, gettext_lazy("the year end")),
    (FILING_DATE, gettext_lazy("the filing date")),
)


def claim_form(predicate: Predicate) -> type[forms.Form]:
    """A field for each parameter of the predicate, with the words of its values, and the time basis."""
    fields: dict[str, forms.Field] = {}
    for name, kind in predicate.params.items():
        label = wording.field_words(name)
        choices = wording.choices_of(predicate.name, name)
        if kind is bool:
            fields[name] = forms.BooleanField(label=label, required=False)
        elif kind is int:
            fields[name] = forms.IntegerField(label=label, min_value=0, max_value=100_000)
        elif name == "topics" and choices is not None:
            fields[name] = forms.MultipleChoiceField(
                label=label, choices=list(choices.items()), widget=forms.CheckboxSelectMultiple
            )
        elif choices is not None:
            fields[name] = forms.ChoiceField(label=label, choices=list(choices.items()))
        else:
            fields[name] = forms.CharField(label=label, max_length=80)
    bases = [(key, word) for key, word in _BASES if key in predicate.bases]
    fields["basis"] = forms.ChoiceField(label=_("As of"), choices=bases)
    return type("ClaimForm", (forms.Form,), fields)


def claim_from(predicate: Predicate, data: dict[str, Any]) -> Claim:
    """The claim that a filled form names."""
    params: dict[str, ParamValue] = {}
    for name in predicate.params:
        value = data[name]
        params[name] = ",".join(value) if isinstance(value, list) else value
    return Claim(predicate.name, params, data["basis"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, pk: int, statement: int) -> HttpResponse:
    """Without a claim: the list of them. With one: its form, and what the record says of it. POST attaches."""
    disclosure, sight = found(request, pk)
    row = visible(sight, Statement).filter(pk=statement, disclosure=pk).first()
    if row is None:
        raise Http404
    row.disclosure = disclosure
    offer = next((item for item in on_record(resource_of(Statement), row, sight) if item.action is AttachClaim), None)
    if offer is None:
        raise PermissionDenied
    reason = None if offer.reason is None else str(offer.reason)
    here = reverse("workbench-attach", args=[pk, statement])
    back = f"{reverse('workbench', args=[pk])}?at={statement}#s{statement}"
    context = head(disclosure, _("Attach a claim")) | {"statement": row, "reason": reason, "here": here, "back": back}
    name = (request.POST or request.GET).get("claim", "")
    if not name:
        context["families"] = _groups(all_predicates())
        return render(request, "web/workbench/claims.html", context)
    try:
        predicate = predicate_named(name)
    except ClaimError:
        raise Http404 from None
    given = request.POST or (request.GET if "basis" in request.GET else None)
    form = claim_form(predicate)(given or None, initial={"at_least": 1})
    context |= {"predicate": predicate, "form": form, "proven": ()}
    if given and form.is_valid():
        claim = claim_from(predicate, form.cleaned_data)
        if request.method == "POST":
            data = {"name": claim.name, "basis": claim.basis, "params": json.dumps(dict(claim.params))}
            try:
                assert isinstance(request.user, User)
                perform(AttachClaim, request.user, row, data)
            except (Refused, Invalid) as error:
                form.add_error(None, str(error))
            except Denied as error:
                raise PermissionDenied from error
            else:
                messages.success(request, _("The claim is attached."))
                return HttpResponseRedirect(back)
        if about_another(claim, disclosure.incident_id):
            form.add_error(None, _("This claim is asked for a report on the same incident only."))
            return render(request, "web/workbench/attach.html", context, status=422)
        bases = bases_of(disclosure)
        try:
            finding = Finding(claim, bases[claim.basis], evaluate(claim, bases))
        except ClaimError as error:
            form.add_error(None, str(error))
        else:
            context["proven"] = grouped([proof_of(finding, seen_rows([finding], sight), {})])
    return render(request, "web/workbench/attach.html", context, status=422 if given and form.errors else 200)


def _groups(predicates: Iterable[Predicate]) -> list[tuple[str, list[Predicate]]]:
    """Claims by the area that proves them."""
    made: dict[str, list[Predicate]] = {}
    for item in predicates:
        made.setdefault(item.name.partition(".")[0], []).append(item)
    words = {
        "bodies": _("Bodies and their meetings"),
        "determinations": _("Assessment and determination"),
        "disclosures": _("Disclosures"),
        "engagements": _("Outside experts"),
        "findings": _("Tests and findings"),
        "incidents": _("Incidents"),
        "monitoring": _("Monitoring"),
        "organisation": _("Organisation"),
        "people": _("People"),
        "policies": _("Policies"),
        "reports": _("Reports"),
        "risks": _("Risks"),
        "safeguards": _("Safeguards"),
        "training": _("Training"),
        "vendors": _("Vendors"),
    }
    return [(words.get(area, area), items) for area, items in sorted(made.items())]
