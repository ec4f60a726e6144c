"""The addresses of playbooks and their runs."""

from django.urls import path

from quarterdeck.web.playbooks.view import export, playbook, run

urlpatterns = [
    path("playbooks/<int:pk>/", playbook, name="playbook"),
    path("playbooks/<int:pk>.json", export, name="playbook_export"),
    path("playbooks/runs/<int:pk>/", run, name="playbook_run"),
]
