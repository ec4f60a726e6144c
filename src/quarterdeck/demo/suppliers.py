"""The vendors of a story: each recorded, evaluated before it was engaged, bound by the procedures where there are any, watched
since, and ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.utils.text import slugify

from quarterdeck.areas.vendors.models import Condition, OffboardingItem, QuestionnaireVersion
from quarterdeck.areas.vendors.rules import Exposure, Tier, tier_of
from quarterdeck.demo.papers import hand_over
from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel import clock
from quarterdeck.kernel.records import Record

#: Vendor, and the days on which it was engaged, evaluated, excepted (without an evaluation) and ended.
Years = tuple[str, date, date | None, date | None, date | None]


@dataclass(frozen=True)
class Known:
    """What is recorded of a vendor beside its days."""

    service: str
    unit: str
    sensitivity: str = "internal"
    volume: str = "small"
    access: str = "none"
    criticality: str = "moderate"
    country: str = "CN"
    every: str = "yearly"
    weak: bool = False
    #: What its first evaluation found: severity and title.
    found: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """One question of the questionnaire. ``weak``: what a vendor known as weak says to its *no*; ``idle``: why it does not apply to
    one that holds no data; ``words``: the usual answer to a question in words."""

    text: str
    critical: bool = False
    weak: str = ""
    idle: str = ""
    words: str = ""

    @property
    def kind(self) -> str:
        return "text" if self.words else "yes_no"

    def answer(self, known: Known) -> dict[str, object]:
        if self.words:
            return {"values": [self.words]}
        if self.weak and known.weak:
            return {"values": ["no"], "comment": self.weak}
        if self.idle and known.sensitivity == "none":
            return {"values": ["na"], "comment": self.idle}
        return {"values": ["yes"]}


@dataclass(frozen=True)
class Excused:
    """An exception from the evaluation: who asks for it (login), why, what happens instead, and why it is granted."""

    login: str
    reason: str
    instead: str
    granted: str


@dataclass(frozen=True)
class Book:
    """All vendors of a company. ``owner``: answers for a vendor of a unit that ``owners`` does not name; ``version``: of the
    procedures that each accepts (empty: there are none); ``last``: the last day that is told; ``condition``: what a vendor known
    as weak has to do; ``exception``: of those engaged without an evaluation."""

    heading: str
    questions: tuple[Asked, ...]
    vendors: tuple[Years, ...]
    known: Mapping[str, Known]
    owner: str
    owners: Mapping[str, str]
    last: date
    condition: str
    version: str = ""
    exception: Excused | None = None

    def owner_of(self, vendor: str) -> str:
        """The cast's name of who answers for the vendor."""
        return key(self.owners.get(self.known[vendor].unit, self.owner))


def trade(stage: Stage, book: Book, *, questionnaire: date) -> None:
    """Recorded, evaluated, decided five days later, accepted on the eve, engaged, watched, and ended. ``questionnaire``: the day on
    which it is written. In the cast as ``vendor:NAME``, ``engagement:NAME`` and so on."""
    stage.later(questionnaire, partial(_questionnaire, stage, book))
    for vendor, engaged, evaluated, exception, ended in book.vendors:
        first = evaluated or exception or engaged - timedelta(days=10)
        stage.later(first, partial(_record, stage, book, vendor, engaged), hour=1)
        if evaluated is not None:
            stage.later(evaluated, partial(_evaluate, stage, book, vendor), hour=2)
            stage.later(evaluated + timedelta(days=5), partial(_decide, stage, book, vendor), hour=3)
            again = evaluated + timedelta(days=355)
            if _every_year(book.known[vendor]) and again < book.last:
                stage.later(again, partial(_evaluate, stage, book, vendor), hour=2)
                stage.later(again + timedelta(days=5), partial(_decide, stage, book, vendor), hour=3)
        if exception is not None:
            stage.later(exception, partial(_except, stage, book, vendor), hour=2)
            stage.later(exception, partial(_grant, stage, book, vendor), hour=3)
        if book.version:
            stage.later(engaged - timedelta(days=1), partial(_accept, stage, book, vendor), hour=4)
        if evaluated is None and exception is None:
            continue  # without either it cannot be engaged
        stage.later(engaged, partial(_engage, stage, book, vendor, engaged), hour=5)
        report = engaged + timedelta(days=90)
        if report <= book.last and (ended is None or report <= ended):
            stage.later(report, partial(_met, stage, book, vendor), hour=6)
        if ended is not None:
            stage.later(ended, partial(_end, stage, book, vendor, ended), hour=7)


def _every_year(known: Known) -> bool:
    """Whether it is of the first tier, whose evaluations count for one year only."""
    return tier_of(Exposure(known.sensitivity, known.volume, known.access, known.criticality, False)).tier is Tier.ONE


def _questionnaire(stage: Stage, book: Book) -> None:
    made = stage.do(
        "vendors.questionnairetemplate.create",
        stage.hands.analyst,
        title="Security of a vendor",
        purpose="Before every engagement",
    )
    version = QuestionnaireVersion.objects.get(template_id=made.pk)
    stage.do("vendors.questionnaireversion.add_section", stage.hands.analyst, version, title=book.heading)
    for asked in book.questions:
        stage.do(
            "vendors.questionnaireversion.add_question", stage.hands.analyst, version, section=book.heading, text=asked.text, kind=asked.kind,
            critical=asked.critical, required=not asked.words, weight=2 if asked.critical else 1,
        )  # fmt: skip
    stage.do("vendors.questionnaireversion.publish", stage.hands.analyst, version, cast="questionnaire")


def _record(stage: Stage, book: Book, vendor: str, engaged: date) -> None:
    known = book.known[vendor]
    stage.do(
        "vendors.vendor.create", stage.hands.analyst, cast=f"vendor:{vendor}", name=vendor, legal_name=f"{vendor} Ltd.", country=known.country,
        kind="legal", unit=stage.cast[known.unit], owner=stage.cast[book.owner_of(vendor)], service=known.service, sensitivity=known.sensitivity,
        volume=known.volume, access=known.access, criticality=known.criticality, contact_name="Security desk",
        contact_email=f"security@{slugify(vendor)}.example", function=known.service, provided_from=known.country, stored_in=known.country,
        processed_in=known.country,
    )  # fmt: skip
    stage.do(
        "vendors.vendorengagement.plan", stage.hands.analyst, cast=f"engagement:{vendor}", vendor=stage.cast[f"vendor:{vendor}"], service=known.service,
        planned_for=engaged,
    )  # fmt: skip


def _evaluate(stage: Stage, book: Book, vendor: str) -> None:
    known = book.known[vendor]
    made = stage.do(
        "vendors.evaluation.open", stage.hands.analyst, cast=f"evaluation:{vendor}", vendor=stage.cast[f"vendor:{vendor}"],
        scope=f"{known.service}, with the data and the access that it needs", questionnaire=stage.cast["questionnaire"],
    )  # fmt: skip
    answers = {f"q{number}": asked.answer(known) for number, asked in enumerate(book.questions, 1)}
    stage.do("vendors.evaluation.answer", stage.hands.analyst, made, answers=answers)
    stage.do("vendors.evaluation.submit", stage.hands.analyst, made)
    for severity, title in known.found:
        # Found once: a later evaluation starts from its own answers.
        if f"finding:{title}" not in stage.cast:
            stage.do(
                "vendors.finding.add", stage.hands.analyst, cast=f"finding:{title}", evaluation=made, title=title, severity=severity, text=""
            )  # fmt: skip
    summary = "Two weaknesses, neither of them critical." if known.weak else "Nothing that stands against engaging it."
    stage.do("vendors.evaluation.propose", stage.hands.analyst, made, summary=summary)


def _decide(stage: Stage, book: Book, vendor: str) -> None:
    known = book.known[vendor]
    years = 1 if _every_year(known) else 2
    until = clock.today() + timedelta(days=365 * years)
    data: dict[str, Any] = {"decision": "approved", "because": "The answers bear it.", "valid_until": until}
    if known.weak:
        data |= {
            "decision": "conditions", "conditions": book.condition,
            "conditions_due": clock.today() + timedelta(days=120),
        }  # fmt: skip
    stage.do("vendors.evaluation.decide", stage.hands.security, f"evaluation:{vendor}", **data)


def _except(stage: Stage, book: Book, vendor: str) -> None:
    assert book.exception is not None
    stage.do(
        "vendors.vendorexception.request", book.exception.login, cast=f"exception:{vendor}", vendor=stage.cast[f"vendor:{vendor}"],
        reason=book.exception.reason, compensating=book.exception.instead, expires_on=clock.today() + timedelta(days=30),
    )  # fmt: skip


def _grant(stage: Stage, book: Book, vendor: str) -> None:
    assert book.exception is not None
    granted = book.exception.granted
    stage.do("vendors.vendorexception.grant", stage.hands.security, f"exception:{vendor}", reason=granted)


def _accept(stage: Stage, book: Book, vendor: str) -> None:
    of = stage.cast[f"vendor:{vendor}"]
    stage.do(
        "vendors.acceptance.record", stage.hands.analyst, cast=f"acceptance:{vendor}", vendor=of, version=book.version, accepted_on=clock.today(),
        accepted_by=f"For {vendor}: its managing director",
    )  # fmt: skip


def _engage(stage: Stage, book: Book, vendor: str, engaged: date) -> None:
    stage.do("vendors.vendorengagement.engage", stage.hands.security, f"engagement:{vendor}", engaged_on=engaged)
    known = book.known[vendor]
    if known.sensitivity != "none":
        stage.do(
            "vendors.obligation.add", stage.hands.analyst, cast=f"obligation:{vendor}", vendor=stage.cast[f"vendor:{vendor}"],
            title="Report on security for the year", evidence_wanted="The report, with open weaknesses and what is done about them",
            recurrence=known.every, first_due=engaged + timedelta(days=90), owner=stage.cast[book.owner_of(vendor)],
        )  # fmt: skip


def _with_file(stage: Stage, code: str, who: str, record: Record, name: str, **data: object) -> None:
    hand_over(stage, code, who, record, {"file": f"{name}\n".encode()}, name, **data)


def _met(stage: Stage, book: Book, vendor: str) -> None:
    owed = stage.cast.get(f"obligation:{vendor}")
    if owed is not None:
        _with_file(
            stage,
            "vendors.obligation.meet",
            stage.hands.analyst,
            owed,
            f"Security report of {vendor}",
            note="Read; nothing open that matters",
        )
    if book.known[vendor].weak:
        condition = Condition.objects.get(evaluation_id=stage.cast[f"evaluation:{vendor}"].pk)
        _with_file(
            stage,
            "vendors.condition.meet",
            stage.hands.analyst,
            condition,
            f"Test of {vendor}",
            note="Tested by an outsider; summary read",
        )


def _end(stage: Stage, book: Book, vendor: str, ended: date) -> None:
    engagement = stage.cast[f"engagement:{vendor}"]
    stage.do("vendors.vendorengagement.end", stage.hands.security, engagement, day=ended, reason="The work is done.")
    for item in OffboardingItem.objects.filter(engagement_id=engagement.pk).order_by("pk"):
        none = book.known[vendor].sensitivity == "none" and item.what in ("data_returned", "data_destroyed", "secrets")
        if none:
            stage.do("vendors.offboardingitem.settle", stage.hands.analyst, item, note="It held none.", not_needed=True)
        else:
            _with_file(
                stage,
                "vendors.offboardingitem.settle",
                stage.hands.analyst,
                item,
                f"{item.what} {vendor}",
                note="Done and checked",
            )
