"""What an assessment of materiality asks, quantitative and qualitative.

Materiality is not a figure alone: the release that adopted Item 1.05 (33-11216, section II.A.3) names harm to reputation,
to relations with customers and vendors, to competitiveness, and the possibility of litigation or of investigations by
authorities beside financial condition and results of operations, and asks for qualitative factors beside quantitative.
Strategy stands here because Item 106(b)(2) asks for it beside them; safety because machines and services can harm people.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Measured(StrEnum):
    """How a factor is answered: by an amount in a unit, or in words."""

    MONEY = "money"
    HOURS = "hours"
    NUMBER = "number"
    PERCENT = "percent"
    IN_WORDS = "in_words"


@dataclass(frozen=True)
class FactorKind:
    """One question. ``measured``: the unit of the amount, or in words."""

    code: str
    label: str | Promise
    asks: str | Promise
    measured: Measured

    @property
    def quantitative(self) -> bool:
        return self.measured is not Measured.IN_WORDS


FACTORS: Final[tuple[FactorKind, ...]] = (
    FactorKind("direct_cost", _("Direct cost"), _("Response, restoration, outside help, notification, in the reporting currency."), Measured.MONEY),
    FactorKind("lost_revenue", _("Lost revenue"), _("Sales that did not happen or are refunded."), Measured.MONEY),
    FactorKind("liability", _("Possible liability"), _("Fines, damages and settlements that are reasonably possible."), Measured.MONEY),
    FactorKind("downtime", _("Interruption"), _("Hours in which operations stood still or ran degraded."), Measured.HOURS),
    FactorKind("people_affected", _("People concerned"), _("Number of people whose data or service was reached."), Measured.NUMBER),
    FactorKind("share_of_users", _("Share of users"), _("How much of the user base, in percent."), Measured.PERCENT),
    FactorKind("operations", _("Operations"), _("Whether the business can go on serving as it did."), Measured.IN_WORDS),
    FactorKind("data_nature", _("Kind of data"), _("How sensitive it is, and whether it left or was altered."), Measured.IN_WORDS),
    FactorKind("reputation", _("Reputation"), _("Harm to the name of the company or a brand."), Measured.IN_WORDS),
    FactorKind("customers", _("Customers"), _("Harm to relations with customers and users."), Measured.IN_WORDS),
    FactorKind("vendors", _("Vendors and partners"), _("Harm to relations with vendors and partners."), Measured.IN_WORDS),
    FactorKind("competitiveness", _("Competitiveness"), _("Know-how, plans or source code in other hands."), Measured.IN_WORDS),
    FactorKind("strategy", _("Strategy"), _("Whether plans, investments or the business model have to change."), Measured.IN_WORDS),
    FactorKind("safety", _("Safety"), _("Harm to life, health or the environment, or the danger of it."), Measured.IN_WORDS),
    FactorKind("litigation", _("Litigation"), _("Whether suits are possible."), Measured.IN_WORDS),
    FactorKind("regulators", _("Authorities"), _("Whether investigations or measures of authorities are possible."), Measured.IN_WORDS),
    FactorKind("aggregate", _("Together with others"), _("Whether related incidents make up something material together."), Measured.IN_WORDS),
)  # fmt: skip
