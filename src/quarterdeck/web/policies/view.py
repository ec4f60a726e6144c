"""The pages of a policy."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from quarterdeck.areas.people.queries import person_of
from quarterdeck.areas.policies.models import (
    Acknowledgement,
    ApprovalStep,
    Audience,
    Policy,
    PolicyActivity,
    PolicyException,
    PolicyVersion,
)
from quarterdeck.areas.policies.queries import acknowledged_last
from quarterdeck.areas.safeguards.models import StatedIn
from quarterdeck.engines.prose import compare as compared
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight, sight_of
from quarterdeck.web.policies.reading import Shown, current_of, html_of
from quarterdeck.web.policies.reading import read as read_policy
from quarterdeck.web.records.addresses import record_address
from quarterdeck.web.records.detail import head
from quarterdeck.web.records.lists import resource_or_404
from quarterdeck.web.rooms.pressing import Press, Room

State = PolicyVersion.State
TONES = {
    Policy.State.DRAFT: "unevidenced",
    Policy.State.PUBLISHED: "supported",
    Policy.State.WITHDRAWN: "contradicted",
}
VERSION_TONES = {
    State.DRAFT: "unevidenced",
    State.IN_REVIEW: "unresolved",
    State.APPROVED: "attested",
    State.PUBLISHED: "supported",
    State.SUPERSEDED: "stale",
    State.WITHDRAWN: "contradicted",
}
STEP_TONES = {
    ApprovalStep.State.WAITING: "unresolved",
    ApprovalStep.State.APPROVED: "supported",
    ApprovalStep.State.REJECTED: "contradicted",
}
STATED_TONES = {
    StatedIn.State.STANDS: "supported",
    StatedIn.State.CHANGED: "stale",
    StatedIn.State.GONE: "contradicted",
}
EXCEPTION_TONES = {
    PolicyException.State.ASKED: "unresolved",
    PolicyException.State.GRANTED: "attested",
    PolicyException.State.REFUSED: "contradicted",
    PolicyException.State.WITHDRAWN: "unevidenced",
}


def _policy(request: HttpRequest, pk: int) -> tuple[Policy, Sight]:
    sight = sight_of(request)
    resource_or_404(Policy.type_code(), sight)
    found = sight.each(Policy).select_related("unit", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    sight.note([found])
    return found, sight


@login_required
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """The keeper's screen: what is in force, what is being written, who acknowledged, who is excepted."""
    found, sight = _policy(request, pk)
    assert isinstance(request.user, User)
    today = clock.today()
    shown = read_policy(found, sight, today)
    room = Room(sight, found.unit, reverse("policy", args=[pk]))
    resource = resource_of(Policy)
    context = head(resource, found, found, sight)
    context |= {
        "shown": shown,
        "policy": found,
        "tone": TONES[Policy.State(found.state)],
        "version_tones": VERSION_TONES,
        "step_tones": STEP_TONES,
        "exception_tones": EXCEPTION_TONES,
        "overdue": found.review_by is not None and found.review_by < today,
        "today": today,
        "mine": _mine(shown.current, request.user),
        "text": html_of(shown.current) if shown.current is not None else None,
        "draft_text": html_of(shown.next) if shown.next is not None else None,
        "do": _presses(shown, room, sight),
        "address": record_address,
        "stated": _stated(found, sight),
        "stated_tones": STATED_TONES,
        "acknowledgements": reverse("records:list", args=[Acknowledgement.type_code()])
        if sight.may_view(resource_of(Acknowledgement))
        else None,
        "history": reverse("records:history", args=[resource.code, pk]),
        "record_url": reverse("records:detail", args=[resource.code, pk]),
    }
    return render(request, "policies/policy.html", context)


def _stated(found: Policy, sight: Sight) -> list[StatedIn] | None:
    """The safeguards that rest on its sections, in their order; None for who may see none of them."""
    if not sight.may_view(resource_of(StatedIn)):
        return None
    rows = sight.each(StatedIn).filter(section__policy=found, effective_until=None)
    return list(rows.select_related("safeguard", "section").order_by("section__place", "safeguard__name", "pk")[:200])


def _mine(version: PolicyVersion | None, user: User) -> Acknowledgement | None:
    """What the reader was asked about this version."""
    if version is None:
        return None
    row = Acknowledgement.objects.filter(version=version, person__user=user).select_related("person").first()
    if row is not None:
        row.version = version
    return row


def _presses(shown: Shown, room: Room, sight: Sight) -> dict[str, object]:
    found = shown.policy
    versions = resource_of(PolicyVersion)
    made: dict[str, object] = {
        "policy": room.on(found, "review", "change", "withdraw"),
        "activity": room.create(resource_of(PolicyActivity), "record", {"policy": found.pk}),
        "exception": room.create(resource_of(PolicyException), "ask", {"policy": found.pk}),
        "audience": room.create(resource_of(Audience), "add", {"policy": found.pk}),
    }
    current = shown.current
    made["current"] = (
        room.on(current, "ask_readers") if current is not None and current.state == State.PUBLISHED else []
    )
    lines: dict[int, list[Press]] = {line.pk: room.on(line, "end", quiet=True) for line in shown.audience}
    made["lines"] = lines
    steps: dict[int, list[Press]] = {}
    if shown.next is None:
        if found.state != Policy.State.WITHDRAWN:
            made["write"] = [
                *room.create(versions, "draft", {"policy": found.pk}, primary=current is None),
                *room.create(versions, "import_file", {"policy": found.pk}),
            ]
    else:
        one = shown.next
        primary = {State.DRAFT: "submit", State.APPROVED: "publish"}.get(State(one.state), "")
        names = [
            *([primary] if primary else []),
            "change",
            *([] if one.state == State.DRAFT else ["take_back"]),
            "withdraw",
        ]
        made["next"] = room.on(one, *names, primary=primary)
        if one.state == State.DRAFT:
            made["step"] = room.create(resource_of(ApprovalStep), "add", {"version": one.pk})
        for step in shown.live(one):
            if step.state != ApprovalStep.State.WAITING:
                continue
            answer = ("record_decision",) if step.body_id is not None else ("approve", "reject")
            named = ("drop",) if one.state == State.DRAFT else answer
            presses = room.on(step, *named, primary="approve")
            # Barred for one reason, it is said once.
            steps[step.pk] = presses if any(press.open for press in presses) else presses[:1]
    made["steps"] = steps
    made["exceptions"] = room.each(shown.exceptions)
    return made


@login_required
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of whoever has to know it: what changed since they read it last, the text, and one button."""
    found, sight = _policy(request, pk)
    assert isinstance(request.user, User)
    versions = list(sight.each(PolicyVersion).filter(policy=found).order_by("-pk")[:50])
    for one in versions:
        one.policy = found
    version = current_of(versions, clock.today())
    if version is None:
        raise Http404
    mine = _mine(version, request.user)
    person = person_of(request.user)
    former = acknowledged_last(found, person) if person is not None else None
    changes = []
    if former is not None and former.pk != version.pk:
        changes = [change for change in compared(former.text, version.text) if change.kind != "same"]
    context = head(resource_of(Policy), found, found, sight)
    context |= {
        "policy": found,
        "version": version,
        "mine": mine,
        "late": mine is not None and mine.state == Acknowledgement.State.OPEN and mine.due_on < clock.today(),
        "former": former,
        "changes": changes,
        "text": html_of(version),
        "sections": [section for section in version.sections() if section.level <= 2],
        "acknowledge": reverse("records:act", args=[Acknowledgement.type_code(), mine.pk, "acknowledge"])
        if mine
        else None,
        "here_url": reverse("policy_read", args=[pk]),
        "about": record_address(Policy.type_code(), found.pk),
    }
    return render(request, "policies/read.html", context)


@login_required
@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side, or in one text."""
    found, sight = _policy(request, pk)
    versions = list(sight.each(PolicyVersion).filter(policy=found).order_by("-pk")[:50])
    by_key = {str(version.pk): version for version in versions}
    after = by_key.get(request.GET.get("after", "")) or (versions[0] if versions else None)
    before = by_key.get(request.GET.get("before", "")) or (versions[1] if len(versions) > 1 else None)
    changes = compared(before.text, after.text) if before is not None and after is not None else ()
    context = head(resource_of(Policy), found, found, sight)
    crumbs = context["crumbs"]
    assert isinstance(crumbs, list)
    crumbs.append({"label": _("Compare versions"), "url": request.path})
    context |= {
        "title": _("Compare versions"),
        "policy": found,
        "versions": versions,
        "before": before,
        "after": after,
        "changes": changes,
        "changed": sum(change.kind != "same" for change in changes),
        "beside": request.GET.get("view") != "inline",
        "back": record_address(Policy.type_code(), found.pk),
    }
    return render(request, "policies/compare.html", context)
