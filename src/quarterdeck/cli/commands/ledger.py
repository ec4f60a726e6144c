"""``ledger verify``, ``ledger export``, ``ledger prove``: the record that nobody can change unnoticed."""

from __future__ import annotations

import argparse
from pathlib import Path

from quarterdeck.cli.common import DONE, FAILS, CommandError, Commands, _, print_json, print_text


def register(commands: Commands) -> None:
    verify = commands.add("ledger verify", _("whether the record is whole"), verify_ledger, home=True, unless="export")
    verify.add_argument("--export", metavar="DIR", help=_("an export, judged without a home"))
    verify.add_argument("--key", metavar="PUB", help=_("the verifier key to trust, or a file of them"))
    verify.add_argument("--checkpoint", metavar="FILE", help=_("an earlier signed head that was kept outside"))


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
        return result_json(verify_export(args.export, args.key, args.checkpoint))
    except UnusableExport as error:
        raise CommandError(error.code, error.message, error.where) from None


def _at_home(args: argparse.Namespace) -> dict[str, object]:
    from quarterdeck.kernel.ledger.tree import verify

    if args.key is not None:
        raise CommandError("usage", _("--key goes with --export: a home is verified with its own key."), "--key")
    outside = None
    if args.checkpoint is not None:
        outside = Path(args.checkpoint).read_text(encoding="utf-8", errors="replace")
    found = verify(outside)
    return {
        "ok": found.ok,
        "size": found.size,
        "root": found.root,
        "first_bad": found.first_bad,
        "checkpoint": found.checkpoint,
        "problems": list(found.problems),
    }


def _text(document: dict[str, object]) -> str:
    lines = [_("The ledger is whole.") if document["ok"] else _("THE LEDGER IS BROKEN.")]
    lines.append(_("leaves %(size)s, root %(root)s") % document)
    if document["first_bad"] is not None:
        lines.append(_("first bad leaf: %(first_bad)s") % document)
    problems = document["problems"]
    if isinstance(problems, list):
        lines += [" · ".join(map(str, p.values())) if isinstance(p, dict) else str(p) for p in problems]
    return "\n".join(lines)
