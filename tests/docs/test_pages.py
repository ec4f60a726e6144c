"""What the pages point to is there."""

from __future__ import annotations

import re
import shlex
import tomllib
from glob import glob
from pathlib import Path

import pytest

from quarterdeck.cli.main import build_parser
from quarterdeck.demo.b.company import LOGINS
from quarterdeck.demo.build import STORIES
from quarterdeck.demo.stage import PASSWORD
from quarterdeck.kernel.resource.registry import action_named
from tests.docs.repository import ROOT, pages, text, tracked

#: Words in code type that look like paths of the project: first part is a folder or file at its root.
_ROOTS = ("src/", "docs/", "tests/", "benchmarks/", "requirements/", ".ci/", "./run", "./check")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")


def _path(code: str) -> str | None:
    """The path of the project that a piece of code type names, or None."""
    word = code.split(" ")[0].rstrip("/")
    if not code.startswith(_ROOTS) or any(sign in word for sign in "*<>{}…"):
        return None
    return word


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(text(page)):
        if "://" in target or target.startswith("#"):
            continue
        name, _hash, anchor = target.partition("#")
        assert (ROOT / page.parent / name).exists(), f"{page} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text(page.parent / name), re.M)
            assert anchor in {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_path_a_page_names_exists(page: Path) -> None:
    for code in _CODE.findall(text(page)):
        named = _path(code)
        assert named is None or (ROOT / named).exists(), f"{page} names {named}"


def _shell_lines(page: Path) -> list[str]:
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```", text(page), re.M | re.S)
    spoken = [code for code in _CODE.findall(text(page)) if code.startswith(("./run", "quarterdeck "))]
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()] + spoken


def _ran() -> list[tuple[Path, str]]:
    found = []
    for page in pages():
        for line in _shell_lines(page):
            words = line.replace("…", "").split()
            if words[:2] == ["./run", "quarterdeck"]:
                found.append((page, " ".join(words[2:])))
            elif words[:1] == ["quarterdeck"] or words[:2] == ["./run", "demo"]:
                found.append((page, " ".join(words[1:])))
    return found


@pytest.mark.parametrize(("page", "line"), _ran(), ids=lambda value: str(value))
def test_every_command_a_page_shows_is_one_the_product_takes(page: Path, line: str) -> None:
    words = [re.sub(r"^(ID|LEAF|N)$", "1", word) for word in shlex.split(line)]
    if not words or words[0].isupper() or words == ["--help"]:
        return
    build_parser().parse_args(words)


def test_the_scripts_that_the_readme_names_are_programs() -> None:
    for name in ("run", "check", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111, name


def test_decisions_are_numbered_without_gaps_and_alike() -> None:
    names = sorted(path.name for path in ROOT.glob("docs/adr/*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    for name in names:
        page = text(f"docs/adr/{name}")
        assert page.startswith(f"# {int(name[:4])}. ")
        assert re.findall(r"^## (.+)$", page, re.M) == ["Context", "Decision", "Consequences"]


def test_a_built_wheel_holds_everything_that_is_not_python() -> None:
    config = tomllib.loads(text("pyproject.toml"))
    globs = config["tool"]["setuptools"]["package-data"]["quarterdeck"]
    package = ROOT / "src" / "quarterdeck"
    taken = {name for pattern in globs for name in glob(pattern, root_dir=package, recursive=True)}
    wanted = {
        str(path.relative_to("src/quarterdeck"))
        for path in tracked()
        if path.parts[:2] == ("src", "quarterdeck") and path.suffix not in {".py", ".po"}
    }
    assert wanted, "the package has templates, styles and translations"
    assert wanted <= taken, f"not in the wheel: {sorted(wanted - taken)}"


def test_the_tour_signs_in_with_logins_that_company_b_has() -> None:
    tour = text("README.md").split("## A tour")[1].split("## Where")[0]
    logins = {login for login, _name, _roles in LOGINS}
    named = {word for word in re.findall(r"`([a-z]+\.[a-z]+)`", tour) if not word.endswith((".ndjson", ".py"))}
    assert named, "the tour names who to sign in as"
    assert named <= logins
    assert f"`{PASSWORD}`" in tour


def test_the_secretary_of_the_tour_may_end_a_membership() -> None:
    roles = {role for login, _name, held in LOGINS if login == "qian.shu" for role, _unit in held}
    assert roles & set(action_named("bodies.membership.end").roles)


@pytest.mark.parametrize("letter", ["a", "c"])
def test_the_guide_names_everyone_who_can_sign_in_at_a_company_and_nobody_else(letter: str) -> None:
    page = text("docs/guide/companies.md")
    part = page.split(f"## Who can sign in at {letter.upper()}")[1]
    table, tour = part.split(f"## A tour of {letter.upper()}")
    logins = {login for login, _name, _roles in STORIES[letter].house.logins}
    assert set(re.findall(r"`([a-z]+(?:\.[a-z]+)?)`", table)) == logins
    assert set(re.findall(r"`([a-z]+\.[a-z]+)`", tour.split("\n## ")[0])) <= logins
    assert f"`{PASSWORD}`" in page
