"""What the forms of playbooks cannot tell: a file is a playbook, and it is released before it is run."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.conformance.factory import World

_numbers = count(1)


def _file(world: World) -> int:
    from tests.areas.safeguards.house import stored
    from tests.engines.cacao.samples import playbook, straight

    raw = playbook(straight(1, 2)) | {"id": f"playbook--00000000-0000-4000-9000-{next(_numbers):012d}"}
    return stored(json.dumps(raw).encode(), "playbook.json").pk


def _released(world: World) -> Any:
    made = world.do("playbooks.playbook.create", unit=world.inside)
    world.do("playbooks.playbook.add_step", made, minutes=5, place="")
    return world.do("playbooks.playbook.release", made)


DATA: dict[str, dict[str, Any]] = {
    "playbooks.playbook.create": {"unit": lambda world: world.inside},
    "playbooks.playbook.import_file": {"unit": lambda world: world.inside, "file": _file},
    "playbooks.run.start": {
        "incident": lambda world: world.another("incidents.incident"),
        "playbook": _released,
        "unit": lambda world: world.inside,
    },
}


def _step(world: World) -> Any:
    return world.sample("playbooks.run").steps.exclude(task=None).first()


SAMPLES = {"playbooks.steprun": _step}
