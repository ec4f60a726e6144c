"""A list of employees from the personnel system is taken in whole, or refused with every line that is wrong."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.areas.people.models import PeopleList, Person, Position
from quarterdeck.areas.people.roster import RosterError, read_roster
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, Denied, Refused, perform
from quarterdeck.kernel.jobs.worker import Worker
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.models import Assignment, Unit
from tests.support import act, company, system, user_with

HEAD = "Full name,E-mail,Department,Job title,Level,Login,Car park\n"


@pytest.fixture
def payments(transactional_db: None) -> Unit:
    whole = company()
    made: Unit = act("permissions.unit.create", system(), code="pay", name="Payments", kind="business", parent=whole)
    return made


def read(who: User | Actor, text: str | bytes, **data: str) -> PeopleList:
    content = text if isinstance(text, bytes) else text.encode()
    files: MultiValueDict[str, object] = MultiValueDict({"file": [SimpleUploadedFile("people.csv", content)]})
    made = perform("people.peoplelist.read", who, None, MultiValueDict({k: [v] for k, v in data.items()}), files=files)
    Worker("lists").drain()
    return PeopleList.objects.get(pk=made.record.pk)


def test_people_are_added_with_unit_and_position_and_what_means_nothing_is_named(payments: Unit) -> None:
    officer = user_with("people_officer")
    done = read(
        officer, HEAD + "Luo Xin,luo.xin@example.org,PAY,Analyst,staff,luo.xin,B2\nSu Ke,su.ke@example.org,,,,,\n"
    )
    assert (done.state, done.rows, done.added, done.changed, done.ignored) == ("done", 2, 2, 0, "Car park")
    luo = Person.objects.get(email="luo.xin@example.org")
    assert (luo.full_name, luo.unit, luo.user) == ("Luo Xin", payments, None)
    assert [(row.title, row.level, row.unit) for row in luo.positions.all()] == [("Analyst", "staff", payments)]
    assert Person.objects.get(email="su.ke@example.org").unit == company()


def test_the_same_list_again_changes_nothing_and_a_new_one_only_what_is_new(payments: Unit) -> None:
    officer = user_with("people_officer")
    rows = "Luo Xin,luo.xin@example.org,pay,Analyst,staff,,\n"
    read(officer, HEAD + rows)
    again = read(officer, HEAD + rows)
    assert (again.added, again.changed) == (0, 0)
    moved = read(officer, HEAD + "Luo Xin,LUO.XIN@example.org,,Lead analyst,manager,,\n")
    assert (moved.added, moved.changed) == (0, 1)
    assert Person.objects.count() == 1
    assert [row.title for row in Position.objects.order_by("pk")] == ["Analyst", "Lead analyst"]


def test_one_wrong_line_and_nothing_is_taken_in(payments: Unit) -> None:
    officer = user_with("people_officer")
    before = Leaf.objects.count()
    with pytest.raises(Refused) as refused:
        read(
            officer,
            HEAD + "Luo Xin,luo.xin@example.org,pay,,,,\nSu Ke,nowhere,cellar,,,,\nA B,luo.xin@example.org,,,,,\n",
        )
    words = str(refused.value)
    assert "Line 3: “nowhere” is no e-mail address." in words
    assert "Line 3: there is no unit with the code “cellar”." in words
    assert "Line 4: the address luo.xin@example.org stands there twice." in words
    assert (Person.objects.count(), PeopleList.objects.count(), Leaf.objects.count()) == (0, 0, before)


def test_logins_are_opened_by_whoever_may_open_them_and_give_the_employees_role(payments: Unit) -> None:
    rows = HEAD + "Luo Xin,luo.xin@example.org,pay,,,luo.xin,\n"
    with pytest.raises(Refused, match="Opening logins takes"):
        read(user_with("people_officer"), rows, open_logins="on")
    read(user_with("administrator"), rows, open_logins="on")
    user = User.objects.get(login="luo.xin")
    assert not user.has_usable_password()
    assert Person.objects.get().user == user
    assert [(row.role_id, row.unit) for row in Assignment.objects.filter(user=user)] == [("employee", payments)]


def test_a_list_takes_nobody_elses_login(payments: Unit) -> None:
    user_with("analyst", login="luo.xin")
    with pytest.raises(Refused, match=r"luo\.xin belongs to somebody else"):
        read(user_with("administrator"), HEAD + "Luo Xin,luo.xin@example.org,,,,luo.xin,\n", open_logins="on")


def test_nobody_else_takes_in_a_list(payments: Unit) -> None:
    with pytest.raises(Denied):
        read(user_with("analyst"), HEAD + "Luo Xin,luo.xin@example.org,,,,,\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name;mail address\nLuo;x@example.org\n", "first line has to name"),
        (b"", "empty"),
        (b'name,email\n"Luo,x@example.org\n', "no CSV file"),
        (b"name,email\nLuo\x00,x@example.org\n", "no CSV file"),
        (b"name,email\n", "nobody in this list"),
    ],
)
def test_what_is_no_list_is_refused_in_plain_words(payments: Unit, content: bytes, words: str) -> None:
    with pytest.raises(Exception, match=words):
        read(user_with("people_officer"), content)
    assert PeopleList.objects.count() == 0


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_as_personnel_systems_write_it(separator: str, encoding: str) -> None:
    text = separator.join(["姓名", "邮箱"]) + "\r\n" + separator.join(["罗欣", "luo@example.org"]) + "\r\n"
    found = read_roster(text.encode(encoding), frozenset(), frozenset())
    assert [(row.name, row.email) for row in found.rows] == [("罗欣", "luo@example.org")]


@settings(max_examples=50)
@given(st.binary(max_size=400))
def test_whatever_bytes_come_a_list_is_read_or_refused(content: bytes) -> None:
    try:
        found = read_roster(b"name,email\n" + content, frozenset(), frozenset())
    except RosterError:
        return
    assert all(row.name and "@" in row.email for row in found.rows)
