"""Taking down a vendor's answers that came on paper or by phone, section by section, with where they come from."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quarterdeck.areas.vendors.actions.evaluation import OPEN, SaveAnswers
from quarterdeck.areas.vendors.answers import answered
from quarterdeck.areas.vendors.models import AnswerEvidence, Evaluation
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import perform
from quarterdeck.kernel.actions.base import ActionError, Invalid
from quarterdeck.kernel.resource.sight import sight_of
from quarterdeck.web.questionnaires.paper import Page, pages, shown_section, typed
from quarterdeck.web.records.lists import resource_or_404

#: In the session: what was written as the source last, for the next section of the same evaluation.
SOURCE = "answers_source"
Problems = Mapping[str, str]
Typed = Mapping[str, Mapping[str, object]]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answering(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One section of the questionnaire, for whoever may save its answers for the vendor."""
    sight = sight_of(request)
    resource_or_404(Evaluation.type_code(), sight)
    rows = sight.each(Evaluation).select_related("vendor__unit", "questionnaire__template")
    found = rows.filter(pk=pk).first()
    if found is None or not sight.may(SaveAnswers) or found.guest_id == sight.user.pk:
        raise Http404
    back = reverse("vendor_evaluation", args=[pk])
    shown = pages(found, answered(found))
    here = next((page for page in shown if page.number >= number), None)
    if here is None or found.state not in OPEN:
        return HttpResponseRedirect(back)
    if request.method != "POST":
        kept = request.session.get(SOURCE, [0, ""])
        source = str(kept[1]) if kept[0] == pk else ""
        return _drawn(request, found, shown, here, source)
    return _saved(request, found, shown, here)


def _saved(request: HttpRequest, found: Evaluation, shown: list[Page], here: Page) -> HttpResponse:
    """Save what was typed and keep the files; on to the next section unless something was refused."""
    assert isinstance(request.user, User)
    source = " ".join(request.POST.get("source", "").split())[:200]
    given = typed(here.questions, request.POST)
    refusals: tuple[str, ...]
    if not source:
        refusals = (_("Say where these answers come from; nothing was saved."),)
        return _drawn(request, found, shown, here, source, refusals, {}, given, 422)
    try:
        perform("vendors.evaluation.answer", request.user, found.pk, {"answers": given, "source": source})
    except Invalid as error:
        refusals = tuple(text for texts in error.errors.values() for text in texts)
        return _drawn(request, found, shown, here, source, refusals, {}, given, 422)
    except ActionError as error:
        return _drawn(request, found, shown, here, source, (str(error),), {}, given, 409)
    request.session[SOURCE] = [found.pk, source]
    asked = {question.id for question in here.questions}
    problems: dict[str, str] = {}
    for key in request.FILES:
        if key.startswith("f:") and key[2:] in asked:
            for upload in request.FILES.getlist(key):
                try:
                    perform(
                        "vendors.evaluation.attach",
                        request.user,
                        found.pk,
                        MultiValueDict({"question": [key[2:]]}),
                        files=MultiValueDict({"file": [upload]}),
                    )
                except ActionError as error:
                    problems[key[2:]] = str(error)
    left = pages(found, answered(found))
    if problems:
        return _drawn(request, found, left, here, source, (), problems, {}, 422)
    after = next((page.number for page in left if page.number > here.number), None)
    if after is None:
        return HttpResponseRedirect(reverse("vendor_evaluation", args=[found.pk]))
    return HttpResponseRedirect(reverse("vendor_answering", args=[found.pk, after]))


def _drawn(
    request: HttpRequest,
    found: Evaluation,
    shown: list[Page],
    here: Page,
    source: str,
    refusals: tuple[str, ...] = (),
    problems: Problems | None = None,
    unsaved: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    made = answered(found)
    score = made.score(found)
    position = [page.number for page in shown].index(here.number)
    context = {
        "title": found.questionnaire.template.title,
        "evaluation": found,
        "back": reverse("vendor_evaluation", args=[found.pk]),
        "shown": shown,
        "here": here,
        "position": position + 1,
        "last": position + 1 == len(shown),
        "before": reverse("vendor_answering", args=[found.pk, shown[position - 1].number]) if position else None,
        "items": shown_section(found, here, made, problems or {}, unsaved or {}),
        "asked": score.asked,
        "done": score.asked - score.unanswered,
        "source": source,
        "refusals": refusals,
        "remove": lambda key: reverse("records:act", args=[AnswerEvidence.type_code(), key, "remove"]),
    }
    return render(request, "vendors/answering.html", context, status=status)
