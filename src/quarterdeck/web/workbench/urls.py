"""Addresses of the workbench."""

from django.urls import path

from quarterdeck.web.workbench import attach, views

urlpatterns = [
    path("disclosures/", views.current, name="workbench-current"),
    path("disclosures/<int:pk>/", views.page, name="workbench"),
    path("disclosures/<int:pk>/page/", views.tagged, name="workbench-tagged"),
    path("disclosures/<int:pk>/compare/", views.compare, name="workbench-compare"),
    path("disclosures/<int:pk>/write/", views.write, name="workbench-write"),
    path("disclosures/<int:pk>/seal/", views.seal, name="workbench-seal"),
    path("disclosures/<int:pk>/draft.zip", views.draft_package, name="workbench-draft"),
    path("disclosures/<int:pk>/packages/<int:package>.zip", views.sealed_package, name="workbench-package"),
    path("disclosures/<int:pk>/sentences/<int:statement>/claims/", attach.attach, name="workbench-attach"),
]
