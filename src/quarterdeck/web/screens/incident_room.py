"""The Incident room's addresses."""

from django.urls import path

from quarterdeck.web.incident_room.view import room, wall

urlpatterns = [
    path("incidents/<int:pk>/", room, name="incident_room"),
    path("incidents/<int:pk>/inside.csv", wall, name="incident_wall"),
]
