"""The command line's front door: finds the command, runs it, and gives every failure one form.

Exit codes: 0 done; 1 done, and what was asked about fails; 2 the call or its only input is unusable. Two come from the
shell's own conventions: 130 when interrupted by the keyboard, 141 when whoever read our output stopped reading.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import pkgutil
import sys
import tempfile
import textwrap
import traceback
from collections.abc import Sequence
from pathlib import Path

import quarterdeck
from quarterdeck.cli import commands
from quarterdeck.cli.catalogue import PROMISED
from quarterdeck.cli.common import UNUSABLE, CommandError, Commands, Parser, _, plain, print_json, table

INTERRUPTED, NO_READER = 130, 141


def build_parser() -> Parser:
    """The whole command line, from the modules in :mod:`quarterdeck.cli.commands`."""
    parser = Parser(
        prog="quarterdeck",
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=_("Runs a company's cybersecurity programme and proves what its annual report says about it."),
    )
    parser.add_argument("--version", action="version", version=f"quarterdeck {quarterdeck.__version__}")
    registry = Commands(parser)
    for module in sorted(info.name for info in pkgutil.iter_modules(commands.__path__)):
        importlib.import_module(f"{commands.__name__}.{module}").register(registry)
    built = dict(sorted(registry.names.items()))
    missing = [name for name in PROMISED if name not in built]
    for name in missing:
        registry.add(name, _("not built yet"), not_built)
    rows = [(f"  {name}", summary) for name, summary in built.items()]
    parser.epilog = table((_("commands:"), ""), rows)
    if missing:
        parser.epilog += "\n\n" + textwrap.fill(_("Named, not built yet: %s") % ", ".join(missing), 100)
    return parser


def not_built(args: argparse.Namespace) -> int:
    """Answers for a command whose name is fixed and whose work is still to come."""
    raise CommandError("not-built", _("“%s” is not built yet.") % args.command, args.command)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    try:
        code = _run(words)
        sys.stdout.flush()
    except CommandError as error:
        return _report(error, as_json)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _report(_from_os(error), as_json)
    except (MemoryError, RecursionError):
        return _report(CommandError("too-large", _("The input needs more memory than this machine gives.")), as_json)
    except Exception as error:  # noqa: BLE001 - the last stop: a person gets a sentence, the traceback goes to a file
        return _report(_from_database(error) or _bug(error), as_json)
    return code


_COMMON_WITH_VALUE = ("--home", "--as", "--now")


def common_last(words: list[str]) -> list[str]:
    """The options that many commands share may also stand before the command: ``quarterdeck --home DIR disclosure list``."""
    moved: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in _COMMON_WITH_VALUE and at + 1 < len(words):
            moved += words[at : at + 2]
            at += 2
        elif word == "--json" or word.startswith(tuple(f"{name}=" for name in _COMMON_WITH_VALUE)):
            moved.append(word)
            at += 1
        else:
            break
    rest = words[at:]
    if not moved or not rest:
        return words
    end = rest.index("--") if "--" in rest else len(rest)
    return [*rest[:end], *moved, *rest[end:]]


def _run(words: list[str]) -> int:
    parser = build_parser()
    args, extra = parser.parse_known_args(common_last(words))
    if extra and args.run is not not_built:
        parser.error(_("unrecognized arguments: %s") % " ".join(extra))
    if args.opens_home(args):
        from quarterdeck.cli.home import open_home

        open_home(args.home, args.now)
    code = args.run(args)
    return int(code)


def _report(error: CommandError, as_json: bool) -> int:
    try:
        if as_json:
            print_json(error.document())
        else:
            where = f"{error.where}: " if error.where and error.where not in error.message else ""
            print(plain(f"quarterdeck: {where}{error.message}"), file=sys.stderr)
    except BrokenPipeError:
        return _reader_gone()
    except OSError as failure:
        # stdout itself takes nothing more; say so where a person may still see it
        print(plain(f"quarterdeck: {_from_os(failure).message}"), file=sys.stderr)
    _forget_output()
    return UNUSABLE


def _reader_gone() -> int:
    _forget_output()
    return NO_READER


def _forget_output() -> None:
    """Keeps the interpreter from failing a second time when it flushes stdout at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _disk_full(where: str | None) -> CommandError:
    return CommandError(
        "disk-full", _("The disk is full; nothing more was written. Free some space, run again."), where
    )


def _from_database(error: Exception) -> CommandError | None:
    """What a full disk or an unreachable database is for a person; None where it is neither."""
    if "django" not in sys.modules:
        return None
    from django.db import OperationalError

    from quarterdeck.kernel.diskfull import is_disk_full

    home = os.environ.get("QUARTERDECK_HOME")
    if is_disk_full(error):
        return _disk_full(home)
    if isinstance(error, OperationalError):
        message = _("The database cannot be used: %s. What was being done was not done.") % error
        return CommandError("database", message, home)
    return None


def _from_os(error: OSError) -> CommandError:
    where = str(error.filename) if error.filename else None
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _disk_full(where)
    if isinstance(error, FileNotFoundError):
        return CommandError("not-found", _("There is no such file or folder."), where)
    if isinstance(error, PermissionError):
        return CommandError("no-access", _("This may not be read or written by the user who runs the command."), where)
    return CommandError("system", error.strerror or str(error), where)


def _bug(error: Exception) -> CommandError:
    home = os.environ.get("QUARTERDECK_HOME")
    logs = Path(home) / "logs" if home and (Path(home) / "logs").is_dir() else Path(tempfile.gettempdir())
    try:
        handle, name = tempfile.mkstemp(prefix="quarterdeck-error-", suffix=".log", dir=logs)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
            traceback.print_exception(error, file=log)
    except OSError:
        return CommandError("internal", _("Quarterdeck failed (%s).") % type(error).__name__)
    return CommandError("internal", _("Quarterdeck failed, by a fault of its own. Details: %s") % name, name)
