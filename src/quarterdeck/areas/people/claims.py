"""What the records of people prove."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quarterdeck.areas.people.models import Certification, TeamMembership
from quarterdeck.areas.people.rules import Standing
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, predicate


def _why_not(row: Certification, standing: Standing) -> str:
    match standing:
        case Standing.EXPIRED:
            assert row.expires_on is not None
            return _("expired %(day)s") % {"day": row.expires_on.isoformat()}
        case Standing.NOT_YET_ISSUED:
            return _("issued only on %(day)s") % {"day": row.issued_on.isoformat()}
        case Standing.UNVERIFIED:
            return _("not verified")
        case Standing.COUNTS:
            return ""


def _former(code: str, team: set[int], start: date, day: date) -> list[Evidence]:
    """Certified people who were in the team in the period and are no longer."""
    found = []
    for row in TeamMembership.objects.during(start, day).filter(team=TeamMembership.Team.SECURITY):
        if row.person_id in team or row.effective_until is None:
            continue
        if Certification.objects.filter(person_id=row.person_id, code__iexact=code).exists():
            note = _("left the team on %(day)s") % {"day": row.effective_until.isoformat()}
            found.append(Evidence.of(row, against=True, note=note))
    return found


@predicate(
    "people.team_certified",
    label=gettext_lazy("People of the security team with a certification"),
    bases=("year_end",),
    params={"code": str, "at_least": int},
    reads=("people.teammembership", "people.certification", "people.person"),
)
def team_certified(question: Question) -> Outcome:
    """At least ``at_least`` people in the security team on the day hold ``code``, verified and not expired on that day."""
    code, expected, day = question.text("code"), question.number("at_least"), question.basis.day
    team = set(
        TeamMembership.objects.on(day).filter(team=TeamMembership.Team.SECURITY).values_list("person_id", flat=True)
    )
    former = _former(code, team, question.period.start, day)
    if not team:
        return Outcome(
            Verdict.CONTRADICTED if former else Verdict.UNEVIDENCED,
            0,
            expected,
            tuple(former),
            _("Nobody was in the security team on %(day)s.") % {"day": day.isoformat()},
        )
    holders: set[int] = set()
    counting, against = [], []
    rows = Certification.objects.filter(person_id__in=team, code__iexact=code).select_related("person").order_by("pk")
    for row in rows:
        standing = row.standing(day)
        if standing is Standing.COUNTS:
            holders.add(row.person_id)
            counting.append(Evidence.of(row))
        else:
            against.append((row, standing))
    # A lapsed certificate of somebody who renewed it speaks against nothing.
    failing = [
        Evidence.of(row, against=True, note=_why_not(row, s)) for row, s in against if row.person_id not in holders
    ]
    if len(holders) >= expected:
        return Outcome(Verdict.SUPPORTED, len(holders), expected, (*counting, *failing))
    if not counting and not failing and not former:
        because = _("No certification “%(code)s” is recorded for anyone in the security team.") % {"code": code}
        return Outcome(Verdict.UNEVIDENCED, 0, expected, because=because)
    because = _("%(found)s people of the security team held a verified, unexpired “%(code)s” on %(day)s; %(expected)s are said.") % {
        "found": len(holders),
        "code": code,
        "day": day.isoformat(),
        "expected": expected,
    }  # fmt: skip
    return Outcome(Verdict.CONTRADICTED, len(holders), expected, (*counting, *failing, *former), because)
