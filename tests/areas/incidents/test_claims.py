"""Every predicate over incidents turns with the record."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from quarterdeck.areas.incidents.models import Incident
from quarterdeck.kernel import clock
from quarterdeck.kernel.claims import Outcome
from quarterdeck.kernel.records import writing
from tests.areas.incidents.cases import Company
from tests.support import act, ask, at, body_with, charter, parameter, user_with

pytestmark = pytest.mark.django_db

SUPPORTED, STALE, UNRESOLVED = "supported", "stale", "unresolved"
CONTRADICTED, UNEVIDENCED = "contradicted", "unevidenced"
YEAR = ("2024-01-01", "2024-12-31")


@pytest.fixture
def company() -> Company:
    return Company()


def said(name: str, basis: str = "period", /, **params: int) -> tuple[str, object, object]:
    answer = ask(f"incidents.{name}", basis, 2024, **params)
    return str(answer.verdict), answer.value, answer.expected


def against(answer: Outcome) -> list[str]:
    return [row.note for row in answer.evidence if row.against]


def test_every_incident_of_the_period_is_handled_by_the_rules(company: Company) -> None:
    assert said("handled") == (SUPPORTED, 0, 0)
    incident = company.declare()
    assert against(ask("incidents.handled", "period")) == [
        "no severity, no source, no protective measure, nobody informed"
    ]
    company.handle(incident)
    assert said("handled") == (SUPPORTED, 1, 1)
    company.declare(at(2024, 12, 31), nature="threat")
    assert said("handled") == (CONTRADICTED, 1, 2)


def test_incidents_of_other_years_are_not_of_the_period(company: Company) -> None:
    company.declare(at(2023, 12, 31))
    company.declare(at(2025, 1, 1))
    assert said("handled") == (SUPPORTED, 0, 0)


def test_the_day_of_an_incident_is_the_registrants_day(company: Company) -> None:
    act(
        "organisation.registrant.create", user_with("administrator"), name="Harbour Lane Group", short_name="Harbour Lane",
        incorporation_name="Harbour Lane Group", cik="0001234567", file_number="001-12345", incorporated_in="E9",
        fiscal_year_end="12-31", currency="USD", time_zone="Asia/Shanghai",
    )  # fmt: skip
    company.declare(at(2024, 12, 31, 20))
    assert said("handled") == (SUPPORTED, 0, 0)
    company.declare(at(2023, 12, 31, 20))
    assert said("handled") == (CONTRADICTED, 0, 1)


def test_units_work_together_when_they_accept_tasks(company: Company) -> None:
    incident = company.declare()
    tasks = {
        code: act("incidents.task.give", company.analyst, incident=incident, unit=company.unit_named(code), title="T", due="2024-05-08")
        for code in ("east", "west")
    }  # fmt: skip
    assert said("across_units", at_least=2) == (UNEVIDENCED, 0, 2)
    act("incidents.task.accept", user_with("unit_owner"), tasks["east"])
    assert said("across_units", at_least=2) == (CONTRADICTED, 1, 2)
    act("incidents.task.accept", user_with("unit_owner"), tasks["west"])
    assert said("across_units", at_least=2) == (SUPPORTED, 2, 2)


def test_assessment_is_organised_promptly_after_declaring(company: Company) -> None:
    assert said("assessed_promptly")[0] == UNEVIDENCED
    assert "“Promptly” is not set" in str(ask("incidents.assessed_promptly", "period").because)
    parameter("promptly.hours", 24)
    company.assess(company.declare(), hours=24)
    assert said("assessed_promptly") == (SUPPORTED, 1, 1)
    company.declare(nature="threat")
    assert said("assessed_promptly") == (SUPPORTED, 1, 1)
    company.assess(company.declare(), hours=25)
    assert said("assessed_promptly") == (CONTRADICTED, 1, 2)
    company.declare()
    assert "assessment not organised" in against(ask("incidents.assessed_promptly", "period"))


@pytest.mark.parametrize(
    ("claim", "basis", "duty"),
    [
        ("assessed_promptly", "period", "organise_assessment"),
        ("opinions_sought", "period", "seek_opinions"),
        ("escalated_promptly", "period", "escalate"),
        ("measures_decided", "filing_date", "decide_measures"),
    ],
)
def test_without_a_case_the_duty_has_to_stand_in_a_charter_in_force(
    company: Company, claim: str, basis: str, duty: str
) -> None:
    parameter("promptly.hours", 24)
    assert said(claim, basis)[0] == UNEVIDENCED
    body = body_with("management_committee", {company.lead: "chair"}, duties=(duty,))
    assert said(claim, basis) == (SUPPORTED, 0, 0)
    charter(body, ("manage_cybersecurity",), version="2", since=at(2024, 12, 1).date())
    assert said(claim, basis)[0] == UNEVIDENCED


def test_opinions_are_sought_where_the_plan_asks_for_them(company: Company) -> None:
    incident = company.assess(company.declare(), opinions=True)
    assert said("opinions_sought") == (CONTRADICTED, 0, 1)
    act("incidents.opinion.ask", company.ciso, incident=incident, by="expert", name="Lighthouse")
    assert said("opinions_sought") == (SUPPORTED, 1, 1)
    company.assess(company.declare())
    assert said("opinions_sought") == (SUPPORTED, 1, 1)


def test_potentially_material_incidents_are_escalated_promptly_after_the_assessment(company: Company) -> None:
    parameter("promptly.hours", 24)
    first = company.assess(company.declare(), material="yes")
    assert against(ask("incidents.escalated_promptly", "period")) == ["not escalated"]
    company.escalate(first)
    assert said("escalated_promptly") == (SUPPORTED, 1, 1)
    second = company.assess(company.declare(), material="yes")
    company.escalate(second, hours=25)
    assert said("escalated_promptly") == (CONTRADICTED, 1, 2)


def test_a_body_decides_the_measures_against_what_could_be_material(company: Company) -> None:
    incident = company.assess(company.declare(), material="yes")
    assert said("measures_decided", "filing_date") == (UNRESOLVED, 0, 1)
    company.decided(incident, "not_material")
    assert said("measures_decided", "filing_date") == (SUPPORTED, 1, 1)


def test_closing_without_a_decision_on_measures_contradicts(company: Company) -> None:
    incident = company.assess(company.declare(), material="yes")
    # No action closes it like this; a record taken over from elsewhere may be so.
    with writing():
        Incident.objects.filter(pk=incident.pk).update(state="closed", closed_at=at(2024, 5, 12))
    assert said("measures_decided", "filing_date") == (CONTRADICTED, 0, 1)


def review(company: Company, moment: datetime, start: str, end: str) -> None:
    company.decision("materiality_review", moment, (start, end))


def test_no_material_incident_in_the_period_needs_a_review_of_every_day_of_it(company: Company) -> None:
    assert said("none_material") == (UNEVIDENCED, 0, 0)
    review(company, at(2024, 7, 5), "2024-01-01", "2024-06-30")
    assert said("none_material")[0] == STALE
    assert "2024-07-01" in str(ask("incidents.none_material", "period").because)
    review(company, at(2025, 1, 20), "2024-07-01", "2024-12-31")
    assert said("none_material") == (SUPPORTED, 0, 0)


def test_a_review_of_a_panel_does_not_count(company: Company) -> None:
    panel = body_with("panel", {company.director: "chair"})
    company.decision("materiality_review", at(2025, 1, 20), YEAR, body=panel)
    assert said("none_material")[0] == UNEVIDENCED


def test_an_incident_declared_after_the_review_leaves_it_unresolved_until_determined_and_closed(
    company: Company,
) -> None:
    review(company, at(2025, 1, 20), *YEAR)
    incident = company.declare()
    answer = ask("incidents.none_material", "period")
    assert (str(answer.verdict), against(answer)) == (UNRESOLVED, ["open"])
    company.assess(incident)
    company.determine(incident, company.decision("materiality_review", at(2024, 5, 10), ("2024-01-01", "2024-05-10")))
    assert said("none_material")[0] == UNRESOLVED
    company.close(incident, at(2024, 5, 12))
    assert said("none_material") == (SUPPORTED, 0, 0)
    act("incidents.incident.reopen", company.ciso, incident, why="New facts")
    assert said("none_material")[0] == UNRESOLVED


def test_a_threat_that_is_open_leaves_it_unresolved_too(company: Company) -> None:
    review(company, at(2025, 1, 20), *YEAR)
    company.declare(nature="threat")
    assert said("none_material")[0] == UNRESOLVED


def test_a_material_incident_contradicts(company: Company) -> None:
    review(company, at(2025, 1, 20), *YEAR)
    incident = company.assess(company.declare(), material="yes")
    company.decided(incident, "material")
    assert said("none_material") == (CONTRADICTED, 1, 0)


def test_what_the_body_left_open_leaves_it_unresolved(company: Company) -> None:
    review(company, at(2025, 1, 20), *YEAR)
    company.decided(company.assess(company.declare(), material="yes"), "undetermined")
    assert said("none_material")[0] == UNRESOLVED


def test_what_was_closed_before_the_period_does_not_matter_and_what_ran_into_it_does(company: Company) -> None:
    review(company, at(2025, 1, 20), *YEAR)
    company.finished(at(2023, 12, 1))
    assert said("none_material")[0] == SUPPORTED
    company.declare(at(2023, 12, 20))
    assert said("none_material")[0] == UNRESOLVED


def test_at_filing_the_review_is_brought_down_to_within_the_companys_days(company: Company) -> None:
    review(company, at(2025, 1, 20), *YEAR)
    assert "“Review before filing”" in str(ask("incidents.none_material", "filing_date").because)
    parameter("bring_down.days", 5)
    assert said("none_material", "filing_date")[0] == STALE
    review(company, at(2025, 4, 20), "2025-01-01", "2025-04-19")
    assert said("none_material", "filing_date")[0] == STALE
    review(company, at(2025, 4, 21), "2025-04-20", "2025-04-20")
    assert said("none_material", "filing_date") == (SUPPORTED, 0, 0)


def test_a_review_after_the_filing_date_is_not_known_on_it(company: Company) -> None:
    parameter("bring_down.days", 5)
    review(company, at(2025, 4, 26), "2024-01-01", "2025-04-26")
    assert said("none_material", "filing_date")[0] == UNEVIDENCED


def test_an_incident_open_at_filing_leaves_it_unresolved_though_the_year_is_clear(company: Company) -> None:
    parameter("bring_down.days", 5)
    review(company, at(2025, 4, 24), "2024-01-01", "2025-04-24")
    assert said("none_material", "filing_date")[0] == SUPPORTED
    incident = company.declare(at(2025, 4, 24))
    assert said("none_material", "filing_date")[0] == UNRESOLVED
    assert said("none_material", "period")[0] == SUPPORTED
    company.assess(incident)
    decision = company.decision("materiality_review", at(2025, 4, 28), ("2025-04-24", "2025-04-28"))
    company.determine(incident, decision)
    company.close(incident, at(2025, 4, 29))
    # Determined and closed, but only after the filing: on that day it was open.
    assert said("none_material", "filing_date")[0] == UNRESOLVED


def test_an_incident_declared_after_filing_does_not_bear_on_it(company: Company) -> None:
    parameter("bring_down.days", 5)
    review(company, at(2025, 4, 24), "2024-01-01", "2025-04-24")
    with clock.fixed(at(2025, 4, 26)):
        act(
            "incidents.incident.declare", company.analyst, title="Later", nature="incident", unit=company.unit,
            discovered_at=at(2025, 4, 26) - timedelta(hours=1),
        )  # fmt: skip
    assert said("none_material", "filing_date")[0] == SUPPORTED
    assert Incident.objects.count() == 1
