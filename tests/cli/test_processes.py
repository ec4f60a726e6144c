"""A forked process of the tests is what a started one is: same settings, surroundings, answers, ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.settings.home import create_home
from tests import processes

ROOT = Path(__file__).resolve().parents[2]
#: What a program can see of where and as what it runs, once its home is open.
SEEN = """
import json, locale, os, signal, sys, time
from quarterdeck.cli.home import open_home
from quarterdeck.cli.main import build_parser
build_parser()
open_home(None)
from django.conf import settings
from django.db import connection
from django.urls import reverse
from quarterdeck.kernel import clock
names = sorted(name for name in dir(settings) if name.isupper())
print(json.dumps({
    "database": repr(connection.settings_dict), "opened": connection.connection is not None,
    "settings": {name: repr(getattr(settings, name)) for name in names},
    "offset": repr(clock._offset), "zone": time.tzname, "page": reverse("home"),
    "modules": sorted(name for name in sys.modules if name.startswith("quarterdeck.")),
    "arguments": sys.argv, "path": sys.path, "folder": os.getcwd(), "environment": dict(os.environ),
    "mask": os.umask(0), "name": __name__, "encodings": [sys.stdout.encoding, sys.stdout.errors, locale.getpreferredencoding()],
    "signals": {one.name: repr(signal.getsignal(one)) for one in signal.valid_signals() if isinstance(one, signal.Signals)},
    "handles": sorted(os.listdir("/proc/self/fd"))[:3], "terminal": sys.stdin.isatty(), "flags": repr(sys.flags),
}))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose settings are far from those of an empty one."""
    told = {"demo": True, "clock_offset": 86_400, "time_zone": "Asia/Shanghai", "https": True, "smtp": "127.0.0.1:2525"}
    create_home(tmp_path / "home", told)
    return tmp_path / "home"


def surroundings(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("QUARTERDECK", "DJANGO"))}
    return kept | {"QUARTERDECK_HOME": str(home), "PYTHONPATH": f"{ROOT}/src:{ROOT}", "TOLD": "ünïcode"}


def both_ways(
    words: list[str], environment: Mapping[str, str], **options: Any
) -> list[subprocess.CompletedProcess[str]]:
    """The same call, forked and started."""
    call = [sys.executable, *words]
    assert processes.forkable(call, environment)
    forked = processes.run(call, capture_output=True, text=True, env=environment, timeout=120, **options)
    started = subprocess.run(call, capture_output=True, text=True, env=environment, timeout=120, check=False, **options)
    return [forked, started]


def test_a_forked_process_sees_what_a_started_one_sees(home: Path, tmp_path: Path) -> None:
    done = both_ways(["-c", SEEN, "a", "--b"], surroundings(home), cwd=tmp_path, input="")
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]
    forked, started = (json.loads(one.stdout) for one in done)
    assert "2525" in started["settings"]["EMAIL_PORT"], "the settings are those of this home"
    assert "86400" in started["offset"] or "days=1" in started["offset"]
    # "modules": nothing of the product is loaded too soon, so no command can find what it forgot to ask for.
    for name, value in started.items():
        assert forked[name] == value, name


@pytest.mark.parametrize(
    "words",
    [
        ["-m", "quarterdeck.cli", "record", "list", "people.person", "--json"],
        ["-m", "quarterdeck.cli", "nonsense"],
        ["-c", "import sys; print(sys.stdin.read()); sys.exit('said')"],
        ["-c", "1 / 0"],
        ["-c", "import os; os.write(2, b'x'); os._exit(3)"],
        ["-c", "import atexit; atexit.register(print, 'last'); print('first', end='')"],
        ["-c", "import threading; threading.Timer(0.1, print, ['later']).start()"],
    ],
)
def test_it_says_the_same_and_ends_the_same(home: Path, words: list[str]) -> None:
    forked, started = both_ways(words, surroundings(home), input="ä given line")
    assert (forked.returncode, forked.stdout) == (started.returncode, started.stdout)
    assert forked.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_it_can_be_waited_for_in_vain_and_killed(home: Path) -> None:
    code = "import sys; print('up', flush=True); sys.stdin.read()"
    with processes.Popen(
        [sys.executable, "-c", code],
        env=surroundings(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        os.kill(process.pid, 0)
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
        assert process.peak > 0
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_what_one_does_in_its_memory_another_does_not_see(home: Path) -> None:
    call = [sys.executable, "-c", "import quarterdeck as it; print(getattr(it, 'mark', None)); it.mark = 1"]
    for _again in range(2):
        assert processes.run(call, capture_output=True, text=True, env=surroundings(home)).stdout == "None\n"


def test_it_is_a_started_one_where_that_is_asked_for_or_where_there_is_no_home(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = [sys.executable, "-m", "quarterdeck.cli", "disclosure", "read", "-"]
    assert not processes.forkable(call, {})
    assert processes.forkable([*call, "--home", "x"], {})
    assert not processes.forkable(["git", "status", "--home"], surroundings(home))
    monkeypatch.setenv("QUARTERDECK_TEST_COLD", "1")
    assert not processes.forkable([*call, "--home", "x"], {})
