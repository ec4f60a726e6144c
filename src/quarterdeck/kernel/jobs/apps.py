from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "quarterdeck.kernel.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        # An app declares its jobs and schedules in its module "jobs".
        autodiscover_modules("jobs")
