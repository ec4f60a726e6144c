"""What the conformance suite cannot know of engagements and improvements."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.kernel import clock

if TYPE_CHECKING:
    from tests.conformance.factory import World

_number = itertools.count(1)


def _soon(world: World) -> str:
    return (clock.today() + timedelta(days=30)).isoformat()


def _begun(world: World) -> Any:
    made = world.another("engagements.engagement")
    return world.do("engagements.engagement.begin", made, started_on="2024-01-15")


def _recommendation(world: World) -> Any:
    engagement = _begun(world)
    world.do("engagements.engagement.recommend", engagement)
    return engagement.recommendations.get()


def _guest(world: World) -> Any:
    engagement = _begun(world)
    world.do("engagements.engagement.invite_guest", engagement)
    return engagement.guests.get()


def _note(world: World) -> Any:
    project = world.another("engagements.improvementproject")
    world.do("engagements.improvementproject.note", project)
    return project.notes.get()


DATA: dict[str, dict[str, Any]] = {
    "engagements.engagement.create": {
        "unit": lambda world: world.inside,
        "independence": "None of theirs is looked at.",
    },
    "engagements.engagement.invite_guest": {
        "login": lambda world: f"guest{next(_number)}",
        "effective_until": _soon,
    },
    "engagements.credential.add": {"issued_on": "2024-01-15"},
    "engagements.improvementproject.create": {"unit": lambda world: world.inside, "due": _soon},
    "engagements.recommendation.accept": {"unit": lambda world: world.inside, "due": _soon},
    "engagements.engagement.recommend": {"deliverable": ""},
}

SAMPLES: dict[str, Callable[[World], Any]] = {
    "engagements.recommendation": _recommendation,
    "engagements.engagementguest": _guest,
    "engagements.progressnote": _note,
}
