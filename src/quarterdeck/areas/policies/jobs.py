"""Asking everybody a policy is for: those left after publishing, and every day those who joined since."""

from __future__ import annotations

from quarterdeck.areas.policies.actions.publishing import AskReaders
from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.kernel.actions import Actor, Refused, perform
from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.jobs.schedules import schedule
from quarterdeck.kernel.setup import system_user

#: More than the readers of any company divided by those asked at once.
MOST_ROUNDS = 2000


def ask_all(version: int) -> int:
    """Ask until nobody is left. Returns in how many rounds. Whoever was asked already is not asked again."""
    for done in range(MOST_ROUNDS):
        try:
            perform(AskReaders, Actor(system_user(), system=True), version)
        except Refused:
            return done
    return MOST_ROUNDS


def ask_whoever_joined() -> int:
    """Ask, of every version in force, those who joined since. Returns of how many versions there were any."""
    keys = PolicyVersion.objects.filter(state=PolicyVersion.State.PUBLISHED).values_list("pk", flat=True)
    return sum(ask_all(key) > 0 for key in list(keys))


# Each round is one action that finds out anew who is left: a worker that dies in between leaves nothing half done.
@job(name="policies.ask_version", key=lambda *, version: version)
def ask_version(run: Run, *, version: int) -> int:
    """Ask the readers of one version."""
    return ask_all(version)


@job(name="policies.ask_joiners")
def ask_joiners(run: Run) -> int:
    """Every day: whoever joined since is asked to read what is in force."""
    return ask_whoever_joined()


schedule("policies.ask_joiners", ask_joiners, "10 5 * * *")
