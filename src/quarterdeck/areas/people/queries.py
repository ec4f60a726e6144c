"""Questions about people that other areas ask too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q

from quarterdeck.areas.people.models import Experience, Person, Position
from quarterdeck.areas.people.rules import Tenure, tenure
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.records import Dated, Record

#: Fields whose experience is experience in cybersecurity; managing information security is part of it.
IN_CYBERSECURITY = (Experience.Field.CYBERSECURITY, Experience.Field.MANAGEMENT)


def person_of(user: User) -> Person | None:
    """The person a login belongs to."""
    return Person.objects.filter(user=user).first()


def positions_on(people: Iterable[int], day: date) -> dict[int, list[Position]]:
    """Positions in effect on ``day`` by person id. One query."""
    found: dict[int, list[Position]] = {}
    rows = Position.objects.filter(person_id__in=list(people)).on(day)
    for row in rows.select_related("person", "unit").order_by("pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def experience_until(people: Iterable[int], day: date, fields: Iterable[str]) -> dict[int, list[Experience]]:
    """Experience in ``fields`` begun by ``day``, verified or not, by person id. One query."""
    found: dict[int, list[Experience]] = {}
    rows = Experience.objects.filter(person_id__in=list(people), field__in=list(fields), effective_from__lte=day)
    for row in rows.select_related("person").order_by("effective_from", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def experience_of(person: Person, day: date) -> dict[str, Tenure]:
    """Verified experience by field as of ``day``, days in several rows counted once."""
    rows = [row for row in person.experience.all() if row.verified]
    return {field: tenure([row.span() for row in rows if row.field == field], day) for field in {r.field for r in rows}}


def rows_about(person: Person) -> Iterator[tuple[type[Record], str]]:
    """Every record type with a foreign key to people, of this area or a later one, and the name of that key."""
    for relation in Person._meta.related_objects:
        if isinstance(relation.related_model, type) and issubclass(relation.related_model, Record):
            yield relation.related_model, relation.field.name


def open_elsewhere(person: Person, day: date) -> list[Dated]:
    """Dated rows of other areas (memberships of bodies, above all) that still hold after ``day``."""
    found: list[Dated] = []
    for model, via in rows_about(person):
        if issubclass(model, Dated) and model._meta.app_label != Person._meta.app_label:
            still = Q(effective_until=None) | Q(effective_until__gt=day)
            found += model._base_manager.filter(still, **{via: person}).order_by("pk")
    return found
