"""``disclosure draft|list|show|submit|approve|build``: the annual item and current reports of one home."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.cli.common import (
    DONE,
    FAILS,
    CommandError,
    Commands,
    _,
    print_json,
    print_text,
    progress,
    shorten,
    table,
)

if TYPE_CHECKING:
    from quarterdeck.areas.disclosures.evaluation import Checked
    from quarterdeck.areas.disclosures.models import Disclosure
    from quarterdeck.kernel.accounts.models import User


#: Reports about one incident, and their amendments.
CURRENT = ("8-K", "6-K")
AMENDMENTS = ("8-K/A", "6-K/A")


def register(commands: Commands) -> None:
    draft = commands.add("disclosure draft", _("write what the record bears, and no more"), draft_disclosure, home=True)
    draft.add_argument("--form", required=True, choices=("20-F", "10-K", *CURRENT, *AMENDMENTS))
    draft.add_argument("--as-of", required=True, metavar="DATE", help=_("the day to describe the programme as of"))
    draft.add_argument("--filing-date", metavar="DATE", help=_("the planned filing date; without it, the as-of day"))
    draft.add_argument("--incident", metavar="ID", help=_("the incident a current report is about"))
    draft.add_argument("--label", metavar="TEXT", help=_("what a current report calls its incident in public"))
    draft.add_argument(
        "--trigger", choices=("home_law", "exchange", "holders"), help=_("what makes the company furnish a Form 6-K")
    )
    draft.add_argument("--published-on", metavar="DATE", help=_("the day on which it was made public, for a Form 6-K"))
    draft.add_argument("--amends", type=int, metavar="ID", help=_("the filed report that an 8-K/A or 6-K/A amends"))
    draft.add_argument(
        "--concerns", choices=("nature", "scope", "timing", "impact"), help=_("what became known, for an amendment")
    )
    commands.add("disclosure list", _("the disclosures and their states"), list_disclosures, home=True)
    for name, summary, run in (
        ("show", _("sentences, what proves them, and what is missing"), show_disclosure),
        ("submit", _("hand the draft to whoever approves it"), submit_disclosure),
        ("approve", _("approve exactly what stands"), approve_disclosure),
    ):
        commands.add(f"disclosure {name}", summary, run, home=True).add_argument("id", type=int, metavar="ID")
    build = commands.add("disclosure build", _("write the filing package"), build_disclosure, home=True)
    build.add_argument("id", type=int, metavar="ID")
    build.add_argument("--out", required=True, metavar="DIR", help=_("the folder to write"))
    build.add_argument("--draft", action="store_true", help=_("watermarked, without approval"))


def draft_disclosure(args: argparse.Namespace) -> int:
    """Draft from the record and print the sentences with what proves them: the annual item, a current report, an amendment."""
    from quarterdeck.cli.acting import acting_user

    for given, option in (
        (args.as_of, "--as-of"),
        (args.filing_date, "--filing-date"),
        (args.published_on, "--published-on"),
    ):
        _day(given, option)
    _fitting(args)
    user = acting_user(args)
    draft = _draft_annual
    if args.form in CURRENT:
        draft = _draft_current
    elif args.form in AMENDMENTS:
        draft = _draft_amendment
    return _print(args, draft(args, user), user)


def _fitting(args: argparse.Namespace) -> None:
    """Refuse options of another kind of form, and ask for those that this one needs."""
    current, amendment = args.form in CURRENT, args.form in AMENDMENTS
    given = (
        ("--incident", args.incident, current, current),
        ("--label", args.label, current, False),
        ("--trigger", args.trigger, args.form == "6-K", False),
        ("--published-on", args.published_on, args.form == "6-K", False),
        ("--amends", args.amends, amendment, amendment),
        ("--concerns", args.concerns, amendment, False),
    )
    for option, value, fits, needed in given:
        if value is not None and not fits:
            message = _("%(option)s does not go with Form %(form)s.")
        elif value is None and needed:
            message = _("Form %(form)s needs %(option)s.")
        else:
            continue
        raise CommandError("usage", message % {"option": option, "form": args.form}, option)


def _draft_annual(args: argparse.Namespace, user: User) -> int:
    from quarterdeck.areas.disclosures.actions import DraftAnnual
    from quarterdeck.cli.acting import told_plainly
    from quarterdeck.kernel.actions import perform

    with told_plainly(f"disclosure draft --form {args.form}"):
        data = {"form": args.form, "as_of": args.as_of, "filing_date": args.filing_date or ""}
        return perform(DraftAnnual, user, None, data).record.pk


def _draft_current(args: argparse.Namespace, user: User) -> int:
    from quarterdeck.areas.disclosures.reporting import DraftCurrent
    from quarterdeck.cli.acting import told_plainly
    from quarterdeck.kernel.actions import perform

    data = {
        "form": args.form,
        "incident": _incident(args.incident, user),
        "filing_date": args.filing_date or args.as_of,
        "incident_label": args.label or "",
        "trigger": args.trigger or "",
        "published_on": args.published_on or "",
    }
    with told_plainly(f"disclosure draft --form {args.form}"):
        return perform(DraftCurrent, user, None, data).record.pk


def _incident(given: str, user: User) -> int:
    """The key of an incident that this person may see, by key or by number."""
    from quarterdeck.areas.incidents.models import Incident
    from quarterdeck.kernel.permissions.scope import permitted
    from quarterdeck.kernel.resource import resource_of

    resource = resource_of(Incident)
    rows = Incident.objects.filter(pk=int(given)) if _is_key(given) else Incident.objects.filter(number=given)
    found = permitted(rows, resource.scope, user, resource.view_permission).first()
    if found is None:
        raise CommandError("not_found", _("There is no incident %s.") % given, "--incident")
    return found.pk


def _is_key(given: str) -> bool:
    return given.isascii() and given.isdecimal() and len(given) < 19


def _draft_amendment(args: argparse.Namespace, user: User) -> int:
    from quarterdeck.areas.disclosures.reporting import Amend
    from quarterdeck.cli.acting import told_plainly
    from quarterdeck.kernel.actions import perform

    former = _visible(args, user, args.amends)
    if args.form != f"{former.form.removesuffix('/A')}/A":
        raise CommandError(
            "usage", _("Disclosure %(id)s is on Form %(form)s.") % {"id": former.pk, "form": former.form}, "--amends"
        )
    with told_plainly(f"disclosure draft --form {args.form}"):
        data = {"filing_date": args.filing_date or args.as_of, "concerns": args.concerns or ""}
        return perform(Amend, user, former, data).record.pk


def _day(text: str | None, option: str) -> None:
    if text is None:
        return
    try:
        date.fromisoformat(text)
    except ValueError:
        raise CommandError("usage", _("“%s” is no date like 2026-12-31.") % text, option) from None


def _visible(args: argparse.Namespace, user: User, key: int) -> Disclosure:
    from quarterdeck.areas.disclosures.models import Disclosure
    from quarterdeck.kernel.permissions.scope import permitted
    from quarterdeck.kernel.resource import resource_of

    resource = resource_of(Disclosure)
    rows = Disclosure.objects.select_related("registrant", "prepared_by", "submitted_by").filter(pk=key)
    found = permitted(rows, resource.scope, user, resource.view_permission).first()
    if found is None:
        raise CommandError("not_found", _("There is no disclosure %s.") % key, str(key))
    return found


def list_disclosures(args: argparse.Namespace) -> int:
    """Every disclosure the person may see, newest period first."""
    from quarterdeck.areas.disclosures.models import Disclosure
    from quarterdeck.cli.acting import acting_user
    from quarterdeck.kernel.permissions.scope import permitted
    from quarterdeck.kernel.resource import resource_of

    user = acting_user(args)
    resource = resource_of(Disclosure)
    rows = permitted(Disclosure.objects.all(), resource.scope, user, resource.view_permission).order_by(
        "-period_end", "-pk"
    )
    documents = [
        {
            "id": row.pk,
            "form": row.form,
            "state": row.state,
            "period": {"start": row.period_start.isoformat(), "end": row.period_end.isoformat()},
            "filing_date": row.filing_date.isoformat(),
        }
        for row in rows
    ]
    if args.json:
        print_json({"disclosures": documents})
    else:
        cells = [(row.pk, row.form, row.period_end, row.filing_date, row.get_state_display()) for row in rows]
        print_text(table((_("id"), _("form"), _("period until"), _("filing date"), _("state")), cells, right=(0,)))
    return DONE


def show_disclosure(args: argparse.Namespace) -> int:
    """One disclosure as it stands, every claim asked anew; an approval that no longer holds is marked void first."""
    from quarterdeck.cli.acting import acting_user

    user = acting_user(args)
    _visible(args, user, args.id)
    return _print(args, args.id, user)


def _print(args: argparse.Namespace, key: int, user: User) -> int:
    from quarterdeck.areas.disclosures.evaluation import check_statements
    from quarterdeck.areas.disclosures.present import disclosure_json
    from quarterdeck.areas.disclosures.standing import void_if_changed

    void_if_changed(key)
    disclosure = _visible(args, user, key)
    checked = check_statements(disclosure)
    document = disclosure_json(disclosure, checked)
    if args.json:
        print_json(document)
    else:
        print_text(f"{disclosure} · {disclosure.get_state_display()}\n")
        print_text(table((_("verdict"), _("sentence")), _lines(checked)))
        missing = document["missing"]
        assert isinstance(missing, list)
        for point in missing:
            print_text(f"· {point}")
    return DONE


def _lines(checked: tuple[Checked, ...]) -> list[tuple[str, str]]:
    from quarterdeck.kernel.claims.registry import LABELS

    return [
        (
            str(LABELS[item.verdict]) if item.verdict is not None else str(item.statement.get_kind_display()),
            shorten(item.statement.text, 110),
        )
        for item in checked
    ]


def submit_disclosure(args: argparse.Namespace) -> int:
    """Request approval. Exit 1 with what is missing when it cannot be requested yet."""
    from quarterdeck.areas.disclosures.actions import Submit

    return _step(args, Submit)


def approve_disclosure(args: argparse.Namespace) -> int:
    """Approve what stands. Exit 1 with what is missing when it cannot be approved yet."""
    from quarterdeck.areas.disclosures.actions import Approve

    return _step(args, Approve)


def _step(args: argparse.Namespace, action: type) -> int:
    from quarterdeck.areas.disclosures.gate import open_points
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.kernel.actions import Refused, perform

    user = acting_user(args)
    missing: list[str] = []
    with told_plainly(str(args.id)):
        try:
            perform(action, user, args.id)
        except Refused as error:
            missing = [str(error), *open_points(_visible(args, user, args.id))]
    disclosure = _visible(args, user, args.id)
    if args.json:
        print_json({"id": disclosure.pk, "state": disclosure.state, "missing": missing})
    else:
        print_text(f"{disclosure} · {disclosure.get_state_display()}")
        for point in missing:
            print_text(f"· {point}")
    return FAILS if missing else DONE


def build_disclosure(args: argparse.Namespace) -> int:
    """Write the package and print its manifest. Exit 1 and nothing written without a standing approval."""
    from quarterdeck.areas.disclosures.package import CannotBuild
    from quarterdeck.areas.disclosures.standing import build_and_seal
    from quarterdeck.cli.acting import acting_user, told_plainly

    user = acting_user(args)
    disclosure = _visible(args, user, args.id)
    with told_plainly(str(args.id)):
        try:
            built = build_and_seal(disclosure, user, Path(args.out), draft=args.draft)
        except CannotBuild as error:
            disclosure = _visible(args, user, args.id)
            if args.json:
                print_json({"id": disclosure.pk, "state": disclosure.state, "missing": error.points})
            for point in error.points:
                progress(f"· {point}")
            return FAILS
        except FileExistsError as error:
            raise CommandError("exists", str(error), args.out) from None
    if args.json:
        print_json(built.manifest)
    else:
        print_text(table((_("file"), _("bytes"), "SHA-256"), _files(built.manifest), right=(1,)))
    return DONE


def _files(manifest: object) -> list[tuple[object, object, object]]:
    assert isinstance(manifest, dict)
    return [(row["name"], row["bytes"], row["sha256"]) for row in manifest["files"]]
