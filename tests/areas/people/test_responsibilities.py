"""Who does what in each process: one who answers for a step, and no step left with nobody."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from quarterdeck.areas.people.models import Process, ProcessStep, Responsibility
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, company, system, user_with

SINCE = date(2025, 1, 1)


@pytest.fixture
def step(db: None) -> ProcessStep:
    whole = company()
    process = act("people.process.create", system(), code="incident", name="Handling an incident", unit=whole)
    made: ProcessStep = act("people.processstep.add", system(), process=process, number=1, title="Rate the severity")
    return made


def test_a_step_has_one_who_answers_for_it(step: ProcessStep) -> None:
    ciso = user_with("ciso")
    first = act("people.responsibility.assign", ciso, step=step, part="accountable", role="ciso", effective_from=SINCE)
    with pytest.raises(Refused, match="answers for this step already"):
        act("people.responsibility.assign", ciso, step=step, part="accountable", role="counsel", effective_from=SINCE)
    act("people.responsibility.end", ciso, first, effective_until="2025-06-30")
    act(
        "people.responsibility.assign", ciso, step=step, part="accountable", role="counsel", effective_from="2025-07-01"
    )
    assert [str(row.role) for row in Responsibility.objects.on(date(2025, 5, 1))] == [
        "Chief information security officer"
    ]
    assert [str(row.role) for row in Responsibility.objects.on(date(2025, 8, 1))] == ["Legal counsel"]


def test_a_part_is_a_roles_a_units_or_a_persons_and_nobodys_twice(step: ProcessStep) -> None:
    ciso = user_with("ciso")
    person = act("people.person.create", system(), full_name="Luo Xin", unit=company())
    with pytest.raises(Refused, match="one of the three"):
        act("people.responsibility.assign", ciso, step=step, part="consulted", effective_from=SINCE)
    with pytest.raises(Refused, match="one of the three"):
        act(
            "people.responsibility.assign", ciso, step=step, part="consulted", role="ciso", person=person,
            effective_from=SINCE,
        )  # fmt: skip
    act("people.responsibility.assign", ciso, step=step, part="consulted", person=person, effective_from=SINCE)
    with pytest.raises(Refused, match="already"):
        act("people.responsibility.assign", ciso, step=step, part="consulted", person=person, effective_from=SINCE)


def test_the_matrix_shows_what_has_nobody_and_how_it_stood_on_a_past_day(step: ProcessStep) -> None:
    ciso = user_with("ciso")
    client = Client()
    client.force_login(ciso)
    address = f"/processes/{step.process_id}/"
    page = client.get(address).content.decode()
    assert "nobody does it" in page
    assert "nobody answers for it" in page
    unit = Unit.objects.get(parent=None)
    act("people.responsibility.assign", ciso, step=step, part="responsible", unit=unit, effective_from=SINCE)
    act("people.responsibility.assign", ciso, step=step, part="accountable", role="ciso", effective_from=SINCE)
    page = client.get(address).content.decode()
    assert "Every step has somebody who does it" in page
    assert "nobody does it" in client.get(f"{address}?as_of=2024-12-31").content.decode()
    assert client.get("/processes/99999/").status_code == 404
    assert Process.objects.count() == 1
