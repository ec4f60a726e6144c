"""How files show in pages, API and command line."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.files.actions import UPLOADERS, UploadFile
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.files.visibility import cited_where_visible
from quarterdeck.kernel.permissions.scope import Scope
from quarterdeck.kernel.resource import Column, Resource, register

register(
    Resource(
        model=StoredFile,
        scope=Scope(own=("uploaded_by",), also=cited_where_visible),
        columns=(
            Column("name", label=_("Name")),
            Column("media_type"),
            Column("size", numeric=True),
            Column("uploaded_by"),
            Column("recorded_at"),
        ),
        search=("name", "sha256"),
        details=("name", "media_type", "size", "sha256", "uploaded_by", "recorded_at"),
        select=("uploaded_by",),
        actions=(UploadFile,),
        view_roles=tuple(f"own:{role}" for role in UPLOADERS),
    )
)
