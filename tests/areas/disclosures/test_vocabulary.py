"""The vocabulary covers every statement of the two pages that the fictional companies stand for, and every claim can turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.areas.disclosures.facts import Chair, Facts
from quarterdeck.areas.disclosures.vocabulary import ANNUAL
from quarterdeck.engines.xbrl.concepts import BY_NAME
from quarterdeck.kernel.claims.registry import all_predicates, check

TESTS = Path(__file__).resolve().parents[1]
EVERYTHING = Facts(
    foreign=True, board_committee="audit committee", committee="security committee", panel="security panel", executives=3,
    heads=1, experienced=2, chair=Chair("chief_executive", "chief executive officer"), certificate="CISP", outside_tests=False,
)  # fmt: skip

#: Statement of a page → the sentences that say it and the predicates that prove it. J, C and X are proven by nothing.
STATEMENTS = {
    "A1": ({"rules"}, {"policies.in_force"}),
    "A2": ({"rules_cover"}, {"policies.covers", "incidents.handled"}),
    "A3": ({"units"}, {"incidents.across_units"}),
    "A4": ({"experts"}, {"risks.assessed", "risks.improved"}),
    "A5": ({"none_material"}, {"incidents.none_material"}),
    "A6": ({"caution"}, set()),
    "A8": ({"integrated_security"}, {"risks.integrated"}),
    "A9": ({"panel"}, {"bodies.overseen_by_executives"}),
    "A10": ({"panel"}, {"bodies.decided"}),
    "A11": ({"panel_reports"}, {"reports.received"}),
    "A12": ({"panel_expertise"}, {"bodies.most_experienced"}),
    "A13": ({"certified"}, {"people.team_certified"}),
    "A14": ({"personnel"}, {"reports.received"}),
    "B1": ({"assessment_procedure"}, {"policies.in_force", "risks.assessed"}),
    "B2": ({"integrated_erm"}, {"risks.integrated"}),
    "B3": ({"protocols"}, {"policies.in_force"}),
    "B4": ({"data"}, {"policies.in_force", "policies.applied"}),
    "B5": ({"safeguards"}, {"safeguards.operating"}),
    "B6": ({"tests"}, {"findings.tested"}),
    "B7": ({"response", "robust"}, {"policies.in_force", "incidents.response_exercised"}),
    "B8": ({"training"}, {"training.completion"}),
    "B9": ({"monitoring"}, {"organisation.groups_designated", "monitoring.every_month"}),
    "B10": ({"vendors"}, {"vendors.evaluated_before_engagement"}),
    "B11": ({"vendors"}, {"vendors.bound_by_procedures"}),
    "B12": ({"none_material"}, {"incidents.none_material"}),
    "B13": ({"board"}, {"bodies.charter_duty", "reports.received"}),
    "B14": ({"board_disclosure"}, {"bodies.charter_duty", "disclosures.approved_before_release"}),
    "B15": ({"board"}, {"bodies.exists"}),
    "B16": ({"committee_reports"}, {"reports.received"}),
    "B17": ({"committee"}, {"bodies.composition", "bodies.chaired_by"}),
    "B18": ({"committee"}, {"bodies.decided"}),
    "B19": ({"expertise"}, {"bodies.members_with_experience"}),
    "B20": ({"assessment"}, {"incidents.assessed_promptly", "incidents.opinions_sought"}),
    "B21": ({"escalation"}, {"incidents.escalated_promptly"}),
    "B22": ({"escalation"}, {"incidents.measures_decided", "bodies.charter_duty"}),
    "B23": ({"release"}, {"disclosures.approved_before_release"}),
    "B24": ({"committee_reports", "committee"}, {"bodies.reports_to"}),
}


def claims_of(keys: set[str]) -> set[str]:
    found = set()
    for template in ANNUAL:
        if template.key in keys:
            sentence = template.write(EVERYTHING)
            assert sentence is not None, template.key
            found |= {claim.name for claim in sentence.claims}
    return found


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_of_the_pages_has_its_sentence_and_its_proof(statement: str) -> None:
    keys, predicates = STATEMENTS[statement]
    assert keys <= {template.key for template in ANNUAL}
    assert predicates <= claims_of(keys)


def test_every_claim_of_every_sentence_exists_with_its_parameters_and_basis() -> None:
    for template in ANNUAL:
        sentence = template.write(EVERYTHING)
        assert sentence is not None, template.key
        for claim in sentence.claims:
            check(claim)
        assert (template.kind == "fact") == bool(sentence.claims), template.key


def test_every_tag_is_a_concept_and_every_tagged_phrase_is_in_its_sentence() -> None:
    for template in ANNUAL:
        sentence = template.write(EVERYTHING)
        assert sentence is not None
        for concept in template.blocks:
            assert BY_NAME[concept].kind == "text"
        for phrase in sentence.phrases:
            assert phrase.words in sentence.text
            assert BY_NAME[phrase.concept].kind == ("text" if phrase.value is None else "flag")


def test_every_predicate_is_named_in_a_test_of_its_area() -> None:
    told = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(TESTS.rglob("test_*.py")) if path != Path(__file__)
    )
    assert [found.name for found in all_predicates() if found.name.rpartition(".")[2] not in told] == []
