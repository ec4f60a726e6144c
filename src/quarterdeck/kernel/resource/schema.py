"""The data of an action as a schema: made from the action's form, so that every door names the same fields.

The schema catches what a form would quietly bend (a list where a text belongs, a field that does not exist); what a
value means is judged by the form alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema, create_model

from quarterdeck.kernel.actions.base import Action, Create, Invalid
from quarterdeck.kernel.files.fields import UploadField
from quarterdeck.kernel.resource.present import Attribute, declared
from quarterdeck.kernel.resource.registry import Resource


class Closed(BaseModel):
    """No other fields than those named."""

    model_config = ConfigDict(extra="forbid")


_Json = dict[str, Any]


def _described(kind: object, schema: _Json) -> object:
    return Annotated[kind, WithJsonSchema(schema)]


def _key_schema(model: type[models.Model]) -> tuple[object, _Json]:
    if isinstance(model._meta.pk, models.IntegerField):
        return int, {"type": "integer"}
    return str, {"type": "string"}


def _options(field: forms.ChoiceField) -> list[str]:
    found: list[str] = []
    for value, label in list(field.choices):  # type: ignore[arg-type]
        nested = label if isinstance(label, list | tuple) else [(value, label)]
        found.extend(str(key) for key, _word in nested if key not in ("", None))
    return found


def field_type(field: forms.Field) -> object:
    """The JSON type of one form field, as an annotation that also carries its JSON schema."""
    return _described(*_typed(field))


def _typed(field: forms.Field) -> tuple[object, _Json]:
    if isinstance(field, forms.ModelMultipleChoiceField):
        kind, schema = _key_schema(field.queryset.model)  # type: ignore[union-attr]
        return list[kind], {"type": "array", "items": schema}  # type: ignore[valid-type]
    if isinstance(field, UploadField):
        return int, {"type": "integer", "description": "Key of a file uploaded before (files.storedfile.upload)."}
    if isinstance(field, forms.ModelChoiceField):
        model = field.queryset.model  # type: ignore[union-attr]
        kind, schema = _key_schema(model)
        return kind, schema | {"description": f"Key of {model._meta.label_lower}."}
    if isinstance(field, forms.MultipleChoiceField):
        return list[str | int], {"type": "array", "items": {"type": "string", "enum": _options(field)}}
    if isinstance(field, forms.ChoiceField):
        return str | int | bool, {"type": "string", "enum": _options(field)}
    if isinstance(field, forms.BooleanField):
        return bool, {"type": "boolean"}
    if isinstance(field, forms.FloatField | forms.DecimalField):
        return int | float | str, {"type": ["number", "string"]}
    if isinstance(field, forms.IntegerField):
        return int, {"type": "integer"}
    if isinstance(field, forms.DateTimeField):
        return str, {"type": "string", "format": "date-time"}
    if isinstance(field, forms.DateField):
        return str, {"type": "string", "format": "date"}
    if isinstance(field, forms.TimeField):
        return str, {"type": "string", "format": "time"}
    if isinstance(field, forms.JSONField):
        return Any, {}
    if isinstance(field, forms.FileField):
        return str, {"type": "string", "format": "binary"}
    if isinstance(field, forms.EmailField):
        return str, {"type": "string", "format": "email"}
    schema = {"type": "string"}
    if isinstance(field, forms.CharField) and field.max_length:
        return str, schema | {"maxLength": field.max_length}
    return str, schema


def form_fields(action: type[Action[Any]]) -> Mapping[str, forms.Field]:
    """The fields of the action's form; empty where it takes no data."""
    form = action().form_class()
    return {} if form is None else getattr(form, "base_fields", {})


_data_models: dict[str, type[BaseModel]] = {}


def data_model(action: type[Action[Any]]) -> type[BaseModel]:
    """The action's data. What an action on a record is not told stays as it is, where the action knows its present value."""
    kept = _data_models.get(action.code())
    if kept is not None:
        return kept
    known = action.initial is not Action.initial and not issubclass(action, Create)
    fields: dict[str, Any] = {}
    for place, (name, field) in enumerate(form_fields(action).items()):
        annotation = field_type(field)
        optional = known or not field.required
        description = str(field.label or name) + (f". {field.help_text}" if field.help_text else "")
        # By alias, so that a field may be called what pydantic calls something of its own.
        if optional:
            fields[f"x{place}"] = (annotation | None, Field(default=None, alias=name, description=description))  # type: ignore[operator]
        else:
            fields[f"x{place}"] = (annotation, Field(alias=name, description=description))
    made: type[BaseModel] = create_model(f"{_title(action.code())}Data", __base__=Closed, **fields)
    _data_models[action.code()] = made
    return made


def check(action: type[Action[Any]], data: object) -> dict[str, object]:
    """``data`` as JSON gave it, if its fields exist and have the right types; Invalid names each that does not."""
    if not isinstance(data, dict):
        raise Invalid({"__all__": [_("The data of an action is a JSON object.")]})
    try:
        data_model(action).model_validate(data)
    except ValidationError as error:
        wrong: dict[str, list[str]] = {}
        for item in error.errors(include_url=False, include_input=False):
            name = str(item["loc"][0]) if item["loc"] else "__all__"
            message = _told(item["type"], str(item["msg"]))
            if message not in wrong.setdefault(name, []):
                wrong[name].append(message)
        raise Invalid(wrong) from None
    return {str(key): value for key, value in data.items()}


def _told(kind: str, message: str) -> str:
    if kind == "missing":
        return _("This field is required.")
    if kind == "extra_forbidden":
        return _("This action takes no such field.")
    return _("This is of the wrong type.") + f" ({message})"


def _value_schema(attribute: Attribute) -> _Json:
    """What an attribute of a record looks like in an answer. Anything may be unknown."""
    field = attribute.field
    named: _Json = {
        "type": ["object", "null"],
        "properties": {"type": {"type": "string"}, "id": {"type": ["integer", "string"]}, "title": {"type": "string"}},
    }
    if field is None:
        return {}
    if field.remote_field is not None:
        return {"type": "array", "items": named} if field.many_to_many else named
    if attribute.choices is not None:
        return {"enum": [*attribute.choices, None]}
    if isinstance(field, models.BooleanField):
        return {"type": ["boolean", "null"]}
    if isinstance(field, models.IntegerField):
        return {"type": ["integer", "null"]}
    if isinstance(field, models.DateTimeField):
        return {"type": ["string", "null"], "format": "date-time"}
    if isinstance(field, models.DateField):
        return {"type": ["string", "null"], "format": "date"}
    if isinstance(field, models.JSONField):
        return {}
    return {"type": ["string", "null"]}


_record_models: dict[str, type[BaseModel]] = {}


def record_model(resource: Resource) -> type[BaseModel]:
    """The record as the API answers it."""
    known = _record_models.get(resource.code)
    if known is not None:
        return known
    title = _title(resource.code)
    fields: dict[str, Any] = {
        f"x{place}": (
            _described(Any, _value_schema(attribute)),
            Field(alias=attribute.name, description=attribute.label),
        )
        for place, attribute in enumerate(declared(resource))
    }
    inner = create_model(f"{title}Fields", **fields)
    made: type[BaseModel] = create_model(
        title,
        type=(str, ...),
        id=(int, ...),
        title=(str, ...),
        revision=(int, ...),
        recorded_at=(str | None, ...),
        effective_from=(str | None, None),
        effective_until=(str | None, None),
        fields=(inner, ...),
    )
    _record_models[resource.code] = made
    return made


def _title(code: str) -> str:
    return "".join(part.capitalize() for part in code.replace(".", "_").split("_"))
