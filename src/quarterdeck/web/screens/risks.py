"""The pages of risk in money: addresses, and their place in the navigation."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from quarterdeck.web.risks import analysis, board, calibration, editor, learn, materiality, profile, register, risk
from quarterdeck.web.shell import add_to_navigation, name_list

urlpatterns = [
    path("risks/", register.register, name="risks"),
    path("risks/new/", editor.new, name="risk_new"),
    path("risks/draw/", editor.draw, name="risk_draw"),
    path("risks/profile/", profile.profile, name="risk_profile"),
    path("risks/board/", board.board, name="risk_board"),
    path("risks/materiality/", materiality.materiality, name="risk_materiality"),
    path("risks/calibration/", calibration.calibration, name="risk_calibration"),
    path("risks/analyses/<int:pk>/", analysis.analysis, name="risk_analysis"),
    path("risks/<int:pk>/", risk.risk, name="risk"),
    path("risks/<int:pk>/panel/", risk.panel, name="risk_panel"),
    path("risks/<int:pk>/estimate/", editor.estimate, name="risk_estimate"),
    path("risks/<int:pk>/learn/", learn.learn, name="risk_learn"),
]


def navigation() -> None:
    """Before the lists of their group."""
    group = _("Risk")
    add_to_navigation(_("Risk register"), "risks", permission="risks.risk.view", group=group, arrive=False)
    add_to_navigation(_("Risk profile"), "risk_profile", permission="risks.risk.view", group=group, arrive=False)
    add_to_navigation(_("Board page"), "risk_board", permission="risks.analysis.view", group=group, arrive=False)
    add_to_navigation(
        _("Materiality in figures"),
        "risk_materiality",
        permission="risks.materialitythreshold.view",
        group=group,
        arrive=False,
    )
    add_to_navigation(
        _("Calibration of estimators"),
        "risk_calibration",
        permission="risks.calibration.view",
        group=group,
        arrive=False,
    )
    name_list("risks.risk", _("All risks"))
