"""The measures count records first: engagements of vendors, assignments of training, tests of safeguards and test reports."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from quarterdeck.kernel import clock
from quarterdeck.kernel.permissions.models import Unit
from tests.areas.engagements.desk import engagement, handed_in
from tests.areas.evidence.papers import attest
from tests.areas.policies.writing import policy, published
from tests.areas.safeguards.house import examined, safeguard
from tests.areas.training.school import assign, course, employee, finish
from tests.areas.vendors.path import Cast
from tests.support import act, at, parameter, user_with
from tests.web.cast import SignIn
from tests.web.workbench.scene import read, registered, words

pytestmark = pytest.mark.django_db

NOW = at(2024, 12, 3)


@pytest.fixture
def board(enterprise: Unit, signed_in: SignIn) -> Client:
    registered()
    return signed_in(user_with("board_member"))


def linked(client: Client, address: str, title: str) -> str:
    """The words of the page that the link ``title`` leads to."""
    page = client.get(address).content.decode()
    found = re.search(rf'<a href="([^"]+)">{re.escape(title)}</a>', page)
    assert found, title
    return words(client.get(found[1].replace("&amp;", "&")).content.decode())


def test_vendors_are_counted_by_their_engagements_and_each_links_to_its_own(board: Client) -> None:
    parameter("generally.share", "0.9")
    cast = Cast()
    attest(cast.ciso, "vendor")
    cast.engaged("Pier Hosting", date(2024, 10, 1), date(2024, 10, 20))
    with clock.fixed(at(2024, 11, 2)):
        late = cast.vendor("Quay Couriers")
        act(
            "vendors.vendorexception.request", cast.head, vendor=late, reason="Strike", compensating="Nothing secret",
            expires_on="2025-01-31",
        )  # fmt: skip
        act("vendors.vendorexception.grant", cast.ciso, late.exceptions.get(), reason="Needed")
        act(
            "vendors.acceptance.record",
            cast.head,
            vendor=late,
            version="3",
            accepted_on="2024-11-02",
            accepted_by="They",
        )
        act("vendors.vendorengagement.engage", cast.head, cast.planned(late), engaged_on="2024-11-02")
    with clock.fixed(NOW):
        assert "Vendors engaged after evaluation 50% ≥ 90% 1 of 2, Q4 2024" in read(board, "/programme/")
        behind = read(board, "/programme/measures/vendors/")
        assert "Pier Hosting: Hosting 20 Oct 2024 · approved on 2024-10-01, engaged on 2024-10-20" in behind
        assert "Quay Couriers: Hosting 2 Nov 2024 · exception of 2024-11-02: Strike" in behind
        assert "typed facts" not in behind
        assert "Pier Hosting" in linked(board, "/programme/measures/vendors/", "Pier Hosting: Hosting")


def test_an_approval_of_the_day_itself_or_later_is_none_before(board: Client) -> None:
    cast = Cast()
    engaged = cast.engaged("Pier Hosting", date(2024, 10, 1), date(2024, 10, 20))
    act(
        "vendors.evaluation.withdraw",
        cast.ciso,
        engaged.evaluation,
        day="2024-11-01",
        reason="The answers were not theirs",
    )
    with clock.fixed(NOW):
        assert "Vendors engaged after evaluation 0%" in read(board, "/programme/")
        assert "its evaluation was withdrawn: The answers were not theirs" in read(
            board, "/programme/measures/vendors/"
        )


def test_training_is_counted_by_what_fell_due_without_those_excused(board: Client) -> None:
    officer = user_with("people_officer")
    made = course(officer)
    with clock.fixed(at(2024, 10, 1)):
        rows = [assign(officer, employee(f"Person {number}"), made, due="2024-11-15") for number in range(4)]
    with clock.fixed(at(2024, 10, 9)):
        finish(rows[0])
        finish(rows[1])
        act("training.assignment.excuse", officer, rows[3], reason="Ill all year")
    with clock.fixed(NOW):
        assert "Employees who completed training 66.6% ≥ 95% 2 of 3, Q4 2024" in read(board, "/programme/")
        behind = read(board, "/programme/measures/training/")
        assert "Recognising phishing 15 Nov 2024 · 2 of 3 completed it; excused or gone: 1" in behind
        rows_behind = linked(board, "/programme/measures/training/", "Recognising phishing")
    assert all(f"Person {number}" in rows_behind for number in range(4))


def test_tests_of_safeguards_and_approved_reports_are_counted_and_typed_ones_only_without_them(board: Client) -> None:
    parameter("continuous.tests_a_year", "2")
    ciso = user_with("ciso")
    with clock.fixed(at(2024, 11, 1)):
        attest(ciso, "security_test", tested_on="2024-10-05")
    with clock.fixed(NOW):
        assert "Security tests in twelve months 1 ≥ 2" in read(board, "/programme/")
        assert "typed facts" in read(board, "/programme/measures/tests/")
    backups = safeguard()
    with clock.fixed(at(2024, 11, 20)):
        examined(backups, "2024-11-04")
        examined(backups, "2024-11-18", "not_effective", performer="outside")
        examined(backups, "2024-11-19", approve=False)
        report = handed_in(engagement(), kind="test_report", on="2024-11-10")
        act("engagements.deliverable.approve", ciso, report)
    with clock.fixed(NOW):
        page = read(board, "/programme/")
        assert "Security tests in twelve months 3 ≥ 2 safeguard effective in 1 of 2 tests; test reports: 1" in page
        behind = read(board, "/programme/measures/tests/")
        assert "typed facts" not in behind
        assert "Backups 18 Nov 2024 · Test: Not effective" in behind
        assert "Backups · 2024-11-04" in linked(board, "/programme/measures/tests/", "Backups")


def test_a_typed_policy_is_not_to_be_renewed_once_one_of_its_kind_is_published(
    enterprise: Unit, signed_in: SignIn
) -> None:
    registered()
    ciso = user_with("ciso")
    with clock.fixed(at(2024, 3, 1)):
        attest(ciso, "policy", title="Insiders, as uploaded", policy_kind="internal_threats", expires_on="2025-01-20")
        attest(ciso, "policy", title="Incidents, as uploaded", policy_kind="incident_handling", expires_on="2025-01-20")
        published(policy("internal_threats", title="Insiders, as written here"))
    with clock.fixed(NOW):
        page = read(signed_in(ciso), "/programme/")
    assert "Renew “Incidents, as uploaded”" in page
    assert "Insiders, as uploaded" not in page
