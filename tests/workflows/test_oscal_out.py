"""The company's safeguards, tests and open work as OSCAL: sound, the same bytes for the same record, cut to the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest

from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.resource.sight import Sight
from quarterdeck.workflows.oscal_out import document
from tests.areas.engagements.desk import accepted, engagement, recommended
from tests.areas.safeguards.house import answered, examined, imported, safeguard, small
from tests.engines.oscal.rules import faults
from tests.support import act, at, company, system, user_with

pytestmark = pytest.mark.django_db
NAMES = ("component-definition", "assessment-results", "plan-of-action-and-milestones")


def told(name: str, sight: Sight) -> dict[str, Any]:
    found = json.loads(document(name, sight))
    assert isinstance(found, dict)
    return found


def scene() -> Sight:
    """One safeguard that holds, one that failed, an open project."""
    company()
    framework = imported(small())
    good, bad = safeguard("Backups"), safeguard("Review", "procedural")
    answered(framework, good, "m-1")
    answered(framework, bad, "m-2", coverage="partial")
    examined(good, "2024-05-01")
    examined(bad, "2024-06-01", "not_effective")
    accepted(recommended(engagement()))
    return Sight(user_with("ciso"))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_sound_oscal_and_the_same_twice(name: str) -> None:
    sight = scene()
    assert faults(told(name, sight)) == []
    with clock.fixed(at(2030, 1, 1)):
        later = document(name, sight)
    assert later == document(name, sight)


def test_the_documents_say_what_the_record_says() -> None:
    sight = scene()
    components = told(NAMES[0], sight)["component-definition"]["components"]
    assert [row["title"] for row in components] == ["Backups", "Review"]
    assert components[0]["control-implementations"][0]["implemented-requirements"][0]["control-id"] == "m-1"
    findings = told(NAMES[1], sight)["assessment-results"]["results"][0]["findings"]
    assert {row["target"]["target-id"]: row["target"]["status"]["state"] for row in findings} == {
        "m-1": "satisfied",
        "m-2": "not-satisfied",
    }
    items = told(NAMES[2], sight)["plan-of-action-and-milestones"]["poam-items"]
    assert [row["title"] for row in items] == ["Review: found not effective", "Rotate keys"]


def test_a_document_without_content_is_refused_with_the_reason() -> None:
    company()
    for name, said in zip(NAMES, ("no safeguard", "no safeguard", "Nothing is open"), strict=True):
        with pytest.raises(Refused, match=said):
            document(name, Sight(user_with("ciso")))


def test_a_unit_owner_writes_only_the_safeguards_of_the_own_unit() -> None:
    scene()
    far = act("permissions.unit.create", system(), code="far", name="Far", kind="business", parent=company())
    safeguard("Fence", unit=far)
    titles = [
        row["title"]
        for row in told(NAMES[0], Sight(user_with("unit_owner", unit=far)))["component-definition"]["components"]
    ]
    assert titles == ["Fence"]
