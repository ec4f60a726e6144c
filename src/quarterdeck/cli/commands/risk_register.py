"""``risk export`` and ``risk import``: the register as a file, and a file into the register."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from quarterdeck.cli.common import DONE, FAILS, CommandError, Commands, _, print_json, print_text
from quarterdeck.cli.paths import UnreadablePath, inputs

if TYPE_CHECKING:
    from quarterdeck.areas.people.models import Person
    from quarterdeck.areas.risks.files.planning import Terms
    from quarterdeck.areas.risks.models import RiskCategory
    from quarterdeck.kernel.accounts.models import User
    from quarterdeck.kernel.permissions.models import Unit

MAX_BYTES: Final = 50 * 1024 * 1024
FORMATS: Final = ("json", "csv", "xlsx")
KINDS: Final = ("inherent", "current", "residual")


def register(commands: Commands) -> None:
    out = commands.add("risk export", _("write the register as a file"), export, home=True)
    out.add_argument("--format", required=True, choices=FORMATS, help=_("json is what risk quantify reads"))
    out.add_argument("--out", required=True, metavar="PATH", help=_("the file to write; it must not be there yet"))
    out.add_argument("--unit", metavar="CODE", help=_("the risks of this unit and those below it; without it, all"))
    out.add_argument("--kind", choices=KINDS, default="current", help=_("which estimates"))
    out.add_argument("--as-of", default="", metavar="DATE", help=_("as estimated on that day"))
    into = commands.add("risk import", _("take a file into the register"), import_register, home=True)
    into.add_argument("path", metavar="PATH", help=_("JSON, CSV or XLSX; - for stdin"))
    into.add_argument("--dry-run", action="store_true", help=_("say what would change, and change nothing"))
    into.add_argument("--unit", metavar="CODE", help=_("the unit of rows that name none; without it, the enterprise"))
    into.add_argument("--kind", choices=KINDS, help=_("which state estimates describe in rows that do not say it"))
    into.add_argument(
        "--reason", default="", metavar="TEXT", help=_("why estimates differ, in rows that do not say it")
    )
    into.add_argument(
        "--source", default="", metavar="TEXT", help=_("where intervals come from, in rows that do not say it")
    )
    into.add_argument("--category", metavar="CODE", help=_("category of new risks in rows that name none"))
    into.add_argument("--owner", metavar="NAME", help=_("owner of new risks in rows that name none"))


def export(args: argparse.Namespace) -> int:
    """Write what the acting person may see of the register."""
    from datetime import date

    from quarterdeck.areas.risks.files.writing import write_register
    from quarterdeck.areas.risks.models import Risk
    from quarterdeck.areas.risks.queries import within
    from quarterdeck.cli.acting import acting_user
    from quarterdeck.kernel import clock
    from quarterdeck.kernel.resource.sight import Sight

    user = acting_user(args)
    try:
        day = date.fromisoformat(args.as_of) if args.as_of else clock.today()
    except ValueError:
        raise CommandError("usage", _("A date is written as 2025-12-31."), "--as-of") from None
    place = Path(args.out)
    if place.exists():
        raise CommandError("exists", _("The file is there already; nothing is written over."), args.out)
    rows = Sight(user).each(Risk)
    if args.unit:
        rows = rows.filter(within(_unit(args.unit)))
    written = write_register(rows, args.kind, day, args.format)
    draft = place.with_name(f".{place.name}.part")
    try:
        draft.write_bytes(written.content)
        draft.rename(place)
    except OSError as error:
        raise CommandError("unwritable", _("The file cannot be written: %s.") % error.strerror, args.out) from None
    finally:
        draft.unlink(missing_ok=True)
    document = {"risks": written.risks, "unestimated": list(written.unestimated), "out": args.out}
    if args.json:
        print_json(document)
    else:
        print_text(_("%(risks)d risks written to %(out)s.") % document)
        if written.unestimated:
            print_text(_("Without an estimate: %s") % ", ".join(written.unestimated))
    return DONE


def import_register(args: argparse.Namespace) -> int:
    """Check every row; take all of it in, or nothing. A dry run that finds faults has done what it was asked: exit 1."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    from quarterdeck.areas.risks.actions.importing import ReadRegister, TakeIn
    from quarterdeck.areas.risks.files.planning import plan
    from quarterdeck.areas.risks.files.reading import Faulty, read_file
    from quarterdeck.areas.risks.queries import currency
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.kernel.actions import Actor, perform

    user = acting_user(args)
    content, name = _content(args.path)
    terms = _terms(args, user)
    try:
        read = read_file(content, name, currency())
        if not args.kind and read.kind in KINDS:
            from dataclasses import replace

            terms = replace(terms, kind=read.kind)
        planned = plan(read, terms, Actor(user))
        if planned.faults:
            raise Faulty(planned.faults)
    except Faulty as fault:
        return _faulty(args, fault)
    document: dict[str, object] = {
        "new": len(planned.new),
        "changed": len(planned.changed),
        "unchanged": planned.unchanged,
        "changes": planned.lines(),
        "passed_over": list(planned.passed_over),
        "import": None,
        "errors": [],
    }
    if not args.dry_run and (planned.new or planned.changed):
        sent: dict[str, list[object]] = {
            "unit": [terms.unit.pk], "kind": [terms.kind], "reason": [terms.reason], "source": [terms.source],
            "category": [terms.category.pk if terms.category else ""], "owner": [terms.owner.pk if terms.owner else ""],
        }  # fmt: skip
        with told_plainly(args.path):
            files = MultiValueDict({"file": [SimpleUploadedFile(name, content)]})
            made = perform(ReadRegister, user, None, MultiValueDict(sent), files=files).record
            perform(TakeIn, user, made.pk)
        document["import"] = made.pk
    if args.json:
        print_json(document)
    else:
        for line in planned.lines():
            print_text(line)
        print_text(_("%(new)d new, %(changed)d changed, %(unchanged)d unchanged.") % document)
        if args.dry_run:
            print_text(_("Nothing was changed."))
    return DONE


def _faulty(args: argparse.Namespace, fault: Exception) -> int:
    from quarterdeck.areas.risks.files.reading import Faulty

    assert isinstance(fault, Faulty)
    first = fault.faults[0]
    if not args.dry_run:
        more = len(fault.faults) - 1
        message = first.message if not more else _("%(first)s And %(more)d more; --dry-run lists them.") % {
            "first": first.message, "more": more,
        }  # fmt: skip
        raise CommandError("invalid", message, first.where)
    errors = [{"where": one.where, "field": one.field, "message": one.message} for one in fault.faults]
    if args.json:
        counts = dict.fromkeys(("new", "changed", "unchanged"))
        print_json({**counts, "changes": [], "passed_over": [], "import": None, "errors": errors})
    else:
        for one in fault.faults:
            print_text(str(one))
    return FAILS


def _content(path: str) -> tuple[bytes, str]:
    if path != "-" and Path(path).is_dir():
        raise CommandError("usage", _("One file at a time."), path)
    try:
        content = inputs([path]).sources[0].read(MAX_BYTES)
    except UnreadablePath as fault:
        raise CommandError("unreadable", fault.fault.message, fault.fault.source) from None
    return content, "stdin" if path == "-" else Path(path).name.removesuffix(".gz")


def _unit(code: str | None) -> Unit:
    from quarterdeck.kernel.permissions.models import Unit

    found = Unit.objects.filter(code=code).first() if code else Unit.objects.filter(parent=None).first()
    if found is None:
        raise CommandError("not_found", _("There is no unit “%s”.") % code, "--unit")
    return found


def _terms(args: argparse.Namespace, user: User) -> Terms:
    from quarterdeck.areas.people.models import Person
    from quarterdeck.areas.risks.files.planning import Terms
    from quarterdeck.areas.risks.models import RiskCategory
    from quarterdeck.kernel.resource.sight import Sight

    category: RiskCategory | None = None
    owner: Person | None = None
    if args.category:
        category = Sight(user).each(RiskCategory).filter(code=args.category).first()
        if category is None:
            raise CommandError("not_found", _("There is no category “%s”.") % args.category, "--category")
    if args.owner:
        people = list(Sight(user).each(Person).filter(full_name=args.owner)[:2])
        if len(people) != 1:
            message = _("More than one person is called “%s”.") if people else _("Nobody is called “%s”.")
            raise CommandError("not_found", message % args.owner, "--owner")
        owner = people[0]
    return Terms(_unit(args.unit), args.kind or "current", args.reason, args.source, category, owner)
