"""The scenario editor: what people write, what is drawn while they type, what is stored, and that nothing is stored half."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quarterdeck.areas.risks.models import Estimate, Risk
from quarterdeck.kernel.ledger.models import Leaf
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def typed(of: Scene, **more: str) -> dict[str, str]:
    """What a head of unit types."""
    return {
        "threat": "A thief", "asset": "Laptops", "effect": "confidentiality", "origin": "external", "title": "", "description": "",
        "category": str(of.categories["operations"].pk), "unit_of": str(of.unit.pk), "owner": str(of.head_person.pk), "review_every": "12",
        "often": "rate", "rate_low": "1 in 20", "rate_high": "0.5", "chance": "", "vulnerability": "", "much": "interval", "low": "100k",
        "likely": "", "high": "USD 1.5m", "cap": "", "forms": "", "source": "Experience", "because": "Three in ten years",
    } | more  # fmt: skip


def test_a_head_of_unit_enters_a_scenario_as_people_write(register: Scene, signed_in: SignIn) -> None:
    answer = signed_in(register.head).post("/risks/new/", typed(register))
    made = Risk.objects.latest("pk")
    assert answer["Location"] == f"/risks/{made.pk}/"
    assert made.title == "A thief – Laptops"
    assert made.owner == register.head_person
    estimate = Estimate.objects.get(risk=made)
    assert (estimate.rate_low, estimate.rate_high) == (Decimal("0.05"), Decimal("0.5"))
    assert (estimate.low, estimate.high) == (100_000, 1_500_000)
    assert estimate.estimator == register.head_person
    assert made.expected is not None
    assert made.expected > 0


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"low": "2m"}, "The low end is above the high end"),
        ({"high": "EUR 2m"}, "nothing is converted"),
        ({"high": "a lot"}, "This is no amount"),
        ({"rate_high": "often"}, "This is no number of events a year"),
        ({"often": "chance", "chance": "120%"}, "A chance is at most 1"),
        ({"often": "threat", "vulnerability": ""}, "Say which share of threat events succeeds"),
        ({"much": "bounds"}, "Hard bounds need the most likely amount"),
        ({"much": "forms", "forms": "primary nonsense 1 2"}, "Line 1: primary or secondary"),
        ({"because": ""}, "This field is required"),
        ({"threat": ""}, "This field is required"),
    ],
)
def test_faults_stand_by_their_field_and_nothing_is_stored(
    more: dict[str, str], told: str, register: Scene, signed_in: SignIn
) -> None:
    before = (Risk.objects.count(), Estimate.objects.count(), Leaf.objects.count())
    answer = signed_in(register.head).post("/risks/new/", typed(register, **more))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert (Risk.objects.count(), Estimate.objects.count(), Leaf.objects.count()) == before


def test_an_estimate_that_is_refused_takes_the_risk_with_it(
    register: Scene, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from quarterdeck.areas.risks.actions.estimate import MakeEstimate
    from quarterdeck.kernel.actions import Refused

    def refuse(*_given: object) -> None:
        raise Refused("Not today.")

    monkeypatch.setattr(MakeEstimate, "guard", refuse)
    before = (Risk.objects.count(), Leaf.objects.count())
    answer = signed_in(register.head).post("/risks/new/", typed(register))
    assert answer.status_code == 409
    assert "Not today." in answer.content.decode()
    assert (Risk.objects.count(), Leaf.objects.count()) == before


def test_a_form_sent_twice_is_one_scenario(register: Scene, signed_in: SignIn) -> None:
    client, before = signed_in(register.head), Risk.objects.count()
    for _turn in range(2):
        answer = client.post("/risks/new/", typed(register, _token="the-same"))
        assert answer.status_code == 302
    assert Risk.objects.count() == before + 1


def test_nobody_enters_a_scenario_for_another_unit(register: Scene, signed_in: SignIn) -> None:
    before = Risk.objects.count()
    answer = signed_in(register.head).post("/risks/new/", typed(register, unit_of=str(register.top.pk)))
    assert answer.status_code == 422
    assert Risk.objects.count() == before


def test_what_is_typed_is_drawn_in_a_picture_and_two_sentences(register: Scene, signed_in: SignIn) -> None:
    client = signed_in(register.head)
    drawn = client.get(
        "/risks/draw/",
        {"often": "rate", "much": "interval", "low": "100k", "high": "1m", "rate_low": "0.1", "rate_high": "0.1"},
    )
    page = drawn.content.decode()
    assert "Half of such events cost less than USD 316k; one in twenty costs more than USD 1m." in page
    # Published: Poisson 0.1 and a 90 % interval of 100k to 1m have the mean 40,400.
    assert "it costs USD 40k a year" in page
    assert "<svg" in page
    assert "A loss comes in 9.5% of years" in page
    half = client.get(
        "/risks/draw/", {"often": "rate", "much": "interval", "low": "1m", "high": "100k"}
    ).content.decode()
    assert "The low end is above the high end" in half
    assert "<svg" not in half
    nothing = client.get("/risks/draw/", {"often": "rate", "much": "interval"}).content.decode()
    assert "Type how much one event costs" in nothing
    assert Estimate.objects.count() == 5


def test_without_script_a_button_draws_and_stores_nothing(register: Scene, signed_in: SignIn) -> None:
    before = Risk.objects.count()
    answer = signed_in(register.head).post("/risks/new/", typed(register, because="", threat="", draw="1"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Half of such events cost less than" in page
    assert "This field is required" not in page
    assert 'value="1 in 20"' in page
    assert Risk.objects.count() == before


def test_a_further_estimate_asks_why_it_differs(register: Scene, signed_in: SignIn) -> None:
    client, risk = signed_in(register.head), register.risks["ransom"]
    page = client.get(f"/risks/{risk.pk}/estimate/").content.decode()
    assert 'value="400,000"' in page
    given = typed(register, kind="current", low="300k", high="5m", changed_because="")
    answer = client.post(f"/risks/{risk.pk}/estimate/", given)
    assert answer.status_code == 409
    assert "say why this one differs" in answer.content.decode()
    answer = client.post(f"/risks/{risk.pk}/estimate/", given | {"changed_because": "New backups"})
    assert answer.status_code == 302
    assert Estimate.objects.filter(risk=risk, kind="current").count() == 2
    assert Estimate.objects.get(risk=risk, kind="current", replaced_on=None).high == 5_000_000
