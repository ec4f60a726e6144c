"""Founding and dissolving bodies, charters and their duties, appointing members."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies import rules
from quarterdeck.areas.bodies.models import Body, Charter, CharterDuty, Meeting, Membership, ReportingLine
from quarterdeck.areas.bodies.queries import local_day
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, End, Invalid, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import EndForm, record_form
from quarterdeck.kernel.permissions.scope import outside_no_wall

KEEPERS = ("secretary", "ciso")
APPROVERS = ("committee_member", "board_member", "ciso")


def lock_body(body: Body) -> Body:
    """Hold the body until the action is over: two appointments at once cannot both become chair."""
    return Body._base_manager.select_for_update().get(pk=body.pk)


def demand_existing(body: Body, start: date, end: date | None) -> None:
    """Refuse days on which the body does not exist."""
    if start < body.effective_from:
        raise Refused(
            _("%(body)s exists from %(day)s only; choose that day or a later one.")
            % {"body": body, "day": body.effective_from.isoformat()}
        )
    if body.effective_until is not None and (end is None or end > body.effective_until):
        raise Refused(
            _("%(body)s was dissolved on %(day)s; nothing in it lasts longer.")
            % {"body": body, "day": body.effective_until.isoformat()}
        )


def end_former(ctx: Context, rows: Any, start: date, too_late: Text) -> None:
    """End each of ``rows`` on the day before ``start``; refuse when one begins on that day or later."""
    for former in rows:
        if former.effective_from >= start:
            raise Refused(too_late % {"day": former.effective_from.isoformat()})
        former.effective_until = start - timedelta(days=1)
        ctx.save(former)


_FOUNDING = ("name", "kind", "unit", "effective_from")


@lru_cache(maxsize=1)
def _founding_form() -> type[forms.BaseForm]:
    base = record_form(Body, _FOUNDING)
    above = forms.ModelChoiceField(label=_("Reports to"), queryset=Body.objects.all(), required=False)
    return type("EstablishForm", (base,), {"reports_to": above})


class Establish(Create[Body]):
    name = "establish"
    model = Body
    label = _("Establish a body")
    fields = _FOUNDING
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return _founding_form()

    def mutate(self, ctx: Context, record: Body | None, data: Mapping[str, Any]) -> Body:
        body = super().mutate(ctx, record, data)
        above = data["reports_to"]
        if above is not None:
            ctx.save(ReportingLine(body=body, reports_to=above, effective_from=body.effective_from))
        return body


class RenameBody(Change[Body]):
    """The name disclosures use. A body that is another body is established anew instead."""

    model = Body
    label = _("Rename")
    fields = ("name",)
    roles = KEEPERS


class Dissolve(Action[Body]):
    """End a body. Its memberships and meetings have to be over first, so that nothing of it is left open."""

    name = "dissolve"
    model = Body
    label = _("Dissolve")
    states = frozenset({Body.State.ACTIVE.value})
    confirm = _("The body exists no longer after that day.")
    danger = True
    roles = KEEPERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return EndForm

    def guard(self, ctx: Context, record: Body | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        last = data["effective_until"]
        if last > local_day(ctx.at):
            raise Refused(_("That day lies ahead; dissolve the body once it has come."))
        later = Q(effective_until=None) | Q(effective_until__gt=last)
        members = Membership.objects.filter(later, body=record).select_related("person", "body").order_by("pk")
        if members:
            raise Refused(
                _("Members still sit on it: %(names)s. End these memberships by that day first.")
                % {"names": "; ".join(str(row.person) for row in members)}
            )
        running = Meeting.objects.filter(body=record).exclude(
            state__in=[Meeting.State.MINUTED, Meeting.State.CANCELLED]
        )
        if not ctx.actor.system:
            # A meeting behind a wall is neither named nor felt outside it: those inside finish it, or cancel it, later.
            running = running.filter(outside_no_wall(ctx.user, "wall"))
        if running.exists():
            raise Refused(
                _("Meetings are not finished: %(meetings)s. Approve their minutes, or cancel them, first.")
                % {"meetings": "; ".join(str(row) for row in running.select_related("body").order_by("pk"))}
            )

    def mutate(self, ctx: Context, record: Body | None, data: Mapping[str, Any]) -> Body:
        assert record is not None
        record.effective_until = data["effective_until"]
        record.state = Body.State.DISSOLVED
        for line in ReportingLine.objects.filter(Q(body=record) | Q(reports_to=record), effective_until=None):
            line.effective_until = max(record.effective_until, line.effective_from)
            ctx.save(line)
        return ctx.save(record)


class ReportTo(Create[ReportingLine]):
    """From a day on a body reports to another; the line before it ends the day before."""

    name = "report_to"
    model = ReportingLine
    label = _("Say whom it reports to")
    fields = ("body", "reports_to", "effective_from")
    roles = KEEPERS

    def guard(self, ctx: Context, record: ReportingLine | None, data: Mapping[str, Any]) -> None:
        body, above, start = lock_body(data["body"]), data["reports_to"], data["effective_from"]
        demand_existing(body, start, None)
        demand_existing(above, start, None)
        seen = {body.pk}
        step: Body | None = above
        while step is not None:
            if step.pk in seen:
                raise Refused(
                    _("%(above)s reports, itself or through others, to %(body)s; change that line first.")
                    % {"above": above, "body": body}
                )
            seen.add(step.pk)
            line = ReportingLine.objects.on(start).filter(body=step).select_related("reports_to").first()
            step = line.reports_to if line is not None else None

    def mutate(self, ctx: Context, record: ReportingLine | None, data: Mapping[str, Any]) -> ReportingLine:
        start = data["effective_from"]
        later = Q(effective_until=None) | Q(effective_until__gte=start)
        rows = ReportingLine.objects.filter(later, body=data["body"])
        end_former(ctx, rows, start, _("A line from %(day)s is recorded already; choose a later day."))
        return super().mutate(ctx, record, data)


class EndReportTo(End[ReportingLine]):
    model = ReportingLine
    label = _("Reports there no longer")
    roles = KEEPERS


_CHARTER = ("version", "text", "file", "quorum_kind", "quorum_value", "effective_from")


class DraftCharter(Create[Charter]):
    name = "draft"
    model = Charter
    label = _("Draft a charter")
    fields = ("body", *_CHARTER)
    author_field = "drafted_by"
    roles = KEEPERS

    def guard(self, ctx: Context, record: Charter | None, data: Mapping[str, Any]) -> None:
        demand_existing(data["body"], data["effective_from"], None)


class ChangeCharter(Change[Charter]):
    model = Charter
    states = frozenset({Charter.State.DRAFT.value})
    fields = _CHARTER
    roles = KEEPERS

    def mutate(self, ctx: Context, record: Charter | None, data: Mapping[str, Any]) -> Charter:
        assert record is not None
        record.drafted_by = ctx.user
        return super().mutate(ctx, record, data)


class ApproveCharter(Action[Charter]):
    """Bring a version into force on its first day; the version before it ends the day before."""

    name = "approve"
    model = Charter
    label = _("Approve the charter")
    states = frozenset({Charter.State.DRAFT.value})
    differs_from = ("drafted_by",)
    roles = APPROVERS

    def guard(self, ctx: Context, record: Charter | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        lock_body(record.body)
        demand_existing(record.body, record.effective_from, None)
        if not record.duties.filter(struck=False).exists():
            raise Refused(_("It names no duty yet; add the body's duties with their sections first."))
        if not record.text and record.file_id is None:
            raise Refused(_("It has neither text nor file; add what is to be approved first."))

    def mutate(self, ctx: Context, record: Charter | None, data: Mapping[str, Any]) -> Charter:
        assert record is not None
        later = Q(effective_until=None) | Q(effective_until__gte=record.effective_from)
        former = Charter.objects.filter(later, body=record.body, state=Charter.State.APPROVED).exclude(pk=record.pk)
        end_former(
            ctx,
            former,
            record.effective_from,
            _("A version in force from %(day)s is approved already; this one has to begin later."),
        )
        record.state = Charter.State.APPROVED
        record.approved_by = ctx.user
        record.approved_on = local_day(ctx.at)
        return ctx.save(record)


class WithdrawCharter(End[Charter]):
    model = Charter
    label = _("Withdraw the charter")
    help = _("After that day no charter is in force: no meeting has a quorum until another is approved.")
    states = frozenset({Charter.State.APPROVED.value})
    danger = True
    roles = APPROVERS


def _approved(charter: Charter) -> Text | None:
    if charter.state == Charter.State.DRAFT:
        return None
    return _("This version is approved; draft a new version to change its duties.")


class AddDuty(Create[CharterDuty]):
    name = "add"
    model = CharterDuty
    label = _("Add a duty")
    fields = ("charter", "duty", "section", "text")
    roles = KEEPERS

    def guard(self, ctx: Context, record: CharterDuty | None, data: Mapping[str, Any]) -> None:
        fault = _approved(data["charter"])
        if fault is not None:
            raise Refused(fault)

    def mutate(self, ctx: Context, record: CharterDuty | None, data: Mapping[str, Any]) -> CharterDuty:
        return _redrafted(ctx, super().mutate(ctx, record, data))


class ChangeDuty(Change[CharterDuty]):
    model = CharterDuty
    fields = ("section", "text")
    roles = KEEPERS

    def available(self, user: User, record: CharterDuty) -> Text | None:
        return _approved(record.charter)

    def mutate(self, ctx: Context, record: CharterDuty | None, data: Mapping[str, Any]) -> CharterDuty:
        return _redrafted(ctx, super().mutate(ctx, record, data))


class StrikeDuty(Action[CharterDuty]):
    name = "strike"
    model = CharterDuty
    label = _("Strike the duty")
    roles = KEEPERS

    def available(self, user: User, record: CharterDuty) -> Text | None:
        return _("Already struck.") if record.struck else _approved(record.charter)

    def mutate(self, ctx: Context, record: CharterDuty | None, data: Mapping[str, Any]) -> CharterDuty:
        assert record is not None
        record.struck = True
        return _redrafted(ctx, ctx.save(record))


def _redrafted(ctx: Context, duty: CharterDuty) -> CharterDuty:
    """Whoever last touched the draft is its drafter, and cannot approve it."""
    charter = duty.charter
    if charter.drafted_by_id != ctx.user.pk:
        charter.drafted_by = ctx.user
        ctx.save(charter)
    return duty


def demand_free_seat(body: Body, seat: rules.Seat, besides: Membership | None = None) -> None:
    """Refuse a seat that clashes with another one of the body."""
    rows = Membership.objects.filter(body=body).select_related("person", "body").order_by("pk")
    others = [row for row in rows if besides is None or row.pk != besides.pk]
    found = rules.clash(seat, (row.seat() for row in others))
    if found is None:
        return
    why, other = found
    row = next(row for row in others if row.seat() == other)
    said = {
        "name": row.person,
        "role": row.get_role_display(),
        "days": row.effective_from.isoformat()
        + " – "
        + (row.effective_until.isoformat() if row.effective_until else ""),
    }
    if why is rules.Clash.SECOND_CHAIR:
        raise Refused(_("%(name)s is chair in those days (%(days)s); end or correct that membership first.") % said)
    raise Refused(
        _("%(name)s already sits on it as %(role)s in those days (%(days)s); end or correct that membership first.")
        % said
    )


class Appoint(Create[Membership]):
    name = "appoint"
    model = Membership
    label = _("Appoint a member")
    fields = ("body", "person", "role", "effective_from", "effective_until")
    roles = (*KEEPERS, "people_officer")

    def guard(self, ctx: Context, record: Membership | None, data: Mapping[str, Any]) -> None:
        body, person = lock_body(data["body"]), data["person"]
        if person.erased_at is not None:
            raise Refused(_("This person has been erased; nothing more is kept about them."))
        demand_existing(body, data["effective_from"], data["effective_until"])
        seat = rules.Seat(person.pk, data["role"], data["effective_from"], data["effective_until"])
        demand_free_seat(body, seat)


class EndMembership(End[Membership]):
    """The member left the body. Until that day everything stays as it was."""

    model = Membership
    label = _("End the membership")
    roles = (*KEEPERS, "people_officer")

    def available(self, user: User, record: Membership) -> Text | None:
        if record.effective_until is None:
            return None
        day = record.effective_until.isoformat()
        return _("It already ended on %(day)s. If that day is wrong, correct it.") % {"day": day}


_CORRECTABLE = ("person", "role", "effective_from", "effective_until")


@lru_cache(maxsize=1)
def _correction_form() -> type[forms.BaseForm]:
    because = forms.CharField(label=_("What was wrong"), max_length=300)
    return type("CorrectMembershipForm", (record_form(Membership, _CORRECTABLE),), {"because": because})


class CorrectMembership(Action[Membership]):
    """What was recorded was wrong from the start: another person, role or day. What changed later is no correction."""

    name = "correct"
    model = Membership
    label = _("Correct an error")
    help = _("Only for what was recorded wrongly. When a member leaves or takes another role, end the membership.")
    roles = (*KEEPERS, "people_officer")

    def form_class(self) -> type[forms.BaseForm] | None:
        return _correction_form()

    def initial(self, record: Membership | None) -> dict[str, object]:
        return {} if record is None else {name: getattr(record, name) for name in _CORRECTABLE}

    def guard(self, ctx: Context, record: Membership | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        body = lock_body(record.body)
        demand_existing(body, data["effective_from"], data["effective_until"])
        if all(getattr(record, name) == data[name] for name in _CORRECTABLE):
            raise Invalid({"because": [str(_("Nothing is different from what is recorded."))]})
        seat = rules.Seat(data["person"].pk, data["role"], data["effective_from"], data["effective_until"])
        demand_free_seat(body, seat, besides=record)

    def mutate(self, ctx: Context, record: Membership | None, data: Mapping[str, Any]) -> Membership:
        assert record is not None
        for name in _CORRECTABLE:
            setattr(record, name, data[name])
        record.corrected_because = data["because"]
        return ctx.save(record)


BODY_ACTIONS: tuple[type[Action[Any]], ...] = (Establish, RenameBody, Dissolve)
CHARTER_ACTIONS: tuple[type[Action[Any]], ...] = (DraftCharter, ChangeCharter, ApproveCharter, WithdrawCharter)
DUTY_ACTIONS: tuple[type[Action[Any]], ...] = (AddDuty, ChangeDuty, StrikeDuty)
MEMBERSHIP_ACTIONS: tuple[type[Action[Any]], ...] = (Appoint, EndMembership, CorrectMembership)

__all__ = ["BODY_ACTIONS", "CHARTER_ACTIONS", "DUTY_ACTIONS", "MEMBERSHIP_ACTIONS", "EndReportTo", "ReportTo"]
