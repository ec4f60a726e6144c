"""A current report stands behind its incident's wall: nobody outside learns that there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.standing import build_and_seal
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Invalid, NotVisible, Refused
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.ledger.sight import leaf_for
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import resource_of
from quarterdeck.kernel.resource.walls import standing_wall
from tests.areas.disclosures.reports import AFTER, Reporting
from tests.support import act, user_with
from tests.web.workbench.scene import read

pytestmark = pytest.mark.django_db

WORD = "Xylograph"
LABEL = f"{WORD} incident of May"
HANGING = ("disclosures.disclosure", "disclosures.statement", "disclosures.approval", "disclosures.package")


@pytest.fixture
def scene(tmp_path: Any) -> Reporting:
    """Approved and sealed: a disclosure with statements, an approval and a package."""
    made = Reporting()
    made.incident.title = "A token"
    made.decided(nature=f"A token was used through {WORD}.")
    done = made.approved(made.draft(incident_label=LABEL))
    with clock.fixed(AFTER + timedelta(hours=3)):
        build_and_seal(done, made.officer, tmp_path / "p")
    return made


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def report(scene: Reporting) -> Disclosure:
    return Disclosure.objects.get(incident=scene.incident)


def records(scene: Reporting) -> list[Record]:
    made = report(scene)
    found: list[Record] = [made, *made.statements.all(), *made.approvals.all(), *made.packages.all()]
    assert {row.type_code() for row in found} == set(HANGING)
    return found


def outsiders(scene: Reporting) -> list[User]:
    roles = ("disclosure_officer", "ciso", "counsel", "board_member", "secretary", "auditor", "administrator")
    return [scene.auditor, *(user_with(role) for role in roles), user_with(*roles)]


def addresses(record: Record) -> list[str]:
    code, key = record.type_code(), record.pk
    found = [
        f"/records/{code}/{key}/",
        f"/records/{code}/{key}/history/",
        f"/records/{code}/{key}/?known_at=2030-01-01T00:00:00Z",
    ]
    found += [f"/api/v1/records/{code}/{key}{part}" for part in ("", "/history", "/actions")]
    found += [f"/records/{code}/{key}/do/{one.name}/" for one in resource_of(code).actions if not one.creates]
    if code == "disclosures.disclosure":
        found += [f"/disclosures/{key}/", f"/disclosures/{key}/page/", f"/disclosures/{key}/compare/"]
    return found


def test_everything_of_it_hangs_behind_the_incidents_wall(scene: Reporting) -> None:
    for record in records(scene):
        assert standing_wall(record) == scene.incident.wall


def test_every_address_of_it_answers_404_to_everybody_outside(scene: Reporting) -> None:
    inside = client_of(scene.officer)
    assert inside.get(f"/disclosures/{report(scene).pk}/").status_code == 200
    for user in outsiders(scene):
        client = client_of(user)
        for record in records(scene):
            for address in addresses(record):
                answer = client.get(address)
                assert answer.status_code == 404, (user, address)
                assert WORD not in answer.content.decode(), (user, address)


def test_no_list_search_count_or_export_shows_it_to_anybody_outside(scene: Reporting) -> None:
    pages = ["/", "/programme/", "/ledger/", "/disclosures/", f"/search/?q={WORD[:6]}"]
    for code in HANGING:
        pages += [
            f"/records/{code}/",
            f"/records/{code}/?q={WORD[:6]}",
            f"/records/{code}/export.csv",
            f"/api/v1/records/{code}",
        ]
    for user in outsiders(scene):
        client = client_of(user)
        for address in pages:
            answer = client.get(address, follow=True)
            text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()  # type: ignore[attr-defined]
            assert WORD not in text, (user, address)
            assert str(report(scene)) not in text, (user, address)
        for code in HANGING:
            answer = client.get(f"/api/v1/records/{code}")
            if answer.status_code == 200:
                assert answer.json()["count"] == 0, (user, code)


def test_the_ledger_keeps_its_leaves_from_everybody_outside(scene: Reporting) -> None:
    keys = {(row.type_code(), row.pk) for row in records(scene)}
    named = [
        leaf.pk
        for leaf in Leaf.objects.all()
        if any((row.record_type, row.record_id) in keys for row in Version.objects.filter(leaf=leaf))
    ]
    assert named
    for user in outsiders(scene):
        assert [seq for seq in named if leaf_for(user, seq) is not None] == []


def test_nobody_outside_takes_a_step_or_puts_a_sentence_in_it(scene: Reporting) -> None:
    made = report(scene)
    outsider = user_with("disclosure_officer")
    for action in ("revise", "seal", "release", "bring"):
        with pytest.raises(NotVisible):
            act(f"disclosures.disclosure.{action}", outsider, made)
    with pytest.raises(Invalid):
        act(
            "disclosures.statement.create", outsider, disclosure=made, part="incident", paragraph=1, kind="caution", text="x"
        )  # fmt: skip


def test_no_claim_on_an_annual_page_asks_about_it(scene: Reporting) -> None:
    outsider = user_with("disclosure_officer")
    with clock.fixed(AFTER):
        annual = act("disclosures.disclosure.draft", outsider, form="10-K", as_of="2026-05-14")
        row = act(
            "disclosures.statement.create", outsider, disclosure=annual, part="strategy", paragraph=1, kind="fact", text="x"
        )  # fmt: skip
    data = {"name": "determinations.material", "basis": "filing_date", "params": {"incident": scene.incident.pk}}
    with pytest.raises(Refused, match="same incident only"):
        act("disclosures.statement.attach", outsider, row, **data)
    address = f"/disclosures/{annual.pk}/sentences/{row.pk}/claims/"
    tried = client_of(outsider).get(
        f"{address}?claim=determinations.material&basis=filing_date&incident={scene.incident.pk}"
    )
    assert tried.status_code == 422
    assert "This claim is asked for a report on the same incident only." in tried.content.decode()


def test_those_inside_read_it_on_the_workbench_with_its_next_step(scene: Reporting) -> None:
    made = report(scene)
    text = read(client_of(scene.officer), f"/disclosures/{made.pk}/")
    assert f"Form 8-K: {LABEL}" in text
    assert f"A token was used through {WORD}." in text
    assert f"Incident {scene.incident}" in text
    assert "Before the body as 2026-R4 INC-1: approval of Form 8-K" in text
    assert "after the vote of Board Committee" in text
    assert "Whether it is material: Material" in text, "whoever may see what proves it reads its title"
    assert "behind a wall" not in text
    listed = client_of(scene.officer).get("/records/disclosures.disclosure/").content.decode()
    assert "Draft a current report" in listed
    tagged = read(client_of(scene.officer), f"/disclosures/{made.pk}/page/")
    assert "Item 1.05 Material Cybersecurity Incidents" in tagged


def test_a_fact_that_changed_is_told_in_words_beside_the_void_approval(scene: Reporting) -> None:
    from quarterdeck.areas.disclosures.standing import recheck_approved

    with clock.fixed(AFTER + timedelta(days=1)):
        act("incidents.incident.change", scene.cast.analyst, scene.incident, facts="Pension data were reached too")
        assert recheck_approved() == 1
    text = read(client_of(scene.officer), f"/disclosures/{report(scene).pk}/")
    assert "A fact under the assessment changed: incident, what is known" in text
    assert "Pension data were reached too" in text
    compare = read(client_of(scene.officer), f"/disclosures/{report(scene).pk}/compare/")
    assert "Pension data were reached too" in compare


def test_the_step_that_comes_next_is_the_one_that_is_offered(tmp_path: Any) -> None:
    made = Reporting()
    made.decided()
    draft = made.draft()
    here, client = f"/disclosures/{draft.pk}/", client_of(made.officer)
    assert "Write it anew from the record" in read(client, here)
    act("disclosures.disclosure.submit", made.officer, draft)
    assert "Bring before the body" in read(client, here)
    assert "bring it before the body first" in read(client_of(made.director), here)
    done = made.approved(Disclosure.objects.get(pk=draft.pk))
    with clock.fixed(AFTER + timedelta(hours=3)):
        build_and_seal(done, made.officer, tmp_path / "p")
        assert "Record the filing" in read(client, here)
        act("disclosures.disclosure.release", made.officer, done)
        page = read(client, here)
    assert "Nothing that was not determined has become known since" in page
    package = done.packages.get()
    assert client.get(f"/disclosures/{draft.pk}/packages/{package.pk}.zip").status_code == 200


def test_approving_is_barred_with_the_reason_while_the_body_voted_on_another_text() -> None:
    made = Reporting()
    made.decided()
    draft = made.draft()
    here, director = f"/disclosures/{draft.pk}/", client_of(made.director)
    made.voted(draft)
    assert "voted on another text" not in read(director, here)
    act("disclosures.disclosure.revise", made.officer, draft)
    act("disclosures.statement.edit", made.officer, made.sentence(draft, "caution"), text="We may learn more.")
    act("disclosures.disclosure.submit", made.officer, draft)
    assert "The body voted on another text, or on other facts; bring this one before it." in read(director, here)
