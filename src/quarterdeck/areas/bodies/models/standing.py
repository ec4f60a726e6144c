"""What stands between meetings: bodies, whom they report to, charters with their duties, members."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies import rules
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated, Record


class Body(Dated):
    """A panel, committee or board. Its days say when it existed; ``state`` says whether it does."""

    class Kind(models.TextChoices):
        PANEL = "panel", _("Panel")
        MANAGEMENT_COMMITTEE = "management_committee", _("Management committee")
        BOARD_COMMITTEE = "board_committee", _("Board committee")
        BOARD = "board", _("Board")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        DISSOLVED = "dissolved", _("Dissolved")

    name = models.CharField(
        _("name"), max_length=200, help_text=_("As disclosures name it: one name, one order of words.")
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="bodies", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        indexes = [
            models.Index(fields=["name", "id"], name="body_by_name"),
            models.Index(fields=["kind", "effective_from"], name="body_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportingLine(Dated):
    """To which body a body reports, from when until when."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="reporting_lines", verbose_name=_("body"))
    reports_to = models.ForeignKey(Body, models.PROTECT, related_name="reported_by", verbose_name=_("reports to"))

    class Meta:
        verbose_name = _("reporting line")
        verbose_name_plural = _("reporting lines")
        indexes = [models.Index(fields=["body", "effective_from"], name="reporting_line_by_body")]

    def __str__(self) -> str:
        return _("%(body)s reports to %(above)s") % {"body": self.body, "above": self.reports_to}


class Charter(Dated):
    """One version of a body's charter. In force once approved, on its days; a draft binds nobody."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")

    class QuorumKind(models.TextChoices):
        MAJORITY = "majority", _("More than half of the members")
        SHARE = "share", _("A share of the members, in percent")
        NUMBER = "number", _("A number of members")

    body = models.ForeignKey(Body, models.PROTECT, related_name="charters", verbose_name=_("body"))
    version = models.CharField(_("version"), max_length=40)
    text = models.TextField(_("text"), blank=True)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    quorum_kind = models.CharField(_("quorum"), max_length=10, choices=QuorumKind.choices, default=QuorumKind.MAJORITY)
    quorum_value = models.PositiveSmallIntegerField(
        _("quorum: percent or number"), null=True, blank=True, help_text=_("Empty for more than half.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    drafted_by = models.ForeignKey(
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
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        constraints = [
            models.UniqueConstraint(
                fields=["body", "version"],
                name="charter_version_once",
                violation_error_message=_("This body already has a charter of that version."),
            )
        ]

    def __str__(self) -> str:
        return _("%(body)s, charter %(version)s") % {"body": self.body, "version": self.version}

    def clean(self) -> None:
        super().clean()
        value = self.quorum_value
        if self.quorum_kind == self.QuorumKind.SHARE and not (value is not None and 1 <= value <= 100):
            raise ValidationError({"quorum_value": _("Say how many percent of the members, from 1 to 100.")})
        if self.quorum_kind == self.QuorumKind.NUMBER and not value:
            raise ValidationError({"quorum_value": _("Say how many members.")})
        if self.quorum_kind == self.QuorumKind.MAJORITY and value is not None:
            raise ValidationError({"quorum_value": _("More than half needs no number; leave it empty.")})

    def quorum_rule(self) -> rules.QuorumRule:
        """The quorum as the pure rules read it."""
        return rules.QuorumRule(rules.QuorumKind(self.quorum_kind), self.quorum_value or 0)


class CharterDuty(Record):
    """What a charter makes the body's duty, and where it says so."""

    class Duty(models.TextChoices):
        OVERSEE_CYBERSECURITY = "oversee_cybersecurity", _("Oversee cybersecurity risk management")
        BE_INFORMED = "be_informed", _("Be informed on cybersecurity risks")
        APPROVE_CURRENT_REPORT = "approve_current_report", _("Approve disclosure in current reports")
        APPROVE_ANNUAL_DISCLOSURE = "approve_annual_disclosure", _("Approve disclosure in periodic reports")
        MANAGE_CYBERSECURITY = "manage_cybersecurity", _("Oversee and manage cybersecurity matters")
        FORMULATE_POLICIES = "formulate_policies", _("Formulate policies")
        ORGANISE_ASSESSMENT = "organise_assessment", _("Organise the assessment of an incident promptly")
        SEEK_OPINIONS = "seek_opinions", _("Seek opinions of experts and counsel")
        ESCALATE = "escalate", _("Report potentially material incidents promptly")
        DECIDE_MEASURES = "decide_measures", _("Decide on response measures")
        DECIDE_DISCLOSURE = "decide_disclosure", _("Decide whether disclosure is necessary")
        PREPARE_DISCLOSURE = "prepare_disclosure", _("Prepare disclosure material")
        APPROVE_BEFORE_DISSEMINATION = "approve_before_dissemination", _("Approve disclosure before it is disseminated")
        IDENTIFY_ASSESS_RISKS = "identify_assess_risks", _("Identify and assess risks")
        DEVELOP_STRATEGIES = "develop_strategies", _("Develop strategies")
        INFORM_COMMITTEE = "inform_committee", _("Inform the committee it reports to")

    charter = models.ForeignKey(Charter, models.PROTECT, related_name="duties", verbose_name=_("charter"))
    duty = models.CharField(_("duty"), max_length=40, choices=Duty.choices)
    section = models.CharField(_("section"), max_length=40)
    text = models.TextField(_("text"), blank=True)
    struck = models.BooleanField(_("struck"), default=False, editable=False)

    class Meta:
        verbose_name = _("charter duty")
        verbose_name_plural = _("charter duties")
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "duty"],
                condition=models.Q(struck=False),
                name="charter_duty_once",
                violation_error_message=_("This charter already has that duty."),
            )
        ]

    def __str__(self) -> str:
        return _("%(charter)s § %(section)s: %(duty)s") % {
            "charter": self.charter,
            "section": self.section,
            "duty": self.get_duty_display(),
        }


class Membership(Dated):
    """Who sits on a body, in which role, from when until when. Chair and members vote; secretary and overseers do not."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        MEMBER = "member", _("Member")
        SECRETARY = "secretary", _("Secretary")
        OVERSEER = "overseer", _("Overseer")

    body = models.ForeignKey(Body, models.PROTECT, related_name="memberships", verbose_name=_("body"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    corrected_because = models.CharField(_("corrected because"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [
            models.Index(fields=["body", "effective_from"], name="membership_by_body"),
            models.Index(fields=["person", "effective_from"], name="membership_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}, {self.body}"

    def seat(self) -> rules.Seat:
        """As the pure rules read it."""
        return rules.Seat(self.person_id, self.role, self.effective_from, self.effective_until)


#: Roles that vote, and that "members" means wherever members are counted.
VOTING = (Membership.Role.CHAIR, Membership.Role.MEMBER)
