"""``demo [a|b|c] [--once]``: a fictional company with its records and what it filed."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from quarterdeck.cli.common import DONE, CommandError, Commands, _, print_json, print_text, progress, table
from quarterdeck.demo.settings import COMPANIES, SHOWN

LETTERS = tuple(COMPANIES)
#: In a demonstration home: whose story it is and who can sign in.
TOLD = "story.json"


def register(commands: Commands) -> None:
    demo = commands.add("demo", _("a fictional company with a year of records"), run_demo)
    demo.add_argument("letter", nargs="?", metavar="|".join(LETTERS), help=_("which company"))
    demo.add_argument("--once", action="store_true", help=_("make the homes and packages, then stop"))
    demo.add_argument("--homes", metavar="DIR", help=_("where homes are kept (default: .homes beside the program)"))
    demo.add_argument("--fresh", action="store_true", help=_("tell the story anew in place of an earlier one"))
    demo.add_argument("--port", type=int, help=_("the port to serve on"))
    build = commands.add("demo-build", _("one demonstration home, in a process of its own"), build_one)
    build.add_argument("letter", metavar="|".join(LETTERS))
    build.add_argument("--home", required=True)


def homes_folder(given: str | None) -> Path:
    """Where demonstration homes are kept: --homes, QUARTERDECK_HOMES, or .homes in the current folder."""
    return Path(given or os.environ.get("QUARTERDECK_HOMES") or ".homes").expanduser().resolve()


def run_demo(args: argparse.Namespace) -> int:
    """Make what is missing, print where everything is, and serve unless told otherwise."""
    if args.letter is not None:
        _demand_company(args.letter)
    folder = homes_folder(args.homes)
    letters = (args.letter,) if args.letter else LETTERS if args.once else (SHOWN,)
    made = {letter: _made(letter, folder / f"demo-{letter}", args.fresh) for letter in letters}
    users = [user for company in made.values() for user in company["users"]]
    document: dict[str, object] = {
        "homes": {letter: company["home"] for letter, company in made.items()},
        "users": users,
        "packages": {letter: company["package"] for letter, company in made.items()},
        "url": None,
    }
    if args.once:
        if args.json:
            print_json(document)
        else:
            _tell(made)
        return DONE
    letter = letters[0]
    return _serve(args, letter, made[letter], document)


def _demand_company(letter: str) -> None:
    """Refuse a letter that no company has."""
    if letter not in COMPANIES:
        known = ", ".join(LETTERS)
        raise CommandError(
            "usage",
            _("There is no company “%(letter)s”. Choose one of: %(known)s.") % {"letter": letter, "known": known},
            letter,
        )


class Made(TypedDict):
    """What the building process says of its home."""

    name: str
    home: str
    package: str
    users: list[dict[str, object]]


def _made(letter: str, home: Path, fresh: bool) -> Made:
    """Build one home in a child process (Django opens one home a process) and return what it printed.

    A home whose story was told before says so itself, which spares half of a start.
    """
    from quarterdeck.settings.home import CONFIG_NAME

    if fresh and (home / CONFIG_NAME).is_file():
        shutil.rmtree(home)
    before = _told_before(letter, home)
    if before is not None:
        return before
    done = subprocess.run(
        [sys.executable, "-m", "quarterdeck.cli", "demo-build", letter, "--home", str(home), "--json"],
        stdout=subprocess.PIPE,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise CommandError("demo", _("Company %s could not be made.") % letter.upper(), str(home)) from None
    if "error" in answer:
        raise CommandError(answer["error"]["code"], answer["error"]["message"], answer["error"]["where"])
    return Made(name=answer["name"], home=answer["home"], package=answer["package"], users=answer["users"])


def _told_before(letter: str, home: Path) -> Made | None:
    """What the building process wrote down when it was done; None where it was not, or where the package is gone."""
    company = COMPANIES[letter]
    if not company.told(home):
        return None
    try:
        told = json.loads((home / TOLD).read_text(encoding="utf-8"))
        return Made(name=told["name"], home=str(home), package=str(company.package(home)), users=told["users"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def build_one(args: argparse.Namespace) -> int:
    """Make one home. A home whose story broke off is made anew: a demonstration keeps nothing worth saving."""
    from quarterdeck.cli.child import prepare
    from quarterdeck.cli.home import open_home
    from quarterdeck.demo.settings import settings_for
    from quarterdeck.settings.home import CONFIG_NAME, create_home

    _demand_company(args.letter)
    path = Path(args.home).resolve()
    told = COMPANIES[args.letter].told(path)
    if path.exists() and not told:
        if any(path.iterdir()) and not (path / CONFIG_NAME).is_file():
            raise CommandError("exists", _("%s holds something else; choose another folder.") % path, str(path))
        shutil.rmtree(path)
    home = create_home(path, settings_for(args.letter, datetime.now(UTC)))
    open_home(str(path))
    if not told:
        progress(_("Preparing the database"))
        prepare()
    from quarterdeck.demo.build import build

    if not told:
        progress(_("Telling the year of company %s") % args.letter.upper())
    company = build(args.letter, home, lambda text: progress(f"  {text}"))
    document = {
        "name": company.name,
        "home": str(company.home),
        "package": str(company.package),
        "users": list(company.users),
    }
    # Only now: a home that has this file has everything.
    written = path / f"{TOLD}.part"
    written.write_text(json.dumps({"name": company.name, "users": document["users"]}, ensure_ascii=False), "utf-8")
    written.replace(path / TOLD)
    if args.json:
        print_json(document)
    else:
        print_text(_("The home %s is ready.") % company.home)
    return DONE


def _tell(made: dict[str, Made]) -> None:
    for letter, company in made.items():
        print_text(f"{letter.upper()}  {company['name']}")
        print_text(_("   home     %s") % company["home"])
        print_text(_("   package  %s") % company["package"])
        users = company["users"]
        rows = [(user["login"], user["password"], ", ".join(_words(user["roles"]))) for user in users]
        print_text(table((_("login"), _("password"), _("roles")), rows))


def _words(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _serve(args: argparse.Namespace, letter: str, company: Made, document: dict[str, object]) -> int:
    from quarterdeck.cli.supervisor import Supervisor, free_port

    supervisor = Supervisor(Path(str(company["home"])), "127.0.0.1", free_port("127.0.0.1", args.port), workers=1)

    def ready() -> None:
        if args.json:
            print_json(document | {"url": supervisor.url})
            return
        _tell({letter: company})
        print_text("")
        print_text(_("Quarterdeck is at %s  (stop it with Ctrl-C)") % supervisor.url)
        guide = COMPANIES[letter]
        print_text(
            _(
                "Sign in as %(preparer)s to prepare the disclosure, %(approver)s to approve it, %(security)s to run the programme."
            )
            % {"preparer": guide.preparer, "approver": guide.approver, "security": guide.security}
        )

    return supervisor.run(ready)
