"""Assessments with their factors, what was decided on them, and what follows: open questions, holds, clearances, windows."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.factors import FACTORS, Measured
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.records import Record

COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, for example CN or US."))


class Assessment(Record):
    """The internal assessment of one incident: what Form 8-K Item 1.05 asks for, every factor, and a recommendation.

    Submitting freezes it: ``frozen`` is everything it rested on, ``sha256`` the hash of that. A new one replaces it
    where facts changed; the former stays as it was.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written")
        SUBMITTED = "submitted", _("Submitted")
        SUPERSEDED = "superseded", _("Replaced")

    class Recommendation(models.TextChoices):
        MATERIAL = "material", _("Material")
        NOT_MATERIAL = "not_material", _("Not material")
        UNDETERMINED = "undetermined", _("Cannot be determined yet")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="assessments", verbose_name=_("incident"))
    number = models.PositiveSmallIntegerField(_("number"), editable=False)
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("led by"))
    nature = models.TextField(_("nature"), blank=True, help_text=_("What happened, and by what means."))
    scope = models.TextField(_("scope"), blank=True, help_text=_("Systems, data and people that it reached."))
    timing = models.TextField(_("timing"), blank=True, help_text=_("When it began, was found, contained, and ended."))
    impact = models.TextField(
        _("impact"),
        blank=True,
        help_text=_("Material impact, or reasonably likely, on financial condition and results of operations too."),
    )
    not_determined = models.TextField(
        _("not determined yet"), blank=True, help_text=_("What is not known or not available; empty when nothing is.")
    )
    known_by = models.DateField(
        _("to be known by"), null=True, blank=True, help_text=_("When what is not determined is looked at again.")
    )
    recommendation = models.CharField(
        _("recommendation"), max_length=12, choices=Recommendation.choices, null=True, blank=True
    )
    because = models.TextField(_("reasons"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("opened by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )
    frozen = models.JSONField(_("as frozen"), null=True, blank=True, editable=False)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="assessment_number_once")]

    def __str__(self) -> str:
        return str(_("Assessment %(number)s of %(incident)s")) % {
            "number": self.number,
            "incident": self.incident.number,
        }

    def clean(self) -> None:
        super().clean()
        if self.not_determined.strip() and self.known_by is None:
            raise ValidationError({"known_by": _("Say by when what is not determined is looked at again.")})


class Factor(Record):
    """One question of an assessment. Every one is answered, unknown, or does not apply; each with a reason."""

    class Answer(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        UNKNOWN = "unknown", _("Unknown")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="factors", editable=False, verbose_name=_("assessment")
    )
    code = models.CharField(_("factor"), max_length=30, editable=False, choices=[(f.code, f.label) for f in FACTORS])
    answer = models.CharField(_("answer"), max_length=14, choices=Answer.choices, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("factor")
        verbose_name_plural = _("factors")
        constraints = [models.UniqueConstraint(fields=["assessment", "code"], name="factor_once")]

    def __str__(self) -> str:
        return self.get_code_display()

    @property
    def kind(self) -> Measured:
        """Whether it is told in words or by an amount, and in which unit."""
        return rules.factor(self.code).measured

    def clean(self) -> None:
        super().clean()
        if self.answer is None:
            return
        if not self.reason.strip():
            raise ValidationError({"reason": _("Give the reason, whatever the answer.")})
        counted = self.kind is not Measured.IN_WORDS
        if self.answer == self.Answer.ANSWERED and counted and self.amount is None:
            raise ValidationError({"amount": _("Answered by an amount; if it is not known, say so.")})
        if self.amount is not None and (self.answer != self.Answer.ANSWERED or not counted):
            raise ValidationError({"amount": _("An amount goes with an answer to a quantitative factor only.")})
        if self.amount is not None and self.amount < 0:
            raise ValidationError({"amount": _("An amount cannot be negative.")})


class Related(Record):
    """Another incident that an assessment weighs together with its own, and what that adds."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="related", verbose_name=_("assessment"))
    other = models.ForeignKey(Incident, models.PROTECT, related_name="+", verbose_name=_("related incident"))
    struck = models.BooleanField(_("struck"), default=False, editable=False)
    why = models.CharField(_("how they are related"), max_length=300)
    together = models.TextField(_("weighed in aggregate"), help_text=_("What the two mean together."))

    class Meta:
        verbose_name = _("related incident")
        verbose_name_plural = _("related incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "other"],
                condition=models.Q(struck=False),
                name="related_once",
                violation_error_message=_("It is weighed in this assessment already."),
            )
        ]

    def __str__(self) -> str:
        # Never the other incident itself: it may stand behind a wall of its own.
        return self.why


class Determination(Record):
    """One of the three questions to the governing body, the answer proposed, and what became of it.

    The answer stands in the words that are voted on. It is never typed a second time: the vote that carries the proposal
    decides it, and from then on nothing here changes.
    """

    class Question(models.TextChoices):
        MATERIALITY = "materiality", _("Whether it is material")
        RESPONSE = "response", _("Response measures")
        DISCLOSURE = "disclosure", _("Whether disclosure is necessary")

    class Answer(models.TextChoices):
        MATERIAL = "material", _("Material")
        NOT_MATERIAL = "not_material", _("Not material")
        UNDETERMINED = "undetermined", _("Cannot be determined yet")
        MEASURES = "measures", _("Measures as proposed")
        NECESSARY = "necessary", _("Necessary")
        NOT_NECESSARY = "not_necessary", _("Not necessary")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Before the body")
        DECIDED = "decided", _("Decided")
        LOST = "lost", _("Not carried")
        LAPSED = "lapsed", _("Reopened since")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="determinations", verbose_name=_("incident"))
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="determinations", verbose_name=_("assessment")
    )
    question = models.CharField(_("question"), max_length=11, choices=Question.choices)
    answer = models.CharField(_("answer"), max_length=13, choices=Answer.choices)
    because = models.TextField(_("reasons"))
    follow_up_on = models.DateField(_("taken up again on"), null=True, blank=True)
    decision = models.OneToOneField(
        Decision, models.PROTECT, related_name="determination", editable=False, verbose_name=_("decision")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PROPOSED, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    assessment_sha256 = models.CharField(_("hash of the assessment"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("determination")
        verbose_name_plural = _("determinations")
        indexes = [models.Index(fields=["incident", "question", "state", "id"], name="determination_by_question")]

    def __str__(self) -> str:
        return f"{self.get_question_display()}: {self.get_answer_display()}"


class FollowUp(Record):
    """What could not be determined, as a question with a day on which it is taken up again."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SETTLED = "settled", _("Settled")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="follow_ups", verbose_name=_("incident"))
    question = models.TextField(_("question"))
    due = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.OPEN, editable=False)
    moved_because = models.CharField(_("moved because"), max_length=300, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [models.Index(fields=["state", "due", "id"], name="follow_up_by_due")]

    def __str__(self) -> str:
        return self.question if len(self.question) <= 80 else f"{self.question[:79]}…"


class LegalHold(Record):
    """From declaring on, what concerns an incident is kept. Counsel releases it."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="holds", verbose_name=_("incident"))
    issued_at = models.DateTimeField(_("issued"))
    keeps = models.TextField(_("what is kept"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True, editable=False)
    released_because = models.TextField(_("released because"), blank=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(released_at=None),
                name="legal_hold_once",
                violation_error_message=_("A hold stands on it already."),
            )
        ]

    def __str__(self) -> str:
        return str(_("Legal hold on %(incident)s")) % {"incident": self.incident.number}


class TradingWindow(Record):
    """While it is closed, those inside the wall may not deal in the company's securities."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="windows", verbose_name=_("incident"))
    closed_at = models.DateTimeField(_("closed"))
    why = models.CharField(_("why"), max_length=300)
    opened_at = models.DateTimeField(_("opened again"), null=True, blank=True, editable=False)
    opened_because = models.CharField(_("opened because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("trading window")
        verbose_name_plural = _("trading windows")
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(opened_at=None),
                name="window_closed_once",
                violation_error_message=_("It is closed already."),
            )
        ]

    def __str__(self) -> str:
        return str(_("Trading window, %(incident)s")) % {"incident": self.incident.number}


class Clearance(Record):
    """Counsel's answer to the question whether records held in a country may be given to somebody abroad."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        CLEARED = "cleared", _("Cleared")
        REFUSED = "refused", _("Refused")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="clearances", verbose_name=_("incident"))
    what = models.TextField(_("which records"))
    held_in = models.CharField(_("held in"), max_length=2, default="CN", validators=[COUNTRY])
    recipient = models.CharField(_("given to"), max_length=200)
    destination = models.CharField(_("in"), max_length=2, validators=[COUNTRY], help_text=_("Country, two letters."))
    purpose = models.CharField(_("what for"), max_length=300)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.ASKED, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("asked by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("answered by"),
    )
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    conditions = models.TextField(_("on which conditions, or why not"), blank=True)

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")

    def __str__(self) -> str:
        return f"{self.held_in} → {self.destination}: {self.recipient}"

    def clean(self) -> None:
        super().clean()
        if self.held_in == self.destination:
            raise ValidationError({"destination": _("They are held there; nothing leaves the country.")})


REGIONS = RegexValidator(r"^[A-Za-z]{2,3}( *, *[A-Za-z]{2,3})*$", _("Codes between commas, for example EU, UK, CN."))


class Exposure(Record):
    """What of an incident the duties to notify hang on. What is not known yet stays empty, and the duty says so."""

    class Risk(models.TextChoices):
        UNLIKELY = "unlikely", _("Unlikely to result in a risk")
        RISK = "risk", _("A risk")
        HIGH = "high", _("A high risk")

    class Operator(models.TextChoices):
        CII = "cii", _("Operator of critical information infrastructure")
        STATE_ORGAN = "state_organ", _("Central Party or state organ, or a unit of one")
        OTHER = "other", _("Any other network operator")

    class Grade(models.TextChoices):
        PARTICULARLY_MAJOR = "particularly_major", _("Particularly major")
        MAJOR = "major", _("Major")
        RELATIVELY_MAJOR = "relatively_major", _("Relatively major")
        GENERAL = "general", _("General")

    class Regulator(models.TextChoices):
        CAC = "CAC", _("Cyberspace Administration of China")
        MPS = "MPS", _("Ministry of Public Security")
        MIIT = "MIIT", _("Ministry of Industry and Information Technology")
        PBOC = "PBOC", _("People's Bank of China")

    class Trigger(models.TextChoices):
        HOME_LAW = "home_law", _("Made public under home law")
        EXCHANGE = "exchange", _("Filed with an exchange that makes it public")
        HOLDERS = "holders", _("Distributed to security holders")

    incident = models.OneToOneField(Incident, models.PROTECT, related_name="exposure", verbose_name=_("incident"))
    regions = models.CharField(
        _("personal data of people in"),
        max_length=100,
        blank=True,
        validators=[REGIONS],
        help_text=_("Codes between commas, for example EU, UK, CN; empty where no personal data are touched."),
    )
    records = models.PositiveBigIntegerField(_("people concerned"), null=True, blank=True)
    aware_at = models.DateTimeField(
        _("aware of the breach of personal data"),
        null=True,
        blank=True,
        help_text=_("When it was reasonably certain that personal data are compromised."),
    )
    risk = models.CharField(_("risk to these people"), max_length=8, choices=Risk.choices, null=True, blank=True)
    in_china = models.BooleanField(
        _("networks or records in China are touched"), default=False, help_text=_("Then China's measures apply.")
    )
    operator = models.CharField(_("operator in China"), max_length=11, choices=Operator.choices, null=True, blank=True)
    grade = models.CharField(_("grade in China"), max_length=18, choices=Grade.choices, null=True, blank=True)
    regulator = models.CharField(
        _("regulator in China"), max_length=4, choices=Regulator.choices, null=True, blank=True
    )
    handled_at = models.DateTimeField(_("handling ended"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("made public at home"), null=True, blank=True, help_text=_("What starts Form 6-K.")
    )
    published_by = models.CharField(_("made public how"), max_length=8, choices=Trigger.choices, null=True, blank=True)
    ag_delays = models.JSONField(_("delays by the Attorney General"), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("reach of the duties to notify")
        verbose_name_plural = _("reach of the duties to notify")

    def __str__(self) -> str:
        return str(_("Duties to notify, %(incident)s")) % {"incident": self.incident.number}

    def clean(self) -> None:
        super().clean()
        if self.published_by is not None and self.published_at is None:
            raise ValidationError({"published_at": _("Say when it was made public.")})
        if not self.in_china and (self.operator or self.grade or self.regulator):
            raise ValidationError({"in_china": _("Operator, grade and regulator are of China's measures.")})
        if not self.regions.strip() and (self.aware_at or self.risk):
            raise ValidationError({"regions": _("Say in which regions the people live.")})


class AuthorityNotice(Record):
    """That an authority, or the people concerned, were told of an incident as a rule asks. Reports to the Commission are
    disclosures and stand there."""

    class Duty(models.TextChoices):
        GDPR_33 = "gdpr_33", _("GDPR Article 33, to the authority")
        GDPR_34 = "gdpr_34", _("GDPR Article 34, to the people concerned")
        UK_33 = "uk_33", _("UK GDPR Article 33, to the authority")
        UK_34 = "uk_34", _("UK GDPR Article 34, to the people concerned")
        CN_REPORT = "cn_report", _("China, incident report")
        CN_SUPPLEMENT = "cn_supplement", _("China, supplement to the report")
        CN_SUMMARY = "cn_summary", _("China, summary report")
        CN_PERSONAL = "cn_personal", _("China, personal information")
        CN_DATA = "cn_data", _("China, data security incident")
        CN_MIIT = "cn_miit", _("China, industry and information technology")
        CN_LAW = "cn_law", _("China, Cybersecurity Law")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="authority_notices", verbose_name=_("incident"))
    duty = models.CharField(_("by which rule"), max_length=13, choices=Duty.choices)
    told_at = models.DateTimeField(_("told"))
    recipient = models.CharField(_("who was told"), max_length=200)
    reference = models.CharField(
        _("how, and under which reference"), max_length=300, help_text=_("A receipt, a file number, a letter.")
    )
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("notice to an authority")
        verbose_name_plural = _("notices to authorities")

    def __str__(self) -> str:
        return f"{self.get_duty_display()}: {self.recipient}"
