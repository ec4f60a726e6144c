"""Records as they stood: rebuilt from the versions that the ledger kept.

Two questions are told apart. *As of* a day: what held on that day, as we know it now. *Known at* a time: what the
record said at that time. A dated record answers the first from its own days; anything else stood on a day as its last
version of that day says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import OuterRef, Subquery, prefetch_related_objects
from django.utils import timezone

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.records import Dated, Record
from quarterdeck.kernel.resource.present import Attribute, declared, prime
from quarterdeck.kernel.resource.registry import Resource, action_named, resource_of
from quarterdeck.kernel.resource.sight import Sight

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Moment:
    """From where one looks. Both None: the present."""

    as_of: date | None = None
    known_at: datetime | None = None

    def __bool__(self) -> bool:
        return self.as_of is not None or self.known_at is not None

    def knowledge(self, model: type[Record]) -> datetime | None:
        """The time up to which versions of ``model`` count, or None for the present version."""
        if self.known_at is not None:
            return self.known_at
        if self.as_of is not None and not issubclass(model, Dated):
            return end_of(self.as_of)
        return None


def end_of(day: date) -> datetime:
    """The last moment of a day in the company's time zone."""
    zone = timezone.get_default_timezone()
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone) - timedelta(microseconds=1)


def rebuild(model: type[R], content: bytes) -> R:
    """A record as a version's canonical content says. Fields added since have their defaults."""
    kept: dict[str, Any] = json.loads(content)
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.attname in kept:
            raw = kept[field.attname]
            if field.get_internal_type() == "BinaryField":
                values[field.attname] = None if raw is None else bytes.fromhex(raw)
            elif field.remote_field is not None:
                values[field.attname] = raw
            else:
                values[field.attname] = field.to_python(raw)
    record = model(**values)
    record._state.adding = False
    record._state.db = "default"
    return record


def known_at(records: Sequence[Record], moment: datetime) -> list[Record | None]:
    """Each record as it was known at ``moment``: None where it was not known yet, or that version has been erased.

    One query for all (they are of one type), and one for each foreign key.
    """
    if not records:
        return []
    model = type(records[0])
    latest = (
        Version.objects.filter(record_type=model.type_code(), record_id=OuterRef("record_id"), leaf__at__lte=moment)
        .order_by("-revision")
        .values("pk")[:1]
    )
    versions = Version.objects.filter(
        record_type=model.type_code(), record_id__in=[record.pk for record in records], pk=Subquery(latest)
    )
    by_key = {version.record_id: version for version in versions}
    rebuilt: list[Record | None] = []
    for record in records:
        version = by_key.get(record.pk)
        if version is None or version.content is None:
            rebuilt.append(None)
        else:
            rebuilt.append(rebuild(model, bytes(version.content)))
    fetch_named(model, [record for record in rebuilt if record is not None])
    return rebuilt


def fetch_named(model: type[Record], records: Sequence[Record]) -> None:
    """Read the records that rebuilt ones refer to, one query for each foreign key."""
    if records:
        named = [field.name for field in model._meta.concrete_fields if field.is_relation]
        prefetch_related_objects(list(records), *named)


def at(record: Record, moment: Moment) -> Record | None:
    """The record as seen from ``moment``; None where it did not hold or was not known then."""
    limit = moment.knowledge(type(record))
    found: Record | None = record if limit is None else known_at([record], limit)[0]
    if moment.as_of is not None and isinstance(found, Dated) and not found.in_effect(moment.as_of):
        return None
    return found


@dataclass(frozen=True)
class Difference:
    """One field that a version changed. Values as :meth:`Attribute.holds` gives them."""

    name: str
    label: str
    before: object
    after: object


@dataclass(frozen=True)
class Entry:
    """One version in a record's history."""

    revision: int
    at: datetime
    actor: User
    system: bool
    action: str
    label: str
    leaf: int
    erased: bool
    differences: tuple[Difference, ...]


def differences(
    attributes: Sequence[Attribute], before: Record | None, after: Record, sight: Sight
) -> tuple[Difference, ...]:
    """Field by field what ``after`` says otherwise than ``before``; all that is known where there was nothing before."""
    found = []
    for attribute in attributes:
        new = attribute.holds(after, sight)
        old = None if before is None else attribute.holds(before, sight)
        if old != new:
            found.append(Difference(attribute.name, attribute.label, old, new))
    return tuple(found)


def own_fields(resource: Resource) -> tuple[Attribute, ...]:
    """Declared attributes that are fields of the model itself: what a version can tell."""
    kept = {field.name for field in resource.model._meta.concrete_fields}
    return tuple(a for a in declared(resource) if a.column.value is None and len(a.steps) == 1 and a.name in kept)


def history(
    resource: Resource, record: Record, sight: Sight, *, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """The newest ``limit`` versions (older than revision ``before``), newest first."""
    wanted = Version.objects.filter(record_type=resource.code, record_id=record.pk)
    if before is not None:
        wanted = wanted.filter(revision__lt=before)
    versions = list(wanted.select_related("leaf__actor").order_by("-revision")[: limit + 1])
    states = [None if v.content is None else rebuild(resource.model, bytes(v.content)) for v in versions]
    known = [state for state in states if state is not None]
    attributes = own_fields(resource)
    fetch_named(resource.model, known)
    prime(known, attributes, sight)
    elsewhere = _visible_elsewhere([v.leaf for v in versions], record, sight)
    entries = []
    for place, version in enumerate(versions[:limit]):
        state, former = states[place], states[place + 1] if place + 1 < len(versions) else None
        gap = place + 1 < len(versions) and former is None
        leaf = version.leaf
        named = leaf.seq in elsewhere
        entries.append(
            Entry(
                revision=version.revision,
                at=leaf.at,
                actor=leaf.actor,
                system=bool(json.loads(bytes(leaf.body)).get("system")),
                action=leaf.action if named else "",
                label=_action_label(leaf.action) if named else "",
                leaf=leaf.seq,
                erased=state is None,
                differences=() if state is None or gap else differences(attributes, former, state, sight),
            )
        )
    return entries


def _visible_elsewhere(leaves: Iterable[Leaf], record: Record, sight: Sight) -> set[int]:
    """Leaves whose action may be named: those of this record, and those of others that the person may see."""
    named: set[int] = set()
    others: dict[str, dict[int, list[int]]] = {}
    for leaf in leaves:
        if (leaf.record_type, leaf.record_id) == (record.type_code(), record.pk):
            named.add(leaf.seq)
        else:
            others.setdefault(leaf.record_type, {}).setdefault(leaf.record_id, []).append(leaf.seq)
    for code, keys in others.items():
        try:
            owner = resource_of(code)
        except KeyError:
            continue
        for key in sight.rows(owner).filter(pk__in=list(keys)).values_list("pk", flat=True):
            named.update(keys[key])
    return named


def _action_label(code: str) -> str:
    try:
        return str(action_named(code).label)
    except KeyError:
        return code


def as_of_revision(resource: Resource, record: Record, revision: int) -> Record | None:
    """The record as that revision said; None where there is no such revision or it has been erased."""
    version = Version.objects.filter(record_type=resource.code, record_id=record.pk, revision=revision).first()
    if version is None or version.content is None:
        return None
    seen = rebuild(resource.model, bytes(version.content))
    fetch_named(resource.model, [seen])
    return seen


def changed_since(resource: Resource, record: Record, seen: Record | None, sight: Sight) -> tuple[Difference, ...]:
    """What others changed since the record was `seen`: for someone who was editing while it happened."""
    if seen is None:
        return ()
    attributes = own_fields(resource)
    prime([seen, record], attributes, sight)
    return differences(attributes, seen, record, sight)
