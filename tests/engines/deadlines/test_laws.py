"""What holds for every event: laws of the count, tried on events of all kinds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.deadlines import AgDelay, China, Duty, Event, Moment, PersonalData, duties
from quarterdeck.engines.deadlines.business_days import is_business_day
from quarterdeck.engines.deadlines.counting import EASTERN, four_business_days

FEW = settings(max_examples=50, deadline=None)
DAYS = st.dates(date(2023, 12, 18), date(2040, 12, 31))
INSTANTS = st.datetimes(
    datetime(2024, 1, 1),
    datetime(2040, 12, 31),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
DELAYS = st.tuples(st.integers(1, 30), st.integers(1, 30), st.integers(1, 60))


def _report(event: Event) -> Duty:
    return next(duty for duty in duties(event) if duty.key == "8k")


@FEW
@given(DAYS)
def test_a_report_is_due_at_half_past_five_on_a_business_day_with_exactly_four_counted(day: date) -> None:
    duty = _report(Event("domestic", determined_material=Moment(day)))
    assert duty.due is not None
    assert is_business_day(duty.due.date())
    assert (duty.due.hour, duty.due.minute, duty.due.tzinfo) == (17, 30, EASTERN)
    counted = [entry for entry in duty.counted if entry.counts]
    assert [entry.number for entry in counted] == [1, 2, 3, 4]
    assert all(isinstance(entry.at, date) and is_business_day(entry.at) for entry in counted)
    assert counted[-1].at == duty.due.date()


@FEW
@given(DAYS)
def test_every_day_from_the_determination_to_the_due_day_is_written_down_once(day: date) -> None:
    due, counted = four_business_days(day)
    assert [entry.at for entry in counted] == [day + timedelta(days=number) for number in range((due - day).days + 1)]


@FEW
@given(DAYS, st.integers(0, 30))
def test_a_later_determination_is_never_due_earlier(day: date, later: int) -> None:
    assert four_business_days(day)[0] <= four_business_days(day + timedelta(days=later))[0]


@FEW
@given(INSTANTS)
def test_the_zone_a_moment_is_noted_in_changes_nothing(moment: datetime) -> None:
    here = _report(Event("domestic", determined_material=Moment.of(moment)))
    there = _report(Event("domestic", determined_material=Moment.of(moment.astimezone(UTC))))
    assert (here.due, here.counted) == (there.due, there.counted)


@FEW
@given(DAYS, DELAYS, st.integers(0, 3))
def test_a_further_delay_never_makes_a_report_due_earlier(day: date, days: tuple[int, int, int], number: int) -> None:
    delays = tuple(AgDelay(length) for length in days[:number])
    due = [
        _report(Event("domestic", determined_material=Moment(day), ag_delay=delays[:used])).due
        for used in range(number + 1)
    ]
    assert due == sorted(moment for moment in due if moment is not None)


@FEW
@given(DAYS, DELAYS)
def test_a_delay_counts_each_of_its_calendar_days_and_four_business_days_after(
    day: date, days: tuple[int, int, int]
) -> None:
    duty = _report(Event("domestic", determined_material=Moment(day), ag_delay=tuple(map(AgDelay, days))))
    assert duty.due is not None
    assert duty.due_without_delay is not None
    assert duty.delay_ends == duty.due_without_delay.date() + timedelta(days=sum(days))
    by_stage = [entry.stage for entry in duty.counted if entry.counts]
    assert by_stage.count("ag_delay") == sum(days)
    assert by_stage.count("period") == by_stage.count("after_delay") == 4
    assert is_business_day(duty.due.date())


@FEW
@given(DAYS, st.lists(DAYS, max_size=5))
def test_a_further_closing_never_makes_a_report_due_earlier(day: date, closures: list[date]) -> None:
    assert four_business_days(day, closures)[0] >= four_business_days(day)[0]


@FEW
@given(INSTANTS)
def test_seventy_two_hours_are_seventy_two_hours_wherever_they_run(moment: datetime) -> None:
    event = Event("fpi", personal_data=PersonalData(("EU", "UK"), aware=Moment.of(moment)))
    for duty in duties(event):
        if duty.key in ("gdpr_33", "uk_33"):
            assert duty.due is not None
            assert duty.due - moment == timedelta(hours=72)
            assert [entry.number for entry in duty.counted] == list(range(1, 73))
            assert duty.counted[-1].at == duty.due


@FEW
@given(INSTANTS, st.sampled_from([("cii", 1), ("state_organ", 2), ("other", 4)]))
def test_the_hours_of_the_chinese_measures_run_from_discovery(moment: datetime, operator: tuple[str, int]) -> None:
    incident = China(operator[0], "major")  # type: ignore[arg-type]
    for duty in duties(Event("fpi", detected=Moment.of(moment), china=incident)):
        if duty.key.startswith("cn_report"):
            assert duty.due is not None
            assert duty.due - moment == timedelta(hours=operator[1])


@FEW
@given(st.none() | DAYS, st.none() | DAYS, st.booleans())
def test_only_a_duty_with_a_moment_is_due_by_one(first: date | None, second: date | None, foreign: bool) -> None:
    early, late = sorted((first, second), key=lambda day: day or date.min)
    event = Event(
        "fpi" if foreign else "domestic",
        detected=Moment(early) if early else None,
        determined_material=Moment(late) if late else None,
        personal_data=PersonalData(("EU", "UK", "CN"), aware=Moment(late) if late else None),
        china=China("cii", "major"),
    )
    for duty in duties(event):
        assert (duty.when == "by") == (duty.due is not None)
        assert duty.when == "not_started" or duty.start is not None
        assert duty.rule
        assert duty.source
