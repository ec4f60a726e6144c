"""Homes made and used as a company does it: by the command line, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests import processes

PROJECT = Path(__file__).resolve().parent.parent.parent
#: A company, an auditor, an employee, three hundred leaves and a stored file.
STORY = """
from quarterdeck.cli.home import open_home
open_home(None)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from quarterdeck.kernel.actions import perform
from quarterdeck.kernel.files.models import StoredFile
from quarterdeck.kernel.setup import system_user
from tests.kernel.ledger.hands import fill
from tests.support import act, company, system, user_with
company("Harbour Lane Group")
user_with("auditor", login="ada")
user_with("administrator", login="root")
user_with("employee", login="eve")
fill(300, system_user())
perform("files.storedfile.upload", system(), None, {}, files=MultiValueDict(
    {"file": [SimpleUploadedFile("letter.txt", b"Dear auditor")]}))
"""


def run(*words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One call of the command line."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUARTERDECK_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "quarterdeck.cli", *words, *([] if home is None else ["--home", str(home)])]
    return processes.run(command, capture_output=True, text=True, env=environment, timeout=180, cwd=PROJECT)


def answer(*words: str, home: Path | None = None, code: int = 0) -> dict[str, Any]:
    """The JSON document of one call, which must end with that exit code."""
    done = run(*words, "--json", home=home)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def make(home: Path) -> Path:
    """A home with a story in it."""
    assert run("init", home=home).returncode == 0
    environment = {**os.environ, "QUARTERDECK_HOME": str(home), "PYTHONPATH": f"{PROJECT}/src:{PROJECT}"}
    for name in ("DJANGO_SETTINGS_MODULE", "QUARTERDECK_TEST_DATABASE"):
        environment.pop(name, None)
    done = processes.run([sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    return home
