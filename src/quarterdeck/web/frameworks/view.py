"""The page of one framework."""

from __future__ import annotations

import secrets
from copy import deepcopy
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.safeguards.actions.framework import AnswerRequirements, SetAside
from quarterdeck.areas.safeguards.models import Framework, Safeguard
from quarterdeck.areas.safeguards.queries import Line, Measured, measure
from quarterdeck.areas.safeguards.rules import Standing
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor
from quarterdeck.kernel.actions.run import bound_form
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.frameworks.words import TONES, WORDS
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import buttons, head
from quarterdeck.web.records.lists import resource_or_404

#: A framework with more requirements is shown by function or family, one at a time.
WHOLE = 60


@login_required
@require_safe
def framework(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts by function or family, and the requirements asked for, each with what answers it."""
    sight = sight_of(request)
    resource = resource_or_404(Framework.type_code(), sight)
    found = sight.each(Framework).select_related("base", "file").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    day = _day(request.GET.get("on"))
    measured = measure(found, day)
    asked = Asked.of(request, measured)
    here = reverse("framework", args=[pk])
    context = head(resource, found, found, sight)
    lines = asked.lines(measured)
    context |= {
        "framework": found,
        "measured": measured,
        "day": day,
        "today": clock.today(),
        "words": WORDS,
        "tones": TONES,
        "standings": list(Standing),
        "asked": asked,
        "lines": lines,
        "link": lambda **changed: asked.link(here, day, **changed),
        "address": record_address,
        "seen": _seen(lines, sight),
        "buttons": [one for one in buttons(resource, found, sight) if one.name not in ("answer", "set_aside")],
        "entry": _entry(found, sight, request) if day == clock.today() else None,
        "record_page": reverse("records:detail", args=[resource.code, pk]),
        "imported": record_address(resource.code, found.base_id) if found.base_id else None,
    }
    return render(request, "frameworks/framework.html", context)


def _day(given: str | None) -> date:
    try:
        return date.fromisoformat(given) if given else clock.today()
    except ValueError:
        return clock.today()


class Asked:
    """Which of the requirements the reader wants to see."""

    def __init__(self, standing: Standing | None, under: int | None, everything: bool, words: str) -> None:
        self.standing, self.under, self.everything, self.words = standing, under, everything, words

    @classmethod
    def of(cls, request: HttpRequest, measured: Measured) -> Asked:
        """From the address; what it does not understand it leaves out."""
        try:
            standing = Standing(request.GET.get("standing", ""))
        except ValueError:
            standing = None
        given = request.GET.get("under", "")
        tops = {top.pk for top, _counts in measured.tops}
        under = int(given) if given.isdecimal() and len(given) < 19 and int(given) in tops else None
        return cls(standing, under, request.GET.get("all") == "1", request.GET.get("q", "").strip()[:100])

    @property
    def narrowed(self) -> bool:
        return self.standing is not None or self.under is not None or self.everything or bool(self.words)

    def lines(self, measured: Measured) -> list[Line]:
        """What is asked for, with the headings above it; nothing where a large framework is not narrowed."""
        if not self.narrowed and len(measured.asking) > WHOLE:
            return []
        folded = self.words.casefold()
        kept = [
            line
            for line in measured.asking
            if (self.standing is None or line.standing == self.standing)
            and (self.under is None or line.top == self.under)
            and (not folded or folded in f"{line.requirement.code} {line.requirement.title}".casefold())
        ]
        parents = {line.requirement.pk: line.requirement.parent_id for line in measured.lines}
        above: set[int] = set()
        for line in kept:
            step = line.requirement.parent_id
            while step is not None and step not in above:
                above.add(step)
                step = parents.get(step)
        shown = {line.requirement.pk for line in kept}
        headings = {
            line.requirement.pk for line in measured.lines if line.requirement.pk in above and line.standing is None
        }
        return [line for line in measured.lines if line.requirement.pk in shown | headings]

    def link(self, here: str, day: date, **changed: Any) -> str:
        """The same page, asked otherwise."""
        given: dict[str, Any] = {
            "standing": self.standing,
            "under": self.under,
            "all": "1" if self.everything else None,
            "q": self.words or None,
            "on": day.isoformat() if day != clock.today() else None,
        } | changed
        query = urlencode({name: str(value) for name, value in given.items() if value is not None})
        return f"{here}?{query}#requirements" if query else f"{here}#requirements"


def _seen(lines: list[Line], sight: Sight) -> frozenset[int]:
    """Safeguards on the page whose own page the reader may open. One query."""
    named = {held.safeguard.pk: held.safeguard for line in lines for held in line.answers}
    sight.prime(named.values())
    return frozenset(key for key, row in named.items() if sight.shows(row))


def _entry(found: Framework, sight: Sight, request: HttpRequest) -> dict[str, object] | None:
    """The form below the table: the ticked requirements are answered by a safeguard, or set aside."""
    if found.state != Framework.State.ACTIVE:
        return None
    assert isinstance(request.user, User)
    may_answer, may_set_aside = sight.may(AnswerRequirements), sight.may(SetAside)
    if not may_answer and not may_set_aside:
        return None
    form = bound_form(AnswerRequirements(), Actor(request.user), found, None)
    assert form is not None
    del form.fields["requirements"]
    until = SetAside().form_class()
    assert until is not None
    # a copy: the form of the other action keeps its own words
    form.fields["effective_until"] = deepcopy(until.base_fields["effective_until"])  # type: ignore[attr-defined]
    form.fields["effective_until"].label = _("Set aside until")
    resource = resource_of(Safeguard)
    mine = permitted(
        Safeguard.objects.exclude(state=Safeguard.State.RETIRED), resource.scope, request.user, "safeguards.safeguard.change"
    )  # fmt: skip
    choice = form.fields["safeguard"]
    assert isinstance(choice, forms.ModelChoiceField)
    choice.queryset = mine.order_by("name", "pk")
    form.auto_id = "entry-%s"
    code = Framework.type_code()
    return {
        "form": form,
        "answer": reverse("records:act", args=[code, found.pk, AnswerRequirements.name]) if may_answer else None,
        "set_aside": reverse("records:act", args=[code, found.pk, SetAside.name]) if may_set_aside else None,
        "add": reverse("records:create", args=[Safeguard.type_code(), "create"])
        if resource.view_permission in sight.permissions and "safeguards.safeguard.create" in sight.permissions
        else None,
        "any": mine.exists(),
        "token": secrets.token_urlsafe(18),
        "back": request.get_full_path(),
    }
