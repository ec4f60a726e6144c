"""Erasing a person empties what describes them, in every earlier version too, and breaks no proof."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from quarterdeck.areas.people.models import ERASED, Person
from quarterdeck.kernel.actions import Refused, perform
from quarterdeck.kernel.ledger.checkpoints import checkpoint
from quarterdeck.kernel.ledger.models import Version
from quarterdeck.kernel.ledger.verify import verify
from tests.support import act, at, body_with, company, open_meeting, person, user_with

pytestmark = pytest.mark.django_db

NAME, EMPLOYER, NUMBER = "Zhuge Qingwen", "Moonlit Shipping", "CISP-77-1234"


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def _somebody() -> Person:
    officer, ciso = user_with("people_officer"), user_with("ciso")
    who: Person = person(NAME, "analyst", position="head_of_monitoring", level="department_head")
    act("people.person.change", officer, who, email="qingwen@example.com")
    worked = act(
        "people.experience.create", officer, person=who, organisation=EMPLOYER, role="Security lead", field="cybersecurity",
        relevant=True, effective_from="2014-01-01",
    )  # fmt: skip
    act("people.experience.verify", ciso, worked, how="Letter from " + EMPLOYER)
    act("people.certification.create", officer, person=who, issuer="CNITSEC", code="CISP", number=NUMBER,
        issued_on="2022-01-01")  # fmt: skip
    return who


def _everything_kept() -> bytes:
    return b"\n".join(bytes(row.content) for row in Version.objects.exclude(content=None))


def test_someone_still_here_is_not_erased() -> None:
    who = _somebody()
    with pytest.raises(Refused, match="Active"):
        act("people.person.erase", user_with("people_officer"), who)


def test_erasing_empties_rows_versions_and_login_and_the_ledger_still_verifies() -> None:
    officer, who = user_with("people_officer"), _somebody()
    before = checkpoint()
    assert all(text.encode() in _everything_kept() for text in (NAME, EMPLOYER, NUMBER))
    act("people.person.leave", officer, who, left_on="2024-11-30")
    gone = act("people.person.erase", officer, who)

    assert (gone.full_name, gone.email, str(gone)) == (ERASED, "", f"{ERASED} {gone.pk}")
    worked, certified = gone.experience.get(), gone.certifications.get()
    assert (worked.organisation, worked.role, worked.verified) == (ERASED, ERASED, False)
    assert (certified.number, certified.code) == (ERASED, "CISP")
    assert gone.positions.get().title == "Head Of Monitoring"
    assert (gone.user.full_name, gone.user.email, gone.user.is_active) == ("", "", False)

    kept = _everything_kept()
    assert not any(text.encode() in kept for text in (NAME, EMPLOYER, NUMBER, "qingwen"))
    checked = verify([("kept outside", before.note.encode())])
    assert checked.ok, checked.problems


def test_nothing_more_is_kept_about_someone_erased() -> None:
    officer, who = user_with("people_officer"), _somebody()
    act("people.person.leave", officer, who, left_on="2024-11-30")
    act("people.person.erase", officer, who)
    with pytest.raises(Refused, match="Already erased"):
        act("people.person.erase", officer, who)
    with pytest.raises(Refused, match="erased"):
        act("people.position.create", officer, person=who, title="Adviser", level="external", unit=company(),
            effective_from="2025-01-01")  # fmt: skip
    with pytest.raises(Refused, match="erased"):
        act("people.person.change", officer, who, full_name=NAME)


def test_someone_who_still_sits_on_a_body_is_not_erased() -> None:
    officer, who = user_with("people_officer"), _somebody()
    body_with("panel", {who: "member"}, name="Panel")
    act("people.person.leave", officer, who, left_on="2024-11-30", memberships_stay=True)
    with pytest.raises(Refused, match="Panel"):
        act("people.person.erase", officer, who)
    act("bodies.membership.end", officer, who.memberships.get(), effective_until="2024-11-30")
    assert act("people.person.erase", officer, who).erased_at is not None


def test_the_reason_of_a_recusal_goes_with_the_person_and_the_recusal_stays() -> None:
    officer, who = user_with("people_officer"), _somebody()
    other = person("Sun Bo")
    panel = body_with("panel", {who: "member", other: "chair"}, name="Panel")
    item = open_meeting(panel, at(2024, 3, 5), who, other)
    recusal = act(
        "bodies.recusal.record", user_with("secretary"), item=item, person=who, reason="Married to the vendor"
    )
    act("people.person.leave", officer, who, left_on="2024-11-30", memberships_stay=True)
    act("bodies.membership.end", officer, who.memberships.get(), effective_until="2024-11-30")
    act("people.person.erase", officer, who)
    recusal.refresh_from_db()
    assert recusal.reason == ERASED
    assert b"Married" not in _everything_kept()


def test_evidence_uploaded_with_a_form_is_kept_and_its_name_erased() -> None:
    officer, who = user_with("people_officer"), _somebody()
    content = b"Scan of a certificate.\n"
    upload = SimpleUploadedFile(f"{NAME}.txt", content, content_type="text/plain")
    data = {"person": who.pk, "issuer": "ISC2", "code": "CISSP", "number": "9", "issued_on": "2023-01-01"}
    row = perform(
        "people.certification.create", officer, None, data, files=MultiValueDict({"evidence": [upload]})
    ).record
    row.refresh_from_db()
    assert row.evidence.sha256 == hashlib.sha256(content).hexdigest()
    act("people.certification.change", officer, row, number="10")
    row.refresh_from_db()
    assert row.evidence is not None
    kept = row.evidence
    act("people.person.leave", officer, who, left_on=date(2024, 11, 30))
    act("people.person.erase", officer, who)
    row.refresh_from_db()
    kept.refresh_from_db()
    assert (row.evidence, kept.name) == (None, ERASED)
    assert NAME.encode() not in _everything_kept()
    assert verify().ok
