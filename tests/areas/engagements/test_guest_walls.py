"""A guest sees the one engagement that is open to them: no other record, at no address, by no action."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from quarterdeck.areas.engagements.models import Engagement
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, NotVisible, perform
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.models import Grant
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.resource.registry import all_resources, resource_of
from tests.areas.engagements.desk import engagement, guest, handed_in, recommended
from tests.conformance.conftest import world as world
from tests.conformance.factory import World
from tests.support import act, system

pytestmark = pytest.mark.django_db

#: What the role holds as shipped: nothing beyond the own engagement, and keeping a file to hand in.
HELD = {
    "engagements.engagement.view",
    "engagements.engagement.recommend",
    "engagements.engagement.submit_deliverable",
    "engagements.deliverable.view",
    "engagements.deliverable.hand_in",
    "engagements.recommendation.view",
    "files.storedfile.view",
}
#: Rows by which a guest is told apart, by type: what stands in the own engagement, and nothing else.
OWN = ("engagements.engagement", "engagements.deliverable", "engagements.recommendation", "files.storedfile")


class Scene:
    """The guest's own engagement in a company in which every type has a record."""

    def __init__(self, world: World) -> None:
        world.furnish()
        self.world = world
        self.held: Engagement = engagement("Harbinger")
        self.user, self.link = guest(self.held, "gus")
        self.user.refresh_from_db()
        self.report = handed_in(self.held, who=self.user)
        self.advice = recommended(self.held, self.user)
        self.asked = act(
            "engagements.deliverable.request",
            system(),
            engagement=self.held,
            title="Annex",
            kind="advice",
            due="2099-01-01",
        )
        self.client = Client()
        self.client.force_login(self.user)
        mine: list[Record] = [self.held, self.report, self.advice, self.asked]
        assert self.report.file is not None
        self.mine = {(row.type_code(), row.pk) for row in [*mine, self.report.file]}

    def others(self) -> Iterator[Record]:
        """A record of every type that is not the guest's."""
        for resource in all_resources():
            key = self.world.samples.get(resource.code)
            if key is not None and (resource.code, key) not in self.mine:
                yield resource.model._base_manager.get(pk=key)


@pytest.fixture
def scene(world: World) -> Scene:
    # How often somebody may ask within a minute is remembered beyond one test.
    cache.clear()
    return Scene(world)


def test_the_role_holds_what_a_guest_needs_and_nothing_more(scene: Scene) -> None:
    grants = Grant.objects.filter(role="external_assessor")
    assert {grant.permission for grant in grants} - {"files.storedfile.upload"} == HELD
    assert {grant.permission for grant in grants if grant.reach != Grant.Reach.OWN} <= {"files.storedfile.upload"}


def patterns(found: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the product, as a pattern."""
    for one in (found or get_resolver()).url_patterns:
        where = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, where)
        else:
            yield where, one


def addresses(scene: Scene) -> Iterator[str]:
    """Each pattern filled with the keys, types and actions of everything that is not the guest's."""
    rows = list(scene.others())
    for where, _pattern in patterns():
        if "logout" in where or "first/" in where or "^" in where or "healthz" in where:
            continue
        text = "/" + where
        if "<typecode:code>" in text or "{" in text:
            for row in rows:
                filled = text.replace("<typecode:code>", row.type_code()).replace("<int:pk>", str(row.pk))
                actions = [action.name for action in resource_of(type(row)).actions] or ["create"]
                yield from dict.fromkeys(filled.replace("<slug:name>", name) for name in actions)
            continue
        if "<" not in text:
            yield text
            continue
        keys = {str(row.pk) for row in rows}
        for key in keys:
            filled = text
            while "<" in filled:
                start, end = filled.index("<"), filled.index(">")
                filled = filled[:start] + key + filled[end + 1 :]
            yield filled


def test_no_address_shows_anything_of_the_rest_of_the_company(scene: Scene) -> None:
    words = {str(row) for row in scene.others() if isinstance(str(row), str) and len(str(row)) > 8}
    words -= {str(row) for row in (scene.held, scene.report, scene.advice)}
    words -= {word for word in words if word in str(scene.user)}
    looked = 0
    for address in addresses(scene):
        answer = scene.client.get(address, follow=True)
        looked += 1
        assert answer.status_code < 500, address
        if answer.status_code != 200 or answer.headers.get("Content-Type", "").startswith("font"):
            continue
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        text = body.decode("utf-8", "replace")
        # A guest's own pages name kinds and roles, never a record of somebody else's.
        shown = {
            word for word in words if word in text and not address.startswith(("/design", "/static", "/api/v1/openapi"))
        }
        assert not shown, (address, shown)
    assert looked > 300


def test_every_list_holds_the_own_engagement_only(scene: Scene) -> None:
    for code in [resource.code for resource in all_resources()]:
        answer = scene.client.get(f"/api/v1/records/{code}", {"limit": 200})
        if answer.status_code == 404:
            continue
        seen = {(code, item["id"]) for item in json.loads(answer.content)["items"]}
        assert seen <= scene.mine
        assert code in OWN or not seen


def test_no_action_starts_on_anybody_elses_record(scene: Scene) -> None:
    before = Leaf.objects.count()
    tried = 0
    for row in scene.others():
        for action in resource_of(type(row)).actions:
            tried += 1
            if not action.creates:
                with pytest.raises((Denied, NotVisible)):
                    perform(action, scene.user, row.pk, {})
            elif action.code() != "files.storedfile.upload":
                with pytest.raises(Denied):
                    perform(action, scene.user, None, {})
    assert Leaf.objects.count() == before
    assert tried > 100


def test_in_the_own_engagement_a_guest_hands_in_and_recommends_and_decides_nothing(scene: Scene) -> None:
    page = scene.client.get(f"/records/engagements.engagement/{scene.held.pk}/").content.decode()
    assert "Hand in a deliverable" in page
    assert "Recommend an improvement" in page
    for hidden in ("do/invite_guest/", "do/end/", "do/change/", str(scene.held.owner)):
        assert hidden not in page
    for code, row in (
        ("engagements.recommendation.accept", scene.advice),
        ("engagements.recommendation.reject", scene.advice),
        ("engagements.deliverable.approve", scene.report),
        ("engagements.engagement.end", scene.held),
        ("engagements.engagement.invite_guest", scene.held),
    ):
        with pytest.raises(Denied):
            perform(code, scene.user, row.pk, {})


def test_the_report_that_a_guest_handed_in_is_theirs_to_read_again(scene: Scene) -> None:
    assert scene.report.file is not None
    assert scene.client.get(reverse("file_download", args=[scene.report.file.pk])).status_code == 200


def test_a_guest_without_an_open_engagement_sees_nothing_at_all(scene: Scene) -> None:
    act("engagements.engagementguest.close", system(), scene.held.guests.get())
    scene.user.refresh_from_db()
    assert not scene.user.is_active
    assert scene.client.get(f"/records/engagements.engagement/{scene.held.pk}/").status_code in (302, 403, 404)
    User.objects.filter(pk=scene.user.pk).update(is_active=True)
    client = Client()
    client.force_login(User.objects.get(pk=scene.user.pk))
    assert client.get(f"/records/engagements.engagement/{scene.held.pk}/").status_code == 404
