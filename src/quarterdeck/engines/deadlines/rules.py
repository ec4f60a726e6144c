"""The rules as dated data: what starts each duty, how long it runs, where it is written, and since when.

A rule that is amended gets a new row with its own `in_force_from`; the old row gets `in_force_until` and stays, so that
an incident of the past is judged by the wording of its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from quarterdeck.engines.deadlines.model import Grade, Operator


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording of one rule, from `in_force_from` to `in_force_until` (None: still in force).

    `hours` or `days` is the length of its period, both None where it says "promptly" or the like.
    """

    key: str
    regime: str
    citation: str
    source: str
    in_force_from: date
    in_force_until: date | None = None
    hours: int | None = None
    days: int | None = None

    def in_force_on(self, day: date) -> bool:
        """Whether this wording binds what happens on `day`."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)


_8K_TEXT = "https://www.sec.gov/files/form8-k.pdf"
_6K_TEXT = "https://www.sec.gov/files/form6-k.pdf"
_GDPR_TEXT = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
_UK_TEXT = "https://www.legislation.gov.uk/eur/2016/679"
_CAC_TEXT = "https://www.cac.gov.cn/2025-09/15/c_1759583017717009.htm"
_PIPL_TEXT = "https://www.cac.gov.cn/2021-08/20/c_1631050028355286.htm"
_DSL_TEXT = "http://www.npc.gov.cn/npc/c2/c30834/202106/t20210610_311888.html"
_NDSR_TEXT = "https://www.gov.cn/zhengce/content/202409/content_6977766.htm"
_CSL_TEXT = "https://www.cac.gov.cn/2016-11/07/c_1119867116.htm"
_MIIT_TEXT = "MIIT Wang'an [2022] No. 166"

_ITEM = "Form 8-K Item 1.05"
_MEASURES = "China: National Cybersecurity Incident Reporting Measures"
ITEM_105_FROM: Final = date(2023, 12, 18)
"""Release 33-11216, II.I: compliance date of Item 1.05 and of the words added to Form 6-K."""
SMALLER_COMPANIES_FROM: Final = date(2024, 6, 15)
"""The same for smaller reporting companies on Form 8-K."""

RULES: Final = (
    Rule("8k", _ITEM, "Form 8-K Item 1.05(a) and General Instruction B.1", _8K_TEXT, ITEM_105_FROM),
    Rule("8k_amendment", "Form 8-K/A Item 1.05", "Form 8-K, Instruction 2 to Item 1.05", _8K_TEXT, ITEM_105_FROM),
    Rule(
        "8k_determination", f"{_ITEM} (determination)", "Form 8-K, Instruction 1 to Item 1.05", _8K_TEXT, ITEM_105_FROM
    ),
    Rule("6k", "Form 6-K", "Form 6-K General Instruction B; Exchange Act Rules 13a-16 and 15d-16", _6K_TEXT, ITEM_105_FROM),
    Rule("gdpr_33", "GDPR Article 33", "Regulation (EU) 2016/679 Art. 33(1)", _GDPR_TEXT, date(2018, 5, 25), hours=72),
    Rule("gdpr_34", "GDPR Article 34", "Regulation (EU) 2016/679 Art. 34(1)", _GDPR_TEXT, date(2018, 5, 25)),
    Rule("uk_33", "UK GDPR Article 33", "UK GDPR Art. 33(1)", _UK_TEXT, date(2021, 1, 1), hours=72),
    Rule("uk_34", "UK GDPR Article 34", "UK GDPR Art. 34(1)", _UK_TEXT, date(2021, 1, 1)),
    Rule("cn_personal", "China: PIPL Article 57", "Personal Information Protection Law Art. 57", _PIPL_TEXT, date(2021, 11, 1)),
    Rule(
        "cn_data", "China: data security incident", "Data Security Law Art. 29", _DSL_TEXT,
        date(2021, 9, 1), date(2024, 12, 31),
    ),
    Rule(
        "cn_data", "China: data security incident",
        "Data Security Law Art. 29; Network Data Security Management Regulations Art. 11", _NDSR_TEXT, date(2025, 1, 1),
    ),
    Rule(
        "cn_law", "China: Cybersecurity Law",
        "Cybersecurity Law Art. 25 (numbered as in the text of 2016)", _CSL_TEXT, date(2017, 6, 1), date(2025, 10, 31),
    ),
    Rule("cn_report_cii", _MEASURES, "Measures Art. 4 para. 2", _CAC_TEXT, date(2025, 11, 1), hours=1),
    Rule("cn_report_state_organ", _MEASURES, "Measures Art. 4 para. 3", _CAC_TEXT, date(2025, 11, 1), hours=2),
    Rule("cn_report_other", _MEASURES, "Measures Art. 4 para. 4", _CAC_TEXT, date(2025, 11, 1), hours=4),
    Rule("cn_supplement", f"{_MEASURES} (supplement)", "Measures Art. 7", _CAC_TEXT, date(2025, 11, 1)),
    Rule("cn_summary", f"{_MEASURES} (summary report)", "Measures Art. 8", _CAC_TEXT, date(2025, 11, 1), days=30),
    Rule(
        "cn_miit", "China: MIIT data security",
        "Measures for Data Security Management in Industry and Information Technology (Trial), emergency response",
        _MIIT_TEXT, date(2023, 1, 1),
    ),
)  # fmt: skip

REPORTED_GRADES: Final[frozenset[Grade]] = frozenset({"particularly_major", "major", "relatively_major"})
"""Measures Art. 4: an incident of grade 较大 or above is reported; one of grade 一般 is not."""

RECORDS_OF_GRADE: Final[tuple[tuple[int, Grade], ...]] = (
    (100_000_000, "particularly_major"),
    (10_000_000, "major"),
    (1_000_000, "relatively_major"),
)
"""The grading guide in the annex to the Measures: personal information of that many people leaked, or more."""

RECIPIENT: Final[dict[Operator, str]] = {
    "cii": "recipient.protection_department",
    "state_organ": "recipient.own_cyber_office",
    "other": "recipient.provincial_cac",
}

AG_DELAY_LIMITS: Final = (30, 30, 60)
"""Form 8-K Item 1.05(c): the most calendar days of the first, the second and the last delay."""


def rule_on(key: str, day: date) -> Rule | None:
    """The wording of a rule that binds what happens on `day`; None before its first and after its last."""
    return next((rule for rule in RULES if rule.key == key and rule.in_force_on(day)), None)


def newest(key: str) -> Rule:
    """The newest wording of a rule. Raises KeyError for a key that names none."""
    found = [rule for rule in RULES if rule.key == key]
    if not found:
        raise KeyError(key)
    return max(found, key=lambda rule: rule.in_force_from)
