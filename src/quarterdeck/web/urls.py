"""Every address of one home."""

from django.urls import include, path

from quarterdeck.web import account, errors, first, health, home, screens, search

urlpatterns = [
    path("", home.home, name="home"),
    path("records/", include("quarterdeck.web.records.urls")),
    path("search/", search.search, name="search"),
    path("you/", account.you, name="you"),
    path("first/<str:token>/", first.first, name="first"),
    path("account/", include("allauth.urls")),
    path("", include("quarterdeck.kernel.ui.urls")),
    path("", include("quarterdeck.kernel.files.urls")),
    path("api/", include("quarterdeck.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", health.robots),
    *screens.patterns(),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
