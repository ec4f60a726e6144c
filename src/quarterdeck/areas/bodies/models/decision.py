"""What a body decides: the proposal, the papers as they were, the votes, and the minutes."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies import rules
from quarterdeck.areas.bodies.models.meeting import AgendaItem, Meeting, Paper
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.records import Record


class Decision(Record):
    """A proposal on an agenda item, and what became of it.

    Putting it to the vote freezes text and papers: ``papers`` lists title and SHA-256 of each, ``papers_hash`` is one hash
    over the list. Declaring the result gives it the year's next number, carried or lost.
    """

    class Topic(models.TextChoices):
        POLICY = "policy", _("Policy")
        RISK = "risk", _("Risk")
        STRATEGY = "strategy", _("Strategy")
        MATERIALITY_REVIEW = "materiality_review", _("Materiality review")
        RESPONSE_MEASURES = "response_measures", _("Response measures")
        DISCLOSURE_NEEDED = "disclosure_needed", _("Whether disclosure is necessary")
        DISCLOSURE_APPROVAL = "disclosure_approval", _("Approval of a disclosure")
        APPOINTMENT = "appointment", _("Appointment")
        OTHER = "other", _("Other")

    class Outcome(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CARRIED = "carried", _("Carried")
        LOST = "lost", _("Lost")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="decisions", editable=False, verbose_name=_("meeting")
    )
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="decisions", verbose_name=_("agenda item"))
    number = models.CharField(_("number"), max_length=12, null=True, blank=True, unique=True, editable=False)
    topic = models.CharField(_("topic"), max_length=24, choices=Topic.choices)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), help_text=_("The words that are put to the vote."))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.PROPOSED, editable=False
    )
    covers_from = models.DateField(_("covers from"), null=True, blank=True)
    covers_until = models.DateField(_("covers until"), null=True, blank=True)
    put_at = models.DateTimeField(_("put to the vote"), null=True, blank=True, editable=False)
    papers = models.JSONField(_("papers as frozen"), default=list, blank=True, editable=False)
    papers_hash = models.CharField(_("hash of the papers"), max_length=64, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["outcome", "topic", "decided_on"], name="decision_by_topic"),
            models.Index(fields=["-decided_on", "-id"], name="decision_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title

    def clean(self) -> None:
        super().clean()
        if self.covers_from is not None and self.covers_until is not None and self.covers_until < self.covers_from:
            raise ValidationError({"covers_until": _("The last day it covers is before the first.")})
        if self.topic == self.Topic.MATERIALITY_REVIEW and (self.covers_from is None or self.covers_until is None):
            raise ValidationError({"covers_until": _("A materiality review says which days it covers.")})

    def frozen_papers(self) -> list[rules.FrozenPaper]:
        """The papers as they lay before the members when it was put to the vote; empty before."""
        return [rules.FrozenPaper(row["key"], row["title"], row["sha256"]) for row in self.papers]

    def papers_now(self, papers: Iterable[Paper] | None = None) -> list[rules.FrozenPaper]:
        """Text and papers as they are now, in the same form. ``papers``: the item's, if they were read already."""
        if papers is None:
            papers = self.item.papers.select_related("file").order_by("pk")
        found = [rules.FrozenPaper("decision", self.title, rules.text_hash(self.text))]
        found += [
            rules.FrozenPaper(f"paper:{paper.pk}", paper.title, paper.sha256) for paper in papers if not paper.withdrawn
        ]
        return found

    def papers_changed(self, papers: Iterable[Paper] | None = None) -> tuple[tuple[rules.PaperChange, str], ...]:
        """What changed in the papers since they were frozen; nothing while they are not."""
        return () if self.put_at is None else rules.changes_since(self.frozen_papers(), self.papers_now(papers))

    @property
    def papers_note(self) -> str:
        """The same as a sentence for people."""
        if self.put_at is None:
            return str(_("Not frozen: not put to the vote yet."))
        changed = self.papers_changed()
        if not changed:
            return str(_("Unchanged since the vote."))
        words = {
            rules.PaperChange.ADDED: _("added"),
            rules.PaperChange.REMOVED: _("removed"),
            rules.PaperChange.ALTERED: _("altered"),
        }
        return str(_("Changed since the vote: %(papers)s.")) % {
            "papers": "; ".join(f"{title} ({words[kind]})" for kind, title in changed)
        }


class Vote(Record):
    """How one member voted on one decision, with the dissent in the member's own words. Never changed."""

    class Choice(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")
        ABSTAIN = "abstain", _("Abstains")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="votes", verbose_name=_("decision"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="votes", verbose_name=_("person"))
    choice = models.CharField(_("vote"), max_length=7, choices=Choice.choices)
    dissent = models.TextField(_("dissent"), blank=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "person"],
                name="vote_once",
                violation_error_message=_("This member has voted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_choice_display()}"

    def clean(self) -> None:
        super().clean()
        if self.dissent and self.choice == self.Choice.FOR:
            raise ValidationError({"dissent": _("A dissent goes with a vote against, or an abstention.")})


class Minutes(Record):
    """The minutes of one meeting: drafted from the record, approved by a member other than the author."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("drafted by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")

    def __str__(self) -> str:
        return _("Minutes of %(meeting)s") % {"meeting": self.meeting}
