"""Analysis, board page and materiality: what they say, where it comes from, and what they never say."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from quarterdeck.areas.risks.models import Analysis, IncidentLoss
from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.models import Leaf
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.risks.scene import Scene, estimate, risk, scene
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> Scene:
    return scene()


def kept(of: Scene, title: str = "Spring") -> Analysis:
    made: Analysis = act("risks.analysis.run", of.ciso, title=title, unit=of.top, kind="current")
    return made


def test_an_analysis_shows_figures_with_their_brackets_and_how_they_came_about(
    register: Scene, signed_in: SignIn
) -> None:
    made = kept(register)
    page = read(signed_in(register.ciso), f"/risks/analyses/{made.pk}/")
    assert f"USD {made.expected:,.0f}" in page
    assert re.search(r"1-in-20 year USD [\d,]+ between USD [\d,]+ and USD [\d,]+", page)
    assert "Without R-4" in page
    assert made.inputs_sha256[:12] in page
    assert "Compute it again" in page
    assert "Every set of these was computed" in page
    # Of two treatments that save alike the cheaper one returns more.
    assert page.index("Restore within a day") < page.index("Separate the networks")
    assert "Errors apart" not in page
    again = act("risks.analysis.repeat", register.ciso, made)
    assert again.repeated_same
    assert "computed again, the same" in read(signed_in(register.ciso), f"/risks/analyses/{made.pk}/")


def test_an_auditor_computes_an_analysis_again_and_writes_nothing(register: Scene, signed_in: SignIn) -> None:
    made = kept(register)
    auditor = signed_in(user_with("auditor"))
    page = read(auditor, f"/risks/analyses/{made.pk}/")
    assert "Compute it again" not in page
    assert "Compute without keeping" in page
    leaves = Leaf.objects.count()
    again = read(auditor, f"/risks/analyses/{made.pk}/?again=1")
    assert "Computed just now from the inputs kept: every figure is the same." in again
    assert Leaf.objects.count() == leaves
    made.refresh_from_db()
    assert made.repeated_on is None


def test_the_simulation_agrees_with_what_was_computed(register: Scene, signed_in: SignIn) -> None:
    page = read(signed_in(register.ciso), f"/risks/analyses/{kept(register).pk}/?check=1")
    apart = [
        float(found.replace("−", "-")) for found in re.findall(r"(?:loss|probability|quantile) ([-−]?\d+\.\d\d)", page)
    ]
    assert len(apart) >= 4
    assert all(abs(errors) < 4 for errors in apart)


def test_an_analysis_of_the_enterprise_is_not_a_head_of_units_to_see(register: Scene, signed_in: SignIn) -> None:
    made = kept(register)
    assert signed_in(register.head).get(f"/risks/analyses/{made.pk}/").status_code == 404
    theirs = act("risks.analysis.run", register.head, title="Ours", unit=register.unit, kind="current")
    page = read(signed_in(register.head), f"/risks/analyses/{theirs.pk}/")
    assert "Customer data" not in page


def test_the_board_page_speaks_in_sentences(register: Scene, signed_in: SignIn) -> None:
    kept(register)
    page = read(signed_in(user_with("board_member")), "/risks/board/")
    assert "A year of cyber losses costs USD 999k on average" in page
    assert "Tolerance is exceeded" in page
    assert page.index("Ransomware stops") < page.index("Customer data read") < page.index("Invoices paid")
    assert "No risk, estimate or treatment has changed" in page
    assert "Treat or accept: Customer data read by strangers" in page
    assert "avoids USD 349k a year for USD 90k, 3.9 for each 1 spent" in page


def test_the_board_page_asks_for_what_is_overdue_and_what_lapses_with_owner_and_day(
    register: Scene, signed_in: SignIn
) -> None:
    with clock.fixed(clock.now() + timedelta(days=61)):
        page = read(signed_in(user_with("board_member")), "/risks/board/")
    asked = page[page.index("What is asked") : page.index("What would help most")]
    assert re.search(
        r"Overdue: Separate the networks Against “Ransomware stops the payment platform”, USD 581k expected a year\. Hana Head · by ",
        asked,
    )
    assert "Accept anew or treat" not in asked
    with clock.fixed(clock.now() + timedelta(days=150)):
        later = read(signed_in(user_with("board_member")), "/risks/board/")
    assert re.search(
        r"Accept anew or treat: Invoices paid to a forged account Its acceptance lapses; .*? Ciso · by", later
    )


def test_the_board_page_dates_what_nobody_bears_from_the_end_of_its_acceptance(
    register: Scene, signed_in: SignIn
) -> None:
    risk = register.risks["leak"]
    act("risks.risk.accept", register.ciso, risk, until=clock.today() + timedelta(days=90), because="Insured")
    ended = clock.today() + timedelta(days=90)
    with clock.fixed(clock.now() + timedelta(days=100)):
        page = signed_in(user_with("board_member")).get("/risks/board/").content.decode()
    asked = page[page.index('id="asked"') :]
    asked = asked[asked.index("Treat or accept: Customer data read by strangers") :]
    assert "Nobody has borne it since its acceptance ended" in asked[:600]
    assert f'datetime="{ended.isoformat()}"' in asked[:900]


def test_the_board_page_tells_what_changed_since_the_last_analysis(register: Scene, signed_in: SignIn) -> None:
    kept(register)
    with clock.fixed(clock.now() + timedelta(days=40)):
        estimate(register.ciso, register.risks["ransom"], low="100000", high="1500000", changed_because="New backups")
        risk(
            register.ciso, title="Forged invoices", asset="Payables", category=register.categories["operations"], owner=register.head_person,
            unit=register.unit,
        )  # fmt: skip
        page = read(signed_in(register.ciso), "/risks/board/")
    assert "Since “Spring” the expected loss fell by" in page
    assert "1 risk was added, 1 estimate was revised" in page


def test_the_board_page_is_not_for_those_who_see_only_their_own(register: Scene, signed_in: SignIn) -> None:
    assert signed_in(user_with("employee")).get("/risks/board/").status_code == 404


def test_materiality_informs_and_never_concludes(register: Scene, signed_in: SignIn) -> None:
    page = read(signed_in(register.ciso), "/risks/materiality/")
    assert "USD 9,000,000" in page
    assert "USD 12,000,000" in page
    assert "conventions, not rules" in page
    assert "Only a body's determination says whether something is." in page
    assert "not material" not in page.lower()
    assert "immaterial" not in page.lower()


def test_losses_of_a_walled_incident_are_neither_listed_nor_counted(register: Scene, signed_in: SignIn) -> None:
    analyst = user_with("analyst")
    rows = []
    for title, so_far in (("Open leak", "100000"), ("Secret leak", "7000000")):
        incident = act(
            "incidents.incident.declare", analyst, title=title, nature="incident", unit=register.top,
            discovered_at=clock.now() - timedelta(hours=1),
        )  # fmt: skip
        rows.append(incident)
        act(
            "risks.incidentloss.record", register.ciso, incident=incident, form="response", so_far=so_far, low="10000", high="50000",
            because="Invoices", as_of=clock.today(),
        )  # fmt: skip
    assert IncidentLoss.objects.count() == 2
    assert "Together they have cost USD 7.1m so far, and USD 20k to USD 100k may still come" in read(
        signed_in(register.ciso), "/risks/materiality/"
    )
    act("incidents.incident.raise_wall", register.ciso, rows[1], why="Could be material", people=[analyst.pk])
    page = read(signed_in(user_with("auditor")), "/risks/materiality/")
    assert "Together they have cost USD 100k so far" in page
    assert "Secret" not in page
    assert "7m" not in page
    assert "7.1m" not in page


def test_the_programme_names_the_greatest_risks_and_the_year(register: Scene, signed_in: SignIn) -> None:
    page = read(signed_in(user_with("board_member")), "/programme/")
    assert "A year of cyber losses costs USD 999k on average; one year in twenty costs more than USD 5.1m." in page
    assert "Ransomware stops the payment platform USD 581k a year" in page
    assert "Likely annual loss appears once" not in page


def test_estimators_are_judged_by_what_came_true_and_few_answers_say_little(register: Scene, signed_in: SignIn) -> None:
    client = signed_in(register.ciso)
    assert "Nothing that you may see is known yet" in read(client, "/risks/calibration/")
    for number in range(12):
        asked = act(
            "risks.calibration.ask",
            register.ciso,
            person=register.head_person,
            question=f"How many {number}?",
            low="1",
            high="10",
        )
        act("risks.calibration.tell", register.ciso, asked, truth="5" if number < 4 else "50")
    page = read(client, "/risks/calibration/")
    assert "Hana Head 4 of 12" in page
    assert "the intervals are too narrow, fewer held than was claimed" in page


def test_a_register_too_great_to_put_together_still_adds_up(
    register: Scene, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("figures", "frame", "register"):
        monkeypatch.setattr(f"quarterdeck.web.risks.{module}.MOST", 2)
    page = read(signed_in(register.ciso), "/risks/")
    assert "A year costs USD 999k on average. The risks are too many" in page
    assert "within the appetite of USD 2m" in page
    assert "stays within the tolerance" not in page
