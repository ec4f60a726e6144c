"""A year of awareness training: four courses, each assigned to everyone employed on the day it begins, and a fifth in the next
year. Most are trained in sessions of their teams; those who sit at a desk take the course by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from quarterdeck.areas.training.content import lessons_of, questions_of
from quarterdeck.areas.training.models import Assignment, CourseVersion
from quarterdeck.demo.b.company import REGISTRANT
from quarterdeck.demo.persons import Someone, record
from quarterdeck.demo.stage import Stage
from quarterdeck.kernel.records import Record

#: The people of the shops, warehouses and watches; they sign in with no login of their own.
_NAMES = {
    "commerce": ("An Jing", "Bao Ling", "Cao Yun", "Dai Meng", "Fan Xue", "Ge Tian", "Hao Ran", "Jia Lei", "Kong Ying", "Lei Ting"),
    "fulfilment": (
        "Meng Fei", "Ning Hai", "Ouyang Li", "Peng Cheng", "Qi Shan", "Ruan Hong", "Shi Kang", "Tao Jun", "Wan Li", "Xie Bin", "Yan Song",
        "Zeng Guo", "Zhu Ping", "Bian Wen",
    ),
    "watch-mini": ("Chang Yi", "Dong Rui", "Fang Kai"),
    "watch-platform": ("Gu Lan", "Hua Ming", "Ji Chen"),
    "watch-infra": ("Ke Xin", "Lian Yu", "Mu Chen"),
    "finance": ("Nie Fang", "Pu Jin", "Qu Wen"),
    "legal": ("Rao Lin",),
    "people": ("Sha Yue", "Tan Qi", "Ying Shu"),
}  # fmt: skip
_TITLES = {
    "commerce": "Merchandiser",
    "fulfilment": "Warehouse clerk",
    "finance": "Accountant",
    "legal": "Paralegal",
    "people": "Recruiter",
}
STAFF = tuple(
    Someone(
        name,
        "",
        unit,
        _TITLES.get(unit, "Duty analyst"),
        "",
        "staff",
        f"20{17 + (7 * number + len(unit)) % 7}-0{1 + number % 9}-01",
    )
    for unit, names in _NAMES.items()
    for number, name in enumerate(names)
)

#: Who takes the courses at their own desk, by login.
BY_THEMSELVES = ("tang.jia", "deng.hao", "fu.an", "luo.xin")


@dataclass(frozen=True)
class Taught:
    """A course: its text, the one question at its end with its answers (right ones marked), first and last day, and who had
    not completed it when it ended."""

    title: str
    text: str
    question: str
    answers: str
    start: date
    end: date
    missed: tuple[str, ...] = ()


COURSES = (
    Taught(
        "Recognising phishing",
        "# Look twice\n\nA message that hurries you, rewards you or frightens you wants something.\n\n"
        "- Look at the sender's address, not at the name.\n- Open nothing that you did not expect.\n- **Report** it: one press is enough.",
        "A courier writes that a parcel waits, and asks you to sign in. What do you do?",
        "* Report the message\nSign in, quickly\nForward it to a colleague",
        date(2025, 3, 3),
        date(2025, 3, 28),
        ("Qi Shan",),
    ),
    Taught(
        "Handling customer data",
        "# Only what the task needs\n\nLook up no customer whom your task does not concern, and export no list without approval.",
        "A friend asks whether a certain person is a customer of ours. What do you say?",
        "That it is a small thing, and look it up\n* That you may not look it up",
        date(2025, 6, 2),
        date(2025, 6, 27),
        ("Ruan Hong",),
    ),
    Taught(
        "Secure working away from the office",
        "# The screen and the talk\n\nIn a train others read and listen along. Lock the device when you stand up.",
        "Which of these are right on a journey?",
        "* Use the company's connection\n* Lock the screen\nLend the device to a fellow traveller",
        date(2025, 9, 1),
        date(2025, 9, 26),
    ),
    Taught(
        "Reporting incidents at once",
        "# Better once too often\n\nTell the duty officer what you saw. Nobody is blamed for a report that turns out to be nothing.",
        "Your computer behaves oddly after you opened a file. When do you report it?",
        "* At once\nWhen it happens again\nAt the end of the week",
        date(2025, 11, 3),
        date(2025, 11, 28),
        ("Tao Jun", "Wan Li"),
    ),
    Taught(
        "Recognising phishing, second year",
        "# Voices and pictures\n\nA voice can be made too. Call back on a number that you know.",
        "The chief executive's voice asks for a payment by telephone. What do you do?",
        "* Call back on the known number\nPay, since the voice is right",
        date(2026, 3, 2),
        date(2026, 3, 27),
    ),
)


def scenes(stage: Stage) -> None:
    """Staff recorded in December; each course built a fortnight before it begins, assigned, taken, and its attendance recorded."""
    stage.later(date(2024, 12, 9), lambda: record(stage, STAFF, REGISTRANT["web_domain"]), hour=2)
    for number, taught in enumerate(COURSES):
        name = f"course:{number}"
        stage.later(taught.start - timedelta(days=14), partial(_build, stage, name, taught), hour=3)
        stage.later(taught.start, partial(_assign, stage, name, taught), hour=1)
        stage.later(taught.start + timedelta(days=8), partial(_by_themselves, stage, name), hour=3)
        stage.later(taught.end, partial(_attendance, stage, name, taught), hour=8)


def _build(stage: Stage, name: str, taught: Taught) -> None:
    officer = stage.hands.people
    course = stage.do(
        "training.course.create", officer, cast=name, title=taught.title, summary="Part of the yearly programme for everyone.",
        unit=stage.cast["enterprise"], awareness=True,
    )  # fmt: skip
    version = CourseVersion.objects.get(course_id=course.pk)
    stage.do("training.lesson.add_page", officer, version=version, title="What to know", text=taught.text, minutes=8)
    quiz = stage.do(
        "training.lesson.add_quiz",
        officer,
        version=version,
        title="What you would do",
        pass_mark=80,
        attempts=0,
        minutes=4,
    )
    stage.do(
        "training.question.add", officer, lesson=quiz, text=taught.question, answers=taught.answers, explanation=""
    )
    stage.do("training.courseversion.publish", officer, version)


def _assign(stage: Stage, name: str, taught: Taught) -> None:
    rule = stage.do(
        "training.assignmentrule.add", stage.hands.people, course=stage.cast[name], unit=stage.cast["enterprise"], recurrence_months=0,
        days_allowed=(taught.end - taught.start).days, effective_from=taught.start, effective_until=taught.end,
    )  # fmt: skip
    # What a worker does within the hour in a home that is served.
    stage.do("training.assignmentrule.fill", None, rule, occasion_on=taught.start)


def _by_themselves(stage: Stage, name: str) -> None:
    for login in BY_THEMSELVES:
        row = _assignment(stage.cast[name], login)
        page, quiz = lessons_of(row.version)
        stage.do("training.assignment.finish_lesson", login, row, lesson=page.pk)
        answers = {
            str(question.pk): [choice.pk for choice in choices if choice.right]
            for question, choices in questions_of(quiz.pk)
        }
        stage.do("training.assignment.answer", login, row, lesson=quiz.pk, answers=answers)


def _assignment(course: Record, login: str) -> Assignment:
    return Assignment.objects.select_related("version").get(course_id=course.pk, person__user__login=login)


def _attendance(stage: Stage, name: str, taught: Taught) -> None:
    rows = Assignment.objects.filter(course_id=stage.cast[name].pk, state="assigned").order_by("pk")
    present = [person for person in rows.values_list("person__full_name", flat=True) if person not in taught.missed]
    stage.do(
        "training.course.record_attendance", stage.hands.people, stage.cast[name], held_on=taught.end,
        how="Sessions of the teams; lists of those present with the people department", attended="\n".join(present),
    )  # fmt: skip
