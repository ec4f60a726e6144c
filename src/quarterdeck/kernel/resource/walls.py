"""What may be said of a record to anybody: verdicts, packages and reports name what stands behind a wall without its title."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from quarterdeck.kernel.permissions.models import Wall
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.sight import registered


def standing_wall(record: Record) -> Wall | None:
    """The wall the record stands behind now, by the scope of its resource; None without one, or once it was lifted."""
    resource = registered(type(record))
    if resource is None or resource.scope.wall is None:
        return None
    found: object = record
    for step in resource.scope.wall.split("__"):
        found = getattr(found, step, None)
    return found if isinstance(found, Wall) and found.lifted_at is None else None


def open_title(record: Record) -> str:
    """The record's title; of one behind a standing wall only what kind of record it is."""
    if standing_wall(record) is None:
        return str(record)
    return _("%(what)s behind a wall") % {"what": capfirst(str(record._meta.verbose_name))}


__all__ = ["open_title", "standing_wall"]
