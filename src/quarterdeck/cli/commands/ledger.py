"""``ledger verify|export|prove|checkpoint``: the record that nobody can change unnoticed."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.cli.common import DONE, FAILS, CommandError, Commands, _, print_json, print_text, progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quarterdeck.kernel.accounts.models import User

MAX_CHECKPOINT = 1 << 16


def register(commands: Commands) -> None:
    verify = commands.add("ledger verify", _("whether the record is whole"), verify_ledger, home=True, unless="export")
    verify.add_argument("--export", metavar="DIR", help=_("an export, judged without a home"))
    verify.add_argument("--key", metavar="PUB", help=_("the verifier key to trust, or a file of them"))
    verify.add_argument(
        "--checkpoint",
        metavar="FILE",
        action="append",
        default=[],
        help=_("an earlier signed head that was kept outside; may be repeated"),
    )
    verify.add_argument("--strict", action="store_true", help=_("parse every line, even those proven by their hash"))
    export = commands.add("ledger export", _("the record as a folder that anyone can verify"), export_ledger, home=True)
    export.add_argument("--out", required=True, metavar="DIR", help=_("the folder to make"))
    prove = commands.add("ledger prove", _("that one leaf is in the record"), prove_leaf, home=True)
    prove.add_argument("leaf", type=int, metavar="LEAF", help=_("its number, from 0"))
    head = commands.add("ledger checkpoint", _("sign the record as it is now, for a witness"), sign, home=True)
    head.add_argument("--out", metavar="FILE", help=_("write it there as well"))


# ---------------------------------------------------------------- verify


def verify_ledger(args: argparse.Namespace) -> int:
    """Verifies an export, or the ledger of a home. Exit 1 when it is broken."""
    document = _exported(args) if args.export is not None else _at_home(args)
    if args.json:
        print_json(document)
    else:
        print_text(_text(document))
    return DONE if document["ok"] else FAILS


def _exported(args: argparse.Namespace) -> dict[str, object]:
    from quarterdeck.engines.merkle.result import UnusableExport, result_json
    from quarterdeck.engines.merkle.verify import verify_export

    try:
        return result_json(verify_export(args.export, args.key, args.checkpoint, strict=args.strict))
    except UnusableExport as error:
        raise CommandError(error.code, error.message, error.where) from None


def _at_home(args: argparse.Namespace) -> dict[str, object]:
    from quarterdeck.engines.merkle.files import read_small
    from quarterdeck.engines.merkle.result import UnusableExport
    from quarterdeck.engines.merkle.verify import load_keys
    from quarterdeck.kernel.ledger.verify import MalformedCheckpoint, verify

    try:
        keys = load_keys(args.key) if args.key is not None else ()
        outside = [(name, read_small(Path(name), MAX_CHECKPOINT)) for name in args.checkpoint]
    except UnusableExport as error:
        raise CommandError(error.code, error.message, error.where) from None
    steps = {"leaves": _("Hashing leaves …"), "index": _("Comparing versions …"), "records": _("Comparing records …")}
    try:
        return verify(outside, keys, progress=lambda step: progress(steps[step])).document()
    except MalformedCheckpoint as error:
        raise CommandError("bad_checkpoint", str(error), "--checkpoint") from None


def _text(document: dict[str, object]) -> str:
    lines = [_("The ledger is whole.") if document["ok"] else _("THE LEDGER IS BROKEN.")]
    lines.append(_("leaves %(size)s, root %(root)s") % document)
    if document["first_bad"] is not None:
        lines.append(_("first bad leaf: %(first_bad)s") % document)
    span = document["bad_range"]
    if isinstance(span, list):
        lines.append(_("the first fault lies in leaves %(first)s to %(last)s") % {"first": span[0], "last": span[1]})
    problems = document["problems"]
    if isinstance(problems, list):
        lines += ["  " + " · ".join(str(value) for value in problem.values() if value) for problem in problems]
    return "\n".join(lines)


# ---------------------------------------------------------------- export, prove, checkpoint


def export_ledger(args: argparse.Namespace) -> int:
    """Writes the export. For whoever may see every leaf; without ``--as``, for whoever holds the home itself."""
    from quarterdeck.engines.merkle.export import ExportRefused
    from quarterdeck.kernel.ledger import checkpoints
    from quarterdeck.kernel.ledger.sight import may_export

    user = _person(args)
    if user is not None and not may_export(user):
        raise CommandError(
            "denied",
            _(
                "An export holds every leaf, so it is made by someone who may see them all. “ledger prove LEAF” proves "
                "single leaves, and “ledger checkpoint” gives a witness what to keep."
            ),
            args.acting,
        )
    out = Path(args.out).expanduser().resolve()
    with _told():
        try:
            head = checkpoints.export(out)
        except ExportRefused as error:
            raise CommandError("refused", str(error), str(out)) from None
    _carried_out(head.size)
    keys = (out / "key").read_text(encoding="utf-8").splitlines()
    document = {"out": str(out), "size": head.size, "root": head.root.hex(), "key": keys[0] if keys else None}
    if args.json:
        print_json(document)
    else:
        print_text(
            _("%(size)s leaves are in %(out)s. Verify them with: quarterdeck ledger verify --export %(out)s") % document
        )
    return DONE


def prove_leaf(args: argparse.Namespace) -> int:
    """Prints the proof that a leaf is in the record."""
    from quarterdeck.kernel.ledger import checkpoints
    from quarterdeck.kernel.ledger.sight import leaf_for

    user = _person(args)
    if user is not None and leaf_for(user, args.leaf) is None:
        raise CommandError("not-found", _("There is no such leaf."), str(args.leaf))
    with _told():
        try:
            document = checkpoints.prove(args.leaf)
        except checkpoints.NoSuchLeaf as error:
            raise CommandError("not-found", str(error), str(args.leaf)) from None
    print_json(document)
    return DONE


def sign(args: argparse.Namespace) -> int:
    """Signs the present head and prints the note that a witness keeps."""
    from quarterdeck.kernel.ledger import checkpoints

    with _told():
        row = checkpoints.checkpoint()
        checkpoints.keep_copy(row)
    _carried_out(row.size)
    if args.out is not None:
        Path(args.out).write_text(row.note, encoding="utf-8", newline="\n")
    if args.json:
        print_json(
            {
                "size": row.size,
                "root": bytes(row.root).hex(),
                "note": row.note,
                "key": str(checkpoints.home_key().verifier),
            }
        )
    else:
        print_text(row.note.rstrip("\n"))
    return DONE


def _carried_out(size: int) -> None:
    """Remember that a signed head left the home, so that check-setup can say when that was long ago."""
    from django.conf import settings

    from quarterdeck.cli import marks

    marks.leave(Path(settings.HOME.path), marks.WITNESS, size=size)


def _person(args: argparse.Namespace) -> User | None:
    """The person named with ``--as``. Without one it is the operator: who can run this can read the database itself."""
    from quarterdeck.cli.acting import acting_user

    return None if args.acting is None else acting_user(args)


@contextmanager
def _told() -> Iterator[None]:
    from django.db import DatabaseError

    from quarterdeck.kernel.ledger.checkpoints import LedgerBroken
    from quarterdeck.kernel.ledger.keys import KeyUnusable
    from quarterdeck.kernel.ledger.models import Head

    try:
        yield
    except LedgerBroken as error:
        raise CommandError(
            "ledger-broken", _("The ledger is broken: %s. See “ledger verify”.") % error, "ledger"
        ) from None
    except KeyUnusable as error:
        raise CommandError("key", str(error), "keys/ledger.key") from None
    except Head.DoesNotExist:
        raise CommandError("no-ledger", _("This home has no record yet."), "ledger") from None
    except DatabaseError as error:
        raise CommandError("database", _("The database cannot be read: %s") % error, "ledger") from None
