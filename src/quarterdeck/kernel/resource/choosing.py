"""One record chosen among many: by a list where the list is short, by typing part of its name where it is long.

A company of 20,000 has 20,000 people who might be somebody's owner; a select of them is a page of a megabyte that nobody
scrolls through. Up to ``MANY`` records stay a select. Of more one types a part, is offered what fits, and without
script the name or the e-mail address in full does the same. What may be chosen is the field's own query set, which is
cut to what the person may see before it gets here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard, cast

from django import forms
from django.db.models import IntegerField, Model, QuerySet
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.searching import every_word

#: More than these are not listed.
MANY = 200
#: So many of those that fit are offered.
OFFERED = 20
_BETWEEN = " · "
#: Behind the name of a field: beside the line stands a hidden one, which says that its words were typed.
_TYPED = ".typed"

#: From an action's code, the key of its record and a field to the address that answers with what fits; the web sets it.
_address: list[Callable[[str, int | None, str], str]] = []


def answered_at(address: Callable[[str, int | None, str], str]) -> None:
    """Say where a page may ask what fits what was typed."""
    _address[:] = [address]


def label(row: Model) -> str:
    """How it is offered and typed: a person with the address that tells two of one name apart."""
    email = getattr(row, "email", "")
    return f"{row}{_BETWEEN}{email}" if email else str(row)


def fitting(rows: QuerySet[Model], text: str) -> QuerySet[Model]:
    """Those of ``rows`` in which every word of ``text`` stands in one of the fields that a search looks into."""
    return rows.filter(every_word(_searched(rows.model), text.replace(_BETWEEN, " ")))


def _searched(model: type[Model]) -> tuple[str, ...]:
    if issubclass(model, User):
        return ("full_name", "login", "email")
    return tuple(resource_of(model).search) if issubclass(model, Record) else ()


def chosen_by_typing(field: forms.Field, action: str, record: int | None, name: str) -> None:
    """Let this field be filled by typing where it has many choices. Others than a plain choice of one record are left."""
    if type(field) is not forms.ModelChoiceField or type(field.widget) is not forms.Select or field.queryset is None:
        return
    model = field.queryset.model
    try:
        searched = isinstance(model._meta.pk, IntegerField) and bool(_searched(model))
    except KeyError:
        return
    if not searched or field.queryset.query.is_sliced:
        return
    widget = Typed(action, record, name, attrs=field.widget.attrs)
    widget.is_required = field.required
    widget.choices = cast("Any", field.choices)
    field.widget = widget


class Unnamed(str):
    """What was typed and names nothing or several. It is no key, though it were a number."""

    def __int__(self) -> int:
        raise ValueError(self)


class Typed(forms.Select):
    """A select of few, or a line to type in with what fits under it."""

    def __init__(self, action: str, record: int | None, name: str, attrs: Mapping[str, object] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}))
        self.asks = (action, record, name)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The key; what was typed is looked up, and stays as it is where it names nothing or several."""
        given = super().value_from_datadict(data, files, name)
        choices: object = self.choices
        # A number is a key, but for one that somebody typed: that may be part of a name.
        known = isinstance(given, str) and given.isdecimal() and f"{name}{_TYPED}" not in data
        if not isinstance(given, str) or not given.strip() or known or not _is_asked(choices):
            return given
        found = _named(choices.queryset, given.strip())
        if found is not None:
            return str(found.pk)
        choices.field.error_messages["invalid_choice"] = _(
            "“%(value)s” names none of those who may be chosen, or several. Type more of it; of a person, the e-mail address."
        )
        return Unnamed(given)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choices: object = self.choices
        if not _is_asked(choices):
            return super().render(name, value, attrs, renderer)
        field = choices.field
        few = list(choices.queryset[: MANY + 1])
        if len(few) <= MANY:
            first = [] if field.empty_label is None else [("", str(field.empty_label))]
            # Read once, and only for this: what is typed is still looked up in the query set.
            self.choices = [*first, *((field.prepare_value(row), field.label_from_instance(row)) for row in few)]
            drawn = super().render(name, value, attrs, renderer)
            self.choices = choices
            return drawn
        typed, offered = self._typed(choices.queryset, value)
        made = self.build_attrs(self.attrs, attrs)
        listed = f"{made.get('id', f'id_{name}')}-offered"
        made |= {"name": name, "value": typed, "list": listed, "autocomplete": "off", "spellcheck": "false"}
        made.setdefault("placeholder", str(_("part of the name")))
        if _address:
            made |= {
                "hx-get": _address[0](*self.asks), "hx-trigger": "input changed delay:200ms", "hx-target": f"#{listed}",
                "hx-swap": "innerHTML", "hx-sync": "this:replace", "hx-select": "unset", "hx-push-url": "false",
            }  # fmt: skip
        return format_html(
            '<input type="text"{}><input type="hidden" name="{}" value="1"><datalist id="{}">{}</datalist>',
            flatatt(made), f"{name}{_TYPED}", listed, options(offered),
        )  # fmt: skip

    def _typed(self, rows: QuerySet[Model], value: Any) -> tuple[str, list[Model]]:
        """What stands in the line, and what is offered under it to begin with."""
        value = value[0] if isinstance(value, list | tuple) and value else value
        text = str(value or "").strip()
        if not text:
            return "", []
        if text.isdecimal() and not isinstance(value, Unnamed):
            row = rows.filter(pk=text).first()
            return ("", []) if row is None else (label(row), [])
        return text, list(fitting(rows, text)[:OFFERED])


def options(rows: list[Model]) -> SafeString:
    """What is offered under the line."""
    return format_html_join("", '<option value="{}"></option>', ((label(row),) for row in rows))


def _is_asked(choices: object) -> TypeGuard[ModelChoiceIterator[Any]]:
    """Whether the choices are read from the database; a page that knows them already has put its own list there."""
    return isinstance(choices, ModelChoiceIterator)


def _named(rows: QuerySet[Model], text: str) -> Model | None:
    """The only one that fits, or the only one of those that is called exactly so."""
    found = list(fitting(rows, text)[: MANY + 1])
    if len(found) == 1:
        return found[0]
    exact = [row for row in found if text.casefold() in {str(row).casefold(), label(row).casefold()}]
    return exact[0] if len(exact) == 1 and len(found) <= MANY else None
