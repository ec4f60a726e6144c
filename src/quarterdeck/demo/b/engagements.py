"""Two outside firms: one tests every quarter and comes in as a guest, one advises; what they recommend is done and verified."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.papers import hand_over
from quarterdeck.demo.projects import Project, carry_out
from quarterdeck.demo.stage import PASSWORD, Stage
from quarterdeck.kernel.accounts.models import User

#: The guest's login and name, and the last day on which their access is open.
GUEST = ("ada.quill", "Ada Quill", date(2026, 12, 31))

NETWORK = Project(
    "network",
    "Warehouse network separated from the office network",
    "Scanners and sorters in networks of their own, with one guarded crossing.",
    "Shen Tao",
    "shen.tao",
    "security",
    date(2025, 3, 20),
    date(2025, 6, 30),
    "Three of seven warehouses moved.",
    date(2025, 6, 12),
    "Seven warehouses moved; the crossing refuses everything that is not listed.",
    "deng.hao",
)


def scenes(stage: Stage) -> None:
    """Engagements when they began, what came of them when it came."""
    stage.later(date(2025, 2, 4), partial(_harbinger, stage))
    stage.later(date(2025, 2, 5), partial(_guest, stage))
    stage.later(date(2025, 7, 2), partial(_stonebridge, stage))
    carry_out(stage, NETWORK)
    stage.later(date(2025, 6, 24), partial(_report, stage))
    stage.later(date(2025, 6, 26), partial(_decisions, stage))
    stage.later(date(2025, 9, 4), partial(_keys_done, stage))
    stage.later(date(2026, 3, 3), partial(_next_report, stage))


def _harbinger(stage: Stage) -> None:
    held = stage.do(
        "engagements.engagement.create",
        "sun.rui",
        cast="engagement:harbinger",
        title="Outside tests, one each quarter",
        kind="assessor",
        firm="Harbinger Security Testing",
        scope="Payment pages, warehouses, mini programs, identity systems. Offices are left out.",
        independence="Builds, runs and sells nothing that it tests; no other work for the company.",
        owner=stage.cast["person:sun-rui"],
        unit=stage.cast["security"],
        contract_from="2025-02-03",
        contract_until="2026-12-31",
    )
    stage.do("engagements.engagement.begin", "sun.rui", held, started_on="2025-02-03")
    expert = stage.do(
        "engagements.expert.name", "sun.rui", engagement=held, full_name=GUEST[1], role="Leads the tests", email="ada.quill@harbinger.example"
    )  # fmt: skip
    stage.do(
        "engagements.credential.add", "sun.rui", expert=expert, name="OSCP", issuer="OffSec", number="OS-10442", issued_on="2023-04-01",
        expires_on="2026-05-31",
    )  # fmt: skip


def _guest(stage: Stage) -> None:
    login, name, last = GUEST
    stage.do(
        "engagements.engagement.invite_guest", "sun.rui", "engagement:harbinger", full_name=name, login=login,
        email="ada.quill@harbinger.example", effective_until=last,
    )  # fmt: skip
    guest = User.objects.get(login=login)
    guest.password = stage.users["sun.rui"].password
    guest.save(update_fields=["password"])
    assert guest.check_password(PASSWORD)
    stage.users[login] = guest


def _stonebridge(stage: Stage) -> None:
    held = stage.do(
        "engagements.engagement.create",
        "sun.rui",
        cast="engagement:stonebridge",
        title="Review of the response program",
        kind="consultant",
        firm="Stonebridge Advisory",
        scope="The response plan, its rehearsal and the duty rosters.",
        independence="Advised on the plan's second version in 2021; none of its people since.",
        owner=stage.cast["person:sun-rui"],
        unit=stage.cast["security"],
        contract_from="2025-07-01",
        contract_until="2025-10-31",
    )
    stage.do("engagements.engagement.begin", "sun.rui", held, started_on="2025-07-01")


def _report(stage: Stage) -> None:
    held = stage.cast["engagement:harbinger"]
    hand_over(
        stage,
        "engagements.engagement.submit_deliverable",
        GUEST[0],
        held,
        {"file": b"Test of the warehouse network, May 2025: fourteen findings, all followed up.\n"},
        title="Report on the warehouse network",
        kind="test_report",
        performed_on=date(2025, 6, 20),
        scope="Warehouse network",
        method="Tests from outside and from a scanner's place",
        result="Fourteen findings; keys of the payment interface lie in files",
    )
    stage.do("engagements.deliverable.approve", "sun.rui", held.deliverables.get())  # type: ignore[attr-defined]
    for title, text, priority in (
        (
            "Move the keys of the payment interface into hardware",
            "They lie in files that every operator can read.",
            "high",
        ),
        ("Replace the scanners' operating system", "It is out of support in 2029.", "low"),
    ):
        stage.do("engagements.engagement.recommend", GUEST[0], held, title=title, text=text, priority=priority)


def _decisions(stage: Stage) -> None:
    keys, scanners = stage.cast["engagement:harbinger"].recommendations.order_by("pk")  # type: ignore[attr-defined]
    stage.do(
        "engagements.recommendation.accept", "sun.rui", keys, owner=stage.cast["person:ma-ning"], unit=stage.cast["commerce"],
        due="2025-09-30", performer="outside",
    )  # fmt: skip
    stage.cast["project:keys"] = keys.projects.get()
    stage.do(
        "engagements.recommendation.reject", "sun.rui", scanners, reason="All scanners are replaced in 2027 anyway."
    )


def _keys_done(stage: Stage) -> None:
    hand_over(
        stage, "engagements.improvementproject.finish", "ma.ning", stage.cast["project:keys"],
        {"evidence": b"Key ceremony of 3 September 2025, with the names of those present.\n"}, done_on=date(2025, 9, 4),
    )  # fmt: skip
    stage.do("engagements.improvementproject.verify", "sun.rui", "project:keys")


def _next_report(stage: Stage) -> None:
    """What is open when the year is told: a report asked for, and a recommendation that became a project."""
    held = stage.cast["engagement:harbinger"]
    stage.do(
        "engagements.deliverable.request", "sun.rui", engagement=held, title="Report on the payment pages", kind="test_report",
        wanted="Findings by severity, with what was tried and did not work.", due="2026-05-15",
    )  # fmt: skip
    stage.do(
        "engagements.engagement.recommend", GUEST[0], held, title="Rehearse restoring a warehouse", text="It was never tried as a whole.",
        priority="medium",
    )  # fmt: skip
    advice = held.recommendations.order_by("pk").last()  # type: ignore[attr-defined]
    stage.do(
        "engagements.recommendation.accept", "sun.rui", advice, owner=stage.cast["person:wei-an"], unit=stage.cast["fulfilment"],
        due="2026-06-30", performer="in_house",
    )  # fmt: skip
