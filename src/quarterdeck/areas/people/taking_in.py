"""Taking in a list of employees: read whole and refused whole, then taken in some at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.organisation.models import Registrant
from quarterdeck.areas.people import roster
from quarterdeck.areas.people.models import PeopleList, Person, Position
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Actor, Context, Refused, perform
from quarterdeck.kernel.files.fields import Upload, UploadField, keep
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.kernel.permissions.scope import permissions_of
from quarterdeck.kernel.setup import system_user

#: People of one transaction: it holds the database for about a second.
AT_ONCE: Final = 100
#: Who reads a list that opens logins needs what opening one by hand needs.
OPENING: Final = frozenset({"people.person.open_login", "permissions.assignment.create"})


class ListForm(forms.Form):
    file = UploadField(
        label=_("CSV file"),
        help_text=_(
            "With the headings name and email; unit (its code), title, level and login if you have them. Who is known by the address is changed, who is not is added, nobody is removed."
        ),
    )
    open_logins = forms.BooleanField(
        label=_("Open logins"),
        required=False,
        help_text=_("For everybody with something under “login”: they sign in by your company's sign-in or a link."),
    )


class ReadList(Action[PeopleList]):
    """Read a list of people. If anything in it is wrong nothing is taken in, and each line that is wrong is named."""

    name = "read"
    label = _("Take in a list")
    model = PeopleList
    creates = True
    roles = ("people_officer", "administrator")

    def form_class(self) -> type[forms.BaseForm] | None:
        return ListForm

    def guard(self, ctx: Context, record: PeopleList | None, data: Mapping[str, Any]) -> None:
        if data["open_logins"] and not ctx.actor.system and not permissions_of(ctx.user) >= OPENING:
            raise Refused(_("Opening logins takes the permissions to open a login and to give a role; leave it off."))
        found = _read(_content(data["file"]))
        if found.problems:
            raise Refused(_told(found.problems))
        if not found.rows:
            raise Refused(_("There is nobody in this list."))
        if data["open_logins"]:
            _refuse_taken_logins(found)

    def mutate(self, ctx: Context, record: PeopleList | None, data: Mapping[str, Any]) -> PeopleList:
        found = _read(_content(data["file"]))
        file = keep(ctx, data["file"])
        assert file is not None
        made = ctx.save(
            PeopleList(
                file=file,
                open_logins=data["open_logins"],
                rows=len(found.rows),
                ignored=", ".join(found.ignored)[:500],
                read_by=ctx.user,
            )
        )
        ctx.after_commit(lambda: take_in.enqueue(people_list=made.pk))
        return made


class TakeIn(Action[PeopleList]):
    """The next people of a list, by the product itself."""

    name = "take_in"
    label = _("Take in the next people")
    model = PeopleList
    states = frozenset({PeopleList.State.RUNNING})

    def mutate(self, ctx: Context, record: PeopleList | None, data: Mapping[str, Any]) -> PeopleList:
        assert record is not None
        found = _kept(record.file)
        units = {unit.code.casefold(): unit for unit in Unit.objects.all()}
        whole = Unit.objects.get(parent=None)
        zone = Registrant.objects.values_list("time_zone", flat=True).first() or "UTC"
        for row in found.rows[record.done : record.done + AT_ONCE]:
            unit = units.get(row.unit.casefold())
            person = _known(row.email)
            before = None if person is None else (person.full_name, person.unit_id)
            if person is None:
                person = Person(full_name=row.name, email=row.email, unit=unit or whole)
                record.added += 1
            person.full_name = row.name
            person.unit = unit or person.unit
            changed = before is not None and before != (person.full_name, person.unit_id)
            opened = _opened(ctx, record, row, person, zone)
            if before is None or changed or opened:
                ctx.save(person)
            placed = _placed(ctx, row, person)
            if before is not None and (changed or opened or placed):
                record.changed += 1
            record.done += 1
        if record.done >= len(found.rows):
            record.state = PeopleList.State.DONE
        return ctx.save(record)


# Started again after its worker died it goes on where the list stands: people and the count of them are one transaction.
@job(name="people.take_in", key=lambda *, people_list: people_list, attempts=10)
def take_in(run: Run, *, people_list: int) -> int:
    """Take in the whole of a list. Returns how many people were added or changed."""
    while True:
        row = PeopleList.objects.get(pk=people_list)
        if row.state == PeopleList.State.DONE:
            return row.added + row.changed
        perform(TakeIn, Actor(system_user(), system=True), row)


def _known(address: str) -> Person | None:
    rows = Person.objects.annotate(address=Lower("email")).filter(address=address.lower(), erased_at=None)
    key = rows.order_by("pk").values_list("pk", flat=True).first()
    return None if key is None else Person.objects.get(pk=key)


def _opened(ctx: Context, people: PeopleList, row: roster.Row, person: Person, zone: str) -> bool:
    """Give the person a login and the employee's role, where the list asks for it and they have none."""
    if not (people.open_logins and row.login and person.user_id is None):
        return False
    if User.objects.filter(login__iexact=row.login).exists():
        return False
    made = User(login=row.login, full_name=row.name, email=row.email, time_zone=zone)
    made.set_unusable_password()
    made.save(force_insert=True)
    ctx.save(Assignment(user=made, role_id="employee", unit=person.unit, effective_from=ctx.at.date()))
    person.user = made
    return True


def _placed(ctx: Context, row: roster.Row, person: Person) -> bool:
    """The position the list names, unless the person holds it; the former one ends the day before."""
    if not row.title:
        return False
    today = ctx.at.date()
    level = row.level.casefold() or Position.Level.STAFF.value
    held = list(Position.objects.filter(person=person, code="").on(today).order_by("pk"))
    if any(place.title == row.title and place.unit_id == person.unit_id for place in held):
        return False
    for place in held:
        if place.effective_until is None and place.effective_from < today:
            place.effective_until = today - timedelta(days=1)
            ctx.save(place)
    ctx.save(Position(person=person, title=row.title, level=level, unit=person.unit, effective_from=today))
    return True


def _content(file: Upload | StoredFile) -> bytes:
    if isinstance(file, Upload):
        file.source.seek(0)
        return file.source.read(roster.MOST_BYTES + 1)
    with file.open() as source:
        return bytes(source.read(roster.MOST_BYTES + 1))


def _kept(file: StoredFile) -> roster.Roster:
    """A list read before is not read again for each handful of its people: what is kept is told by its hash."""
    units = frozenset(code.casefold() for code in Unit.objects.values_list("code", flat=True))
    return _parsed(file.sha256, units, file.pk)


@lru_cache(maxsize=1)
def _parsed(sha256: str, units: frozenset[str], key: int) -> roster.Roster:
    return _parse(_content(StoredFile.objects.get(pk=key, sha256=sha256)), units)


def _read(content: bytes) -> roster.Roster:
    return _parse(content, frozenset(code.casefold() for code in Unit.objects.values_list("code", flat=True)))


def _parse(content: bytes, units: frozenset[str]) -> roster.Roster:
    try:
        return roster.read_roster(content, units, frozenset(Position.Level.values))
    except roster.RosterError as error:
        raise Refused(UNREADABLE[str(error)]) from error


def _refuse_taken_logins(found: roster.Roster) -> None:
    wanted = {row.login.casefold(): row for row in found.rows if row.login}
    known = Person.objects.filter(user__isnull=False).values_list("user__login", "email")
    taken = {login.casefold(): address.casefold() for login, address in known}
    others = {login.casefold() for login in User.objects.values_list("login", flat=True)} - set(taken)
    bad = [
        roster.Problem(row.line, "login_taken", row.login)
        for login, row in wanted.items()
        if login in others or taken.get(login, row.email.casefold()) != row.email.casefold()
    ]
    if bad:
        raise Refused(_told(tuple(bad)))


UNREADABLE: Final = {
    "too_large": _("The file is larger than 30 MB; send one for each part of the company."),
    "too_many": _("There are more than 100,000 people in the file; send one for each part of the company."),
    "not_csv": _("This is no CSV file, or its quotes do not match."),
    "empty": _("The file is empty."),
    "no_heading": _("The first line has to name the columns, name and email among them."),
    "encoding": _("The letters cannot be read; save the file as UTF-8."),
}
PROBLEMS: Final = {
    "twice": _("the address %(value)s stands there twice"),
    "login_twice": _("the login %(value)s stands there twice"),
    "login_taken": _("the login %(value)s belongs to somebody else"),
    "too_long": _("what stands under “%(value)s” is too long"),
    "control": _("what stands under “%(value)s” holds characters that are no text"),
    "no_name": _("there is no name"),
    "email": _("“%(value)s” is no e-mail address"),
    "unit": _("there is no unit with the code “%(value)s”"),
    "level": _("“%(value)s” is no level; there are executive, department_head, manager, staff, director, external"),
    "level_without_title": _("a level without a title"),
    "login": _("“%(value)s” cannot be a login"),
}


def _told(problems: tuple[roster.Problem, ...]) -> str:
    lines = [
        _now("Line %(line)d: %(what)s.")
        % {"line": found.line, "what": str(PROBLEMS[found.code]) % {"value": found.value}}
        for found in problems[: roster.TOLD]
    ]
    rest = len(problems) - roster.TOLD
    if rest > 0:
        lines.append(_now("And %(num)d more.") % {"num": rest})
    return " ".join([_now("Nothing was taken in."), *lines])


LIST_ACTIONS = (ReadList, TakeIn)
