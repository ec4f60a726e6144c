"""Changes to people, their positions and teams. Leaving and erasing concern many rows and are in one action each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.people.erasure import empty_person
from quarterdeck.areas.people.models import Person, Position, TeamMembership
from quarterdeck.areas.people.queries import open_elsewhere
from quarterdeck.kernel.accounts.invitations import invitation
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Change, Context, Create, End, Refused
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.actions.forms import DateInput
from quarterdeck.kernel.permissions.models import Assignment
from quarterdeck.kernel.records import Dated

OFFICER = ("people_officer",)


class AddPerson(Create[Person]):
    model = Person
    label = _("Add a person")
    fields = ("full_name", "email", "unit")
    # A login is opened for a person: without the administrator nobody could enter the first one into a new home.
    roles = ("people_officer", "secretary", "administrator")


class ChangePerson(Change[Person]):
    model = Person
    fields = ("full_name", "email", "unit")
    roles = OFFICER

    def available(self, user: User, record: Person) -> Text | None:
        return _("This person has been erased.") if record.erased_at is not None else None


class ConnectLogin(Change[Person]):
    """Say whose login it is: votes and own rows follow from it."""

    name = "connect_login"
    model = Person
    label = _("Connect a login")
    fields = ("user",)
    roles = ("administrator",)

    def guard(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        login = data["user"]
        if record.erased_at is not None:
            raise Refused(_("This person has been erased."))
        if login is not None:
            other = Person.objects.filter(user=login).exclude(pk=record.pk).first()
            if other is not None:
                raise Refused(_("This login belongs to %(person)s; disconnect it there first.") % {"person": other})


class LoginForm(forms.Form):
    """The name to sign in with."""

    login = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._@+-]*$",
        label=_("Login"),
        max_length=150,
        error_messages={"invalid": _("Letters, digits and . _ @ + - only.")},
    )


class OpenLogin(Action[Person]):
    """Let a person sign in: makes their login and a link, shown once, at which they set their password."""

    name = "open_login"
    label = _("Open a login")
    help = _("You get a link, once; give it to the person, who sets a password there. Roles are given apart.")
    model = Person
    roles = ("administrator",)

    def form_class(self) -> type[forms.BaseForm] | None:
        return LoginForm

    def available(self, user: User, record: Person) -> Text | None:
        if record.erased_at is not None:
            return _("This person has been erased.")
        if record.user_id is not None:
            return _("This person has a login already.")
        return None

    def guard(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> None:
        if User.objects.filter(login__iexact=data["login"]).exists():
            raise Refused(_("Somebody has this login already."))

    def mutate(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> Person:
        assert record is not None
        zone = Registrant.objects.values_list("time_zone", flat=True).first() or "UTC"
        made = User(login=data["login"], full_name=record.full_name, email=record.email, time_zone=zone)
        made.set_unusable_password()
        made.save(force_insert=True)
        record.user = made
        saved = ctx.save(record)
        # Not a field: it exists in this answer only.
        saved.shown_once = invitation(made)  # type: ignore[attr-defined]
        return saved


class LeaveForm(forms.Form):
    left_on = forms.DateField(label=_("Last day"), widget=DateInput)
    memberships_stay = forms.BooleanField(
        label=_("Memberships of bodies stay open"),
        required=False,
        help_text=_("For somebody who leaves the staff and stays, for example, a director."),
    )


class Leave(Action[Person]):
    """End own positions, team memberships and roles on the last day.

    Memberships of bodies belong to those bodies: while any is open the action says which, and goes on only when told that
    they stay.
    """

    name = "leave"
    model = Person
    label = _("Record that the person leaves")
    states = frozenset({Person.State.ACTIVE.value})
    confirm = _("Positions, team memberships and roles of this person end on the last day.")
    roles = OFFICER

    def form_class(self) -> type[forms.BaseForm] | None:
        return LeaveForm

    def guard(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        if data["left_on"] > ctx.at.date():
            raise Refused(_("That day lies ahead; record it once it has come."))
        later: list[Dated] = [
            *record.positions.filter(effective_from__gt=data["left_on"]),
            *record.teams.filter(effective_from__gt=data["left_on"]),
        ]
        if later:
            raise Refused(
                _("Begins after that day: %(rows)s. Correct or end it first.")
                % {"rows": "; ".join(str(row) for row in later)}
            )
        still = open_elsewhere(record, data["left_on"])
        if still and not data["memberships_stay"]:
            raise Refused(
                _("Still open after that day: %(rows)s. End these first, or say that they stay open.")
                % {"rows": "; ".join(str(row) for row in still)}
            )

    def mutate(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> Person:
        assert record is not None
        last = data["left_on"]
        record.state = Person.State.LEFT
        record.left_on = last
        ctx.save(record)
        later = Q(effective_until=None) | Q(effective_until__gt=last)
        begun = Q(effective_from__lte=last)
        for position in Position.objects.filter(later, begun, person=record):
            position.effective_until = last
            ctx.save(position)
        for team in TeamMembership.objects.filter(later, begun, person=record):
            team.effective_until = last
            ctx.save(team)
        if record.user_id is not None and not data["memberships_stay"]:
            for assignment in Assignment.objects.filter(later, begun, user_id=record.user_id):
                assignment.effective_until = last
                ctx.save(assignment)
        return record


class Rejoin(Action[Person]):
    """Undo having left. Positions and roles are given anew: what ended stays ended."""

    name = "rejoin"
    model = Person
    label = _("Record that the person is back")
    states = frozenset({Person.State.LEFT.value})
    roles = OFFICER

    def available(self, user: User, record: Person) -> Text | None:
        return _("This person has been erased.") if record.erased_at is not None else None

    def mutate(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> Person:
        assert record is not None
        record.state = Person.State.ACTIVE
        record.left_on = None
        return ctx.save(record)


class Erase(Action[Person]):
    """Empty everything that names or describes the person, here and in every earlier version; proofs stay whole."""

    name = "erase"
    model = Person
    label = _("Erase the person")
    states = frozenset({Person.State.LEFT.value})
    confirm = _(
        "Name, address and everything that describes this person is emptied, in the past too. Nobody can undo it."
    )
    danger = True
    roles = OFFICER
    differs_from = ("user",)

    def available(self, user: User, record: Person) -> Text | None:
        return _("Already erased.") if record.erased_at is not None else None

    def guard(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> None:
        assert record is not None
        assert record.left_on is not None
        still = open_elsewhere(record, record.left_on)
        if still:
            raise Refused(
                _("Still open: %(rows)s. End these first, then erase.") % {"rows": "; ".join(str(row) for row in still)}
            )

    def mutate(self, ctx: Context, record: Person | None, data: Mapping[str, Any]) -> Person:
        assert record is not None
        return empty_person(ctx, record)


class GivePosition(Create[Position]):
    model = Position
    label = _("Add a position")
    fields = ("person", "title", "level", "unit", "code", "effective_from", "effective_until")
    roles = OFFICER

    def guard(self, ctx: Context, record: Position | None, data: Mapping[str, Any]) -> None:
        not_erased(data["person"])


class ChangePosition(Change[Position]):
    """For what was typed wrong; somebody who moves on has the position ended and a new one added."""

    model = Position
    label = _("Correct")
    fields = ("title", "level", "unit", "code", "effective_from", "effective_until")
    roles = OFFICER


class EndPosition(End[Position]):
    model = Position
    label = _("End the position")
    roles = OFFICER


class JoinTeam(Create[TeamMembership]):
    name = "join"
    model = TeamMembership
    label = _("Add to a team")
    fields = ("person", "team", "effective_from", "effective_until")
    roles = ("people_officer", "ciso")

    def guard(self, ctx: Context, record: TeamMembership | None, data: Mapping[str, Any]) -> None:
        not_erased(data["person"])
        rows = TeamMembership.objects.filter(person=data["person"], team=data["team"])
        last = data["effective_until"]
        for row in rows:
            starts_after = last is not None and row.effective_from > last
            ended_before = row.effective_until is not None and row.effective_until < data["effective_from"]
            if not (starts_after or ended_before):
                raise Refused(
                    _("%(person)s is in this team since %(day)s already; end that first.")
                    % {"person": row.person, "day": row.effective_from.isoformat()}
                )


class LeaveTeam(End[TeamMembership]):
    model = TeamMembership
    label = _("Leaves the team")
    roles = ("people_officer", "ciso")


def not_erased(person: Person) -> None:
    """Refuse to say anything new about somebody who was erased."""
    if person.erased_at is not None:
        raise Refused(_("This person has been erased; nothing more is kept about them."))
