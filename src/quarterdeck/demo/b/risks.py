"""Ten cyber risks in the company's enterprise register: estimated twice, treated, accepted, held against appetite; the yearly
question to the board committee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.engagements.models import Recommendation
from quarterdeck.areas.risks.models import Risk
from quarterdeck.demo.b import calibration
from quarterdeck.demo.b.bodies import DIRECTORS, VOTERS
from quarterdeck.demo.sittings import Room, settle
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel.records import Record

CATEGORIES = (
    ("operations", "Operations", "What stops goods and orders.", 1),
    ("customers", "Customers and data", "What customers entrust to the company.", 2),
    ("financial", "Financial loss and fraud", "Money and goods taken.", 3),
    ("partners", "Vendors and partners", "What others do for the company.", 4),
)


@dataclass(frozen=True)
class Known:
    """A risk as it entered the register. ``today`` and ``bare``: events a year and cost of one event in millions, each an
    interval, as things are and without the safeguards."""

    title: str
    threat: str
    origin: str
    asset: str
    effect: str
    category: str
    owner: str
    unit: str
    today: tuple[tuple[float, float], tuple[float, float]]
    bare: tuple[tuple[float, float], tuple[float, float]]
    safeguard: str = ""


RISKS = (
    Known("Ransomware stops a warehouse", "Criminal group", "external", "Sorting and dispatch of a warehouse", "availability",
          "operations", "Wei An", "fulfilment", ((0.05, 0.4), (12, 140)), ((0.2, 1.6), (20, 260)), "Tested backups kept offline"),
    Known("Card data taken from payment pages", "Criminal group", "external", "Payment pages", "confidentiality", "customers",
          "Ma Ning", "commerce", ((0.02, 0.15), (25, 300)), ((0.1, 0.8), (25, 300)), ""),
    Known("A mini program leaks customer data", "Developer's mistake", "internal", "Mini programs", "confidentiality", "customers",
          "Bai Ling", "commerce", ((0.15, 0.9), (1.5, 22)), ((0.5, 3), (1.5, 30)), ""),
    Known("A cloud region is lost for a day", "Failure at a provider", "partner", "Trading platforms", "availability", "partners",
          "Ma Ning", "commerce", ((0.03, 0.2), (30, 160)), ((0.05, 0.3), (60, 320)), ""),
    Known("Refunds paid to robots", "Fraud ring", "external", "Refund desk", "fraud", "financial", "Bai Ling", "commerce",
          ((1, 5), (0.2, 3)), ((4, 16), (0.3, 5)), ""),
    Known("An employee sells customer lists", "Employee", "internal", "Customer database", "confidentiality", "customers", "Shen Tao",
          "security", ((0.03, 0.25), (3, 45)), ((0.1, 0.8), (4, 60)), ""),
    Known("A faulty change sets wrong prices", "Operator's mistake", "internal", "Price service", "integrity", "financial", "Bai Ling",
          "commerce", ((0.2, 1.2), (0.3, 6)), ((0.6, 4), (0.4, 9)), ""),
    Known("A courier loses delivery data", "Criminal group at a vendor", "partner", "Couriers' systems", "confidentiality", "partners",
          "Wei An", "fulfilment", ((0.1, 0.6), (0.8, 15)), ((0.2, 1.1), (1, 20)), ""),
    Known("Fire in the main data centre", "Fire", "environment", "Main data centre", "availability", "operations", "Shen Tao",
          "security", ((0.004, 0.03), (40, 420)), ((0.006, 0.05), (90, 900)), ""),
    Known("Administrators' accounts taken over", "Criminal group", "external", "Identity systems", "integrity", "operations",
          "Shen Tao", "security", ((0.04, 0.3), (8, 120)), ((0.2, 1.3), (10, 180)), ""),
)  # fmt: skip

PLANS = (
    ("R-1", "Restore a whole warehouse twice a year", "Wei An", 1_400_000, date(2026, 6, 30), 1, 0.55, False),
    ("R-1", "Networks of scanners and sorters apart", "Shen Tao", 2_600_000, date(2025, 6, 30), 0.6, 0.8, True),
    ("R-2", "Payment keys in hardware", "Ma Ning", 3_100_000, date(2026, 9, 30), 0.5, 0.9, True),
    ("R-4", "Orders run from a second region", "Ma Ning", 9_500_000, date(2026, 12, 15), 1, 0.35, True),
    ("R-10", "Passkeys for every administrator", "Shen Tao", 800_000, date(2026, 3, 31), 0.35, 1, True),
)  # fmt: skip

#: What each safeguard takes away of how often or how much, on which share, how reliably, and what it costs for that risk.
GUARDED = (
    ("R-1", "Isolated, immutable backups", "severity", 0.6, 0.85, 2, 6, 2_200_000, "Restored on two of seven sites in the exercise."),
    ("R-1", "Endpoint detection on every workstation and server", "frequency", 0.55, 0.95, 4, 2, 1_800_000,
     "Eleven of twenty simulated attacks were stopped before they spread."),
    ("R-2", "Four-eyes approval of changes to payment systems", "frequency", 0.7, 1, 1, 3, 900_000, "No unapproved change in two years."),
    ("R-10", "Multi-factor sign-in for all administrators", "frequency", 0.75, 0.97, 1, 4, 600_000, "Test of November: all but three of 112."),
    ("R-10", "Quarterly review of privileged accounts", "frequency", 0.1, 1, 0, 0, 350_000, "Finds a forgotten account a quarter."),
)  # fmt: skip

#: Which incident came of which risk, and what the year's incidents have cost and may still cost.
CONNECTED = (
    ("R-3", "exposed-bucket", "A folder of a mini program stood open; no reader, by luck rather than by design."),
    ("R-10", "phishing", "Passwords of two colleagues, not of administrators: nearly."),
    ("R-8", "stolen-token", "It came true before the register had its first figures."),
)
LOSSES = (
    ("exposed-bucket", "response", 640_000, 0, 0, "Three weeks of four people, and the review of all folders."),
    ("phishing", "response", 45_000, 0, 0, "Two days of three people."),
    ("stolen-token", "response", 90_000, 0, 0, "Letters to 1,180 customers."),
    ("denial", "productivity", 310_000, 0, 0, "What was not caught up of the orders, at the margin of the quarter."),
    ("denial", "response", 120_000, 0, 40_000, "Filter of the provider; counsel's last invoice is open."),
)

#: What was found elsewhere and bears on a risk: of a vendor, or what an outside expert recommended.
FOUND = (
    (
        "R-8",
        "vendor",
        "Delivery lists stay on the couriers' own telephones for a week",
        "A lost telephone is a lost list of addresses.",
    ),
    ("R-6", "vendor", "Nobody from outside has tested it", "Its agents open the same customer records as our own."),
    (
        "R-2",
        "recommendation",
        "Move the keys of the payment interface into hardware",
        "Who copies the keys can read the payment pages.",
    ),
)
#: The same of the year after.
FOUND_LATER = (
    (
        "R-1",
        "recommendation",
        "Rehearse restoring a warehouse",
        "How long a warehouse stands still was never measured.",
    ),
)


def scenes(stage: Stage) -> None:
    """The register from its first day to the board's answer."""
    stage.later(date(2025, 1, 20), partial(_ground, stage))
    stage.later(date(2025, 3, 20), partial(_enter, stage))
    calibration.scenes(stage)
    stage.later(date(2025, 3, 24), partial(_safeguards, stage))
    stage.later(date(2025, 4, 1), partial(_assessment, stage, "Spring", date(2025, 3, 27)))
    stage.later(date(2025, 4, 11), partial(_appetite, stage))
    stage.later(date(2025, 4, 16), partial(_treat, stage))
    stage.later(date(2025, 5, 6), partial(_accept, stage))
    stage.later(date(2025, 6, 13), partial(_separated, stage))
    stage.later(date(2025, 7, 8), partial(_found, stage, FOUND))
    stage.later(date(2025, 9, 18), partial(_again, stage))
    stage.later(date(2025, 9, 30), partial(_assessment, stage, "Autumn", date(2025, 9, 25)))
    stage.later(date(2025, 12, 10), partial(_into_the_register, stage))
    stage.later(date(2026, 1, 9), partial(_losses, stage))
    stage.later(date(2026, 3, 16), partial(_found, stage, FOUND_LATER))
    stage.later(date(2026, 3, 17), partial(_learnt, stage))
    stage.later(date(2026, 3, 18), partial(_looked_at, stage))
    stage.later(date(2026, 3, 20), partial(_figures, stage))
    stage.later(date(2026, 4, 8), partial(_question, stage))
    stage.later(date(2026, 4, 15), partial(_answer, stage))


def _person(name: str) -> str:
    return f"person:{name.lower().replace(' ', '-')}"


def _ground(stage: Stage) -> None:
    for code, name, description, place in CATEGORIES:
        stage.do(
            "risks.riskcategory.create", "sun.rui", cast=f"category:{code}", code=code, name=name, description=description, place=place
        )  # fmt: skip
    for label, least in (("Low", 0), ("Moderate", 1_000_000), ("High", 5_000_000), ("Severe", 20_000_000)):
        stage.do("risks.rating.create", "sun.rui", label=label, from_amount=least)
    stage.do(
        "risks.frameworkowner.name", "sun.rui", cast="framework:erm", framework="enterprise_risk_management",
        person=stage.cast["person:gao-wei"], document="Rules of enterprise risk management, chapter 4", effective_from="2025-01-20",
    )  # fmt: skip


def _estimate(
    stage: Stage, risk: Risk, kind: str, told: tuple[tuple[float, float], tuple[float, float]], **more: str
) -> None:
    (often_low, often_high), (low, high) = told
    stage.do(
        "risks.estimate.make", "deng.hao", risk=risk, kind=kind, often="rate", rate_low=often_low, rate_high=often_high,
        much="interval", low=round(low * 1_000_000), high=round(high * 1_000_000), estimator=risk.owner, **more,
    )  # fmt: skip


def _enter(stage: Stage) -> None:
    for known in RISKS:
        risk = stage.do(
            "risks.risk.create", "sun.rui", title=known.title, threat=known.threat, origin=known.origin, asset=known.asset,
            effect=known.effect, category=stage.cast[f"category:{known.category}"], owner=stage.cast[_person(known.owner)],
            unit=stage.cast[known.unit], review_every=12, description="",
        )  # fmt: skip
        assert isinstance(risk, Risk)
        stage.cast[f"risk:{risk.number}"] = risk
        said = {
            "source": "Workshop of 18 March 2025",
            "because": "Own events of five years, and two reports of the trade.",
        }
        _estimate(stage, risk, "inherent", known.bare, **said)
        _estimate(stage, risk, "current", known.today, **said)


def _safeguards(stage: Stage) -> None:
    for number, name, acts, effect, coverage, lapses, days, cost, because in GUARDED:
        stage.do(
            "risks.risk.link_safeguard", "deng.hao", f"risk:{number}", safeguard=stage.cast[f"safeguard:{name}"], acts=acts,
            effectiveness=effect, coverage=coverage, lapses=lapses, lapse_days=days, cost=cost, because=because,
        )  # fmt: skip


def _found(stage: Stage, rows: tuple[tuple[str, str, str, str], ...]) -> None:
    """A year may be told without some of the firms and vendors."""
    for number, source, title, how in rows:
        finding: Record | None
        if source == "vendor":
            code, finding = "risks.riskvendorfinding.link", stage.cast.get(f"finding:{title}")
        else:
            code, finding = "risks.riskrecommendation.link", Recommendation.objects.filter(title=title).first()
        if finding is not None:
            stage.do(code, "deng.hao", risk=stage.cast[f"risk:{number}"], finding=finding, how=how)


def _losses(stage: Stage) -> None:
    """Once the year is over: what came of which risk, and what it cost."""
    # A year may be told without some of its incidents.
    for number, key, how in CONNECTED:
        incident = stage.cast.get(f"incident:{key}")
        if incident is not None:
            stage.do("risks.risk.link_incident", "deng.hao", f"risk:{number}", incident=incident, how=how)
    for key, form, so_far, low, high, because in LOSSES:
        incident = stage.cast.get(f"incident:{key}")
        if incident is not None:
            stage.do(
                "risks.incidentloss.record", "deng.hao", incident=incident, form=form, so_far=so_far, low=low, high=high,
                because=because, as_of="2026-01-08",
            )  # fmt: skip


def _learnt(stage: Stage) -> None:
    """A year of mini programs: how often and how much, both corrected by the one leak that came."""
    leak = stage.cast.get("incident:exposed-bucket")
    stage.do(
        "risks.risk.learn", "deng.hao", "risk:R-3", incidents=[] if leak is None else [leak.pk], since="2025-03-20",
        until="2026-03-16", severity=leak is not None, floor=100_000, worth=8,
        because="The incident register from the day of the first estimate; what costs less than 100,000 is closed at the desk and "
        "not recorded as an incident.",
    )  # fmt: skip


def _assessment(stage: Stage, season: str, day: date) -> None:
    run = stage.do(
        "risks.analysis.run", "deng.hao", title=f"{season} {day.year}: the year's loss", unit=stage.cast["enterprise"], kind="current",
        cast=f"analysis:{season}",
    )  # fmt: skip
    made = stage.do(
        "risks.riskassessment.prepare", "deng.hao", cast=f"assessment:{season}", title=f"{season} risk assessment {day.year}",
        unit=stage.cast["enterprise"], scope="Trading platforms, mini programs, warehouses, offices; couriers by questionnaire.",
        method="Scenarios with 90 % intervals from those who own them; the year's loss computed from them.",
        performer="in_house", performer_name="Information security", lead=stage.cast["person:sun-rui"], performed_on=day,
        result="Ten scenarios, none beyond what the board accepts; the two greatest are treated first.", analysis=run,
    )  # fmt: skip
    stage.do("risks.riskassessment.submit", "deng.hao", made)
    stage.do("risks.riskassessment.approve", "sun.rui", made)


def _appetite(stage: Stage) -> None:
    stage.do(
        "risks.appetite.set", "qian.shu", unit=stage.cast["enterprise"], cast="appetite",
        statement="We bear what trading at scale brings, within an expected CNY 90 million a year. We do not bear the loss of a "
        "warehouse for more than two days, nor any loss of card data that we could have prevented.",
        expected_limit=90_000_000, curve="100m 35%\n300m 8%\n800m 1%", owner_may_accept=4_000_000, ciso_may_accept=20_000_000,
        decision=stage.cast["decision:committee:risk:2025-04-10"], effective_from="2025-04-11",
    )  # fmt: skip


def _treat(stage: Stage) -> None:
    for number, title, owner, cost, due, often, much, begun in PLANS:
        plan = stage.do(
            "risks.treatment.plan", "sun.rui", risk=stage.cast[f"risk:{number}"], title=title, description="", response="mitigate",
            owner=stage.cast[_person(owner)], cost=cost, due=due, frequency_left=often, severity_left=much, cast=f"treatment:{title}",
        )  # fmt: skip
        if begun:
            stage.do("risks.treatment.begin", "sun.rui", plan)


def _separated(stage: Stage) -> None:
    stage.do(
        "risks.treatment.finish", "sun.rui", "treatment:Networks of scanners and sorters apart", done_on="2025-06-12"
    )


def _accept(stage: Stage) -> None:
    stage.do(
        "risks.risk.accept", "bai.ling", "risk:R-7", until="2026-05-05",
        because="Prices are checked against yesterday's before they go live; what slips through is refunded the same day.",
    )  # fmt: skip


def _again(stage: Stage) -> None:
    """Half a year on: one rate learnt from what happened, one estimate anew after the networks were separated."""
    stage.do(
        "risks.risk.learn", "deng.hao", "risk:R-5", events=2, since="2025-03-20", until="2025-09-17",
        because="Two waves of refunds to robots, both in the incident register.",
    )  # fmt: skip
    risk = stage.cast["risk:R-1"]
    assert isinstance(risk, Risk)
    _estimate(
        stage, risk, "current", ((0.03, 0.28), (10, 110)), source="Exercise of 18 September 2025",
        because="All seven warehouses are separated; in the exercise one stood still, not three.",
        changed_because="Networks of scanners and sorters are apart since June.",
    )  # fmt: skip
    _estimate(
        stage, risk, "residual", ((0.03, 0.28), (5, 60)), source="Exercise of 18 September 2025",
        because="With restoring rehearsed a warehouse is back within a day.",
    )  # fmt: skip


def _into_the_register(stage: Stage) -> None:
    stage.do(
        "risks.frameworkowner.accept", "gao.wei", "framework:erm",
        because="The ten cybersecurity risks stand in section 4 of the enterprise register, in its categories and in money like "
        "every other risk, and are reported with it each quarter.",
    )  # fmt: skip


def _looked_at(stage: Stage) -> None:
    for number in (2, 4, 6, 7, 8, 9, 10):
        stage.do(
            "risks.risk.review", "sun.rui", f"risk:R-{number}",
            reason="Gone through with its owner; nothing of the year moves the interval.",
        )  # fmt: skip


def _figures(stage: Stage) -> None:
    made = stage.do(
        "risks.financialbaseline.record", "ye.lin", period_from="2025-01-01", period_until="2025-12-31", revenue=38_200_000_000,
        pretax_income=2_140_000_000, total_assets=29_700_000_000, equity=14_900_000_000,
        source="Consolidated accounts of 2025, audited, 18 March 2026",
    )  # fmt: skip
    stage.do("risks.financialbaseline.confirm", "gao.wei", made)
    for name, base, percent in (
        ("5 % of income before tax", "pretax_income", "5"),
        ("0.5 % of revenue", "revenue", "0.5"),
    ):
        stage.do(
            "risks.materialitythreshold.create", "ye.lin", name=name, base=base, percent=percent,
            because="Where the auditors begin to ask. What is smaller may be material all the same.",
        )  # fmt: skip
    stage.do(
        "risks.analysis.run", "deng.hao", title="For the annual report 2025", unit=stage.cast["enterprise"], kind="current",
        cast="analysis:annual",
    )  # fmt: skip


def _question(stage: Stage) -> None:
    stage.do(
        "risks.threatreview.prepare", "ye.lin", cast="review:2025", title="Threats and incidents of 2025",
        period_from="2025-01-01", period_until="2025-12-31",
        threats="The ten scenarios of the register; phishing of administrators and robots at the refund desk were met in practice.",
        incidents="The six incidents and threats of the year, each assessed. Of earlier years: the outage of November 2023, whose "
        "last claim was settled in February 2025.",
        aggregate="Both waves at the refund desk and the outage together cost less than a tenth of a percent of revenue and share "
        "no cause.",
        likely="None of the scenarios is expected to change strategy or financing; the worst year in a hundred would cost less than "
        "half of a year's income before tax.",
        answer="not_affected", because="No single matter and no group of them changed what investors were told or would be told.",
    )  # fmt: skip


def _answer(stage: Stage) -> None:
    meeting = stage.do(
        "bodies.meeting.plan", "qian.shu", body=stage.cast["board"], kind="meeting", planned_at="2026-04-15T14:00",
        place="Hangzhou, tenth floor",
    )  # fmt: skip
    item = stage.do(
        "bodies.agendaitem.add", "qian.shu", meeting=meeting, title="Threats and incidents of 2025",
        text="Whether a risk from cybersecurity threats has materially affected the company, or is reasonably likely to.",
    )  # fmt: skip
    stage.do("risks.threatreview.bring", "qian.shu", "review:2025", item=item)
    settle(
        stage, list(Decision.objects.filter(meeting=meeting.pk)), Room("Hangzhou, tenth floor", DIRECTORS, VOTERS), {}
    )
