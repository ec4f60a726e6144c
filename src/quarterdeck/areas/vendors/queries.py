"""What stands on a day: the approval or exception on which a vendor may be engaged."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from quarterdeck.areas.vendors.models import Evaluation, VendorException

_APPROVES = (Evaluation.Decision.APPROVED, Evaluation.Decision.CONDITIONS)


def approvals(day: date) -> QuerySet[Evaluation]:
    """Evaluations decided for their vendor before ``day`` and valid on it."""
    return Evaluation.objects.filter(
        state=Evaluation.State.DECIDED, decision__in=_APPROVES, decided_on__lt=day, valid_until__gte=day
    )


def approval_for(vendor: int, day: date) -> Evaluation | None:
    """The newest approval of the vendor that counts on ``day``; none once a later evaluation rejected it."""
    rows = Evaluation.objects.filter(state=Evaluation.State.DECIDED, vendor_id=vendor, decided_on__lt=day)
    newest = rows.order_by("-decided_on", "-pk").first()
    if newest is None or newest.decision == Evaluation.Decision.REJECTED:
        return None
    return approvals(day).filter(vendor_id=vendor).order_by("-decided_on", "-pk").first()


def exception_for(vendor: int, day: date) -> VendorException | None:
    """The exception granted by ``day`` that counts on it."""
    stands = Q(decided_on__lte=day, expires_on__gte=day, state=VendorException.State.GRANTED)
    return VendorException.objects.filter(stands, vendor_id=vendor).order_by("-decided_on", "-pk").first()
