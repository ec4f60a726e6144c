"""The form field for a file: a new upload from a page, or the id of a file that is already kept, from API or command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions.base import Context, Text
from quarterdeck.kernel.files.inspection import Hostile, Inspected, inspect
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.files.store import keep_blob


@dataclass(frozen=True)
class Upload:
    """A new upload that was looked into and may be kept."""

    source: BinaryIO
    found: Inspected


class FileInput(forms.ClearableFileInput):
    """``<input type="file">`` that also takes an id from data that came as JSON or arguments."""

    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any] | None, name: str) -> object:
        sent = (files or {}).get(name)
        return sent if sent is not None else data.get(name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any] | None, name: str) -> bool:
        return name not in data and name not in (files or {})

    def format_value(self, value: object) -> None:
        """A browser is never told what to upload."""


class UploadField(forms.ModelChoiceField[StoredFile]):
    """Cleans to an :class:`Upload` (give it to :func:`keep`) or to a :class:`StoredFile` that the person may see.

    It is a choice of records, so the action runner cuts the ids it accepts to the person's scope.
    """

    widget = FileInput

    def __init__(self, *, label: Text = "", required: bool = True, help_text: Text = "", stored: bool = True) -> None:
        rows = StoredFile._base_manager.all()
        super().__init__(
            rows if stored else rows.none(),
            label=label or _("File"),  # type: ignore[arg-type]
            required=required,
            help_text=help_text,  # type: ignore[arg-type]
            error_messages={"invalid_choice": _("There is no such file, or you may not see it.")},
        )

    def to_python(self, value: object) -> Any:
        if not isinstance(value, UploadedFile):
            return super().to_python(value)
        refused = getattr(value, "refused", None)
        if refused is not None:
            raise ValidationError(str(refused), code="refused")
        source = cast("BinaryIO", value.file)
        try:
            return Upload(source, inspect(source, value.name or ""))
        except Hostile as hostile:
            raise ValidationError(str(hostile), code="refused") from hostile

    def validate(self, value: object) -> None:
        forms.Field.validate(self, value)

    def has_changed(self, initial: object, data: object) -> bool:
        return isinstance(data, UploadedFile) or super().has_changed(initial, data)  # type: ignore[arg-type]


def keep(ctx: Context, given: Upload | StoredFile | None) -> StoredFile | None:
    """The stored file of what an :class:`UploadField` cleaned; a new upload is written to the store first.

    StorageFull when the disk is full. A blob whose action fails afterwards stays without a row and is seen by nobody.
    """
    if not isinstance(given, Upload):
        return given
    keep_blob(given.source, given.found.sha256, given.found.size)
    return ctx.save(
        StoredFile(
            sha256=given.found.sha256,
            size=given.found.size,
            name=given.found.name,
            media_type=given.found.media_type,
            uploaded_by=ctx.user,
        )
    )
