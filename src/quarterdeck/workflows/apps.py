from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "quarterdeck.workflows"
    label = "workflows"
    verbose_name = _("Workflows")

    def ready(self) -> None:
        from quarterdeck.workflows import (
            notices,
            recheck,  # noqa: F401 - registers its job and observer
            reminding,  # noqa: F401 - registers its jobs and schedule
        )

        notices.join()
