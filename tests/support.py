"""A small company for tests: founded as a home is, with people who hold roles, acting through real actions.

company()                                  # enterprise unit, system account, shipped roles
secretary = user_with("secretary")         # a login that holds the role in the enterprise
body = act("bodies.body.establish", secretary, name="Panel", ...)   # performs, returns the saved record
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

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
    return found(name)


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
