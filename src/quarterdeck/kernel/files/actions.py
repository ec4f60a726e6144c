"""Uploading a file by itself: for the API and the command line, which then name it by its id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions import Action, Context
from quarterdeck.kernel.files.fields import UploadField, keep
from quarterdeck.kernel.files.models import StoredFile

UPLOADERS = (
    "administrator", "analyst", "group_lead", "ciso", "panel_member", "unit_owner", "counsel", "external_assessor", "vendor_guest",
    "committee_member", "secretary", "board_member", "disclosure_officer", "people_officer",
)  # fmt: skip


class UploadForm(forms.Form):
    file = UploadField(stored=False)


class UploadFile(Action[StoredFile]):
    """Keep a file. Until a record cites it, only its uploader sees it."""

    name = "upload"
    label = _("Upload a file")
    model = StoredFile
    creates = True
    roles = UPLOADERS

    def form_class(self) -> type[forms.BaseForm] | None:
        return UploadForm

    def mutate(self, ctx: Context, record: StoredFile | None, data: Mapping[str, Any]) -> StoredFile:
        kept = keep(ctx, data["file"])
        assert kept is not None
        return kept
