"""Rules assign whom they mean, once an occasion, whatever happens to the worker; the tallies say what the rows say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.training import counting, jobs
from quarterdeck.areas.training.models import Assignment, Tally
from quarterdeck.areas.training.rules import months_on, occasion_on
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Invalid, Refused
from quarterdeck.kernel.todo import all_sources, rows_for
from tests.areas.training.school import assign, course, employee, finish, officer, unit, worked
from tests.support import act, at, company, user_with

pytestmark = pytest.mark.django_db


def rule(who: object, made: object, place: object, **data: object) -> object:
    given = {"recurrence_months": 12, "days_allowed": 30, "effective_from": "2025-03-01", **data}
    return act("training.assignmentrule.add", who, course=made, unit=place, **given)  # type: ignore[arg-type]


def who_has() -> list[str]:
    return sorted(Assignment.objects.values_list("person__full_name", flat=True))


def daily() -> None:
    jobs.assign_due.enqueue()
    jobs.close_gone.enqueue()
    worked()


def test_a_rule_means_the_employees_of_its_unit_and_below_and_no_director() -> None:
    who = officer()
    shop = unit("shop")
    below, other = unit("till", shop), unit("office")
    with clock.fixed(at(2025, 3, 1)):
        for name, place, level in (
            ("An", shop, "staff"),
            ("Bo", below, "manager"),
            ("Cui", other, "staff"),
            ("Dai", shop, "director"),
        ):
            employee(name, place, login=False, level=level)
        rule(who, course(who), shop)
        worked()
    assert who_has() == ["An", "Bo"]
    assert set(Assignment.objects.values_list("due_on", flat=True)) == {date(2025, 3, 31)}


def test_a_rule_by_role_means_those_who_hold_it() -> None:
    who = officer()
    with clock.fixed(at(2025, 3, 1)):
        employee("An")
        lead = employee("Bo", login=False)
        act("people.person.connect_login", user_with("administrator"), lead, user=user_with("group_lead"))
        rule(who, course(who), company(), role="group_lead")
        worked()
    assert who_has() == ["Bo"]


def test_who_joins_is_assigned_within_a_day_and_who_leaves_is_closed() -> None:
    who = officer()
    with clock.fixed(at(2025, 3, 1)):
        employee("An", login=False)
        rule(who, course(who), company())
        worked()
    with clock.fixed(at(2025, 5, 4)):
        joiner = employee("Bo", login=False, since="2025-05-02")
        daily()
        assert who_has() == ["An", "Bo"]
        assert Assignment.objects.get(person=joiner).due_on == date(2025, 6, 3)
        act("people.person.leave", who, joiner, left_on="2025-05-04")
        daily()
    assert dict(Assignment.objects.values_list("person__full_name", "state")) == {"An": "assigned", "Bo": "expired"}


def test_the_next_occasion_comes_after_the_months_and_not_for_who_has_it_open_or_did_it_since() -> None:
    who = officer()
    with clock.fixed(at(2025, 3, 1)):
        done, still = employee("An"), employee("Bo")
        rule(who, course(who), company())
        worked()
        finish(Assignment.objects.get(person=done))
        daily()
    assert Assignment.objects.count() == 2
    with clock.fixed(at(2026, 3, 2)):
        daily()
        assert Assignment.objects.filter(person=done).count() == 2
        assert Assignment.objects.filter(person=still).count() == 1  # the first is still open
        late = Assignment.objects.get(person=still)
        finish(late)
        daily()
        assert Assignment.objects.filter(person=still).count() == 1  # done since the occasion came


def test_the_day_run_twice_assigns_nobody_twice() -> None:
    who = officer()
    with clock.fixed(at(2025, 3, 1)):
        for number in range(7):
            employee(f"Person {number}", login=False)
        rule(who, course(who), company())
        worked()
        for _again in range(2):
            daily()
    assert Assignment.objects.count() == 7


def test_batches_that_were_committed_are_not_done_again_by_the_worker_that_takes_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker dies between two batches: the task is run again from the beginning, in another process."""
    who = officer()
    monkeypatch.setattr(jobs, "BATCH", 3)
    real = jobs.perform
    calls = 0

    def dies(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise SystemExit
        return real(*args, **kwargs)  # type: ignore[arg-type]

    with clock.fixed(at(2025, 3, 1)):
        people = [employee(f"Person {number}", login=False) for number in range(11)]
        rule(who, course(who), company())
        monkeypatch.setattr(jobs, "perform", dies)
        with pytest.raises(SystemExit):
            worked()
        assert Assignment.objects.count() == 6
        monkeypatch.setattr(jobs, "perform", real)
        worked()
    assert sorted(Assignment.objects.values_list("person", flat=True)) == [person.pk for person in people]


def test_a_course_is_assigned_only_once_published_and_the_waiting_rule_then_fills() -> None:
    who = officer()
    made = course(who, publish=False)
    with pytest.raises(Refused, match="publish one first"):
        rule(who, made, company())
    with pytest.raises(Refused, match="publish one first"):
        assign(who, employee("An", login=False), made)


def test_one_person_has_a_course_open_once() -> None:
    who = officer()
    made, person = course(who), employee("An", login=False)
    assign(who, person, made)
    with pytest.raises(Refused, match="open already"):
        assign(who, person, made)
    with pytest.raises(Refused, match="last day has passed"):
        assign(who, employee("Bo", login=False), made, due="2020-01-01")


def test_more_time_is_later_and_given_by_somebody_else() -> None:
    who = officer()
    row = assign(who, employee("An"), course(who))
    with pytest.raises(Refused, match="give a later day"):
        act("training.assignment.extend", who, row, due_on="2029-12-31")
    assert act("training.assignment.extend", who, row, due_on="2030-02-28").due_on == date(2030, 2, 28)


def test_open_assignments_wait_for_their_person_and_late_ones_for_the_owner_of_the_unit() -> None:
    who = officer()
    row = assign(who, employee("An"), course(who))
    assign(who, employee("Bo", login=False), row.course)
    found = next(one for one in all_sources() if one.code == "training.assignment")
    assert found.late_after == 7
    assert [one.pk for one in rows_for(found, row.person.user)] == [row.pk]
    assert found.rows().count() == 1
    item = found.show(rows_for(found, row.person.user)[0], row.person.user)
    assert (str(item.asked), item.title, item.due) == ("Take the course", "Recognising phishing", row.due_on)
    finish(row)
    assert not rows_for(found, row.person.user).exists()


def test_the_tallies_say_what_the_rows_say_after_everything_that_can_happen() -> None:
    who = officer()
    shop, made = unit("shop"), course(who)
    rows = [
        assign(who, employee(name, place), made)
        for name, place in (("An", shop), ("Bo", shop), ("Cui", None), ("Dai", None))
    ]
    finish(rows[0])
    act("training.assignment.excuse", who, rows[1], reason="Ill")
    act("training.assignment.open_lesson", rows[2].person.user, rows[2], lesson=rows[2].version.lessons.first().pk)
    act("training.course.retire", who, made)
    jobs.close_gone.enqueue()
    worked()
    fields = ("assigned", "started", "completed", "excused", "expired")
    kept = {(row.version_id, row.unit_id): {name: getattr(row, name) for name in fields} for row in Tally.objects.all()}
    assert kept == counting.counted()
    assert sum(sum(states.values()) for states in kept.values()) == 4
    counting.recount()
    assert {(row.version_id, row.unit_id) for row in Tally.objects.all()} == set(kept)


def test_attendance_of_a_day_ahead_or_before_the_assignment_is_refused() -> None:
    who = officer()
    made = course(who)
    row = assign(who, employee("An", login=False), made)
    for held_on in ("2031-01-01", "2020-01-01"):
        with pytest.raises(Refused):
            act("training.course.record_attendance", who, made, held_on=held_on, how="Hall", attended="An")
    with pytest.raises(Invalid):
        act("training.course.record_attendance", who, made, held_on=row.assigned_on, how="Hall", attended="")


@settings(max_examples=50)
@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(1, 48), st.integers(0, 6000))
def test_an_occasion_is_the_last_before_the_day_and_the_next_is_after_it(first: date, months: int, days: int) -> None:
    day = date.fromordinal(first.toordinal() + days)
    found = occasion_on(first, months, day)
    assert found is not None
    assert first <= found <= day
    place = round((found.year - first.year) * 12 + found.month - first.month)
    assert place % months == 0
    assert months_on(first, place + months) > day
