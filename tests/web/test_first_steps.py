"""A new company begins with nobody but its first administrator."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from quarterdeck.areas.people.models import Person
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, system, user_with
from tests.web.workbench.scene import REGISTRANT

SignIn = Callable[..., Client]


def test_an_administrator_of_a_new_home_is_led_through_the_first_steps(enterprise: Unit, signed_in: SignIn) -> None:
    page = signed_in(user_with("administrator", "employee")).get("/").content.decode()
    for address in ("/records/organisation.registrant/", "/records/permissions.unit/", "/records/people.person/"):
        assert f'<a href="{address}">' in page
    assert "First steps of a new home" in page


def test_which_filer_the_company_is_is_a_step_and_leads_to_its_form_once_the_company_is_registered(
    enterprise: Unit, signed_in: SignIn
) -> None:
    client = signed_in(user_with("administrator", "employee"))
    assert "Say which filer the company is" in client.get("/").content.decode()
    company = act("organisation.registrant.create", system(), **REGISTRANT)
    address = f"/records/organisation.filerstatus/do/create/?registrant={company.pk}"
    before = client.get("/").content.decode()
    assert f'href="{address}"' in before
    form = client.get(address).content.decode()
    assert f'<option value="{company.pk}" selected>' in form
    act(
        "organisation.filerstatus.create", system(), registrant=company, filer="fpi", category="accelerated",
        shell_company=False, effective_from="2020-01-01",
    )  # fmt: skip
    assert client.get("/").content.decode().count('class="chip supported"') > before.count('class="chip supported"')


def test_an_employee_arrives_at_their_own_tasks_without_steps(enterprise: Unit, signed_in: SignIn) -> None:
    answer = signed_in(user_with("employee")).get("/", follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [("/tasks/", 302)]
    assert "First steps of a new home" not in page
    assert 'href="/records/bodies.body/"' in page


def test_the_first_person_enters_signs_in_and_gets_a_role(enterprise: Unit, signed_in: SignIn) -> None:
    admin = signed_in(user_with("administrator", "employee"))
    added = {"full_name": "Su Ke", "email": "", "unit": enterprise.pk}
    assert admin.post("/records/people.person/do/create/", added).status_code == 302
    person = Person.objects.get()
    once = admin.post(f"/records/people.person/{person.pk}/do/open_login/", {"login": "su.ke"}).content.decode()
    link = re.search(r"http://testserver(/account/password/reset/key/[^\"]+)", once)
    assert link is not None
    somebody = Client()
    answer = somebody.get(link[1], follow=True)
    assert "su.ke" in answer.content.decode()
    chosen = {"password1": "a long and odd password", "password2": "a long and odd password"}
    done = somebody.post(answer.redirect_chain[-1][0], chosen, follow=True).content.decode()
    assert 'href="/account/login/"' in done
    offered = admin.get("/records/permissions.assignment/do/create/").content.decode()
    assert "Su Ke" in offered


def test_a_role_is_offered_neither_to_oneself_nor_to_who_cannot_sign_in(enterprise: Unit, signed_in: SignIn) -> None:
    me = user_with("administrator", login="zhou-qi")
    gone = user_with("employee", login="gone-away")
    gone.is_active = False
    gone.save()
    page = signed_in(me).get("/records/permissions.assignment/do/create/").content.decode()
    choices = re.search(r'<select name="user".*?</select>', page, re.DOTALL)
    assert choices is not None
    assert not {"Zhou Qi", "Gone Away", "Quarterdeck"} & set(re.findall(r">([^<]+)</option>", choices[0]))
