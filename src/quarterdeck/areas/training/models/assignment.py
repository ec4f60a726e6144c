"""Who has to take which course until when, how far they came, and the certificate at the end."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.training.models.course import Course, CourseVersion, Lesson
from quarterdeck.kernel.permissions.models import Role, Unit
from quarterdeck.kernel.records import Dated, Record


class AssignmentRule(Dated):
    """An audience and the rhythm in which it takes a course: a unit and all below it, or those there who hold a role.

    It falls due on its first day and, where it recurs, every ``recurrence_months`` from then; whoever joins in between is
    assigned within a day.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="rules", verbose_name=_("course"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="training_rules", verbose_name=_("unit and below"))
    role = models.ForeignKey(
        Role, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only those who hold the role")
    )
    recurrence_months = models.PositiveSmallIntegerField(
        _("again after months"), default=12, validators=[MaxValueValidator(120)], help_text=_("0: only once.")
    )
    days_allowed = models.PositiveSmallIntegerField(
        _("days allowed"), default=30, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )

    class Meta:
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        indexes = [models.Index(fields=["course", "effective_from"], name="training_rule_by_course")]

    def __str__(self) -> str:
        who = f"{self.unit}" if self.role is None else f"{self.unit}, {self.role}"
        return f"{self.course} · {who}"


class Assignment(Record):
    """One person has to take one course until a day. ``unit``: where the person worked when it was assigned; what is
    counted by unit is counted there."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("Assigned")
        STARTED = "started", _("Started")
        COMPLETED = "completed", _("Completed")
        EXCUSED = "excused", _("Excused")
        EXPIRED = "expired", _("Expired")

    # Four of the indexes below begin with these four.
    person = models.ForeignKey(
        Person, models.PROTECT, db_index=False, related_name="training", verbose_name=_("person")
    )
    course = models.ForeignKey(
        Course, models.PROTECT, db_index=False, related_name="assignments", verbose_name=_("course")
    )
    version = models.ForeignKey(
        CourseVersion, models.PROTECT, db_index=False, related_name="assignments", verbose_name=_("course version")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, db_index=False, related_name="+", verbose_name=_("unit when assigned")
    )
    rule = models.ForeignKey(
        AssignmentRule, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("rule")
    )
    occasion_on = models.DateField(
        _("occasion"), help_text=_("The day on which the rule fell due, or the course was assigned by hand.")
    )
    assigned_on = models.DateField(_("assigned"))
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ASSIGNED)
    because = models.CharField(_("why"), max_length=200, blank=True)
    started_on = models.DateField(_("started"), null=True, blank=True)
    completed_on = models.DateField(_("completed"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score, per cent"), null=True, blank=True)
    completed_how = models.CharField(_("how it was completed"), max_length=300, blank=True)
    closed_on = models.DateField(_("closed without completion"), null=True, blank=True)
    closed_because = models.CharField(_("why it was closed"), max_length=500, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )

    #: A reason to excuse somebody is often about their health or family.
    personal_fields: ClassVar[tuple[str, ...]] = ("closed_because",)
    OPEN: ClassVar[tuple[str, ...]] = (State.ASSIGNED.value, State.STARTED.value)

    class Meta:
        verbose_name = _("training assignment")
        verbose_name_plural = _("training assignments")
        constraints = [
            models.UniqueConstraint(fields=["rule", "occasion_on", "person"], name="training_once_an_occasion"),
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(state__in=["assigned", "started"]),
                name="training_one_open",
                violation_error_message=_("This person has this course open already."),
            ),
        ]
        indexes = [
            # Who may see an assignment hangs on its person: with the person in it, an order is walked in the index alone,
            # and so are one person's assignments in a state.
            models.Index(fields=["-assigned_on", "-id", "person"], name="training_newest"),
            models.Index(fields=["person", "state", "-assigned_on", "-id"], name="training_by_person"),
            models.Index(fields=["state", "-assigned_on", "-id", "person"], name="training_by_state"),
            models.Index(fields=["course", "-assigned_on", "-id", "person"], name="training_by_course"),
            models.Index(fields=["unit", "-assigned_on", "-id", "person"], name="training_by_unit"),
            models.Index(fields=["unit", "state", "due_on", "version"], name="training_late_by_unit"),
            models.Index(fields=["state", "due_on", "unit", "version"], name="training_late"),
            models.Index(fields=["version", "state", "due_on", "unit"], name="training_version_late"),
            models.Index(fields=["due_on", "course", "state", "completed_on", "closed_on"], name="training_due"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.course}"

    @property
    def open(self) -> bool:
        return self.state in self.OPEN


class LessonProgress(Record):
    """How far one person is in one lesson of an assignment. ``runtime``: what a package reported, as it was kept."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="progress", verbose_name=_("training assignment")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="lesson_progress", verbose_name=_("person"))
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+", verbose_name=_("lesson"))
    opened_at = models.DateTimeField(_("opened"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score, per cent"), null=True, blank=True)
    runtime = models.JSONField(_("reported"), default=dict, blank=True, null=True)

    personal_fields: ClassVar[tuple[str, ...]] = ("runtime",)

    class Meta:
        verbose_name = _("progress in a lesson")
        verbose_name_plural = _("progress in lessons")
        constraints = [models.UniqueConstraint(fields=["assignment", "lesson"], name="lesson_progress_once")]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.lesson}"


class Attempt(Record):
    """One try at a quiz: what was answered, and what it was worth."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="tries", verbose_name=_("training assignment")
    )
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+", verbose_name=_("quiz"))
    number = models.PositiveSmallIntegerField(_("number"))
    #: Question → the answers chosen.
    answers = models.JSONField(_("answers"), default=dict)
    score = models.PositiveSmallIntegerField(_("score, per cent"))
    passed = models.BooleanField(_("passed"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("try at a quiz")
        verbose_name_plural = _("tries at quizzes")
        constraints = [models.UniqueConstraint(fields=["assignment", "lesson", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.lesson} · {self.number}"


class Certificate(Record):
    """That a person completed a course, by a number that can be looked up here."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    assignment = models.OneToOneField(
        Assignment, models.PROTECT, related_name="certificate", verbose_name=_("training assignment")
    )
    issued_on = models.DateField(_("issued"))
    content_sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [models.Index(fields=["-issued_on", "-id"], name="certificate_newest")]

    def __str__(self) -> str:
        return self.number


class Tally(models.Model):
    """How many assignments of a version stand how, by the unit they were made in.

    Kept by the actions, in their transaction, so that completion by unit is read from a few hundred rows and not counted
    over hundreds of thousands. It is no record of its own: :func:`quarterdeck.areas.training.counting.recount` writes
    it anew from the assignments at any time.
    """

    version = models.ForeignKey(CourseVersion, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    assigned = models.IntegerField(default=0)
    started = models.IntegerField(default=0)
    completed = models.IntegerField(default=0)
    excused = models.IntegerField(default=0)
    expired = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "unit"], name="training_tally_once")]
        indexes = [models.Index(fields=["unit"], name="training_tally_unit")]


class Launch(models.Model):
    """A package that one person has open: the random key in the address of its files, kept as a hash, and until when it
    opens them. Like a signed-in session it is no record; what a package reports is."""

    key_sha256 = models.CharField(max_length=64, unique=True)
    progress = models.ForeignKey(LessonProgress, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="launch_by_end")]
