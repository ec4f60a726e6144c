"""What the forms of policies cannot tell: a text has sections, steps come before a review, approvers have logins."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from quarterdeck.kernel import clock

if TYPE_CHECKING:
    from tests.conformance.factory import World

TEXT = "# Purpose\n\nWhat it is for.\n\n# Duties\n\n- Read it.\n"
_numbers = count(1)


def _policy(world: World) -> Any:
    return world.do("policies.policy.create", unit=world.inside)


def _draft(world: World, policy: Any = None) -> Any:
    return world.do(
        "policies.policyversion.draft", policy=policy or _policy(world), text=TEXT, covers_severity="duties"
    )


def _published(world: World) -> Any:
    """A version in force, approved by somebody with a login of their own."""
    from tests.support import user_with

    login = user_with("employee", login=f"approver-{next(_numbers)}", unit=world.inside)
    someone = world.do("people.person.create", unit=world.inside)
    someone = world.do("people.person.connect_login", someone, user=login)
    version = _draft(world)
    step = world.do("policies.approvalstep.add", version=version, person=someone)
    world.do("policies.policyversion.submit", version)
    _approve(login, step, version)
    version.refresh_from_db()
    return world.do("policies.policyversion.publish", version, effective_from=clock.today())


def _approve(login: Any, step: Any, version: Any) -> None:
    from quarterdeck.kernel.actions import perform

    perform("policies.approvalstep.approve", login, step, {"sha256": version.sha256})


def _ahead(world: World) -> str:
    return (clock.today() + timedelta(days=30)).isoformat()


DATA: dict[str, dict[str, Any]] = {
    "policies.policy.create": {"unit": lambda world: world.inside, "review_months": 12, "acknowledge_days": 14},
    "policies.policy.review": {"reviewed_on": lambda world: clock.today().isoformat()},
    "policies.audience.add": {"policy": lambda world: _policy(world), "unit": lambda world: world.elsewhere},
    "policies.policyversion.draft": {"policy": lambda world: _policy(world), "text": TEXT},
    "policies.policyversion.import_file": {"policy": lambda world: _policy(world)},
    "policies.policyversion.publish": {"effective_from": lambda world: clock.today().isoformat()},
    "policies.approvalstep.add": {
        "version": lambda world: _draft(world),
        "person": lambda world: world.sample("people.person"),
    },
    "policies.policyexception.ask": {
        "policy": lambda world: _published(world).policy,
        "unit": lambda world: world.inside,
        "starts_on": lambda world: clock.today().isoformat(),
        "expires_on": _ahead,
    },
    "policies.policyactivity.record": {
        "policy": lambda world: _published(world).policy,
        "happened_on": lambda world: clock.today().isoformat(),
    },
}


def _section(world: World) -> Any:
    return _published(world).policy.sections.first()


def _review(world: World) -> Any:
    policy = world.do("policies.policy.review", _published(world).policy)
    return policy.versions.get().reviews.get()


def _acknowledgement(world: World) -> Any:
    return _published(world).acknowledgements.first()


SAMPLES = {
    "policies.policysection": _section,
    "policies.policyreview": _review,
    "policies.acknowledgement": _acknowledgement,
}
