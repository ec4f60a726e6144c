"""What the conformance suite needs to know of people, lists and processes."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from quarterdeck.kernel.records import Record

if TYPE_CHECKING:
    from tests.conformance.factory import World


def _list(world: World) -> Record:
    from quarterdeck.areas.people.models import PeopleList
    from tests.conformance.hints import _written
    from tests.support import system

    file = world.sample("files.storedfile")
    return _written(PeopleList(file=file, rows=0, read_by=system().user))


_number = itertools.count(1)

DATA: dict[str, dict[str, Any]] = {
    "people.processstep.add": {"number": lambda world: next(_number)},
    "people.responsibility.assign": {"role": "employee"},
}
SAMPLES = {"people.peoplelist": _list}
