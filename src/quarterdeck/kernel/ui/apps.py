"""Django application of the look: static files, templates, gallery."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Put before ``allauth`` in INSTALLED_APPS, so that our pages stand in for its plain ones."""

    name = "quarterdeck.kernel.ui"
    label = "ui"
