"""``framework import|list|export``: what a home is measured against, and its safeguards as OSCAL."""

from __future__ import annotations

import argparse
from pathlib import Path

from quarterdeck.cli.common import DONE, CommandError, Commands, _, print_json, print_text, table
from quarterdeck.cli.paths import UnreadablePath, inputs

#: The same bound as the reader's own.
MAX_BYTES = 40 * 1024 * 1024
DOCUMENTS = ("component-definition", "assessment-results", "plan-of-action-and-milestones")


def register(commands: Commands) -> None:
    taken = commands.add(
        "framework import", _("take in an OSCAL catalogue or profile, or a mapping table"), import_framework, home=True
    )
    taken.add_argument("path", metavar="PATH", help=_("JSON, XML or CSV; - for stdin"))
    taken.add_argument("--base", type=int, metavar="ID", help=_("for a profile: the catalogue it selects from"))
    taken.add_argument("--from", dest="source_name", metavar="NAME", help=_("a mapping's source framework"))
    taken.add_argument("--to", dest="target_name", metavar="NAME", help=_("a mapping's target framework"))
    commands.add("framework list", _("the frameworks in use"), list_frameworks, home=True)
    out = commands.add("framework export", _("safeguards, tests and open work as OSCAL 1.1 JSON"), export, home=True)
    out.add_argument("document", choices=DOCUMENTS)
    out.add_argument("--out", required=True, metavar="FILE", help=_("the file to write; it must not be there yet"))


def import_framework(args: argparse.Namespace) -> int:
    """Import one file and print what came of it."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    from quarterdeck.areas.safeguards.actions.framework import ImportFramework
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.kernel.actions import perform

    source = inputs([args.path]).sources
    if len(source) != 1 or Path(args.path).is_dir():
        raise CommandError(
            "usage", _("One file at a time: a profile needs its catalogue to be imported first."), args.path
        )
    try:
        content = source[0].read(MAX_BYTES)
    except UnreadablePath as fault:
        raise CommandError("unreadable", f"{fault.fault.source} {fault.fault.message}", fault.fault.source) from None
    name = "stdin" if args.path == "-" else Path(args.path).name.removesuffix(".gz")
    user = acting_user(args)
    with told_plainly(args.path):
        done = perform(
            ImportFramework,
            user,
            None,
            MultiValueDict(
                {
                    "base": ["" if args.base is None else str(args.base)],
                    "source_name": [args.source_name or ""],
                    "target_name": [args.target_name or ""],
                }
            ),
            files=MultiValueDict({"file": [SimpleUploadedFile(name, content)]}),
        )
    framework = done.record
    row = _row(framework)
    mapped = getattr(framework, "mapped", None)
    if mapped is not None:
        row["mappings"] = mapped
    missing = getattr(framework, "missing", "")
    if missing:
        row["missing"] = missing.split(", ")
    if args.json:
        print_json(row)
    else:
        print_text(_("%(title)s: %(requirements)s requirements, %(withdrawn)s withdrawn.") % row)
        if mapped is not None:
            print_text(_("%d pairs mapped.") % mapped)
        if missing:
            print_text(_("Not in the catalogue: %s") % missing)
    return DONE


def _row(framework: object) -> dict[str, object]:
    from quarterdeck.areas.safeguards.models import Framework

    assert isinstance(framework, Framework)
    return {
        "id": framework.pk,
        "title": framework.title,
        "requirements": framework.asking,
        "withdrawn": framework.withdrawn,
    }


def list_frameworks(args: argparse.Namespace) -> int:
    """The frameworks in use, as far as the acting person may see them."""
    from quarterdeck.areas.safeguards.models import Framework
    from quarterdeck.cli.acting import acting_user
    from quarterdeck.kernel.resource.sight import Sight

    seen = Sight(acting_user(args)).each(Framework).filter(state=Framework.State.ACTIVE).order_by("title", "pk")
    rows = [_row(framework) | {"version": framework.version, "kind": framework.kind} for framework in seen]
    if args.json:
        print_json({"frameworks": rows})
        return DONE
    print_text(
        table(
            (_("Id"), _("Framework"), _("Version"), _("Requirements"), _("Withdrawn")),
            [(row["id"], row["title"], row["version"], row["requirements"], row["withdrawn"]) for row in rows],
            right=(0, 3, 4),
        )
    )
    return DONE


def export(args: argparse.Namespace) -> int:
    """Write one OSCAL document; refuses to write over a file."""
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.kernel.resource.sight import Sight
    from quarterdeck.workflows.oscal_out import document

    out = Path(args.out)
    user = acting_user(args)
    with told_plainly(args.document):
        content = document(args.document, Sight(user))
    try:
        with out.open("xb") as target:
            target.write(content)
    except FileExistsError:
        raise CommandError("exists", _("%s is there already; nothing was written over.") % out, args.out) from None
    except OSError as error:
        raise CommandError("unwritable", f"{out}: {error.strerror or error}", args.out) from None
    if args.json:
        print_json({"file": str(out), "bytes": len(content)})
    else:
        print_text(str(out))
    return DONE
