"""The disclosure workbench as a screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quarterdeck.web.shell import add_to_navigation, name_list
from quarterdeck.web.workbench.urls import urlpatterns as urlpatterns


def navigation() -> None:
    """Under the lists' own heading, for those who may read disclosures."""
    add_to_navigation(
        _("Annual disclosure"), "workbench-current", permission="disclosures.disclosure.view", group=_("Disclosure")
    )
    name_list("disclosures.disclosure", _("All disclosures"))
