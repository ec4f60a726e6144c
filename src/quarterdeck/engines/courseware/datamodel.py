"""The SCORM run-time data model: which elements there are, what values they take, and what a set of them says.

Sources: ADL SCORM 1.2 Run-Time Environment (1 October 2001), section 3.4, and SCORM 2004 4th Edition Run-Time
Environment, section 4; error codes from section 3.3.6 and 3.1.7 of the same. One table serves the server, which decides,
and the page's adapter, which answers a package's calls at once: so a value is told by a pattern and a range that both
languages read alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quarterdeck.engines.courseware.packages import Standard

#: How many elements one session may keep, over all arrays, and how many characters altogether.
MAX_ELEMENTS: Final = 2_000
MAX_CHARACTERS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Element:
    """One element. ``reads``/``writes``: whether a package may get or set it. A value must match ``pattern`` as a whole
    and, where it is a number, lie in ``low``…``high``."""

    reads: bool
    writes: bool
    pattern: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """The error codes of one edition."""

    undefined: int
    read_only: int
    write_only: int
    wrong_type: int
    out_of_range: int
    out_of_order: int


CODES: Final[Mapping[Standard, Codes]] = {
    Standard.SCORM_12: Codes(undefined=201, read_only=403, write_only=404, wrong_type=405, out_of_range=405, out_of_order=201),
    Standard.SCORM_2004: Codes(undefined=401, read_only=404, write_only=405, wrong_type=406, out_of_range=407, out_of_order=351),
}  # fmt: skip
NO_ERROR: Final = 0

_NUMBER = r"-?\d{1,10}(\.\d{1,7})?"
_IDENTIFIER = r"[!-~]{1,4000}"
_TIME_12 = r"\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?"
_CLOCK_12 = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?"
_SPAN_2004 = r"P(?=.)(\d{1,6}Y)?(\d{1,6}M)?(\d{1,6}D)?(T(?=.)(\d{1,6}H)?(\d{1,6}M)?(\d{1,8}(\.\d{1,2})?S)?)?"
_MOMENT_2004 = r"\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d{1,2}(Z|[+-]\d{2}(:?\d{2})?)?)?)?)?)?)?)?"
_RESULT_12 = rf"correct|wrong|unanticipated|neutral|{_NUMBER}"
_RESULT_2004 = rf"correct|incorrect|unanticipated|neutral|{_NUMBER}"


def _any(most: int) -> str:
    return rf"[\s\S]{{0,{most}}}"


def _r(pattern: str = "") -> Element:
    return Element(True, False, pattern)


def _w(pattern: str) -> Element:
    return Element(False, True, pattern)


def _rw(pattern: str, low: float | None = None, high: float | None = None) -> Element:
    return Element(True, True, pattern, low, high)


_SCORE_12 = _rw(rf"|{_NUMBER}", 0, 100)
_INTERACTION_12 = r"true-false|choice|fill-in|matching|performance|sequencing|likert|numeric"
_STATUS_12 = "passed|completed|failed|incomplete|browsed|not attempted"
SCORM_12: Final[Mapping[str, Element]] = {
    "cmi.core._children": _r(), "cmi.core.student_id": _r(), "cmi.core.student_name": _r(), "cmi.core.credit": _r(),
    "cmi.core.entry": _r(), "cmi.core.total_time": _r(), "cmi.core.lesson_mode": _r(),
    "cmi.core.lesson_location": _rw(_any(255)),
    # "not attempted" is the system's to say; a package that sets it is told so.
    "cmi.core.lesson_status": _rw("passed|completed|failed|incomplete|browsed"),
    "cmi.core.score._children": _r(), "cmi.core.score.raw": _SCORE_12, "cmi.core.score.min": _SCORE_12,
    "cmi.core.score.max": _SCORE_12,
    "cmi.core.exit": _w("|time-out|suspend|logout"), "cmi.core.session_time": _w(_TIME_12),
    "cmi.suspend_data": _rw(_any(4096)), "cmi.launch_data": _r(), "cmi.comments": _rw(_any(4096)), "cmi.comments_from_lms": _r(),
    "cmi.student_data._children": _r(), "cmi.student_data.mastery_score": _r(), "cmi.student_data.max_time_allowed": _r(),
    "cmi.student_data.time_limit_action": _r(),
    "cmi.student_preference._children": _r(), "cmi.student_preference.audio": _rw(r"-?\d{1,3}", -1, 100),
    "cmi.student_preference.language": _rw(_any(255)), "cmi.student_preference.speed": _rw(r"-?\d{1,3}", -100, 100),
    "cmi.student_preference.text": _rw(r"-?\d{1,3}", -1, 1),
    "cmi.objectives._children": _r(), "cmi.objectives._count": _r(), "cmi.objectives.n.id": _rw(r"[!-~]{1,255}"),
    "cmi.objectives.n.score._children": _r(), "cmi.objectives.n.score.raw": _SCORE_12, "cmi.objectives.n.score.min": _SCORE_12,
    "cmi.objectives.n.score.max": _SCORE_12, "cmi.objectives.n.status": _rw(_STATUS_12),
    "cmi.interactions._children": _r(), "cmi.interactions._count": _r(), "cmi.interactions.n.id": _w(r"[!-~]{1,255}"),
    "cmi.interactions.n.time": _w(_CLOCK_12), "cmi.interactions.n.type": _w(_INTERACTION_12),
    "cmi.interactions.n.weighting": _w(_NUMBER), "cmi.interactions.n.student_response": _w(_any(255)),
    "cmi.interactions.n.result": _w(_RESULT_12), "cmi.interactions.n.latency": _w(_TIME_12),
    "cmi.interactions.n.objectives._count": _r(), "cmi.interactions.n.objectives.n.id": _w(r"[!-~]{1,255}"),
    "cmi.interactions.n.correct_responses._count": _r(), "cmi.interactions.n.correct_responses.n.pattern": _w(_any(255)),
}  # fmt: skip

_INTERACTION_2004 = "true-false|choice|fill-in|long-fill-in|matching|performance|sequencing|likert|numeric|other"
_WIDE = {"low": -1e10, "high": 1e10}
SCORM_2004: Final[Mapping[str, Element]] = {
    "cmi._version": _r(), "cmi.completion_status": _rw("completed|incomplete|not attempted|unknown"),
    "cmi.success_status": _rw("passed|failed|unknown"), "cmi.completion_threshold": _r(), "cmi.credit": _r(), "cmi.entry": _r(),
    "cmi.exit": _w("|time-out|suspend|logout|normal"), "cmi.launch_data": _r(), "cmi.learner_id": _r(), "cmi.learner_name": _r(),
    "cmi.location": _rw(_any(1000)), "cmi.max_time_allowed": _r(), "cmi.mode": _r(), "cmi.progress_measure": _rw(_NUMBER, 0, 1),
    "cmi.scaled_passing_score": _r(), "cmi.score._children": _r(), "cmi.score.scaled": _rw(_NUMBER, -1, 1),
    "cmi.score.raw": _rw(_NUMBER, **_WIDE), "cmi.score.min": _rw(_NUMBER, **_WIDE), "cmi.score.max": _rw(_NUMBER, **_WIDE),
    "cmi.session_time": _w(_SPAN_2004), "cmi.suspend_data": _rw(_any(64_000)), "cmi.time_limit_action": _r(), "cmi.total_time": _r(),
    "cmi.learner_preference._children": _r(), "cmi.learner_preference.audio_level": _rw(_NUMBER, 0, 1e10),
    "cmi.learner_preference.language": _rw(_any(250)), "cmi.learner_preference.delivery_speed": _rw(_NUMBER, 0, 1e10),
    "cmi.learner_preference.audio_captioning": _rw("-1|0|1"),
    "cmi.comments_from_learner._children": _r(), "cmi.comments_from_learner._count": _r(),
    "cmi.comments_from_learner.n.comment": _rw(_any(4000)), "cmi.comments_from_learner.n.location": _rw(_any(250)),
    "cmi.comments_from_learner.n.timestamp": _rw(_MOMENT_2004),
    "cmi.comments_from_lms._children": _r(), "cmi.comments_from_lms._count": _r(),
    "cmi.objectives._children": _r(), "cmi.objectives._count": _r(), "cmi.objectives.n.id": _rw(_IDENTIFIER),
    "cmi.objectives.n.score._children": _r(), "cmi.objectives.n.score.scaled": _rw(_NUMBER, -1, 1),
    "cmi.objectives.n.score.raw": _rw(_NUMBER, **_WIDE), "cmi.objectives.n.score.min": _rw(_NUMBER, **_WIDE),
    "cmi.objectives.n.score.max": _rw(_NUMBER, **_WIDE), "cmi.objectives.n.success_status": _rw("passed|failed|unknown"),
    "cmi.objectives.n.completion_status": _rw("completed|incomplete|not attempted|unknown"),
    "cmi.objectives.n.progress_measure": _rw(_NUMBER, 0, 1), "cmi.objectives.n.description": _rw(_any(250)),
    "cmi.interactions._children": _r(), "cmi.interactions._count": _r(), "cmi.interactions.n.id": _rw(_IDENTIFIER),
    "cmi.interactions.n.type": _rw(_INTERACTION_2004), "cmi.interactions.n.timestamp": _rw(_MOMENT_2004),
    "cmi.interactions.n.weighting": _rw(_NUMBER, **_WIDE), "cmi.interactions.n.learner_response": _rw(_any(4000)),
    "cmi.interactions.n.result": _rw(_RESULT_2004), "cmi.interactions.n.latency": _rw(_SPAN_2004),
    "cmi.interactions.n.description": _rw(_any(250)), "cmi.interactions.n.objectives._count": _r(),
    "cmi.interactions.n.objectives.n.id": _rw(_IDENTIFIER), "cmi.interactions.n.correct_responses._count": _r(),
    "cmi.interactions.n.correct_responses.n.pattern": _rw(_any(4000)),
    "adl.nav.request": _rw(r"continue|previous|exit|exitAll|abandon|abandonAll|suspendAll|_none_|\{target=[!-~]{1,255}\}(choice|jump)"),
}  # fmt: skip
TABLES: Final[Mapping[Standard, Mapping[str, Element]]] = {
    Standard.SCORM_12: SCORM_12,
    Standard.SCORM_2004: SCORM_2004,
}
_INDEX = re.compile(r"\.(\d{1,4})(?=\.)")
_PATTERNS: Final = {
    (standard, name): re.compile(element.pattern)
    for standard, table in TABLES.items()
    for name, element in table.items()
    if element.pattern
}


def general(name: str) -> str:
    """The element's name in the table: ``cmi.objectives.3.id`` is ``cmi.objectives.n.id``."""
    return _INDEX.sub(".n", name)


def set_error(standard: Standard, name: str, value: str) -> int:
    """The code with which setting ``name`` to ``value`` is answered; 0 where it may be kept."""
    codes, kind = CODES[standard], general(name)
    element = TABLES[standard].get(kind)
    if element is None or (kind == name and ".n." in name):
        return codes.undefined
    if not element.writes:
        return codes.read_only
    if _PATTERNS[standard, kind].fullmatch(value) is None:
        return codes.wrong_type
    if (
        value
        and element.low is not None
        and element.high is not None
        and not element.low <= float(value) <= element.high
    ):
        return codes.out_of_range
    return NO_ERROR


def get_error(standard: Standard, name: str) -> int:
    """The code with which asking for ``name`` is answered; 0 where it may be read."""
    codes, kind = CODES[standard], general(name)
    element = TABLES[standard].get(kind)
    if element is None or (kind == name and ".n." in name):
        return codes.undefined
    return NO_ERROR if element.reads else codes.write_only


@dataclass(frozen=True, slots=True)
class Taken:
    """What was kept of a report: the whole of it merged into what was there, and the code of each value refused."""

    values: Mapping[str, str]
    refused: Mapping[str, int]


def take(standard: Standard, before: Mapping[str, str], sent: Mapping[str, str]) -> Taken:
    """Merge a package's report into what it reported before. What would pass the bounds is refused, element by element."""
    kept, refused = dict(before), {}
    room = MAX_CHARACTERS - sum(len(name) + len(value) for name, value in kept.items())
    for name in sorted(sent, key=_in_order):
        value = sent[name]
        code = set_error(standard, name, value)
        room += (len(kept[name]) if name in kept else -len(name)) - len(value)
        if not code and (room < 0 or (name not in kept and len(kept) >= MAX_ELEMENTS)):
            code = CODES[standard].out_of_order
        if not code and not _follows(kept, name):
            code = CODES[standard].out_of_order
        if code:
            refused[name] = code
        else:
            kept[name] = value
    return Taken(kept, refused)


def _in_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Indexes as numbers, so that element 10 comes after element 9; of one entry the ``id`` first."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, part != "id", part) for part in name.split("."))


def _follows(kept: Mapping[str, str], name: str) -> bool:
    """Arrays are filled in order: entry 3 only where there is an entry 2."""
    for found in _INDEX.finditer(name):
        number = int(found.group(1))
        stem = name[: found.start()]
        if number and not any(key.startswith(f"{stem}.{number - 1}.") for key in kept):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Standing:
    """What the values say. ``done``: the item counts as finished. ``score`` in per cent. None: not said."""

    done: bool
    passed: bool | None
    score: int | None


def standing(standard: Standard, values: Mapping[str, str], mastery: int | None) -> Standing:
    """Where a learner stands. A stated pass mark decides over the package's own word once it reports a score
    (SCORM 1.2 RTE 3.4.4, ``cmi.student_data.mastery_score``; SCORM 2004 RTE 4.2.22.1)."""
    if standard is Standard.SCORM_12:
        status = values.get("cmi.core.lesson_status", "")
        score = _scaled(values, "cmi.core.score")
        completed = status in ("passed", "completed")
        passed = {"passed": True, "failed": False}.get(status)
        if mastery is not None and score is not None and status in ("passed", "completed", "failed"):
            passed = score >= mastery
            completed = True
        return Standing(completed and passed is not False, passed, score)
    scaled = values.get("cmi.score.scaled", "")
    score = max(0, round(float(scaled) * 100)) if scaled else _scaled(values, "cmi.score")
    passed = {"passed": True, "failed": False}.get(values.get("cmi.success_status", ""))
    if mastery is not None and scaled:
        passed = float(scaled) * 100 >= mastery
    completed = values.get("cmi.completion_status") == "completed"
    return Standing((completed and passed is not False) or passed is True, passed, score)


def _scaled(values: Mapping[str, str], stem: str) -> int | None:
    raw = values.get(f"{stem}.raw", "")
    if not raw:
        return None
    low = float(values.get(f"{stem}.min", "") or 0)
    high = float(values.get(f"{stem}.max", "") or 100)
    if high <= low:
        return None
    return max(0, min(100, round((float(raw) - low) / (high - low) * 100)))


@dataclass(frozen=True, slots=True)
class Learner:
    """Whom a package is told that it serves: nobody's name, only a word that stands for one."""

    identifier: str
    name: str


def opening(
    standard: Standard, kept: Mapping[str, str], learner: Learner, mastery: int | None, data: str
) -> dict[str, str]:
    """The values with which a session begins: what was kept, and what only the system may say."""
    resumed = bool(kept)
    if standard is Standard.SCORM_12:
        values = {
            "cmi.core._children": "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,session_time",
            "cmi.core.student_id": learner.identifier,
            "cmi.core.student_name": learner.name,
            "cmi.core.credit": "credit",
            "cmi.core.lesson_mode": "normal",
            "cmi.core.lesson_status": "not attempted",
            "cmi.core.lesson_location": "",
            "cmi.core.total_time": "0000:00:00.00",
            "cmi.core.score._children": "raw,min,max",
            "cmi.core.score.raw": "",
            "cmi.core.score.min": "",
            "cmi.core.score.max": "",
            "cmi.suspend_data": "",
            "cmi.launch_data": data,
            "cmi.comments": "",
            "cmi.comments_from_lms": "",
            "cmi.student_data._children": "mastery_score",
            "cmi.student_data.mastery_score": "" if mastery is None else str(mastery),
            "cmi.student_preference._children": "audio,language,speed,text",
            "cmi.student_preference.audio": "0",
            "cmi.student_preference.language": "",
            "cmi.student_preference.speed": "0",
            "cmi.student_preference.text": "0",
            "cmi.objectives._children": "id,score,status",
            "cmi.interactions._children": "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
        }
        values |= kept
        values["cmi.core.entry"] = (
            "resume" if resumed and kept.get("cmi.core.exit") == "suspend" else "" if resumed else "ab-initio"
        )
    else:
        values = {
            "cmi._version": "1.0",
            "cmi.completion_status": "unknown",
            "cmi.success_status": "unknown",
            "cmi.credit": "credit",
            "cmi.mode": "normal",
            "cmi.learner_id": learner.identifier,
            "cmi.learner_name": learner.name,
            "cmi.launch_data": data,
            "cmi.score._children": "scaled,raw,min,max",
            "cmi.total_time": "PT0H0M0S",
            "cmi.learner_preference._children": "audio_level,language,delivery_speed,audio_captioning",
            "cmi.learner_preference.audio_level": "1",
            "cmi.learner_preference.language": "",
            "cmi.learner_preference.delivery_speed": "1",
            "cmi.learner_preference.audio_captioning": "0",
            "cmi.comments_from_learner._children": "comment,location,timestamp",
            "cmi.comments_from_lms._children": "comment,location,timestamp",
            "cmi.comments_from_lms._count": "0",
            "cmi.objectives._children": "id,score,success_status,completion_status,progress_measure,description",
            "cmi.interactions._children": "id,type,objectives,timestamp,correct_responses,weighting,learner_response,result,latency,description",
            "adl.nav.request": "_none_",
        }
        if mastery is not None:
            values["cmi.scaled_passing_score"] = str(mastery / 100)
        values |= kept
        values["cmi.entry"] = (
            "resume" if resumed and kept.get("cmi.exit") == "suspend" else "" if resumed else "ab-initio"
        )
    return values


__all__ = [
    "CODES",
    "NO_ERROR",
    "TABLES",
    "Element",
    "Learner",
    "Standing",
    "Taken",
    "general",
    "get_error",
    "opening",
    "set_error",
    "standing",
    "take",
]  # fmt: skip
