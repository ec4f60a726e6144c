"""A vendor, the chain behind it, what was watched, and the incidents that came from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.policies.models import PolicyVersion
from quarterdeck.areas.vendors import rules
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record

COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, for example CN or US."))


def countries(text: str) -> None:
    """Country codes with commas between."""
    for code in text.split(","):
        COUNTRY(code.strip())


class Vendor(Record):
    """A third party that provides, or may provide, something to the company.

    ``criticality`` says how much the company depends on it; how well it is secured is the rating of its evaluations, kept
    apart. The fields are those that a register of ICT third parties under DORA, CSF GV.SC and the US interagency guidance
    ask for.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("On record")
        RETIRED = "retired", _("Retired")

    class Kind(models.TextChoices):
        LEGAL = "legal", _("Company or other legal person")
        INDIVIDUAL = "individual", _("Individual in business")

    class Sensitivity(models.TextChoices):
        NONE = "none", _("No data of ours")
        INTERNAL = "internal", _("Internal")
        CONFIDENTIAL = "confidential", _("Confidential")
        RESTRICTED = "restricted", _("Restricted")

    class Volume(models.TextChoices):
        NONE = "none", _("None")
        SMALL = "small", _("Up to a thousand records")
        MEDIUM = "medium", _("Up to a hundred thousand records")
        LARGE = "large", _("More than a hundred thousand records")

    class Access(models.TextChoices):
        NONE = "none", _("None")
        PREMISES = "premises", _("To premises")
        SYSTEMS = "systems", _("To systems")
        PRIVILEGED = "privileged", _("Privileged, or into our networks")

    class Criticality(models.TextChoices):
        LOW = "low", _("Low")
        MODERATE = "moderate", _("Moderate")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical or important function")

    class Substitutable(models.TextChoices):
        EASY = "easy", _("Easily")
        MEDIUM = "medium", _("With effort")
        HARD = "hard", _("Hardly")
        NOT = "not", _("Not at all")

    name = models.CharField(_("name"), max_length=200)
    legal_name = models.CharField(_("legal name"), max_length=250, blank=True)
    lei = models.CharField(_("LEI"), max_length=20, blank=True, help_text=_("Legal entity identifier, 20 characters."))
    identifier = models.CharField(
        _("other identifier"),
        max_length=60,
        blank=True,
        help_text=_("EUID, company or tax number, where there is no LEI."),
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[COUNTRY], help_text=_("Of its head office, two letters.")
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    website = models.CharField(_("website"), max_length=300, blank=True, validators=[URLValidator(["http", "https"])])
    parent_name = models.CharField(_("ultimate parent"), max_length=250, blank=True)
    parent_lei = models.CharField(_("LEI of the parent"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.LEGAL)
    category = models.CharField(_("category"), max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="vendors", verbose_name=_("unit"))
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="vendors", verbose_name=_("owner"),
        help_text=_("Who answers for the relationship inside the company."),
    )  # fmt: skip
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact"), blank=True)

    service = models.CharField(_("service"), max_length=300, blank=True, help_text=_("What it provides."))
    function = models.CharField(
        _("function supported"), max_length=200, blank=True, help_text=_("Which function of ours rests on it.")
    )
    data_categories = models.CharField(_("data categories"), max_length=300, blank=True)
    sensitivity = models.CharField(
        _("sensitivity of the data"), max_length=12, choices=Sensitivity.choices, default=Sensitivity.NONE
    )
    volume = models.CharField(_("volume of the data"), max_length=6, choices=Volume.choices, default=Volume.NONE)
    access = models.CharField(_("access"), max_length=10, choices=Access.choices, default=Access.NONE)
    criticality = models.CharField(_("criticality"), max_length=8, choices=Criticality.choices, default=Criticality.LOW)
    regulated = models.BooleanField(
        _("regulated service"), default=False, help_text=_("A rule or supervisor demands control over it.")
    )
    provided_from = models.CharField(
        _("provided from"),
        max_length=100,
        blank=True,
        validators=[countries],
        help_text=_("Countries, two letters each, commas between."),
    )
    stored_in = models.CharField(_("data stored in"), max_length=100, blank=True, validators=[countries])
    processed_in = models.CharField(_("data processed in"), max_length=100, blank=True, validators=[countries])
    ict_service = models.CharField(
        _("type of ICT service"), max_length=3, blank=True, validators=[RegexValidator(r"^S(0[1-9]|1[0-9])$", _("S01 to S19."))],
        help_text=_("S01 to S19, as Annex III of Implementing Regulation (EU) 2024/2956 numbers them."),
    )  # fmt: skip
    substitutable = models.CharField(
        _("can be replaced"), max_length=6, choices=Substitutable.choices, null=True, blank=True
    )
    exit_plan = models.BooleanField(_("exit plan exists"), null=True, blank=True)
    alternatives = models.CharField(_("alternatives"), max_length=300, blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), default=3, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.ACTIVE, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ("contact_name", "contact_email")

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        indexes = [
            models.Index(fields=["name", "id"], name="vendor_by_name"),
            models.Index(fields=["unit", "name", "id"], name="vendor_by_unit"),
            models.Index(fields=["tier", "name", "id"], name="vendor_by_tier"),
            models.Index(fields=["state", "name", "id"], name="vendor_by_state"),
            models.Index(fields=["criticality", "name", "id"], name="vendor_by_criticality"),
            models.Index(fields=["country", "name", "id"], name="vendor_by_country"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def exposure(self) -> rules.Exposure:
        return rules.Exposure(self.sensitivity, self.volume, self.access, self.criticality, self.regulated)

    def clean(self) -> None:
        super().clean()
        for field in ("lei", "parent_lei"):
            if getattr(self, field) and not rules.lei_valid(getattr(self, field)):
                raise ValidationError(
                    {field: _("Its check digits are wrong; a LEI has 18 letters and digits and two check digits.")}
                )
        self.tier = int(rules.tier_of(self.exposure).tier)


class Subcontractor(Record):
    """One link of the chain behind a vendor. ``rank`` 2 works for the vendor itself, 3 for one of rank 2, and so on."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="chain", verbose_name=_("vendor"))
    behind = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="further",
        verbose_name=_("works for"),
        help_text=_("Empty where it works for the vendor itself."),
    )
    known_as = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="also_behind", verbose_name=_("also our vendor")
    )
    name = models.CharField(_("name"), max_length=250)
    identifier = models.CharField(_("LEI or other identifier"), max_length=60, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    service = models.CharField(_("service"), max_length=300)
    rank = models.PositiveSmallIntegerField(_("rank"), default=2, editable=False)
    sees_data = models.BooleanField(_("sees our data"), default=False)
    essential = models.BooleanField(_("the service stops without it"), default=False)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("subcontractor")
        verbose_name_plural = _("subcontractors")
        indexes = [models.Index(fields=["vendor", "rank", "id"], name="subcontractor_chain")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.behind is not None and self.behind.vendor_id != self.vendor_id:
            raise ValidationError({"behind": _("It stands in the chain of another vendor.")})
        self.rank = 2 if self.behind is None else self.behind.rank + 1


class Acceptance(Record):
    """The day on which a vendor accepted a version of the procedures that safeguard our data.

    Where the procedures are a published policy, exactly that version; otherwise the version as it is written on the paper.
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="acceptances", verbose_name=_("vendor"))
    policy_version = models.ForeignKey(
        PolicyVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="vendor_acceptances",
        verbose_name=_("published version"),
        help_text=_("Where the procedures are a policy that was published here."),
    )
    version = models.CharField(
        _("version of the procedures"),
        max_length=40,
        blank=True,
        help_text=_("As it is written on the paper; left empty where a published version is named."),
    )
    accepted_on = models.DateField(_("accepted"))
    accepted_by = models.CharField(_("accepted by"), max_length=200, help_text=_("Who signed for the vendor."))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    withdrawn_on = models.DateField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=300, blank=True, editable=False)

    personal_fields: ClassVar[tuple[str, ...]] = ("accepted_by",)

    class Meta:
        verbose_name = _("acceptance of the procedures")
        verbose_name_plural = _("acceptances of the procedures")
        indexes = [models.Index(fields=["vendor", "-accepted_on", "-id"], name="acceptance_newest")]

    def clean(self) -> None:
        super().clean()
        if self.policy_version is not None:
            self.version = self.policy_version.number
        elif not self.version:
            raise ValidationError({"version": _("Say which version it accepted.")})

    def __str__(self) -> str:
        return str(_("%(vendor)s, version %(version)s")) % {"vendor": self.vendor, "version": self.version}


class MonitoringNote(Record):
    """What was seen of a vendor between two evaluations, and what was done about it."""

    class Weight(models.TextChoices):
        GOOD = "good", _("Nothing amiss")
        WATCH = "watch", _("To be watched")
        BAD = "bad", _("Needs action")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="notes", verbose_name=_("vendor"))
    day = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=200)
    what = models.TextField(_("what was seen"))
    weight = models.CharField(_("comes to"), max_length=5, choices=Weight.choices)
    action = models.TextField(_("what was done"), blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("noted by")
    )

    class Meta:
        verbose_name = _("monitoring note")
        verbose_name_plural = _("monitoring notes")
        indexes = [models.Index(fields=["vendor", "-day", "-id"], name="vendor_note_newest")]

    def __str__(self) -> str:
        return f"{self.day.isoformat()}: {self.source}"

    def clean(self) -> None:
        super().clean()
        if self.weight == self.Weight.BAD and not self.action.strip():
            raise ValidationError({"action": _("It needs action: say what was done.")})


class VendorIncident(Record):
    """An incident of ours that came from a vendor or reached it. It hangs in the incident, behind its wall."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="incidents", verbose_name=_("vendor"))
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="vendors", verbose_name=_("incident"))
    told_at = models.DateTimeField(_("the vendor told us"), null=True, blank=True)
    how = models.CharField(_("how they are connected"), max_length=300)

    class Meta:
        verbose_name = _("incident at a vendor")
        verbose_name_plural = _("incidents at vendors")
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "incident"], name="vendor_incident_once",
                violation_error_message=_("They are connected already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.how
