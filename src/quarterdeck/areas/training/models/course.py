"""A course, its versions, and the lessons of each: pages, videos, packages, quizzes. What was published stays as it was."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record


class Course(Record):
    """What people are taught. The words of it are in its versions."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=2000)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="courses", verbose_name=_("unit"))
    awareness = models.BooleanField(
        _("part of the awareness programme"),
        default=True,
        help_text=_("Counts for the sentence that employees are trained regularly."),
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.ACTIVE)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        indexes = [models.Index(fields=["title", "id"], name="course_by_title")]

    def __str__(self) -> str:
        return self.title


class CourseVersion(Record):
    """One edition of a course. Once published, its content is what its hash says, for whoever took it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")

    course = models.ForeignKey(Course, models.PROTECT, related_name="versions", verbose_name=_("course"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    content_sha256 = models.CharField(_("SHA-256 of the content"), max_length=64, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_on = models.DateField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("course version")
        verbose_name_plural = _("course versions")
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_once"),
            models.UniqueConstraint(fields=["course"], condition=Q(state="draft"), name="course_one_draft"),
            models.UniqueConstraint(fields=["course"], condition=Q(state="published"), name="course_one_published"),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.number}"


class Lesson(Record):
    """One step of a course."""

    class Kind(models.TextChoices):
        PAGE = "page", _("Page")
        VIDEO = "video", _("Video")
        PACKAGE = "package", _("Course package")
        QUIZ = "quiz", _("Quiz")

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="lessons", verbose_name=_("course version"))
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(
        _("text"),
        blank=True,
        max_length=100_000,
        help_text=_("Markdown: # heading, - list, **strong**, [words](https://address)."),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5, validators=[MinValueValidator(1)])
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    #: What was read from a package when it was taken in: standard, path, query, mastery, identifier, data, move_on.
    package = models.JSONField(_("package"), default=dict, blank=True, editable=False)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, per cent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("How often it may be tried; 0 for as often as it takes.")
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        indexes = [models.Index(fields=["version", "number", "id"], name="lesson_in_order")]

    def __str__(self) -> str:
        return self.title


class Question(Record):
    """One question of a quiz. Which answers are right is known to whoever keeps the course, and to nobody who takes it
    before they answered."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("One answer is right")
        MULTIPLE = "multiple", _("Several answers are right")

    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="questions", verbose_name=_("quiz"), limit_choices_to={"kind": "quiz"}
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    text = models.TextField(_("question"), max_length=2000)
    explanation = models.TextField(
        _("explanation"), blank=True, max_length=2000, help_text=_("Shown once it was answered.")
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        indexes = [models.Index(fields=["lesson", "number", "id"], name="question_in_order")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


class Choice(Record):
    """One possible answer to a question."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="choices", verbose_name=_("question"))
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("answer"), max_length=500)
    right = models.BooleanField(_("right"), default=False)
    withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)

    class Meta:
        verbose_name = _("possible answer")
        verbose_name_plural = _("possible answers")
        indexes = [models.Index(fields=["question", "number", "id"], name="choice_in_order")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"
