"""``vendor …``: questionnaires in and out, filled workbooks, a list of vendors, the register of ICT third parties."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.cli.common import DONE, FAILS, CommandError, Commands, _, print_json, print_text, table
from quarterdeck.cli.paths import UnreadablePath, inputs

if TYPE_CHECKING:
    from quarterdeck.areas.vendors.models import Evaluation, QuestionnaireVersion
    from quarterdeck.engines.questionnaires.model import Filled
    from quarterdeck.kernel.accounts.models import User

MAX_BYTES = 50 * 1024 * 1024


def register(commands: Commands) -> None:
    taken = commands.add("vendor import", _("take in a list of vendors"), import_vendors, home=True)
    taken.add_argument("path", metavar="PATH", help=_("JSON, CSV or XLSX; - for stdin"))
    taken.add_argument("--unit", metavar="CODE", help=_("the unit they belong to; without it, the enterprise"))
    asked = commands.add("vendor questionnaire import", _("take in a questionnaire"), import_questionnaire, home=True)
    asked.add_argument("path", metavar="PATH", help=_("VSAQ JSON, XLSX or CSV; - for stdin"))
    asked.add_argument("--title", default="", metavar="TEXT", help=_("its title, instead of the one in the file"))
    out = commands.add(
        "vendor questionnaire export", _("write a questionnaire as a workbook"), export_questionnaire, home=True
    )
    out.add_argument("id", type=int, metavar="ID")
    out.add_argument("--out", required=True, metavar="FILE.xlsx", help=_("the file to write; it must not be there yet"))
    out.add_argument("--evaluation", type=int, metavar="ID", help=_("write the answers of this evaluation into it"))
    out.add_argument("--into", metavar="FILE.xlsx", help=_("write the answers into this workbook of the vendor's own"))
    filled = commands.add(
        "vendor answers import", _("read the answers of a filled workbook"), import_answers, home=True
    )
    filled.add_argument("id", type=int, metavar="ID", help=_("the questionnaire's, as it was imported"))
    filled.add_argument("path", metavar="FILE.xlsx", help=_("XLSX or CSV; - for stdin"))
    filled.add_argument(
        "--evaluation", type=int, metavar="ID", help=_("keep them in this evaluation; without it, in the only open one")
    )
    dora = commands.add(
        "vendor register export",
        _("write the register of ICT third parties (DORA) as CSV tables"),
        export_register,
        home=True,
    )
    dora.add_argument("--out", required=True, metavar="FILE.zip", help=_("the file to write; it must not be there yet"))
    dora.add_argument("--as-of", default="", metavar="DATE", help=_("as it stood on that day"))
    dora.add_argument("--lei", default="", metavar="LEI", help=_("the company's own legal entity identifier"))


def _content(path: str) -> tuple[bytes, str]:
    """The bytes of one file and what it is called."""
    if path != "-" and Path(path).is_dir():
        raise CommandError("usage", _("One file at a time."), path)
    try:
        content = inputs([path]).sources[0].read(MAX_BYTES)
    except UnreadablePath as fault:
        raise CommandError("unreadable", f"{fault.fault.source} {fault.fault.message}", fault.fault.source) from None
    return content, "stdin" if path == "-" else Path(path).name.removesuffix(".gz")


def _write(path: str, content: bytes) -> None:
    place = Path(path)
    if place.exists():
        raise CommandError("exists", _("The file is there already; nothing is written over."), path)
    draft = place.with_name(f".{place.name}.part")
    try:
        draft.write_bytes(content)
        draft.rename(place)
    finally:
        draft.unlink(missing_ok=True)


def _version(key: int, user: User) -> QuestionnaireVersion:
    from quarterdeck.areas.vendors.models import QuestionnaireVersion
    from quarterdeck.kernel.resource.sight import Sight

    found = Sight(user).each(QuestionnaireVersion).select_related("template").filter(pk=key).first()
    if found is None:
        raise CommandError("not_found", _("There is no questionnaire %s.") % key, str(key))
    return found


def _evaluation(key: int, user: User) -> Evaluation:
    from quarterdeck.areas.vendors.models import Evaluation
    from quarterdeck.kernel.resource.sight import Sight

    found = Sight(user).each(Evaluation).select_related("questionnaire__template", "vendor").filter(pk=key).first()
    if found is None:
        raise CommandError("not_found", _("There is no evaluation %s.") % key, str(key))
    return found


def import_vendors(args: argparse.Namespace) -> int:
    """Record every vendor of the list; those already on record under the same name are left as they are. All or none."""
    from django.db import transaction

    from quarterdeck.areas.vendors.actions.vendor import RecordVendor
    from quarterdeck.areas.vendors.listing import read_list
    from quarterdeck.areas.vendors.models import Vendor
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.engines.questionnaires.model import Unreadable
    from quarterdeck.kernel.actions import perform
    from quarterdeck.kernel.permissions.models import Unit

    content, name = _content(args.path)
    user = acting_user(args)
    unit = Unit.objects.filter(code=args.unit).first() if args.unit else Unit.objects.filter(parent=None).first()
    if unit is None:
        raise CommandError("not_found", _("There is no unit “%s”.") % args.unit, "--unit")
    try:
        listed = read_list(content, name)
    except Unreadable as error:
        raise CommandError("unreadable", str(error), args.path) from None
    known = {each.casefold() for each in Vendor.objects.values_list("name", flat=True)}
    new = kept = 0
    scales = {"sensitivity": "none", "volume": "none", "access": "none", "criticality": "low"}
    with transaction.atomic():
        for row in listed:
            if row.fields["name"].casefold() in known:
                kept += 1
                continue
            known.add(row.fields["name"].casefold())
            with told_plainly(f"{args.path}, entry {row.number} ({row.fields['name']})"):
                perform(RecordVendor, user, None, {**scales, **row.fields, "kind": "legal", "unit": unit.pk})
            new += 1
    document = {"vendors": len(listed), "new": new, "known": kept}
    if args.json:
        print_json(document)
    else:
        print_text(_("%(vendors)d vendors read: %(new)d new, %(known)d known already.") % document)
    return DONE


def import_questionnaire(args: argparse.Namespace) -> int:
    """Import one questionnaire, published as it was read."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    from quarterdeck.areas.vendors.actions.questionnaire import ImportQuestionnaire
    from quarterdeck.areas.vendors.models import QuestionnaireVersion
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.kernel.actions import perform

    content, name = _content(args.path)
    user = acting_user(args)
    with told_plainly(args.path):
        made = perform(
            ImportQuestionnaire, user, None, MultiValueDict({"title": [args.title]}),
            files=MultiValueDict({"file": [SimpleUploadedFile(name, content)]}),
        ).record  # fmt: skip
    assert isinstance(made, QuestionnaireVersion)
    document = {"id": made.pk, "title": made.template.title, "questions": made.questions, "sections": made.sections}
    if args.json:
        print_json(document)
    else:
        print_text(_("%(title)s (%(id)d): %(questions)d questions in %(sections)d sections.") % document)
    return DONE


def export_questionnaire(args: argparse.Namespace) -> int:
    """Write our own workbook, or the answers into the vendor's."""
    from quarterdeck.areas.vendors.answers import answered
    from quarterdeck.cli.acting import acting_user
    from quarterdeck.engines.questionnaires.model import Unreadable
    from quarterdeck.engines.questionnaires.own_workbook import write_workbook
    from quarterdeck.engines.questionnaires.write_back import write_back

    user = acting_user(args)
    version = _version(args.id, user)
    evaluation = None if args.evaluation is None else _evaluation(args.evaluation, user)
    if evaluation is not None and evaluation.questionnaire_id != version.pk:
        raise CommandError("usage", _("That evaluation asks another questionnaire."), "--evaluation")
    answers = {} if evaluation is None else dict(answered(evaluation).answers)
    document: dict[str, object] = {
        "id": version.pk,
        "questions": version.questions,
        "sections": version.sections,
        "out": args.out,
    }
    if args.into:
        if evaluation is None:
            raise CommandError("usage", _("Say whose answers: --evaluation ID."), "--into")
        try:
            written = write_back(version.asked, answers, _content(args.into)[0])
        except Unreadable as error:
            raise CommandError("refused", str(error), args.into) from None
        _write(args.out, written.data)
        document |= {
            "answers": written.answers,
            "comments": written.comments,
            "left": [
                {"sheet": row.sheet, "row": row.row, "question": row.question, "reason": row.reason}
                for row in written.left
            ],
        }
    else:
        _write(args.out, write_workbook(version.asked, answers))
    if args.json:
        print_json(document)
    else:
        print_text(_("Written: %s") % args.out)
    return DONE


def import_answers(args: argparse.Namespace) -> int:
    """Read a filled workbook; keep its answers where an evaluation is open to take them."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    from quarterdeck.areas.vendors.actions.evaluation import ImportAnswers
    from quarterdeck.areas.vendors.models import Evaluation
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.engines.questionnaires.filled import read_answers
    from quarterdeck.engines.questionnaires.model import Unreadable
    from quarterdeck.engines.questionnaires.sheets import read_sheets
    from quarterdeck.kernel.actions import perform
    from quarterdeck.kernel.resource.sight import Sight

    content, name = _content(args.path)
    user = acting_user(args)
    version = _version(args.id, user)
    into: Evaluation | None
    if args.evaluation is not None:
        into = _evaluation(args.evaluation, user)
        if into.questionnaire_id != version.pk:
            raise CommandError("usage", _("That evaluation asks another questionnaire."), "--evaluation")
    else:
        open_ = list(Sight(user).each(Evaluation).filter(questionnaire=version, state__in=("prepared", "sent"))[:2])
        into = open_[0] if len(open_) == 1 else None
    try:
        filled = read_answers(version.asked, read_sheets(content, name))
    except Unreadable as error:
        raise CommandError("unreadable", str(error), args.path) from None
    if into is not None:
        with told_plainly(args.path):
            perform(
                ImportAnswers,
                user,
                into,
                MultiValueDict(),
                files=MultiValueDict({"file": [SimpleUploadedFile(name, content)]}),
            )
    return _told(args, filled, into)


def _told(args: argparse.Namespace, filled: Filled, into: Evaluation | None) -> int:
    document = {
        "matched": filled.matched,
        "unmatched": [
            {"sheet": row.sheet, "row": row.row, "question": row.question, "answer": row.answer, "reason": row.reason}
            for row in filled.unmatched
        ],
        "answered": filled.answered,
        "unresolved": [
            {"sheet": row.sheet, "row": row.row, "question": row.question, "text": row.text, "reason": row.reason}
            for row in filled.unresolved
        ],
        "evaluation": None if into is None else into.pk,
    }
    if args.json:
        print_json(document)
    else:
        print_text(_("%(matched)d questions found, %(answered)d answered.") % document)
        rows = [(row.sheet, row.row, row.question[:60], row.reason) for row in filled.unmatched]
        rows += [(row.sheet, row.row, row.question[:60], row.reason) for row in filled.unresolved]
        if rows:
            print_text(table((_("sheet"), _("row"), _("question"), _("why not")), rows, right=(1,)))
        if into is None:
            print_text(_("Nothing was kept: name the evaluation with --evaluation ID."))
    return FAILS if filled.unmatched else DONE


def export_register(args: argparse.Namespace) -> int:
    """Write the tables B_01.01 to B_07.01 as the record stands on a day."""
    from quarterdeck.areas.vendors.register import Asked, archive
    from quarterdeck.areas.vendors.rules import lei_valid
    from quarterdeck.cli.acting import acting_user
    from quarterdeck.kernel import clock
    from quarterdeck.kernel.permissions.models import Unit
    from quarterdeck.kernel.permissions.scope import units_where

    user = acting_user(args)
    whole = Unit.objects.filter(parent=None).first()
    if whole is None or not units_where(user, "vendors.contract.view").filter(below=whole).exists():
        raise CommandError(
            "denied", _("The register holds every vendor; it takes somebody who may see them all."), "--as"
        )
    try:
        day = date.fromisoformat(args.as_of) if args.as_of else clock.today()
    except ValueError:
        raise CommandError("usage", _("“%s” is no day, like 2025-03-31.") % args.as_of, "--as-of") from None
    if args.lei and not lei_valid(args.lei):
        raise CommandError("usage", _("The check digits of the LEI are wrong."), "--lei")
    content, counts = archive(Asked(day, args.lei))
    _write(args.out, content)
    if args.json:
        print_json({"out": args.out, "as_of": day.isoformat(), "tables": counts})
    else:
        print_text(table((_("table"), _("rows")), list(counts.items()), right=(1,)))
    return DONE
