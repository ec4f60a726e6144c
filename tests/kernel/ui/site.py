"""A site of nothing but the look: gallery, preferences, account pages, error pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from quarterdeck.kernel.ui import views


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("opened")


urlpatterns = [
    path("", include("quarterdeck.kernel.ui.urls")),
    path("", nothing, name="home"),
    path("account/", include("allauth.urls")),
    path("error/400/", lambda request: views.bad_request(request, ValueError("secret"))),
    path("error/403/", lambda request: views.forbidden(request, PermissionError("secret"))),
    path("error/404/", lambda request: views.not_found(request, LookupError("secret"))),
    path("error/413/", views.too_large),
    path("error/429/", views.too_many),
    path("error/500/", views.server_error),
]
