"""Company parameters: named, explained, chosen from a list, and held against their unit."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from quarterdeck.areas.determinations.queries import UNITS
from quarterdeck.areas.incidents.actions.course import RATIFICATION
from quarterdeck.demo.b.company import PARAMETERS
from quarterdeck.kernel.actions import Invalid
from quarterdeck.kernel.claims.models import Parameter
from quarterdeck.kernel.claims.parameters import Unit, all_meanings, value_words
from quarterdeck.kernel.claims.registry import all_predicates, readers_of
from quarterdeck.kernel.permissions.models import Unit as OrganisationUnit
from quarterdeck.kernel.records import writing
from quarterdeck.web.programme.record import KINDS
from tests.support import LONG_AGO, act, parameter, user_with

DECLARED = {item.code: item for item in all_meanings()}


def test_every_parameter_that_a_claim_or_measure_asks_for_is_declared_and_every_declared_one_is_asked_for() -> None:
    asked = {code for predicate in all_predicates() for code in predicate.company}
    asked |= {kind.parameter for kind in KINDS if kind.parameter}
    # Held by steps of the path of what could be material.
    asked |= {RATIFICATION, UNITS}
    assert asked == set(DECLARED)


def test_the_demonstration_sets_only_parameters_that_something_reads() -> None:
    assert {code for code, _value, _why in PARAMETERS} <= set(DECLARED)


def _page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    body = response.content.decode()
    return body[body.index("<main") : body.index("</main>")]


@pytest.mark.django_db
def test_list_record_history_and_form_show_the_name_and_never_the_code(enterprise: OrganisationUnit) -> None:
    parameter("promptly.hours", 48)
    row = Parameter.objects.get()
    client = Client()
    client.force_login(user_with("ciso"))
    for address in ("", f"{row.pk}/", f"{row.pk}/history/"):
        page = _page(client, f"/records/claims.parameter/{address}")
        assert "Promptly" in page, address
        assert "promptly.hours" not in page, address
    record = _page(client, f"/records/claims.parameter/{row.pk}/")
    assert str(DECLARED["promptly.hours"].says) in record
    assert readers_of("promptly.hours")
    assert all(words in record for words in readers_of("promptly.hours"))
    form = _page(client, "/records/claims.parameter/do/set/?code=promptly.hours")
    assert re.search(r'<select[^>]* name="code"', form)
    assert re.search(r'<option value="promptly.hours" selected>\s*Promptly\s*</option>', form)
    told = re.sub(r'value="[^"]*"', "", form)
    assert "promptly.hours" not in told
    assert str(DECLARED["promptly.hours"].says) in told
    client.cookies["django_language"] = "zh-hans"
    with translation.override("en"):
        assert "Promptly" not in _page(client, "/records/claims.parameter/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "value", "told"),
    [
        ("training.completion", "95", "up to 1"),
        ("training.completion", "95%", "up to 1"),
        ("training.completion", "NaN", "up to 1"),
        ("promptly.hours", "soon", "hours as a number above 0"),
        ("promptly.hours", "0", "hours as a number above 0"),
        ("promptly.hours", "1e999999999", "hours as a number above 0"),
        ("bring_down.days", "1.5", "days as a whole number"),
        ("regularly.times_a_year", "-4", "how many times a year as a whole number"),
        ("monitoring.minimum_groups", "2.5", "a whole number"),
    ],
)
def test_a_value_that_its_unit_does_not_allow_is_refused_with_what_would_be_right(
    enterprise: OrganisationUnit, code: str, value: str, told: str
) -> None:
    with pytest.raises(Invalid) as refused:
        act("claims.parameter.set", user_with("ciso"), code=code, value=value, effective_from=LONG_AGO)
    assert told in refused.value.errors["value"][0]
    assert not Parameter.objects.exists()


@pytest.mark.django_db
def test_a_parameter_that_nothing_reads_cannot_be_set_and_an_old_one_of_that_kind_can_be_ended(
    enterprise: OrganisationUnit,
) -> None:
    with pytest.raises(Invalid) as refused:
        act("claims.parameter.set", user_with("ciso"), code="long.gone", value="1", effective_from=LONG_AGO)
    assert "code" in refused.value.errors
    parameter("promptly.hours", 48)
    with writing():
        Parameter.objects.update(code="long.gone")
    row = Parameter.objects.get()
    assert str(row) == "long.gone = 48"
    act("claims.parameter.end", user_with("ciso"), row, effective_until=LONG_AGO)
    row.refresh_from_db()
    assert row.effective_until == LONG_AGO


def test_a_value_is_told_with_its_unit() -> None:
    assert {item.unit for item in DECLARED.values()} == set(Unit)
    assert value_words("training.completion", "0.975") == "97.5%"
    assert value_words("promptly.hours", "48") == "48 hours"
    assert value_words("promptly.hours", "1") == "1 hour"
    assert value_words("regularly.times_a_year", "4") == "4 times a year"
    assert value_words("bring_down.days", "14") == "14 days"
    assert value_words("monitoring.minimum_groups", "3") == "3"
    assert value_words("no.longer_read", "0.5") == "0.5"
