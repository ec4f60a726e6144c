"""Current reports by the command line alone: drafted, submitted, brought, approved, built, and amended."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import processes
from tests.cli.homes import PROJECT, answer, run

STORY = """
from quarterdeck.cli.home import open_home
open_home(None)
from tests.areas.disclosures.reports import Reporting
scene = Reporting()
scene.decided(not_determined="How many customers were reached.", known_by="2026-12-31")
"""
CARRY = """
import sys
from datetime import timedelta
from quarterdeck.cli.home import open_home
open_home(None)
from quarterdeck.areas.bodies.models import Decision
from quarterdeck.areas.people.models import Person
from tests.areas.determinations.path import convene, vote
decision = Decision.objects.filter(topic="disclosure_approval").latest("pk")
director = Person.objects.get(full_name="Bo Lind")
convene(decision.meeting, [director])
vote(decision, {director: "for"})
"""


def told(home: Path, code: str) -> None:
    """Run a piece of the company's story in its home."""
    environment = {**os.environ, "QUARTERDECK_HOME": str(home), "PYTHONPATH": f"{PROJECT}/src:{PROJECT}"}
    for name in ("DJANGO_SETTINGS_MODULE", "QUARTERDECK_TEST_DATABASE"):
        environment.pop(name, None)
    done = processes.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("company") / "home"
    assert run("init", home=made).returncode == 0
    told(made, STORY)
    return made


def do(home: Path, action: str, key: int, **data: Any) -> dict[str, Any]:
    given = home.parent / "data.json"
    given.write_text(json.dumps(data))
    return answer(
        "record", "do", action, "disclosures.disclosure", str(key), "--data", str(given), "--as", "ye.lin", home=home
    )


def test_a_current_report_is_drafted_approved_built_and_filed_by_the_command_line(home: Path, tmp_path: Path) -> None:
    officer = ("--as", "ye.lin")
    draft = ("disclosure", "draft", "--as-of", "2026-05-14", *officer)
    wrong = answer(*draft, "--form", "6-K", "--incident", "INC-1", "--trigger", "home_law", home=home, code=2)
    assert "reports on Form 8-K" in wrong["error"]["message"]
    for more, said in (
        (("--form", "8-K"), "needs --incident"),
        (("--form", "8-K/A"), "needs --amends"),
        (("--form", "10-K", "--incident", "INC-1"), "does not go with"),
        (("--form", "8-K", "--incident", "INC-1", "--trigger", "holders"), "does not go with"),
        (("--form", "8-K", "--incident", "INC-7"), "no incident"),
    ):
        assert said in answer(*draft, *more, home=home, code=2)["error"]["message"]
    shut = (
        "disclosure",
        "draft",
        "--form",
        "8-K",
        "--incident",
        "INC-1",
        "--as-of",
        "2026-05-14",
        "--as",
        "ou.auditor",
    )
    assert "no incident" in answer(*shut, home=home, code=2)["error"]["message"]

    made = answer(*draft, "--form", "8-K", "--incident", "INC-1", home=home)
    key = str(made["id"])
    assert (made["form"], made["period"], made["missing"]) == (
        "8-K", {"start": "2026-05-11", "end": "2026-05-11"}, [],
    )  # fmt: skip
    concepts = [row["concept"] for row in made["statements"] if row["concept"]]
    assert [name.removeprefix("MaterialCybersecurityIncident")[:6] for name in concepts] == [
        "Nature", "ScopeT", "Timing", "Materi", "Inform",
    ]  # fmt: skip
    assert {row["verdict"] for row in made["statements"] if row["kind"] == "fact"} == {"supported"}
    assert answer("disclosure", "list", "--as", "ou.auditor", home=home) == {"disclosures": []}
    assert (
        "no disclosure"
        in answer("disclosure", "show", key, "--as", "ou.auditor", home=home, code=2)["error"]["message"]
    )

    out = tmp_path / "package"
    answer("disclosure", "build", key, "--out", str(out), *officer, home=home, code=1)
    assert answer("disclosure", "submit", key, *officer, home=home)["state"] == "in_review"
    unvoted = answer("disclosure", "approve", key, "--as", "ho.meiling", home=home, code=1)
    assert "bring it before the body first" in unvoted["missing"][0]
    do(home, "bring", made["id"], kind="meeting", planned_at="2026-05-14T08:00:00Z")
    told(home, CARRY)
    assert answer("disclosure", "approve", key, "--as", "ho.meiling", home=home)["state"] == "approved"
    manifest = answer("disclosure", "build", key, "--out", str(out), *officer, home=home)
    names = sorted(file["name"] for file in manifest["files"])
    assert [Path(name).suffix for name in names] == [".htm", ".htm", ".xsd"]
    assert "R1.htm" in names
    assert (out / "manifest.json").exists()
    read = answer(
        "disclosure", "read", str(out / next(name for name in names if name.endswith(".htm") and name != "R1.htm"))
    )
    assert {tuple(fact["dimensions"].values()) for fact in read["documents"][0]["facts"]} == {
        ("CybersecurityIncidentMay2026Member",)
    }
    do(home, "release", made["id"])

    amend = (*draft, "--form", "8-K/A", "--amends", key, "--concerns", "scope")
    assert "has become known" in answer(*amend, home=home, code=2)["error"]["message"]
    waiting = answer("record", "list", "determinations.followup", *officer, home=home)
    told(
        home,
        f"""
from quarterdeck.cli.home import open_home
open_home(None)
from tests.support import act, system
act("determinations.followup.settle", system(), {waiting["items"][0]["id"]}, answer="12,000 of them.")
""",
    )
    late = answer(*amend, "--filing-date", "2027-01-04", home=home)
    assert (late["form"], late["amends"]) == ("8-K/A", made["id"])
    assert "12,000 of them." in " ".join(row["text"] for row in late["statements"])
