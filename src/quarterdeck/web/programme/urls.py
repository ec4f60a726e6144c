"""Addresses of the programme page."""

from django.urls import path

from quarterdeck.web.programme import views

urlpatterns = [
    path("programme/", views.programme, name="programme"),
    path("programme/measures/<slug:key>/", views.measure, name="programme-measure"),
]
