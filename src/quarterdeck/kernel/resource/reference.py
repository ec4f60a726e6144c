"""The text of ``docs/guide/records.md``: every type of record and every action, from what the areas declare.

``python -m tests.conformance.write_reference`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import override

from quarterdeck.kernel.actions.base import Action
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.records import Dated
from quarterdeck.kernel.resource.present import declared
from quarterdeck.kernel.resource.registry import Resource, all_resources
from quarterdeck.kernel.resource.schema import form_fields

HEAD = """# Records and actions

Made from the declarations by `python -m tests.conformance.write_reference`; do not edit.

Every type has a list (`/records/TYPE/`), a page (`/records/TYPE/ID/`), a history (`/records/TYPE/ID/history/`) and the
same in the API (`/api/v1/records/TYPE…`) and on the command line (`record list|get|do`). Every change is one of the
actions named here; its permission is its full name, and it leaves one leaf in the ledger. A role in *italics* sees or does
it on its own rows only. A field marked * is needed.
"""


def written() -> str:
    """The whole page, in English."""
    with override("en"):
        return (
            "\n".join([HEAD, *(line for resource in all_resources() for line in _resource(resource))]).rstrip() + "\n"
        )


def _resource(resource: Resource) -> Iterator[str]:
    yield f"\n## {capfirst(str(resource.label))} (`{resource.code}`)\n"
    yield f"{_hangs(resource.scope)}{' It holds from a day until a day.' if issubclass(resource.model, Dated) else ''}\n"
    yield f"Seen by: {_roles(resource.view_roles) or 'nobody as shipped'}.\n"
    yield "Shows: " + ", ".join(f"{a.label} (`{a.name}`)" for a in declared(resource)) + ".\n"
    if resource.filters or resource.search:
        asked = []
        if resource.filters:
            asked.append("filters " + ", ".join(f"`{name}`" for name in resource.filters))
        if resource.search:
            asked.append("search in " + ", ".join(f"`{name}`" for name in resource.search))
        yield f"List: {'; '.join(asked)}.\n"
    if not resource.actions:
        yield "No action of its own: it comes about through others.\n"
        return
    yield "| action | what it does | done by | data |"
    yield "|---|---|---|---|"
    for action in resource.actions:
        yield _action(action)
    yield ""


def _action(action: type[Action[Any]]) -> str:
    about = str(action.label) + (f". {action.help}" if action.help else "")
    fields = ", ".join(f"`{name}`{'*' if _needed(field) else ''}" for name, field in form_fields(action).items())
    return f"| `{action.code()}` | {_plain(about)} | {_roles(action.roles) or '–'} | {fields or '–'} |"


def _needed(field: forms.Field) -> bool:
    return field.required


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _roles(roles: tuple[str, ...]) -> str:
    return ", ".join(f"*{role.removeprefix('own:')}*" if role.startswith("own:") else role for role in roles)


def _hangs(scope: Scope) -> str:
    if scope.unit is None:
        first = "Belongs to the enterprise as a whole."
    elif scope.unit == "pk":
        first = "Is a unit itself."
    else:
        first = f"Belongs to a unit (`{scope.unit}`)."
    own = f" Somebody's own through {', '.join(f'`{path}`' for path in scope.own)}." if scope.own else ""
    wall = " May stand behind a wall." if scope.wall else ""
    also = " Also seen where another record that the person sees leads to it." if scope.also is not None else ""
    return first + own + wall + also
