"""The ledger's pages show what one may see, and how each leaf is proved."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.engines.merkle.proofs import proof_problems
from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.ledger import checkpoints, standing
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.setup import system_user
from tests.kernel.ledger.hands import by_hand, fill
from tests.support import act, company, system, user_with
from tests.web.workbench.scene import drafted

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(enterprise: Unit) -> User:
    return user_with("auditor", login="ada")


@pytest.fixture
def many(auditor: User) -> list[int]:
    """More roles given than one page holds."""
    for number in range(60):
        user_with("employee", login=f"person{number}")
    return list(
        Leaf.objects.filter(record_type="permissions.assignment").order_by("-seq").values_list("seq", flat=True)
    )


def numbers(client: Client, address: str) -> list[int]:
    """The leaves that a page lists."""
    import re

    text = client.get(address).content.decode()
    return [int(found) for found in re.findall(r'href="/ledger/(\d+)/"', text)]


def test_the_list_turns_page_by_page_without_script(many: list[int], auditor: User, signed_in: SignIn) -> None:
    import html
    import re

    client = signed_in(auditor)
    seen: list[int] = []
    address = "/ledger/?type=permissions.assignment"
    while address:
        text = client.get(address).content.decode()
        seen += [int(found) for found in re.findall(r'href="/ledger/(\d+)/"', text)]
        further = re.search(r'rel="next" href="([^"]+)"', text)
        address = html.unescape(further[1]) if further else ""
    assert seen == many


def test_filters_narrow_it(many: list[int], auditor: User, signed_in: SignIn) -> None:
    client = signed_in(auditor)
    act("permissions.unit.change", system(), company(), name="Renamed")
    newest = Leaf.objects.latest("seq").seq
    assert numbers(client, "/ledger/?type=permissions.unit") == [newest, 0]
    assert numbers(client, "/ledger/?action=permissions.unit.change") == [newest]
    assert numbers(client, "/ledger/?person=ada") == []
    assert numbers(client, "/ledger/?until=1999-12-31") == []
    today = Leaf.objects.get(pk=newest).at.date().isoformat()
    assert numbers(client, f"/ledger/?type=permissions.unit&from={today}&until={today}") == [newest, 0]


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "record=x", "record=99999999999999999999", "after=x", "after=1~never", "before=~", "person=%00"],
)
def test_what_cannot_be_asked_is_told(auditor: User, signed_in: SignIn, query: str) -> None:
    answer = signed_in(auditor).get(f"/ledger/?{query}")
    assert answer.status_code == 400
    assert "cannot be shown as asked" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["type=no.such", "action='", "until=9999-12-31", "after=9223372036854775807", "type=%ff"]
)
def test_odd_questions_have_empty_or_plain_answers(auditor: User, signed_in: SignIn, query: str) -> None:
    assert signed_in(auditor).get(f"/ledger/?{query}").status_code == 200


def test_it_costs_eight_queries_at_most_for_whoever_looks(many: list[int], auditor: User, signed_in: SignIn) -> None:
    for user in (auditor, user_with("administrator"), user_with("employee"), user_with("unit_owner")):
        client = signed_in(user)
        client.get("/ledger/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/ledger/").status_code == 200
        assert len(queries) <= 8, [query["sql"][:80] for query in queries]


def test_a_record_is_called_by_its_title_for_whoever_may_see_it_and_by_its_number_for_others(
    enterprise: Unit, signed_in: SignIn
) -> None:
    analyst, ciso, lead = user_with("analyst"), user_with("ciso"), user_with("group_lead")
    incident = act(
        "incidents.incident.declare", analyst, title="Leaked token of a courier", nature="incident", unit=enterprise,
        discovered_at=clock.now() - timedelta(hours=1),
    )  # fmt: skip
    act(
        "incidents.timelineentry.add", analyst, incident=incident, at=clock.now(), text="Token withdrawn", source="duty"
    )
    page = signed_in(ciso).get("/ledger/").content.decode()
    assert "INC-1 Leaked token of a courier" in page
    assert "Token withdrawn" in page
    act("incidents.incident.raise_wall", ciso, incident, why="Under assessment")
    inside = signed_in(ciso).get("/ledger/").content.decode()
    assert "Leaked token of a courier" in inside
    for outside in (lead, user_with("administrator"), user_with("auditor")):
        page = signed_in(outside).get("/ledger/").content.decode()
        assert "Leaked token" not in page
        assert "Token withdrawn" not in page


def test_many_kinds_of_records_are_named_in_one_query(enterprise: Unit, signed_in: SignIn) -> None:
    scene = drafted()
    act("claims.parameter.set", scene.ciso, code="promptly.hours", value="48", effective_from="2024-01-01")
    client = signed_in(scene.ciso)
    client.get("/ledger/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/ledger/").content.decode()
    assert len(queries) <= 8, [query["sql"][:80] for query in queries]
    for title in ("Promptly = 48 hours", "Awareness spring 2024", "Protocol on insiders", "2024-12-31"):
        assert title in page, title


def test_an_erased_name_is_gone_from_the_list_too(enterprise: Unit, signed_in: SignIn) -> None:
    officer = user_with("people_officer")
    somebody = act("people.person.create", officer, full_name="Xu Fang", email="", unit=enterprise)
    assert "Xu Fang" in signed_in(officer).get("/ledger/").content.decode()
    act("people.person.leave", officer, somebody, left_on=clock.today())
    act("people.person.erase", officer, somebody)
    page = signed_in(officer).get("/ledger/").content.decode()
    assert "Xu Fang" not in page
    assert f"Person {somebody.pk}" in page


def test_a_leaf_has_its_bytes_its_path_and_a_proof_that_holds(auditor: User, signed_in: SignIn) -> None:
    client = signed_in(auditor)
    fill(300, system_user())
    leaf = Leaf.objects.filter(record_type="permissions.assignment").latest("seq")
    page = client.get(f"/ledger/{leaf.seq}/").content.decode()
    assert "No signed checkpoint covers this leaf yet" in page
    assert client.get(f"/ledger/{leaf.seq}/proof.json").status_code == 409

    checkpoints.checkpoint()
    page = client.get(f"/ledger/{leaf.seq}/").content.decode()
    assert bytes(leaf.leaf_hash).hex() in page
    assert "&#34;action&#34;:&#34;permissions.assignment.create&#34;" in page
    document = json.loads(client.get(f"/ledger/{leaf.seq}/proof.json").content)
    assert all(step in page for step in document["audit_path"])
    assert not proof_problems(document, [checkpoints.home_key().verifier], bytes(leaf.body))
    note = client.get("/ledger/checkpoint").content.decode()
    assert note == document["checkpoint"]


def test_it_links_to_the_record_where_the_reader_may_see_it(auditor: User, signed_in: SignIn) -> None:
    given = auditor.assignments.get()
    leaf = Leaf.objects.get(record_type="permissions.assignment", record_id=given.pk)
    assert f"/permissions.assignment/{given.pk}/" in signed_in(auditor).get(f"/ledger/{leaf.seq}/").content.decode()


def test_leaves_that_one_may_not_see_do_not_exist(auditor: User, signed_in: SignIn) -> None:
    employee = user_with("employee")
    client = signed_in(employee)
    leaf = Leaf.objects.get(record_type="permissions.assignment", record_id=auditor.assignments.get().pk).seq
    assert leaf not in numbers(client, "/ledger/")
    for address in (f"/ledger/{leaf}/", f"/ledger/{leaf}/proof.json", "/ledger/999999/", f"/ledger/{2**70}/"):
        assert client.get(address).status_code == 404


def test_nobody_looks_without_signing_in(enterprise: Unit) -> None:
    for address in ("/ledger/", "/ledger/0/", "/ledger/0/proof.json", "/ledger/checkpoint"):
        assert Client().get(address).status_code == 302


class TestItsState:
    def test_is_unknown_before_the_first_verification(self, auditor: User, signed_in: SignIn) -> None:
        assert "has not been verified yet" in signed_in(auditor).get("/ledger/").content.decode()

    def test_says_up_to_which_leaf_and_when(self, auditor: User, signed_in: SignIn) -> None:
        _found, kept = standing.verify_and_keep()
        page = signed_in(auditor).get("/ledger/").content.decode()
        assert "Verified" in page
        assert f"to leaf {kept.size - 1}" in page

    def test_is_not_worked_out_while_somebody_waits(self, auditor: User, signed_in: SignIn) -> None:
        standing.verify_and_keep()
        by_hand("UPDATE ledger_leaf SET leaf_hash = %s WHERE seq = 0", [bytes(32)])
        client = signed_in(auditor)
        assert "Broken" not in client.get("/ledger/").content.decode()
        standing.verify_and_keep()
        page = client.get("/ledger/").content.decode()
        assert "Broken" in page
        assert "The first bad leaf is 0" in page
        assert "Broken" in client.get("/ledger/1/").content.decode()
