"""How a person gets to sign in: a login opened by an administrator, a link shown once, a password of their own."""

from __future__ import annotations

import pytest
from django.test import Client

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Refused
from tests.support import act, company, outcome, user_with

pytestmark = pytest.mark.django_db
WORDS = "tide-and-lantern-7"


def test_an_opened_login_gives_a_link_once_at_which_the_password_is_set() -> None:
    unit = company()
    officer, administrator = user_with("people_officer"), user_with("administrator")
    someone = act("people.person.create", officer, full_name="Iris Vale", unit=unit)
    done = outcome("people.person.open_login", administrator, someone, login="iris.vale")
    link = str(getattr(done.record, "shown_once"))  # noqa: B009 - it is no field of the record
    user = User.objects.get(login="iris.vale")
    assert not user.has_usable_password()
    assert "shown_once" not in done.record.content()
    browser = Client()
    page = browser.get(link, follow=True)
    assert page.status_code == 200
    form = browser.post(page.redirect_chain[-1][0], {"password1": WORDS, "password2": WORDS}, follow=True)
    assert form.status_code == 200
    user.refresh_from_db()
    assert user.check_password(WORDS)
    again = Client().get(link, follow=True)
    assert b'name="password1"' not in again.content


def test_only_an_administrator_opens_logins_and_only_once_for_a_person() -> None:
    unit = company()
    officer, administrator = user_with("people_officer"), user_with("administrator")
    someone = act("people.person.create", officer, full_name="Iris Vale", unit=unit)
    with pytest.raises(Denied):
        act("people.person.open_login", officer, someone, login="iris.vale")
    act("people.person.open_login", administrator, someone, login="iris.vale")
    with pytest.raises(Refused, match="has a login already"):
        act("people.person.open_login", administrator, someone, login="iris.two")
