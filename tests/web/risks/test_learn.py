"""A person lets an estimate learn from the company's own incidents: prior, what is counted, posterior; saved with who and why."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from quarterdeck.areas.risks.models import Estimate, LearntFrom, Risk
from quarterdeck.kernel import clock
from quarterdeck.kernel.actions import Refused
from quarterdeck.kernel.records import writing
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, estimate, scene
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def happened(of: Scene, risk: Risk, title: str, loss: str = "", unit: Any = None, ago: int = 100) -> Any:
    """An incident connected with the risk, with its loss where one is told."""
    analyst = user_with("analyst", login=f"analyst.{title.lower().replace(' ', '.')}")
    then = clock.now() - timedelta(days=ago)
    with clock.fixed(then):
        made = act(
            "incidents.incident.declare", analyst, title=title, nature="incident", unit=unit or of.top,
            discovered_at=then - timedelta(hours=1),
        )  # fmt: skip
    if loss:
        act(
            "risks.incidentloss.record", of.ciso, incident=made, form="response", so_far=loss, low="0", high="0", because="Invoices",
            as_of=clock.today().isoformat(),
        )  # fmt: skip
    act("risks.risk.link_incident", of.ciso, risk, incident=made, how="It came true")
    return made


def counted(risk: Risk, *incidents: Any, **more: object) -> dict[str, object]:
    today = clock.today()
    return {
        "incidents": [row.pk for row in incidents], "since": today - timedelta(days=365), "until": today, "rate": True, "severity": True,
        "because": "The incident register of the year.",
    } | more  # fmt: skip


def test_rate_and_severity_learn_together_and_the_floor_is_made_up_for(register: Scene) -> None:
    risk = register.risks["ransom"]
    rows = [happened(register, risk, f"Event {n}", loss) for n, loss in enumerate(("300000", "450000", "900000"))]
    former = Estimate.objects.get(risk=risk, kind="current", replaced_on=None)
    act("risks.risk.learn", register.ciso, risk, **counted(risk, *rows, floor="250000"))
    learnt = Estimate.objects.get(risk=risk, kind="current", replaced_on=None)
    former.refresh_from_db()
    assert (learnt.prior, former.replaced_on) == (former, clock.today())
    assert (learnt.made_by, learnt.made_on) == (register.ciso, clock.today())
    assert learnt.because == "The incident register of the year."
    assert (learnt.learnt_events, learnt.learnt_losses, learnt.learnt_floor) == (3, 3, Decimal(250000))
    assert learnt.losses_worth is not None
    assert learnt.losses_worth > 10
    # Losses of half a million where 400,000 to 6 million stood: the interval comes down, more so with the floor.
    assert former.low is not None
    assert former.high is not None
    assert learnt.low is not None
    assert learnt.high is not None
    assert learnt.low < former.low
    assert learnt.high < former.high
    # Three counted in a year that only a part of all events reaches: the years count for less, so the rate rises more.
    assert former.shape is not None
    assert former.years is not None
    assert learnt.shape is not None
    assert learnt.years is not None
    assert learnt.shape == former.shape + 3
    assert former.years < learnt.years < former.years + 1
    assert sorted(LearntFrom.objects.filter(estimate=learnt).values_list("amount", flat=True)) == [
        Decimal(300000), Decimal(450000), Decimal(900000),
    ]  # fmt: skip


def test_nothing_is_counted_twice(register: Scene) -> None:
    risk = register.risks["ransom"]
    first = happened(register, risk, "First", "500000")
    act("risks.risk.learn", register.ciso, risk, **counted(risk, first))
    with pytest.raises(Refused, match="counted in what stands already"):
        act("risks.risk.learn", register.ciso, risk, **counted(risk))
    with pytest.raises(Exception, match="incidents"):
        act("risks.risk.learn", register.ciso, risk, **counted(risk, first, rate=False))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"rate": False, "severity": False}, "how often, how much, or both"),
        ({"floor": "600000"}, "below the reporting floor"),
        ({"incidents": []}, "recorded loss to learn from"),
    ],
)
def test_what_cannot_be_learnt_is_refused_and_nothing_is_kept(
    register: Scene, more: dict[str, object], words: str
) -> None:
    risk = register.risks["ransom"]
    row = happened(register, risk, "One", "500000")
    before = Estimate.objects.count()
    with pytest.raises(Refused, match=words):
        act("risks.risk.learn", register.ciso, risk, **counted(risk, row, **more))
    assert Estimate.objects.count() == before


def test_hard_bounds_and_a_certain_chance_say_why_they_cannot_learn(register: Scene) -> None:
    risk = register.risks["fraud"]
    row = happened(register, risk, "Forged invoice", "80000")
    with pytest.raises(Refused, match=r"nothing falls outside them.*estimate it as one first"):
        act("risks.risk.learn", register.ciso, risk, **counted(risk, row))
    with pytest.raises(Refused, match="chance of one event"):
        act("risks.risk.learn", register.ciso, risk, **counted(risk, row, severity=False))


@pytest.mark.parametrize(
    ("told", "words"), [("forms", "as a whole and not form by form"), ("amount", "always the same amount")]
)
def test_forms_of_loss_and_a_fixed_amount_say_why_they_cannot_learn(register: Scene, told: str, words: str) -> None:
    risk = register.risks["ransom"]
    row = happened(register, risk, "One", "500000")
    with writing():
        Estimate.objects.filter(risk=risk).update(much=told)
    before = Estimate.objects.count()
    with pytest.raises(Refused, match=words):
        act("risks.risk.learn", register.ciso, risk, **counted(risk, row))
    assert Estimate.objects.count() == before


def test_the_page_shows_prior_incidents_and_posterior_and_saves(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]
    row = happened(register, risk, "Warehouse encrypted", "700000")
    browser = signed_in(register.ciso)
    address = f"/risks/{risk.pk}/learn/"
    assert address in browser.get(f"/risks/{risk.pk}/").content.decode()
    page = read(browser, address)
    assert "Workshop in spring" in page
    assert re.search(r"weighs as much as [\d.]+ events seen in [\d.]+ years", page)
    assert "as much as 10.0 losses seen" in page
    assert "Warehouse encrypted" in page
    assert "loss USD 700k" in page
    assert "1 counted in" in page
    html = browser.get(address).content.decode()
    assert html.count('class="curve inherent"') == 2  # both priors are drawn under their posteriors
    today = clock.today()
    data = {
        "incidents": [row.pk], "since": (today - timedelta(days=365)).isoformat(), "until": today.isoformat(), "events": "", "rate": "on",
        "severity": "on", "floor": "50k", "worth": "5", "because": "Incident register", "_token": "t",
    }  # fmt: skip
    wrong = browser.post(address, data | {"floor": "1m"})
    assert wrong.status_code == 409
    assert "below the reporting floor" in wrong.content.decode()
    missing = browser.post(address, data | {"because": ""})
    assert missing.status_code == 422
    done = browser.post(address, data)
    assert done.status_code == 302
    learnt = Estimate.objects.get(risk=risk, kind="current", replaced_on=None)
    assert (learnt.learnt_floor, learnt.learnt_losses) == (Decimal(50000), 1)
    again = browser.post(address, data)
    assert again.status_code == 302
    assert Estimate.objects.filter(risk=risk, kind="current").count() == 2


def test_incidents_out_of_sight_or_behind_a_wall_teach_nobody(register: Scene, signed_in: SignIn) -> None:
    risk = register.risks["ransom"]
    walled = happened(register, risk, "Behind the wall", "900000", unit=register.unit)
    elsewhere = happened(register, risk, "Of the enterprise", "900000")
    mine = happened(register, risk, "Of the unit", "900000", unit=register.unit)
    act("incidents.incident.raise_wall", register.ciso, walled, why="Could be material", people=[register.ciso.pk])
    for who, seen, unseen in (
        (register.head, ["Of the unit"], ["Behind the wall", "Of the enterprise"]),
        (register.ciso, ["Of the unit", "Of the enterprise"], ["Behind the wall"]),
    ):
        page = read(signed_in(who), f"/risks/{risk.pk}/learn/")
        assert all(word in page for word in seen)
        assert not any(word in page for word in unseen)
    for row in (walled, elsewhere):
        with pytest.raises(Exception, match="incidents"):
            act("risks.risk.learn", register.head, risk, **counted(risk, row))
    act("risks.risk.learn", register.head, risk, **counted(risk, mine))
    assert LearntFrom.objects.get().incident == mine


def test_a_risk_without_estimate_is_sent_to_its_first_one_and_strangers_see_nothing(
    register: Scene, signed_in: SignIn
) -> None:
    address = f"/risks/{register.risks['new'].pk}/learn/"
    assert "There is no estimate yet that could learn" in read(signed_in(register.ciso), address)
    assert signed_in(register.head).get(address).status_code == 404
    director = user_with("board_member", login="director")
    assert signed_in(director).get(address).status_code == 403


def test_a_further_estimate_starts_a_line_of_its_own(register: Scene) -> None:
    risk = register.risks["ransom"]
    row = happened(register, risk, "One", "500000")
    act("risks.risk.learn", register.ciso, risk, **counted(risk, row))
    estimate(register.ciso, risk, low="400000", high="5000000", changed_because="A new workshop weighed it all")
    # The workshop's interval is a judgement of its own; the year may correct it.
    act("risks.risk.learn", register.ciso, risk, **counted(risk, row))
    assert Estimate.objects.filter(risk=risk, kind="current", learnt_events=1).count() == 2
