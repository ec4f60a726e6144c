"""Reading CACAO 2.0 JSON from a stranger: bounded, every fault with its place; and writing it back without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from quarterdeck.engines.cacao.model import (
    ACTION,
    CONDITIONS,
    END,
    IF,
    PARALLEL,
    PLAYBOOK_ACTION,
    START,
    STEP_TYPES,
    SWITCH,
    WHILE,
    Agent,
    Command,
    Json,
    Playbook,
    Step,
    Variable,
)

SPEC: Final = "cacao-2.0"
MOST_BYTES: Final = 2 << 20
MOST_STEPS: Final = 500
MOST_DEEP: Final = 40
#: A year; longer times are slips of the pen.
MOST_MILLISECONDS: Final = 366 * 24 * 3600 * 1000
_ID = re.compile(r"^[a-z][a-z0-9-]*--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")


@dataclass(frozen=True)
class Problem:
    """What is wrong or odd, and where: a path such as ``workflow.action--….on_completion``."""

    path: str
    says: str

    def __str__(self) -> str:
        return f"{self.path}: {self.says}"


class PlaybookError(ValueError):
    """The JSON is no playbook that could be gone through. ``problems`` has every fault that was found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems[:5]))
        self.problems = problems


def parse(data: bytes | str) -> Playbook:
    """The playbook in ``data`` (UTF-8). PlaybookError where it is none, dangles, or would never end."""
    raw = _loaded(data)
    reader = _Reader(raw)
    playbook = reader.read()
    problems = [*reader.problems, *(_graph(playbook) if not reader.problems else ())]
    if problems:
        raise PlaybookError(tuple(problems))
    return playbook


def write(playbook: Playbook, *, indent: int | None = 2) -> str:
    """The JSON as it was read: every property, known or not, in its order."""
    return json.dumps(json.loads(playbook.source), ensure_ascii=False, indent=indent) + "\n"


def check(playbook: Playbook) -> tuple[Problem, ...]:
    """What is odd and can be lived with: steps that nothing leads to, chains without an end, times nobody checks."""
    found = []
    reached = _reached(playbook)
    for step in playbook.steps.values():
        path = f"workflow.{step.id}"
        if step.id not in reached:
            found.append(Problem(path, "nothing leads to this step"))
        if step.type in (START, ACTION, PLAYBOOK_ACTION, PARALLEL) and not (step.on_completion or step.on_success):
            found.append(Problem(path, "no step follows; the chain ends here without an end step"))
        if step.type == SWITCH and "default" not in step.cases:
            found.append(Problem(f"{path}.cases", "there is no default case"))
    if playbook.revoked:
        found.append(Problem("revoked", "its author revoked it"))
    if playbook.signed:
        found.append(Problem("signatures", "signatures are kept and not verified"))
    return tuple(found)


def _loaded(data: bytes | str) -> dict[str, Json]:
    size = len(data)
    if size > MOST_BYTES:
        raise PlaybookError((Problem("$", f"larger than {MOST_BYTES >> 20} MB"),))
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise PlaybookError((Problem("$", f"not UTF-8 (byte {error.start})"),)) from error
    if _deep(text) > MOST_DEEP:
        raise PlaybookError((Problem("$", f"nested deeper than {MOST_DEEP} levels"),))
    try:
        raw: Json = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise PlaybookError((Problem("$", f"no JSON: {error.msg} (line {error.lineno})"),)) from error
    except ValueError as error:
        raise PlaybookError((Problem("$", f"no JSON: {error}"),)) from error
    if not isinstance(raw, dict):
        raise PlaybookError((Problem("$", "a playbook is a JSON object"),))
    return raw


def _deep(text: str) -> int:
    """How deep brackets are nested, outside of strings: known before any object is made of them."""
    deepest = level = 0
    inside = escaped = False
    for mark in text:
        if inside:
            inside = escaped or mark != '"'
            escaped = mark == "\\" and not escaped
        elif mark == '"':
            inside = True
        elif mark in "[{":
            level += 1
            deepest = max(deepest, level)
        elif mark in "]}":
            level -= 1
    return deepest


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"“{key[:60]}” stands twice in one object")
        made[key] = value
    return made


def _no_constant(text: str) -> Json:
    raise ValueError(f"{text} is no number of JSON")


class _Reader:
    """Takes out what is understood and notes every fault."""

    def __init__(self, raw: dict[str, Json]) -> None:
        self.raw = raw
        self.problems: list[Problem] = []

    def note(self, path: str, says: str) -> None:
        self.problems.append(Problem(path, says))

    def read(self) -> Playbook:
        raw = self.raw
        if raw.get("type") != "playbook":
            self.note("type", "should be “playbook”")
        if raw.get("spec_version") != SPEC:
            self.note("spec_version", f"should be “{SPEC}”")
        for name in ("created", "modified"):
            if not _TIME.match(self.text(raw, name, "", needed=True)):
                self.note(name, "should be a time in UTC, such as 2026-01-31T09:00:00Z")
        return Playbook(
            id=self.identifier(raw, "id", ""),
            name=self.text(raw, "name", "", needed=True),
            description=self.text(raw, "description", ""),
            created_by=self.text(raw, "created_by", "", needed=True),
            created=self.text(raw, "created", ""),
            modified=self.text(raw, "modified", ""),
            revoked=raw.get("revoked") is True,
            start=self.text(raw, "workflow_start", "", needed=True),
            exception=self.text(raw, "workflow_exception", ""),
            steps=MappingProxyType(self.steps()),
            agents=MappingProxyType(dict(self.agents("agent_definitions"))),
            targets=MappingProxyType(dict(self.agents("target_definitions"))),
            variables=tuple(self.variables()),
            signed=bool(raw.get("signatures")),
            source=json.dumps(raw, ensure_ascii=False),
        )

    def text(self, of: Mapping[str, Json], name: str, path: str, *, needed: bool = False, most: int = 20_000) -> str:
        value = of.get(name)
        where = f"{path}.{name}" if path else name
        if value is None:
            if needed:
                self.note(where, "is missing")
            return ""
        if not isinstance(value, str):
            self.note(where, "should be a text")
            return ""
        if len(value) > most:
            self.note(where, f"is longer than {most} characters")
        return value

    def identifier(self, of: Mapping[str, Json], name: str, path: str) -> str:
        value = self.text(of, name, path, needed=True)
        if value and not _ID.match(value):
            self.note(f"{path}.{name}" if path else name, "should be an identifier such as action--<UUID>")
        return value

    def table(self, of: Mapping[str, Json], name: str, path: str) -> dict[str, Json]:
        value = of.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.note(f"{path}.{name}" if path else name, "should be an object")
            return {}
        return value

    def number(self, of: Mapping[str, Json], name: str, path: str) -> int:
        value = of.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_MILLISECONDS:
            self.note(f"{path}.{name}", "should be a whole number of milliseconds, a year at most")
            return 0
        return value

    def names(self, of: Mapping[str, Json], name: str, path: str) -> tuple[str, ...]:
        value = of.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.note(f"{path}.{name}", "should be a list of identifiers")
            return ()
        return tuple(str(one) for one in value)

    def steps(self) -> dict[str, Step]:
        rows = self.table(self.raw, "workflow", "")
        if not rows:
            self.note("workflow", "has no steps")
        if len(rows) > MOST_STEPS:
            self.note("workflow", f"has more than {MOST_STEPS} steps")
            return {}
        found = {}
        for key, value in rows.items():
            path = f"workflow.{key[:80]}"
            if not _ID.match(key):
                self.note(path, "should be an identifier such as action--<UUID>")
            elif not isinstance(value, dict):
                self.note(path, "should be an object")
            else:
                found[key] = self.step(key, value, path)
        return found

    def step(self, key: str, row: dict[str, Json], path: str) -> Step:
        kind = self.text(row, "type", path, needed=True)
        if kind and kind not in STEP_TYPES:
            self.note(f"{path}.type", f"there is no step of type “{kind[:40]}”; known are {', '.join(STEP_TYPES)}")
        if kind in STEP_TYPES and not key.startswith(f"{kind}--"):
            self.note(path, f"the identifier of a step of type {kind} begins with {kind}--")
        cases = self.table(row, "cases", path)
        step = Step(
            id=key,
            type=kind,
            name=self.text(row, "name", path),
            description=self.text(row, "description", path),
            delay=self.number(row, "delay", path),
            timeout=self.number(row, "timeout", path),
            on_completion=self.text(row, "on_completion", path),
            on_success=self.text(row, "on_success", path),
            on_failure=self.text(row, "on_failure", path),
            on_true=self.text(row, "on_true", path, needed=kind in (IF, WHILE)),
            on_false=self.text(row, "on_false", path),
            condition=self.text(row, "condition", path, needed=kind in (IF, WHILE)),
            switch=self.text(row, "switch", path, needed=kind == SWITCH),
            cases=MappingProxyType({name: self.text(cases, name, f"{path}.cases") for name in cases}),
            next_steps=self.names(row, "next_steps", path),
            commands=tuple(self.commands(row, path)),
            agent=self.text(row, "agent", path),
            targets=self.names(row, "targets", path),
            playbook_id=self.text(row, "playbook_id", path, needed=kind == PLAYBOOK_ACTION),
        )
        if kind == PARALLEL and not step.next_steps:
            self.note(f"{path}.next_steps", "names no step")
        if kind == SWITCH and not step.cases:
            self.note(f"{path}.cases", "names no case")
        if kind == ACTION and not step.commands:
            self.note(f"{path}.commands", "says nothing to be done")
        if kind == END and step.leads_to():
            self.note(path, "nothing follows an end")
        if step.on_completion and (step.on_success or step.on_failure):
            self.note(path, "has on_completion beside on_success or on_failure")
        return step

    def commands(self, row: Mapping[str, Json], path: str) -> Iterator[Command]:
        value = row.get("commands")
        if value is None:
            return
        if not isinstance(value, list):
            self.note(f"{path}.commands", "should be a list")
            return
        for place, one in enumerate(value):
            where = f"{path}.commands[{place}]"
            if not isinstance(one, dict):
                self.note(where, "should be an object")
                continue
            kind = self.text(one, "type", where, needed=True)
            text = self.text(one, "command", where) or self.text(one, "description", where)
            yield Command(kind, text)

    def agents(self, name: str) -> Iterator[tuple[str, Agent]]:
        for key, one in self.table(self.raw, name, "").items():
            path = f"{name}.{key[:80]}"
            if not isinstance(one, dict):
                self.note(path, "should be an object")
                continue
            yield key, Agent(key, self.text(one, "type", path, needed=True), self.text(one, "name", path))

    def variables(self) -> Iterator[Variable]:
        for key, one in self.table(self.raw, "playbook_variables", "").items():
            path = f"playbook_variables.{key[:80]}"
            if not isinstance(one, dict):
                self.note(path, "should be an object")
                continue
            value = one.get("value")
            text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
            yield Variable(key, self.text(one, "type", path, needed=True), text, self.text(one, "description", path))


def _graph(playbook: Playbook) -> Iterator[Problem]:
    """Ids that name nothing, a start that is none, circles without a question in them."""
    steps = playbook.steps
    first = steps.get(playbook.start)
    if first is None or first.type != START:
        yield Problem("workflow_start", "names no step of type start")
    if playbook.exception and playbook.exception not in steps:
        yield Problem("workflow_exception", f"names no step: {playbook.exception[:80]}")
    for step in steps.values():
        for name, target in step.leads_to():
            if target not in steps:
                yield Problem(f"workflow.{step.id}.{name}", f"names no step: {target[:80]}")
        if step.agent and step.agent not in playbook.agents:
            yield Problem(f"workflow.{step.id}.agent", f"names no agent: {step.agent[:80]}")
        for target in step.targets:
            if target not in playbook.targets and target not in playbook.agents:
                yield Problem(f"workflow.{step.id}.targets", f"names no target: {target[:80]}")
    circle = _circle(steps)
    if circle:
        yield Problem(f"workflow.{circle}", "leads back to itself with no condition on the way, so it would never end")


def _circle(steps: Mapping[str, Step]) -> str:
    """A step on a circle that no condition interrupts; empty where there is none."""
    free = {key: step for key, step in steps.items() if step.type not in CONDITIONS}
    settled: set[str] = set()
    for origin in free:
        if origin in settled:
            continue
        trail: list[tuple[str, Iterator[str]]] = [(origin, _next(free[origin]))]
        on_trail = {origin}
        while trail:
            key, rest = trail[-1]
            target = next(rest, None)
            if target is None:
                trail.pop()
                on_trail.discard(key)
                settled.add(key)
            elif target in on_trail:
                return target
            elif target in free and target not in settled:
                trail.append((target, _next(free[target])))
                on_trail.add(target)
    return ""


def _next(step: Step) -> Iterator[str]:
    return iter([target for _name, target in step.leads_to()])


def _reached(playbook: Playbook) -> set[str]:
    found: set[str] = set()
    waiting = [playbook.start, *([playbook.exception] if playbook.exception else [])]
    while waiting:
        key = waiting.pop()
        if key in found or key not in playbook.steps:
            continue
        found.add(key)
        waiting += [target for _name, target in playbook.steps[key].leads_to()]
    return found


__all__ = ["MOST_BYTES", "MOST_STEPS", "PlaybookError", "Problem", "check", "parse", "write"]
