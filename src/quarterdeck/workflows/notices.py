"""Who is told by mail that something waits for them: a meeting called, a task given, an incident that came to their body.

A mail says that something waits and where to sign in, and not a word of what: it leaves the house, is forwarded and is read
on screens in trains. Whoever signs in sees what they may see. Each person is told once for each step, however often the
job is started.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from quarterdeck.areas.bodies.models import Meeting, Membership
from quarterdeck.areas.bodies.queries import local_day, members_on
from quarterdeck.areas.incidents.models import Incident, Task
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.actions.also import Also, also
from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.notify.address import home_address
from quarterdeck.kernel.notify.mail import Mail, send_once
from quarterdeck.kernel.permissions.models import Assignment
from quarterdeck.kernel.records import in_effect_on

#: What is older when its turn comes is no news: a home that was away, or a story of a past year.
NEWS: Final = timedelta(days=2)


@job(name="notices.send", key=lambda *, user, step, at: f"{user}:{step}")
def send(run: Run, /, *, user: int, step: str, at: str) -> str:
    """Tell a login that something waits. ``step`` names what was done and on what; ``at`` when, as RFC 3339."""
    told = User.objects.filter(pk=user, is_active=True).exclude(email="").first()
    if told is None:
        return "nobody"
    if clock.now() - datetime.fromisoformat(at) > NEWS:
        return "late"
    with translation.override(told.language):
        mail = Mail(to=told.email, subject=_("Something waits for you"), text=_words())
    send_once(run, mail)
    return "told"


def _words() -> str:
    address = home_address()
    lines = [_("Something in Quarterdeck waits for you. What it is stands there and not in this mail.")]
    if address:
        lines += ["", f"{address}/"]
    return "\n".join(lines) + "\n"


def _tell(ctx: Context, step: str, users: Iterable[User | None]) -> None:
    """Ask for a mail to each, but not to whoever acts."""
    known = {user.pk for user in users if user is not None} - {ctx.user.pk}
    for key in sorted(known):
        ctx.after_commit(lambda key=key: send.enqueue(user=key, step=step, at=ctx.at.isoformat()))  # type: ignore[misc]


def _meeting_called(ctx: Context, meeting: Meeting, data: Mapping[str, Any]) -> None:
    seats = members_on(meeting.body, local_day(meeting.planned_at), Membership.Role.values)
    _tell(ctx, f"meeting {meeting.pk} called", [seat.person.user for seat in seats.select_related("person__user")])


def _task_given(ctx: Context, task: Task, data: Mapping[str, Any]) -> None:
    heads = Assignment.objects.filter(in_effect_on(clock.today()), role="unit_owner", unit=task.unit)
    users = [row.user for row in heads.select_related("user")]
    _tell(ctx, f"task {task.pk} given", [task.assignee.user if task.assignee is not None else None, *users])


def _escalated(ctx: Context, incident: Incident, data: Mapping[str, Any]) -> None:
    body = incident.escalated_to
    assert body is not None
    seats = members_on(body, local_day(ctx.at), Membership.Role.values)
    step = f"incident {incident.pk} escalated {ctx.at.isoformat()}"
    _tell(ctx, step, [seat.person.user for seat in seats.select_related("person__user")])


def join() -> None:
    """Add the mails to the steps they tell of."""
    also("bodies.meeting.call", Also(follow=_meeting_called))
    also("incidents.task.give", Also(follow=_task_given))
    also("incidents.incident.escalate", Also(follow=_escalated))
