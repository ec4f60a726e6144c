"""Those who estimate are trained and judged: questions with known answers, and forecasts for the year, told by somebody else."""

from __future__ import annotations

from datetime import date
from functools import partial

from quarterdeck.demo.stage import Stage

#: Question, the true answer, and the intervals of Wei An, Bai Ling and, where he was there, Shen Tao.
QUESTIONS = (
    ("Parcels sorted in Jiaxing in May 2025, in thousands", 1_910, (1_400, 2_300), (1_700, 1_800), None),
    ("Refunds paid in June 2025", 41_300, (30_000, 60_000), (38_000, 45_000), None),
    ("Hours until the backup of the order store is restored in the test of May", 9, (4, 20), (6, 8), (5, 14)),
    ("Unanswered security tickets older than a week on 30 June 2025", 37, (10, 60), (20, 30), (25, 50)),
    ("Sign-ins refused for a missing second factor in June 2025", 2_240, (800, 4_000), (2_000, 3_000), (1_500, 3_500)),
    ("Developers with access to production on 30 June 2025", 84, (50, 120), (70, 95), (75, 100)),
    ("Couriers that answered the questionnaire by 15 July 2025", 23, (15, 30), (20, 28), None),
    ("Share of phishing mails reported in the spring exercise, in percent", 31, (10, 50), (35, 45), None),
    ("Minutes until the platform watch answered its alarms in the second quarter, on average", 11, (6, 18), (8, 14), (7, 13)),
    ("Changes to payment systems in June 2025", 58, (70, 130), (40, 75), None),
    ("Mini programs released in the first half of 2025", 16, (8, 25), (17, 22), None),
    ("Employees who left in the second quarter of 2025", 212, (120, 320), (150, 190), None),
)  # fmt: skip

#: What may come true by the end of 2025, whether it did, and the chances given by Wei An and Bai Ling.
FORECASTS = (
    ("A courier tells us of a breach of its systems in 2025", False, 0.3, 0.6),
    ("An administrator's password is typed into a copied page in 2025", False, 0.2, 0.5),
    ("A sale is disturbed by a flood of requests in 2025", True, 0.7, 0.4),
    ("A warehouse stands still for more than four hours in 2025", False, 0.1, 0.3),
    ("Robots take more than a million in refunds in 2025", True, 0.8, 0.9),
    ("A cloud region fails for more than an hour in 2025", False, 0.1, 0.2),
    ("A critical flaw is found in a component that we use in 2025", True, 0.95, 0.9),
    ("A former employee signs in after the last day in 2025", True, 0.5, 0.2),
    ("Customers' data leave the house in 2025", False, 0.15, 0.4),
    ("The regulator asks about an incident in 2025", False, 0.2, 0.5),
)


def scenes(stage: Stage) -> None:
    """Asked in spring, known in summer; forecast for the year, known in January."""
    stage.later(date(2025, 4, 3), partial(_ask, stage), hour=2)
    stage.later(date(2025, 7, 22), partial(_tell, stage), hour=2)
    stage.later(date(2025, 4, 3), partial(_forecast, stage), hour=3)
    stage.later(date(2026, 1, 8), partial(_came, stage), hour=2)


def _ask(stage: Stage) -> None:
    for place, (question, _truth, *intervals) in enumerate(QUESTIONS):
        for name, interval in zip(("wei-an", "bai-ling", "shen-tao"), intervals, strict=True):
            if interval is not None:
                stage.do(
                    "risks.calibration.ask", "deng.hao", cast=f"question:{place}:{name}", person=stage.cast[f"person:{name}"],
                    question=question, low=interval[0], high=interval[1],
                )  # fmt: skip


def _tell(stage: Stage) -> None:
    for place, (_question, truth, *intervals) in enumerate(QUESTIONS):
        for name, interval in zip(("wei-an", "bai-ling", "shen-tao"), intervals, strict=True):
            if interval is not None:
                stage.do("risks.calibration.tell", "deng.hao", f"question:{place}:{name}", truth=truth)


def _forecast(stage: Stage) -> None:
    for place, (statement, _came_true, *chances) in enumerate(FORECASTS):
        for name, chance in zip(("wei-an", "bai-ling"), chances, strict=True):
            stage.do(
                "risks.forecast.make", "deng.hao", cast=f"forecast:{place}:{name}", person=stage.cast[f"person:{name}"], statement=statement,
                chance=chance, due="2025-12-31",
            )  # fmt: skip


def _came(stage: Stage) -> None:
    for place, (_statement, came_true, *_chances) in enumerate(FORECASTS):
        for name in ("wei-an", "bai-ling"):
            stage.do(
                "risks.forecast.tell", "deng.hao", f"forecast:{place}:{name}", came_true="yes" if came_true else "no"
            )
