"""The address of everybody's own tasks, and of their calendar."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from quarterdeck.web.mine.calendar import calendar
from quarterdeck.web.mine.view import mine
from quarterdeck.web.shell import add_to_navigation

urlpatterns = [
    path("tasks/", mine, name="my-tasks"),
    path("calendar/<str:secret>.ics", calendar, name="calendar"),
]


def navigation() -> None:
    add_to_navigation(_("My tasks"), "my-tasks")
