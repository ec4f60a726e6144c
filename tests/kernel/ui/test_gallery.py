"""The gallery shows every macro, the guide names every macro, and no page needs inline script or style."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.kernel.ui.conftest import PRODUCT, PROJECT, UI

PARTS = UI / "jinja2/ui"
EXPORTED = set(re.findall(r"{% set (\w+) = _\w+\.\1 %}", (PARTS / "macros.html").read_text(encoding="utf-8")))
TEMPLATES = sorted(path for path in PRODUCT.rglob("*.html") if "jinja2" in path.parts or "templates" in path.parts)


def test_every_macro_is_exported() -> None:
    defined = {
        name
        for path in (PARTS / "parts").glob("*.html")
        if path.name != "shell.html"
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
    }
    assert defined == EXPORTED


@pytest.mark.parametrize("name", sorted(EXPORTED))
def test_every_macro_is_in_the_gallery_and_in_the_guide(name: str) -> None:
    gallery = (PARTS / "gallery.html").read_text(encoding="utf-8") + (PARTS / "base.html").read_text(encoding="utf-8")
    guide = (PROJECT / "docs/guide/ui.md").read_text(encoding="utf-8")
    assert re.search(rf"\bui\.{name}\(", gallery)
    assert re.search(rf"`{name}\(", guide)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("query", ["", "?theme=dark", "?theme=light&density=board"])
def test_the_gallery_draws(client: Client, language: str, query: str) -> None:
    page = client.get(f"/design/{query}", headers={"accept-language": language})
    assert page.status_code == 200
    text = page.content.decode()
    assert ('lang="zh-Hans"' in text) == (language == "zh-hans")
    assert ("有证据" in text) == (language == "zh-hans")
    assert ('<html lang="en" data-theme="dark"' in text) == (language == "en" and "dark" in query)


def test_no_id_stands_twice_on_the_gallery(client: Client) -> None:
    ids = re.findall(r'\sid="([^"]+)"', client.get("/design/").content.decode())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(PRODUCT).as_posix())
def test_no_template_needs_inline_script_or_style(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", source, re.S):
        assert "src=" in attributes or "application/json" in attributes, f"inline script: {body[:60]}"
        assert not ("src=" in attributes and body.strip())
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "inline event handler"
    assert not re.search(r"\sstyle\s*=", source), "style attribute"
    assert "<style" not in source
    assert "javascript:" not in source
    assert not re.search(r"(?:src|href)=[\"']https?://", source), "something from elsewhere"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/account/login/", "/design/"])
def test_rendered_pages_hold_under_the_policy(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert "quarterdeck/quarterdeck.css" in text
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", text)
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert 'src="/static/' in attributes or "application/json" in attributes


@pytest.mark.parametrize("code", [400, 403, 404, 413, 429, 500])
def test_error_pages_say_what_happened_and_tell_no_secret(client: Client, code: int) -> None:
    page = client.get(f"/error/{code}/")
    text = page.content.decode()
    assert page.status_code == code
    assert "<h1>" in text
    assert "secret" not in text
    assert "None" not in text


def test_preferences_are_kept_and_lead_only_back_into_the_site(client: Client) -> None:
    answer = client.post("/preferences/", {"theme": "dark", "language": "zh-hans", "next": "/design/"})
    assert answer.headers["Location"] == "/design/"
    page = client.get("/design/").content.decode()
    assert '<html lang="zh-Hans" data-theme="dark" data-shortcuts="off">' in page
    away = client.post("/preferences/", {"theme": "pink", "next": "https://elsewhere.example/"})
    assert away.headers["Location"] == "/"
    assert "data-theme=" not in client.get("/design/").content.decode().split("<head>")[0]
