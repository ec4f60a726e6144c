"""The procedures that vendors accept, where they are a policy published here: its versions, and which one is in force."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import QuerySet

from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.areas.policies.queries import EVER
from quarterdeck.areas.vendors.models import Acceptance

#: The kind of policy that says what vendors have to keep to.
KIND: Final = "vendor_procedures"


def published_versions() -> QuerySet[PolicyVersion]:
    """Every version of the procedures that was ever in force."""
    return PolicyVersion.objects.filter(policy__kind=KIND, state__in=EVER, effective_from__isnull=False)


@dataclass(frozen=True)
class Behind:
    """A vendor rests on words that are no longer the newest: what it accepted, and the version in force it would have to."""

    asked: PolicyVersion

    def last_day(self, transition: int) -> date:
        """The last day on which the older version is enough."""
        assert self.asked.effective_from is not None
        return self.asked.effective_from + timedelta(days=transition)


class Procedures:
    """The procedures as they stood on a day. One query; empty where none was in force."""

    def __init__(self, day: date) -> None:
        self.in_force: dict[int, PolicyVersion] = {}
        self._by_number: dict[str, list[PolicyVersion]] = defaultdict(list)
        rows = published_versions().filter(effective_from__lte=day).select_related("policy")
        for row in rows.order_by("effective_from", "pk"):
            self._by_number[row.number.strip().casefold()].append(row)
            if row.effective_until is None or row.effective_until >= day:
                self.in_force[row.policy_id] = row

    def __bool__(self) -> bool:
        return bool(self.in_force)

    def version_of(self, acceptance: Acceptance) -> PolicyVersion | None:
        """The published version that was accepted: as named, or the only one of the number that is written there."""
        return acceptance.policy_version or self.numbered(acceptance.version)

    def numbered(self, text: str) -> PolicyVersion | None:
        """The only version of that number; None where there is none, or more than one."""
        found = self._by_number.get(text.strip().casefold(), [])
        return found[0] if len(found) == 1 else None

    def behind(self, acceptance: Acceptance) -> Behind | None:
        """None where the acceptance is of a version in force or of a later one, or nothing is in force."""
        if not self.in_force:
            return None
        accepted = self.version_of(acceptance)
        newest = max(self.in_force.values(), key=lambda row: (row.effective_from or date.min, row.pk))
        if accepted is None:
            return Behind(newest)
        asked = self.in_force.get(accepted.policy_id, newest)
        if asked.policy_id == accepted.policy_id and _from(accepted) >= _from(asked):
            return None
        return Behind(asked)


def _from(version: PolicyVersion) -> date:
    return version.effective_from or date.min
