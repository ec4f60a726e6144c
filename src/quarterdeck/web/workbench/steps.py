"""The way from draft to filing: where a disclosure stands, who may take the next step, and what bars it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.disclosures.actions import Approve, Release, Seal, Submit
from quarterdeck.areas.disclosures.evaluation import content_of, digest_of
from quarterdeck.areas.disclosures.models import Approval, Disclosure
from quarterdeck.areas.disclosures.reporting import BringReport
from quarterdeck.areas.disclosures.voting import unvoted, vote_fault
from quarterdeck.kernel.actions import Action
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Grant
from quarterdeck.kernel.resource.offers import Offer, on_record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.web.records.detail import Button
from quarterdeck.web.workbench.reading import Reading, open_words

State = Disclosure.State

#: Drawn as steps of their own, or done by the product itself.
_APART = frozenset({"draft", "seal", "void"})
#: Steps of current reports; an annual item does not even say that they are none of its.
_CURRENT = frozenset({"rewrite", "withdraw", "bring", "amend"})


@dataclass(frozen=True)
class Step:
    """One step: done, the next one, or still to come."""

    label: str
    standing: str
    tone: str
    detail: str
    who: str
    #: Whether it is the step to be taken now.
    current: bool = False


@dataclass(frozen=True)
class Steps:
    """Every step with the buttons that this person has."""

    steps: tuple[Step, ...]
    buttons: tuple[Button, ...]
    #: The one to draw large at the head of the page.
    main: Button | None


def steps_of(
    disclosure: Disclosure, reading: Reading, approvals: Iterable[Approval], sealed: bool, sight: Sight
) -> Steps:
    """What was done, what comes next, who may do it."""
    who = _who((Submit, Approve, Seal, Release))
    offers = on_record(resource_of(Disclosure), disclosure, sight)
    # What belongs to another state stands in the list of steps; only what is to be done now is a button.
    offers = [
        offer
        for offer in offers
        if (offer.action.states is None or disclosure.state in offer.action.states)
        and (disclosure.current or offer.action.name not in _CURRENT)
    ]
    buttons = [_button(offer, disclosure, reading) for offer in offers if offer.action.name not in _APART]
    sealing = next((offer for offer in offers if offer.action is Seal), None)
    # A step that is done needs no button that says so once more.
    if sealing is not None and not sealed:
        buttons.append(_seal_button(sealing, disclosure))
    main = next((button for button in buttons if button.name == _main_action(disclosure, reading, sealed)), None)
    return Steps(_steps(disclosure, reading, list(approvals), sealed, who), tuple(buttons), main)


def _main_action(disclosure: Disclosure, reading: Reading, sealed: bool) -> str:
    if disclosure.state == State.DRAFT:
        return "submit"
    if disclosure.state == State.IN_REVIEW:
        return "approve" if _fault(disclosure, reading) is None or _pending(disclosure) else "bring"
    if disclosure.state == State.RELEASED:
        return "amend"
    return "release" if sealed else "seal"


def _pending(disclosure: Disclosure) -> bool:
    """Whether it waits for the body's vote."""
    return disclosure.brought is not None and disclosure.brought.outcome == Decision.Outcome.PROPOSED


def _fault(disclosure: Disclosure, reading: Reading) -> Text | None:
    """Why the body's vote does not approve what stands; None for an annual item, which a member approves."""
    if not disclosure.current:
        return None
    content = content_of(disclosure, reading.checked)
    return unvoted(disclosure) or vote_fault(disclosure, disclosure.brought, content, digest_of(content))


def _button(offer: Offer, disclosure: Disclosure, reading: Reading) -> Button:
    action = offer.action
    reason = None if offer.reason is None else str(offer.reason)
    if reason is None and action in (Submit, Approve, BringReport) and not reading.clean:
        reason = open_words(reading)
    if reason is None and action is Approve:
        fault = _fault(disclosure, reading)
        reason = None if fault is None else str(fault)
    return Button(
        name=action.name,
        label=str(action.label),
        url=reverse("records:act", args=[Disclosure.type_code(), disclosure.pk, action.name]),
        reason=reason,
        kind="grave" if action.danger else "",
        confirm=str(action.confirm) or None,
        bare=action().form_class() is None,
    )


def _seal_button(offer: Offer, disclosure: Disclosure) -> Button:
    reason = None if offer.reason is None else str(offer.reason)
    return Button(
        name="seal",
        label=_("Build and seal the package"),
        url=reverse("workbench-seal", args=[disclosure.pk]),
        reason=reason,
        kind="",
        confirm=None,
        bare=True,
    )


def _who(actions: tuple[type[Action[Disclosure]], ...]) -> dict[str, str]:
    """The roles that hold each permission now, in words: grants are data, so they are read."""
    codes = [action.code() for action in actions]
    rows = Grant.objects.filter(permission__in=codes).select_related("role").order_by("role__code")
    names: dict[str, list[str]] = {code: [] for code in codes}
    for row in rows:
        names[row.permission].append(str(row.role))
    between = pgettext("between names", ", ")
    return {action.name: between.join(dict.fromkeys(names[action.code()])) for action in actions}


def _steps(
    disclosure: Disclosure, reading: Reading, approvals: list[Approval], sealed: bool, who: dict[str, str]
) -> tuple[Step, ...]:
    order = {State.DRAFT: 0, State.IN_REVIEW: 1, State.APPROVED: 2, State.RELEASED: 4, State.WITHDRAWN: 0}
    here = order[State(disclosure.state)] + (1 if disclosure.state == State.APPROVED and sealed else 0)
    standing = next((row for row in reversed(approvals) if row.void_at is None), None)
    drafted = _("prepared by %(name)s") % {"name": disclosure.prepared_by}
    if disclosure.submitted_by is not None and here >= 1:
        drafted = _("submitted by %(name)s") % {"name": disclosure.submitted_by}
    approved = "" if standing is None else _("by %(name)s") % {"name": standing.approved_by}
    may = _("%(roles)s; never who prepared or submitted it") % {"roles": who["approve"]}
    if disclosure.current and disclosure.incident is not None:
        may = _("after the vote of %(body)s: %(roles)s") % {"body": disclosure.incident.escalated_to, "roles": may}
    rows = (
        (_("Draft and request approval"), drafted, who["submit"]),
        (_("Approve"), approved, may),
        (_("Build and seal the package"), "", who["seal"]),
        (_("Record the filing"), "", who["release"]),
    )
    made = []
    for number, (label, detail, roles) in enumerate(rows):
        if number < here:
            made.append(Step(label, _("done"), "supported", detail, roles))
        elif number == here:
            barred = number <= 1 and not reading.clean
            made.append(
                Step(label, _("barred") if barred else _("next"), "stale" if barred else "accent", detail, roles, True)
            )
        else:
            made.append(Step(label, _("later"), "unevidenced", "", roles))
    return tuple(made)


__all__ = ["Step", "Steps", "steps_of"]
