"""The pages of vendors: addresses, and the view of concentration in the navigation."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from quarterdeck.web.shell import add_to_navigation
from quarterdeck.web.vendors.answering import answering
from quarterdeck.web.vendors.evaluation import evaluation
from quarterdeck.web.vendors.vendor import concentration, questionnaire, vendor

urlpatterns = [
    path("vendors/<int:pk>/", vendor, name="vendor"),
    path("vendors/evaluations/<int:pk>/", evaluation, name="vendor_evaluation"),
    path("vendors/evaluations/<int:pk>/answers/<int:number>/", answering, name="vendor_answering"),
    path("vendors/concentration/", concentration, name="vendor_concentration"),
    path("vendors/questionnaires/<int:pk>/", questionnaire, name="questionnaire"),
]


def navigation() -> None:
    """Beside the lists of vendors."""
    add_to_navigation(
        _("Concentration"),
        "vendor_concentration",
        permission="vendors.vendor.view",
        group=_("Third parties"),
        arrive=False,
    )
