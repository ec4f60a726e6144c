"""Routes of the look: the gallery, the reader's preferences, the language. Mount at the root of the site."""

from django.urls import path
from django.views.i18n import set_language

from quarterdeck.kernel.ui import views

app_name = "ui"
urlpatterns = [
    path("design/", views.gallery, name="gallery"),
    path("preferences/", views.preferences, name="preferences"),
    path("language/", set_language, name="language"),
]
