"""What is told beside the due moment: time since discovery, the delay's conditions, the reading chosen."""

from __future__ import annotations

from datetime import date

from quarterdeck.engines.deadlines import Duty, Elapsed, duties, duty_json, parse_event, say
from quarterdeck.engines.deadlines.words import WORDS


def _one(event: dict[str, object], key: str, as_of: date | None = None) -> Duty:
    return next(duty for duty in duties(parse_event(event), as_of) if duty.key == key)


def _codes(duty: Duty) -> set[str]:
    return {remark.code for remark in duty.notes}


def test_the_days_from_discovery_to_determination_are_shown_and_not_judged() -> None:
    # United Natural Foods, 0001020859-25-000036: aware on 5 June 2025, date of report 21 June 2025
    duty = _one(
        {"filer": "domestic", "detected": "2025-06-05", "determined_material": "2025-06-21"}, "8k_determination"
    )
    assert (duty.when, duty.due, duty.elapsed) == ("promptly", None, Elapsed(calendar_days=16, business_days=10))
    assert "16 calendar days" in say(duty.notes[0])
    closed = [day.at for day in duty.counted if day.because.code == "elapsed_closed"]
    assert closed == [date(2025, 6, number) for number in (7, 8, 14, 15, 19, 21)]


def test_discovery_of_a_series_is_the_earliest_of_its_occurrences() -> None:
    event = {
        "filer": "domestic",
        "detected": "2025-05-20",
        "related": [{"id": "INC-7", "detected": "2025-05-01"}],
        "determined_material": "2025-05-27",
    }
    duty = _one(event, "8k_determination")
    # 2 May, three whole weeks, and 27 May after Memorial Day
    assert duty.elapsed == Elapsed(calendar_days=26, business_days=17)
    assert duty.start == date(2025, 5, 1)
    assert "INC-7" in " ".join(say(remark) for remark in duty.notes)


def test_while_nothing_is_determined_the_days_so_far_are_shown_only_up_to_a_day_that_is_given() -> None:
    event: dict[str, object] = {"filer": "domestic", "detected": "2025-06-05"}
    assert _one(event, "8k_determination").elapsed is None
    assert _one(event, "8k_determination", date(2025, 6, 9)).elapsed == Elapsed(4, 2)


def test_a_delay_says_on_what_it_depends_and_which_reading_is_taken() -> None:
    duty = _one({"filer": "domestic", "determined_material": "2024-03-04", "ag_delay": [30]}, "8k")
    assert {"notice_not_given", "after_delay"} <= _codes(duty)
    late = _one(
        {
            "filer": "domestic",
            "determined_material": "2024-03-04",
            "ag_delay": [{"days": 30, "notified": "2024-03-12"}],
        },
        "8k",
    )
    assert "notified_too_late" in _codes(late)
    assert late.delay_ends is None


def test_a_count_beyond_the_announcements_looked_up_says_so() -> None:
    past = _one({"filer": "domestic", "determined_material": "2025-06-21"}, "8k")
    future = _one({"filer": "domestic", "determined_material": "2030-06-21"}, "8k")
    assert "closures_unknown" not in _codes(past)
    assert "closures_unknown" in _codes(future)


def test_each_piece_of_information_that_becomes_known_has_an_amendment_of_its_own() -> None:
    event = {
        "filer": "domestic",
        "determined_material": "2025-05-13",
        "undetermined_known": ["2025-06-02", "2025-06-16"],
    }
    due = [duty_json(duty)["due"] for duty in duties(parse_event(event)) if duty.key == "8k_amendment"]
    assert due == ["2025-06-06T17:30:00-04:00", "2025-06-23T17:30:00-04:00"]


def test_an_incident_not_graded_yet_says_by_when_it_would_be_reported() -> None:
    event = {"filer": "fpi", "detected": "2025-11-03T10:00:00+08:00", "china": {"operator": "cii"}}
    duty = _one(event, "cn_report_cii")
    assert duty.due is None
    assert "2025-11-03T11:00:00+08:00" in say(duty.notes[0])


def test_a_grade_below_what_the_number_of_people_makes_it_is_pointed_out() -> None:
    def codes(records: int, grade: str) -> set[str]:
        event = {
            "filer": "fpi",
            "detected": "2025-11-03T10:00:00+08:00",
            "personal_data": {"regions": ["CN"], "records": records},
            "china": {"operator": "other", "grade": grade},
        }
        return _codes(_one(event, "cn_report_other"))

    assert "grade_by_records" in codes(1_000_000, "general")
    assert "grade_by_records" not in codes(999_999, "general")
    assert "grade_by_records" in codes(100_000_000, "major")
    assert "grade_by_records" not in codes(10_000_000, "major")


def test_a_foreign_private_issuer_has_no_form_8k_and_a_domestic_filer_no_form_6k() -> None:
    both = {"determined_material": "2025-06-21", "published_at_home": "2025-06-21"}
    assert [duty.regime for duty in duties(parse_event({"filer": "fpi", **both}))] == ["Form 6-K"]
    assert {duty.key for duty in duties(parse_event({"filer": "domestic", **both}))} == {
        "8k",
        "8k_amendment",
        "8k_determination",
    }


def test_words_go_through_the_translator_inner_ones_too() -> None:
    duty = _one({"filer": "domestic", "determined_material": "2024-11-25"}, "8k")
    (thanksgiving,) = [day for day in duty.counted if day.because.code == "holiday"]
    asked: list[str] = []

    def translate(text: str) -> str:
        asked.append(text)
        return text

    assert say(thanksgiving.because, translate).startswith("Thanksgiving Day")
    assert set(asked) == {WORDS["holiday"], WORDS["holiday.thanksgiving"]}
