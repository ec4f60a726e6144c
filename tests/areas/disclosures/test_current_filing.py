"""The package of a current report: what is written is read back, and those who know the specifications have nothing to say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from quarterdeck.areas.determinations.models import FollowUp
from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.package import CannotBuild, build
from quarterdeck.areas.disclosures.report_words import BLOCKS, NOT_DETERMINED
from quarterdeck.areas.disclosures.standing import build_and_seal
from quarterdeck.engines.xbrl.checks import check_document
from quarterdeck.engines.xbrl.read import read_inline_path, read_path
from quarterdeck.kernel import clock
from tests.areas.disclosures.reports import AFTER, Reporting
from tests.engines.xbrl.test_write_arelle import arelle
from tests.support import act

pytestmark = pytest.mark.django_db

OPEN = {"not_determined": "How many customers were reached.", "known_by": "2026-06-01"}


def filed(scene: Reporting, disclosure: Disclosure, folder: Path) -> Disclosure:
    """Approved, sealed into ``folder``, and filed."""
    done = scene.approved(disclosure)
    with clock.fixed(AFTER + timedelta(hours=3)):
        build_and_seal(done, scene.officer, folder)
        made: Disclosure = act("disclosures.disclosure.release", scene.officer, done)
    return made


def opened(scene: Reporting) -> Disclosure:
    """The amendment, drafted once the open question is settled."""
    first = Disclosure.objects.get(incident=scene.incident)
    with clock.fixed(AFTER + timedelta(days=20)):
        act("determinations.followup.settle", scene.cast.counsel, FollowUp.objects.get(), answer="12,000 of them.")
        made: Disclosure = act("disclosures.disclosure.amend", scene.officer, first)
    return made


def page(folder: Path) -> Path:
    return next(path for path in folder.glob("*.htm") if path.name != "R1.htm")


def facts(path: Path) -> dict[str, tuple[dict[str, str], str]]:
    """Concept → its dimensions and its text, read back by our own reader."""
    return {fact.concept: (dict(fact.dimensions), str(fact.value)) for fact in read_path(path).facts}


MEMBER = {"MaterialCybersecurityIncidentAxis": "CybersecurityIncidentMay2026Member"}


def test_form_8_k_and_its_amendment_are_built_sound_and_read_back_with_axis_and_member(tmp_path: Path) -> None:
    scene = Reporting()
    scene.decided(**OPEN)
    filed(scene, scene.draft(), tmp_path / "first")
    filed(scene, opened(scene), tmp_path / "second")

    for folder in ("first", "second"):
        names = sorted(path.suffix for path in (tmp_path / folder).iterdir())
        assert names == [".htm", ".htm", ".json", ".xsd"]
        inline = read_inline_path(page(tmp_path / folder))
        assert [message for message in check_document(inline) if message.severity == "error"] == []
        assert arelle([page(tmp_path / folder)], "2026", tmp_path / "cache" / folder) == []

    read = read_path(page(tmp_path / "first"))
    assert (read.form, read.entity) == ("8-K", scene.incident.disclosures.first().registrant.name)  # type: ignore[union-attr]
    said = facts(page(tmp_path / "first"))
    assert set(said) == {*BLOCKS.values(), NOT_DETERMINED}
    assert {tuple(dimensions.items()) for dimensions, _text in said.values()} == {tuple(MEMBER.items())}
    assert "How many customers were reached." in said[NOT_DETERMINED][1]

    rendered = facts(tmp_path / "first" / "R1.htm")
    assert {name: text for name, (_dimensions, text) in rendered.items()} == {
        name: text for name, (_dimensions, text) in said.items()
    }

    assert read_path(page(tmp_path / "second")).form == "8-K/A"
    said = facts(page(tmp_path / "second"))
    assert set(said) == {BLOCKS["impact"]}, "only what became known is told again"
    assert said[BLOCKS["impact"]][0] == MEMBER
    assert said[BLOCKS["impact"]][1].endswith("it became known: 12,000 of them.")


def test_form_6_k_is_built_sound(tmp_path: Path) -> None:
    scene = Reporting("fpi")
    scene.decided()
    filed(scene, scene.draft("6-K", trigger="home_law", published_on="2026-05-13"), tmp_path / "p")
    path = page(tmp_path / "p")
    assert read_path(path).form == "6-K"
    assert [m for m in check_document(read_inline_path(path)) if m.severity == "error"] == []
    assert set(facts(path)) == set(BLOCKS.values())
    assert "&#9746; Form 20-F &#9744; Form 40-F" in path.read_text(encoding="utf-8")
    assert arelle([path], "2026", tmp_path / "cache") == []


def test_without_the_vote_only_a_marked_draft_is_built(tmp_path: Path) -> None:
    scene = Reporting()
    scene.decided()
    made = scene.draft()
    with pytest.raises(CannotBuild, match="no standing approval"):
        build_and_seal(made, scene.officer, tmp_path / "p")
    assert not (tmp_path / "p").exists()
    build_and_seal(made, scene.officer, tmp_path / "p", draft=True)
    assert "DRAFT" in page(tmp_path / "p").read_text(encoding="utf-8")


def test_what_was_filed_is_handed_out_as_it_was_sealed_whatever_became_known_since(tmp_path: Path) -> None:
    scene = Reporting()
    scene.decided(**OPEN)
    made = filed(scene, scene.draft(), tmp_path / "p")
    sealed = (tmp_path / "p" / "manifest.json").read_bytes()
    opened(scene)
    act("incidents.incident.lift_wall", scene.cast.counsel, scene.incident)
    again = build(Disclosure.objects.get(pk=made.pk))
    assert again.manifest_bytes == sealed
    assert {file.name: file.data for file in again.files} == {
        path.name: path.read_bytes() for path in (tmp_path / "p").iterdir() if path.name != "manifest.json"
    }


def test_the_manifest_names_the_vote_and_neither_number_nor_title_of_the_incident(tmp_path: Path) -> None:
    scene = Reporting()
    scene.decided()
    made = filed(scene, scene.draft(), tmp_path / "p")
    decision = made.approvals.get().decision
    assert decision is not None
    for path in (tmp_path / "p").iterdir():
        text = path.read_text(encoding="utf-8")
        assert scene.incident.title not in text
        assert scene.incident.number not in text
    assert f'"{decision.number}, {decision.decided_on}"' in (tmp_path / "p" / "manifest.json").read_text()
