"""Who is reminded by mail of what waits for them, once a day at most, and whose unit is late.

The reminder of a day is one job that finds whom to tell, and one for each handful of them. Each mail is handed over at
most once for its reader and its day: a worker that dies is replaced by one that goes on with those who had none yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Final

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.jobs.schedules import schedule
from quarterdeck.kernel.notify.address import home_address
from quarterdeck.kernel.notify.mail import Mail, send_once
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.kernel.records import in_effect_on
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.todo import Source, all_sources, rows_for

#: Days before the last one on which somebody hears of it again.
BEFORE: Final = (7, 1, 0)
#: What is late is told on the day after, and then each week, for a year.
WEEKS: Final = 52
#: Readers of one job: so much is at most looked through again after a worker died.
HANDFUL: Final = 100


@dataclass(frozen=True)
class Told:
    """What one source has for one reader on one day."""

    label: str
    number: int
    first: date | None


def falls(asked: Source, mails: str, day: date) -> Q | None:
    """Which rows of a source a reader with these wishes hears of on ``day``; None for none."""
    late = Q(todo_due__in=[day - timedelta(days=1 + 7 * week) for week in range(WEEKS)])
    ahead = Q(todo_due__in=[day + timedelta(days=days) for days in BEFORE])
    new = Q(todo_since=day - timedelta(days=1))
    if mails == User.Mails.DAILY:
        return late | ahead | new
    if asked.optional and (mails == User.Mails.DUTY or day.weekday() != 0):
        return None
    if mails == User.Mails.DUTY:
        return late | ahead | new
    if day.weekday() == 0:
        week = Q(todo_due__lte=day + timedelta(days=7)) | Q(todo_since__gte=day - timedelta(days=7))
        return week & Q(todo_since__lt=day)
    return late | Q(todo_due=day)


def _anything(day: date) -> Q:
    """Whatever somebody could hear of on ``day``."""
    return (
        Q(todo_due__in=[day - timedelta(days=1 + 7 * week) for week in range(WEEKS)])
        | Q(todo_due__range=(day, day + timedelta(days=max(BEFORE))))
        | Q(todo_since__range=(day - timedelta(days=7), day - timedelta(days=1)))
        | (Q(todo_due__lt=day) if day.weekday() == 0 else Q(pk__in=()))
    )


@job(name="reminders.day", key=lambda *, day="": day or clock.today().isoformat())
def remind(run: Run, *, day: str = "") -> int:
    """Find whom to tell on ``day`` (ISO; today when empty) and ask for their mails. Returns how many readers."""
    on = date.fromisoformat(day) if day else clock.today()
    readers: set[int] = set()
    for asked in all_sources():
        readers.update(asked.rows().filter(_anything(on)).order_by().values_list("todo_user", flat=True).distinct())
    reachable = User.objects.filter(is_active=True, kind=User.Kind.PERSON).exclude(email="").order_by("pk")
    told = [key for key in reachable.values_list("pk", flat=True) if key in readers]
    owners = sorted(late_units(on))
    with run.once(on.isoformat()) as first:
        if first:
            for start in range(0, len(told), HANDFUL):
                tell.enqueue(day=on.isoformat(), users=told[start : start + HANDFUL])
            for start in range(0, len(owners), HANDFUL):
                escalate.enqueue(day=on.isoformat(), users=owners[start : start + HANDFUL])
    return len(told)


# The key is the day alone: whoever is in two handfuls has one mail all the same.
@job(name="reminders.tell", key=lambda *, day, users: day, attempts=10)
def tell(run: Run, *, day: str, users: list[int]) -> int:
    """One mail to each reader for whom something is new, falls due or is late. Returns how many were handed over."""
    on = date.fromisoformat(day)
    count = 0
    # Who may hear of which source is asked for the whole handful; what they may see of it, of each alone.
    theirs: dict[int, list[Source]] = {}
    for asked in all_sources():
        rows = asked.rows().filter(_anything(on), todo_user__in=users).order_by()
        for key in rows.values_list("todo_user", flat=True).distinct():
            theirs.setdefault(key, []).append(asked)
    for user in User.objects.filter(pk__in=list(theirs), is_active=True).exclude(email="").order_by("pk"):
        with translation.override(user.language):
            lines = [_line(told, on) for told in waiting(user, on, theirs[user.pk])]
            mail = _mail(user, lines)
        if lines:
            count += _hand_over(run, mail, f"user {user.pk}")
    return count


def waiting(user: User, day: date, sources: Iterable[Source]) -> list[Told]:
    """What ``user`` hears of on ``day``, by source, as far as they may see it. What stands behind walls is counted
    together and not named. At most one query a source."""
    found: list[Told] = []
    hidden = 0
    for asked in sources:
        wanted = falls(asked, user.mails, day)
        if wanted is None:
            continue
        rows = rows_for(asked, user).filter(wanted).order_by()
        open_ones = outside_walls(asked)
        counted = rows.aggregate(
            number=Count("pk", filter=open_ones), first=Min("todo_due", filter=open_ones), every=Count("pk")
        )
        hidden += counted["every"] - counted["number"]
        if counted["number"]:
            found.append(Told(str(asked.label), counted["number"], counted["first"]))
    if hidden:
        found.append(Told(_("Other tasks"), hidden, None))
    return found


def outside_walls(asked: Source) -> Q:
    """The rows of a source behind no standing wall."""
    wall = resource_of(asked.code).scope.wall
    if wall is None:
        return Q(pk__isnull=False)
    return Q(**{f"{wall}__isnull": True}) | Q(**{f"{wall}__lifted_at__isnull": False})


def late_units(day: date) -> dict[int, Counter[tuple[str, int]]]:
    """For each owner of a unit to be told on ``day``: how much of what is late where, by source and unit."""
    found: dict[int, Counter[tuple[str, int]]] = {}
    owners = _Owners(day)
    for asked in all_sources():
        if asked.late_after is None:
            continue
        days = [day - timedelta(days=asked.late_after + 1 + 7 * week) for week in range(WEEKS)]
        # What stands behind a wall is not told to whoever owns the unit: they may be outside it.
        rows = asked.rows().filter(outside_walls(asked), todo_due__in=days, todo_unit__isnull=False).order_by()
        for unit, number in rows.values_list("todo_unit").annotate(number=Count("pk")):
            for owner in owners.of(unit):
                found.setdefault(owner, Counter())[(asked.code, unit)] += number
    return found


class _Owners:
    """Who owns a unit on a day, or the nearest unit above it that has an owner. Two queries in all."""

    def __init__(self, day: date) -> None:
        self.above: dict[int, int | None] = dict(Unit.objects.values_list("pk", "parent_id"))
        self.held: dict[int, list[int]] = {}
        rows = Assignment.objects.filter(in_effect_on(day), role="unit_owner", user__is_active=True)
        for unit, user in rows.values_list("unit_id", "user_id"):
            self.held.setdefault(unit, []).append(user)

    def of(self, unit: int) -> list[int]:
        place: int | None = unit
        while place is not None:
            if place in self.held:
                return self.held[place]
            place = self.above.get(place)
        return []


@job(name="reminders.escalate", key=lambda *, day, users: day, attempts=10)
def escalate(run: Run, *, day: str, users: list[int]) -> int:
    """One mail to each owner of units in which something is late. Returns how many were handed over."""
    on = date.fromisoformat(day)
    late = late_units(on)
    count = 0
    for user in User.objects.filter(pk__in=users, is_active=True).exclude(email="").order_by("pk"):
        with translation.override(user.language):
            mail = _mail(user, list(_late_lines(late.get(user.pk, Counter()))), of_unit=True)
        if user.pk in late:
            count += _hand_over(run, mail, f"owner {user.pk}")
    return count


def _late_lines(late: Counter[tuple[str, int]]) -> Iterator[str]:
    names = dict(Unit.objects.filter(pk__in=[unit for _code, unit in late]).values_list("pk", "name"))
    labels = {asked.code: str(asked.label) for asked in all_sources()}
    for (code, unit), number in sorted(late.items(), key=lambda item: (names[item[0][1]], labels[item[0][0]])):
        yield _("%(unit)s: %(label)s, %(num)d late") % {"unit": names[unit], "label": labels[code], "num": number}


def _line(told: Told, day: date) -> str:
    said = {"label": told.label, "num": told.number}
    if told.first is None:
        return f"{told.label}: {told.number}"
    said["day"] = formats.date_format(told.first, "DATE_FORMAT")
    if told.first < day:
        return _("%(label)s: %(num)d, late since %(day)s") % said
    return _("%(label)s: %(num)d, the first by %(day)s") % said


def _mail(user: User, lines: list[str], *, of_unit: bool = False) -> Mail:
    address = f"{home_address()}{reverse('my-tasks')}" if home_address() else ""
    if of_unit:
        subject = _("Tasks in your units are late")
        opening = _("In units that you own this is late:")
    else:
        subject = ngettext("A task waits for you in Quarterdeck", "Tasks wait for you in Quarterdeck", len(lines))
        opening = _("This waits for you in Quarterdeck:")
    rest = _(
        "Under “Your account” you can ask for fewer of these mails; what the company's rules demand is always told."
    )
    parts = [opening, "", *(f"- {line}" for line in lines), ""]
    if address:
        parts += [address, ""]
    if not of_unit:
        parts += [rest, ""]
    return Mail(to=user.email, subject=subject, text="\n".join(parts))


def _hand_over(run: Run, mail: Mail, part: str) -> bool:
    try:
        return send_once(run, mail, part)
    except SMTPRecipientsRefused:
        # One address that the server does not know keeps nobody else from their mail; the effect stays visible.
        return False


#: Early, in the company's time: a mail that lies there when the day begins.
schedule("reminders.day", remind, "30 6 * * *")
