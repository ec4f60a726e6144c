"""What assessments and determinations prove of one incident, and of no other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quarterdeck.areas.determinations.claims import about_another
from quarterdeck.areas.determinations.models import Assessment, FollowUp
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.claims import Claim, Outcome, Verdict, evaluate
from quarterdeck.kernel.claims.registry import FILING_DATE
from tests.areas.determinations.path import submitted
from tests.areas.disclosures.reports import AFTER, Reporting
from tests.support import act, bases

pytestmark = pytest.mark.django_db

OPEN = {"not_determined": "How many customers were reached.", "known_by": "2026-06-01"}


@pytest.fixture
def scene() -> Reporting:
    made = Reporting()
    made.decided(**OPEN)
    return made


def asked(scene: Reporting, name: str, filed: date = date(2026, 5, 14), **params: str | int | bool) -> Outcome:
    return evaluate(Claim(name, {"incident": scene.incident.pk, **params}, FILING_DATE), bases(2026, filed))


def test_the_bodys_standing_decisions_are_proven_from_their_day_on(scene: Reporting) -> None:
    for name in ("determinations.material", "determinations.disclosure_necessary"):
        assert asked(scene, name).verdict is Verdict.SUPPORTED
        assert asked(scene, name, date(2026, 5, 10)).verdict is Verdict.UNEVIDENCED


def test_what_the_body_decided_otherwise_contradicts(db: None) -> None:
    made = Reporting()
    made.decided("not_material")
    found = asked(made, "determinations.material")
    assert (found.verdict, found.value) == (Verdict.CONTRADICTED, "not_material")
    assert all(row.against for row in found.evidence)


def test_no_verdict_on_a_walled_matter_names_it(scene: Reporting) -> None:
    found = [asked(scene, name) for name in ("determinations.material", "determinations.disclosure_necessary")]
    standing = Assessment.objects.get(state="submitted")
    found.append(asked(scene, "determinations.assessment_stands", sha256=standing.sha256))
    found.append(asked(scene, "determinations.undetermined_listed", listed=True))
    for outcome in found:
        assert outcome.evidence
        for row in outcome.evidence:
            assert scene.incident.number not in row.title
            assert scene.incident.title not in row.title
            assert "customers" not in row.title


def test_an_assessment_stands_until_a_fact_under_it_changes_or_another_replaces_it(scene: Reporting) -> None:
    sha256 = Assessment.objects.get(state="submitted").sha256
    assert asked(scene, "determinations.assessment_stands", sha256=sha256).verdict is Verdict.SUPPORTED
    with clock.fixed(AFTER):
        act("incidents.incident.change", scene.cast.analyst, scene.incident, facts="More", title="Another title")
    changed = asked(scene, "determinations.assessment_stands", sha256=sha256)
    assert (changed.verdict, changed.value) == (Verdict.CONTRADICTED, 2)
    assert str(changed.because) == "Changed since it was submitted: incident/facts, incident/title."
    with clock.fixed(AFTER):
        submitted(Incident.objects.get(pk=scene.incident.pk), scene.cast.lead, scope="Wider")
    replaced = asked(scene, "determinations.assessment_stands", sha256=sha256)
    assert (replaced.verdict, str(replaced.because)) == (
        Verdict.CONTRADICTED, "It was replaced by another assessment.",
    )  # fmt: skip


def test_a_report_says_that_something_is_open_exactly_when_it_is(scene: Reporting) -> None:
    said = {True: Verdict.SUPPORTED, False: Verdict.CONTRADICTED}
    for listed, verdict in said.items():
        assert asked(scene, "determinations.undetermined_listed", listed=listed).verdict is verdict
    with clock.fixed(AFTER):
        act("determinations.followup.settle", scene.cast.counsel, FollowUp.objects.get(), answer="Twelve")
    for listed, verdict in said.items():
        assert asked(scene, "determinations.undetermined_listed", listed=not listed).verdict is verdict


def test_what_became_known_is_proven_from_the_day_on_which_it_was_settled(scene: Reporting) -> None:
    row = FollowUp.objects.get()
    claim = "determinations.became_known"
    assert asked(scene, claim, follow_up=row.pk).verdict is Verdict.UNRESOLVED
    with clock.fixed(AFTER + timedelta(days=5)):
        act("determinations.followup.settle", scene.cast.counsel, row, answer="Twelve")
    assert asked(scene, claim, follow_up=row.pk).verdict is Verdict.UNRESOLVED
    assert asked(scene, claim, date(2026, 5, 18), follow_up=row.pk).verdict is Verdict.SUPPORTED
    assert asked(scene, claim, date(2026, 5, 18), follow_up=row.pk + 1).verdict is Verdict.UNEVIDENCED


def test_an_incident_that_is_not_on_record_proves_nothing(scene: Reporting) -> None:
    scene.incident.pk += 1000
    for name in ("determinations.material", "determinations.disclosure_necessary"):
        assert asked(scene, name).verdict is Verdict.UNEVIDENCED


def test_a_claim_is_about_another_incident_unless_it_names_this_one() -> None:
    claim = Claim("determinations.material", {"incident": 7}, FILING_DATE)
    assert about_another(claim, None)
    assert about_another(claim, 8)
    assert not about_another(claim, 7)
    assert not about_another(Claim("training.completion", {}, "period"), None)
