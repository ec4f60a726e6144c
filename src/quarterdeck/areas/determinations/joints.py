"""What this area adds to the actions of incidents, bodies and people: the steps that may not be skipped, and what follows.

Whatever could be material goes one way only: a submitted assessment, a body that stands inside the wall, a vote on words
that hold the answer. Each condition below closes one way around that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quarterdeck.areas.bodies.models import Decision, Meeting, Membership
from quarterdeck.areas.bodies.queries import local_day, members_on
from quarterdeck.areas.determinations import rules
from quarterdeck.areas.determinations.actions.afterwards import still_open
from quarterdeck.areas.determinations.actions.deciding import FAULTS
from quarterdeck.areas.determinations.content import changed_since
from quarterdeck.areas.determinations.models import Determination, FollowUp, LegalHold, TradingWindow
from quarterdeck.areas.determinations.queries import (
    before_the_body,
    body_that_decides,
    decided,
    decided_questions,
    domestic_on,
    open_follow_ups,
    submitted_assessment,
)
from quarterdeck.areas.incidents.models import Incident
from quarterdeck.areas.incidents.walling import enclose, may_stand_inside, standing_wall
from quarterdeck.areas.people.models import Person
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Context, Refused
from quarterdeck.kernel.actions.also import Also, also
from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.permissions.models import Assignment
from quarterdeck.kernel.records import in_effect_on

Data = Mapping[str, Any]
Question, Answer = Determination.Question, Determination.Answer
QUESTIONS: Mapping[rules.Question, Text] = {
    rules.Question.MATERIALITY: _("whether it is material"),
    rules.Question.RESPONSE: _("response measures"),
    rules.Question.DISCLOSURE: _("whether disclosure is necessary"),
}


# ---------------------------------------------------------------- incidents


def _hold_what_concerns_it(ctx: Context, incident: Incident, data: Data) -> None:
    ctx.save(
        LegalHold(
            incident=incident,
            issued_at=ctx.at,
            keeps=gettext(
                "Everything that concerns %(number)s: logs, images, messages, tickets, contracts and drafts, wherever they are kept."
            )
            % {"number": incident.number},
        )
    )


def _close_window(ctx: Context, incident: Incident, data: Data) -> None:
    if standing_wall(incident) is None:
        return
    if not TradingWindow.objects.filter(incident=incident, opened_at=None).exists():
        why = gettext("An incident is being assessed whose outcome is not public.")
        ctx.save(TradingWindow(incident=incident, closed_at=ctx.at, why=why))


def _only_by_assessment(ctx: Context, incident: Incident, data: Data) -> None:
    if data["potentially_material"]:
        raise Refused(
            _("What could be material needs an assessment with every factor: open one, and submit it with this result.")
        )


def _wall_before_escalating(user: User, incident: Incident) -> Text | None:
    if standing_wall(incident) is None and incident.potentially_material is not False:
        return _("No wall stands around it; raise one first.")
    return None


def _to_the_body_in_charge(ctx: Context, incident: Incident, data: Data) -> None:
    body = body_that_decides(local_day(ctx.at))
    if body is not None and data["escalated_to"] != body:
        raise Refused(_("By the charter in force, %(body)s decides on disclosure; escalate it there.") % {"body": body})


def _let_the_body_in(ctx: Context, incident: Incident, data: Data) -> None:
    """Its members, who have to decide, and the secretaries who run its meetings stand inside from now on."""
    body = incident.escalated_to
    assert body is not None
    day = local_day(ctx.at)
    seats = members_on(body, day, Membership.Role.values).select_related("person__user")
    sitting = [seat.person.user for seat in seats if may_stand_inside(seat.person.user)]
    clerks = User.objects.filter(
        Q(pk__in=Assignment.objects.filter(in_effect_on(day), role="secretary").values("user")), is_active=True
    ).exclude(kind=User.Kind.SERVICE)
    enclose(ctx, incident, [user for user in sitting if user is not None], gettext("Sits on %(body)s") % {"body": body})
    enclose(ctx, incident, clerks, gettext("Runs the meetings of %(body)s") % {"body": body})


def _by_vote_only(user: User, incident: Incident) -> Text | None:
    if incident.potentially_material:
        return _("It could be material: the body decides on its assessment, and its vote sets the answer.")
    return None


def _nothing_but_not_material(ctx: Context, incident: Incident, data: Data) -> None:
    if data["materiality"] != Incident.Materiality.NOT_MATERIAL:
        raise Refused(
            _("A periodic review can find it not material. Any other answer needs an assessment and a vote on it.")
        )


def _wall_stays(user: User, incident: Incident) -> Text | None:
    return still_open(incident)


def _all_decided(user: User, incident: Incident) -> Text | None:
    if not incident.potentially_material:
        return None
    left = rules.open_questions(decided_questions(incident))
    if left:
        return _("The body has not decided yet: %(questions)s.") % {
            "questions": "; ".join(str(QUESTIONS[question]) for question in left)
        }
    if before_the_body(incident):
        return _("Proposals on it are before the body.")
    waiting = open_follow_ups(incident)
    if waiting:
        return _("Still open: %(question)s, due %(day)s.") % {
            "question": waiting[0],
            "day": waiting[0].due.isoformat(),
        }
    return None


def _lapse(ctx: Context, incident: Incident, data: Data) -> None:
    """What was decided on the old facts stays on record and no longer stands."""
    for row in Determination.objects.filter(incident=incident, state=Determination.State.DECIDED):
        row.state = Determination.State.LAPSED
        ctx.save(row)
    if standing_wall(incident) is not None:
        _close_window(ctx, incident, data)


# ---------------------------------------------------------------- bodies


def determination_of(decision: Decision) -> Determination | None:
    """The determination that a decision is about."""
    return Determination.objects.filter(decision=decision).select_related("incident", "assessment").first()


def _in_order(user: User, decision: Decision) -> Text | None:
    row = determination_of(decision)
    if row is None:
        return None
    if not rules.may_be_put(rules.Question(row.question), _decided_on(row)):
        return _("First the body decides whether it is material; this rests on it.")
    standing = submitted_assessment(row.incident)
    if standing is None or standing.pk != row.assessment_id:
        return _("Its assessment was replaced; bring the new one before the body.")
    if changed_since(row.assessment):
        return _("Facts under the assessment changed since it was submitted; withdraw this and bring a new one.")
    if row.question == Question.DISCLOSURE:
        taken = decided(row.incident, Question.MATERIALITY)
        assert taken is not None
        found = rules.faults(
            taken.answer, row.answer, domestic=bool(domestic_on(local_day(clock.now()))), follow_up=True
        )
        if found:
            return " ".join(str(FAULTS[fault]) for fault in found)
    return None


def _decided_on(row: Determination) -> set[rules.Question]:
    """Questions decided on the same assessment."""
    rows = Determination.objects.filter(assessment=row.assessment, state=Determination.State.DECIDED)
    return {rules.Question(question) for question in rows.values_list("question", flat=True)}


def _words_stand(user: User, decision: Decision) -> Text | None:
    if determination_of(decision) is not None:
        return _("Its words hold the answer that is voted on. Withdraw it and propose another answer.")
    return None


def _settle(ctx: Context, decision: Decision, data: Data) -> None:
    """The vote decides: nobody types the answer a second time."""
    row = determination_of(decision)
    if row is None:
        return
    if decision.outcome != Decision.Outcome.CARRIED:
        row.state = Determination.State.LOST
        ctx.save(row)
        return
    row.state = Determination.State.DECIDED
    row.decided_at = ctx.at
    ctx.save(row)
    incident = Incident._base_manager.select_for_update().get(pk=row.incident_id)
    if row.question == Question.MATERIALITY:
        incident.materiality = row.answer
        incident.determination = decision
        ctx.save(incident)
        if row.answer == Answer.UNDETERMINED and row.follow_up_on is not None:
            question = gettext("Is %(number)s material?") % {"number": incident.number}
            ctx.save(FollowUp(incident=incident, question=question, due=row.follow_up_on))
    elif row.question == Question.RESPONSE:
        incident.response_decision = decision
        ctx.save(incident)


def _withdraw(ctx: Context, decision: Decision, data: Data) -> None:
    row = determination_of(decision)
    if row is not None:
        row.state = Determination.State.WITHDRAWN
        ctx.save(row)


def _withdraw_all(ctx: Context, meeting: Meeting, data: Data) -> None:
    """A cancelled meeting decides nothing: its proposals are withdrawn, and may come before another."""
    rows = Determination.objects.filter(decision__meeting=meeting, state=Determination.State.PROPOSED)
    for row in rows.select_related("decision"):
        row.decision.outcome = Decision.Outcome.WITHDRAWN
        ctx.save(row.decision)
        row.state = Determination.State.WITHDRAWN
        ctx.save(row)


# ---------------------------------------------------------------- people


def _not_while_held(user: User, person: Person) -> Text | None:
    named = Incident.objects.filter(
        Q(assessor=person)
        | Q(tasks__assignee=person)
        | Q(measures__owner=person)
        | (Q(declared_by=person.user) if person.user_id is not None else Q(pk__in=())),
        holds__released_at=None,
        holds__isnull=False,
    )
    if named.exists():
        return _("A legal hold stands on an incident in which this person is named; counsel releases it first.")
    return None


def join() -> None:
    """Add everything to the actions concerned."""
    also("incidents.incident.declare", Also(follow=_hold_what_concerns_it))
    also("incidents.incident.organise_assessment", Also(follow=_close_window))
    also("incidents.incident.raise_wall", Also(follow=_close_window))
    also("incidents.incident.record_assessment", Also(guard=_only_by_assessment))
    also(
        "incidents.incident.escalate",
        Also(available=_wall_before_escalating, guard=_to_the_body_in_charge, follow=_let_the_body_in),
    )
    also("incidents.incident.determine", Also(available=_by_vote_only, guard=_nothing_but_not_material))
    also("incidents.incident.link_measures_decision", Also(available=_by_vote_only))
    also("incidents.incident.lift_wall", Also(available=_wall_stays))
    also("incidents.incident.close", Also(available=_all_decided))
    also("incidents.incident.reopen", Also(follow=_lapse))
    also("bodies.decision.put", Also(available=_in_order))
    also("bodies.decision.change", Also(available=_words_stand))
    also("bodies.decision.declare", Also(follow=_settle))
    also("bodies.decision.withdraw", Also(follow=_withdraw))
    also("bodies.meeting.cancel", Also(follow=_withdraw_all))
    also("people.person.erase", Also(available=_not_while_held))
