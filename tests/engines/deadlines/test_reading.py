"""What an event may say, and how one that cannot be is refused: with the field, and the reason."""

from __future__ import annotations

from datetime import date

import pytest

from quarterdeck.engines.deadlines import AgDelay, Event, EventError, Moment, duties, not_covered, parse_event, say
from quarterdeck.engines.deadlines.rules import RULES, rule_on

REFUSED: list[tuple[object, str, str]] = [
    ([], "event", "error.object"),
    (None, "event", "error.object"),
    ({}, "filer", "error.missing"),
    ({"filer": None}, "filer", "error.missing"),
    ({"filer": "foreign"}, "filer", "error.choice"),
    ({"filer": 1}, "filer", "error.choice"),
    ({"filer": "fpi", "detected": 20250307}, "detected", "error.moment"),
    ({"filer": "fpi", "detected": True}, "detected", "error.moment"),
    ({"filer": "fpi", "detected": ""}, "detected", "error.moment"),
    ({"filer": "fpi", "detected": "7 March 2025"}, "detected", "error.moment"),
    ({"filer": "fpi", "detected": "20250307"}, "detected", "error.moment"),
    ({"filer": "fpi", "detected": "2025-W10-5"}, "detected", "error.moment"),
    ({"filer": "fpi", "detected": "２０２５-03-07"}, "detected", "error.moment"),
    ({"filer": "fpi", "detected": "2025-03-07T16:30:00"}, "detected", "error.offset"),
    ({"filer": "fpi", "detected": "2025-02-29"}, "detected", "error.no_such_time"),
    ({"filer": "fpi", "detected": "2025-13-01"}, "detected", "error.no_such_time"),
    ({"filer": "fpi", "detected": "2025-03-07T25:00:00Z"}, "detected", "error.no_such_time"),
    ({"filer": "fpi", "detected": "2025-03-07T16:30:00+25:00"}, "detected", "error.no_such_time"),
    ({"filer": "fpi", "detected": "0001-01-01T00:00:00+14:00"}, "detected", "error.no_such_time"),
    ({"filer": "fpi", "detected": "1999-12-31"}, "detected", "error.year"),
    ({"filer": "fpi", "detected": "9999-12-31"}, "detected", "error.year"),
    ({"filer": "domestic", "detected": "2025-03-08", "determined_material": "2025-03-07"}, "determined_material", "error.before"),
    ({"filer": "domestic", "determined_material": "2025-03-08", "undetermined_known": "2025-03-07"}, "undetermined_known", "error.before"),
    ({"filer": "domestic", "determined_material": "2025-03-08", "undetermined_known": ["2025-03-09", "2025-03-07"]}, "undetermined_known[1]", "error.before"),
    ({"filer": "domestic", "ag_delay": 30}, "ag_delay", "error.list"),
    ({"filer": "domestic", "ag_delay": [31]}, "ag_delay[0]", "error.delay_too_long"),
    ({"filer": "domestic", "ag_delay": [30, 31]}, "ag_delay[1]", "error.delay_too_long"),
    ({"filer": "domestic", "ag_delay": [30, 30, 61]}, "ag_delay[2]", "error.delay_too_long"),
    ({"filer": "domestic", "ag_delay": [30, 30, 60, 1]}, "ag_delay[3]", "error.exemptive_order"),
    ({"filer": "domestic", "ag_delay": [0]}, "ag_delay[0]", "error.whole"),
    ({"filer": "domestic", "ag_delay": [-1]}, "ag_delay[0]", "error.whole"),
    ({"filer": "domestic", "ag_delay": [1.5]}, "ag_delay[0]", "error.whole"),
    ({"filer": "domestic", "ag_delay": [True]}, "ag_delay[0]", "error.whole"),
    ({"filer": "domestic", "ag_delay": ["30"]}, "ag_delay[0]", "error.whole"),
    ({"filer": "domestic", "ag_delay": [{"notified": "2025-03-07"}]}, "ag_delay[0].days", "error.whole"),
    ({"filer": "domestic", "ag_delay": [{"days": 30, "notified": "soon"}]}, "ag_delay[0].notified", "error.moment"),
    ({"filer": "domestic", "ag_delay": [{"days": 30, "lifted": "2025-03-07"}, 30]}, "ag_delay[0].lifted", "error.lifted_then_delayed"),
    ({"filer": "domestic", "ag_delay": [{"days": 30, "exemptive_order": " "}]}, "ag_delay[0].exemptive_order", "error.text"),
    ({"filer": "domestic", "ag_delay": [30] * 2000}, "ag_delay", "error.too_many"),
    ({"filer": "fpi", "personal_data": "EU"}, "personal_data", "error.object"),
    ({"filer": "fpi", "personal_data": {"regions": "EU"}}, "personal_data.regions", "error.list"),
    ({"filer": "fpi", "personal_data": {"regions": [1]}}, "personal_data.regions[0]", "error.text"),
    ({"filer": "fpi", "personal_data": {"records": -1}}, "personal_data.records", "error.whole"),
    ({"filer": "fpi", "personal_data": {"aware": "2025-03-07T10:00"}}, "personal_data.aware", "error.offset"),
    ({"filer": "fpi", "personal_data": {"risk": "low"}}, "personal_data.risk", "error.choice"),
    ({"filer": "fpi", "china": []}, "china", "error.object"),
    ({"filer": "fpi", "china": {"operator": "bank"}}, "china.operator", "error.choice"),
    ({"filer": "fpi", "china": {"grade": "huge"}}, "china.grade", "error.choice"),
    ({"filer": "fpi", "china": {"grade": 5}}, "china.grade", "error.choice"),
    ({"filer": "fpi", "china": {"regulator": 7}}, "china.regulator", "error.text"),
    ({"filer": "fpi", "published_at_home": {"at": "2025-03-07", "trigger": "rumour"}}, "published_at_home.trigger", "error.choice"),
    ({"filer": "domestic", "related": [{"id": "A"}]}, "related[0].detected", "error.moment"),
    ({"filer": "domestic", "related": [{"detected": "2025-03-07"}]}, "related[0].id", "error.text"),
    ({"filer": "domestic", "closures": ["2025-12-24T00:00:00Z"]}, "closures[0]", "error.day"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "field", "code"), REFUSED, ids=lambda value: str(value)[:60])
def test_an_event_that_cannot_be_is_refused_with_its_field(document: object, field: str, code: str) -> None:
    with pytest.raises(EventError) as refused:
        parse_event(document)
    assert (refused.value.field, refused.value.reason.code) == (field, code)
    assert "%(" not in say(refused.value.reason)


@pytest.mark.parametrize(
    "event",
    [
        Event("domestic", detected=Moment(date(2025, 3, 8)), determined_material=Moment(date(2025, 3, 7))),
        Event("domestic", ag_delay=(AgDelay(31),)),
        Event("domestic", ag_delay=(AgDelay(0),)),
    ],
)
def test_an_impossible_event_made_in_code_is_refused_too(event: Event) -> None:
    with pytest.raises(EventError):
        duties(event)


@pytest.mark.parametrize(
    ("operator", "grade"),
    [
        ("CII", "Relatively Major"),
        ("ciio", "relatively-major"),
        ("关键信息基础设施", "较大"),
        ("critical", "III"),
        ("cii", 3),
    ],
)
def test_the_usual_names_of_operators_and_grades_are_understood(operator: str, grade: object) -> None:
    event = parse_event({"filer": "fpi", "china": {"operator": operator, "grade": grade}})
    assert event.china is not None
    assert (event.china.operator, event.china.grade) == ("cii", "relatively_major")


def test_null_is_the_same_as_absent() -> None:
    names = (
        "detected",
        "determined_material",
        "undetermined_known",
        "published_at_home",
        "ag_delay",
        "personal_data",
        "china",
    )
    assert parse_event({"filer": "fpi", **dict.fromkeys(names)}) == parse_event({"filer": "fpi"})


def test_a_field_without_meaning_is_named_and_left_out() -> None:
    event = parse_event({"filer": "domestic", "determined": "2025-03-07", "china": {"province": "Guangdong"}})
    assert event.unknown == ("determined", "china.province")
    assert [remark.code for remark in not_covered(event)] == ["unknown_field", "unknown_field"]


def test_a_region_or_regulator_without_rules_gives_a_warning_and_no_duty() -> None:
    event = parse_event(
        {
            "filer": "domestic",
            "detected": "2025-11-03",
            "personal_data": {"regions": ["US-NY", "HK", "EU"], "aware": "2025-11-04T10:00:00+01:00"},
            "china": {"regulator": "PBOC"},
        }
    )
    assert [remark.code for remark in not_covered(event)] == [
        "region_not_covered",
        "region_not_covered",
        "pboc_not_counted",
    ]
    assert not [
        duty for duty in duties(event) if "York" in duty.regime or "Hong" in duty.regime or "Bank" in duty.regime
    ]


def test_a_fraction_of_a_second_and_a_lower_case_t_are_read() -> None:
    event = parse_event({"filer": "fpi", "detected": "2025-03-07t16:30:00.123456789z"})
    assert event.detected is not None
    assert event.detected.instant is not None
    assert event.detected.instant.isoformat() == "2025-03-07T16:30:00.123456+00:00"


def test_wordings_of_a_rule_never_overlap_and_each_has_its_place() -> None:
    for rule in RULES:
        assert rule_on(rule.key, rule.in_force_from) is rule
        assert rule.in_force_until is None or rule_on(rule.key, rule.in_force_until) is rule
        assert rule.citation
        assert rule.source
