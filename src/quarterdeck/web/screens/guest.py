"""The guests' door: no place in the navigation, since nobody who is signed in comes in by it."""

from django.urls import path

from quarterdeck.web.guest.views import guest, remove, section, submit

urlpatterns = [
    path("guest/<str:token>/", guest, name="guest"),
    path("guest/<str:token>/section/<int:number>/", section, name="guest_section"),
    path("guest/<str:token>/submit/", submit, name="guest_submit"),
    path("guest/<str:token>/files/<int:key>/remove/", remove, name="guest_remove"),
]
