"""A small company for tests: founded as a home is, with people who hold roles, acting through real actions.

company()                                  # enterprise unit, system account, shipped roles
secretary = user_with("secretary")         # a login that holds the role in the enterprise
body = act("bodies.body.establish", secretary, name="Panel", ...)   # performs, returns the saved record
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Action, Actor, perform
from quarterdeck.kernel.actions.run import Outcome
from quarterdeck.kernel.claims import Claim, TimeBasis, evaluate
from quarterdeck.kernel.claims import Outcome as Answer
from quarterdeck.kernel.claims.registry import FILING_DATE, PERIOD, YEAR_END
from quarterdeck.kernel.permissions.actions import Assign
from quarterdeck.kernel.permissions.models import Role, Unit
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.setup import found, system_user

LONG_AGO = date(2000, 1, 1)


def company(name: str = "Harbour Lane Group") -> Unit:
    """The enterprise unit of a founded home; again, the same one."""
    return Unit.objects.filter(parent=None).first() or found(name)


def system() -> Actor:
    """The product itself as actor: needs no permission."""
    return Actor(system_user(), system=True)


def user_with(*roles: str, unit: Unit | None = None, login: str = "", since: date = LONG_AGO) -> User:
    """A new login that holds ``roles`` in ``unit`` (the enterprise by default) from ``since`` on."""
    name = login or f"{'-'.join(roles) or 'nobody'}-{User.objects.count()}"
    user = User.objects.create(login=name, full_name=name.replace("-", " ").title())
    for role in roles:
        act(
            Assign,
            system(),
            user=user,
            role=Role.objects.get(code=role),
            unit=unit or company(),
            effective_from=since,
        )
    return user


def outcome(
    action: type[Action[Any]] | str, who: User | Actor, record: Record | int | None = None, /, **data: object
) -> Outcome:
    """Perform ``action`` and return record and leaf."""
    return perform(action, who, record, {key: getattr(value, "pk", value) for key, value in data.items()})


def act(
    action: type[Action[Any]] | str, who: User | Actor, record: Record | int | None = None, /, **data: object
) -> Any:
    """Perform ``action`` with ``data`` (records may be given as they are) and return the saved record, read anew."""
    saved = outcome(action, who, record, **data).record
    return type(saved)._base_manager.get(pk=saved.pk)


def parameter(code: str, value: object, since: date = LONG_AGO) -> None:
    """Set a company parameter."""
    act("claims.parameter.set", system(), code=code, value=str(value), effective_from=since)


def bases(year: int = 2024, filed: date | None = None) -> dict[str, TimeBasis]:
    """The three time bases of an annual report for the calendar year ``year``, filed on 25 April of the next by default."""
    first, last, filing = date(year, 1, 1), date(year, 12, 31), filed or date(year + 1, 4, 25)
    return {
        PERIOD: TimeBasis(PERIOD, first, last),
        YEAR_END: TimeBasis(YEAR_END, last, last),
        FILING_DATE: TimeBasis(FILING_DATE, filing, filing),
    }


def ask(name: str, basis: str = YEAR_END, year: int = 2024, /, **params: str | int | bool) -> Answer:
    """Evaluate a claim over the record as it is now."""
    return evaluate(Claim(name, params, basis), bases(year))


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """An aware time in UTC, for ``clock.fixed``."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def person(name: str, *roles: str, position: str = "", level: str = "executive", since: date = LONG_AGO) -> Any:
    """Someone on record; with ``roles`` also a login that holds them; with ``position`` (an office code) also that."""
    made = act("people.person.create", system(), full_name=name, unit=company())
    if roles:
        login = user_with(*roles, login=f"{name.lower().replace(' ', '.')}.{made.pk}")
        made = act("people.person.connect_login", system(), made, user=login)
    if position:
        title = position.replace("_", " ").title()
        given = {"title": title, "level": level, "code": position, "unit": company(), "effective_from": since}
        act("people.position.create", system(), person=made, **given)
    return made


def body_with(
    kind: str, members: dict[Any, str], *, name: str = "", duties: tuple[str, ...] = (), since: date = LONG_AGO
) -> Any:
    """A body with an approved charter (quorum: more than half) and ``members`` (person → role) since ``since``."""
    who = system()
    made = act(
        "bodies.body.establish",
        who,
        name=name or kind.replace("_", " ").title(),
        kind=kind,
        unit=company(),
        effective_from=since,
    )
    charter(made, duties, since=since)
    for sitting, role in members.items():
        act("bodies.membership.appoint", who, body=made, person=sitting, role=role, effective_from=since)
    return made


def charter(
    body: Any, duties: tuple[str, ...] = (), *, version: str = "1", since: date = LONG_AGO, **quorum: object
) -> Any:
    """An approved charter of ``body`` from ``since`` on, with ``duties`` in sections 1, 2, …"""
    who = system()
    data = {"version": version, "text": "Charter.", "quorum_kind": "majority", "effective_from": since, **quorum}
    drafted = act("bodies.charter.draft", who, body=body, **data)
    for section, duty in enumerate(duties or ("be_informed",), start=1):
        act("bodies.charterduty.add", who, charter=drafted, duty=duty, section=str(section))
    return act("bodies.charter.approve", who, drafted)


def open_meeting(body: Any, moment: datetime, *present: Any, title: str = "Matters", kind: str = "meeting") -> Any:
    """An agenda item of a meeting that was opened at ``moment`` with ``present`` there."""
    who = system()
    with clock.fixed(moment):
        meeting = act("bodies.meeting.plan", who, body=body, kind=kind, planned_at=moment, place="Harbour Room")
        item = act("bodies.agendaitem.add", who, meeting=meeting, title=title)
        act("bodies.meeting.call", who, meeting)
        act("bodies.meeting.open", who, meeting)
        if present:
            act("bodies.meeting.record_attendance", who, meeting, present=[someone.pk for someone in present])
    item.refresh_from_db()
    return item


def decide(body: Any, topic: str, moment: datetime, votes: dict[Any, str], **data: object) -> Any:
    """A decision of ``body`` on ``topic``, voted on by ``votes`` (person → for, against, abstain) and declared."""
    who = system()
    item = open_meeting(body, moment, *votes)
    with clock.fixed(moment):
        wording = {"title": topic.replace("_", " ").title(), "text": "Resolved.", **data}
        made = act("bodies.decision.propose", who, item=item, topic=topic, **wording)
        act("bodies.decision.put", who, made)
        for voter, choice in votes.items():
            act("bodies.vote.record", who, decision=made, person=voter, choice=choice)
        return act("bodies.decision.declare", who, made)
