"""Awareness at company A: four courses of the year for everyone employed when they begin, and a fifth in the next."""

from __future__ import annotations

from datetime import date

from quarterdeck.demo.a.company import REGISTRANT
from quarterdeck.demo.courses import Taught, teach
from quarterdeck.demo.persons import Someone, record
from quarterdeck.demo.stage import Stage

#: The people of the call centre, the counters and the teams; they sign in with no login of their own.
_NAMES = {
    "booking": ("Ai Wen", "Bi Yun", "Chai Lin", "Diao Min", "Fei Ying", "Gan Lu", "Hu Bing", "Jing Yao"),
    "stays": ("Kuang Li", "Lan Xi", "Mao Jun", "Nong Fei", "Ou Ting", "Pang Rui", "Qiao Shan"),
    "engineering": ("Ran Bo", "Sang Tao", "Teng Yu", "Wen Hai", "Xi Chen", "Yin Kai"),
    "duty-mini": ("You Jia", "Zang Wei"),
    "duty-platform": ("Zhai Ning", "Zuo Han"),
    "duty-infra": ("Bian Ke", "Cen Yi"),
    "finance": ("Dou Xin", "Fu Rong"),
    "legal": ("Geng Shu",),
    "people": ("Hong Mei", "Ju Ran"),
}
_TITLES = {
    "booking": "Booking Adviser",
    "stays": "Host Support Adviser",
    "engineering": "Software Engineer",
    "finance": "Accountant",
    "legal": "Privacy Analyst",
    "people": "Recruiter",
}
STAFF = tuple(
    Someone(
        name,
        "",
        unit,
        _TITLES.get(unit, "Duty Analyst"),
        "",
        "staff",
        f"20{16 + (5 * number + len(unit)) % 8}-0{1 + (number + len(name)) % 9}-01",
        mailbox=name.lower().replace(" ", "."),
    )
    for unit, names in _NAMES.items()
    for number, name in enumerate(names)
)

#: Who takes the courses at their own desk, by login.
BY_THEMSELVES = ("cai.ping", "gu.tian", "wan.jie", "ji.rong")

COURSES = (
    Taught(
        "False hosts, false guests",
        "# Who writes, and from where\n\nA host who wants to be paid outside the platform is none, and so is a guest who sends a voucher.\n\n"
        "- Answer inside the platform only.\n- A changed payout account is confirmed by calling back.\n- **Report** what is odd, even after you answered.",
        "A host asks you by mail to send this month's payout elsewhere. What do you do?",
        "* Call the host back on the known number\nChange it, since the mail is polite\nForward it to a colleague",
        date(2025, 2, 17),
        date(2025, 3, 14),
        ("Hu Bing", "Nong Fei"),
    ),
    Taught(
        "What a traveller's data may be used for",
        "# For the journey, and for nothing else\n\nWho travels where with whom is nobody's business but theirs. Look up a journey when a case asks for it.",
        "A known singer is on a flight that you see on the screen. Whom do you tell?",
        "* Nobody\nOnly colleagues of the team\nOnly the family",
        date(2025, 5, 12),
        date(2025, 6, 6),
        ("Wen Hai",),
    ),
    Taught(
        "Whom to call, and when",
        "# The duty number\n\nCall at once; describe what you saw; touch nothing. Nobody is blamed for a call that turns out to be nothing.",
        "Your screen asks for money to open your files. What comes first?",
        "* Call the duty number\nSwitch the computer off and on\nWait for the technician tomorrow",
        date(2025, 8, 18),
        date(2025, 9, 12),
    ),
    Taught(
        "Writing code and mails that keep secrets",
        "# Keys do not travel\n\nA key, a password or a traveller's number stands in no code, no ticket and no mail. The vault hands it out.",
        "A colleague asks for the key of a supplier in a chat. What do you answer?",
        "* Where in the vault it can be asked for\nThe key, and that it must be deleted afterwards",
        date(2025, 10, 27),
        date(2025, 11, 21),
        ("Teng Yu",),
    ),
    Taught(
        "Voices that are not who they say",
        "# Call back\n\nA voice can be copied within minutes. Whoever asks for money or a reset in a known voice is called back.",
        "The chief executive's voice asks you to reset a sign-in. What do you do?",
        "* Call back on the known number\nDo it, and tell the duty afterwards",
        date(2026, 2, 16),
        date(2026, 3, 13),
        ("Gan Lu",),
    ),
)


def scenes(stage: Stage) -> None:
    """Staff recorded in December; then the courses."""
    stage.later(date(2024, 12, 6), lambda: record(stage, STAFF, REGISTRANT["web_domain"]), hour=2)
    teach(stage, COURSES, BY_THEMSELVES)
