"""The address of a process."""

from django.urls import path

from quarterdeck.web.responsibilities.view import process

urlpatterns = [path("processes/<int:pk>/", process, name="process")]
