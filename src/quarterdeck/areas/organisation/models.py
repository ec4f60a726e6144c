"""The company that files, what kind of filer it is and was, and what its specialist groups are designated to watch."""

from __future__ import annotations

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Dated, Record


class Registrant(Record):
    """The company as the SEC knows it. There is one in a home."""

    name = models.CharField(_("name"), max_length=150, help_text=_("As it appears on the cover of the annual report."))
    short_name = models.CharField(_("short name"), max_length=80)
    cik = models.CharField(
        _("CIK"), max_length=10, validators=[RegexValidator(r"^\d{10}$", _("Ten digits, with leading zeros."))]
    )
    file_number = models.CharField(_("Commission file number"), max_length=20, blank=True)
    incorporated_in = models.CharField(
        _("jurisdiction of incorporation, code"),
        max_length=2,
        help_text=_("EDGAR's two-character code, such as E9 or DE."),
    )
    incorporation_name = models.CharField(_("jurisdiction of incorporation"), max_length=80)
    address_line = models.CharField(_("street"), max_length=120, blank=True)
    address_city = models.CharField(_("city"), max_length=80, blank=True)
    address_country = models.CharField(_("country"), max_length=80, blank=True)
    address_country_code = models.CharField(
        _("country, code"), max_length=2, blank=True, help_text=_("EDGAR's or ISO's two characters.")
    )
    address_postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    security_title = models.CharField(_("registered security"), max_length=200, blank=True)
    symbol = models.CharField(_("trading symbol"), max_length=10, blank=True)
    exchange = models.CharField(_("exchange"), max_length=80, blank=True)
    exchange_code = models.CharField(
        _("exchange, code"), max_length=10, blank=True, help_text=_("EDGAR's, such as NASDAQ or NYSE.")
    )
    web_domain = models.CharField(
        _("web domain"), max_length=80, blank=True, help_text=_("Names the extension taxonomy, where one is needed.")
    )
    fiscal_year_end = models.CharField(
        _("fiscal year end"),
        max_length=5,
        validators=[RegexValidator(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", _("Month and day, such as 12-31."))],
    )
    currency = models.CharField(
        _("reporting currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, ISO 4217."))],
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")

    class Meta:
        verbose_name = _("registrant")
        verbose_name_plural = _("registrant")

    def __str__(self) -> str:
        return self.name

    def fiscal_year(self, ending_in: int) -> tuple[date, date]:
        """First and last day of the fiscal year that ends in calendar year ``ending_in``; 29 February gives way to the 28th."""
        month, day = (int(part) for part in self.fiscal_year_end.split("-"))
        end = _day(ending_in, month, day)
        before = _day(ending_in - 1, month, day)
        return date.fromordinal(before.toordinal() + 1), end


def _day(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


class FilerStatus(Dated):
    """Whether the registrant files as a domestic issuer or a foreign private issuer, and in which category."""

    class Filer(models.TextChoices):
        DOMESTIC = "domestic", _("Domestic issuer (10-K, 8-K)")
        FOREIGN = "fpi", _("Foreign private issuer (20-F, 6-K)")

    class Category(models.TextChoices):
        LARGE_ACCELERATED = "large_accelerated", _("Large accelerated filer")
        ACCELERATED = "accelerated", _("Accelerated filer")
        NON_ACCELERATED = "non_accelerated", _("Non-accelerated filer")

    registrant = models.ForeignKey(Registrant, models.PROTECT, related_name="statuses", verbose_name=_("registrant"))
    filer = models.CharField(_("files as"), max_length=10, choices=Filer.choices)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    shell_company = models.BooleanField(_("shell company"), default=False)

    class Meta:
        verbose_name = _("filer status")
        verbose_name_plural = _("filer statuses")

    def __str__(self) -> str:
        return f"{self.get_filer_display()}, {self.get_category_display()}"


class Designation(Dated):
    """What a specialist group is there to watch, and with which responsibilities."""

    class Target(models.TextChoices):
        MINI_PROGRAMS = "mini_programs", _("Mini programs")
        PLATFORMS = "platforms", _("Platforms")
        INFRASTRUCTURE = "infrastructure", _("Infrastructure")
        OTHER = "other", _("Other")

    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="designations",
        verbose_name=_("specialist group"),
        limit_choices_to={"kind": Unit.Kind.SPECIALIST},
    )
    target = models.CharField(_("watches"), max_length=20, choices=Target.choices)
    responsibilities = models.TextField(_("responsibilities"))

    class Meta:
        verbose_name = _("designated responsibility")
        verbose_name_plural = _("designated responsibilities")

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_target_display()}"
