"""How what a company files comes about: its annual item, or its current reports on one incident."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.standing import build_and_seal
from quarterdeck.demo.cases import at, iso
from quarterdeck.demo.sittings import settle
from quarterdeck.demo.stage import Stage
from quarterdeck.demo.story import Annual, Current, Report


def annual_scenes(stage: Stage, annual: Annual) -> None:
    """Scenes: drafted, revised by hand, submitted, approved as the governing body decided."""

    def draft() -> None:
        stage.do(
            "disclosures.disclosure.draft",
            annual.preparer,
            cast="annual",
            form=annual.form,
            as_of=annual.filing.isoformat(),
            filing_date=annual.filing.isoformat(),
        )
        if annual.revise is not None:
            annual.revise(stage)

    def submit() -> None:
        stage.do("disclosures.disclosure.submit", annual.preparer, "annual")

    def approve() -> None:
        decision = stage.cast[annual.decision]
        stage.do("disclosures.disclosure.approve", annual.approver, "annual", decision=decision)

    stage.later(annual.drafted, draft, hour=3)
    stage.later(annual.submitted, submit, hour=3)
    stage.later(annual.approved, approve, hour=8)


def current_scenes(stage: Stage, current: Current, out: Path) -> None:
    """Scenes of each report: drafted, put before the body in its exact words, approved, sealed into a folder of ``out``,
    filed."""
    for report in current.reports:
        stage.later(report.drafted, partial(_draft, stage, current, report), hour=20)
        stage.later(report.brought, partial(_bring, stage, current, report), hour=14)
        stage.later(report.brought, partial(_approve, stage, current, report), hour=19)
        stage.later(report.filing, partial(_file, stage, current, report, out / report.name), hour=15)


def _draft(stage: Stage, current: Current, report: Report) -> None:
    if report.amends:
        stage.do(
            "disclosures.disclosure.amend", current.preparer, report.amends, cast=report.name,
            filing_date=report.filing.isoformat(), concerns=report.concerns,
        )  # fmt: skip
        return
    stage.do(
        "disclosures.disclosure.draft_current", current.preparer, cast=report.name, form=current.form,
        incident=stage.cast[current.incident], filing_date=report.filing.isoformat(), incident_label=report.label,
    )  # fmt: skip


def _bring(stage: Stage, current: Current, report: Report) -> None:
    stage.do("disclosures.disclosure.submit", current.preparer, report.name)
    day = report.brought
    circulated = at(day.year, day.month, day.day, 14, 0) + timedelta(hours=1)
    stage.do(
        "disclosures.disclosure.bring", current.preparer, report.name, kind="written_resolution",
        planned_at=iso(circulated),
    )  # fmt: skip


def _approve(stage: Stage, current: Current, report: Report) -> None:
    brought = _now(stage, report).brought
    assert brought is not None
    settle(stage, [brought], current.room, {})
    stage.do("disclosures.disclosure.approve", current.approver, report.name, decision=brought)


def _file(stage: Stage, current: Current, report: Report, out: Path) -> None:
    build_and_seal(_now(stage, report), stage.users[current.preparer], out)
    stage.do("disclosures.disclosure.release", current.preparer, report.name)


def _now(stage: Stage, report: Report) -> Disclosure:
    """The report as it is now; the cast keeps it as it was."""
    return Disclosure.objects.get(pk=stage.cast[report.name].pk)
