"""What safeguards add to policies: a safeguard that rests on a section is carried to the new version, or its owner asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quarterdeck.areas.policies.models import Policy, PolicyVersion
from quarterdeck.areas.policies.queries import section_words
from quarterdeck.areas.policies.rules import section_hash
from quarterdeck.areas.safeguards.models import StatedIn
from quarterdeck.kernel.actions import Context
from quarterdeck.kernel.actions.also import Also, also

State = StatedIn.State


def _resting_on(policy: Policy) -> Iterator[StatedIn]:
    rows = StatedIn.objects.filter(section__policy=policy, effective_until=None)
    return iter(rows.select_related("section", "safeguard").order_by("pk"))


def _carry(ctx: Context, version: PolicyVersion, data: Mapping[str, Any]) -> None:
    """The new version: where its section says the same words, the safeguard rests on it from now on."""
    read: dict[str, str | None] = {}
    for row in _resting_on(version.policy):
        code = row.section.code
        if code not in read:
            words = section_words(version, code)
            read[code] = None if words is None else section_hash(words)
        if read[code] == row.sha256:
            row.version, row.state, row.noticed_on = version, State.STANDS, None
            ctx.save(row)
        else:
            _ask(ctx, row, State.GONE if read[code] is None else State.CHANGED)


def _withdrawn(ctx: Context, policy: Policy, data: Mapping[str, Any]) -> None:
    for row in _resting_on(policy):
        _ask(ctx, row, State.GONE)


def _ask(ctx: Context, row: StatedIn, state: StatedIn.State) -> None:
    if row.state != state:
        row.noticed_on = row.noticed_on or ctx.at.date()
        row.state = state
        ctx.save(row)


def join() -> None:
    """Add both to the actions concerned."""
    also("policies.policyversion.publish", Also(follow=_carry))
    also("policies.policy.withdraw", Also(follow=_withdrawn))
