"""Policies for tests: written, approved by people of their own and published, through real actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from quarterdeck.areas.policies.models import Policy, PolicyVersion
from tests.support import act, company, person, system

TEXT = """# Purpose

These rules say what we do when something threatens our systems.

# How severe it is

Whoever is on duty judges it within the hour.

# Where it comes from

The group that watches traces its source.

# What we do against it

Measures are tasks with an owner and a day.

# Whom we tell

Management on the day, the board committee before the next.
"""
COVERS = {
    "covers_severity": "how-severe-it-is",
    "covers_source": "where-it-comes-from",
    "covers_measures": "what-we-do-against-it",
    "covers_informing": "whom-we-tell",
}


def policy(kind: str = "incident_handling", owner: Any = None, **more: Any) -> Policy:
    """A policy of the enterprise, for everybody in it."""
    made: Policy = act(
        "policies.policy.create", system(), title=more.pop("title", "Rules for handling incidents"), kind=kind,
        level="policy", owner=owner or person("Olive Owner", "employee"), unit=company(), review_months=12,
        acknowledge_days=14, **more,
    )  # fmt: skip
    return made


def draft(of: Policy, number: str = "1", text: str = TEXT, who: Any = None, **covers: str) -> PolicyVersion:
    """A version being written."""
    made: PolicyVersion = act(
        "policies.policyversion.draft", who or system(), policy=of, number=number, text=text, **covers
    )
    return made


def approved(version: PolicyVersion, *approvers: Any) -> PolicyVersion:
    """The version with a step for each person, each approved by their login."""
    people = approvers or (person("Ada First", "employee"), person("Ben Second", "employee"))
    for one in people:
        act("policies.approvalstep.add", system(), version=version, person=one)
    act("policies.policyversion.submit", system(), version)
    for step in version.steps.order_by("position"):
        assert step.person is not None
        assert step.person.user is not None
        act("policies.approvalstep.approve", step.person.user, step, sha256=version.sha256)
    return PolicyVersion.objects.get(pk=version.pk)


def published(
    of: Policy | None = None, number: str = "1", since: date | None = None, text: str = TEXT, **covers: Any
) -> PolicyVersion:
    """A version in force from ``since`` (today) on."""
    from quarterdeck.kernel import clock

    version = approved(draft(of or policy(), number, text, **covers))
    done: PolicyVersion = act(
        "policies.policyversion.publish", system(), version, effective_from=since or clock.today()
    )
    return done
