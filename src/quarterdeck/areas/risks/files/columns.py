"""The columns of the register as a table: the fields of NIST IR 8286's risk register, and what the estimates are made of.

A heading is recognised in English and in Chinese, by any of the names given here, whatever language the reader has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.kernel.actions.base import Text


class Holds(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    CHOICE = "choice"
    MONEY = "money"
    RATE = "rate"
    SHARE = "share"
    WHOLE = "whole"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """``also``: further names by which lists of others call it. ``shown``: it is written for the reader and never read."""

    key: str
    label: Text
    help: Text
    also: tuple[str, ...] = ()
    holds: Holds = Holds.TEXT
    choices: type[models.TextChoices] | None = None
    shown: bool = False
    width: int = 16


def _choice(key: str, label: Text, help: Text, also: tuple[str, ...], choices: type[models.TextChoices]) -> Column:
    return Column(key, label, help, also, Holds.CHOICE, choices, width=24)


COLUMNS: Final = (
    Column("number", _("ID"), _("The number in the register. Empty for a new risk."), ("编号", "风险编号", "number", "risk id"), width=8),
    Column("priority", _("Priority"), _("Rank by expected loss a year. Written, not read."), ("优先级", "rank"), Holds.WHOLE, shown=True, width=8),
    Column("title", _("Title"), _("The risk in a few words. Without an ID a row belongs to the risk of this title in its unit."), ("标题", "名称", "风险名称", "risk", "name"), width=36),
    Column("threat", _("Threat"), _("Who or what acts."), ("威胁", "threat actor"), width=24),
    _choice("origin", _("Origin"), _("Where the threat comes from."), ("来源方", "威胁来源", "where it comes from"), Risk.Origin),
    Column("asset", _("Asset"), _("What is hit."), ("资产",), width=24),
    _choice("effect", _("Effect"), _("What is done to the asset."), ("影响", "后果"), Risk.Effect),
    Column("description", _("Risk description"), _("From cause to consequence."), ("风险描述", "描述", "说明", "description"), width=48),
    Column("category", _("Risk category"), _("Code or name of a category of enterprise risk management."), ("风险类别", "类别", "category"), width=20),
    Column("unit", _("Unit"), _("Code or name of the unit."), ("单位", "部门"), width=20),
    Column("owner", _("Risk owner"), _("Who answers for it: the name as it is on record; with # and the record's number where two have it."), ("风险负责人", "负责人", "owner"), width=20),
    _choice("response", _("Risk response type"), _("What is done about it."), ("应对方式", "风险应对", "response"), Risk.Response),
    Column("response_description", _("Risk response description"), _("The treatments planned and under way. Written, not read."), ("应对措施",), shown=True, width=36),
    Column("response_cost", _("Risk response cost"), _("What these treatments cost a year. Written, not read."), ("应对成本",), Holds.MONEY, shown=True),
    Column("review_every", _("Reviewed every (months)"), _("1 to 36."), ("审阅周期", "review every", "looked at again every (months)"), Holds.WHOLE),
    Column("status", _("Status"), _("Whether it stands in the register. Written, not read."), ("状态", "state"), shown=True, width=10),
    Column("currency", _("Currency"), _("Of every amount in the row. It has to be the register's; nothing is converted."), ("币种", "货币"), width=10),
    _choice("kind", _("Estimate of"), _("Which state the estimate describes."), ("估计类别", "kind", "which state"), Estimate.Kind),
    _choice("often", _("Likelihood told as"), _("Which of the next four columns count."), ("频率表示方式", "频率方式", "how often, told as"), Estimate.Often),
    Column("rate_low", _("Events a year, low"), _("Low end of a 90 % interval: 0.1, 10%, 1 in 10."), ("年频率下限", "每年次数下限", "rate low", "frequency low"), Holds.RATE),
    Column("rate_high", _("Events a year, high"), _("High end; the same as the low end if it is certain."), ("年频率上限", "每年次数上限", "rate high", "frequency high"), Holds.RATE),
    Column("vulnerability", _("Share that succeeds"), _("Of threat events, the share that becomes a loss."), ("得逞比例", "脆弱性", "vulnerability"), Holds.SHARE),
    Column("chance", _("Chance of one event in a year"), _("0.05, 5%, 1 in 20."), ("年发生概率", "概率", "chance", "probability"), Holds.SHARE),
    _choice("much", _("Impact told as"), _("Which of the next five columns count."), ("损失表示方式", "损失方式", "how much, told as"), Estimate.Much),
    Column("low", _("One event, low"), _("1500000, 1,500,000, 1.5m."), ("单次损失下限", "损失下限", "low", "loss low", "impact low"), Holds.MONEY),
    Column("likely", _("One event, most likely"), _("With hard bounds, or the amount where it is always the same."), ("单次损失最可能值", "最可能损失", "likely", "mode", "most likely"), Holds.MONEY),
    Column("high", _("One event, high"), _("The high end of what one event costs."), ("单次损失上限", "损失上限", "high", "loss high", "impact high"), Holds.MONEY),
    Column("cap", _("One event, at most"), _("The most that one event can cost, where there is a limit."), ("单次损失封顶", "封顶", "cap", "at most"), Holds.MONEY),
    Column("forms", _("Forms of loss"), _("One line each: primary or secondary, the form, low, high."), ("损失形式",), width=30),
    Column("estimator", _("Estimated by"), _("Who knows it: the name as it is on record. Empty: the owner."), ("估计人", "评估人", "estimator"), width=20),
    Column("source", _("Source"), _("Where the interval comes from."), ("依据来源", "数据来源"), width=30),
    Column("because", _("Why this interval"), _("The reasons of whoever estimated."), ("区间理由", "理由", "rationale"), width=40),
    Column("changed_because", _("Why it differs from the last one"), _("Needed in a row whose estimate changes, unless one reason is given for all."), ("变更原因", "变更理由", "reason for change"), width=30),
    Column("any_loss", _("Current likelihood"), _("Chance of at least one loss in a year. Written, not read."), ("当前可能性",), Holds.SHARE, shown=True),
    Column("expected", _("Exposure (expected a year)"), _("Written, not read."), ("风险敞口", "预期年损失"), Holds.MONEY, shown=True),
    Column("bad_year", _("1-in-20 year"), _("The loss that one year in twenty exceeds. Written, not read."), ("二十年一遇损失",), Holds.MONEY, shown=True),
    Column("worst_year", _("1-in-100 year"), _("The loss that one year in a hundred exceeds. Written, not read."), ("百年一遇损失",), Holds.MONEY, shown=True),
    Column("made_on", _("Estimated on"), _("Written, not read."), ("估计日期",), Holds.DAY, shown=True, width=12),
)  # fmt: skip
BY_KEY: Final[Mapping[str, Column]] = {column.key: column for column in COLUMNS}
LANGUAGES: Final = ("en", "zh-hans")

#: What the risk itself says, and what its estimate says.
OF_RISK: Final = (
    "title", "threat", "origin", "asset", "effect", "description", "category", "owner", "response", "review_every",
)  # fmt: skip
AMOUNTS: Final = ("rate_low", "rate_high", "vulnerability", "chance", "low", "likely", "high", "cap")
TOLD: Final = ("often", *AMOUNTS[:4], "much", *AMOUNTS[4:], "forms")
OF_ESTIMATE: Final = (*TOLD, "estimator", "source", "because")


def plainly(text: str) -> str:
    """A heading without case, blanks and signs, so that "Events a year, low" is "events_a_year low"."""
    return re.sub(r"[\W_]+", "", text.casefold())


def names() -> dict[str, Column]:
    """Every name of a heading, as :func:`plainly` writes it, in every language."""
    found: dict[str, Column] = {}
    for language in LANGUAGES:
        with override(language):
            for column in COLUMNS:
                for name in (column.key, str(column.label), *column.also):
                    found.setdefault(plainly(name), column)
    return found


def meanings(choices: type[models.TextChoices]) -> dict[str, str]:
    """Every word for a choice → its value: the value itself, its label in every language, and the label up to a colon."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            for value, label in choices.choices:
                said = str(label)
                for word in (value, said, *re.split("[:\uff1a]", said)[:1]):
                    found.setdefault(plainly(word), value)
    return found


def labels(choices: type[models.TextChoices]) -> dict[str, str]:
    """Value → label, in the reader's language."""
    return {value: str(label) for value, label in choices.choices}


def listed(keys: Iterable[str]) -> str:
    """The names of columns, for a sentence."""
    return ", ".join(str(BY_KEY[key].label) for key in keys)
