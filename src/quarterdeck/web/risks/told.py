"""Estimates and figures in sentences that need no manual."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quarterdeck.areas.risks import scenarios
from quarterdeck.areas.risks.models import Estimate
from quarterdeck.engines.loss import LossError, read_portfolio
from quarterdeck.engines.loss.shape import Shape, shape
from quarterdeck.kernel.ui.formats import number
from quarterdeck.web.risks.drawing import money, share

#: Below so many a year people think in years between two events.
RARE = 1


def how_often(rate: float) -> str:
    """A rate as people say it: once in 10 years, 3 times a year."""
    if rate <= 0:
        return _("never")
    if 0.95 <= rate < 1.05:
        return _("once a year")
    if rate < RARE:
        years = 1 / rate
        return _("once in %(years)s years") % {
            "years": number(Decimal(repr(round(years, 1 if years < 10 else 0))).normalize() + 0, None)
        }
    return _("%(times)s times a year") % {
        "times": number(Decimal(repr(round(rate, 1 if rate < 10 else 0))).normalize() + 0, None)
    }


def rate_told(estimate: scenarios.Estimated) -> str:
    """How often, as it was told."""
    if estimate.often == Estimate.Often.CHANCE:
        if estimate.chance is None:
            return "–"
        return _("%(share)s in a year") % {"share": share(float(estimate.chance))}
    low, high = estimate.rate_low, estimate.rate_high
    if low is None and high is None:
        return "–"
    first = how_often(float(low if low is not None else high or 0))
    last = how_often(float(high if high is not None else low or 0))
    told = first if first == last else _("between %(low)s and %(high)s (90 %%)") % {"low": first, "high": last}
    if estimate.often == Estimate.Often.THREAT and estimate.vulnerability is not None:
        return _("attempts %(often)s, of which %(share)s succeed") % {
            "often": told,
            "share": share(float(estimate.vulnerability)),
        }
    return told


def loss_told(estimate: scenarios.Estimated, currency: str) -> str:
    """How much one event costs, as it was told."""
    low, likely, high = (money(value, currency) for value in (estimate.low, estimate.likely, estimate.high))
    if estimate.much == Estimate.Much.FORMS:
        lines = [line for line in estimate.forms.splitlines() if line.strip()]
        told = ngettext("%(num)s line of the forms of loss", "%(num)s lines of the forms of loss", len(lines))
        told %= {"num": len(lines)}
    elif estimate.much == Estimate.Much.AMOUNT:
        told = _("always %(amount)s") % {"amount": likely}
    elif estimate.much == Estimate.Much.BOUNDS:
        told = _("at least %(low)s, most likely %(likely)s, at most %(high)s") % {
            "low": low, "likely": likely, "high": high,
        }  # fmt: skip
    else:
        told = _("%(low)s to %(high)s (90 %%)") % {"low": low, "high": high}
    if estimate.cap is not None:
        told = _("%(told)s, never more than %(cap)s") % {"told": told, "cap": money(estimate.cap, currency)}
    return told


def event_of(estimate: scenarios.Estimated) -> Shape:
    """The law of one event as it is drawn. Raises LossError, FieldFault."""
    document = {
        "currency": "USD",
        "scenarios": [
            {
                "id": "event",
                "frequency": {"kind": "poisson", "rate": 1.0},
                "severity": scenarios.severity_of(estimate),
                **({} if estimate.cap is None else {"cap": float(estimate.cap)}),
            }
        ],
    }
    read = read_portfolio(document).scenarios[0]
    return shape(read.severity, read.cap)


def event_told(drawn: Shape, currency: str) -> str:
    """What one event costs, in one sentence."""
    low, middle, high = (money(amount, currency) for amount in drawn.marks)
    if low == high:
        return _("Each such event costs %(amount)s.") % {"amount": middle}
    return _("Half of such events cost less than %(middle)s; one in twenty costs more than %(high)s.") % {
        "middle": middle,
        "high": high,
    }


def year_told(found: scenarios.Figures, currency: str) -> str:
    """What a year costs, in one sentence."""
    some = share(float(found.any_loss))
    if found.expected is None:
        return _(
            "A loss comes in %(some)s of years; its mean is not finite, so set a most that one event can cost."
        ) % {"some": some}
    given = {
        "some": some,
        "expected": money(found.expected, currency),
        "bad": money(found.bad_year, currency),
        "worst": money(found.worst_year, currency),
    }
    if found.bad_year > 0:
        return (
            _(
                "A loss comes in %(some)s of years. Over many years it costs %(expected)s a year; one year in twenty costs more than %(bad)s."
            )
            % given
        )
    return (
        _(
            "A loss comes in %(some)s of years. Over many years it costs %(expected)s a year; one year in a hundred costs more than %(worst)s."
        )
        % given
    )


def refused(fault: LossError | scenarios.FieldFault) -> str:
    """What the engine refuses, without the name it gives to what is being typed."""
    return str(fault.reason)
