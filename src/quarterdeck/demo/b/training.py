"""A year of awareness training: four courses, each assigned to everyone employed on the day it begins, and a fifth in the next
year. Most are trained in sessions of their teams; those who sit at a desk take the course by themselves."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.b.company import REGISTRANT
from quarterdeck.demo.courses import Taught, teach
from quarterdeck.demo.persons import Someone, record
from quarterdeck.demo.stage import Stage

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
        mailbox=name.lower().replace(" ", "."),
    )
    for unit, names in _NAMES.items()
    for number, name in enumerate(names)
)

#: Who takes the courses at their own desk, by login.
BY_THEMSELVES = ("tang.jia", "deng.hao", "fu.an", "luo.xin")


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
    """Staff recorded in December; then the courses."""
    stage.later(date(2024, 12, 9), lambda: record(stage, STAFF, REGISTRANT["web_domain"]), hour=2)
    teach(stage, COURSES, BY_THEMSELVES)
