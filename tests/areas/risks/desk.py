"""Risks of a small company, through the real actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from quarterdeck.areas.risks.models import Analysis, Appetite, Estimate, Risk, RiskCategory
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor
from tests.support import act, at, company, person, system

Who = User | Actor


def category(code: str = "operations") -> RiskCategory:
    """A category of the company's risk management; made once."""
    found = RiskCategory.objects.filter(code=code).first()
    if found is not None:
        return found
    made: RiskCategory = act("risks.riskcategory.create", system(), code=code, name=code.title(), place=1)
    return made


def risk(title: str = "Ransomware stops the shop", on: date | None = None, who: Who | None = None, **data: Any) -> Risk:
    """An open risk, in the register since ``on``."""
    given: dict[str, Any] = {
        "threat": "Criminal group", "origin": "external", "asset": "The shop", "effect": "availability", "review_every": 12,
        "category": category(), "owner": data.pop("owner", None) or person("Una Reed"), "unit": data.pop("unit", None) or company(),
    } | data  # fmt: skip
    day = on or clock.today()
    with clock.fixed(at(day.year, day.month, day.day)):
        made: Risk = act("risks.risk.create", who or system(), title=title, **given)
    return made


INTERVAL = {
    "often": "rate",
    "rate_low": "0.1",
    "rate_high": "0.1",
    "much": "interval",
    "low": "100000",
    "high": "1000000",
}


def estimate(of: Risk, kind: str = "current", on: date | None = None, who: Who | None = None, **data: Any) -> Estimate:
    """How often and how much: once in ten years 100,000 to 1,000,000 where nothing else is said."""
    given: dict[str, Any] = {
        "source": "Workshop", "because": "Own records.", "estimator": data.pop("estimator", None) or of.owner
    } | INTERVAL | data  # fmt: skip
    day = on or clock.today()
    with clock.fixed(at(day.year, day.month, day.day)):
        made: Estimate = act("risks.estimate.make", who or system(), risk=of, kind=kind, **given)
    return made


def appetite(unit: Any = None, since: str = "2024-01-01", **data: Any) -> Appetite:
    """Up to 50,000 by a risk's owner, up to 200,000 by the CISO, beyond that by the committee."""
    given: dict[str, Any] = {
        "statement": "We bear what trading brings.", "expected_limit": "1000000", "curve": "1m 10%\n10m 1%", "owner_may_accept": "50000",
        "ciso_may_accept": "200000", "effective_from": since,
    } | data  # fmt: skip
    made: Appetite = act("risks.appetite.set", system(), unit=unit or company(), **given)
    return made


def analysis(unit: Any = None, kind: str = "current", who: Who | None = None) -> Analysis:
    """The year's loss of the open risks."""
    made: Analysis = act("risks.analysis.run", who or system(), title="The year", unit=unit or company(), kind=kind)
    return made
