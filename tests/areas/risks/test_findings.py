"""Findings that bear on a risk: who sees which, when one stands open, and how a connection begins and ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.engagements.models import Recommendation
from quarterdeck.areas.risks.findings import KINDS, Kind, bearing_on
from quarterdeck.areas.risks.models import (
    Risk,
    RiskFinding,
    RiskRecommendation,
    RiskSafeguardTest,
    RiskVendorFinding,
)
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, NotVisible, Refused, perform
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.sight import Sight
from tests.areas.risks.desk import risk
from tests.areas.risks.test_connections import vendor
from tests.support import act, company, person, system, user_with

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 2)
LABELS = ("vendor", "recommendation", "test")


@pytest.fixture
def units() -> tuple[Unit, Unit]:
    top = company()
    made = [
        act("permissions.unit.create", system(), code=code, name=code.title(), kind="business", parent=top)
        for code in ("shop", "port")
    ]
    return made[0], made[1]


def filed(code: str, record: Any = None, /, **data: Any) -> Any:
    """An action with a file."""
    given: MultiValueDict[str, Any] = MultiValueDict(
        {key: [getattr(value, "pk", value)] for key, value in data.items()}
    )
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile("report.txt", b"What was found.\n")]})
    return perform(code, system(), record, given, files=files).record


def questionnaire() -> Any:
    made = act("vendors.questionnairetemplate.create", system(), title="Security", purpose="Before every engagement")
    version = made.versions.get()
    act("vendors.questionnaireversion.add_section", system(), version, title="All")
    act(
        "vendors.questionnaireversion.add_question", system(), version, section="All", text="Do you test?", kind="yes_no", required=True,
        weight=1,
    )  # fmt: skip
    return act("vendors.questionnaireversion.publish", system(), version)


def evaluation(of: Any, asked: Any) -> Any:
    made = act("vendors.evaluation.open", system(), vendor=of, scope="Hosting", questionnaire=asked)
    act("vendors.evaluation.answer", system(), made, answers={"q1": {"values": ["no"], "comment": "Next year"}})
    return act("vendors.evaluation.submit", system(), made)


def decided(of: Any, **data: Any) -> Any:
    act("vendors.evaluation.propose", system(), of, summary="Weak.")
    if data["decision"] != "rejected":
        data["valid_until"] = clock.today() + timedelta(days=365)
    return act("vendors.evaluation.decide", system(), of, because="Read in whole.", **data)


def found_at_vendor(unit: Unit) -> Any:
    return act(
        "vendors.finding.add", system(), evaluation=evaluation(vendor(unit), questionnaire()), title="Nobody tests", severity="high",
        text="Never did.",
    )  # fmt: skip


def recommended(unit: Unit) -> Any:
    held = act(
        "engagements.engagement.create", system(), title="Test of the shop", kind="assessor", firm="Harbinger", scope="The shop",
        independence="None", owner=person(f"Olga {unit.code}"), unit=unit, contract_from="2025-01-01", contract_until="2026-12-31",
    )  # fmt: skip
    act("engagements.engagement.begin", system(), held, started_on="2025-01-02")
    act(
        "engagements.engagement.recommend",
        system(),
        held,
        title="Move the keys",
        text="They lie in files.",
        priority="high",
    )
    return held.recommendations.get()


def failed(unit: Unit, result: str = "not_effective", on: date = TODAY - timedelta(days=5), of: Any = None) -> Any:
    safeguard = of or act(
        "safeguards.safeguard.create", system(), name=f"Backups of {unit}", kind="technical", description="Nightly.",
        owner=person(f"Bao {unit.code}"), unit=unit, in_operation_since="2024-01-01", test_every=12,
    )  # fmt: skip
    return filed(
        "safeguards.safeguardtest.record", safeguard=safeguard, tested_on=on, performer="in_house", performer_name="The team",
        method="test", result=result, findings="Restored nothing.",
    )  # fmt: skip


MAKE = {"vendor": found_at_vendor, "recommendation": recommended, "test": failed}
MODELS: dict[str, type[RiskFinding]] = {
    "vendor": RiskVendorFinding, "recommendation": RiskRecommendation, "test": RiskSafeguardTest,
}  # fmt: skip


def kind_of(label: str) -> Kind:
    return next(kind for kind in KINDS if kind.model is MODELS[label])


def connect(label: str, of: Risk, finding: Any, who: Any = None) -> Any:
    code = f"{MODELS[label].type_code()}.link"
    return act(code, who or system(), risk=of, finding=finding, how="The same weakness")


def standing(label: str, of: Risk, who: User) -> list[tuple[str, bool, date | None]]:
    """What a reader is told of the findings of one kind: name, open, due."""
    return [(str(row.finding), not row.closed, row.due) for row in bearing_on(Sight(who), of, kind_of(label))]


@pytest.mark.parametrize("label", LABELS)
def test_a_finding_is_connected_once_ended_once_and_connected_anew(label: str, units: tuple[Unit, Unit]) -> None:
    of, finding, analyst = risk(unit=units[0]), MAKE[label](units[0]), user_with("analyst")
    first = connect(label, of, finding, analyst)
    with pytest.raises(Invalid):
        connect(label, of, finding, analyst)
    assert len(standing(label, of, analyst)) == 1
    ended = act(f"{MODELS[label].type_code()}.end", analyst, first)
    assert ended.ended_on == clock.today()
    assert standing(label, of, analyst) == []
    with pytest.raises(Refused):
        act(f"{MODELS[label].type_code()}.end", analyst, ended)
    connect(label, of, finding, analyst)
    assert len(standing(label, of, analyst)) == 1
    assert MODELS[label]._base_manager.count() == 2


@pytest.mark.parametrize("label", LABELS)
def test_whoever_may_not_see_the_finding_learns_nothing_of_it_through_the_risk(
    label: str, units: tuple[Unit, Unit]
) -> None:
    """The risk stands in one unit, what was found in another."""
    here, there = units
    of, finding = risk(unit=here), MAKE[label](there)
    keeper, whole = user_with("unit_owner", unit=here), user_with("ciso")
    with pytest.raises(Invalid):
        connect(label, of, finding, keeper)
    held = connect(label, of, finding, whole)
    assert Sight(keeper).each(Risk).filter(pk=of.pk).exists()
    assert not Sight(keeper).rows(resource_of(MODELS[label])).exists()
    assert standing(label, of, keeper) == []
    with pytest.raises(NotVisible):
        act(f"{MODELS[label].type_code()}.end", keeper, held)
    assert [row[0] for row in standing(label, of, whole)] == [str(finding)]


@pytest.mark.parametrize("label", LABELS)
def test_who_keeps_one_unit_connects_nothing_with_a_risk_of_another(label: str, units: tuple[Unit, Unit]) -> None:
    here, there = units
    finding, keeper = MAKE[label](here), user_with("unit_owner", unit=here)
    with pytest.raises(Invalid):
        connect(label, risk(unit=there), finding, keeper)
    reader = user_with("auditor")
    with pytest.raises(Denied):
        connect(label, risk(unit=here), finding, reader)
    assert connect(label, risk("Another", unit=here), finding, keeper).ended_on is None


@pytest.mark.parametrize("label", LABELS)
def test_a_closed_risk_takes_no_finding(label: str, units: tuple[Unit, Unit]) -> None:
    of = risk(unit=units[0])
    act("risks.risk.close", system(), of, reason="The shop is gone.")
    with pytest.raises(Invalid):
        connect(label, of, MAKE[label](units[0]))


def test_a_guest_of_an_engagement_sees_its_recommendations_and_no_risk_they_bear_on(units: tuple[Unit, Unit]) -> None:
    finding = recommended(units[0])
    connect("recommendation", risk(unit=units[0]), finding)
    act(
        "engagements.engagement.invite_guest", system(), finding.engagement, full_name="Ada Quill", login="ada", email="ada@harbinger.example",
        effective_until=clock.today() + timedelta(days=30),
    )  # fmt: skip
    guest = User.objects.get(login="ada")
    assert list(Sight(guest).each(Recommendation)) == [finding]
    assert not Sight(guest).each(RiskRecommendation).exists()


def test_a_vendors_finding_stands_until_the_conditions_are_met(units: tuple[Unit, Unit]) -> None:
    of, finding, ciso = risk(unit=units[0]), found_at_vendor(units[0]), user_with("ciso")
    connect("vendor", of, finding)
    assert standing("vendor", of, ciso) == [("Nobody tests", True, None)]
    due = clock.today() + timedelta(days=60)
    judged = decided(finding.evaluation, decision="conditions", conditions="Have it tested", conditions_due=due)
    assert standing("vendor", of, ciso) == [("Nobody tests", True, due)]
    filed("vendors.condition.meet", judged.conditions.get().pk, note="Tested")
    assert standing("vendor", of, ciso) == [("Nobody tests", False, None)]


def test_a_later_decided_evaluation_of_the_vendor_closes_what_the_former_found(units: tuple[Unit, Unit]) -> None:
    of, finding, ciso = risk(unit=units[0]), found_at_vendor(units[0]), user_with("ciso")
    connect("vendor", of, finding)
    due = clock.today() + timedelta(days=60)
    decided(finding.evaluation, decision="conditions", conditions="Have it tested", conditions_due=due)
    assert standing("vendor", of, ciso)[0][1] is True
    again = evaluation(finding.evaluation.vendor, finding.evaluation.questionnaire)
    assert standing("vendor", of, ciso)[0][1] is True
    decided(again, decision="rejected")
    assert standing("vendor", of, ciso)[0][1] is False


def test_a_recommendation_stands_until_its_project_is_verified(units: tuple[Unit, Unit]) -> None:
    of, finding, ciso = risk(unit=units[0]), recommended(units[0]), user_with("ciso")
    connect("recommendation", of, finding)
    assert standing("recommendation", of, ciso) == [("Move the keys", True, None)]
    due = clock.today() + timedelta(days=90)
    act(
        "engagements.recommendation.accept", system(), finding, owner=person("Max Maker"), unit=units[0], due=due, performer="in_house"
    )  # fmt: skip
    assert standing("recommendation", of, ciso) == [("Move the keys", True, due)]
    project = finding.projects.get()
    given: MultiValueDict[str, Any] = MultiValueDict({"done_on": [clock.today().isoformat()]})
    proof: MultiValueDict[str, Any] = MultiValueDict({"evidence": [SimpleUploadedFile("proof.txt", b"Moved.\n")]})
    perform("engagements.improvementproject.finish", system(), project, given, files=proof)
    assert standing("recommendation", of, ciso) == [("Move the keys", True, due)]
    act("engagements.improvementproject.verify", system(), project)
    assert standing("recommendation", of, ciso) == [("Move the keys", False, None)]


def test_a_rejected_recommendation_is_closed_and_cannot_be_connected(units: tuple[Unit, Unit]) -> None:
    of, finding, ciso = risk(unit=units[0]), recommended(units[0]), user_with("ciso")
    connect("recommendation", of, finding)
    act("engagements.recommendation.reject", system(), finding, reason="Replaced next year.")
    assert standing("recommendation", of, ciso) == [("Move the keys", False, None)]
    with pytest.raises(Invalid):
        connect("recommendation", risk("Another", unit=units[0]), finding)


def test_a_failed_test_stands_until_a_later_one_is_approved_as_effective(units: tuple[Unit, Unit]) -> None:
    of, finding, ciso = risk(unit=units[0]), failed(units[0]), user_with("ciso")
    connect("test", of, finding)
    assert [row[1] for row in standing("test", of, ciso)] == [True]
    with pytest.raises(Invalid):
        connect("test", of, failed(units[0], "effective", of=finding.safeguard))
    better = failed(units[0], "effective", TODAY - timedelta(days=1), of=finding.safeguard)
    assert [row[1] for row in standing("test", of, ciso)] == [True]
    act("safeguards.safeguardtest.approve", system(), better)
    assert [row[1] for row in standing("test", of, ciso)] == [False]


def test_open_findings_stand_before_closed_ones_and_graver_before_lesser(units: tuple[Unit, Unit]) -> None:
    of, first, ciso = risk(unit=units[0]), found_at_vendor(units[0]), user_with("ciso")
    for title, severity in (("Low one", "low"), ("Critical one", "critical")):
        made = act("vendors.finding.add", system(), evaluation=first.evaluation, title=title, severity=severity)
        connect("vendor", of, made)
    connect("vendor", of, first)
    assert [row[0] for row in standing("vendor", of, ciso)] == ["Critical one", "Nobody tests", "Low one"]
