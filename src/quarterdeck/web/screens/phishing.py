"""The addresses of exercises."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from quarterdeck.web.phishing.landing import landing, trap
from quarterdeck.web.phishing.report import report
from quarterdeck.web.phishing.view import campaign
from quarterdeck.web.shell import add_to_navigation

urlpatterns = [
    path("m/<str:token>/", landing, name="phishing-landing"),
    path("m/<str:token>/more/", trap, name="phishing-trap"),
    path("report-mail/", report, name="report-mail"),
    path("exercises/<int:pk>/", campaign, name="phishing"),
]


def navigation() -> None:
    add_to_navigation(
        _("Report a suspicious mail"), "report-mail", permission="phishing.suspiciousmail.report", arrive=False
    )
