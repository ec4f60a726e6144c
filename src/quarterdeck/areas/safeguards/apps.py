from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SafeguardsConfig(AppConfig):
    name = "quarterdeck.areas.safeguards"
    label = "safeguards"
    verbose_name = _("Safeguards")
