"""How long the import of a real framework takes, reading and storing, in a home of its own.

    python benchmarks/bench_frameworks.py [FOLDER] [--json FILE]

FOLDER holds OSCAL catalogues, profiles and mapping tables (by default ../shared/data/frameworks beside the project). The
home is made for the run, on SQLite with synchronous=FULL. Catalogues come first, since profiles select from them.

Budget: 5 s a file.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "frameworks"


def open_home(folder: Path) -> None:
    from quarterdeck.settings.home import create_home

    create_home(folder, {"demo": True})
    os.environ["QUARTERDECK_HOME"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.settings.live"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from quarterdeck.kernel.setup import found

    found("Benchmark Ltd")


def files_of(folder: Path) -> list[Path]:
    """Catalogues, then profiles, then mapping tables."""
    found = [path for path in sorted(folder.iterdir()) if path.suffix in (".json", ".xml", ".csv")]
    return sorted(found, key=lambda path: (path.suffix == ".csv", "profile" in path.name, path.name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    if not args.folder.is_dir():
        print(f"{args.folder} is absent: give a folder with OSCAL files", file=sys.stderr)
        return 2
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        open_home(Path(folder) / "home")
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.utils.datastructures import MultiValueDict

        from quarterdeck.kernel.actions import Actor, perform
        from quarterdeck.kernel.actions.base import ActionError
        from quarterdeck.kernel.setup import system_user

        for path in files_of(args.folder):
            files = MultiValueDict({"file": [SimpleUploadedFile(path.name, path.read_bytes())]})
            begun = time.perf_counter()
            try:
                made = perform(
                    "safeguards.framework.import",
                    Actor(system_user(), system=True),
                    None,
                    MultiValueDict(),
                    files=files,
                ).record
                said = f"{made.asking} requirements, {made.withdrawn} withdrawn"  # type: ignore[attr-defined]
            except ActionError as error:
                said = f"refused: {error}"
            seconds = time.perf_counter() - begun
            rows.append({"file": path.name, "seconds": round(seconds, 3), "result": said})
            print(f"{seconds:7.3f} s  {path.name:60} {said[:90]}")
    slowest = max((float(str(row["seconds"])) for row in rows), default=0.0)
    print(f"slowest {slowest:.3f} s, budget 5 s: {'within' if slowest < 5 else 'OVER'}")
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
