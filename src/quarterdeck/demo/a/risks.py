"""Five cyber risks in the company's security management: entered once, estimated by those who own them, accepted by its owner."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.areas.risks.models import Risk
from quarterdeck.demo.stage import Stage

#: Title, threat, origin, asset, effect, owner, unit, events a year and cost of one event in thousands, each an interval.
RISKS = (
    ("Booking stands still in the high season", "Flood of calls", "external", "Booking", "availability", "Xia Yun", "booking",
     (0.1, 0.7), (900, 9000)),
    ("Passports of guests in other hands", "Criminal group", "external", "Guests' documents", "confidentiality", "Yu Fan", "stays",
     (0.03, 0.2), (2500, 40000)),
    ("Hosts paid into a stranger's account", "Fraud ring", "external", "Payouts to hosts", "fraud", "Yu Fan", "stays", (0.5, 4), (40, 900)),
    ("An operator changes fares by mistake", "Operator's mistake", "internal", "Fares", "integrity", "Xia Yun", "booking", (0.2, 1.5),
     (60, 1200)),
    ("Backups cannot be restored", "Ransomware", "external", "Main database", "availability", "Bao Qing", "security", (0.01, 0.08),
     (6000, 90000)),
)  # fmt: skip

#: What was found at a vendor and bears on a risk.
RECORDINGS = "Recordings in which passport numbers are read out are kept for ever"
GENERATOR = "Its spare generator is tested with half of the load"


def scenes(stage: Stage) -> None:
    """Entered in spring; accepted into security management in autumn; what was found at two vendors, until one of them was left."""
    stage.later(date(2025, 3, 12), partial(_enter, stage))
    stage.later(date(2025, 7, 9), partial(_bears, stage, RECORDINGS, 1, "Whoever has the recordings has the numbers."))
    stage.later(date(2025, 12, 10), partial(_bears, stage, GENERATOR, 0, "Booking runs from its racks."))
    stage.later(date(2026, 2, 3), partial(_bears_no_more, stage))
    stage.later(date(2025, 11, 26), partial(_accept, stage))


def _enter(stage: Stage) -> None:
    category = stage.do(
        "risks.riskcategory.create", "hou.jian", code="security", name="Security of the business", place=1,
        description="What security management answers for, of people, places and systems.",
    )  # fmt: skip
    stage.do(
        "risks.frameworkowner.name", "hou.jian", cast="framework:security", framework="security_management",
        person=stage.cast["person:qiu-heng"], document="Security management framework, section 3", effective_from="2025-03-12",
    )  # fmt: skip
    for title, threat, origin, asset, effect, owner, unit, often, much in RISKS:
        someone = stage.cast[f"person:{owner.lower().replace(' ', '-')}"]
        risk = stage.do(
            "risks.risk.create", "hou.jian", title=title, threat=threat, origin=origin, asset=asset, effect=effect, category=category,
            owner=someone, unit=stage.cast[unit], review_every=12,
        )  # fmt: skip
        stage.do(
            "risks.estimate.make", "gu.tian", risk=risk, kind="current", often="rate", rate_low=often[0], rate_high=often[1],
            much="interval", low=much[0] * 1000, high=much[1] * 1000, estimator=someone, source="Talks with the owners, February 2025",
            because="Own events since 2021, and what it cost others.",
        )  # fmt: skip


def _bears(stage: Stage, title: str, place: int, how: str) -> None:
    finding = stage.cast.get(f"finding:{title}")
    if finding is None:
        return  # a year may be told without its vendors
    risk = Risk.objects.get(title=RISKS[place][0])
    stage.do("risks.riskvendorfinding.link", "gu.tian", cast=f"bears:{title}", risk=risk, finding=finding, how=how)


def _bears_no_more(stage: Stage) -> None:
    """The vendor was left, and its recordings were destroyed."""
    if f"bears:{RECORDINGS}" in stage.cast:
        stage.do("risks.riskvendorfinding.end", "gu.tian", f"bears:{RECORDINGS}")


def _accept(stage: Stage) -> None:
    stage.do(
        "risks.frameworkowner.accept", "qiu.heng", "framework:security",
        because="Managing these risks is part of how we manage security overall: same owners, same reviews, same reports to the panel.",
    )  # fmt: skip
