"""Training as screens: everyone's own courses, the builder, and how far the company is."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from quarterdeck.web.shell import add_to_navigation
from quarterdeck.web.training import builder, completion, launching, mine

urlpatterns = [
    path("training/", mine.my_training, name="my_training"),
    path("training/certificates/", mine.look_up, name="training_look_up"),
    path("training/certificates/<int:pk>/", mine.certificate, name="training_certificate"),
    path("training/completion/", completion.completion, name="training_completion"),
    path("training/versions/<int:pk>/", builder.course_version, name="course_version"),
    path("training/content/<str:key>/<path:path>", launching.below, name="training_content"),
    path("training/<int:pk>/", mine.course, name="training_course"),
    path("training/<int:pk>/<int:lesson>/", mine.lesson, name="training_lesson"),
    path("training/<int:pk>/<int:lesson>/video", mine.media, name="training_media"),
    path("training/<int:pk>/<int:lesson>/report", launching.report, name="training_report"),
]


def navigation() -> None:
    """Everybody's own courses; completion for those who answer for others."""
    add_to_navigation(_("My training"), "my_training", group=_("Training"))
    add_to_navigation(
        _("Completion by unit"),
        "training_completion",
        permission="training.course.view",
        group=_("Training"),
        arrive=False,
    )
