"""Courses are built as drafts, frozen when published, and copied to be changed."""

from __future__ import annotations

import pytest

from quarterdeck.areas.training import content
from quarterdeck.areas.training.models import CourseVersion, Question
from quarterdeck.kernel.actions import Invalid, Refused
from tests.areas.training.school import SCORM_12, archive, course, officer, scorm, uploaded, version_of
from tests.support import act, company

pytestmark = pytest.mark.django_db


def test_a_published_course_is_frozen_by_its_hash_and_changed_no_more() -> None:
    who = officer()
    made = course(who)
    version = version_of(made)
    assert version.state == "published"
    assert len(version.content_sha256) == 64
    page = content.lessons_of(version)[0]
    for code, record, data in (
        ("training.lesson.change", page, {"title": "Other"}),
        ("training.lesson.withdraw", page, {}),
        ("training.question.change", Question.objects.first(), {}),
    ):
        with pytest.raises(Refused, match="draft the next version"):
            act(code, who, record, **data)
    with pytest.raises((Refused, Invalid)):
        act("training.lesson.add_page", who, version=version, title="More", text="x", minutes=1)


def test_the_next_version_is_a_copy_and_takes_over_once_published() -> None:
    who = officer()
    made = course(who)
    first = version_of(made)
    draft = act("training.courseversion.draft", who, course=made)
    assert content.frozen(draft)["lessons"] == content.frozen(first)["lessons"]
    act("training.lesson.change", who, content.lessons_of(draft)[0], text="Look three times.")
    act("training.courseversion.publish", who, draft)
    assert list(CourseVersion.objects.order_by("number").values_list("state", flat=True)) == ["superseded", "published"]
    hashes = set(CourseVersion.objects.values_list("content_sha256", flat=True))
    assert len(hashes) == 2


def test_a_draft_without_a_lesson_or_with_an_empty_quiz_is_not_published() -> None:
    who = officer()
    made = act("training.course.create", who, title="Empty", unit=company(), awareness=True)
    version = made.versions.get()
    with pytest.raises(Refused, match="no lesson"):
        act("training.courseversion.publish", who, version)
    act("training.lesson.add_quiz", who, version=version, title="Quiz", pass_mark=80, attempts=0, minutes=5)
    with pytest.raises(Refused, match="no question"):
        act("training.courseversion.publish", who, version)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("One", "two answers"),
        ("One\nTwo", "none is marked"),
        ("* One\n* one", "twice"),
        ("\n".join("*abcdefghijklmn"), "At most 12"),
    ],
)
def test_a_question_needs_answers_one_of_them_right(answers: str, why: str) -> None:
    who = officer()
    made = course(who, publish=False)
    quiz = content.lessons_of(version_of(made))[1]
    with pytest.raises(Invalid, match=why):
        act("training.question.add", who, lesson=quiz, text="Well?", answers=answers)


def test_a_changed_question_keeps_its_rows_and_withdraws_what_is_left_over() -> None:
    who = officer()
    made = course(who, publish=False)
    question = Question.objects.order_by("number").last()
    assert question is not None
    act("training.question.change", who, question, text="What now?", answers="Nothing\n* Report it")
    question.refresh_from_db()
    assert question.kind == "single"
    assert [(row.text, row.right) for row in content.choices_of(question.pk)] == [
        ("Nothing", False),
        ("Report it", True),
    ]
    assert question.choices.count() == 3
    assert version_of(made).state == "draft"


def test_a_package_becomes_a_lesson_for_each_part_that_it_launches() -> None:
    who = officer()
    version = version_of(course(who, publish=False))
    two = SCORM_12.replace(
        "</organization>", '<item identifier="j" identifierref="r"><title>Again</title></item></organization>'
    )
    uploaded(who, version, "add_package", scorm(manifest=two), "course.zip", title="Doors")
    titles = [lesson.title for lesson in content.lessons_of(version)]
    assert titles[-2:] == ["Doors: Strangers at the door", "Doors: Again"]
    standard, item = content.item_of(content.lessons_of(version)[-2])
    assert (standard, item.path, item.mastery) == ("scorm12", "index.html", 70)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"readme.txt": "nothing"}, "holds no course"),
        ({"imsmanifest.xml": "<manifest", "index.html": "x"}, "no proper XML"),
        ({"imsmanifest.xml": SCORM_12.replace('href="index.html"', 'href="../../up.html"', 1)}, "outside of itself"),
        ({"imsmanifest.xml": SCORM_12}, "does not hold: index.html"),
        (
            {"imsmanifest.xml": '<!DOCTYPE m [<!ENTITY a "b">]>' + SCORM_12.partition("?>")[2], "index.html": "x"},
            "document type",
        ),
    ],
)
def test_a_package_that_cannot_be_used_is_refused_saying_what_and_where(
    files: dict[str, str | bytes], why: str
) -> None:
    who = officer()
    version = version_of(course(who, publish=False))
    before = len(content.lessons_of(version))
    with pytest.raises(Invalid, match=why):
        uploaded(who, version, "add_package", archive(files), "course.zip")
    assert len(content.lessons_of(version)) == before


def test_a_video_is_known_by_its_content_and_not_by_its_name() -> None:
    who = officer()
    version = version_of(course(who, publish=False))
    with pytest.raises(Invalid, match="neither an MP4"):
        uploaded(who, version, "add_video", b"not a film", "film.mp4")
    made = uploaded(who, version, "add_video", b"\x00\x00\x00\x18ftypmp42" + bytes(64), "film.bin")
    assert made.kind == "video"
