"""Frameworks by the command line: imported, listed, and safeguards written as OSCAL."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.areas.safeguards.house import real, small
from tests.cli.homes import answer, make, run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make(tmp_path_factory.mktemp("frameworks") / "home")
    _with_officer(made)
    return made


def _with_officer(home: Path) -> None:
    import os
    import sys

    from tests import processes
    from tests.cli.homes import PROJECT

    code = (
        "from quarterdeck.cli.home import open_home\nopen_home(None)\n"
        "from tests.support import user_with, person, act, system, company\n"
        "user_with('ciso', login='sun')\nact('safeguards.safeguard.create', system(), name='Backups', kind='technical', "
        "owner=person('Lena Voss'), unit=company(), in_operation_since='2024-01-01', test_every=12)\n"
    )
    environment = {**os.environ, "QUARTERDECK_HOME": str(home), "PYTHONPATH": f"{PROJECT}/src:{PROJECT}"}
    for name in ("DJANGO_SETTINGS_MODULE", "QUARTERDECK_TEST_DATABASE"):
        environment.pop(name, None)
    done = processes.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 0, done.stderr


def written(folder: Path, name: str, content: bytes) -> str:
    file = folder / name
    file.write_bytes(content)
    return str(file)


def test_a_catalogue_its_profile_and_a_mapping_are_imported_and_listed(home: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "rules.json.gz", gzip.compress(small(withdrawn=("m-3",))))
    made = answer("framework", "import", path, "--as", "sun", home=home)
    assert {"title": "House rules", "requirements": 2, "withdrawn": 1}.items() <= made.items()
    profile = {
        "profile": {
            "uuid": "22222222-2222-4333-8444-555555555555",
            "metadata": {"title": "Low tide"},
            "imports": [{"href": "#x", "include-controls": [{"with-ids": ["m-1", "m-9"]}]}],
            "merge": {"as-is": True},
        }
    }
    path = written(tmp_path, "low.json", json.dumps(profile).encode())
    low = answer("framework", "import", path, "--as", "sun", home=home)
    assert (low["requirements"], low["missing"]) == (1, ["m-9"])
    path = written(tmp_path, "mapping-rules-to-iso27001-2022.csv", b"source,target\nm-1,A.5.1\nm-2,A.5.2\n")
    iso = answer("framework", "import", path, "--as", "sun", home=home)
    assert (iso["title"], iso["requirements"], iso["mappings"]) == ("ISO/IEC 27001:2022", 2, 2)
    listed: list[dict[str, Any]] = answer("framework", "list", "--as", "sun", home=home)["frameworks"]
    assert [(row["title"], row["requirements"], row["withdrawn"]) for row in listed] == [
        ("House rules", 2, 1),
        ("ISO/IEC 27001:2022", 2, 0),
        ("Low tide", 1, 0),
    ]
    assert "House rules" in run("framework", "list", "--as", "sun", home=home).stdout


def test_the_106_subcategories_show_on_the_command_line(home: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "csf.xml", real("NIST_CSF_v2.0_catalog.xml"))
    made = answer("framework", "import", path, "--as", "sun", home=home)
    assert (made["requirements"], made["withdrawn"]) == (106, 79)


@pytest.mark.parametrize(("content", "code"), [(b"{", "refused"), (b"", "invalid"), (b"MZ\x00\x00", "invalid")])
def test_what_cannot_be_imported_exits_2_with_one_document(
    home: Path, tmp_path: Path, content: bytes, code: str
) -> None:
    said = answer("framework", "import", written(tmp_path, "x.json", content), "--as", "sun", home=home, code=2)
    assert (said["error"]["code"], said["error"]["where"]) == (code, str(tmp_path / "x.json"))
    assert answer("framework", "import", str(tmp_path / "absent"), "--as", "sun", home=home, code=2)["error"]["message"]
    assert answer("framework", "import", str(tmp_path), "--as", "sun", home=home, code=2)["error"]["code"] == "usage"


def test_somebody_without_the_permission_is_told_so(home: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "rules.json", small(title="Other rules", ids=("q-1",)))
    assert answer("framework", "import", path, "--as", "eve", home=home, code=2)["error"]["code"] == "denied"
    assert answer("framework", "list", "--as", "eve", home=home) == {"frameworks": []}


def test_safeguards_are_written_as_oscal_once(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "components.json"
    words = ("framework", "export", "component-definition", "--out", str(out), "--as", "sun")
    assert answer(*words, home=home)["file"] == str(out)
    assert json.loads(out.read_bytes())["component-definition"]["components"][0]["title"] == "Backups"
    assert answer(*words, home=home, code=2)["error"]["code"] == "exists"
    empty = ("framework", "export", "assessment-results", "--out", str(tmp_path / "r.json"), "--as", "sun")
    assert "No effectiveness test" in answer(*empty, home=home, code=2)["error"]["message"]
