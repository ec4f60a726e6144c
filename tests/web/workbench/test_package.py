"""Downloads: a draft that says so, and a sealed package that is byte for byte what was sealed."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256

import pytest

from quarterdeck.areas.disclosures.models import Package
from quarterdeck.kernel.permissions.models import Unit
from tests.support import act, user_with
from tests.web.cast import SignIn
from tests.web.workbench.scene import Scene, drafted, press

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(enterprise: Unit) -> Scene:
    return drafted()


def _files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_draft_package_is_marked_as_one(scene: Scene, signed_in: SignIn) -> None:
    files = _files(signed_in(scene.officer).get(f"{scene.url}draft.zip").content)
    manifest = json.loads(files["manifest.json"])
    assert manifest["draft"] is True
    (page,) = [data for name, data in files.items() if name.endswith(".htm") and name != "R1.htm"]
    assert b"DRAFT" in page
    assert signed_in(user_with("auditor")).get(f"{scene.url}draft.zip").status_code == 403


def test_sealing_needs_a_standing_approval(scene: Scene, signed_in: SignIn) -> None:
    done = signed_in(scene.officer).post(f"{scene.url}seal/", follow=True)
    assert "It has no standing approval." in done.content.decode()
    assert not Package.objects.exists()
    assert signed_in(scene.board).post(f"{scene.url}seal/").status_code == 403


def test_the_sealed_package_is_what_was_sealed(scene: Scene, signed_in: SignIn) -> None:
    scene.approve()
    client = signed_in(scene.officer)
    press(client, client.get(scene.url).content.decode(), "Build and seal the package")
    package = Package.objects.get()
    answer = client.get(f"{scene.url}packages/{package.pk}.zip")
    files = _files(answer.content)
    assert sha256(files["manifest.json"]).hexdigest() == package.manifest_sha256
    for row in json.loads(files["manifest.json"])["files"]:
        assert sha256(files[row["name"]]).hexdigest() == row["sha256"]
    assert answer["Content-Disposition"] == 'attachment; filename="0009990042-20f-20241231.zip"'
    assert client.get(f"{scene.url}packages/{package.pk}.zip").content == answer.content
    assert "Record the filing" in client.get(scene.url).content.decode()


def test_a_record_that_changed_since_is_not_handed_out(scene: Scene, signed_in: SignIn) -> None:
    scene.approve()
    client = signed_in(scene.officer)
    press(client, client.get(scene.url).content.decode(), "Build and seal the package")
    package = Package.objects.get()
    act("evidence.evidence.withdraw", scene.ciso, scene.training, reason="Another course")
    done = client.get(f"{scene.url}packages/{package.pk}.zip", follow=True)
    assert done["Content-Type"].startswith("text/html")
    assert "not what was approved" in done.content.decode()
