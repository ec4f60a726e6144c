"""What the conformance suite cannot know of frameworks and safeguards."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conformance.factory import World

_number = itertools.count(1)


def catalogue(number: int) -> bytes:
    """A small catalogue of our own: one family, two controls, one enhancement, one of them withdrawn."""
    control = {"class": "control", "parts": [{"id": f"m-{number}_smt", "name": "statement", "prose": "Keep a log."}]}
    return json.dumps(
        {
            "catalog": {
                "uuid": f"00000000-0000-4000-8000-{number:012d}",
                "metadata": {"title": f"House rules {number}", "version": "1", "oscal-version": "1.1.2"},
                "groups": [
                    {
                        "id": "m",
                        "class": "family",
                        "title": "Moorings",
                        "controls": [
                            {
                                "id": "m-1",
                                "title": "Lines",
                                **control,
                                "controls": [{"id": "m-1.1", "title": "Spare lines"}],
                            },
                            {"id": "m-2", "title": "Bells", "props": [{"name": "status", "value": "withdrawn"}]},
                        ],
                    }
                ],
            }
        }
    ).encode()


def _framework(world: World) -> Any:
    from tests.areas.safeguards.house import imported

    return imported(catalogue(next(_number)))


def _stored(world: World) -> int:
    from quarterdeck.kernel.files.models import StoredFile
    from tests.areas.safeguards.house import stored

    kept: StoredFile = stored(catalogue(next(_number)), "rules.json")
    return kept.pk


def _asking(world: World) -> Any:
    framework = world.sample("safeguards.framework")
    return framework.requirements.get(identifier="m-1")


def _answer(world: World) -> Any:
    framework = _framework(world)
    row = framework.requirements.get(identifier="m-1")
    safeguard = world.sample("safeguards.safeguard")
    world.do("safeguards.framework.answer", framework, safeguard=safeguard, requirements=[row.pk])
    return row.answers.get()


def _aside(world: World) -> Any:
    framework = _framework(world)
    row = framework.requirements.get(identifier="m-1")
    world.do("safeguards.framework.set_aside", framework, requirements=[row.pk])
    return row.exclusions.get()


def _mapping(world: World) -> Any:
    from tests.areas.safeguards.house import imported

    number = next(_number)
    framework = imported(
        f"source,target\nx-{number},y-{number}\n".encode(), f"mapping-left{number}-to-right{number}.csv"
    )
    return framework.requirements.get().mapped_from.get()


def _procedural(world: World) -> Any:
    return world.do(
        "safeguards.safeguard.create", unit=world.inside, kind="procedural", in_operation_since="2024-01-15"
    )


def _section(world: World) -> Any:
    from tests.conformance.hints_policies import _section as section_of_a_policy

    return section_of_a_policy(world)


DATA: dict[str, dict[str, Any]] = {
    "safeguards.framework.import": {"file": _stored},
    "safeguards.framework.answer": {
        "safeguard": lambda world: world.another("safeguards.safeguard"),
        "requirements": lambda world: [_asking(world).pk],
    },
    "safeguards.framework.set_aside": {
        "requirements": lambda world: [world.sample("safeguards.framework").requirements.get(identifier="m-1.1").pk],
    },
    "safeguards.safeguard.create": {"unit": lambda world: world.inside, "in_operation_since": "2024-01-15"},
    "safeguards.statedin.create": {"safeguard": _procedural, "section": lambda world: _section(world).pk},
    "safeguards.safeguardtest.record": {"tested_on": "2024-02-15"},
}

SAMPLES: dict[str, Callable[[World], Any]] = {
    "safeguards.framework": _framework,
    "safeguards.requirement": _asking,
    "safeguards.requirementmapping": _mapping,
    "safeguards.answer": _answer,
    "safeguards.applicability": _aside,
}
