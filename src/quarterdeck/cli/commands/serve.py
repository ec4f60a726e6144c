"""``init``, ``serve`` and ``worker``: making a home and keeping it running."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from quarterdeck.cli.common import DONE, Commands, _, print_json, print_text, progress


def register(commands: Commands) -> None:
    init = commands.add("init", _("make an empty home"), init_home)
    init.add_argument("--home", metavar="DIR", help=_("the company's record (or QUARTERDECK_HOME)"))
    serve = commands.add("serve", _("the web server, the workers and the scheduler of a home"), serve_home)
    serve.add_argument("--home", metavar="DIR", help=_("the company's record (or QUARTERDECK_HOME)"))
    serve.add_argument("--now", metavar="TIME", help=_("the clock, RFC 3339; demo homes only"))
    serve.add_argument("--create", action="store_true", help=_("make the home if there is none"))
    serve.add_argument("--host", default="127.0.0.1", help=_("the address to listen on (default %(default)s)"))
    serve.add_argument("--port", type=int, help=_("the port (default: 8460, or the next that is free)"))
    worker = commands.add("worker", _("one worker, for a home that is served elsewhere"), run_worker, home=True)
    worker.add_argument("--scheduler", action="store_true", help=_("run the schedule instead of jobs"))


def init_home(args: argparse.Namespace) -> int:
    """Makes a home where there is none, and its database."""
    from quarterdeck.cli.child import prepare
    from quarterdeck.cli.home import home_path, open_home
    from quarterdeck.settings.home import create_home

    path = home_path(args.home)
    create_home(path)
    open_home(str(path))
    prepare()
    if args.json:
        print_json({"home": str(path)})
    else:
        print_text(_("The home %s is ready.") % path)
    return DONE


def serve_home(args: argparse.Namespace) -> int:
    """Serves a home until it is stopped."""
    from quarterdeck.cli.common import CommandError
    from quarterdeck.cli.home import home_path, remember_clock
    from quarterdeck.cli.supervisor import Supervisor, free_port
    from quarterdeck.settings.home import HomeError, create_home, load_home

    path = home_path(args.home)
    try:
        home = create_home(path) if args.create else load_home(path)
    except HomeError as error:
        raise CommandError("no-home", str(error), str(path)) from None
    if args.now and not home.settings.demo:
        raise CommandError("usage", _("The clock can be moved only in a demonstration home."), "--now")
    processors = os.cpu_count() or 1
    supervisor = Supervisor(
        path, args.host, free_port(args.host, args.port), workers=min(2, processors), clock=remember_clock(args.now)
    )
    progress(_("Starting Quarterdeck on %s") % path)

    def ready() -> None:
        first = None if home.settings.demo else first_link(path, home.settings.public_url or supervisor.url)
        if args.json:
            print_json({"url": supervisor.url, "home": str(path), "first_administrator": first})
            return
        print_text(_("Quarterdeck is at %s  (stop it with Ctrl-C)") % supervisor.url)
        if first is not None:
            print_text(
                _("Nobody administers this home yet. Whoever opens this link first does; it works once, for a day:")
            )
            print_text(first)

    return supervisor.run(ready)


def first_link(home: Path, url: str) -> str | None:
    """The first administrator's one-time link, made in a process of its own; None where somebody administers the home."""
    environment = {**os.environ, "QUARTERDECK_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "quarterdeck.cli.child", "first", url],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or None


def run_worker(args: argparse.Namespace) -> int:
    """Runs one worker, or one scheduler, until it is stopped."""
    from quarterdeck.cli import child

    if args.scheduler:
        child.scheduler()
    else:
        child.worker()
    return DONE
