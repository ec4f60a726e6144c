"""What the records of bodies prove: who sat where on the day, under which charter, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quarterdeck.areas.bodies.models import Body, Charter, CharterDuty, Decision, Membership, ReportingLine
from quarterdeck.areas.bodies.models.standing import VOTING
from quarterdeck.areas.bodies.queries import body_in_charge, carried_between, charter_on, duty_on, members_on, result_of
from quarterdeck.areas.people.models import Experience, Position
from quarterdeck.areas.people.queries import IN_CYBERSECURITY, experience_until, positions_on
from quarterdeck.areas.people.rules import tenure
from quarterdeck.kernel.claims import Evidence, Outcome, Question, Verdict, parameters, predicate
from quarterdeck.kernel.claims.registry import ParamValue
from quarterdeck.kernel.records import Dated
from quarterdeck.kernel.resource.walls import standing_wall

Value = ParamValue | None

_BODY = ("bodies.body", "bodies.charter", "bodies.charterduty")
_MEMBERS = (*_BODY, "bodies.membership")
_WITH_POSITIONS = (*_MEMBERS, "people.position", "people.person")
_WITH_EXPERIENCE = (*_MEMBERS, "people.experience", "people.person")


def _unevidenced(because: str, value: Value = None, expected: Value = None) -> Outcome:
    return Outcome(Verdict.UNEVIDENCED, value, expected, because=because)


def _verdict(holds: bool) -> Verdict:
    return Verdict.SUPPORTED if holds else Verdict.CONTRADICTED


def _span_note(row: Dated, day: date) -> str:
    """Why a dated row does not hold on ``day``."""
    if row.effective_from > day:
        return _("only from %(day)s") % {"day": row.effective_from.isoformat()}
    assert row.effective_until is not None
    return _("ended %(day)s") % {"day": row.effective_until.isoformat()}


def _body(question: Question, value: Value, expected: Value) -> Body | Outcome:
    """The body the claim speaks of, or the outcome that says why there is none."""
    kind, day = question.text("kind"), question.basis.day
    if kind not in Body.Kind.values:
        return _unevidenced(_("There is no kind of body called “%(kind)s”.") % {"kind": kind}, value, expected)
    label = Body.Kind(kind).label
    found = body_in_charge(kind, day)
    if found.body is not None:
        return found.body
    if found.candidates:
        names = ", ".join(body.name for body in found.candidates)
        because = _("Several bodies of kind “%(kind)s” existed on %(day)s (%(names)s) and their charters do not tell which one answers for cybersecurity.")  # fmt: skip
        said = {"kind": label, "day": day.isoformat(), "names": names}
        return Outcome(
            Verdict.UNRESOLVED,
            value,
            expected,
            tuple(Evidence.of(body) for body in found.candidates),
            because % said,
        )
    if found.others:
        rows = tuple(Evidence.of(body, against=True, note=_span_note(body, day)) for body in found.others)
        because = _("No body of kind “%(kind)s” existed on %(day)s.")
        return Outcome(Verdict.CONTRADICTED, value, expected, rows, because % {"kind": label, "day": day.isoformat()})
    return _unevidenced(_("No body of kind “%(kind)s” is recorded.") % {"kind": label}, value, expected)


def _former_members(body: Body, question: Question, roles: Iterable[str] = VOTING) -> tuple[Evidence, ...]:
    """Memberships of the fiscal period that do not hold on the day: what a failing claim most often failed by."""
    day = question.basis.day
    rows = Membership.objects.during(question.period.start, max(day, question.period.end))
    rows = rows.filter(body=body, role__in=list(roles)).select_related("person", "body").order_by("pk")
    return tuple(
        Evidence.of(row, against=True, note=_("membership %(note)s") % {"note": _span_note(row, day)})
        for row in rows
        if not row.in_effect(day)
    )


@predicate(
    "bodies.exists",
    label=gettext_lazy("A body of this kind exists"),
    bases=("year_end", "filing_date"),
    params={"kind": str},
    reads=_BODY,
)
def exists(question: Question) -> Outcome:
    """A body of ``kind`` exists on the day; the value is its name."""
    body = _body(question, None, None)
    if isinstance(body, Outcome):
        return body
    return Outcome(Verdict.SUPPORTED, body.name, None, (Evidence.of(body),))


@predicate(
    "bodies.overseen_by_executives",
    label=gettext_lazy("Overseen by executives"),
    bases=("year_end",),
    params={"kind": str},
    reads=_WITH_POSITIONS,
)
def overseen_by_executives(question: Question) -> Outcome:
    """Everyone who oversees the body on the day holds an executive position on that day, and there is somebody."""
    body = _body(question, 0, None)
    if isinstance(body, Outcome):
        return body
    day = question.basis.day
    seats = list(members_on(body, day, [Membership.Role.OVERSEER]))
    if not seats:
        former = _former_members(body, question, [Membership.Role.OVERSEER])
        because = _("Nobody oversaw %(body)s on %(day)s.") % {"body": body, "day": day.isoformat()}
        return Outcome(Verdict.CONTRADICTED if former else Verdict.UNEVIDENCED, 0, 1, former, because)
    held = positions_on([seat.person_id for seat in seats], day)
    rows: list[Evidence] = []
    executives = 0
    for seat in seats:
        position = _at_level(held.get(seat.person_id, []), Position.Level.EXECUTIVE)
        if position is None:
            rows.append(Evidence.of(seat, against=True, note=_position_note(seat.person_id, day)))
        else:
            executives += 1
            rows += [Evidence.of(seat), Evidence.of(position)]
    holds = executives == len(seats)
    because = "" if holds else _("Not everyone who oversees it held an executive position on that day.")
    return Outcome(_verdict(holds), executives, len(seats), tuple(rows), because)


def _at_level(positions: Iterable[Position], level: str) -> Position | None:
    return next((row for row in positions if row.level == level), None)


def _position_note(person: int, day: date) -> str:
    """What to say of somebody who holds no fitting position: the last one that ended, or that there is none."""
    ended = (
        Position.objects.filter(person_id=person, effective_until__lt=day).order_by("-effective_until", "-pk").first()
    )
    current = positions_on([person], day).get(person)
    if current:
        return _("position on that day: %(titles)s") % {"titles": ", ".join(row.title for row in current)}
    if ended is not None and ended.effective_until is not None:
        return _("position “%(title)s” ended %(day)s") % {
            "title": ended.title,
            "day": ended.effective_until.isoformat(),
        }
    return _("no position on that day")


@predicate(
    "bodies.composition",
    label=gettext_lazy("Made up of executives and department heads"),
    bases=("year_end",),
    params={"kind": str, "executives": int, "department_heads": int},
    reads=_WITH_POSITIONS,
)
def composition(question: Question) -> Outcome:
    """Its members on the day are exactly so many executives and so many department heads, and nobody else.

    Somebody who holds both is an executive.
    """
    expected = _made_of(question.number("executives"), question.number("department_heads"), 0)
    body = _body(question, None, expected)
    if isinstance(body, Outcome):
        return body
    day = question.basis.day
    seats = list(members_on(body, day))
    former = _former_members(body, question)
    if not seats:
        because = _("%(body)s had no members on %(day)s.") % {"body": body, "day": day.isoformat()}
        return Outcome(
            Verdict.CONTRADICTED if former else Verdict.UNEVIDENCED, _made_of(0, 0, 0), expected, former, because
        )
    held = positions_on([seat.person_id for seat in seats], day)
    counts = {Position.Level.EXECUTIVE: 0, Position.Level.DEPARTMENT_HEAD: 0}
    others = 0
    rows: list[Evidence] = []
    for seat in seats:
        mine = held.get(seat.person_id, [])
        position = next((p for p in (_at_level(mine, level) for level in counts) if p is not None), None)
        if position is None:
            others += 1
            rows.append(Evidence.of(seat, against=True, note=_position_note(seat.person_id, day)))
        else:
            counts[Position.Level(position.level)] += 1
            rows += [Evidence.of(seat), Evidence.of(position)]
    value = _made_of(counts[Position.Level.EXECUTIVE], counts[Position.Level.DEPARTMENT_HEAD], others)
    if value == expected:
        return Outcome(Verdict.SUPPORTED, value, expected, tuple(rows))
    because = _("On %(day)s it was made up of %(found)s, not of %(said)s.")
    said = {"day": day.isoformat(), "found": value, "said": expected}
    return Outcome(Verdict.CONTRADICTED, value, expected, (*rows, *former), because % said)


def _made_of(executives: int, heads: int, others: int) -> str:
    made = _("%(executives)s executives, %(heads)s department heads") % {"executives": executives, "heads": heads}
    return f"{made}, {_('%(others)s others') % {'others': others}}" if others else made


@predicate(
    "bodies.chaired_by",
    label=gettext_lazy("Chaired by the holder of an office"),
    bases=("year_end",),
    params={"kind": str, "position": str},
    reads=_WITH_POSITIONS,
)
def chaired_by(question: Question) -> Outcome:
    """The chair on the day holds the office ``position`` (a position's code) on that day."""
    expected = question.text("position")
    body = _body(question, None, expected)
    if isinstance(body, Outcome):
        return body
    day = question.basis.day
    chair = members_on(body, day, [Membership.Role.CHAIR]).first()
    if chair is None:
        former = _former_members(body, question, [Membership.Role.CHAIR])
        because = _("%(body)s had no chair on %(day)s.") % {"body": body, "day": day.isoformat()}
        return Outcome(Verdict.CONTRADICTED if former else Verdict.UNEVIDENCED, None, expected, former, because)
    held = positions_on([chair.person_id], day).get(chair.person_id, [])
    position = next((row for row in held if row.code == expected), None)
    if position is not None:
        return Outcome(Verdict.SUPPORTED, expected, expected, (Evidence.of(chair), Evidence.of(position)))
    value = next((row.code for row in held if row.code), None)
    against = Evidence.of(chair, against=True, note=_position_note(chair.person_id, day))
    because = _("The chair on %(day)s, %(name)s, did not hold that office.") % {
        "day": day.isoformat(),
        "name": chair.person,
    }
    return Outcome(Verdict.CONTRADICTED, value, expected, (against,), because)


@predicate(
    "bodies.charter_duty",
    label=gettext_lazy("The charter in force names the duty"),
    bases=("filing_date", "year_end"),
    params={"kind": str, "duty": str},
    reads=_BODY,
)
def charter_duty(question: Question) -> Outcome:
    """The charter in force on the day makes ``duty`` the body's; the row behind it says in which section."""
    duty = question.text("duty")
    body = _body(question, False, True)
    if isinstance(body, Outcome):
        return body
    day = question.basis.day
    found = duty_on(body, duty, day)
    if found is not None:
        return Outcome(Verdict.SUPPORTED, True, True, (Evidence.of(found), Evidence.of(found.charter)))
    charter = charter_on(body, day)
    if charter is not None:
        because = _("The charter in force on %(day)s, version %(version)s, does not name this duty.")
        said = {"day": day.isoformat(), "version": charter.version}
        silent = Evidence.of(charter, against=True, note=_("does not name this duty"))
        return Outcome(Verdict.CONTRADICTED, False, True, (silent,), because % said)
    versions = Charter.objects.filter(body=body).select_related("body").order_by("pk")
    named = CharterDuty.objects.filter(charter__in=versions, duty=duty, struck=False).values_list(
        "charter_id", flat=True
    )
    rows = tuple(
        Evidence.of(
            row,
            against=True,
            note=_("not approved") if row.state == Charter.State.DRAFT else _span_note(row, day),
        )
        for row in versions
        if row.pk in set(named)
    )
    because = _("%(body)s had no approved charter in force on %(day)s.") % {"body": body, "day": day.isoformat()}
    lapsed = any(row.state == Charter.State.APPROVED for row in versions)
    return Outcome(Verdict.CONTRADICTED if lapsed else Verdict.UNEVIDENCED, False, True, rows, because)


@predicate(
    "bodies.decided",
    label=gettext_lazy("Decisions carried on a topic"),
    bases=("period",),
    params={"kind": str, "topic": str, "at_least": int},
    reads=(
        "bodies.body",
        "bodies.decision",
        "bodies.vote",
        "bodies.recusal",
        "bodies.attendance",
        "bodies.membership",
        "bodies.charter",
    ),
)
def decided(question: Question) -> Outcome:
    """Bodies of ``kind`` carried at least so many decisions on ``topic`` in the period.

    Each is counted again from the record as it stands now: where a membership was corrected since, so that quorum or
    majority are gone, or a paper is no longer the one decided on, the decision does not count.
    """
    kind, topic, expected = question.text("kind"), question.text("topic"), question.number("at_least")
    rows: list[Evidence] = []
    count = 0
    for decision in carried_between(kind, topic, question.basis.start, question.basis.end):
        fault = _fault(decision)
        count += not fault
        rows.append(Evidence.of(decision, against=bool(fault), note=fault))
    if not rows:
        because = _("No body of that kind carried a decision on this topic in the period.")
        return _unevidenced(because, 0, expected)
    holds = count >= expected
    because = (
        ""
        if holds
        else _("%(count)s such decisions stand; %(expected)s are said.") % {"count": count, "expected": expected}
    )
    return Outcome(_verdict(holds), count, expected, tuple(rows), because)


def _fault(decision: Decision) -> str:
    """Why a carried decision does not stand as the record is now; empty when it does. Behind a wall no paper is named."""
    result = result_of(decision)
    if result is None:
        return _("no charter is in force on its day any more")
    if not result.quorum.met:
        return _("as corrected since, without quorum: %(counted)s of the %(needed)s needed") % {
            "counted": result.quorum.counted,
            "needed": result.quorum.needed,
        }
    if not result.carried:
        return _("as corrected since, not carried: %(for)s for, %(against)s against") % {
            "for": result.in_favour,
            "against": result.against,
        }
    changed = decision.papers_changed()
    if changed and standing_wall(decision) is not None:
        return _("papers changed since")
    return _("papers changed since: %(papers)s") % {"papers": "; ".join(t for _kind, t in changed)} if changed else ""


@predicate(
    "bodies.members_with_experience",
    label=gettext_lazy("Members with relevant experience in cybersecurity"),
    bases=("year_end",),
    params={"kind": str, "count": int},
    reads=_WITH_EXPERIENCE,
)
def members_with_experience(question: Question) -> Outcome:
    """Exactly ``count`` members on the day have relevant, verified experience in cybersecurity begun by that day."""
    expected, day = question.number("count"), question.basis.day
    body = _body(question, 0, expected)
    if isinstance(body, Outcome):
        return body
    seats = list(members_on(body, day))
    found = experience_until([seat.person_id for seat in seats], day, IN_CYBERSECURITY)
    rows: list[Evidence] = []
    doubtful: list[Evidence] = []
    count = 0
    for seat in seats:
        mine = found.get(seat.person_id, [])
        counting = [row for row in mine if row.relevant and row.verified]
        count += bool(counting)
        rows += [Evidence.of(row) for row in counting]
        if not counting:
            doubtful += [Evidence.of(row, against=True, note=_experience_note(row)) for row in mine]
    if count == expected:
        return Outcome(Verdict.SUPPORTED, count, expected, tuple(rows))
    former = _former_members(body, question)
    because = _("On %(day)s %(count)s members had relevant, verified experience; %(expected)s are said.")
    said = {"day": day.isoformat(), "count": count, "expected": expected}
    nothing = not rows and not doubtful and not former
    return Outcome(
        Verdict.UNEVIDENCED if nothing else Verdict.CONTRADICTED,
        count,
        expected,
        (*rows, *doubtful, *former),
        because % said,
    )


def _experience_note(row: Experience) -> str:
    return _("not verified") if not row.verified else _("not marked as relevant")


MOST = parameters.declare(
    "most.share",
    label=gettext_lazy("Most"),
    says=gettext_lazy(
        "The share of a body's members that has to be exceeded before a sentence may say “most members”."
    ),
    unit=parameters.Unit.SHARE,
)


@predicate(
    "bodies.most_experienced",
    label=gettext_lazy("Most members are experienced information-security managers"),
    bases=("year_end",),
    params={"kind": str, "years": int},
    reads=(*_WITH_EXPERIENCE, "claims.parameter"),
    company=(MOST,),
)
def most_experienced(question: Question) -> Outcome:
    """More members than the share the company calls "most" have managed information security for more than ``years`` years.

    Only verified experience counts, each day once. The value is the number of such members, the expected number the
    smallest that is more than the share.
    """
    years, day = question.number("years"), question.basis.day
    body = _body(question, 0, None)
    if isinstance(body, Outcome):
        return body
    share = question.company(MOST)
    if share is None:
        return _unevidenced(parameters.not_set(MOST), 0, None)
    seats = list(members_on(body, day))
    if not seats:
        former = _former_members(body, question)
        because = _("%(body)s had no members on %(day)s.") % {"body": body, "day": day.isoformat()}
        return Outcome(Verdict.CONTRADICTED if former else Verdict.UNEVIDENCED, 0, None, former, because)
    found = experience_until([seat.person_id for seat in seats], day, [Experience.Field.MANAGEMENT])
    rows: list[Evidence] = []
    short: list[Evidence] = []
    count = 0
    for seat in seats:
        mine = found.get(seat.person_id, [])
        counting = [row for row in mine if row.verified]
        length = tenure([row.span() for row in counting], day)
        if length.exceeds(years):
            count += 1
            rows += [Evidence.of(seat), *(Evidence.of(row) for row in counting)]
        else:
            note = _("%(years)s years and %(days)s days of verified experience") % {
                "years": length.years,
                "days": length.days_beyond,
            }
            short.append(Evidence.of(seat, against=True, note=note))
            short += [Evidence.of(r, against=True, note=_("not verified")) for r in mine if not r.verified]
    needed = int(share * Decimal(len(seats))) + 1
    if count >= needed:
        return Outcome(Verdict.SUPPORTED, count, needed, (*rows, *short))
    because = _(
        "%(count)s of %(members)s members had more than %(years)s years on %(day)s; “most” asks for %(needed)s."
    )
    said = {"count": count, "members": len(seats), "years": years, "day": day.isoformat(), "needed": needed}
    former = _former_members(body, question)
    nothing = not found
    return Outcome(
        Verdict.UNEVIDENCED if nothing else Verdict.CONTRADICTED,
        count,
        needed,
        (*rows, *short, *former),
        because % said,
    )


@predicate(
    "bodies.reports_to",
    label=gettext_lazy("One body reports to another"),
    bases=("year_end",),
    params={"kind": str, "to_kind": str},
    reads=("bodies.reportingline", *_BODY),
)
def reports_to(question: Question) -> Outcome:
    """On the day the body of ``kind`` reports to a body of ``to_kind``; the value is that body's name."""
    day, expected = question.basis.day, question.text("to_kind")
    body = _body(question, None, expected)
    if isinstance(body, Outcome):
        return body
    lines = list(ReportingLine.objects.filter(body=body).select_related("body", "reports_to").order_by("pk"))
    now = [line for line in lines if line.in_effect(day) and line.reports_to.in_effect(day)]
    for line in now:
        if line.reports_to.kind == expected:
            evidence = (Evidence.of(line), Evidence.of(line.reports_to))
            return Outcome(Verdict.SUPPORTED, line.reports_to.name, expected, evidence)
    rows = tuple(
        Evidence.of(line, against=True, note="" if line.in_effect(day) else _span_note(line, day)) for line in lines
    )
    because = _("On %(day)s %(body)s reported to no body of that kind.") % {"day": day.isoformat(), "body": body}
    value = now[0].reports_to.name if now else None
    return Outcome(Verdict.CONTRADICTED if lines else Verdict.UNEVIDENCED, value, expected, rows, because)
