"""Every resource: bounded queries, the same data through every door, one leaf for each change and none for a refusal."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from quarterdeck.kernel.actions import Action, Actor, Change, Invalid, Stale, perform
from quarterdeck.kernel.actions.base import ActionError
from quarterdeck.kernel.actions.run import bound_form
from quarterdeck.kernel.ledger.models import Leaf, Version
from quarterdeck.kernel.records import Record, plain
from quarterdeck.kernel.resource.present import named
from quarterdeck.kernel.resource.registry import Resource, all_resources, resource_of
from quarterdeck.kernel.resource.schema import form_fields
from tests.conformance.factory import World
from tests.conformance.people import holder, let_in, signed_in, wall_of
from tests.support import system

pytestmark = pytest.mark.django_db

RESOURCES = [resource.code for resource in all_resources()]
ACTIONS = [action.code() for resource in all_resources() for action in resource.actions]
#: An import writes, before its own leaf, one for each record it touches, in the unit of that record: here for one risk.
BESIDE = {"risks.registerimport.take_in": 1}
CREATING = [action.code() for resource in all_resources() for action in resource.actions if action.creates]
#: What a list may ask of the database, whoever looks at it; what a record's page may ask before its panels.
LIST_QUERIES, PAGE_QUERIES, PANEL_QUERIES = 8, 22, 6


def parted(code: str) -> tuple[Resource, type[Action[Any]]]:
    kind, _, name = code.rpartition(".")
    return resource_of(kind), resource_of(kind).action(name)


def everything() -> list[str]:
    """Every view permission: somebody who sees all that is not behind a wall."""
    return [resource.view_permission for resource in all_resources()]


def queries(client: Any, address: str) -> int:
    client.get(address)  # what a process asks once is not asked again
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]])


@pytest.mark.parametrize("code", RESOURCES)
def test_pages_ask_a_bounded_number_of_questions(world: World, code: str) -> None:
    resource = resource_of(code)
    record = world.sample(code)
    for unit in (world.enterprise, world.inside):
        user = holder(unit, *everything(), *(action.code() for action in resource.actions))
        let_in(user, wall_of(resource, record))
        client = signed_in(user)
        assert queries(client, f"/records/{code}/") <= LIST_QUERIES
        assert queries(client, f"/records/{code}/{record.pk}/") <= PAGE_QUERIES + PANEL_QUERIES * len(resource.panels)


@pytest.mark.parametrize("code", RESOURCES)
def test_more_rows_ask_no_more_questions(world: World, code: str) -> None:
    resource = resource_of(code)
    user = holder(world.enterprise, *everything())
    let_in(user, wall_of(resource, world.sample(code)))
    client = signed_in(user)
    few = queries(client, f"/records/{code}/")
    try:
        with transaction.atomic():
            for _ in range(3):
                world.another(code)
    except (AssertionError, AttributeError):
        pytest.skip("there is only ever one")
    assert queries(client, f"/records/{code}/") <= few + 1
    assert queries(client, f"/api/v1/records/{code}") <= LIST_QUERIES + len(resource.details)


@pytest.mark.parametrize("code", [resource.code for resource in all_resources() if resource.named_by])
def test_a_record_is_named_by_what_is_declared_and_asks_for_nothing_more(world: World, code: str) -> None:
    resource, record = resource_of(code), world.sample(code)
    (row,) = named(resource.model._base_manager.filter(pk=record.pk), resource)
    name = str(record)
    with CaptureQueriesContext(connection) as asked:
        assert str(row) == name
    assert len(asked) == 0


def sent_and_kept(record: Record, name: str, sent: Any) -> bool:
    """Whether the record says of a field what was sent; True where it is no field of its own."""
    try:
        field = record._meta.get_field(name)
    except Exception:  # noqa: BLE001 - a form may ask for more than the record keeps
        return True
    if field.many_to_many or (getattr(field, "is_relation", False) and not hasattr(field, "attname")):
        return True
    if isinstance(field, models.DecimalField):
        given = None if sent in (None, "") else Decimal(str(sent))
        return bool(getattr(record, field.attname) == given)
    kept = plain(getattr(record, field.attname))  # type: ignore[union-attr]
    return json.dumps(kept, default=str) == json.dumps(
        plain(field.to_python(sent) if not field.is_relation else sent), default=str
    )  # type: ignore[union-attr]


@pytest.mark.parametrize("code", CREATING)
def test_what_the_api_is_told_is_what_it_answers(world: World, code: str) -> None:
    resource, action = parted(code)
    data = world.data(action)
    upload = data.pop("_files", None)
    user = holder(world.enterprise, *everything(), *ACTIONS)
    client = signed_in(user)
    path = f"/api/v1/records/{resource.code}/actions/{action.name}"
    if upload is not None:
        answer = client.post(path, data | upload)
    else:
        answer = client.post(path, data, content_type="application/json")
    body = answer.json()
    if answer.status_code == 409:
        # As for two votes of one member: refused in words, and nothing happened.
        assert body["error"]["code"] == "refused"
        assert body["error"]["message"]
        return
    assert answer.status_code == 201, body
    record = body["record"]
    assert record is not None
    assert client.get(f"/api/v1/records/{resource.code}/{record['id']}").json() == record
    items = client.get(f"/api/v1/records/{resource.code}?limit=200").json()["items"]
    assert record in items
    kept = resource.model._base_manager.get(pk=record["id"])
    for name, sent in data.items():
        assert sent_and_kept(kept, name, sent), name
    assert record["revision"] == kept.revision
    assert Leaf.objects.get(pk=body["leaf"]).action == action.code()


@pytest.mark.parametrize("code", ACTIONS)
def test_a_change_is_one_leaf_and_a_refusal_none(world: World, code: str) -> None:
    resource, action = parted(code)
    record = None if action.creates else world.sample(resource.code)
    form = bound_form(action(), Actor(system().user, system=True), record, None)
    upload: Any = None
    try:
        data = world.data(action, record) if form is not None else {}
        upload = data.pop("_files", None)
    except AssertionError:
        data = {}
    before, versions = Leaf.objects.count(), Version.objects.count()
    try:
        outcome = perform(action, system(), record, data, files=None if upload is None else _files(upload))
    except ActionError:
        assert Leaf.objects.count() == before
        assert Version.objects.count() == versions
        return
    assert Leaf.objects.count() == before + 1 + BESIDE.get(code, 0)
    assert outcome.leaf.action == action.code()
    assert (outcome.leaf.record_type, outcome.leaf.record_id) == (resource.code, outcome.record.pk)
    newest = (
        Version.objects.filter(record_type=resource.code, record_id=outcome.record.pk).order_by("-revision").first()
    )
    assert newest is not None
    assert newest.revision == outcome.record.revision


def _files(upload: dict[str, Any]) -> Any:
    from django.utils.datastructures import MultiValueDict

    return MultiValueDict({name: [value] for name, value in upload.items()})


@pytest.mark.parametrize("code", ACTIONS)
def test_a_field_that_does_not_exist_is_refused_by_name(world: World, code: str) -> None:
    resource, action = parted(code)
    record = None if action.creates else world.sample(resource.code)
    user = holder(world.enterprise, *everything(), code)
    if record is not None:
        let_in(user, wall_of(resource, record))
    middle = "" if record is None else f"/{record.pk}"
    before = Leaf.objects.count()
    answer = signed_in(user).post(
        f"/api/v1/records/{resource.code}{middle}/actions/{action.name}",
        {"no_such_field": 1},
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert "no_such_field" in answer.json()["error"]["fields"]
    with pytest.raises((Invalid, ActionError)):
        perform(action, system(), record, {"no_such_field": 1})
    assert Leaf.objects.count() == before


CHANGES = [code for code in ACTIONS if issubclass(parted(code)[1], Change)]


@pytest.mark.parametrize("code", CHANGES)
def test_saving_over_somebody_elses_change_is_told(world: World, code: str) -> None:
    resource, action = parted(code)
    record = world.sample(resource.code)
    user = holder(world.enterprise, *everything(), code)
    let_in(user, wall_of(resource, record))
    client = signed_in(user)
    seen = record.revision - 1
    page = client.post(f"/records/{resource.code}/{record.pk}/do/{action.name}/", {"_revision": seen})
    assert page.status_code == 409
    answer = client.post(
        f"/api/v1/records/{resource.code}/{record.pk}/actions/{action.name}?revision={seen}",
        {},
        content_type="application/json",
    )
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "stale"
    with pytest.raises(Stale):
        perform(action, system(), record, {}, revision=seen)


@pytest.mark.parametrize("code", RESOURCES)
def test_the_export_has_the_lists_rows_and_columns(world: World, code: str) -> None:
    resource = resource_of(code)
    record = world.sample(code)
    user = holder(world.inside, *everything())
    let_in(user, wall_of(resource, record))
    answer = signed_in(user).get(f"/records/{code}/export.csv")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows[0]) == len(resource.columns) + 1
    assert str(record.pk) in [row[0] for row in rows[1:]]
    assert signed_in(holder(world.inside)).get(f"/records/{code}/export.csv").status_code in {404, 200}


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    from quarterdeck.api.build import api

    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    return schema


@pytest.mark.parametrize("code", RESOURCES)
def test_openapi_names_every_operation_and_every_field(openapi: dict[str, Any], code: str) -> None:
    resource = resource_of(code)
    assert openapi["openapi"].startswith("3.1")
    base = f"/api/v1/records/{code}"
    for path in (base, f"{base}/{{key}}", f"{base}/{{key}}/history", f"{base}/{{key}}/actions"):
        assert "get" in openapi["paths"][path]
    for action in resource.actions:
        middle = "" if action.creates else "/{key}"
        operation = openapi["paths"][f"{base}{middle}/actions/{action.name}"]["post"]
        fields = form_fields(action)
        if fields:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            assert set(schema["properties"]) == set(fields)
            assert schema["additionalProperties"] is False
