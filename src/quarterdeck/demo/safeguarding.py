"""Safeguards of a story: a catalogue of the company's own rules as OSCAL, the safeguards that answer it, and rounds of tests,
each recorded by one person and approved by another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from quarterdeck.areas.safeguards.models import Framework
from quarterdeck.demo.papers import hand_over
from quarterdeck.demo.persons import key
from quarterdeck.demo.stage import Stage

#: A rule: its code in small letters, its name, its words. A family: code, name, its rules.
Rule = tuple[str, str, str]
Family = tuple[str, str, tuple[Rule, ...]]


@dataclass(frozen=True)
class Guard:
    """One safeguard. ``kind``: technical or procedural; ``owner``: a name; ``codes``: of the rules that it answers."""

    kind: str
    name: str
    since: date
    owner: str
    words: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """The company's own rules: ``uuid`` and ``modified`` as OSCAL has them; ``aside``: (code, why, until) of a rule that does
    not apply."""

    uuid: str
    title: str
    version: str
    modified: str
    families: tuple[Family, ...]
    aside: tuple[str, str, str]

    def document(self) -> bytes:
        """As an OSCAL catalogue."""
        groups = [
            {
                "id": code,
                "class": "family",
                "title": title,
                "controls": [
                    {
                        "id": rule,
                        "title": name,
                        "props": [{"name": "label", "value": rule.upper()}],
                        "parts": [{"id": f"{rule}_smt", "name": "statement", "prose": words}],
                    }
                    for rule, name, words in rules
                ],
            }
            for code, title, rules in self.families
        ]
        metadata = {
            "title": self.title,
            "last-modified": self.modified,
            "version": self.version,
            "oscal-version": "1.1.2",
        }
        return json.dumps({"catalog": {"uuid": self.uuid, "metadata": metadata, "groups": groups}}, indent=1).encode()


def protect(
    stage: Stage, catalogue: Catalogue, guards: tuple[Guard, ...], rounds: Iterable[date], *, since: date, team: str
) -> None:
    """Catalogue on the day ``since``, safeguards a day later, what answers what on the third; each round tests all of them. In the
    cast as ``framework``, ``safeguard:NAME`` and ``test:NAME:DAY``."""
    stage.later(since, partial(_catalogue, stage, catalogue))
    for guard in guards:
        stage.later(since.replace(day=since.day + 1), partial(_safeguard, stage, guard))
    stage.later(since.replace(day=since.day + 2), partial(_answers, stage, catalogue, guards))
    for day in rounds:
        for guard in guards:
            stage.later(day, partial(_test, stage, guard.name, day, team))


def _catalogue(stage: Stage, catalogue: Catalogue) -> None:
    stage.cast["framework"] = hand_over(
        stage, "safeguards.framework.import", stage.hands.security, None, {"file": catalogue.document()}
    )


def _safeguard(stage: Stage, guard: Guard) -> None:
    stage.do(
        "safeguards.safeguard.create",
        stage.hands.security,
        cast=f"safeguard:{guard.name}",
        name=guard.name,
        kind=guard.kind,
        description=guard.words,
        owner=stage.cast[key(guard.owner)],
        unit=stage.cast["security"],
        in_operation_since=guard.since,
        test_every=12,
    )


def _answers(stage: Stage, catalogue: Catalogue, guards: tuple[Guard, ...]) -> None:
    """What answers what; a rule that nothing answers stays open, one does not apply."""
    framework = stage.cast["framework"]
    assert isinstance(framework, Framework)
    keys = dict(framework.requirements.values_list("code", "pk"))
    for guard in guards:
        stage.do(
            "safeguards.framework.answer",
            stage.hands.security,
            framework,
            safeguard=stage.cast[f"safeguard:{guard.name}"],
            requirements=[keys[code] for code in guard.codes],
            coverage="full",
            reason=guard.words,
            effective_from=guard.since,
        )
    code, why, until = catalogue.aside
    stage.do(
        "safeguards.framework.set_aside",
        stage.hands.security,
        framework,
        requirements=[keys[code]],
        reason=why,
        effective_until=until,
    )


def _test(stage: Stage, name: str, day: date, team: str) -> None:
    report = f"{name}\n\nTested on {day.isoformat()} by {team}. It worked as described.\n".encode()
    test = hand_over(
        stage,
        "safeguards.safeguardtest.record",
        stage.hands.analyst,
        None,
        {"file": report},
        safeguard=stage.cast[f"safeguard:{name}"],
        tested_on=day,
        performer="in_house",
        performer_name=team,
        method="test",
        result="effective",
        findings="It worked as described.",
    )
    stage.cast[f"test:{name}:{day.isoformat()}"] = test
    stage.do("safeguards.safeguardtest.approve", stage.hands.security, test)
