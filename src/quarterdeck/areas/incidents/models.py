"""An incident or threat and all that hangs on it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Body, Decision
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit, Wall
from quarterdeck.kernel.records import Record


class Incident(Record):
    """Something that happened (incident) or may happen (threat), with its state and what a body determined about it."""

    class Nature(models.TextChoices):
        INCIDENT = "incident", _("Incident")
        THREAT = "threat", _("Threat")

    class Severity(models.TextChoices):
        LOW = "low", _("Low")
        MODERATE = "moderate", _("Moderate")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    class Source(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        EXTERNAL = "external", _("External")
        THIRD_PARTY = "third_party", _("Third party")
        UNKNOWN = "unknown", _("Not traceable")

    class State(models.TextChoices):
        DECLARED = "declared", _("Declared")
        CONTAINED = "contained", _("Contained")
        ASSESSING = "assessing", _("Being assessed")
        ASSESSED = "assessed", _("Assessed")
        CLOSED = "closed", _("Closed")

    class Materiality(models.TextChoices):
        UNASSESSED = "unassessed", _("Not yet determined")
        NOT_MATERIAL = "not_material", _("Not material")
        MATERIAL = "material", _("Material")
        UNDETERMINED = "undetermined", _("Left open by the body")

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    nature = models.CharField(_("nature"), max_length=8, choices=Nature.choices, default=Nature.INCIDENT)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="incidents", verbose_name=_("unit"))
    occurred_at = models.DateTimeField(_("occurred"), null=True, blank=True)
    discovered_at = models.DateTimeField(_("discovered"))
    declared_at = models.DateTimeField(_("declared"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("declared by")
    )
    facts = models.TextField(_("what is known"), blank=True)

    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, null=True, blank=True)
    severity_why = models.CharField(_("why this severity"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices, null=True, blank=True)
    source_why = models.CharField(_("how the source was traced"), max_length=500, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DECLARED)
    contained_at = models.DateTimeField(_("contained"), null=True, blank=True)
    contained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contained by"),
    )
    containment_ratified_at = models.DateTimeField(_("containment ratified"), null=True, blank=True)
    containment_ratified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("containment ratified by"),
    )
    ratified_late_because = models.CharField(_("ratified late because"), max_length=300, blank=True)
    assessing_at = models.DateTimeField(_("assessment organised"), null=True, blank=True)
    assessor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assessment led by")
    )
    open_because = models.CharField(_("no wall, because"), max_length=300, blank=True)
    opinions_needed = models.BooleanField(_("outside opinions asked for by the plan"), null=True, blank=True)
    assessed_at = models.DateTimeField(_("assessed"), null=True, blank=True)
    assessment = models.TextField(_("result of the assessment"), blank=True)
    potentially_material = models.BooleanField(_("potentially material"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    escalated_to = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("escalated to")
    )
    materiality = models.CharField(
        _("materiality"), max_length=12, choices=Materiality.choices, default=Materiality.UNASSESSED
    )
    determination = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("determination")
    )
    response_decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decision on measures")
    )
    plan_version = models.CharField(_("version of the plan followed"), max_length=40, blank=True)
    lessons = models.TextField(_("what was learned"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    wall = models.ForeignKey(
        Wall, models.PROTECT, null=True, blank=True, related_name="incidents", verbose_name=_("wall")
    )

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [
            models.Index(fields=["-declared_at", "-id"], name="incident_newest"),
            models.Index(fields=["unit", "-declared_at", "-id"], name="incident_by_unit"),
            models.Index(fields=["state", "-declared_at", "-id"], name="incident_by_state"),
            models.Index(fields=["severity", "-declared_at", "-id"], name="incident_by_severity"),
            models.Index(fields=["materiality", "-declared_at", "-id"], name="incident_by_materiality"),
            # What a count needs and nothing else, so that it never reads a row.
            models.Index(fields=["unit", "wall"], name="incident_count"),
            models.Index(fields=["state", "unit", "wall"], name="incident_count_state"),
            models.Index(fields=["severity", "unit", "wall"], name="incident_count_severity"),
            models.Index(fields=["materiality", "unit", "wall"], name="incident_count_material"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def clean(self) -> None:
        super().clean()
        if self.occurred_at is not None and self.discovered_at is not None and self.discovered_at < self.occurred_at:
            raise ValidationError({"discovered_at": _("It cannot have been discovered before it occurred.")})

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED


class Measure(Record):
    """A protective measure against one incident."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="measures", verbose_name=_("incident"))
    title = models.CharField(_("measure"), max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("owner"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("protective measure")
        verbose_name_plural = _("protective measures")

    def __str__(self) -> str:
        return self.title


class TimelineEntry(Record):
    """What happened when, and where that is known from."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="timeline", verbose_name=_("incident"))
    at = models.DateTimeField(_("when"))
    text = models.TextField(_("what happened"))
    source = models.CharField(
        _("known from"), max_length=300, help_text=_("A log, a person, a ticket: where this is known from.")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        indexes = [models.Index(fields=["incident", "at", "id"], name="timeline_by_incident")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


class Task(Record):
    """Something a unit is asked to do about an incident."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        DONE = "done", _("Done")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="tasks", verbose_name=_("incident"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="incident_tasks", verbose_name=_("unit"))
    title = models.CharField(_("task"), max_length=300)
    assignee = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="incident_tasks", verbose_name=_("assigned to")
    )
    due = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("incident task")
        verbose_name_plural = _("incident tasks")
        indexes = [
            models.Index(fields=["state", "due", "id"], name="task_by_due"),
            models.Index(fields=["unit", "state", "due", "id"], name="task_by_unit"),
        ]

    def __str__(self) -> str:
        return self.title


class Opinion(Record):
    """That an expert or counsel was asked about an incident, and answered.

    Where privilege is claimed, the basis of the claim stands here for all to see and the text apart, in :class:`Advice`.
    """

    class By(models.TextChoices):
        EXPERT = "expert", _("Outside expert")
        COUNSEL = "counsel", _("Legal counsel")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="opinions", verbose_name=_("incident"))
    by = models.CharField(_("asked"), max_length=8, choices=By.choices)
    name = models.CharField(_("name"), max_length=200)
    asked_at = models.DateTimeField(_("asked on"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True, help_text=_("Of an opinion without privilege."))
    privileged = models.BooleanField(_("privilege is claimed"), default=False)
    purpose = models.CharField(
        _("purpose"), max_length=300, blank=True, help_text=_("The legal question for which it was sought.")
    )
    directed_by = models.CharField(_("directed by"), max_length=200, blank=True)
    recipients = models.CharField(_("who receives it"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")

    def __str__(self) -> str:
        return f"{self.get_by_display()}: {self.name}"


class Advice(Record):
    """The text of a privileged opinion: seen only by those who may see advice, and left out of ordinary exports."""

    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="advice", verbose_name=_("opinion"))
    text = models.TextField(_("text"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")

    def __str__(self) -> str:
        return str(_("Advice of %(name)s")) % {"name": self.opinion.name}


class Lesson(Record):
    """Something learned that has to be done."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="lesson_items", verbose_name=_("incident"))
    text = models.TextField(_("lesson"))
    state = models.CharField(_("state"), max_length=4, choices=State.choices, default=State.OPEN)
    done_on = models.DateField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


class Notice(Record):
    """That management or the board was informed of an incident."""

    class Informed(models.TextChoices):
        MANAGEMENT = "management", _("Management")
        BOARD = "board", _("Board")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="notices", verbose_name=_("incident"))
    informed = models.CharField(_("informed"), max_length=10, choices=Informed.choices)
    at = models.DateTimeField(_("when"))
    how = models.CharField(_("how"), max_length=300)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return f"{self.get_informed_display()}, {self.at.date().isoformat()}"
