"""What the record proves about vendors: evaluated before they were engaged, and bound by procedures.

As soon as the home holds any engagement of a vendor, records alone decide. A home that still uses typed uploads is answered
from those.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.evidence.claims_vendors import GENERALLY
from quarterdeck.areas.evidence.claims_vendors import bound_by_procedures as typed_bound
from quarterdeck.areas.evidence.claims_vendors import evaluated_before_engagement as typed_evaluated
from quarterdeck.areas.vendors import rules
from quarterdeck.areas.vendors.footing import BEGUN, Footing, footing, footing_words
from quarterdeck.areas.vendors.models import (
    Acceptance,
    Obligation,
    ObligationPeriod,
    VendorEngagement,
)
from quarterdeck.areas.vendors.procedures import Behind, Procedures
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, parameters, predicate
from quarterdeck.kernel.claims.parameters import not_set


def _typed() -> bool:
    """Whether this home keeps no engagements and still answers from typed uploads."""
    return not VendorEngagement.objects.exists()


def _against(row: VendorEngagement, note: object) -> Evidence:
    return Evidence.of(row, against=True, note=str(note))


def _newest(rows: Iterable[VendorEngagement]) -> VendorEngagement:
    return max(rows, key=lambda row: (row.engaged_on or date.min, row.pk))


@predicate(
    "vendors.evaluated_before_engagement",
    label=_("Vendors evaluated before engagement"),
    bases=("period",),
    reads=(
        "vendors.vendorengagement",
        "vendors.evaluation",
        "vendors.vendorexception",
        "evidence.evidence",
        "claims.parameter",
    ),
    company=(GENERALLY,),
)
def evaluated_before_engagement(question: Question) -> Outcome:
    """Of the vendors engaged in the period, a share of at least ``generally.share`` had an evaluation approved before, and
    every other has a dated exception. Value and expected: numbers of vendors. Without any engagement on record, typed
    evidence answers."""
    if _typed():
        return typed_evaluated(question)
    share = question.company(GENERALLY)
    if share is None:
        return Outcome(Verdict.UNEVIDENCED, None, None, because=not_set(GENERALLY))
    start, end = question.basis.start, question.basis.end
    begun = VendorEngagement.objects.filter(state__in=BEGUN, engaged_on__lte=end)
    rows = list(
        begun.filter(engaged_on__gte=start)
        .select_related("vendor", "evaluation", "exception")
        .order_by("engaged_on", "pk")
    )
    if not rows:
        return _none_engaged(begun)
    by: dict[Footing, list[VendorEngagement]] = {kind: [] for kind in Footing}
    for row in rows:
        by[footing(row)].append(row)
    evaluated, excepted, bare = by[Footing.EVALUATED], by[Footing.EXCEPTED], by[Footing.BARE]
    least = int((share * len(rows)).to_integral_value(rounding="ROUND_CEILING"))
    few = bool(bare) or Decimal(len(evaluated)) < share * len(rows)
    evidence = [
        *(_against(row, footing_words(row)) for row in bare),
        *(Evidence.of(row, against=few, note=footing_words(row)) for row in excepted),
        *(Evidence.of(row, note=footing_words(row)) for row in evaluated),
    ]
    if bare:
        because = str(_("Vendors were engaged with neither an evaluation nor a dated exception."))
        return Outcome(Verdict.CONTRADICTED, len(evaluated), least, tuple(evidence), because)
    if few:
        because = str(_("Too many vendors were engaged by exception for “generally”."))
        return Outcome(Verdict.CONTRADICTED, len(evaluated), least, tuple(evidence), because)
    return Outcome(Verdict.SUPPORTED, len(evaluated), least, tuple(evidence))


def _none_engaged(begun: Iterable[VendorEngagement]) -> Outcome:
    old = list(begun)
    if not old:
        return Outcome(Verdict.UNEVIDENCED, 0, 1, because=str(_("No vendor engaged in the period is on record.")))
    newest = _newest(old)
    day = "–" if newest.engaged_on is None else newest.engaged_on.isoformat()
    note = _("engaged on %(day)s, before the period") % {"day": day}
    return Outcome(
        Verdict.STALE,
        0,
        1,
        (_against(newest, note),),
        str(_("No vendor was engaged in the period; the newest was engaged before it.")),
    )


MOVING = parameters.declare(
    "procedures.transition_days",
    label=_("Moving to a new version of the procedures"),
    says=_(
        "How many days after a new version of the procedures for vendors came into force a vendor's acceptance of an older one still counts."
    ),
    unit=parameters.Unit.DAYS,
)


@predicate(
    "vendors.bound_by_procedures",
    label=_("Vendors bound to procedures"),
    bases=("period",),
    reads=(
        "vendors.vendorengagement", "vendors.acceptance", "vendors.obligation", "vendors.obligationperiod", "policies.policy",
        "policies.policyversion", "evidence.evidence", "claims.parameter",
    ),
    company=(MOVING,),
)  # fmt: skip
def bound_by_procedures(question: Question) -> Outcome:
    """Every vendor active in the period accepted the procedures by its end, and every obligation that fell due in it was met
    or followed up. Where the procedures are a policy published here, the version in force at the end is asked for: an older
    one counts for ``procedures.transition_days`` after that came into force, and is *stale* beyond. Without any engagement
    on record, typed evidence answers."""
    if _typed():
        return typed_bound(question)
    start, end = question.basis.start, question.basis.end
    begun = list(
        VendorEngagement.objects.filter(state__in=BEGUN, engaged_on__lte=end).select_related("vendor").order_by("pk")
    )
    active: dict[int, VendorEngagement] = {}
    for row in begun:
        if row.ended_on is None or row.ended_on >= start:
            active[row.vendor_id] = row
    if not active:
        return _none_engaged(begun)
    accepted: dict[int, Acceptance] = {}
    given = Acceptance.objects.filter(vendor__in=active, accepted_on__lte=end).select_related("policy_version__policy")
    for one in given.order_by("accepted_on", "pk"):
        if one.withdrawn_on is None or one.withdrawn_on > end:
            accepted[one.vendor_id] = one
    open_ = _unsettled(active, start, end)
    procedures = Procedures(end)
    behind = {
        vendor: late
        for vendor, one in accepted.items()
        # Whose work ended is not asked for a version that came after.
        if (last := active[vendor].ended_on) is None or last > end
        if (late := procedures.behind(one)) is not None
    }
    moving = question.company(MOVING) if behind else None
    if behind and moving is None:
        late_rows = tuple(_against(active[vendor], _older(accepted[vendor], late)) for vendor, late in behind.items())
        return Outcome(Verdict.UNEVIDENCED, len(active) - len(behind), len(active), late_rows, not_set(MOVING))
    days = 0 if moving is None else int(moving)
    wrong, old = [], []
    for vendor, row in active.items():
        if vendor not in accepted:
            wrong.append(_against(row, _("accepted no version of the procedures")))
        elif open_.get(vendor):
            wrong.append(_against(row, _("%(left)d obligations neither met nor followed up") % {"left": open_[vendor]}))
        elif vendor in behind and end > behind[vendor].last_day(days):
            old.append(_against(row, _older(accepted[vendor], behind[vendor])))
    bound = len(active) - len(wrong) - len(old)
    if wrong:
        because = str(_("Not every active vendor is bound to the procedures and keeps them."))
        return Outcome(Verdict.CONTRADICTED, bound, len(active), (*wrong, *old), because)
    if old:
        because = str(
            _("Vendors rest on an older version of the procedures, longer than the company allows for moving.")
        )
        return Outcome(Verdict.STALE, bound, len(active), tuple(old), because)
    rows = tuple(
        Evidence.of(row, note=_accepted(accepted[vendor], behind.get(vendor), days)) for vendor, row in active.items()
    )
    return Outcome(Verdict.SUPPORTED, bound, len(active), rows)


def _accepted(row: Acceptance, behind: Behind | None, days: int) -> str:
    said = {"version": row.version, "day": ""}
    if behind is None:
        return str(_("accepted version %(version)s") % said)
    said["day"] = behind.last_day(days).isoformat()
    return str(_("accepted version %(version)s, which counts until %(day)s") % said)


def _older(row: Acceptance, behind: Behind) -> str:
    said = {
        "version": row.version,
        "newer": behind.asked.number,
        "day": "" if behind.asked.effective_from is None else behind.asked.effective_from.isoformat(),
    }
    return str(_("accepted version %(version)s; version %(newer)s is in force since %(day)s") % said)


def _unsettled(active: dict[int, VendorEngagement], start: date, end: date) -> dict[int, int]:
    """By vendor, how many days on which an obligation fell due in the period have neither been met nor followed up."""
    settled: set[tuple[int, date]] = set(
        ObligationPeriod.objects.filter(obligation__vendor__in=active, due_on__range=(start, end)).values_list(
            "obligation_id", "due_on"
        )
    )
    open_: dict[int, int] = {}
    for row in Obligation.objects.filter(vendor__in=active, first_due__lte=end).order_by("pk"):
        last = min(end, row.ended_on or end, active[row.vendor_id].ended_on or end)
        missing = [
            day
            for day in rules.due_days(row.first_due, row.recurrence, last)
            if day >= start and (row.pk, day) not in settled
        ]
        if missing:
            open_[row.vendor_id] = open_.get(row.vendor_id, 0) + len(missing)
    return open_
