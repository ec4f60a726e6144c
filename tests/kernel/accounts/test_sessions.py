"""A session opens the door to its person for as long as it holds and they may sign in, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.accounts.sessions import SessionStore, user_with
from tests.support import company
from tests.support import user_with as user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client) -> Client:
    company()
    client.force_login(user_of("analyst", login="analyst"))
    assert client.get("/tasks/").status_code == 200
    return client


def refused(client: Client) -> bool:
    answer = client.get("/tasks/")
    return answer.status_code == 302 and answer.headers["Location"].startswith(reverse("account_login"))


def test_a_session_that_has_ended_opens_nothing_and_its_key_is_not_taken_up_again(signed_in: Client) -> None:
    key = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    assert SessionStore(key).load()
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    ended = SessionStore(key)
    assert ended.load() == {}
    assert ended.session_key is None
    assert refused(signed_in)


@pytest.mark.parametrize("key", ["0" * 32, "' OR 1=1 --", "x" * 5000, "\N{SNOWMAN}" * 32, "\0" * 32])
def test_a_guessed_key_opens_nothing(client: Client, key: str) -> None:
    company()
    client.cookies[settings.SESSION_COOKIE_NAME] = key.encode("ascii", "ignore").decode()
    assert refused(client)
    guessed = SessionStore(key)
    assert guessed.load() == {}


def test_whoever_may_no_longer_sign_in_is_out_at_the_next_page(signed_in: Client) -> None:
    User.objects.filter(login="analyst").update(is_active=False)
    assert refused(signed_in)


def test_a_new_password_ends_the_sessions_of_the_old_one(signed_in: Client) -> None:
    user = User.objects.get(login="analyst")
    user.set_password("another long enough one")
    user.save()
    assert refused(signed_in)


def test_a_user_is_read_as_the_query_set_reads_them() -> None:
    company()
    user = user_of("analyst")
    read, found = User.objects.get(pk=user.pk), user_with(user.pk)
    assert found is not None
    fields = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(found, name) for name in fields] == [getattr(read, name) for name in fields]
    assert found.is_active is True
    assert user_with(0) is None
