"""What the conformance suite cannot know of the register."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from quarterdeck.kernel import clock

if TYPE_CHECKING:
    from tests.conformance.factory import World


_number = itertools.count(1)


def _pasted(world: World) -> str:
    """One row that is new each time."""
    owner = world.sample("people.person")
    category = world.sample("risks.riskcategory")
    heads = "Title\tThreat\tOrigin\tAsset\tEffect\tRisk category\tRisk owner"
    return (
        f"{heads}\nPasted {next(_number)}\tFire\tenvironment\tStore\tavailability\t{category.code}\t{owner} #{owner.pk}"
    )


def _soon(world: World) -> str:
    return (clock.today() + timedelta(days=30)).isoformat()


def _today(world: World) -> str:
    return clock.today().isoformat()


def _later(world: World) -> str:
    """Each time a day later, all of them past."""
    return (date(2020, 1, 15) + timedelta(days=next(_number))).isoformat()


def _risk(world: World) -> Any:
    return world.another("risks.risk")


def _estimated(world: World) -> Any:
    return world.do("risks.estimate.make", risk=_risk(world)).risk


def _safeguard(world: World) -> Any:
    risk = _risk(world)
    world.do("risks.risk.link_safeguard", risk)
    return risk.safeguards.get()


def _vendor(world: World) -> Any:
    risk = _risk(world)
    world.do("risks.risk.link_vendor", risk)
    return risk.vendors.get()


def _incident(world: World) -> Any:
    risk = _risk(world)
    world.do("risks.risk.link_incident", risk, incident=world.another("incidents.incident"))
    return risk.incidents.get()


def _failed_test(world: World) -> Any:
    return world.do("safeguards.safeguardtest.record", result="not_effective")


def _learnt_from(world: World) -> Any:
    risk = _estimated(world)
    incident = world.another("incidents.incident")
    world.do("risks.risk.link_incident", risk, incident=incident)
    day = clock.today()
    world.do(
        "risks.risk.learn", risk, incidents=[incident.pk], events="1", since=(day - timedelta(days=3000)).isoformat(),
        until=day.isoformat(),
    )  # fmt: skip
    return incident.taught.get()


def _acceptance(world: World) -> Any:
    risk = _estimated(world)
    world.sample("risks.appetite")
    world.do("risks.risk.accept", risk)
    return risk.acceptances.get()


def _accepted(world: World) -> Any:
    _risk(world)
    owner = world.sample("risks.frameworkowner")
    world.do("risks.frameworkowner.accept", owner)
    return owner.acceptances.latest("pk")


def _submitted(world: World) -> Any:
    return world.do("risks.riskassessment.submit", world.another("risks.riskassessment"))


INTERVAL = {
    "kind": "current", "often": "rate", "rate_low": "0.1", "rate_high": "0.5", "vulnerability": "", "chance": "", "much": "interval",
    "low": "100000", "likely": "", "high": "1000000", "cap": "", "forms": "", "risk": _risk,
}  # fmt: skip
DATA: dict[str, dict[str, Any]] = {
    "risks.registerimport.read": {"unit": lambda world: world.inside, "pasted": _pasted},
    "risks.risk.create": {"unit": lambda world: world.inside},
    "risks.risk.accept": {"until": _soon},
    "risks.risk.learn": {"since": "2024-01-15", "until": "2024-07-15", "events": "2"},
    "risks.estimate.make": INTERVAL,
    "risks.treatment.plan": {"risk": _risk, "due": _soon, "frequency_left": "0.5", "severity_left": "0.5"},
    "risks.treatment.change": {"due": _soon, "frequency_left": "0.5", "severity_left": "0.5"},
    "risks.riskvendorfinding.link": {"risk": _risk},
    "risks.riskrecommendation.link": {"risk": _risk},
    "risks.risksafeguardtest.link": {"risk": _risk, "finding": _failed_test},
    "risks.rating.create": {"from_amount": lambda world: str(next(_number) * 1000)},
    "risks.appetite.set": {
        "unit": lambda world: world.inside,
        "curve": "1000000 5%",
        "owner_may_accept": "1000000",
        "ciso_may_accept": "100000000",
        "effective_from": _later,
        "effective_until": None,
    },
    "risks.forecast.make": {"due": _soon, "chance": "0.3"},
    "risks.calibration.ask": {"low": "1", "high": "10"},
    "risks.financialbaseline.record": {"period_from": "2024-01-01", "period_until": "2024-12-31"},
    "risks.incidentloss.record": {
        "incident": lambda world: world.another("incidents.incident"),
        "low": "1",
        "high": "10",
    },
    "risks.analysis.run": {"unit": lambda world: world.inside, "kind": "current"},
    "risks.riskassessment.prepare": {"unit": lambda world: world.inside, "performer": "in_house"},
    "risks.frameworkowner.name": {"effective_until": ""},
    "risks.frameworkacceptance.withdraw": {"withdrawn_on": _today},
    "risks.threatreview.prepare": {"period_from": "2023-01-01", "period_until": "2023-12-31"},
}

SAMPLES: dict[str, Callable[[World], Any]] = {
    "risks.risksafeguard": _safeguard,
    "risks.riskvendor": _vendor,
    "risks.riskincident": _incident,
    "risks.learntfrom": _learnt_from,
    "risks.acceptance": _acceptance,
    "risks.frameworkacceptance": _accepted,
}
