from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Quarterdeck")


urlpatterns = [
    path("", home, name="home"),
    path("account/", include("allauth.urls")),
]
