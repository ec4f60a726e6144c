"""What an xAPI statement says about one launch.

Source: Experience API 1.0.3, part 2 (statements) and the cmi5 verbs (sections 9.3, 9.5). Only statements about the launched
activity, or a part of it, are heard; everything else a package sends is answered and forgotten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.courseware.datamodel import Standing

MAX_BYTES: Final = 256 * 1024
MAX_STATEMENTS: Final = 50
VERBS: Final[Mapping[str, str]] = {
    "http://adlnet.gov/expapi/verbs/completed": "completed",
    "http://adlnet.gov/expapi/verbs/passed": "passed",
    "http://adlnet.gov/expapi/verbs/failed": "failed",
    "http://adlnet.gov/expapi/verbs/initialized": "initialized",
    "http://adlnet.gov/expapi/verbs/terminated": "terminated",
}
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


class StatementError(ValueError):
    """A statement that cannot be taken; ``where`` names the member that is wrong."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as far as it concerns us. ``verb``: a value of :data:`VERBS`, or "" for any other.

    ``about``: whether it speaks of the launched activity itself. ``scaled``: -1…1.
    """

    identifier: str
    verb: str
    about: bool
    scaled: float | None
    success: bool | None
    completion: bool | None


def read_statements(body: bytes, activity: str) -> tuple[Said, ...]:
    """The statements in a request's body, in order. Raises :class:`StatementError`."""
    if len(body) > MAX_BYTES:
        raise StatementError("body", "too long")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise StatementError("body", "no JSON") from error
    listed = found if isinstance(found, list) else [found]
    if len(listed) > MAX_STATEMENTS:
        raise StatementError("body", "too many statements")
    return tuple(_said(one, activity) for one in listed)


def _said(found: object, activity: str) -> Said:
    statement = _object(found, "statement")
    verb = _text(_object(statement.get("verb"), "verb").get("id"), "verb.id")
    thing = _object(statement.get("object"), "object")
    if thing.get("objectType", "Activity") != "Activity":
        raise StatementError("object.objectType", "only activities are spoken of here")
    about = _text(thing.get("id"), "object.id")
    if about != activity and not about.startswith(activity):
        raise StatementError("object.id", "not the activity that was launched")
    identifier = statement.get("id", "")
    if identifier and (not isinstance(identifier, str) or _UUID.fullmatch(identifier) is None):
        raise StatementError("id", "no UUID")
    result = _object(statement.get("result", {}), "result")
    score = _object(result.get("score", {}), "result.score")
    scaled = score.get("scaled")
    if scaled is not None and (
        isinstance(scaled, bool) or not isinstance(scaled, int | float) or not -1 <= scaled <= 1
    ):
        raise StatementError("result.score.scaled", "not between -1 and 1")
    return Said(
        identifier=str(identifier),
        verb=VERBS.get(verb, ""),
        about=about == activity,
        scaled=None if scaled is None else float(scaled),
        success=_flag(result.get("success"), "result.success"),
        completion=_flag(result.get("completion"), "result.completion"),
    )


def _object(found: object, where: str) -> dict[str, object]:
    if not isinstance(found, dict):
        raise StatementError(where, "no object")
    return {str(key): value for key, value in found.items()}


def _text(found: object, where: str) -> str:
    if not isinstance(found, str) or not found or len(found) > 2000:
        raise StatementError(where, "no identifier")
    return found


def _flag(found: object, where: str) -> bool | None:
    if found is not None and not isinstance(found, bool):
        raise StatementError(where, "neither true nor false")
    return found


def heard(before: Mapping[str, str], said: tuple[Said, ...]) -> dict[str, str]:
    """What is kept of statements: ``completed``, ``success`` ("passed" or "failed") and ``scaled``."""
    kept = dict(before)
    for one in said:
        if not one.about:
            continue
        if one.verb in ("passed", "failed"):
            kept["success"] = one.verb
        elif one.success is not None:
            kept["success"] = "passed" if one.success else "failed"
        if one.verb == "completed" or one.completion is True:
            kept["completed"] = "true"
        if one.scaled is not None:
            kept["scaled"] = repr(one.scaled)
    return kept


def launched_standing(values: Mapping[str, str], mastery: int | None, move_on: str) -> Standing:
    """Where the learner stands after what was kept by :func:`heard`. ``move_on``: cmi5's rule (section 13.1.4), else ""."""
    scaled = values.get("scaled")
    score = None if scaled is None else max(0, round(float(scaled) * 100))
    passed = {"passed": True, "failed": False}.get(values.get("success", ""))
    if mastery is not None and scaled is not None and passed is not None:
        passed = float(scaled) * 100 >= mastery
    completed = values.get("completed") == "true"
    done = {
        "Passed": passed is True,
        "Completed": completed,
        "CompletedAndPassed": completed and passed is True,
        "CompletedOrPassed": completed or passed is True,
    }.get(move_on, passed is True or (completed and passed is not False))
    return Standing(done, passed, score)


__all__ = ["Said", "StatementError", "heard", "launched_standing", "read_statements"]
