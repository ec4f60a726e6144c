"""How often and how much: who said so, when, with which interval, and why. An estimate is never changed; a newer one stands."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.models.fields import money, rate, share
from quarterdeck.areas.risks.models.register import Risk
from quarterdeck.kernel.records import Record


class Estimate(Record):
    """Frequency and severity of a risk, as it would be without safeguards, as it is, or as it will be after treatment."""

    class Kind(models.TextChoices):
        INHERENT = "inherent", _("Inherent: without the safeguards")
        CURRENT = "current", _("Current: as things are")
        RESIDUAL = "residual", _("Residual: after the planned treatment")

    class Often(models.TextChoices):
        RATE = "rate", _("Events a year")
        CHANCE = "chance", _("Chance of one event in a year")
        THREAT = "threat", _("Threat events a year, and the share that succeeds")

    class Much(models.TextChoices):
        INTERVAL = "interval", _("90 % interval: one in ten falls outside it")
        BOUNDS = "bounds", _("Hard bounds: nothing falls outside them")
        AMOUNT = "amount", _("Always the same amount")
        FORMS = "forms", _("By the six forms of loss")

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="estimates", verbose_name=_("risk"))
    kind = models.CharField(_("which state"), max_length=8, choices=Kind.choices, default=Kind.CURRENT)

    often = models.CharField(_("how often, told as"), max_length=6, choices=Often.choices, default=Often.RATE)
    rate_low = rate(_("a year, low"), null=True, blank=True, help_text=_("Low end of a 90 % interval."))
    rate_high = rate(
        _("a year, high"), null=True, blank=True, help_text=_("High end; the same as the low end if it is certain.")
    )
    vulnerability = share(
        _("share that succeeds"), null=True, blank=True, help_text=_("Of threat events, the share that becomes a loss.")
    )
    chance = share(_("chance in a year"), null=True, blank=True)

    much = models.CharField(_("how much, told as"), max_length=8, choices=Much.choices, default=Much.INTERVAL)
    low = money(_("one event, low"), null=True, blank=True)
    likely = money(_("one event, most likely"), null=True, blank=True, help_text=_("With hard bounds only."))
    high = money(_("one event, high"), null=True, blank=True)
    cap = money(
        _("at most"), null=True, blank=True, help_text=_("The most that one event can cost, where there is a limit.")
    )
    forms = models.TextField(
        _("forms of loss"),
        blank=True,
        help_text=_(
            "One line each: primary or secondary, the form, low, high. A line “secondary share” says how often they follow."
        ),
    )

    estimator = models.ForeignKey(
        Person, models.PROTECT, related_name="estimates", verbose_name=_("estimated by"), help_text=_("Who knows it.")
    )
    source = models.CharField(
        _("source"), max_length=300, help_text=_("Where the interval comes from: records, a report, a workshop.")
    )
    because = models.TextField(_("why this interval"))
    changed_because = models.CharField(
        _("why it differs from the last one"), max_length=500, blank=True, help_text=_("Asked for when one stands.")
    )
    made_on = models.DateField(_("made on"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    replaced_on = models.DateField(_("replaced on"), null=True, blank=True, editable=False)

    #: Learnt from counted events: the former interval was the prior, these were added.
    learnt_events = models.PositiveIntegerField(_("events counted"), null=True, blank=True, editable=False)
    learnt_years = models.DecimalField(
        _("in so many years"), max_digits=6, decimal_places=2, null=True, blank=True, editable=False
    )
    learnt_since = models.DateField(_("counted from"), null=True, blank=True, editable=False)
    learnt_until = models.DateField(_("counted until"), null=True, blank=True, editable=False)
    learnt_losses = models.PositiveIntegerField(_("losses counted"), null=True, blank=True, editable=False)
    learnt_floor = money(_("reporting floor"), null=True, blank=True, editable=False)
    #: The interval of one event is known as well as this many losses would tell; nothing where nobody said.
    losses_worth = models.DecimalField(
        _("losses behind it"), max_digits=8, decimal_places=2, null=True, blank=True, editable=False
    )
    prior = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="learnt", editable=False, verbose_name=_("learnt from")
    )  # fmt: skip
    #: The law of the rate: Gamma(shape, years). Without shape the rate is certain.
    shape = models.DecimalField(
        _("events behind it"), max_digits=28, decimal_places=12, null=True, blank=True, editable=False
    )
    years = models.DecimalField(
        _("years behind it"), max_digits=28, decimal_places=12, null=True, blank=True, editable=False
    )

    expected = money(_("expected a year"), null=True, blank=True, editable=False)
    bad_year = money(_("1-in-20 year"), null=True, blank=True, editable=False)
    worst_year = money(_("1-in-100 year"), null=True, blank=True, editable=False)
    any_loss = share(_("chance of a loss in a year"), null=True, blank=True, editable=False)
    engine = models.CharField(_("version of the engine"), max_length=10, blank=True, editable=False)

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "kind"], condition=models.Q(replaced_on=None), name="estimate_stands_once"
            )
        ]
        indexes = [
            models.Index(fields=["risk", "-made_on", "-id"], name="estimate_newest"),
            models.Index(fields=["-made_on", "-id"], name="estimate_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.risk.number} · {self.get_kind_display()} · {self.made_on.isoformat()}"

    def clean(self) -> None:
        """Every fault by its field; what the engine refuses is named by the field it came from."""
        super().clean()
        faults = scenarios.faults(self)
        if faults:
            raise ValidationError({name: [str(reason)] for name, reason in faults.items()})


class LearntFrom(Record):
    """An incident from which an estimate learnt. It hangs in the incident: whoever may not see that does not see it here."""

    estimate = models.ForeignKey(Estimate, models.PROTECT, related_name="learnt_from", verbose_name=_("estimate"))
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="taught", verbose_name=_("incident"))
    amount = money(
        _("its loss"),
        null=True,
        blank=True,
        help_text=_("As it was counted: so far, and the middle of what may still come. Empty: only that it happened."),
    )

    class Meta:
        verbose_name = _("incident behind an estimate")
        verbose_name_plural = _("incidents behind estimates")
        constraints = [models.UniqueConstraint(fields=["estimate", "incident"], name="learnt_from_once")]

    def __str__(self) -> str:
        # Never the incident itself: it may come to stand behind a wall.
        return str(self.estimate)


class Calibration(Record):
    """A question with a known answer, and the 90 % interval somebody gave before they knew it."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="calibrations", verbose_name=_("person"))
    question = models.CharField(_("question"), max_length=300)
    low = models.DecimalField(_("low"), max_digits=20, decimal_places=4)
    high = models.DecimalField(_("high"), max_digits=20, decimal_places=4)
    answered_on = models.DateField(_("answered on"), editable=False)
    truth = models.DecimalField(_("true answer"), max_digits=20, decimal_places=4, null=True, blank=True)
    known_on = models.DateField(_("known on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("calibration answer")
        verbose_name_plural = _("calibration answers")
        indexes = [models.Index(fields=["person", "-answered_on"], name="calibration_by_person")]

    def __str__(self) -> str:
        return self.question

    @property
    def hit(self) -> bool | None:
        """Whether the interval held the truth; None while that is not known."""
        return None if self.truth is None else self.low <= self.truth <= self.high

    def clean(self) -> None:
        super().clean()
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValidationError({"low": _("The low end is above the high end.")})


class Forecast(Record):
    """Something that will come true or not by a day, and the chance that somebody gave it before."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="forecasts", verbose_name=_("person"))
    statement = models.CharField(
        _("what may come true"),
        max_length=300,
        help_text=_("So that on the day nobody can dispute whether it did: “A vendor reports a breach to us in 2026”."),
    )
    chance = share(_("chance"), help_text=_("0 to 1: how likely the person holds it."))
    due = models.DateField(_("known by"))
    made_on = models.DateField(_("made on"), editable=False)
    came_true = models.BooleanField(_("it came true"), null=True, blank=True, editable=False)
    known_on = models.DateField(_("known on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        indexes = [models.Index(fields=["person", "-made_on", "-id"], name="forecast_by_person")]

    def __str__(self) -> str:
        return self.statement
