"""A meeting (or a written resolution, which is a meeting without a place): agenda, papers, who was there, who stood aside."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies import rules
from quarterdeck.areas.bodies.models.standing import Body
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.permissions.models import Wall
from quarterdeck.kernel.records import Record


class Meeting(Record):
    """planned → called → open → closed → minuted. ``held_on`` is the day at the registrant's place when it was opened.

    A matter behind a wall has a meeting of its own behind the same wall: ``wall`` is set when it is planned and covers
    agenda, papers, votes and minutes, so that no gap in the agenda of another meeting betrays it.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        WRITTEN_RESOLUTION = "written_resolution", _("Written resolution")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CALLED = "called", _("Called")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        MINUTED = "minuted", _("Minuted")
        CANCELLED = "cancelled", _("Cancelled")

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name=_("body"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.MEETING)
    planned_at = models.DateTimeField(_("planned for"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    called_at = models.DateTimeField(_("called"), null=True, blank=True)
    held_at = models.DateTimeField(_("opened"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    presided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="presided", verbose_name=_("presided by")
    )
    cancelled_because = models.CharField(_("cancelled because"), max_length=300, blank=True)
    wall = models.ForeignKey(
        Wall, models.PROTECT, null=True, blank=True, editable=False, related_name="meetings", verbose_name=_("wall")
    )

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        indexes = [
            models.Index(fields=["-planned_at", "-id"], name="meeting_by_time"),
            models.Index(fields=["body", "held_on"], name="meeting_by_body"),
        ]

    def __str__(self) -> str:
        day = self.held_on or self.planned_at.date()
        return f"{self.body} · {day.isoformat()}"

    @property
    def written(self) -> bool:
        return self.kind == self.Kind.WRITTEN_RESOLUTION

    @property
    def standing_wall(self) -> Wall | None:
        """The wall around it, while it stands."""
        return self.wall if self.wall is not None and self.wall.lifted_at is None else None


class AgendaItem(Record):
    """One item of an agenda, numbered in the order it was put on."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("meeting"))
    number = models.PositiveSmallIntegerField(_("item"), editable=False)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what it is about"), blank=True)
    presenter = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="presented", verbose_name=_("presented by")
    )
    withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="agenda_item_number_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Paper(Record):
    """What the members had before them on an item: a file, or a text."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="papers", verbose_name=_("agenda item"))
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    text = models.TextField(_("text"), blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")

    def __str__(self) -> str:
        return self.title

    @property
    def sha256(self) -> str:
        """Of the file's bytes, or of the text in UTF-8."""
        return rules.text_hash(self.text) if self.file is None else self.file.sha256

    def clean(self) -> None:
        super().clean()
        if (self.file_id is None) == (not self.text):
            raise ValidationError({"file": _("A paper is either a file or a text.")})


class Attendance(Record):
    """Who was present, sent apologies, or attended without being a member. Kept by the meeting's own action."""

    class Status(models.TextChoices):
        PRESENT = "present", _("Present")
        APOLOGIES = "apologies", _("Apologies")
        IN_ATTENDANCE = "in_attendance", _("In attendance")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance", verbose_name=_("meeting"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="attendance", verbose_name=_("person"))
    status = models.CharField(_("status"), max_length=15, choices=Status.choices)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_status_display()}"


class Recusal(Record):
    """A member stands aside on one item, and why. Lifted only when it was recorded in error."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="recusals", verbose_name=_("agenda item"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="recusals", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=300)
    lifted_because = models.CharField(_("lifted because"), max_length=300, blank=True, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ("reason", "lifted_because")

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person"],
                condition=models.Q(lifted_because=""),
                name="recusal_once",
                violation_error_message=_("This person is recused on that item already."),
            )
        ]

    def __str__(self) -> str:
        return _("%(person)s recused on %(item)s") % {"person": self.person, "item": self.item}
