"""The rows of one model that a person may see, typed by their model."""

from __future__ import annotations

from typing import TypeVar, cast

from django.db.models import QuerySet

from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight

R = TypeVar("R", bound=Record)


def visible(sight: Sight, model: type[R]) -> QuerySet[R]:
    """As ``sight.rows`` answers, in SQL."""
    return cast("QuerySet[R]", sight.rows(resource_of(model)))
