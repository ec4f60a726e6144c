"""Every word of a declaration can be translated, and every type and action is documented."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.utils.functional import Promise

from quarterdeck.kernel.resource.present import declared
from quarterdeck.kernel.resource.reference import written
from quarterdeck.kernel.resource.registry import all_resources, resource_of
from quarterdeck.kernel.resource.schema import form_fields
from tests.conformance import hints
from tests.conformance.write_reference import PAGE

RESOURCES = [resource.code for resource in all_resources()]


def translatable(word: Any) -> bool:
    """Lazily translated, or no word at all (a code of a standard, a number, empty)."""
    return isinstance(word, Promise) or not any(letter.islower() for letter in str(word))


def words(code: str) -> dict[str, Any]:
    """Every word that the resource shows, by where it stands."""
    resource = resource_of(code)
    found: dict[str, Any] = {"group": resource.group, "label": resource.label, "plural": resource.label_plural}
    for attribute in declared(resource):
        if attribute.column.label:
            found[f"column {attribute.name}"] = attribute.column.label
        elif attribute.field is not None:
            found[f"field {attribute.name}"] = attribute.field.verbose_name
        else:
            found[f"column {attribute.name} (give it a label)"] = attribute.name
        for value, word in (attribute.choices or {}).items():
            found[f"choice {attribute.name}={value}"] = word
    for panel in resource.panels:
        found[f"panel {panel.via}"] = panel.label
    for action in resource.actions:
        found[action.code()] = action.label
        found[f"{action.code()} help"] = action.help
        found[f"{action.code()} confirm"] = action.confirm
        for name, field in form_fields(action).items():
            found[f"{action.code()} {name}"] = raw_label(field, name)
            found[f"{action.code()} {name} help"] = field.help_text
    return found


def raw_label(field: forms.Field, name: str) -> Any:
    # A label made of a model field's name is capitalised lazily and stays a promise.
    return field.label if field.label is not None else name


@pytest.mark.parametrize("code", RESOURCES)
def test_every_word_can_be_translated(code: str) -> None:
    fixed = {
        where: str(word)
        for where, word in words(code).items()
        if not translatable(word) and where.partition("=")[0] not in hints.FIXED
    }
    assert fixed == {}


@pytest.mark.parametrize("code", RESOURCES)
def test_every_type_and_action_is_documented(code: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    resource = resource_of(code)
    missing = [name for name in (code, *(action.code() for action in resource.actions)) if f"`{name}`" not in text]
    assert missing == [], "write the page anew: python -m tests.conformance.write_reference"


def test_the_reference_says_what_is_declared_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), (
        "write the page anew: python -m tests.conformance.write_reference"
    )
