"""What packages report: values are judged by the data model, and only what is valid is kept."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.courseware import datamodel, statements
from quarterdeck.engines.courseware.datamodel import Learner, opening, set_error, standing, take
from quarterdeck.engines.courseware.markup import drawn
from quarterdeck.engines.courseware.packages import Standard

OLD, NEW = Standard.SCORM_12, Standard.SCORM_2004


@pytest.mark.parametrize(
    ("standard", "name", "value", "code"),
    [
        (OLD, "cmi.core.lesson_status", "passed", 0), (OLD, "cmi.core.lesson_status", "not attempted", 405), (OLD, "cmi.core.lesson_status", "done", 405),
        (OLD, "cmi.core.score.raw", "100", 0), (OLD, "cmi.core.score.raw", "100.5", 405), (OLD, "cmi.core.score.raw", "high", 405), (OLD, "cmi.core.score.raw", "", 0),
        (OLD, "cmi.core.student_id", "x", 403), (OLD, "cmi.core.nothing", "x", 201), (OLD, "cmi.suspend_data", "x" * 4096, 0), (OLD, "cmi.suspend_data", "x" * 4097, 405),
        (OLD, "cmi.core.session_time", "0001:30:00.5", 0), (OLD, "cmi.core.session_time", "1:30", 405), (OLD, "cmi.interactions.0.time", "25:00:00", 405),
        (OLD, "cmi.objectives.0.id", "one", 0), (OLD, "cmi.objectives.n.id", "one", 201),
        (NEW, "cmi.completion_status", "completed", 0), (NEW, "cmi.completion_status", "passed", 406), (NEW, "cmi.success_status", "passed", 0),
        (NEW, "cmi.score.scaled", "0.85", 0), (NEW, "cmi.score.scaled", "1.01", 407), (NEW, "cmi.score.scaled", "x", 406), (NEW, "cmi.learner_id", "x", 404),
        (NEW, "cmi.session_time", "PT1H30M5.5S", 0), (NEW, "cmi.session_time", "PT", 406), (NEW, "cmi.session_time", "P", 406), (NEW, "cmi.nothing", "x", 401),
        (NEW, "cmi.interactions.12.timestamp", "2025-03-01T10:00:00Z", 406), (NEW, "cmi.interactions.12.timestamp", "2025-03-01T10:00:00.0Z", 0),
        (NEW, "adl.nav.request", "{target=next}choice", 0),
    ],
)  # fmt: skip
def test_a_value_is_answered_with_the_code_of_its_edition(standard: Standard, name: str, value: str, code: int) -> None:
    assert set_error(standard, name, value) == code


def test_what_may_only_be_set_is_not_read_and_what_is_unknown_not_at_all() -> None:
    assert datamodel.get_error(OLD, "cmi.core.exit") == 404
    assert datamodel.get_error(NEW, "cmi.exit") == 405
    assert datamodel.get_error(NEW, "cmi.location") == 0
    assert datamodel.get_error(OLD, "cmi.location") == 201


def test_arrays_are_filled_in_order_and_ten_comes_after_nine() -> None:
    sent = {f"cmi.objectives.{number}.id": f"o{number}" for number in range(12)}
    assert not take(OLD, {}, sent).refused
    assert take(OLD, {}, {"cmi.objectives.3.id": "o"}).refused == {"cmi.objectives.3.id": 201}
    assert take(NEW, {}, {"cmi.objectives.1.id": "o"}).refused == {"cmi.objectives.1.id": 351}


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.sampled_from(sorted(datamodel.SCORM_2004)) | st.text(max_size=20), st.text(max_size=30), max_size=12
    )
)
def test_only_what_is_valid_is_kept_and_taking_it_twice_changes_nothing(sent: dict[str, str]) -> None:
    taken = take(NEW, {}, sent)
    assert set(taken.values) | set(taken.refused) == set(sent)
    assert not set(taken.values) & set(taken.refused)
    assert all(set_error(NEW, name, value) == 0 for name, value in taken.values.items())
    assert take(NEW, taken.values, taken.values).values == taken.values


def test_a_package_may_report_only_so_much() -> None:
    large = {f"cmi.interactions.{number}.learner_response": "x" * 4000 for number in range(100)}
    taken = take(NEW, {}, large)
    assert sum(len(value) for value in taken.values.values()) <= datamodel.MAX_CHARACTERS
    assert taken.refused


@pytest.mark.parametrize(
    ("standard", "values", "mastery", "done", "passed", "score"),
    [
        (OLD, {"cmi.core.lesson_status": "completed"}, None, True, None, None),
        (OLD, {"cmi.core.lesson_status": "incomplete", "cmi.core.score.raw": "90"}, 70, False, None, 90),
        (OLD, {"cmi.core.lesson_status": "completed", "cmi.core.score.raw": "69"}, 70, False, False, 69),
        (OLD, {"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "70"}, 70, True, True, 70),
        (OLD, {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "15", "cmi.core.score.max": "20"}, None, True, True, 75),
        (NEW, {"cmi.completion_status": "completed"}, None, True, None, None),
        (NEW, {"cmi.completion_status": "completed", "cmi.success_status": "failed"}, None, False, False, None),
        (NEW, {"cmi.success_status": "passed", "cmi.score.scaled": "0.5"}, 60, False, False, 50),
        (NEW, {"cmi.success_status": "unknown", "cmi.score.scaled": "0.6"}, 60, True, True, 60),
        (NEW, {}, None, False, None, None),
    ],
)  # fmt: skip
def test_a_stated_pass_mark_decides_over_the_packages_own_word(
    standard: Standard, values: dict[str, str], mastery: int | None, done: bool, passed: bool | None, score: int | None
) -> None:
    found = standing(standard, values, mastery)
    assert (found.done, found.passed, found.score) == (done, passed, score)


def test_a_session_begins_with_what_was_kept_and_says_that_it_is_resumed() -> None:
    learner = Learner("4711", "Learner")
    fresh = opening(OLD, {}, learner, 70, "data")
    assert (fresh["cmi.core.entry"], fresh["cmi.core.lesson_status"], fresh["cmi.student_data.mastery_score"]) == (
        "ab-initio",
        "not attempted",
        "70",
    )
    again = opening(OLD, {"cmi.core.exit": "suspend", "cmi.suspend_data": "page 3"}, learner, 70, "data")
    assert (again["cmi.core.entry"], again["cmi.suspend_data"]) == ("resume", "page 3")
    assert opening(NEW, {}, learner, 70, "")["cmi.scaled_passing_score"] == "0.7"


def said(verb: str, about: str = "urn:a", **result: object) -> bytes:
    return json.dumps(
        {"verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"}, "object": {"id": about}, "result": result}
    ).encode()


def test_statements_about_the_launch_are_heard_and_those_about_its_parts_change_nothing() -> None:
    heard = statements.heard({}, statements.read_statements(said("passed", "urn:a/1", score={"scaled": 1.0}), "urn:a"))
    assert heard == {}
    heard = statements.heard({}, statements.read_statements(said("passed", score={"scaled": 0.8}), "urn:a"))
    assert statements.launched_standing(heard, None, "") == datamodel.Standing(True, True, 80)
    assert not statements.launched_standing(heard, 90, "").done
    assert not statements.launched_standing(heard, None, "CompletedAndPassed").done


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"{", "body"), (b"[1]", "statement"), (b"{}", "verb"), (said("passed", "urn:b"), "object.id"), (said("passed", score={"scaled": 2}), "result.score.scaled"),
        (said("passed", success="yes"), "result.success"), (b"x" * (300 * 1024), "body"), (b"[" * 100_000, "body"),
    ],
)  # fmt: skip
def test_a_statement_that_is_none_is_refused_by_name(body: bytes, where: str) -> None:
    with pytest.raises(statements.StatementError) as caught:
        statements.read_statements(body, "urn:a")
    assert caught.value.where == where


@settings(max_examples=50)
@given(st.text(alphabet="<>&\"'[]()*`#-\n /:javscriptonload=h.ex1", max_size=200))
def test_nothing_of_a_written_lesson_can_act(text: str) -> None:
    from lxml import html

    tree = html.fromstring(f"<div>{drawn(text)}</div>")
    allowed = {
        "div",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "hr",
        "strong",
        "em",
        "a",
    }
    for node in tree.iter():
        assert node.tag in allowed
        assert set(node.attrib) <= ({"href", "rel"} if node.tag == "a" else set())
        assert node.get("href", "#").lower().startswith(("http://", "https://", "mailto:", "/", "#"))


def test_a_written_lesson_is_drawn_as_its_maker_meant_it() -> None:
    text = "# One\n\nA **strong** word, `code` and [a link](https://example.org/a?b=1&c).\n\n- first\n  goes on\n- second\n\n> said\n\n1. a\n2. b\n\n```\n<x>\n```"
    assert drawn(text, 3) == (
        "<h3>One</h3>\n<p>A <strong>strong</strong> word, <code>code</code> and "
        '<a href="https://example.org/a?b=1&amp;c" rel="noopener noreferrer">a link</a>.</p>\n'
        "<ul><li>first goes on</li><li>second</li></ul>\n<blockquote><p>said</p></blockquote>\n<ol><li>a</li><li>b</li></ol>\n"
        "<pre><code>&lt;x&gt;</code></pre>"
    )
