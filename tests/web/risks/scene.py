"""A small register: two units, categories, an appetite, four risks with estimates and treatments, an acceptance, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.risks.models import Risk, RiskCategory
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.permissions.models import Unit
from tests.support import LONG_AGO, act, company, person, system, user_with


@dataclass
class Scene:
    """Who is there, and what stands in the register."""

    top: Unit
    unit: Unit
    ciso: User
    head: User
    head_person: Person
    finance: User
    categories: dict[str, RiskCategory]
    risks: dict[str, Risk]


def category(ciso: User, code: str, name: str, place: int = 1) -> RiskCategory:
    made: RiskCategory = act("risks.riskcategory.create", ciso, code=code, name=name, description="", place=place)
    return made


def risk(who: User, **given: Any) -> Risk:
    """A risk with its current estimate: an interval of rate and of loss, unless told otherwise."""
    names = ("title", "threat", "origin", "asset", "effect", "description", "category", "owner", "unit", "review_every")
    base: dict[str, Any] = {
        "threat": "A criminal group", "origin": "external", "effect": "availability", "description": "", "review_every": 12,
    }  # fmt: skip
    made: Risk = act("risks.risk.create", who, **{name: given.get(name, base.get(name)) for name in names})
    if "low" in given:
        estimate(who, made, **{key: value for key, value in given.items() if key not in names})
    return Risk.objects.get(pk=made.pk)


def estimate(who: User, of: Risk, **given: Any) -> Any:
    told: dict[str, Any] = {
        "risk": of, "kind": "current", "often": "rate", "rate_low": "0.1", "rate_high": "0.5", "vulnerability": "", "chance": "",
        "much": "interval", "low": "", "likely": "", "high": "", "cap": "", "forms": "", "estimator": of.owner,
        "source": "Workshop in spring", "because": "Two near misses in four years", "changed_because": "",
    }  # fmt: skip
    return act("risks.estimate.make", who, **(told | given))


def scene() -> Scene:
    """The register as a CISO and a head of unit left it."""
    top = company()
    ciso = user_with("ciso", "committee_member", "employee", login="ciso")
    unit: Unit = act("permissions.unit.create", system(), code="payments", name="Payments", kind="business", parent=top)
    head = user_with("unit_owner", "employee", unit=unit, login="head")
    finance = user_with("disclosure_officer", login="finance")
    head_person = act("people.person.create", system(), full_name="Hana Head", unit=unit)
    act("people.person.connect_login", system(), head_person, user=head)
    ciso_person = person("Carl Keeper")
    act("people.person.connect_login", system(), ciso_person, user=ciso)
    categories = {
        "operations": category(ciso, "operations", "Operations", 1),
        "trust": category(ciso, "trust", "Trust of customers", 2),
    }
    act(
        "risks.appetite.set", ciso, unit=top, statement="We bear what a good year carries.", expected_limit="2000000",
        curve="5000000 5%\n20000000 1%", owner_may_accept="100000", ciso_may_accept="1000000", decision="",
        effective_from=LONG_AGO, effective_until="",
    )  # fmt: skip
    for label, amount in (("low", "0"), ("moderate", "250000"), ("high", "1000000")):
        act("risks.rating.create", ciso, label=label, from_amount=amount)
    today = clock.today()
    baseline = act(
        "risks.financialbaseline.record", finance, period_from=today - timedelta(days=500), period_until=today - timedelta(days=135),
        revenue="2400000000", pretax_income="180000000", total_assets="3100000000", equity="1500000000", source="Annual accounts, audited",
    )  # fmt: skip
    act("risks.financialbaseline.confirm", ciso, baseline)
    for name, base, percent in (
        ("5 % of income before tax", "pretax_income", "5"),
        ("0.5 % of revenue", "revenue", "0.5"),
    ):
        act(
            "risks.materialitythreshold.create",
            ciso,
            name=name,
            base=base,
            percent=percent,
            because="Common in practice",
        )
    rows = {
        "ransom": risk(
            ciso, title="Ransomware stops the payment platform", asset="Payment platform", category=categories["operations"], owner=head_person,
            unit=unit, low="400000", high="6000000", rate_low="0.1", rate_high="0.5",
        ),
        "leak": risk(
            ciso, title="Customer data read by strangers", threat="A person with stolen credentials", effect="confidentiality", asset="Customer store",
            category=categories["trust"], owner=ciso_person, unit=top, low="200000", high="9000000", rate_low="0.05", rate_high="0.3",
        ),
        "fraud": risk(
            ciso, title="Invoices paid to a forged account", threat="A forger", effect="fraud", asset="Accounts payable",
            category=categories["operations"], owner=head_person, unit=unit, often="chance", chance="0.2", rate_low="", rate_high="",
            low="20000", likely="60000", high="300000", much="bounds",
        ),
        "new": risk(ciso, title="Cloud region is lost", threat="An outage", asset="Cloud region", category=categories["operations"], owner=ciso_person, unit=top),
    }  # fmt: skip
    estimate(ciso, rows["ransom"], kind="inherent", rate_low="0.4", rate_high="1.5", low="800000", high="12000000")
    estimate(ciso, rows["ransom"], kind="residual", rate_low="0.05", rate_high="0.2", low="200000", high="3000000")
    for title, rate, severity, cost in (
        ("Separate the networks", "0.5", "0.8", "150000"),
        ("Restore within a day", "1", "0.4", "90000"),
    ):
        act(
            "risks.treatment.plan", head, risk=rows["ransom"], title=title, description="", response="mitigate", owner=head_person, cost=cost,
            due=today + timedelta(days=60), safeguard="", project="", frequency_left=rate, severity_left=severity,
        )  # fmt: skip
    act("risks.risk.accept", ciso, rows["fraud"], until=today + timedelta(days=200), because="Insured beyond 300,000")
    return Scene(top, unit, ciso, head, head_person, finance, categories, rows)
