"""Values of measures in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quarterdeck.kernel.ui import formats
from quarterdeck.web.programme.measures import Measure, Point, Quarter, Reading, Unit


def value_words(unit: Unit, value: float | None) -> str:
    """``3 h 10 min``, ``97.8%``, ``6``."""
    if value is None:
        return "–"
    if unit is Unit.HOURS:
        return formats.duration(timedelta(hours=value))
    if unit is Unit.SHARE:
        return formats.percent(_down(value), 1).replace(".0%", "%")
    return formats.number(round(value))


def _down(share: float) -> float:
    """Never rounded up: a measure must not look better than it is."""
    return int(share * 1000 + 1e-9) / 1000


def set_words(measure: Measure) -> str:
    """``≤ 4 h``, ``≥ 90%``; a dash where the company has set nothing."""
    if measure.target is None:
        return "–"
    sign = "≤" if measure.less else "≥"
    return f"{sign} {value_words(measure.unit, measure.target)}"


def quarter_words(quarter: Quarter) -> str:
    """``Q1 2026``."""
    return _("Q%(quarter)s %(year)s") % {"quarter": quarter.number, "year": quarter.year}


def point_words(measure: Measure, point: Point) -> str:
    """What one record gives to the value."""
    if point.says:
        return point.says
    if measure.unit is Unit.HOURS:
        return value_words(measure.unit, point.part)
    if measure.key == "reports":
        return _("received")
    if measure.key == "vendors":
        return _("evaluated before") if point.part else _("not evaluated before")
    if measure.key == "monitoring":
        return _("watched") if point.part else _("not watched")
    counts = {"part": formats.number(round(point.part)), "whole": formats.number(round(point.whole))}
    if measure.key == "tests":
        return _("%(part)s of %(whole)s findings followed up") % counts
    return _("%(part)s of %(whole)s completed it") % counts


def came_about(measure: Measure) -> str:
    """In a few words, what the newest value rests on."""
    latest = measure.latest
    if latest is None:
        return _("nothing on record yet")
    said = {"quarter": quarter_words(latest.quarter), "number": formats.number(len(latest.points))}
    if measure.key == "tests" and not measure.typed:
        return _tested(latest)
    if measure.unit is Unit.COUNT:
        followed = sum(point.part for point in latest.points)
        found = sum(point.whole for point in latest.points)
        if measure.key == "tests" and found:
            return _("%(followed)s of %(found)s findings followed up") % {
                "followed": formats.number(round(followed)),
                "found": formats.number(round(found)),
            }
        return _("twelve months until %(quarter)s") % said
    if measure.unit is Unit.SHARE:
        parts = sum(point.part for point in latest.points)
        whole = sum(point.whole for point in latest.points)
        return _("%(part)s of %(whole)s, %(quarter)s") % {
            "part": formats.number(round(parts)),
            "whole": formats.number(round(whole)),
            "quarter": said["quarter"],
        }
    number = len(latest.points)
    return ngettext("%(number)s incident, %(quarter)s", "%(number)s incidents, %(quarter)s", number) % said


def _tested(latest: Reading) -> str:
    """What the tests of safeguards found, and how many reports there are beside them."""
    tests = [point for point in latest.points if point.whole]
    reports = len(latest.points) - len(tests)
    said = []
    if tests:
        good = formats.number(round(sum(point.part for point in tests)))
        words = _("safeguard effective in %(good)s of %(all)s tests")
        said.append(words % {"good": good, "all": formats.number(len(tests))})
    if reports:
        said.append(_("test reports: %(number)s") % {"number": formats.number(reports)})
    return "; ".join(said) or _("none in twelve months")
