"""The declared pages: list, record, form, history, export, as a browser without script asks for them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.web.records.export import guarded
from tests.support import act, system, user_with

SignIn = Callable[..., Client]
UNITS = "/records/permissions.unit/"


def make_units(enterprise: Unit, number: int) -> list[Unit]:
    return [
        act("permissions.unit.create", system(), code=f"u{n}", name=f"Unit {n:03d}", kind="business", parent=enterprise)
        for n in range(number)
    ]


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]*"[^>]*>([^<]*)</a>', page)


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', page)
    return None if found is None else found[1].replace("&amp;", "&")


@pytest.fixture
def admin(enterprise: Unit) -> User:
    return user_with("administrator", login="admin")


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


class TestList:
    def test_pages_forward_and_back_show_every_row_once(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        make_units(enterprise, 120)
        client = signed_in(admin)
        seen: list[str] = []
        address: str | None = UNITS
        pages = []
        while address:
            page = client.get(address).content.decode()
            pages.append(names(page))
            seen += names(page)
            last, address = page, link(page, "next")
        assert len(pages) == 3
        assert len(seen) == len(set(seen)) == 121
        assert seen == sorted(seen)
        back = link(last, "prev")
        assert back is not None
        assert names(client.get(back).content.decode()) == pages[1]

    def test_a_long_list_is_counted_no_further_than_a_thousand(
        self, enterprise: Unit, admin: User, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("quarterdeck.kernel.resource.listing.COUNT_CAP", 10)
        make_units(enterprise, 12)
        page = signed_in(admin).get(UNITS).content.decode()
        assert "of 10+" in page
        assert len(names(page)) == 13

    def test_filter_search_and_sort_work_without_script_and_can_be_taken_off(
        self, enterprise: Unit, admin: User, signed_in: SignIn
    ) -> None:
        make_units(enterprise, 3)
        act("permissions.unit.create", system(), code="legal", name="Legal", kind="function", parent=enterprise)
        client = signed_in(admin)
        page = client.get(UNITS, {"kind": "function", "q": "", "parent": ""}).content.decode()
        assert names(page) == ["Legal"]
        assert "Kind: Function" in page
        assert names(client.get(UNITS, {"q": "UNIT 001"}).content.decode()) == ["Unit 001"]
        page = client.get(UNITS, {"sort": "-name"}).content.decode()
        assert names(page) == sorted(names(page), reverse=True)
        assert 'aria-sort="descending"' in page

    @pytest.mark.parametrize(
        "query",
        [
            {"kind": "nonsense"}, {"nonsense": "1"}, {"sort": "recorded_at"}, {"after": "!!"}, {"after": "WzFd"}, {"as_of": "31.12.2024"},
            {"known_at": "2024-12-31T00:00:00"}, {"parent": "x"},
        ],
    )  # fmt: skip
    def test_an_address_it_cannot_read_is_answered_in_words(
        self, admin: User, signed_in: SignIn, query: dict[str, str]
    ) -> None:
        answer = signed_in(admin).get(UNITS, query)
        assert answer.status_code == 400
        assert "cannot be shown as asked" in answer.content.decode()

    def test_an_empty_list_says_what_to_do_next(self, enterprise: Unit, signed_in: SignIn) -> None:
        ciso = user_with("ciso")
        page = signed_in(ciso).get("/records/organisation.designation/").content.decode()
        assert "Begin with the first one." in page
        page = signed_in(ciso).get("/records/organisation.designation/", {"target": "platforms"}).content.decode()
        assert "Nothing matches" in page

    def test_rows_in_effect_on_a_day(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        group = act("permissions.unit.create", system(), code="g", name="Group", kind="specialist", parent=enterprise)
        given = {"unit": group, "responsibilities": "Watch", "target": "platforms"}
        act(
            "organisation.designation.create",
            system(),
            **given,
            effective_from="2020-01-01",
            effective_until="2020-12-31",
        )
        act("organisation.designation.create", system(), **given | {"target": "other"}, effective_from="2022-01-01")
        client = signed_in(admin)
        address = "/records/organisation.designation/"
        assert "Platforms" in client.get(address, {"as_of": "2020-12-31"}).content.decode().split("<tbody>")[1]
        page = client.get(address, {"as_of": "2022-06-01"}).content.decode().split("<tbody>")[1]
        assert "Platforms" not in page.split("</tbody>")[0]


class TestRecord:
    def test_details_panels_and_buttons(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        make_units(enterprise, 12)
        page = signed_in(admin).get(f"{UNITS}{enterprise.pk}/").content.decode()
        assert "Units below" in page
        assert len(names(page)) == 10
        assert f"{UNITS}?parent={enterprise.pk}" in page
        assert f"{UNITS}{enterprise.pk}/do/change/" in page

    def test_an_action_that_cannot_be_done_now_is_drawn_with_its_reason(
        self, enterprise: Unit, admin: User, signed_in: SignIn
    ) -> None:
        given = act(
            "permissions.assignment.create", system(), user=admin, role="auditor", unit=enterprise,
            effective_from="2020-01-01", effective_until="2020-12-31",
        )  # fmt: skip
        page = signed_in(admin).get(f"/records/permissions.assignment/{given.pk}/").content.decode()
        assert "Already ended." in page
        assert 'aria-disabled="true"' in page
        assert signed_in(admin).get(f"/records/permissions.assignment/{given.pk}/do/end/").status_code == 409

    def test_as_known_then_and_as_of_a_day(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        early = datetime(2024, 3, 1, 12, tzinfo=UTC)
        with clock.fixed(early):
            unit = act("permissions.unit.create", admin, code="r", name="Retail", kind="business", parent=enterprise)
        with clock.fixed(early + timedelta(days=10)):
            act("permissions.unit.change", admin, unit, name="Shops")
        client = signed_in(admin)
        address = f"{UNITS}{unit.pk}/"
        assert "<h1>Shops</h1>" in client.get(address).content.decode()
        then = client.get(address, {"known_at": "2024-03-05T00:00:00Z"}).content.decode()
        assert "<h1>Retail</h1>" in then
        assert "/do/change/" not in then
        assert "<h1>Retail</h1>" in client.get(address, {"as_of": "2024-03-10"}).content.decode()
        assert "<h1>Shops</h1>" in client.get(address, {"as_of": "2024-03-11"}).content.decode()
        assert "Nothing stood here then" in client.get(address, {"as_of": "2024-02-29"}).content.decode()
        assert client.get(address, {"as_of": "yesterday"}).status_code == 400
        listed = names(client.get(UNITS, {"known_at": "2024-03-05T00:00:00Z"}).content.decode())
        assert "Retail" in listed
        assert "Shops" not in listed
        assert names(client.get(UNITS, {"as_of": "2024-03-10", "q": "retail"}).content.decode()) == ["Retail"]

    def test_history_tells_who_changed_what_and_in_which_leaf(
        self, enterprise: Unit, admin: User, signed_in: SignIn
    ) -> None:
        unit = act("permissions.unit.create", admin, code="r", name="Retail", kind="business", parent=enterprise)
        act("permissions.unit.change", admin, unit, name="Shops")
        page = signed_in(admin).get(f"{UNITS}{unit.pk}/history/").content.decode()
        leaf = Leaf.objects.get(action="permissions.unit.change")
        assert re.search(r"<del>.*Retail</del>\s*<ins>.*Shops</ins>", page)
        assert f"leaf {leaf.seq}" in page
        assert str(admin) in page
        assert page.index("Shops</ins>") < page.index("Add a unit")

    def test_an_erased_version_is_shown_as_erased(self, enterprise: Unit, signed_in: SignIn) -> None:
        officer = user_with("people_officer")
        person = act("people.person.create", officer, full_name="Mina Okafor", unit=enterprise)
        act("people.person.leave", officer, person, left_on="2024-01-31")
        act("people.person.erase", officer, person)
        page = signed_in(officer).get(f"/records/people.person/{person.pk}/history/").content.decode()
        assert "content erased" in page
        assert "Mina" not in page

    def test_a_name_behind_a_permission_is_not_told_by_another_record(
        self, enterprise: Unit, signed_in: SignIn
    ) -> None:
        unit = make_units(enterprise, 1)[0]
        owner = user_with("unit_owner", unit=unit)
        page = signed_in(owner).get(f"{UNITS}{unit.pk}/").content.decode()
        assert "<h1>Unit 000</h1>" in page
        assert str(enterprise) not in page.split("<main")[1].split("</main>")[0]


class TestForms:
    def test_post_redirect_get(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        client = signed_in(admin)
        page = client.get(
            f"{UNITS}do/create/", {"parent": enterprise.pk, "next": f"{UNITS}{enterprise.pk}/"}
        ).content.decode()
        assert f'<option value="{enterprise.pk}" selected>' in page
        data = {"code": "r", "name": "Retail", "kind": "business", "parent": enterprise.pk}
        answer = client.post(
            f"{UNITS}do/create/", data | {"_token": hidden(page, "_token"), "_next": hidden(page, "_next")}
        )
        assert answer.status_code == 302
        assert answer["Location"] == f"{UNITS}{enterprise.pk}/"
        assert "Done: Add a unit." in client.get(answer["Location"]).content.decode()

    def test_going_back_never_leads_away(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        data = {"code": "r", "name": "Retail", "kind": "business", "parent": enterprise.pk}
        for evil in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"):
            answer = signed_in(admin).post(f"{UNITS}do/create/", data | {"code": f"r{len(evil)}", "_next": evil})
            assert answer.status_code == 302
            assert answer["Location"].startswith(UNITS)

    def test_sent_twice_is_done_once(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        client = signed_in(admin)
        data = {"code": "r", "name": "Retail", "kind": "business", "parent": enterprise.pk, "_token": "once"}
        first = client.post(f"{UNITS}do/create/", data)
        leaves = Leaf.objects.count()
        second = client.post(f"{UNITS}do/create/", data)
        assert second.status_code == 302
        assert second["Location"] == first["Location"]
        assert Leaf.objects.count() == leaves
        assert "not done twice" in client.get(second["Location"]).content.decode()

    def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
        self, enterprise: Unit, admin: User, signed_in: SignIn
    ) -> None:
        data = {"code": "not a slug", "name": "Kept words", "kind": "business", "parent": enterprise.pk}
        answer = signed_in(admin).post(f"{UNITS}do/create/", data)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'id="id_code_error"' in page
        assert 'value="Kept words"' in page

    def test_a_refusal_is_told_on_the_form(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        answer = signed_in(admin).post(f"{UNITS}do/create/", {"code": "r", "name": "Typed", "kind": "business"})
        assert answer.status_code == 409
        assert "Say which unit it is part of" in answer.content.decode()
        assert 'value="Typed"' in answer.content.decode()

    def test_somebody_elses_change_is_shown_and_the_typed_words_kept(
        self, enterprise: Unit, admin: User, signed_in: SignIn
    ) -> None:
        unit = make_units(enterprise, 1)[0]
        client = signed_in(admin)
        page = client.get(f"{UNITS}{unit.pk}/do/change/").content.decode()
        seen = hidden(page, "_revision")
        act("permissions.unit.change", user_with("administrator"), unit, name="Theirs")
        answer = client.post(f"{UNITS}{unit.pk}/do/change/", {"name": "Mine", "_revision": seen})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert 'value="Mine"' in page
        assert re.search(r"Unit 000</del>\s*<ins>.*Theirs</ins>", page)
        again = client.post(f"{UNITS}{unit.pk}/do/change/", {"name": "Mine", "_revision": hidden(page, "_revision")})
        assert again.status_code == 302

    def test_a_form_from_elsewhere_is_refused(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        client = signed_in(admin, enforce_csrf_checks=True)
        answer = client.post(
            f"{UNITS}do/create/", {"code": "r", "name": "R", "kind": "business", "parent": enterprise.pk}
        )
        assert answer.status_code == 403
        assert not Unit.objects.filter(code="r").exists()

    def test_a_file_is_sent_with_the_form_and_handed_out_to_its_uploader(
        self, enterprise: Unit, signed_in: SignIn
    ) -> None:
        client = signed_in(user_with("analyst"))
        address = "/records/files.storedfile/do/upload/"
        assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
        answer = client.post(address, {"file": SimpleUploadedFile("notes.txt", b"kept\n")}, follow=True)
        page = answer.content.decode()
        assert "<h1>notes.txt</h1>" in page
        found = re.search(r'href="(/files/\d+/download/)"', page)
        assert found is not None
        assert b"".join(client.get(found[1]).streaming_content) == b"kept\n"

    def test_a_new_api_token_is_shown_once_and_never_again(self, enterprise: Unit, signed_in: SignIn) -> None:
        client = signed_in(user_with("analyst"))
        day = (clock.today() + timedelta(days=9)).isoformat()
        page = client.post("/records/accounts.apitoken/do/create/", {"name": "Nightly", "expires_on": day})
        assert page.status_code == 200
        assert page["Cache-Control"] == "no-store"
        secret = re.search(r'value="(qd_[^"]+)"', page.content.decode())
        assert secret is not None
        listed = client.get("/records/accounts.apitoken/").content.decode()
        assert "Nightly" in listed
        assert secret[1] not in listed


class TestExport:
    def test_the_same_rows_as_the_list_and_no_formula(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        act("permissions.unit.create", system(), code="x", name="=HYPERLINK(1)", kind="business", parent=enterprise)
        act("permissions.unit.create", system(), code="y", name="Plain", kind="function", parent=enterprise)
        answer = signed_in(admin).get(f"{UNITS}export.csv", {"kind": "business"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0][1:] == ["Name", "Kind", "Part of"]
        assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)"]
        assert "attachment" in answer["Content-Disposition"]

    @settings(max_examples=50, deadline=None)
    @given(st.text(max_size=20))
    def test_no_cell_begins_as_a_formula_and_nothing_is_lost(self, text: str) -> None:
        safe = guarded(text)
        assert not safe.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert safe.removeprefix("'") == text or safe == text


class TestSearch:
    def test_finds_what_one_may_see_and_nothing_else(self, enterprise: Unit, admin: User, signed_in: SignIn) -> None:
        units = make_units(enterprise, 8)
        page = signed_in(admin).get("/search/", {"q": "unit"}).content.decode()
        assert page.count("data-row") == 5
        assert f"{UNITS}?q=unit" in page
        owner = user_with("unit_owner", unit=units[3])
        page = signed_in(owner).get("/search/", {"q": "unit"}).content.decode()
        assert page.count("data-row") == 1
        assert "Unit 003" in page

    def test_one_letter_is_too_little(self, admin: User, signed_in: SignIn) -> None:
        assert "Two letters at least." in signed_in(admin).get("/search/", {"q": "u"}).content.decode()
