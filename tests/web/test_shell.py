"""What stands around every page, and the way in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.models import Assignment, Unit
from quarterdeck.web import first
from tests.support import user_with

SignIn = Callable[..., Client]


class TestHeaders:
    def test_no_page_runs_or_loads_anything_from_elsewhere(self, enterprise: Unit, signed_in: SignIn) -> None:
        client = signed_in(user_with("administrator"))
        for address in ("/records/permissions.unit/", "/account/login/", "/nowhere/", "/api/v1/me", "/healthz"):
            answer = client.get(address, follow=True)
            policy = answer["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer["X-Frame-Options"] == "DENY"
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "noindex" in answer["X-Robots-Tag"]
            assert "no-store" in answer["Cache-Control"]
            text = answer.content.decode()
            assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>\s*\S", text.replace('type="application/json"', ""))
            assert " style=" not in text
            assert not re.search(r"\son[a-z]+=", text)

    def test_health_and_robots_need_no_one(self, db: None) -> None:
        assert Client().get("/healthz").json() == {"ok": True}
        assert b"Disallow: /" in Client().get("/robots.txt").content

    def test_a_body_too_large_is_refused_and_nothing_is_kept(self, enterprise: Unit, signed_in: SignIn) -> None:
        client = signed_in(user_with("administrator"))
        large = b"x" * (6 * 1024 * 1024)
        page = client.post(
            "/records/permissions.unit/do/create/", large, content_type="application/x-www-form-urlencoded"
        )
        assert page.status_code == 413
        answer = client.post("/api/v1/records/permissions.unit/actions/create", large, content_type="application/json")
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"

    def test_errors_reveal_nothing(self, enterprise: Unit, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
        client = signed_in(user_with("administrator"))
        client.raise_request_exception = False

        def broken(*args: object) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr("quarterdeck.web.records.lists.page", broken)
        answer = client.get("/records/permissions.unit/")
        assert answer.status_code == 500
        assert "secret detail" not in answer.content.decode()
        assert "Traceback" not in answer.content.decode()


class TestReader:
    def test_pages_speak_the_readers_language_and_zone(self, enterprise: Unit, signed_in: SignIn) -> None:
        admin = user_with("administrator")
        client = signed_in(admin)
        answer = client.post("/you/", {"language": "zh-hans", "time_zone": "Asia/Shanghai", "theme": "dark"})
        assert answer.status_code == 302
        page = client.get("/records/permissions.unit/").content.decode()
        assert '<html lang="zh-Hans" data-theme="dark">' in page
        assert "UTC+8" in page
        admin.refresh_from_db()
        assert (admin.language, admin.time_zone, admin.theme) == ("zh-hans", "Asia/Shanghai", "dark")

    def test_nonsense_is_refused(self, enterprise: Unit, signed_in: SignIn) -> None:
        data = {"language": "xx", "time_zone": "Mars/Base", "theme": "loud"}
        assert signed_in(user_with("administrator")).post("/you/", data).status_code == 422

    def test_navigation_holds_what_one_may_see(self, enterprise: Unit, signed_in: SignIn) -> None:
        page = signed_in(user_with("administrator")).get("/search/").content.decode()
        assert 'href="/records/permissions.assignment/"' in page
        page = signed_in(user_with("board_member")).get("/search/").content.decode()
        assert 'href="/records/permissions.assignment/"' not in page

    def test_somebody_without_a_role_is_told_whom_to_ask(self, enterprise: Unit, signed_in: SignIn) -> None:
        answer = signed_in(user_with()).get("/", follow=True)
        assert answer.status_code == 200

    def test_every_page_asks_who_one_is(self, enterprise: Unit) -> None:
        for address in ("/", "/records/permissions.unit/", "/search/", "/you/", "/records/permissions.unit/export.csv"):
            answer = Client().get(address)
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))


class TestSigningIn:
    @pytest.fixture
    def person(self, enterprise: Unit) -> User:
        user = user_with("analyst", login="mina")
        user.set_password("correct horse battery")
        user.save()
        return user

    def test_by_login_and_password(self, person: User) -> None:
        client = Client()
        client.post("/account/login/", {"login": "mina", "password": "correct horse battery"})
        assert client.get("/records/permissions.unit/").status_code == 200

    def test_nobody_signs_themselves_up(self, enterprise: Unit) -> None:
        before = User.objects.count()
        data = {"username": "intruder", "password1": "a long password here"}
        Client().post("/account/signup/", data)
        assert User.objects.count() == before

    def test_whoever_may_no_longer_sign_in_does_not(self, person: User) -> None:
        person.is_active = False
        person.save()
        client = Client()
        client.post("/account/login/", {"login": "mina", "password": "correct horse battery"})
        assert client.get("/records/permissions.unit/").status_code == 302

    def test_an_open_session_ends_with_the_right_to_sign_in(self, person: User, signed_in: SignIn) -> None:
        client = signed_in(person)
        assert client.get("/records/permissions.unit/").status_code == 200
        User.objects.filter(pk=person.pk).update(is_active=False)
        assert client.get("/records/permissions.unit/").status_code == 302

    def test_guessing_is_slowed_down(self, person: User, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "5/5m/key,20/m/ip"}  # type: ignore[attr-defined]
        client = Client()
        answers = [
            client.post("/account/login/", {"login": "mina", "password": f"wrong {n}"}, REMOTE_ADDR="198.51.100.7")
            for n in range(7)
        ]
        client.post(
            "/account/login/", {"login": "mina", "password": "correct horse battery"}, REMOTE_ADDR="198.51.100.7"
        )
        assert client.get("/records/permissions.unit/").status_code == 302
        assert answers[0].status_code == 200


class TestFirstAdministrator:
    DATA = {"login": "ana", "full_name": "Ana Ito", "email": "", "password": "a long and odd password"}

    def token(self) -> str:
        link = first.first_link("http://localhost")
        assert link is not None
        return link.rstrip("/").rsplit("/", 1)[1]

    @pytest.fixture(autouse=True)
    def _no_link_left(self) -> object:
        yield
        first._path().unlink(missing_ok=True)

    def test_the_link_makes_one_administrator_and_then_is_gone(self, enterprise: Unit) -> None:
        token = self.token()
        client = Client()
        assert client.get(f"/first/{token}/").status_code == 200
        answer = client.post(f"/first/{token}/", self.DATA)
        assert answer.status_code == 302
        assert client.get("/records/permissions.assignment/").status_code == 200
        held = Assignment.objects.filter(user__login="ana").values_list("role_id", flat=True)
        assert set(held) == {"administrator", "employee"}
        assert Leaf.objects.filter(action="permissions.assignment.create").count() == 2
        assert Client().get(f"/first/{token}/").status_code == 404
        assert Client().post(f"/first/{token}/", self.DATA | {"login": "eve"}).status_code == 404
        assert first.first_link("http://localhost") is None

    def test_the_home_keeps_no_token(self, enterprise: Unit) -> None:
        token = self.token()
        assert token not in first._path().read_text()
        assert first._path().stat().st_mode & 0o077 == 0

    def test_a_wrong_token_does_not_exist(self, enterprise: Unit) -> None:
        self.token()
        assert Client().get("/first/guess/").status_code == 404

    def test_a_weak_password_is_refused_and_the_link_still_works(self, enterprise: Unit) -> None:
        token = self.token()
        assert Client().post(f"/first/{token}/", self.DATA | {"password": "password1234"}).status_code == 422
        assert Client().get(f"/first/{token}/").status_code == 200
        assert Session.objects.count() == 0
