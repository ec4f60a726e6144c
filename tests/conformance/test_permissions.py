"""Every resource and action: page, API and action runner agree on who may see and do what."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from quarterdeck.kernel.actions import Action, Denied, NotVisible, perform
from quarterdeck.kernel.actions.base import ActionError
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.scope import unit_of
from quarterdeck.kernel.permissions.sync import SHIPPED_ROLES
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.offers import over
from quarterdeck.kernel.resource.registry import Resource, all_resources, resource_of
from tests.conformance.factory import World
from tests.conformance.people import holder, let_in, raise_wall, signed_in, wall_of, with_role

pytestmark = pytest.mark.django_db

RESOURCES = [resource.code for resource in all_resources()]
ON_RECORDS = [action.code() for resource in all_resources() for action in resource.actions if not action.creates]
CREATING = [action.code() for resource in all_resources() for action in resource.actions if action.creates]
WALLED = [resource.code for resource in all_resources() if resource.scope.wall is not None]


def page(resource: Resource, record: Record, *more: str) -> str:
    return f"/records/{resource.code}/{record.pk}/" + "".join(f"{part}/" for part in more)


def api(resource: Resource, record: Record | None = None, *more: str) -> str:
    parts = [resource.code, *([str(record.pk)] if record is not None else []), *more]
    return "/api/v1/records/" + "/".join(parts)


def statuses(client: Client, resource: Resource, record: Record) -> dict[str, int]:
    """What every door to the record answers."""
    return {
        address: client.get(address).status_code
        for address in (
            page(resource, record),
            page(resource, record, "history"),
            api(resource, record),
            api(resource, record, "history"),
        )
    }


def listed(client: Client, resource: Resource) -> set[int]:
    """Keys in the API's list, all pages."""
    found: set[int] = set()
    after = ""
    while True:
        answer = client.get(api(resource), {"limit": 200, "after": after})
        if answer.status_code == 404:
            return found
        body = answer.json()
        found |= {item["id"] for item in body["items"]}
        if body["next"] is None:
            return found
        after = body["next"]


@pytest.mark.parametrize("code", RESOURCES)
def test_each_shipped_role_sees_what_is_declared(world: World, code: str) -> None:
    resource = resource_of(code)
    # What is also seen through other records is looked at before any other record names it.
    record = world.sample(code) if resource.scope.also is None else world.another(code)
    for role in SHIPPED_ROLES:
        user = with_role(role, world.enterprise)
        let_in(user, wall_of(resource, record))
        client = signed_in(user)
        sees = role in resource.view_roles
        assert client.get(api(resource, record)).status_code == (200 if sees else 404), role
        if not sees:
            continue
        offered = {item["name"] for item in client.get(api(resource, record, "actions")).json()["items"]}
        declared = {action.name for action in resource.actions if not action.creates and role in action.roles}
        assert offered == declared, role


@pytest.mark.parametrize("code", RESOURCES)
def test_without_the_permission_the_record_does_not_exist(world: World, code: str) -> None:
    resource = resource_of(code)
    record = world.sample(code)
    stranger = holder(world.enterprise)
    let_in(stranger, wall_of(resource, record))
    client = signed_in(stranger)
    assert set(statuses(client, resource, record).values()) == {404}
    assert record.pk not in listed(client, resource)


@pytest.mark.parametrize("code", RESOURCES)
def test_seen_in_its_unit_and_not_from_another(world: World, code: str) -> None:
    resource = resource_of(code)
    record = world.sample(code)
    if resource.scope.unit is not None:
        assert unit_of(record, resource.scope) == world.inside, "the sample should hang in world.inside: see hints.py"
    here = holder(world.inside, resource.view_permission)
    let_in(here, wall_of(resource, record))
    client = signed_in(here)
    assert set(statuses(client, resource, record).values()) == {200}
    assert record.pk in listed(client, resource)
    if resource.scope.unit is not None:
        there = holder(world.elsewhere, resource.view_permission)
        let_in(there, wall_of(resource, record))
        client = signed_in(there)
        assert set(statuses(client, resource, record).values()) == {404}
        assert record.pk not in listed(client, resource)


@pytest.mark.parametrize("code", WALLED)
def test_a_wall_hides_it_from_everybody_outside(world: World, code: str) -> None:
    resource = resource_of(code)
    record = world.sample(code)
    if wall_of(resource, record) is None:
        found: Any = record
        for step in resource.scope.wall.split("__")[:-1]:  # type: ignore[union-attr]
            found = getattr(found, step)
        raise_wall(found)
        record = world.sample(code)
    wall = wall_of(resource, record)
    assert wall is not None
    for role in ("administrator", "auditor", "ciso"):
        client = signed_in(with_role(role, world.enterprise))
        assert set(statuses(client, resource, record).values()) == {404}, role
        assert record.pk not in listed(client, resource), role
    insider = holder(world.enterprise, resource.view_permission)
    let_in(insider, wall)
    assert set(statuses(signed_in(insider), resource, record).values()) == {200}


def form_page(client: Client, resource: Resource, record: Record, action: type[Action[Any]]) -> int:
    return client.get(page(resource, record, "do", action.name)).status_code


@pytest.mark.parametrize("code", ON_RECORDS)
def test_an_action_on_a_record_needs_its_permission_on_that_row(world: World, code: str) -> None:
    resource = resource_of(code.rpartition(".")[0])
    action = resource.action(code.rpartition(".")[2])
    record = world.sample(resource.code)
    viewer = holder(world.inside, resource.view_permission)
    doer = holder(world.inside, resource.view_permission, code)
    for user in (viewer, doer):
        let_in(user, wall_of(resource, record))
    before = Leaf.objects.count()

    client = signed_in(viewer)
    text = client.get(page(resource, record)).content.decode()
    assert f"/do/{action.name}/" not in text
    assert f'id="do-{action.name}"' not in text
    assert form_page(client, resource, record, action) == 403
    assert client.post(page(resource, record, "do", action.name)).status_code == 403
    answer = client.post(api(resource, record, "actions", action.name), {}, content_type="application/json")
    assert answer.status_code in {403, 422}
    assert answer.json()["error"]["code"] in {"denied", "invalid"}
    with pytest.raises(Denied):
        perform(action, viewer, record, {})

    client = signed_in(doer)
    offered = {item["name"]: item for item in client.get(api(resource, record, "actions")).json()["items"]}
    assert set(offered) == {action.name}
    text = client.get(page(resource, record)).content.decode()
    drawn = (f"/do/{action.name}/" in text) or (f'id="do-{action.name}"' in text)
    # What lies behind the record for good is named to programs, and not drawn for people.
    assert drawn is not over(action, record)
    possible = offered[action.name]["possible"]
    assert form_page(client, resource, record, action) == (200 if possible else 409)
    assert Leaf.objects.count() == before

    outsiders = [holder(world.enterprise)]
    if resource.scope.unit is not None:
        outsiders.append(holder(world.elsewhere, resource.view_permission, code))
    before = Leaf.objects.count()
    for outsider in outsiders:
        let_in(outsider, wall_of(resource, record))
        client = signed_in(outsider)
        assert form_page(client, resource, record, action) == 404
        assert client.post(page(resource, record, "do", action.name)).status_code == 404
        answer = client.post(api(resource, record, "actions", action.name), {}, content_type="application/json")
        assert answer.status_code == 404
        with pytest.raises(NotVisible):
            perform(action, outsider, record, {})
    assert Leaf.objects.count() == before


@pytest.mark.parametrize("code", CREATING)
def test_making_a_record_needs_its_permission_in_that_unit(world: World, code: str) -> None:
    resource = resource_of(code.rpartition(".")[0])
    action = resource.action(code.rpartition(".")[2])
    data = world.data(action)
    upload = data.pop("_files", None)
    viewer = holder(world.enterprise, resource.view_permission)
    stranger = holder(world.enterprise)
    doer = holder(world.inside, resource.view_permission, code)
    before = Leaf.objects.count()
    address, path = f"/records/{resource.code}/do/{action.name}/", api(resource, None, "actions", action.name)

    client = signed_in(viewer)
    assert address not in client.get(f"/records/{resource.code}/").content.decode()
    assert client.get(address).status_code == 403
    assert client.post(path, data, content_type="application/json").status_code == 403
    with pytest.raises(Denied):
        perform(action, viewer, None, data)

    client = signed_in(stranger)
    hidden = 404 if resource.scope.also is None else 403
    assert client.get(address).status_code == hidden
    assert client.post(path, data, content_type="application/json").status_code == hidden

    client = signed_in(doer)
    assert address in client.get(f"/records/{resource.code}/").content.decode()
    assert client.get(address).status_code == 200
    assert Leaf.objects.count() == before

    if resource.scope.unit is not None and upload is None:
        there = holder(world.elsewhere, resource.view_permission, code)
        before = Leaf.objects.count()
        with pytest.raises(ActionError):
            perform(action, there, None, data)
        assert signed_in(there).post(path, data, content_type="application/json").status_code in {403, 404, 409, 422}
        assert Leaf.objects.count() == before
