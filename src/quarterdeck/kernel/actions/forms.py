"""Forms that read an action's data, whether it comes from a page, the API or the command line."""

from __future__ import annotations

from functools import lru_cache

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.records import Record


class DateInput(forms.DateInput):
    """The browser's own date field; ISO in and out."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class IsoDateTimeField(forms.DateTimeField):
    """Takes RFC 3339 as well as the browser's local form."""

    widget = DateTimeInput


class EndForm(forms.Form):
    """The last day on which a dated record holds."""

    effective_until = forms.DateField(label=_("Last day"), widget=DateInput)


def holds_file(model: type[models.Model], name: str) -> bool:
    """Whether the field points to a stored file, so that it is uploaded rather than chosen."""
    from quarterdeck.kernel.files.models import StoredFile

    return model._meta.get_field(name).related_model is StoredFile


def _form_field(field: models.Field[object, object], **kwargs: object) -> forms.Field | None:
    if holds_file(field.model, field.name):
        from quarterdeck.kernel.files.fields import UploadField

        return UploadField(label=field.verbose_name, required=not field.blank, help_text=field.help_text)
    if isinstance(field, models.DateTimeField):
        kwargs["form_class"] = IsoDateTimeField
        kwargs["widget"] = DateTimeInput
    elif isinstance(field, models.DateField):
        kwargs["widget"] = DateInput
    elif isinstance(field, models.TextField):
        kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
    return field.formfield(**kwargs)  # type: ignore[arg-type]


@lru_cache(maxsize=512)
def record_form(model: type[Record], fields: tuple[str, ...]) -> type[forms.BaseForm]:
    """A form with the model's own fields, in the order given. Choices are cut to the person's scope by the runner."""
    made: dict[str, object] = {}
    for name in fields:
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)
        form_field = _form_field(field)
        if form_field is None:
            raise TypeError(f"{model.type_code()}.{name} has no form field")
        made[name] = form_field
    return type(f"{model.__name__}Form", (forms.Form,), made)
