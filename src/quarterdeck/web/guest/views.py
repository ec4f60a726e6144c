"""The pages behind the door: opening the link, one section after the other, files, submitting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from quarterdeck.areas.vendors.answers import answered
from quarterdeck.areas.vendors.models import AnswerEvidence, GuestRefusal
from quarterdeck.areas.vendors.tokens import digest_of
from quarterdeck.engines.questionnaires.model import Question
from quarterdeck.kernel.actions import Actor, perform
from quarterdeck.kernel.actions.base import ActionError, Invalid, NotVisible
from quarterdeck.kernel.setup import system_user
from quarterdeck.web.guest.door import Entrance, answer, enter, refuse, remember
from quarterdeck.web.limits import allowed
from quarterdeck.web.questionnaires.paper import Page, pages, shown_section, typed

Why = GuestRefusal.Why


@dataclass(frozen=True)
class _Place:
    """Where one is in the questionnaire: addresses of the same link."""

    token: str

    def section(self, number: int) -> str:
        return reverse("guest_section", args=[self.token, number])

    @property
    def whole(self) -> str:
        return reverse("guest", args=[self.token])

    @property
    def submit(self) -> str:
        return reverse("guest_submit", args=[self.token])


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """The link itself. Looking at it binds nothing: mail programs look at links too. A press asks for the code."""
    entrance = enter(request, token)
    if isinstance(entrance, HttpResponse):
        return entrance
    if entrance.open:
        return HttpResponseRedirect(_Place(token).section(1))
    if request.method == "POST":
        return _code(request, entrance)
    return answer(request, "guest/open.html", _opening(entrance))


def _opening(entrance: Entrance, asked: bool = False, problem: str = "") -> dict[str, object]:
    local, _at, host = entrance.link.email.partition("@")
    return {
        "title": entrance.link.evaluation.questionnaire.template.title,
        "link": entrance.link,
        "asked": asked,
        "problem": problem,
        "hidden_address": f"{local[:1]}…@{host}",
    }


def _code(request: HttpRequest, entrance: Entrance) -> HttpResponse:
    """Mail a code to the contact, or open the link with it."""
    link, system = entrance.link, Actor(system_user(), system=True)
    browser = digest_of(entrance.secret)
    code = request.POST.get("code", "")[:20]
    if not code:
        if not allowed(f"guest-code:{link.pk}", 6, 600):
            problem = _("A code was mailed just now. Wait a few minutes before you ask for another.")
            return remember(
                request, answer(request, "guest/open.html", _opening(entrance, True, problem), 429), entrance.secret
            )
        try:
            perform("vendors.guestlink.ask_code", system, link.pk, {"browser": browser})
        except ActionError as error:
            return answer(request, "guest/open.html", _opening(entrance, False, str(error)), 409)
        return remember(request, answer(request, "guest/open.html", _opening(entrance, True)), entrance.secret)
    try:
        opened = perform("vendors.guestlink.open", system, link.pk, {"browser": browser, "code": code}).record
    except ActionError as error:
        return answer(request, "guest/open.html", _opening(entrance, True, str(error)), 409)
    if getattr(opened, "browser", "") != browser:
        refuse(request, link, Why.WRONG_CODE)
        problem = _("That is not the code, or it is too old. Look at the newest mail, or ask for another code.")
        return answer(request, "guest/open.html", _opening(entrance, True, problem), 422)
    return remember(request, HttpResponseRedirect(_Place(entrance.token).section(1)), entrance.secret)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """One section: its questions as they show for the answers so far."""
    entrance = enter(request, token)
    if isinstance(entrance, HttpResponse):
        return entrance
    place = _Place(token)
    if not entrance.open:
        return HttpResponseRedirect(place.whole)
    evaluation = entrance.link.evaluation
    shown = pages(evaluation, answered(evaluation))
    here = next((page for page in shown if page.number == number), None)
    if here is None:
        refuse(request, entrance.link, Why.FOREIGN, f"section {number}")
        return HttpResponseRedirect(place.section(shown[0].number) if shown else place.submit)
    if request.method == "POST":
        return _save(request, entrance, place, shown, here)
    return answer(request, "guest/section.html", _section(entrance, place, shown, here, {}, ()))


def _section(
    entrance: Entrance,
    place: _Place,
    shown: list[Page],
    here: Page,
    problems: Mapping[str, str],
    refusals: tuple[str, ...],
    typed_values: Mapping[str, Mapping[str, object]] | None = None,
) -> dict[str, object]:
    evaluation = entrance.link.evaluation
    found = answered(evaluation)
    position = [page.number for page in shown].index(here.number)
    score = found.score(evaluation)
    return {
        "title": evaluation.questionnaire.template.title,
        "link": entrance.link,
        "here": here,
        "items": shown_section(evaluation, here, found, problems, typed_values or {}),
        "shown": shown,
        "place": place,
        "before": place.section(shown[position - 1].number) if position else None,
        "last": position + 1 == len(shown),
        "position": position + 1,
        "asked": score.asked,
        "done": score.asked - score.unanswered,
        "refusals": refusals,
        "remove": partial(_remove_address, place),
    }


def _remove_address(place: _Place, key: int) -> str:
    return reverse("guest_remove", args=[place.token, key])


def _act(
    entrance: Entrance, code: str, data: Mapping[str, object], files: MultiValueDict[str, object] | None = None
) -> None:
    """One action as the guest, whose permissions reach this evaluation and nothing else."""
    perform(code, entrance.link.user, entrance.link.evaluation_id, data, files=files)


def _save(request: HttpRequest, entrance: Entrance, place: _Place, shown: list[Page], here: Page) -> HttpResponse:
    """Save what was typed and keep the files; on to the next section unless something was refused."""
    link = entrance.link
    asked: dict[str, Question] = {question.id: question for question in here.questions}
    foreign = [key for key in request.POST if key.startswith(("a:", "c:")) and key[2:] not in asked]
    foreign += [key for key in request.FILES if key.startswith("f:") and key[2:] not in asked]
    named = request.POST.get("evaluation")
    if foreign or (named is not None and named != str(link.evaluation_id)):
        refuse(request, link, Why.FOREIGN, ", ".join(foreign)[:200] or "evaluation")
        mixed = (_("Something in this form belongs to another questionnaire. Nothing was saved."),)
        return answer(request, "guest/section.html", _section(entrance, place, shown, here, {}, mixed), 422)
    given = typed(asked.values(), request.POST)
    problems: dict[str, str] = {}
    try:
        _act(entrance, "vendors.evaluation.answer", {"answers": given})
    except Invalid as error:
        refusals = tuple(text for texts in error.errors.values() for text in texts)
        return answer(request, "guest/section.html", _section(entrance, place, shown, here, {}, refusals, given), 422)
    except ActionError as error:
        return answer(
            request, "guest/section.html", _section(entrance, place, shown, here, {}, (str(error),), given), 409
        )
    for key in request.FILES:
        if key.startswith("f:"):
            for upload in request.FILES.getlist(key):
                problem = _keep(entrance, key[2:], upload)
                if problem:
                    problems[key[2:]] = problem
                    refuse(request, link, Why.FILE, problem)
    if problems:
        shown = pages(link.evaluation, answered(link.evaluation))
        return answer(request, "guest/section.html", _section(entrance, place, shown, here, problems, ()), 422)
    after = [page for page in pages(link.evaluation, answered(link.evaluation)) if page.number > here.number]
    if request.POST.get("stay"):
        return HttpResponseRedirect(place.section(here.number))
    return HttpResponseRedirect(place.section(after[0].number) if after else place.submit)


def _keep(entrance: Entrance, question: str, upload: object) -> str:
    """Keep one file beside an answer; why not, where it is refused."""
    files: MultiValueDict[str, object] = MultiValueDict({"file": [upload]})
    data: MultiValueDict[str, object] = MultiValueDict({"question": [question]})
    try:
        _act(entrance, "vendors.evaluation.attach", data, files)
    except Invalid as error:
        return " ".join(text for texts in error.errors.values() for text in texts)
    except ActionError as error:
        return str(error)
    return ""


@never_cache
@require_http_methods(["POST"])
def remove(request: HttpRequest, token: str, key: int) -> HttpResponse:
    """Take a file away again."""
    entrance = enter(request, token)
    if isinstance(entrance, HttpResponse):
        return entrance
    place = _Place(token)
    if not entrance.open:
        return HttpResponseRedirect(place.whole)
    try:
        perform("vendors.answerevidence.remove", entrance.link.user, key)
    except NotVisible:
        refuse(request, entrance.link, Why.FOREIGN, f"file {key}")
        return answer(
            request,
            "guest/told.html",
            {
                "title": _("There is no such file here"),
                "text": _("Go back to the questionnaire."),
                "back": place.section(1),
            },
            404,
        )
    except ActionError as error:
        return answer(
            request, "guest/told.html", {"title": _("Not removed"), "text": str(error), "back": place.section(1)}, 409
        )
    row = AnswerEvidence.objects.select_related("answer").get(pk=key)
    evaluation = entrance.link.evaluation
    here = next(
        (
            p.number
            for p in pages(evaluation, answered(evaluation))
            if any(q.id == row.answer.question for q in p.questions)
        ),
        1,
    )
    return HttpResponseRedirect(place.section(here))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, token: str) -> HttpResponse:
    """What is still open, and the last press."""
    entrance = enter(request, token)
    if isinstance(entrance, HttpResponse):
        return entrance
    place = _Place(token)
    if not entrance.open:
        return HttpResponseRedirect(place.whole)
    evaluation = entrance.link.evaluation
    problem = ""
    if request.method == "POST":
        try:
            _act(entrance, "vendors.evaluation.submit", {})
        except ActionError as error:
            problem = str(error)
        else:
            text = _(
                "Thank you. %(who)s reads your answers now; if something has to be added, you are sent a new link."
            ) % {"who": entrance.link.sent_by}
            return answer(request, "guest/told.html", {"title": _("Your answers have been submitted"), "text": text})
    found = answered(evaluation)
    shown = pages(evaluation, found)
    score = found.score(evaluation)
    open_ = set(score.open_required)
    missing = [(question, page) for page in shown for question in page.questions if question.id in open_]
    context: dict[str, object] = {
        "title": evaluation.questionnaire.template.title, "link": entrance.link, "place": place, "missing": missing, "problem": problem,
        "asked": score.asked, "done": score.asked - score.unanswered, "shown": shown, "before": place.section(shown[-1].number) if shown else None,
        "files": AnswerEvidence.objects.filter(answer__evaluation=evaluation, removed=False).count(),
    }  # fmt: skip
    return answer(request, "guest/submit.html", context, 409 if problem else 200)


__all__ = ["guest", "remove", "section", "submit"]
