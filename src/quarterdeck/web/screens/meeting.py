"""The committee meeting's address."""

from django.urls import path

from quarterdeck.web.meeting.view import meeting

urlpatterns = [path("meetings/<int:pk>/", meeting, name="meeting")]
