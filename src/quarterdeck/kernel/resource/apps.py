from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ResourceConfig(AppConfig):
    """Last of the installed apps: when it is ready, every area's declarations are read."""

    name = "quarterdeck.kernel.resource"
    label = "resource"
    verbose_name = _("Resources")

    def ready(self) -> None:
        autodiscover_modules("resources", "claims", "jobs", "todo")
