"""Uploading by action, and who may then see and download the file."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Denied, Invalid, perform
from quarterdeck.kernel.files import handlers
from quarterdeck.kernel.files.inspection import Limits
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.files.store import StorageFull
from quarterdeck.kernel.files.views import download
from quarterdeck.kernel.ledger.models import Leaf
from quarterdeck.kernel.permissions.scope import permitted
from quarterdeck.kernel.resource.registry import resource_of
from tests.kernel.files.archives import PDF, PROGRAM, zipped
from tests.support import company, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    company()
    return tmp_path


def sent(
    content: bytes, name: str = "Policy.pdf", media_type: str = "text/html"
) -> MultiValueDict[str, SimpleUploadedFile]:
    return MultiValueDict({"file": [SimpleUploadedFile(name, content, media_type)]})


def upload(user: User, content: bytes = PDF, name: str = "Policy.pdf") -> StoredFile:
    saved = perform("files.storedfile.upload", user, data=MultiValueDict(), files=sent(content, name)).record
    assert isinstance(saved, StoredFile)
    return saved


def visible_to(user: User) -> list[StoredFile]:
    resource = resource_of(StoredFile)
    return list(permitted(StoredFile.objects.all(), resource.scope, user, resource.view_permission))


def asking(user: User) -> HttpRequest:
    request = RequestFactory().get("/files/1/download/")
    request.user = user
    return request


def test_an_upload_is_kept_with_a_leaf_and_the_type_of_its_content() -> None:
    stored = upload(user_with("analyst"), name="../..\\Policy\u202e.pdf")
    assert (stored.name, stored.media_type, stored.size) == ("Policy.pdf", "application/pdf", len(PDF))
    assert stored.open().read() == PDF
    assert Leaf.objects.filter(action="files.storedfile.upload", record_id=stored.pk).count() == 1


def test_only_the_uploader_sees_a_file_that_nothing_cites() -> None:
    analyst, other, auditor = user_with("analyst"), user_with("analyst"), user_with("auditor")
    stored = upload(analyst)
    assert visible_to(analyst) == [stored]
    assert visible_to(other) == []
    assert visible_to(auditor) == []


def test_the_same_bytes_of_two_people_are_one_blob_and_two_rows(root: Path) -> None:
    first, second = user_with("analyst"), user_with("counsel")
    mine, theirs = upload(first), upload(second)
    assert mine.pk != theirs.pk
    assert visible_to(second) == [theirs]
    assert len([path for path in root.rglob("*") if path.is_file()]) == 1


def test_who_may_not_upload_is_denied() -> None:
    with pytest.raises(Denied):
        upload(user_with("auditor"))


@pytest.mark.parametrize("content", [PROGRAM, zipped({"zeros": b"\x00" * 20_000_000})])
def test_a_hostile_upload_is_invalid_at_its_field_and_nothing_is_kept(root: Path, content: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        upload(user_with("analyst"), content)
    assert set(caught.value.errors) == {"file"}
    assert not StoredFile.objects.exists()
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_a_full_disk_leaves_no_row_and_no_leaf(monkeypatch: pytest.MonkeyPatch) -> None:
    analyst = user_with("analyst")
    leaves = Leaf.objects.count()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageFull):
            upload(analyst)
    assert not StoredFile.objects.exists()
    assert Leaf.objects.count() == leaves


def test_a_download_is_an_attachment_that_no_browser_runs() -> None:
    analyst = user_with("analyst")
    stored = upload(analyst, b"<!doctype html><script>alert(1)</script>", "成绩 report.html")
    response = download(asking(analyst), stored.pk)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Content-Disposition"].startswith("attachment;")
    assert "成绩 report.html" in unquote(response["Content-Disposition"])
    assert b"".join(response.streaming_content) == b"<!doctype html><script>alert(1)</script>"  # type: ignore[attr-defined]


def test_a_download_by_anyone_else_is_not_found() -> None:
    stored = upload(user_with("analyst"))
    with pytest.raises(Exception, match="There is no such file"):
        download(asking(user_with("ciso")), stored.pk)


def test_the_address_of_a_file_answers_its_uploader_and_hides_it_from_others_and_strangers(client: Client) -> None:
    analyst = user_with("analyst")
    stored = upload(analyst)
    address = f"/files/{stored.pk}/download/"
    assert client.get(address).status_code == 302
    client.force_login(user_with("ciso"))
    assert client.get(address).status_code == 404
    client.force_login(analyst)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert client.post(address).status_code == 405


def test_a_download_whose_blob_was_lost_says_so() -> None:
    from quarterdeck.kernel.files.store import path_of

    analyst = user_with("analyst")
    stored = upload(analyst)
    path_of(stored.sha256).unlink()
    response = download(asking(analyst), stored.pk)
    assert response.status_code == 410
    assert not stored.intact()


def posted(content: bytes) -> MultiValueDict[str, SimpleUploadedFile]:
    source = io.BytesIO(content)
    source.name = "big.pdf"
    return RequestFactory().post("/", {"file": source}).FILES  # type: ignore[return-value]


def test_a_request_that_sends_too_much_is_cut_and_refused_at_its_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    analyst = user_with("analyst")
    monkeypatch.setattr(handlers, "LIMITS", Limits(size=100_000))
    files = posted(PDF + b" " * 300_000)
    with pytest.raises(Invalid, match="larger than"):
        perform("files.storedfile.upload", analyst, data=MultiValueDict(), files=files)
    kept = perform("files.storedfile.upload", analyst, data=MultiValueDict(), files=posted(PDF)).record
    assert isinstance(kept, StoredFile)
    assert kept.open().read() == PDF


def test_a_temporary_disk_that_fills_up_is_refused_at_the_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from django.core.files.uploadhandler import TemporaryFileUploadHandler

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    analyst = user_with("analyst")
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    with pytest.raises(Invalid, match="disk is full"):
        perform("files.storedfile.upload", analyst, data=MultiValueDict(), files=posted(PDF))
