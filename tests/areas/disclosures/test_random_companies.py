"""Companies thrown together at random draft what their own record bears: other flags, other sentences, never a guess."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from quarterdeck.areas.disclosures.models import Statement
from quarterdeck.areas.disclosures.vocabulary import (
    AFFECTED_FLAG,
    ENGAGED_FLAG,
    INTEGRATED_FLAG,
    OVERSIGHT_FLAG,
    REPORT_FLAG,
    in_words,
)
from quarterdeck.demo import b
from quarterdeck.demo.b import bodies, company, engagements, evidence, people, policies, reports, training, vendors
from quarterdeck.demo.sittings import Sitting
from quarterdeck.demo.stage import Stage
from tests.areas.disclosures.conftest import told

pytestmark = pytest.mark.django_db
#: Of every policy that company B has.
KINDS = tuple(rules.kind for rules in policies.RULES)


@dataclass(frozen=True)
class Chosen:
    """What chance gave this company."""

    members: tuple[str, ...]
    knowing: frozenset[str]
    policies: frozenset[str]
    outside: bool
    trained: bool
    watched: bool
    vendors_evaluated: bool
    reported: bool
    reviewed: bool


def choose(seed: int) -> Chosen:
    chance = random.Random(seed)
    members = tuple(sorted(chance.sample(bodies.MEMBERS, chance.randint(4, len(bodies.MEMBERS)))))
    able = [person.name for person in people.PEOPLE if person.knows]
    return Chosen(
        members=members,
        knowing=frozenset(chance.sample(able, chance.randint(0, len(able)))),
        policies=frozenset(kind for kind in KINDS if chance.random() < 0.75),
        outside=chance.random() < 0.5,
        trained=chance.random() < 0.5,
        watched=chance.random() < 0.5,
        vendors_evaluated=chance.random() < 0.5,
        reported=chance.random() < 0.5,
        reviewed=chance.random() < 0.5,
    )


def arrange(chosen: Chosen, patch: pytest.MonkeyPatch) -> None:
    """Company B with the parts that chance left."""
    patch.setattr(bodies, "MEMBERS", chosen.members)
    patch.setattr(
        people, "PEOPLE", tuple(p if p.name in chosen.knowing else replace(p, knows=()) for p in people.PEOPLE)
    )
    patch.setattr(policies, "RULES", tuple(r for r in policies.RULES if r.kind in chosen.policies))
    if not chosen.outside:
        patch.setattr(evidence, "TESTS_OUTSIDE", ())
        patch.setattr(engagements, "scenes", lambda _stage: None)
    if not chosen.trained:
        patch.setattr(training, "COURSES", ())
    if not chosen.watched:
        patch.setattr(evidence, "WATCHES", evidence.WATCHES[:1])
    if not chosen.vendors_evaluated:
        patch.setattr(vendors, "VENDORS", tuple((v[0], v[1], None, None, v[4]) for v in vendors.VENDORS))
    if not chosen.reported:
        patch.setattr(reports, "QUARTERS", reports.QUARTERS[:2])
    sittings = bodies.SITTINGS if chosen.reviewed else tuple(_without_reviews(bodies.SITTINGS))
    patch.setattr(bodies, "SITTINGS", tuple(_with_members(sittings, chosen.members)))
    patch.setattr(b.incidents, "CASES", ())
    patch.setattr(company, "PARAMETERS", company.PARAMETERS)


def _without_reviews(sittings: tuple[Sitting, ...]) -> list[Sitting]:
    kept = [replace(s, points=tuple(p for p in s.points if p.topic != "materiality_review")) for s in sittings]
    return [s for s in kept if s.points]


def _with_members(sittings: tuple[Sitting, ...] | list[Sitting], members: tuple[str, ...]) -> list[Sitting]:
    return [
        replace(
            s,
            absent=tuple(name for name in s.absent if name in members),
            points=tuple(replace(p, against=tuple(a for a in p.against if a[0] in members)) for p in s.points),
        )
        for s in sittings
    ]


def drafted(stage: Stage) -> tuple[dict[str, str], dict[str, bool]]:
    """Sentences by their key, and flags with their values."""
    made = stage.do("disclosures.disclosure.draft", "ye.lin", form="20-F", as_of="2026-04-24")
    rows = list(Statement.objects.filter(disclosure=made))
    flags = {p["concept"]: p["value"] for row in rows for p in row.phrases if p["value"] is not None}
    return {row.key: row.text for row in rows}, flags


@pytest.mark.parametrize("seed", [3, 11, 27, 58])
def test_a_random_company_says_what_its_record_bears_and_nothing_else(
    seed: int, django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = choose(seed)
    arrange(chosen, monkeypatch)
    with told(b.stage, django_db_blocker) as stage:
        sentences, flags = drafted(stage)

    assert (ENGAGED_FLAG in flags) == chosen.outside
    assert ("tests" in sentences) == chosen.outside
    assert ("tests_in_house" in sentences) == (not chosen.outside)
    assert ("training" in sentences) == chosen.trained
    assert ("monitoring" in sentences) == chosen.watched
    assert (OVERSIGHT_FLAG in flags) == (chosen.vendors_evaluated and "vendor_procedures" in chosen.policies)
    assert flags.get(AFFECTED_FLAG) is (False if chosen.reviewed else None)
    assert ("none_material" in sentences) == chosen.reviewed
    assert ("caution" in sentences) == chosen.reviewed
    assert flags.get(INTEGRATED_FLAG) is True
    assert (REPORT_FLAG in flags) == chosen.reported
    assert ("rules" in sentences) == {"threat_handling", "incident_handling"}.issubset(chosen.policies)
    assert ("protocols" in sentences) == {"internal_threats", "external_threats"}.issubset(chosen.policies)
    assert ("response" in sentences) == ("incident_response" in chosen.policies)
    assert ("robust" in sentences) == ("response" in sentences)

    executives = 1 + len([name for name in chosen.members if name != "Wu Kai"])
    assert f"{in_words(executives)} top executives" in sentences["committee"]
    assert ("one department head" in sentences["committee"]) == ("Wu Kai" in chosen.members)
    knowing = len(chosen.knowing.intersection(chosen.members))
    if knowing:
        assert sentences["expertise"].lower().startswith(f"{in_words(knowing)} member")
    else:
        assert "expertise" not in sentences


def test_different_companies_draft_different_pages() -> None:
    assert len({choose(seed) for seed in (3, 11, 27, 58)}) == 4
