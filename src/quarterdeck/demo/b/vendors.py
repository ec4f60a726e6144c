"""The vendors of company B: each recorded, evaluated before it was engaged, bound by the procedures, and watched since.

One was engaged on an exception: a repair that could not wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify

from quarterdeck.areas.vendors.rules import Exposure, Tier, tier_of
from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import perform
from quarterdeck.kernel.records import Record

#: The last day that the story tells of vendors.
LAST = date(2026, 4, 15)


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


#: (vendor, engaged, evaluated, exception, ended)
VENDORS = (
    ("Harrowgate Payments", date(2025, 1, 20), date(2025, 1, 8), None, None),
    ("Silverline Courier", date(2025, 2, 3), date(2025, 1, 22), None, None),
    ("Palmetto Messaging", date(2025, 2, 24), date(2025, 2, 11), None, None),
    ("Orchard Translation", date(2025, 3, 10), date(2025, 2, 27), None, date(2025, 9, 30)),
    ("Granite Colocation", date(2025, 3, 31), date(2025, 3, 12), None, None),
    ("Fernleaf Analytics", date(2025, 4, 14), date(2025, 4, 2), None, None),
    ("Quayside Call Centre", date(2025, 5, 6), date(2025, 4, 21), None, None),
    ("Westwind Mapping", date(2025, 5, 19), date(2025, 5, 7), None, None),
    ("Copperfield Print", date(2025, 6, 9), date(2025, 5, 28), None, None),
    ("Tidegate Backup", date(2025, 6, 23), date(2025, 6, 5), None, None),
    ("Marlow Fraud Screening", date(2025, 7, 14), date(2025, 7, 1), None, None),
    ("Brindle Surveys", date(2025, 8, 4), date(2025, 7, 22), None, None),
    ("Lakeshore Identity", date(2025, 8, 25), date(2025, 8, 11), None, None),
    ("Juniper Lane Studio", date(2025, 9, 8), date(2025, 8, 27), None, None),
    ("Redstone Customs", date(2025, 9, 22), date(2025, 9, 9), None, None),
    ("Saltmarsh Warehousing", date(2025, 10, 13), date(2025, 9, 29), None, None),
    ("Pinefall Video", date(2025, 10, 27), date(2025, 10, 14), None, None),
    ("Ashgrove Payroll", date(2025, 11, 10), date(2025, 10, 28), None, None),
    ("Kingfisher Cable Repair", date(2025, 11, 18), None, date(2025, 11, 17), date(2025, 12, 5)),
    ("Larchmont Search", date(2025, 12, 8), date(2025, 11, 24), None, None),
    ("Dovecote Returns", date(2026, 1, 19), date(2026, 1, 6), None, None),
    ("Millrace Energy", date(2026, 3, 9), date(2026, 2, 24), None, None),
)

KNOWN = {
    "Harrowgate Payments": Known("Payment processing", "commerce", "restricted", "large", "systems", "critical", "SG"),
    "Silverline Courier": Known("Delivery to the door", "fulfilment", "confidential", "large"),
    "Palmetto Messaging": Known("Text messages to customers", "commerce", "confidential", "large", country="SG"),
    "Orchard Translation": Known("Translation of product pages", "commerce", "internal", "small", criticality="low"),
    "Granite Colocation": Known("Space and power in two data centres", "security", "restricted", "small", "premises", "critical"),
    "Fernleaf Analytics": Known("Analysis of browsing", "commerce", "confidential", "large", "systems"),
    "Quayside Call Centre": Known("Customer service by telephone", "commerce", "confidential", "medium", "systems", weak=True),
    "Westwind Mapping": Known("Maps and routing", "fulfilment", "internal", criticality="low"),
    "Copperfield Print": Known("Printing of labels", "fulfilment", "internal", criticality="low"),
    "Tidegate Backup": Known("Backups outside the house", "security", "restricted", "large", "systems", "high", "IE"),
    "Marlow Fraud Screening": Known("Screening of orders", "commerce", "confidential", "large", "systems", "high", "IE"),
    "Brindle Surveys": Known("Customer surveys", "commerce", "confidential", "small", criticality="low"),
    "Lakeshore Identity": Known("Sign-in of staff", "security", "restricted", "medium", "privileged", "critical", "IE"),
    "Juniper Lane Studio": Known("Photographs of products", "commerce", "internal", criticality="low"),
    "Redstone Customs": Known("Customs declarations", "fulfilment", "confidential", "medium"),
    "Saltmarsh Warehousing": Known("Two warehouses", "fulfilment", "internal", "small", "premises", "high"),
    "Pinefall Video": Known("Delivery of video", "commerce", "internal", country="SG"),
    "Ashgrove Payroll": Known("Payroll", "people", "restricted", "medium", criticality="high"),
    "Kingfisher Cable Repair": Known("Repair of a cut cable", "fulfilment", "none", "none", "premises", "low"),
    "Larchmont Search": Known("Search on product pages", "commerce", "confidential", "large", "systems", "high"),
    "Dovecote Returns": Known("Handling of returns", "fulfilment", "confidential", "medium"),
    "Millrace Energy": Known("Power for the warehouses", "fulfilment", "none", "none", criticality="high"),
}  # fmt: skip

QUESTIONS = (
    ("yes_no", "Is a named person answerable for information security?", False),
    ("yes_no", "Is multi-factor sign-in enforced for every administrator?", True),
    ("yes_no", "Is our data encrypted at rest and in transit?", True),
    ("yes_no", "Is somebody outside the team testing security at least once a year?", False),
    ("yes_no", "Would you tell us of an incident within 24 hours?", True),
    ("yes_no", "Do you restore from backups in an exercise every year?", False),
    ("text", "Which subcontractors handle our data, and where?", False),
)

#: Providers behind several of the vendors: (vendor, provider, country, what for, sees data, essential).
CHAIN = (
    ("Harrowgate Payments", "Northlight Cloud", "SG", "Servers and storage", True, True),
    ("Palmetto Messaging", "Northlight Cloud", "SG", "Servers and storage", True, True),
    ("Fernleaf Analytics", "Northlight Cloud", "SG", "Servers and storage", True, True),
    ("Lakeshore Identity", "Corran Hosting", "IE", "Servers", True, True),
    ("Tidegate Backup", "Corran Hosting", "IE", "Object storage", True, True),
    ("Marlow Fraud Screening", "Corran Hosting", "IE", "Servers", True, True),
    ("Ashgrove Payroll", "Dunmore Letters", "CN", "Printing and posting of slips", True, False),
)


def scenes(stage: Stage) -> None:
    """Recorded, evaluated, decided five days later, accepted on the eve, engaged, watched, and ended."""
    stage.later(date(2024, 12, 18), partial(_questionnaire, stage))
    for vendor, engaged, evaluated, exception, ended in VENDORS:
        first = evaluated or exception or engaged - timedelta(days=10)
        stage.later(first, partial(_record, stage, vendor, engaged), hour=1)
        if evaluated is not None:
            stage.later(evaluated, partial(_evaluate, stage, vendor), hour=2)
            stage.later(evaluated + timedelta(days=5), partial(_decide, stage, vendor), hour=3)
            again = evaluated + timedelta(days=355)
            if _every_year(vendor) and again < LAST:
                stage.later(again, partial(_evaluate, stage, vendor), hour=2)
                stage.later(again + timedelta(days=5), partial(_decide, stage, vendor), hour=3)
        if exception is not None:
            stage.later(exception, partial(_except, stage, vendor), hour=2)
            stage.later(exception, partial(_grant, stage, vendor), hour=3)
        stage.later(engaged - timedelta(days=1), partial(_accept, stage, vendor), hour=4)
        if evaluated is None and exception is None:
            continue  # without either it cannot be engaged
        stage.later(engaged, partial(_engage, stage, vendor, engaged), hour=5)
        report = engaged + timedelta(days=90)
        if report <= LAST and (ended is None or report <= ended):
            stage.later(report, partial(_met, stage, vendor), hour=6)
        if ended is not None:
            stage.later(ended, partial(_end, stage, vendor, ended), hour=7)
    stage.later(date(2025, 11, 12), partial(_chain, stage))
    stage.later(date(2025, 9, 16), partial(_assurances, stage))
    stage.later(date(2026, 2, 10), partial(_watch, stage))


def _every_year(vendor: str) -> bool:
    """Whether it is of the first tier, whose evaluations count for one year only."""
    known = KNOWN[vendor]
    return tier_of(Exposure(known.sensitivity, known.volume, known.access, known.criticality, False)).tier is Tier.ONE


def _questionnaire(stage: Stage) -> None:
    made = stage.do(
        "vendors.questionnairetemplate.create",
        "deng.hao",
        title="Security of a vendor",
        purpose="Before every engagement",
    )
    from quarterdeck.areas.vendors.models import QuestionnaireVersion

    version = QuestionnaireVersion.objects.get(template_id=made.pk)
    stage.do("vendors.questionnaireversion.add_section", "deng.hao", version, title="How you keep our data safe")
    for kind, text, critical in QUESTIONS:
        stage.do(
            "vendors.questionnaireversion.add_question", "deng.hao", version, section="How you keep our data safe", text=text, kind=kind,
            critical=critical, required=kind == "yes_no", weight=2 if critical else 1,
        )  # fmt: skip
    stage.do("vendors.questionnaireversion.publish", "deng.hao", version, cast="questionnaire")


def _record(stage: Stage, vendor: str, engaged: date) -> None:
    known = KNOWN[vendor]
    owner = {"fulfilment": "Wei An", "security": "Wu Kai", "people": "Tang Jia"}.get(known.unit, "Bai Ling")
    stage.do(
        "vendors.vendor.create", "deng.hao", cast=f"vendor:{vendor}", name=vendor, legal_name=f"{vendor} Ltd.", country=known.country,
        kind="legal", unit=stage.cast[known.unit], owner=stage.cast[key(owner)], service=known.service, sensitivity=known.sensitivity,
        volume=known.volume, access=known.access, criticality=known.criticality, contact_name="Security desk",
        contact_email=f"security@{slugify(vendor)}.example", function=known.service, provided_from=known.country, stored_in=known.country,
        processed_in=known.country,
    )  # fmt: skip
    stage.do(
        "vendors.vendorengagement.plan", "deng.hao", cast=f"engagement:{vendor}", vendor=stage.cast[f"vendor:{vendor}"], service=known.service,
        planned_for=engaged,
    )  # fmt: skip


def _evaluate(stage: Stage, vendor: str) -> None:
    known = KNOWN[vendor]
    made = stage.do(
        "vendors.evaluation.open", "deng.hao", cast=f"evaluation:{vendor}", vendor=stage.cast[f"vendor:{vendor}"],
        scope=f"{known.service}, with the data and the access that it needs", questionnaire=stage.cast["questionnaire"],
    )  # fmt: skip
    answers: dict[str, dict[str, object]] = {f"q{number}": {"values": ["yes"]} for number in range(1, 7)}
    answers["q7"] = {"values": ["None beyond those that the contract names."]}
    if known.weak:
        answers["q4"] = {"values": ["no"], "comment": "Planned for next spring."}
        answers["q6"] = {"values": ["no"], "comment": "Restored once, two years ago."}
    elif known.sensitivity == "none":
        answers["q3"] = {"values": ["na"], "comment": "We hold none of your data."}
    stage.do("vendors.evaluation.answer", "deng.hao", made, answers=answers)
    stage.do("vendors.evaluation.submit", "deng.hao", made)
    summary = "Two weaknesses, neither of them critical." if known.weak else "Nothing that stands against engaging it."
    stage.do("vendors.evaluation.propose", "deng.hao", made, summary=summary)


def _decide(stage: Stage, vendor: str) -> None:
    known = KNOWN[vendor]
    years = 1 if _every_year(vendor) else 2
    until = clock.today() + timedelta(days=365 * years)
    data: dict[str, Any] = {"decision": "approved", "because": "The answers bear it.", "valid_until": until}
    if known.weak:
        data |= {
            "decision": "conditions", "conditions": "Have security tested by an outsider and send the summary",
            "conditions_due": clock.today() + timedelta(days=120),
        }  # fmt: skip
    stage.do("vendors.evaluation.decide", "sun.rui", f"evaluation:{vendor}", **data)


def _except(stage: Stage, vendor: str) -> None:
    stage.do(
        "vendors.vendorexception.request", "wei.an", cast=f"exception:{vendor}", vendor=stage.cast[f"vendor:{vendor}"],
        reason="Urgent repair of a cut cable; escorted, without access to systems",
        compensating="Escorted at every step; no device is plugged in", expires_on=clock.today() + timedelta(days=30),
    )  # fmt: skip


def _grant(stage: Stage, vendor: str) -> None:
    stage.do(
        "vendors.vendorexception.grant",
        "sun.rui",
        f"exception:{vendor}",
        reason="The repair cannot wait; it ends within a month.",
    )


def _accept(stage: Stage, vendor: str) -> None:
    of = stage.cast[f"vendor:{vendor}"]
    stage.do(
        "vendors.acceptance.record", "deng.hao", cast=f"acceptance:{vendor}", vendor=of, version="3", accepted_on=clock.today(),
        accepted_by=f"For {vendor}: its managing director",
    )  # fmt: skip


def _engage(stage: Stage, vendor: str, engaged: date) -> None:
    stage.do("vendors.vendorengagement.engage", "sun.rui", f"engagement:{vendor}", engaged_on=engaged)
    known = KNOWN[vendor]
    if known.sensitivity != "none":
        owner = {"fulfilment": "Wei An", "security": "Wu Kai"}.get(known.unit, "Bai Ling")
        stage.do(
            "vendors.obligation.add", "deng.hao", cast=f"obligation:{vendor}", vendor=stage.cast[f"vendor:{vendor}"],
            title="Report on security for the year", evidence_wanted="The report, with open weaknesses and what is done about them",
            recurrence=known.every, first_due=engaged + timedelta(days=90), owner=stage.cast[key(owner)],
        )  # fmt: skip


def _with_file(stage: Stage, code: str, who: str, record: Record, name: str, **data: Any) -> None:
    document = SimpleUploadedFile(f"{slugify(name)}.txt", f"{name}\n".encode(), "text/plain")
    plain = {key: getattr(value, "pk", value) for key, value in data.items()}
    perform(code, stage.users[who], record, plain, files=MultiValueDict({"file": [document]}))


def _met(stage: Stage, vendor: str) -> None:
    owed = stage.cast.get(f"obligation:{vendor}")
    if owed is not None:
        _with_file(
            stage,
            "vendors.obligation.meet",
            "deng.hao",
            owed,
            f"Security report of {vendor}",
            note="Read; nothing open that matters",
        )
    if KNOWN[vendor].weak:
        from quarterdeck.areas.vendors.models import Condition

        condition = Condition.objects.get(evaluation_id=stage.cast[f"evaluation:{vendor}"].pk)
        _with_file(
            stage,
            "vendors.condition.meet",
            "deng.hao",
            condition,
            f"Test of {vendor}",
            note="Tested by an outsider; summary read",
        )


def _end(stage: Stage, vendor: str, ended: date) -> None:
    from quarterdeck.areas.vendors.models import OffboardingItem

    engagement = stage.cast[f"engagement:{vendor}"]
    stage.do("vendors.vendorengagement.end", "sun.rui", engagement, day=ended, reason="The work is done.")
    for item in OffboardingItem.objects.filter(engagement_id=engagement.pk).order_by("pk"):
        none = KNOWN[vendor].sensitivity == "none" and item.what in ("data_returned", "data_destroyed", "secrets")
        if none:
            stage.do("vendors.offboardingitem.settle", "deng.hao", item, note="It held none.", not_needed=True)
        else:
            _with_file(
                stage,
                "vendors.offboardingitem.settle",
                "deng.hao",
                item,
                f"{item.what} {vendor}",
                note="Done and checked",
            )


def _chain(stage: Stage) -> None:
    for vendor, provider, country, what, sees, essential in CHAIN:
        stage.do(
            "vendors.subcontractor.add", "deng.hao", vendor=stage.cast[f"vendor:{vendor}"], name=provider, country=country, service=what,
            sees_data=sees, essential=essential, since="2025-01-01",
        )  # fmt: skip


def _assurances(stage: Stage) -> None:
    for vendor, kind, issuer, start, end, until in (
        ("Harrowgate Payments", "soc2_type2", "Alder & Finch", "2024-07-01", "2025-06-30", "2026-08-31"),
        ("Lakeshore Identity", "iso27001", "Meridian Certification", "", "", "2027-03-31"),
        ("Tidegate Backup", "soc2_type2", "Alder & Finch", "2024-04-01", "2025-03-31", "2026-05-31"),
    ):
        stage.do(
            "vendors.assurance.record", "deng.hao", vendor=stage.cast[f"vendor:{vendor}"], kind=kind, issuer=issuer,
            scope="The services that we use", period_from=start, period_until=end, issued_on="2025-08-15", expires_on=until,
            reviewed="Read in whole; no exception touches what we use.",
        )  # fmt: skip


def _watch(stage: Stage) -> None:
    stage.do(
        "vendors.monitoringnote.add", "deng.hao", vendor=stage.cast["vendor:Fernleaf Analytics"], day="2026-02-09", source="Trade press",
        what="A rival of it lost data through the same software.", weight="watch", action="Asked whether it has been patched; it has.",
    )  # fmt: skip
