"""Work of training that is done later: assigning in batches, every day anew, and closing what can no longer be done."""

from __future__ import annotations

from django.db.models import Q

from quarterdeck.areas.people.models import Person
from quarterdeck.areas.training.actions.assigning import BATCH, Expire, Fill, NobodyLeft, published
from quarterdeck.areas.training.audience import candidates
from quarterdeck.areas.training.models import Assignment, AssignmentRule, Course, Launch
from quarterdeck.areas.training.rules import occasion_on
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Actor, Context, Refused, perform
from quarterdeck.kernel.jobs.declare import Run, job
from quarterdeck.kernel.jobs.schedules import schedule
from quarterdeck.kernel.setup import system_user


@job(name="training.fill_rule", key=lambda *, rule, day: f"{rule}:{day}")
def fill_rule(run: Run, /, *, rule: int, day: str) -> int:
    """Assign the rule's course to everybody whom it means today, a batch an action. Returns how many batches were done.

    Each batch happens once, whoever runs it: for a worker that takes over, whoever was assigned in a batch that was
    committed is no candidate any more. The audience is asked for once, and each batch then looks at its own span of it, so
    that ten times the people cost ten times as much. ``day`` only tells the asking apart; the rule is asked as of today.
    """
    found = AssignmentRule.objects.select_related("course").get(pk=rule)
    today = clock.today()
    occasion = occasion_on(found.effective_from, found.recurrence_months, today)
    if occasion is None or not found.in_effect(today) or found.course.state != Course.State.ACTIVE:
        return 0
    if published(found.course) is None:
        return 0
    people = list(candidates(found, occasion, today).values_list("pk", flat=True))
    done = 0
    for place in range(0, len(people), BATCH):
        batch = people[place : place + BATCH]
        with run.once(f"from-{batch[0]}") as first:
            if first:
                given = {"occasion_on": occasion.isoformat(), "first": batch[0], "last": batch[-1]}
                try:
                    perform(Fill, Actor(system_user(), system=True), found.pk, given)
                except NobodyLeft:
                    # Another asking of the same rule was quicker.
                    continue
                done += 1
    return done


@job(name="training.assign_due")
def assign_due(run: Run, /) -> int:
    """Ask for every rule in effect today: for those who joined since, and for occasions that have come."""
    today = clock.today()
    rules = AssignmentRule.objects.on(today).filter(course__state=Course.State.ACTIVE)
    count = 0
    for rule in rules.values_list("pk", flat=True).order_by("pk"):
        fill_rule.enqueue(rule=rule, day=today.isoformat())
        count += 1
    return count


@job(name="training.close_gone")
def close_gone(run: Run, /) -> int:
    """Close what is open of people who left and of courses that were retired. Harmless when run twice."""
    gone = Q(person__state=Person.State.LEFT) | Q(course__state=Course.State.RETIRED)
    count = 0
    for key in list(Assignment.objects.filter(gone, state__in=Assignment.OPEN).values_list("pk", flat=True)):
        try:
            perform(Expire, Actor(system_user(), system=True), key)
            count += 1
        except Refused:
            continue
    Launch.objects.filter(expires_at__lt=clock.now()).delete()
    return count


def ask_for_rule(ctx: Context, rule: AssignmentRule) -> None:
    """Fill a rule soon, if it has begun."""
    if rule.in_effect(ctx.at.date()):
        key, day = rule.pk, _asked(ctx)
        ctx.after_commit(lambda: fill_rule.enqueue(rule=key, day=day))


def ask_for_rules(ctx: Context, course: int) -> None:
    """Fill every rule of a course soon: one that waited for something to be published."""
    for rule in AssignmentRule.objects.on(ctx.at.date()).filter(course=course):
        ask_for_rule(ctx, rule)


def _asked(ctx: Context) -> str:
    return ctx.at.isoformat(timespec="seconds")


schedule("training.assign_due", assign_due, "20 1 * * *")
schedule("training.close_gone", close_gone, "50 1 * * *")
