"""A word that stands only behind a wall: nobody outside ever reads it, through whatever door, whatever their role."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
import pytest
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.claims.registry import ClaimError, all_predicates
from quarterdeck.kernel.jobs.worker import Worker
from quarterdeck.kernel.ledger.sight import may_export
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import Resource, all_resources
from tests.areas.determinations.people import after
from tests.proofs.walled import WORD, Matter, told
from tests.support import ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(tmp_path: Path) -> Matter:
    return told(tmp_path)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


def doors(resource: Resource, record: Record) -> Iterator[str]:
    """Every address of one record."""
    code, key = resource.code, record.pk
    yield from (f"/records/{code}/{key}/", f"/records/{code}/{key}/history/")
    yield f"/records/{code}/{key}/?known_at=2030-01-01T00:00:00Z"
    yield f"/records/{code}/{key}/?as_of=2030-01-01"
    yield from (f"/api/v1/records/{code}/{key}{part}" for part in ("", "/history", "/actions"))
    yield from (f"/records/{code}/{key}/do/{one.name}/" for one in resource.actions if not one.creates)
    if resource.screen == "incident_room":
        yield from (f"/incidents/{key}/", f"/incidents/{key}/?tab=wall", f"/incidents/{key}/inside.csv")
    if resource.screen == "meeting":
        yield f"/meetings/{key}/"
    if code == "disclosures.disclosure":
        yield f"/disclosures/{key}/"


def test_the_word_stands_in_every_type_of_record_behind_a_wall(matter: Matter) -> None:
    """Otherwise the other tests would look for what is nowhere."""
    walled = {resource.code for resource in all_resources() if resource.scope.wall is not None}
    there = {resource.code for resource, _row in matter.records()}
    assert walled - there == set()
    insider = client_of(matter.cast.member.user)
    assert WORD in text_of(insider.get(f"/incidents/{matter.incident.pk}/"))
    assert WORD in text_of(insider.get("/records/incidents.incident/"))
    assert WORD in text_of(insider.get("/api/v1/records/determinations.factor"))


def test_every_address_of_it_answers_404_to_every_role(matter: Matter) -> None:
    rows = list(matter.records())
    for role, user in matter.outsiders().items():
        client = client_of(user)
        for resource, record in rows:
            for address in doors(resource, record):
                answer = client.get(address)
                assert answer.status_code == 404, (role, address, answer.status_code)
                assert WORD not in text_of(answer), (role, address)


def pages(client: Client, most: int = 3000) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, with the lists, exports, API and searches that none leads to."""
    waiting = ["/", "/ledger/", "/programme/", "/you/", "/design/", f"/search/?q={WORD[:6]}", "/search/?q=INC-", "/api/v1/me",
               "/api/v1/types", "/api/v1/claims", "/api/v1/openapi.json"]  # fmt: skip
    for resource in all_resources():
        waiting += [f"/records/{resource.code}/", f"/records/{resource.code}/export.csv", f"/api/v1/records/{resource.code}",
                    f"/records/{resource.code}/?known_at=2030-01-01T00:00:00Z", f"/records/{resource.code}/?as_of=2030-01-01"]  # fmt: skip
        if resource.search:
            waiting += [f"/records/{resource.code}/?q={WORD[:6]}", f"/api/v1/records/{resource.code}?q={WORD[:6]}"]
        waiting += [f"/records/{resource.code}/do/{one.name}/" for one in resource.actions if one.creates]
    seen = set(waiting)
    read = 0
    while waiting and read < most:
        address = waiting.pop(0)
        answer = client.get(address)
        read += 1
        text = text_of(answer)
        yield address, text
        if answer.status_code != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        for link in lxml.html.document_fromstring(text).iter("a"):
            target = urldefrag(urljoin(address, link.get("href", ""))).url
            if target and not urlsplit(target).netloc and target not in seen and "logout" not in target:
                seen.add(target)
                waiting.append(target)
    assert not waiting, f"{len(waiting)} pages were not read"


#: What somebody types comes back in the field it was typed into. Half the word is typed; nobody gets the other half.
@pytest.mark.parametrize("role", ["every role", "administrator", "auditor", "board_member", "employee"])
def test_no_page_list_count_search_or_export_says_it(matter: Matter, role: str) -> None:
    client = client_of(matter.outsiders()[role])
    number, read = matter.incident.number, 0
    for address, text in pages(client):
        read += 1
        assert WORD not in text, (role, address)
        assert not re.search(rf"\b{number}\b", text), (role, address)
        assert "2026-R1" not in text, (role, address)
    assert read > 100


def test_lists_count_what_a_person_sees_and_nothing_more(matter: Matter) -> None:
    """The same rows and the same total as in a company in which nothing stands behind a wall."""
    outside, inside = client_of(matter.outsiders()["every role"]), client_of(matter.cast.member.user)
    hidden: dict[str, set[int]] = {}
    for resource, row in matter.records():
        hidden.setdefault(resource.code, set()).add(row.pk)
    for code, keys in hidden.items():
        rows = {row["id"] for row in outside.get(f"/api/v1/records/{code}?limit=50").json()["items"]}
        assert not rows & keys, code
    assert len(outside.get("/api/v1/records/incidents.incident?limit=50").json()["items"]) == 1
    assert len(inside.get("/api/v1/records/incidents.incident?limit=50").json()["items"]) == 2


def test_nobody_outside_takes_the_ledger_away(matter: Matter) -> None:
    assert [role for role, user in matter.outsiders().items() if may_export(user)] == []


def test_no_mail_no_job_and_no_log_carries_it(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.INFO)
    matter = told(tmp_path)
    User.objects.update(email="somebody@example.org")
    with clock.fixed(after(31)):
        assert Worker("w").drain() > 0
    client = client_of(matter.outsiders()["every role"])
    client.get(f"/incidents/{matter.incident.pk}/")
    client.get(f"/search/?q={WORD[:6]}")
    assert WORD not in caplog.text
    assert mail.outbox != []
    assert [one.subject for one in mail.outbox if WORD in one.subject + one.body] == []
    assert [
        row.id for row in DBTaskResult.objects.all() if WORD in f"{row.args_kwargs} {row.return_value} {row.traceback}"
    ] == []


def test_no_verdict_tells_its_title_or_number(matter: Matter) -> None:
    asked = 0
    for predicate in all_predicates():
        for basis in predicate.bases:
            try:
                answer = ask(predicate.name, basis, 2026)
            except ClaimError:
                continue
            asked += 1
            said = " ".join([str(answer.because), *(f"{row.title} {row.note}" for row in answer.evidence)])
            assert WORD not in said, predicate.name
            assert matter.incident.number not in said, predicate.name
    assert asked > 10
