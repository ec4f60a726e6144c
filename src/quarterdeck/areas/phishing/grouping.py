"""Small units are counted in the one above, so that no figure is one person's. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: Fewer people than this are no group in which one of them could not be guessed.
LEAST: Final = 5


def rolled(counts: Mapping[int, int], parents: Mapping[int, int | None], least: int = LEAST) -> dict[int, int]:
    """Unit → the unit it is counted in: itself where at least ``least`` are counted there, else one above it.

    What remains of a unit above after its larger units are taken out is a group too: where that would be too small, it
    takes its smallest unit in as well. Only the whole may end smaller than ``least``, where there are no more people.
    """
    place = {unit: unit for unit in counts}
    while True:
        groups: dict[int, int] = {}
        for unit, count in counts.items():
            groups[place[unit]] = groups.get(place[unit], 0) + count
        small = [group for group, count in groups.items() if count < least and parents.get(group) is not None]
        if small:
            # The deepest first: what it is counted in may be enough then.
            deepest = max(small, key=lambda group: (_depth(group, parents), group))
            above = parents[deepest]
            assert above is not None
            place = {unit: above if held == deepest else held for unit, held in place.items()}
            continue
        top = next((group for group, count in groups.items() if count < least), None)
        if top is None or len(groups) == 1:
            return place
        smallest = min((group for group in groups if group != top), key=lambda group: (groups[group], group))
        place = {unit: top if held == smallest else held for unit, held in place.items()}


def _depth(unit: int, parents: Mapping[int, int | None]) -> int:
    depth = 0
    above = parents.get(unit)
    while above is not None:
        depth, above = depth + 1, parents.get(above)
    return depth
