"""Where the API stands."""

from django.urls import path

from quarterdeck.api.build import api

urlpatterns = [path("v1/", api.urls)]
