"""The look is tested on a site of its own, so that no other screen is needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation

import quarterdeck.kernel.ui

UI = Path(quarterdeck.kernel.ui.__file__).parent
PRODUCT = UI.parents[1]
PROJECT = PRODUCT.parents[1]
PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "quarterdeck.kernel.ui.context.shell",
]


TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "quarterdeck.kernel.ui.jinja.environment",
            "context_processors": PROCESSORS,
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [UI / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": PROCESSORS},
    },
]


@pytest.fixture(autouse=True)
def look() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.kernel.ui.site", TIME_ZONE="Asia/Shanghai", TEMPLATES=TEMPLATES):
        yield


def draw(source: str, **context: object) -> str:
    """Render a snippet that may use every macro as ``ui``, for an English reader."""
    template = '{% import "ui/macros.html" as ui %}' + source
    with translation.override("en"):
        return str(engines["jinja2"].from_string(template).render(context))
