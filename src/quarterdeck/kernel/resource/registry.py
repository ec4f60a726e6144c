"""The registry of resources.

An area declares each of its models once in ``resources.py``; the doors (``web``, ``api``, ``cli``) read the registry and
know no area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.records import Record

if TYPE_CHECKING:
    from quarterdeck.kernel.actions.base import Action

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """One column of a list. ``name`` is a field, a ``related__field`` path, or an attribute when ``value`` is given."""

    name: str
    label: Text = ""
    value: Callable[[Any], object] | None = None
    sortable: bool = False
    numeric: bool = False


@dataclass(frozen=True)
class Panel:
    """Rows of another resource that belong to this record: ``model`` and the foreign key on it that points here.

    ``until``: the day from which a row no longer holds. Such rows are left out here; the way to all rows still leads to them.
    """

    model: type[Record]
    via: str
    label: Text = ""
    until: str = ""


@dataclass(frozen=True)
class Resource:
    """Everything the doors need to know about one type of record.

    ``order``: the default ordering, last of all ``pk``; backed by an index for lists of 100,000 rows.
    ``search``: text fields that ``/`` searches. ``filters``: fields with choices, booleans, foreign keys or dates.
    ``view_roles``: roles that see it as shipped ("own:" before a role: its own rows only).
    ``screen``: URL name of a hand-built detail screen; otherwise the declared one is used.
    ``named_by``: the columns, its own or another record's, that a row's name is made of. Where they are declared, a list
    that only names such rows reads these and leaves long texts and times in the database.
    ``group``: heading of the navigation; empty for rows that are only reached through another record's panel.
    """

    model: type[Record]
    columns: tuple[Column, ...]
    scope: Scope
    actions: tuple[type[Action[Any]], ...] = ()
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-pk",)
    details: tuple[str | Column, ...] = ()
    panels: tuple[Panel, ...] = ()
    view_roles: tuple[str, ...] = ()
    group: Text = ""
    screen: str = ""
    state_field: str = ""
    select: tuple[str, ...] = field(default=())
    named_by: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """``app.model``."""
        return self.model.type_code()

    @property
    def view_permission(self) -> str:
        return f"{self.code}.view"

    @property
    def named_through(self) -> tuple[str, ...]:
        """What has to be joined to name a row."""
        return tuple({path.rpartition("__")[0]: None for path in self.named_by if "__" in path})

    @property
    def label(self) -> Text:
        return self.model._meta.verbose_name or self.code

    @property
    def label_plural(self) -> Text:
        return self.model._meta.verbose_name_plural or self.code

    def action(self, name: str) -> type[Action[Any]]:
        """The action called ``name``; KeyError when this resource has none."""
        for action in self.actions:
            if action.name == name:
                return action
        raise KeyError(name)

    def unit_from(self, data: Mapping[str, Any]) -> Unit | None:
        """The unit in which a new record with ``data`` would hang."""
        if self.scope.unit is None:
            return None
        first, *rest = self.scope.unit.split("__")
        found: object = data.get(first)
        for step in rest:
            found = getattr(found, step, None)
        return found if isinstance(found, Unit) else None


_resources: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Make a resource known. Called at import of an area's ``resources.py``."""
    if resource.code in _resources:
        raise ImproperlyConfigured(f"{resource.code} is registered twice")
    for action in resource.actions:
        if action.model is not resource.model:
            raise ImproperlyConfigured(
                f"{action.__name__} is an action of {action.model.type_code()}, not {resource.code}"
            )
    _resources[resource.code] = resource
    return resource


def show_on(model: type[Record], panel: Panel) -> None:
    """What a later area shows on the records of an earlier one, which knows nothing of it. Called at import of the later
    area's ``resources.py``; the same twice changes nothing."""
    found = _resources[model.type_code()]
    if panel not in found.panels:
        _resources[found.code] = replace(found, panels=(*found.panels, panel))


def resource_of(model: type[Record] | str) -> Resource:
    """The resource of a model or type code; KeyError when there is none."""
    return _resources[model if isinstance(model, str) else model.type_code()]


def all_resources() -> Iterator[Resource]:
    """Every resource, in the order the areas declared them."""
    return iter(tuple(_resources.values()))


def action_named(code: str) -> type[Action[Any]]:
    """``app.model.name`` → the action; KeyError when unknown."""
    type_code, _, name = code.rpartition(".")
    return _resources[type_code].action(name)
