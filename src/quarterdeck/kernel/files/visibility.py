"""Who may see a file: its uploader, and whoever may see a record that cites it. One SQL condition."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import all_resources


def cited_where_visible(user: User, permission: str) -> Q:
    """Files that a record cites which ``user`` may see, by that record's own scope, walls included."""
    seen = Q(pk__in=[])
    if permission != f"{StoredFile.type_code()}.view":
        return seen
    for resource in all_resources():
        for field in resource.model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is StoredFile:
                citing = resource.model._base_manager.filter(**{field.attname: OuterRef("pk")})
                seen |= Q(Exists(permitted(citing, resource.scope, user, resource.view_permission)))
    return seen
