"""Writing OSCAL 1.1.2 JSON: component definition, assessment results, plan of action and milestones.

The same state gives the same bytes: every id is a UUID version 5 of what it stands for, every time is given, every list is
in the order given. Times are aware; they are written in UTC.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from quarterdeck.engines.oscal.model import OscalError
from quarterdeck.engines.oscal.nodes import Node, Object

OSCAL_VERSION: Final = "1.1.2"
#: Everything below is named within this space, so that no other product's ids are met by chance.
SPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://quarterdeck.example/oscal")
NAMESPACE: Final = "https://quarterdeck.example/ns/oscal"
_TOKEN: Final = re.compile(r"^[^\W\d][\w.\-]*$")


def uuid_of(*words: object) -> str:
    """The id of what the words name: the same words, the same id."""
    return str(uuid.uuid5(SPACE, "/".join(str(word) for word in words)))


def is_token(text: str) -> bool:
    """Whether OSCAL takes it as the id of a control: a letter or underscore first, then letters, digits, ``.``, ``-``, ``_``."""
    return _TOKEN.match(text) is not None


@dataclass(frozen=True, slots=True)
class Source:
    """A catalogue that requirements come from: ``key`` names it here, ``sha256`` is of the file that was imported."""

    key: str
    title: str
    version: str
    oscal_uuid: str
    sha256: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A requirement that a component answers. ``coverage``: full or partial."""

    source: str
    control_id: str
    coverage: str
    words: str


@dataclass(frozen=True, slots=True)
class Component:
    """A safeguard. ``kind``: technical or procedural; ``state``: planned, operating or retired."""

    key: str
    title: str
    description: str
    kind: str
    state: str
    owner: str
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """One effectiveness test of a component. ``result``: effective, partly or not_effective; ``performer`` in words."""

    key: str
    component: str
    at: datetime
    method: str
    result: str
    performer: str
    words: str


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be done. ``state``: open, done or verified; ``due`` and ``found`` aware, or None where not known.

    ``related``: keys of tests that it came out of.
    """

    key: str
    title: str
    description: str
    state: str
    found: datetime
    due: datetime | None
    owner: str
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose document it is."""

    name: str
    version: str
    at: datetime


def component_definition(holder: Holder, sources: Sequence[Source], components: Sequence[Component]) -> bytes:
    """Every safeguard as a component with the requirements it answers, by catalogue. Raises OscalError on a broken reference."""
    known = {source.key: source for source in sources}
    body: Object = {
        "uuid": uuid_of("component-definition", holder.name),
        "metadata": _metadata(holder, f"{holder.name}: safeguards"),
    }
    made: list[Node] = [_component(component, known) for component in components]
    if made:
        body["components"] = made
    body |= _back_matter(sources)
    return _bytes({"component-definition": body})


def assessment_results(
    holder: Holder, components: Sequence[Component], tests: Sequence[Test], start: datetime, end: datetime
) -> bytes:
    """The tests of ``start``…``end``, each an observation of its component; a finding for each requirement it speaks to.

    Of several tests of one component the newest decides the finding.
    """
    by_key = {component.key: component for component in components}
    unknown = [test.key for test in tests if test.component not in by_key]
    if unknown:
        raise OscalError("a test names a component that is not given", unknown[0])
    tested = [component for component in components if any(test.component == component.key for test in tests)]
    reviewed = dict.fromkeys(
        answer.control_id for component in tested for answer in component.answers if is_token(answer.control_id)
    )
    selection: Object = (
        {"include-controls": [{"control-id": key} for key in reviewed]} if reviewed else {"include-all": {}}
    )
    result: Object = {
        "uuid": uuid_of("result", holder.name, start.isoformat(), end.isoformat()),
        "title": "Effectiveness tests of safeguards",
        "description": "Tests in the period, by in-house teams and outside firms, each approved by a second person.",
        "start": _time(start),
        "end": _time(end),
        "reviewed-controls": {"control-selections": [selection]},
    }
    if tested:
        result["local-definitions"] = {"components": [_system_component(component) for component in tested]}
    if tests:
        result["observations"] = [_observation(test) for test in tests]
    findings: list[Node] = list(_findings(tested, tests))
    if findings:
        result["findings"] = findings
    plan = uuid_of("assessment-plan", holder.name)
    return _bytes(
        {
            "assessment-results": {
                "uuid": uuid_of("assessment-results", holder.name),
                "metadata": _metadata(holder, f"{holder.name}: results of effectiveness tests"),
                "import-ap": {"href": f"#{plan}"},
                "results": [result],
                "back-matter": {
                    "resources": [{"uuid": plan, "title": "Test cycles of the safeguards", "description": "Each safeguard carries its own cycle in months."}]
                },
            }
        }
    )  # fmt: skip


def plan_of_action(holder: Holder, items: Sequence[Item], tests: Sequence[Test] = ()) -> bytes:
    """What is to be done, each item with its risk, the day it is due and the tests it came out of.

    Raises OscalError without any item: OSCAL has no empty plan.
    """
    if not items:
        raise OscalError("there is nothing to plan: no item is open")
    wanted = {key for item in items for key in item.related}
    related = [test for test in tests if test.key in wanted]
    lacking = sorted(wanted - {test.key for test in related})
    if lacking:
        raise OscalError("an item names a test that is not given", lacking[0])
    body: Object = {
        "uuid": uuid_of("plan-of-action", holder.name),
        "metadata": _metadata(holder, f"{holder.name}: plan of action and milestones"),
        "system-id": {"identifier-type": "http://ietf.org/rfc/rfc4122", "id": uuid_of("system", holder.name)},
    }
    if related:
        components = dict.fromkeys(test.component for test in related)
        body["local-definitions"] = {
            "components": [
                {
                    "uuid": uuid_of("component", key),
                    "type": "process-procedure",
                    "title": _line(key),
                    "description": "The safeguard that was tested.",
                    "status": {"state": "operational"},
                }
                for key in components
            ]
        }
        body["observations"] = [_observation(test) for test in related]
    body["risks"] = [_risk(item) for item in items]
    body["poam-items"] = [_item(item) for item in items]
    return _bytes({"plan-of-action-and-milestones": body})


# --- pieces --------------------------------------------------------------------------------------------------------


def _metadata(holder: Holder, title: str) -> Object:
    party = uuid_of("party", holder.name)
    return {
        "title": _line(title),
        "last-modified": _time(holder.at),
        "version": holder.version,
        "oscal-version": OSCAL_VERSION,
        "roles": [{"id": "owner", "title": "Owner of the safeguards"}],
        "parties": [{"uuid": party, "type": "organization", "name": _line(holder.name)}],
        "responsible-parties": [{"role-id": "owner", "party-uuids": [party]}],
    }


def _component(component: Component, known: dict[str, Source]) -> Object:
    made: Object = {
        "uuid": uuid_of("component", component.key),
        "type": _type(component),
        "title": _line(component.title),
        "description": _said(component.description, component.title),
        "props": _props((("state", component.state), ("kind", component.kind), ("owner", component.owner))),
    }
    by_source: dict[str, list[Answered]] = {}
    for answer in component.answers:
        if answer.source not in known:
            raise OscalError(f"an answer names a catalogue that is not given: {answer.source}", component.key)
        if is_token(answer.control_id):
            by_source.setdefault(answer.source, []).append(answer)
    if by_source:
        made["control-implementations"] = [
            {
                "uuid": uuid_of("implementation", component.key, key),
                "source": f"#{uuid_of('source', key)}",
                "description": f"Requirements of {known[key].title} that it answers.",
                "implemented-requirements": [
                    {
                        "uuid": uuid_of("requirement", component.key, key, answer.control_id),
                        "control-id": answer.control_id,
                        "description": _said(answer.words, f"Answered in {answer.coverage}."),
                        "props": _props((("coverage", answer.coverage),)),
                    }
                    for answer in answers
                ],
            }
            for key, answers in by_source.items()
        ]
    return made


def _type(component: Component) -> str:
    return "process-procedure" if component.kind == "procedural" else "software"


def _system_component(component: Component) -> Object:
    states = {"planned": "under-development", "retired": "disposition"}
    return {
        "uuid": uuid_of("component", component.key),
        "type": _type(component),
        "title": _line(component.title),
        "description": _said(component.description, component.title),
        "status": {"state": states.get(component.state, "operational")},
    }


def _observation(test: Test) -> Object:
    return {
        "uuid": uuid_of("observation", test.key),
        "title": _line(f"Effectiveness test by {test.performer}"),
        "description": _said(test.words, f"Found: {test.result.replace('_', ' ')}."),
        "props": _props((("result", test.result), ("performer", test.performer))),
        "methods": [test.method if test.method in ("EXAMINE", "INTERVIEW", "TEST") else "TEST"],
        "types": ["control-objective"],
        "subjects": [{"subject-uuid": uuid_of("component", test.component), "type": "component"}],
        "collected": _time(test.at),
    }


def _findings(tested: Sequence[Component], tests: Sequence[Test]) -> Iterable[Object]:
    for component in tested:
        mine = sorted((test for test in tests if test.component == component.key), key=lambda test: test.at)
        last = mine[-1]
        satisfied = last.result == "effective"
        for answer in component.answers:
            if not is_token(answer.control_id):
                continue
            yield {
                "uuid": uuid_of("finding", component.key, answer.source, answer.control_id),
                "title": _line(f"{component.title}: {answer.control_id}"),
                "description": _said(answer.words, f"Answered in {answer.coverage} by {component.title}."),
                "target": {
                    "type": "objective-id",
                    "target-id": answer.control_id,
                    "status": {"state": "satisfied" if satisfied and answer.coverage == "full" else "not-satisfied"},
                },
                "related-observations": [{"observation-uuid": uuid_of("observation", test.key)} for test in mine],
            }


def _risk(item: Item) -> Object:
    made: Object = {
        "uuid": uuid_of("risk", item.key),
        "title": _line(item.title),
        "description": _said(item.description, item.title),
        "statement": _said(item.description, item.title),
        "status": "open" if item.state == "open" else "closed",
    }
    if item.due is not None:
        made["deadline"] = _time(item.due)
        made["remediations"] = [
            {
                "uuid": uuid_of("remediation", item.key),
                "lifecycle": "completed" if item.state != "open" else "planned",
                "title": _line(item.title),
                "description": _said(item.description, item.title),
                "tasks": [
                    {
                        "uuid": uuid_of("task", item.key),
                        "type": "milestone",
                        "title": "Done, and checked by a second person",
                        "timing": {"on-date": {"date": _time(item.due)}},
                    }
                ],
            }
        ]
    if item.related:
        made["related-observations"] = [{"observation-uuid": uuid_of("observation", key)} for key in item.related]
    return made


def _item(item: Item) -> Object:
    made: Object = {
        "uuid": uuid_of("poam-item", item.key),
        "title": _line(item.title),
        "description": _said(item.description, item.title),
        "props": _props((("state", item.state), ("owner", item.owner), ("found", _time(item.found)))),
        "related-risks": [{"risk-uuid": uuid_of("risk", item.key)}],
    }
    if item.related:
        made["related-observations"] = [{"observation-uuid": uuid_of("observation", key)} for key in item.related]
    return made


def _back_matter(sources: Sequence[Source]) -> Object:
    if not sources:
        return {}
    rows: list[Node] = []
    for source in sources:
        row: Object = {"uuid": uuid_of("source", source.key), "title": _line(source.title)}
        props = _props((("version", source.version), ("catalogue", source.oscal_uuid)))
        if props:
            row["props"] = props
        if source.file_name:
            row["rlinks"] = [
                {"href": source.file_name, "hashes": [{"algorithm": "SHA-256", "value": source.sha256}]}
                if source.sha256
                else {"href": source.file_name}
            ]
        rows.append(row)
    return {"back-matter": {"resources": rows}}


def _props(pairs: Sequence[tuple[str, str]]) -> list[Node]:
    """Properties of our own; OSCAL takes no empty value and none with white space at its ends."""
    return [{"name": name, "ns": NAMESPACE, "value": _line(value)} for name, value in pairs if value.strip()]


def _said(words: str, otherwise: str) -> str:
    return words.strip() or otherwise


def _line(words: str) -> str:
    """Titles, names and values are one line in OSCAL, without white space at their ends."""
    return " ".join(words.split()) or "–"


def _time(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise OscalError("OSCAL takes a time with its zone")
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _bytes(document: Object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


__all__ = [
    "Answered", "Component", "Holder", "Item", "Source", "Test", "assessment_results", "component_definition", "is_token",
    "plan_of_action", "uuid_of",
]  # fmt: skip
