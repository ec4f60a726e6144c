"""The JSON API as a program uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import ApiToken, User
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, system, user_with

SignIn = Callable[..., Client]
API = "/api/v1"
UNITS = f"{API}/records/permissions.unit"
JSON = "application/json"


def new_unit(enterprise: Unit, **more: Any) -> dict[str, Any]:
    return {"code": "r", "name": "Retail", "kind": "business", "parent": enterprise.pk} | more


@pytest.fixture
def admin(enterprise: Unit) -> User:
    return user_with("administrator", login="admin")


@pytest.fixture
def token(admin: User, signed_in: SignIn) -> str:
    day = (clock.today() + timedelta(days=1)).isoformat()
    data = {"name": "Nightly", "expires_on": day}
    answer = signed_in(admin).post(f"{API}/records/accounts.apitoken/actions/create", data, content_type=JSON)
    assert answer.status_code == 201
    return str(answer.json()["secret"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class TestWhoCalls:
    def test_nobody_is_told_how_to_come_in(self, enterprise: Unit) -> None:
        answer = Client().get(UNITS)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert set(answer.json()["error"]) == {"code", "message", "where", "fields"}

    def test_a_token_acts_as_its_person(self, token: str) -> None:
        answer = Client().get(f"{API}/me", headers=bearer(token))
        assert answer.json()["login"] == "admin"
        assert "permissions.unit.create" in answer.json()["permissions"]

    def test_a_token_needs_no_form_token_and_changes_through_the_same_action(
        self, token: str, enterprise: Unit
    ) -> None:
        client = Client(enforce_csrf_checks=True)
        answer = client.post(f"{UNITS}/actions/create", new_unit(enterprise), content_type=JSON, headers=bearer(token))
        assert answer.status_code == 201

    def test_a_session_needs_the_form_token(self, admin: User, enterprise: Unit, signed_in: SignIn) -> None:
        client = signed_in(admin, enforce_csrf_checks=True)
        answer = client.post(f"{UNITS}/actions/create", new_unit(enterprise), content_type=JSON)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "csrf"
        assert not Unit.objects.filter(code="r").exists()

    def test_a_wrong_token_is_not_helped_by_a_session(self, admin: User, signed_in: SignIn) -> None:
        assert signed_in(admin).get(UNITS, headers=bearer("qd_wrong")).status_code == 401

    def test_a_late_or_revoked_token_is_none(self, token: str, admin: User) -> None:
        with clock.fixed(clock.now() + timedelta(days=3)):
            assert Client().get(UNITS, headers=bearer(token)).status_code == 401
        assert Client().get(UNITS, headers=bearer(token)).status_code == 200
        act("accounts.apitoken.revoke", admin, ApiToken.objects.get())
        assert Client().get(UNITS, headers=bearer(token)).status_code == 401

    def test_a_token_ends_with_its_persons_right_to_sign_in(self, token: str, admin: User) -> None:
        User.objects.filter(pk=admin.pk).update(is_active=False)
        assert Client().get(UNITS, headers=bearer(token)).status_code == 401

    def test_a_token_makes_no_tokens(self, token: str) -> None:
        data = {"name": "Child", "expires_on": clock.today().isoformat()}
        path = f"{API}/records/accounts.apitoken/actions/create"
        assert Client().post(path, data, content_type=JSON, headers=bearer(token)).status_code == 403

    def test_the_home_keeps_no_secret(self, token: str) -> None:
        kept = ApiToken.objects.get()
        assert token not in str(kept.content())
        assert all(token.encode() not in bytes(leaf.body) for leaf in Leaf.objects.all())

    def test_guessing_tokens_is_slowed_down(self, enterprise: Unit) -> None:
        answers = [Client().get(UNITS, headers=bearer(f"qd_{n}")).status_code for n in range(32)]
        assert answers[0] == 401
        assert answers[-1] == 429

    def test_one_person_sees_only_their_own_tokens(self, token: str, enterprise: Unit, signed_in: SignIn) -> None:
        other = signed_in(user_with("analyst"))
        assert other.get(f"{API}/records/accounts.apitoken").json()["items"] == []
        assert other.get(f"{API}/records/accounts.apitoken/{ApiToken.objects.get().pk}").status_code == 404


class TestReading:
    def test_cursors_lead_through_all_rows_and_back(self, admin: User, enterprise: Unit, signed_in: SignIn) -> None:
        for n in range(7):
            act("permissions.unit.create", system(), **new_unit(enterprise, code=f"u{n}", name=f"Unit {n}"))
        client = signed_in(admin)
        first = client.get(UNITS, {"limit": 3}).json()
        second = client.get(UNITS, {"limit": 3, "after": first["next"]}).json()
        third = client.get(UNITS, {"limit": 3, "after": second["next"]}).json()
        titles = [item["title"] for answer in (first, second, third) for item in answer["items"]]
        assert len(titles) == len(set(titles)) == 8
        assert third["next"] is None
        assert first["previous"] is None
        assert client.get(UNITS, {"limit": 3, "before": third["previous"]}).json()["items"] == second["items"]
        assert first["count"] == 8

    @pytest.mark.parametrize(
        ("query", "where"),
        [({"colour": "red"}, "colour"), ({"kind": "x"}, "kind"), ({"limit": "0"}, "limit"), ({"limit": "many"}, "limit"),
         ({"sort": "digest"}, "sort"), ({"after": "%%%"}, "after"), ({"known_at": "2024-01-01"}, "known_at")],
    )  # fmt: skip
    def test_what_it_does_not_know_it_names(
        self, admin: User, signed_in: SignIn, query: dict[str, str], where: str
    ) -> None:
        answer = signed_in(admin).get(UNITS, query)
        assert answer.status_code == 422
        assert answer.json()["error"]["where"] == where

    def test_one_record_as_known_then(self, admin: User, enterprise: Unit, signed_in: SignIn) -> None:
        early = datetime(2024, 3, 1, 12, tzinfo=UTC)
        with clock.fixed(early):
            unit = act("permissions.unit.create", admin, **new_unit(enterprise))
        with clock.fixed(early + timedelta(days=10)):
            act("permissions.unit.change", admin, unit, name="Shops")
        client = signed_in(admin)
        assert client.get(f"{UNITS}/{unit.pk}").json()["fields"]["name"] == "Shops"
        then = client.get(f"{UNITS}/{unit.pk}", {"known_at": "2024-03-02T00:00:00+08:00"}).json()
        assert (then["fields"]["name"], then["revision"]) == ("Retail", 1)
        assert client.get(f"{UNITS}/{unit.pk}", {"as_of": "2024-02-28"}).status_code == 404
        listed = client.get(UNITS, {"known_at": "2024-03-02T00:00:00Z", "kind": "business"}).json()
        assert [item["title"] for item in listed["items"]] == ["Retail"]

    def test_history_has_every_version_and_what_it_changed(
        self, admin: User, enterprise: Unit, signed_in: SignIn
    ) -> None:
        unit = act("permissions.unit.create", admin, **new_unit(enterprise))
        act("permissions.unit.change", admin, unit, name="Shops")
        items = signed_in(admin).get(f"{UNITS}/{unit.pk}/history").json()["items"]
        assert [item["revision"] for item in items] == [2, 1]
        changed = {"field": "name", "label": "Name", "before": "Retail", "after": "Shops"}
        assert items[0]["changes"] == [changed]
        assert items[0]["action"] == "permissions.unit.change"
        assert items[0]["who"]["title"] == str(admin)

    def test_claims_and_types_are_listed(self, admin: User, signed_in: SignIn) -> None:
        client = signed_in(admin)
        claims = {item["name"]: item for item in client.get(f"{API}/claims").json()["items"]}
        assert claims["organisation.groups_designated"]["params"] == {"at_least": "int"}
        assert "permissions.unit" in {item["type"] for item in client.get(f"{API}/types").json()["items"]}


class TestActing:
    def test_faults_name_their_fields(self, admin: User, enterprise: Unit, signed_in: SignIn) -> None:
        client = signed_in(admin)
        before = Leaf.objects.count()
        for data, field in (
            (new_unit(enterprise, kind="nonsense"), "kind"),
            (new_unit(enterprise, parent=999), "parent"),
            (new_unit(enterprise, parent=[1]), "parent"),
            (new_unit(enterprise, name=["a", "list"]), "name"),
            (new_unit(enterprise, colour="red"), "colour"),
            ({"code": "r"}, "name"),
            ([1], "__all__"),
        ):
            answer = client.post(f"{UNITS}/actions/create", data, content_type=JSON)
            assert answer.status_code == 422, data
            assert field in answer.json()["error"]["fields"], data
        assert client.post(f"{UNITS}/actions/create", "{broken", content_type=JSON).status_code == 422
        assert client.post(f"{UNITS}/actions/create", "[" * 100_000, content_type=JSON).status_code == 422
        assert client.post(f"{UNITS}/actions/create", "a=b", content_type="text/plain").status_code == 422
        assert Leaf.objects.count() == before

    def test_a_key_sent_again_does_it_once(self, admin: User, enterprise: Unit, signed_in: SignIn) -> None:
        client = signed_in(admin)
        key = {"Idempotency-Key": "retry-7"}
        first = client.post(f"{UNITS}/actions/create", new_unit(enterprise), content_type=JSON, headers=key)
        before = Leaf.objects.count()
        again = client.post(f"{UNITS}/actions/create", new_unit(enterprise), content_type=JSON, headers=key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["record"] == first.json()["record"]
        assert Leaf.objects.count() == before

    def test_a_partial_change_leaves_the_rest(self, enterprise: Unit, signed_in: SignIn) -> None:
        officer = user_with("people_officer")
        person = act("people.person.create", officer, full_name="Mina", email="m@example.org", unit=enterprise)
        path = f"{API}/records/people.person/{person.pk}/actions/change"
        answer = signed_in(officer).post(path, {"full_name": "Mina Okafor"}, content_type=JSON)
        assert answer.status_code == 200
        assert answer.json()["record"]["fields"]["email"] == "m@example.org"

    def test_a_refusal_says_why(self, admin: User, enterprise: Unit, signed_in: SignIn) -> None:
        answer = signed_in(admin).post(
            f"{UNITS}/actions/create", {"code": "r", "name": "R", "kind": "business"}, content_type=JSON
        )
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "refused"
        assert "part of" in answer.json()["error"]["message"]

    def test_a_file_comes_as_a_form_or_as_the_key_of_one_kept_before(self, enterprise: Unit, signed_in: SignIn) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = signed_in(user_with("analyst"))
        upload = SimpleUploadedFile("notes.txt", b"kept\n", content_type="text/plain")
        path = f"{API}/records/files.storedfile/actions/upload"
        answer = client.post(path, {"file": upload})
        assert answer.status_code == 201
        assert answer.json()["record"]["fields"]["name"] == "notes.txt"
        upload.seek(0)
        assert client.post(path, {"file": upload, "more": "1"}).status_code == 422

    def test_no_one_changes_a_record_by_reading(self, admin: User, enterprise: Unit, signed_in: SignIn) -> None:
        client = signed_in(admin)
        assert client.get(f"{UNITS}/{enterprise.pk}/actions/change").status_code == 405
        assert client.put(f"{UNITS}/{enterprise.pk}", {}, content_type=JSON).status_code == 405
        assert client.delete(f"{UNITS}/{enterprise.pk}").status_code == 405
