"""People, a committee with a charter, and a clock, for the tests of the rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.test import Client

from quarterdeck.areas.bodies.models import Body
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.accounts.models import User
from tests.support import act, company, system, user_with

SINCE = date(2024, 1, 2)
SignIn = Callable[..., Client]


@dataclass
class Committee:
    """A body and who sits on it, by name; ``logins`` of those who can sign in."""

    body: Body
    people: dict[str, Person] = field(default_factory=dict)
    logins: dict[str, User] = field(default_factory=dict)


def person(name: str, *roles: str) -> tuple[Person, User | None]:
    """A person in the enterprise, with a login if they hold roles."""
    made = act("people.person.create", system(), full_name=name, unit=company())
    if not roles:
        return made, None
    user = user_with(*roles, login=name.lower().replace(" ", "."))
    act("people.person.connect_login", system(), made, user=user)
    return Person.objects.get(pk=made.pk), user


def committee(
    secretary: User, name: str = "Cybersecurity Management Committee", members: tuple[str, ...] = ("Chen Yu", "Gao Wei", "Lin Qiao", "Ma Ning", "Sun Rui"),
    kind: str = "management_committee", role: str = "committee_member", quorum: int = 3, duties: tuple[str, ...] = ("manage_cybersecurity",),
) -> Committee:  # fmt: skip
    """A body whose first member is the chair; the charter asks for ``quorum`` members."""
    body = act("bodies.body.establish", secretary, name=name, kind=kind, unit=company(), effective_from=SINCE)
    made = Committee(body)
    for place, who in enumerate(members):
        made.people[who], login = person(who, role)
        assert login is not None
        made.logins[who] = login
        act(
            "bodies.membership.appoint", secretary, body=body, person=made.people[who],
            role="member" if place else "chair", effective_from=SINCE,
        )  # fmt: skip
    charter = act(
        "bodies.charter.draft", secretary, body=body, version="1", text="What the body does.", quorum_kind="number",
        quorum_value=quorum, effective_from=SINCE,
    )  # fmt: skip
    for number, duty in enumerate(duties, 1):
        act("bodies.charterduty.add", secretary, charter=charter, duty=duty, section=f"1.{number}", text="")
    act("bodies.charter.approve", made.logins[members[0]], charter)
    return made
