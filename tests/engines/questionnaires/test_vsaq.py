"""Published questionnaires come in whole: comments, joined texts, conditions; and nothing in them is ever run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.questionnaires import conditions, loose_json
from quarterdeck.engines.questionnaires.document import from_document, to_document
from quarterdeck.engines.questionnaires.model import Answer, Effect, Kind, Unreadable
from quarterdeck.engines.questionnaires.plain_text import plain_text
from quarterdeck.engines.questionnaires.showing import Showing
from quarterdeck.engines.questionnaires.vsaq import read_vsaq

VENDOR = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "vendor"
REAL = {
    "vsaq_infrastructure.json": (96, 28),
    "vsaq_physical_and_datacenter.json": (30, 9),
    "vsaq_security_privacy_programs.json": (46, 15),
    "vsaq_webapp.json": (73, 31),
}

SMALL = """
// a comment // with another
{ "questionnaire": [ { "type": "block", "text": "Top", "items": [
    /* over
       lines */
    {"type": "info", "text": "Why <b>this</b> matters." },
    {"type": "radiogroup", "text": "Encrypted" + " <i>at rest</i>?", "id": "rest", "choices": [
        {"rest_yes": "Yes"}, {"rest_no": "No"}, {"rest_na": "N/A"}, ]},
    {"type": "tip", "id": "warn_rest", "warn": "yes", "severity": "critical", "cond": "rest_no", "text": "Encrypt."},
    {"type": "block", "text": "Keys", "cond": "rest_yes", "items": [
        {"type": "box", "id": "keys", "text": "Where are the keys?"},
        {"type": "upload", "id": "policy", "text": "The policy // not a comment"},
        {"type": "yesno", "id": "rotated", "text": "Rotated?", "cond": "keys && !^warn_rest"} ]},
    {"type": "line", "id": "last", "text": "Anything else?"},
] }, ] }
"""


@pytest.mark.parametrize("name", REAL)
def test_each_published_questionnaire_comes_in_whole(name: str) -> None:
    if not (VENDOR / name).exists():
        pytest.skip("the published questionnaires are not on this machine")
    asked = read_vsaq((VENDOR / name).read_text(encoding="utf-8"))
    assert (len(list(asked.questions())), asked.headings) == REAL[name]
    known = {question.id for question in asked.questions()} | {section.id for section in asked.sections}
    known |= {choice.id for question in asked.questions() for choice in question.choices}
    known |= {alert.id for alert in asked.alerts}
    named: frozenset[str] = frozenset()
    for one in [*asked.questions(), *asked.sections, *asked.alerts]:
        named |= conditions.names(conditions.parse(one.condition))
    assert named <= known
    assert not any(tag in question.text for question in asked.questions() for tag in ("<p>", "</b>", "<a href", "<li>"))
    assert from_document(to_document(asked)) == asked


def test_warnings_say_which_choice_is_a_weakness_and_which_question_is_critical() -> None:
    asked = read_vsaq(SMALL)
    rest = asked.by_id["rest"]
    assert rest.text == "Encrypted at rest?"
    assert [choice.effect for choice in rest.choices] == [Effect.GOOD, Effect.ADVERSE, Effect.NOT_APPLICABLE]
    assert rest.critical
    assert asked.by_id["policy"].kind is Kind.FILE
    assert [section.title for section in asked.sections] == ["Top", "Keys", "Top"]
    assert asked.headings == 2


def test_a_question_shows_when_its_condition_and_that_of_its_block_hold() -> None:
    asked = read_vsaq(SMALL)
    assert [q.id for q in Showing(asked, {}).questions()] == ["rest", "last"]
    yes = {"rest": Answer(("rest_yes",)), "keys": Answer(("In a vault",))}
    assert [q.id for q in Showing(asked, yes).questions()] == ["rest", "keys", "policy", "rotated", "last"]
    # The answer stays, but the question no longer shows, so it counts for no condition.
    no = yes | {"rest": Answer(("rest_no",))}
    assert [q.id for q in Showing(asked, no).questions()] == ["rest", "last"]
    assert [alert.id for alert in Showing(asked, no).alerts()] == ["warn_rest"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ('{"questionnaire": [{"type": "block", "items": [{"type": "box"}]', "line 1"),
        ('{"questionnaire": [\n{"type": "what"}]}', "item 1"),
        ('{"questionnaire": [{"type":"block","items":[{"type":"box","id":"a","text":"A","cond":"a &&"}]}]}', "item 1"),
        ('{"questionnaire": [{"type":"block","items":[{"type":"tip","cond":"__import__(\'os\')"}]}]}', "item 1"),
        ("[" * 500, "line 1"),
        ('{"a": 1, "a": 2}', "line 1"),
        ("/* never closed", "line 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(wrong: str, where: str) -> None:
    with pytest.raises(Unreadable) as told:
        read_vsaq(wrong)
    assert where in str(told.value)


def test_conditions_that_name_each_other_come_to_an_end() -> None:
    asked = read_vsaq(
        '{"questionnaire":[{"type":"block","items":[{"type":"box","id":"a","text":"A","cond":"^b"},'
        '{"type":"box","id":"b","text":"B","cond":"^a"}]}]}'
    )
    assert Showing(asked, {}).questions() == ()


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_condition_is_read_or_refused_and_never_run(text: str) -> None:
    try:
        conditions.parse(text)
    except Unreadable:
        return
    assert conditions.names(conditions.parse(text)) is not None


@settings(max_examples=50)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        loose_json.read(text)
    except Unreadable as error:
        told = error.where
    else:
        told = "read"
    assert told


def test_markup_leaves_words_only() -> None:
    assert plain_text("a<script>alert(1)</script> &lt;b&gt;<p>c</p>d") == "a <b> c d"
