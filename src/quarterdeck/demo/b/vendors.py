"""The vendors of company B: each recorded, evaluated before it was engaged, bound by the procedures, and watched since.

One was engaged on an exception: a repair that could not wait.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.stage import Stage
from quarterdeck.demo.suppliers import Asked, Book, Excused, Known, trade

#: The last day that the story tells of vendors.
LAST = date(2026, 4, 15)

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
    "Silverline Courier": Known("Delivery to the door", "fulfilment", "confidential", "large", found=(
        ("moderate", "Delivery lists stay on the couriers' own telephones for a week"),
    )),
    "Palmetto Messaging": Known("Text messages to customers", "commerce", "confidential", "large", country="SG"),
    "Orchard Translation": Known("Translation of product pages", "commerce", "internal", "small", criticality="low"),
    "Granite Colocation": Known("Space and power in two data centres", "security", "restricted", "small", "premises", "critical"),
    "Fernleaf Analytics": Known("Analysis of browsing", "commerce", "confidential", "large", "systems"),
    "Quayside Call Centre": Known("Customer service by telephone", "commerce", "confidential", "medium", "systems", weak=True, found=(
        ("moderate", "Nobody from outside has tested it"),
    )),
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
    Asked("Is a named person answerable for information security?"),
    Asked("Is multi-factor sign-in enforced for every administrator?", critical=True),
    Asked("Is our data encrypted at rest and in transit?", critical=True, idle="We hold none of your data."),
    Asked("Is somebody outside the team testing security at least once a year?", weak="Planned for next spring."),
    Asked("Would you tell us of an incident within 24 hours?", critical=True),
    Asked("Do you restore from backups in an exercise every year?", weak="Restored once, two years ago."),
    Asked("Which subcontractors handle our data, and where?", words="None beyond those that the contract names."),
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


def book() -> Book:
    """What is known of them all."""
    return Book(
        heading="How you keep our data safe",
        questions=QUESTIONS,
        vendors=VENDORS,
        known=KNOWN,
        owner="Bai Ling",
        owners={"fulfilment": "Wei An", "security": "Wu Kai", "people": "Tang Jia"},
        last=LAST,
        condition="Have security tested by an outsider and send the summary",
        version="3",
        exception=Excused(
            "wei.an",
            "Urgent repair of a cut cable; escorted, without access to systems",
            "Escorted at every step; no device is plugged in",
            "The repair cannot wait; it ends within a month.",
        ),
    )


def scenes(stage: Stage) -> None:
    """Their years, and what came to light about some of them in between."""
    trade(stage, book(), questionnaire=date(2024, 12, 18))
    stage.later(date(2025, 11, 12), partial(_chain, stage))
    stage.later(date(2025, 9, 16), partial(_assurances, stage))
    stage.later(date(2026, 2, 10), partial(_watch, stage))


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
