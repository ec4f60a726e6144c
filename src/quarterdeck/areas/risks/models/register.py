"""The register: each risk is a threat to an asset with an effect, in a category of the company's own risk management.

The fields are those that NIST IR 8286 asks of a cybersecurity risk register: identifier, priority, description, category,
likelihood and impact (the estimates), exposure (money first, a word derived from it), response type, cost and description
(the treatments), owner, status.
"""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks.models.fields import money, rate, share
from quarterdeck.areas.safeguards.models import Safeguard
from quarterdeck.areas.vendors.models import Vendor
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record


class RiskCategory(Record):
    """A category of the company's enterprise risk management, in its own words: cyber risks stand in it beside others."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what belongs in it"), blank=True)
    place = models.PositiveSmallIntegerField(_("place in the profile"), default=1)

    class Meta:
        verbose_name = _("enterprise risk category")
        verbose_name_plural = _("enterprise risk categories")
        indexes = [models.Index(fields=["place", "name", "id"], name="risk_category_place")]

    def __str__(self) -> str:
        return self.name


class Risk(Record):
    """One scenario. The figures beside it are those of its newest estimates; nobody types them."""

    class Origin(models.TextChoices):
        INTERNAL = "internal", _("From inside")
        EXTERNAL = "external", _("From outside")
        PARTNER = "partner", _("From a vendor or partner")
        ENVIRONMENT = "environment", _("Accident or nature")

    class Effect(models.TextChoices):
        CONFIDENTIALITY = "confidentiality", _("Confidentiality: data in other hands")
        INTEGRITY = "integrity", _("Integrity: data or code altered")
        AVAILABILITY = "availability", _("Availability: systems stand still")
        FRAUD = "fraud", _("Money or goods taken")

    class Response(models.TextChoices):
        MITIGATE = "mitigate", _("Mitigate")
        TRANSFER = "transfer", _("Transfer")
        AVOID = "avoid", _("Avoid")
        ACCEPT = "accept", _("Accept")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    number = models.CharField(_("number"), max_length=12, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    threat = models.CharField(
        _("threat"), max_length=200, help_text=_("Who or what acts: a criminal group, an employee's mistake, a fire.")
    )
    origin = models.CharField(_("where it comes from"), max_length=11, choices=Origin.choices)
    asset = models.CharField(
        _("asset"), max_length=200, help_text=_("What is hit: a platform, a mini program, a store of data.")
    )
    effect = models.CharField(_("effect"), max_length=15, choices=Effect.choices)
    description = models.TextField(
        _("how it comes about"), blank=True, help_text=_("From cause to consequence, in two or three sentences.")
    )
    category = models.ForeignKey(
        RiskCategory, models.PROTECT, related_name="risks", verbose_name=_("enterprise risk category")
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="risks", verbose_name=_("owner"), help_text=_("Who answers for it.")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="risks", verbose_name=_("unit"))
    response = models.CharField(_("response"), max_length=8, choices=Response.choices, null=True, blank=True)
    review_every = models.PositiveSmallIntegerField(
        _("looked at again every (months)"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(36)],
    )
    next_review = models.DateField(_("looked at again by"), editable=False)
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN, editable=False)
    opened_on = models.DateField(_("in the register since"), editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    closed_because = models.CharField(_("why it was closed"), max_length=500, blank=True)
    reviewed_because = models.TextField(_("when last looked at"), blank=True, editable=False)

    #: What it is sorted by: the expected loss, nothing where none is estimated yet.
    exposure = money(_("exposure"), default=0, editable=False)
    #: From the newest estimate of each kind; the register shows them.
    inherent_expected = money(_("expected a year, inherent"), null=True, blank=True, editable=False)
    expected = money(_("expected a year"), null=True, blank=True, editable=False)
    bad_year = money(_("1-in-20 year"), null=True, blank=True, editable=False)
    residual_expected = money(_("expected a year, after treatment"), null=True, blank=True, editable=False)
    chance = share(_("chance in a year"), null=True, blank=True, editable=False)
    event_low = money(_("one event, low"), null=True, blank=True, editable=False)
    event_high = money(_("one event, high"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        indexes = [
            models.Index(fields=["-exposure", "-id"], name="risk_by_exposure"),
            models.Index(fields=["unit", "state", "-exposure", "-id"], name="risk_by_unit"),
            models.Index(fields=["category", "state", "-exposure", "-id"], name="risk_by_category"),
            models.Index(fields=["state", "next_review"], name="risk_by_review"),
            # What the list is sorted by.
            models.Index(fields=["title", "id"], name="risk_by_title"),
            models.Index(fields=["expected", "id"], name="risk_by_expected"),
            models.Index(fields=["bad_year", "id"], name="risk_by_bad_year"),
            models.Index(fields=["next_review", "id"], name="risk_by_next_review"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def open_on(self, day: date) -> bool:
        """Whether it stood in the register on ``day``."""
        return self.opened_on <= day and (self.closed_on is None or self.closed_on > day)


class Connection(Record):
    """What a risk hangs together with. Once it is ended it is shown and counted nowhere; that it stood stays on record."""

    ended_on = models.DateField(_("no longer from"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class RiskSafeguard(Connection):
    """How a safeguard bears on a risk: by how much it lessens how often, or how much, and how reliably."""

    class Acts(models.TextChoices):
        FREQUENCY = "frequency", _("Lessens how often")
        SEVERITY = "severity", _("Lessens how much")

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="safeguards", verbose_name=_("risk"))
    safeguard = models.ForeignKey(Safeguard, models.PROTECT, related_name="risks", verbose_name=_("safeguard"))
    acts = models.CharField(_("acts by"), max_length=9, choices=Acts.choices)
    effectiveness = share(
        _("effectiveness"), help_text=_("Share of events, or of the loss, that it takes away where it works: 0 to 1.")
    )
    coverage = share(_("coverage"), help_text=_("Share of the asset that it protects: 0 to 1."))
    lapses = rate(_("lapses a year"), help_text=_("How often a year it is found not working."))
    lapse_days = models.DecimalField(
        _("days of a lapse"),
        max_digits=6,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(366)],
        help_text=_("Until it works again, on average."),
    )
    cost = money(
        _("cost a year"),
        null=True,
        blank=True,
        help_text=_("Of what the safeguard costs a year, the part that serves this risk. Empty where it is not known."),
    )
    because = models.CharField(_("what this rests on"), max_length=500)

    class Meta:
        verbose_name = _("safeguard of a risk")
        verbose_name_plural = _("safeguards of risks")
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "safeguard", "acts"],
                condition=models.Q(ended_on=None),
                name="risk_safeguard_once",
                violation_error_message=_("It is connected in this way already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.risk.number} · {self.safeguard}"


class RiskVendor(Connection):
    """A vendor through whom, or at whom, the risk would come about."""

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="vendors", verbose_name=_("risk"))
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="risks", verbose_name=_("vendor"))
    how = models.CharField(_("how they are connected"), max_length=300)

    class Meta:
        verbose_name = _("vendor of a risk")
        verbose_name_plural = _("vendors of risks")
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "vendor"],
                condition=models.Q(ended_on=None),
                name="risk_vendor_once",
                violation_error_message=_("They are connected already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.risk.number} · {self.vendor}"


class RiskIncident(Connection):
    """An incident in which the risk came true or nearly did. It hangs in the incident, behind its wall."""

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="incidents", verbose_name=_("risk"))
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="risks", verbose_name=_("incident"))
    how = models.CharField(_("how they are connected"), max_length=300)

    class Meta:
        verbose_name = _("incident of a risk")
        verbose_name_plural = _("incidents of risks")
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "incident"],
                condition=models.Q(ended_on=None),
                name="risk_incident_once",
                violation_error_message=_("They are connected already."),
            )
        ]

    def __str__(self) -> str:
        # Never the incident itself: it may stand behind a wall.
        return self.how
