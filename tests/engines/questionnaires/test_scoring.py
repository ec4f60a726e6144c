"""The laws of the score."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quarterdeck.engines.questionnaires.model import (
    Answer,
    Choice,
    Effect,
    Judgement,
    Kind,
    Question,
    Questionnaire,
    Section,
)
from quarterdeck.engines.questionnaires.scoring import CAP, Rating, score

VALUES = st.sampled_from(["yes", "no", "na", ""])


@st.composite
def filled(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Answer]]:
    """Yes/no questions of any weight, some critical, some required, answered in any way or not at all."""
    questions, answers = [], {}
    for number in range(draw(st.integers(1, 9))):
        name = f"q{number}"
        questions.append(
            Question(
                name,
                name,
                required=draw(st.booleans()),
                critical=draw(st.booleans()),
                weight=draw(st.integers(1, 5)),
                adverse_yes=draw(st.booleans()),
            )
        )
        value = draw(VALUES)
        if value:
            answers[name] = Answer((value,))
    return Questionnaire("Q", (Section("s", "S", tuple(questions)),)), answers


def asked_with(asked: Questionnaire, questions: tuple[Question, ...]) -> Questionnaire:
    return replace(asked, sections=(replace(asked.sections[0], questions=questions),))


@settings(max_examples=50)
@given(filled())
def test_what_is_unanswered_counts_neither_as_yes_nor_as_no(made: tuple[Questionnaire, dict[str, Answer]]) -> None:
    asked, answers = made
    found = score(asked, answers)
    kept = tuple(q for q in asked.questions() if q.id in answers)
    alone = score(asked_with(asked, kept), answers)
    assert (found.thousandths, found.met, found.counted, found.yes, found.no) == (
        alone.thousandths, alone.met, alone.counted, alone.yes, alone.no,
    )  # fmt: skip
    assert found.unanswered == len(list(asked.questions())) - len(kept)


@settings(max_examples=50)
@given(filled())
def test_one_more_unanswered_question_never_raises_anything(made: tuple[Questionnaire, dict[str, Answer]]) -> None:
    asked, answers = made
    more = asked_with(asked, (*asked.questions(), Question("more", "More")))
    before, after = score(asked, answers), score(more, answers)
    assert after.thousandths == before.thousandths
    assert after.coverage <= before.coverage
    assert after.rating is Rating.INCOMPLETE


@settings(max_examples=50)
@given(filled())
def test_what_does_not_apply_leaves_the_denominator(made: tuple[Questionnaire, dict[str, Answer]]) -> None:
    asked, answers = made
    applies = {name: answer for name, answer in answers.items() if answer.values != ("na",)}
    kept = tuple(q for q in asked.questions() if answers.get(q.id, Answer()).values != ("na",))
    found, without = score(asked, answers), score(asked_with(asked, kept), applies)
    assert (found.thousandths, found.counted) == (without.thousandths, without.counted)


@settings(max_examples=50)
@given(filled())
def test_a_critical_no_caps_the_score(made: tuple[Questionnaire, dict[str, Answer]]) -> None:
    asked, answers = made
    worse = asked_with(asked, (*asked.questions(), Question("core", "Core", critical=True)))
    found = score(worse, answers | {"core": Answer(("no",))})
    assert found.thousandths is not None
    assert found.thousandths <= CAP
    assert "core" in found.capped_by
    assert found.rating in (Rating.WEAK, Rating.INCOMPLETE)


@settings(max_examples=50)
@given(filled(), st.integers(0, 8))
def test_a_better_answer_never_lowers_the_score(made: tuple[Questionnaire, dict[str, Answer]], place: int) -> None:
    asked, answers = made
    questions = list(asked.questions())
    question = questions[place % len(questions)]
    bad, good = ("yes", "no") if question.adverse_yes else ("no", "yes")
    worse = score(asked, answers | {question.id: Answer((bad,))})
    better = score(asked, answers | {question.id: Answer((good,))})
    assert worse.thousandths is not None
    assert better.thousandths is not None
    assert better.thousandths >= worse.thousandths


@settings(max_examples=50)
@given(filled(), st.randoms())
def test_the_order_of_questions_and_answers_changes_nothing(
    made: tuple[Questionnaire, dict[str, Answer]], chance: object
) -> None:
    asked, answers = made
    turned = asked_with(asked, tuple(reversed(list(asked.questions()))))
    one, other = score(asked, answers), score(turned, dict(reversed(answers.items())))
    assert replace(one, capped_by=(), open_required=()) == replace(other, capped_by=(), open_required=())
    assert sorted(one.capped_by) == sorted(other.capped_by)


@settings(max_examples=50)
@given(filled(), st.sampled_from(list(Judgement)))
def test_a_reviewer_makes_nothing_of_a_question_that_was_not_answered(
    made: tuple[Questionnaire, dict[str, Answer]], judged: Judgement
) -> None:
    asked, answers = made
    silent = {q.id: judged for q in asked.questions() if q.id not in answers}
    assume(silent)
    assert score(asked, answers, silent) == score(asked, answers)


def test_choices_count_by_their_effect_and_texts_only_inform() -> None:
    choices = (
        Choice("a", "All", Effect.GOOD),
        Choice("b", "None", Effect.ADVERSE),
        Choice("c", "Not applicable", Effect.NOT_APPLICABLE),
        Choice("d", "Other"),
    )
    questions = (
        Question("one", "One", Kind.SINGLE, choices),
        Question("many", "Many", Kind.MULTIPLE, choices),
        Question("text", "Text", Kind.TEXT),
    )
    asked = Questionnaire("Q", (Section("s", "S", questions),))
    found = score(asked, {"one": Answer(("a",)), "many": Answer(("a", "b")), "text": Answer(("Words",))})
    assert (found.yes, found.no, found.informs, found.thousandths) == (1, 1, 1, 500)
    nothing = score(asked, {"one": Answer(("c",)), "many": Answer(("d",)), "text": Answer(("Words",))})
    assert (nothing.not_applicable, nothing.informs, nothing.thousandths) == (1, 2, None)
    assert nothing.rating is Rating.INCOMPLETE


def test_a_reviewer_who_refuses_a_not_applicable_makes_it_a_no() -> None:
    asked = Questionnaire("Q", (Section("s", "S", (Question("q", "Q", critical=True),)),))
    found = score(asked, {"q": Answer(("na",))}, {"q": Judgement.NOT_ACCEPTED})
    assert (found.no, found.capped_by) == (1, ("q",))
