"""``record list|get|do``: any record of a home, as the acting person may see and change it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.cli.common import DONE, CommandError, Commands, _, print_json, print_text, shorten, table

if TYPE_CHECKING:
    from quarterdeck.kernel.resource.registry import Resource
    from quarterdeck.kernel.resource.sight import Sight

MAX_DATA = 5_000_000


def register(commands: Commands) -> None:
    listing = commands.add("record list", _("the records of a type that the person may see"), list_records, home=True)
    listing.add_argument(
        "type", metavar="TYPE", help=_("for example bodies.membership; without it: the types"), nargs="?"
    )
    listing.add_argument(
        "--filter", action="append", default=[], metavar="K=V", help=_("narrow the list; may be repeated")
    )
    listing.add_argument("--search", default="", metavar="TEXT", help=_("words to search for"))
    get = commands.add("record get", _("one record, now or as it stood"), get_record, home=True)
    get.add_argument("type", metavar="TYPE")
    get.add_argument("id", type=int, metavar="ID")
    for parser in (listing, get):
        parser.add_argument("--as-of", default="", metavar="DATE", help=_("as it stood on that day"))
        parser.add_argument("--known-at", default="", metavar="TIME", help=_("as it was known at that time"))
    do = commands.add("record do", _("one action on a record"), do_action, home=True)
    do.add_argument("action", metavar="ACTION", help=_("for example bodies.membership.end, or its last part"))
    do.add_argument("type", metavar="TYPE")
    do.add_argument("id", type=int, metavar="ID", nargs="?")
    do.add_argument("--data", metavar="FILE", help=_("a JSON object; - for stdin"))
    do.add_argument(
        "--revision", type=int, metavar="N", help=_("the revision you saw; refused if it is another by now")
    )


def _resource(code: str) -> Resource:
    from quarterdeck.kernel.resource import resource_of

    try:
        return resource_of(code.lower())
    except KeyError:
        raise CommandError("usage", _("There is no type “%s”; record list names them.") % code, code) from None


def _sight(args: argparse.Namespace) -> Sight:
    from quarterdeck.cli.acting import acting_user
    from quarterdeck.kernel.resource.sight import Sight

    return Sight(acting_user(args))


def list_records(args: argparse.Namespace) -> int:
    """Every page of the list in one document."""
    from quarterdeck.kernel.resource import answers, present
    from quarterdeck.kernel.resource.filters import BadQuery
    from quarterdeck.kernel.resource.listing import Query, every

    sight = _sight(args)
    if args.type is None:
        return _types(args, answers.types(sight))
    resource = _resource(args.type)
    filters: dict[str, list[str]] = {}
    for item in args.filter:
        name, sign, value = item.partition("=")
        if not sign:
            raise CommandError("usage", _("A filter is given as name=value, not “%s”.") % item, "--filter")
        filters.setdefault(name, []).append(value)
    try:
        moment = answers.read_moment({"as_of": args.as_of, "known_at": args.known_at})
        query = Query(filters=filters, search=args.search, moment=moment)
        items = [item for rows in every(resource, sight, query) for item in present.documents(resource, rows, sight)]
    except BadQuery as error:
        raise CommandError("usage", error.message, error.where) from None
    if args.json:
        print_json({"type": resource.code, "items": items})
    else:
        print_text(
            table((_("id"), _("title")), [(item["id"], shorten(str(item["title"]), 100)) for item in items], right=(0,))
        )
    return DONE


def _types(args: argparse.Namespace, document: dict[str, Any]) -> int:
    if args.json:
        print_json(document)
    else:
        rows = [(item["type"], item.get("label")) for item in document["items"]]
        print_text(table((_("type"), _("what it is")), rows))
    return DONE


def get_record(args: argparse.Namespace) -> int:
    """One record; not found where the person may not see it."""
    from quarterdeck.kernel.resource import answers
    from quarterdeck.kernel.resource.filters import BadQuery

    resource, sight = _resource(args.type), _sight(args)
    try:
        moment = answers.read_moment({"as_of": args.as_of, "known_at": args.known_at})
        document = answers.one(resource, sight, args.id, moment)
    except BadQuery as error:
        raise CommandError("usage", error.message, error.where) from None
    except answers.Missing:
        raise CommandError("not_found", _("There is no such record."), f"{resource.code} {args.id}") from None
    if args.json:
        print_json(document)
    else:
        fields = document["fields"]
        assert isinstance(fields, dict)
        print_text(
            f"{document['title']}\n" + table(("", ""), [(name, _plain(value)) for name, value in fields.items()])
        )
    return DONE


def _plain(value: object) -> str | None:
    if isinstance(value, dict):
        return str(value.get("title") or value.get("label") or value.get("value"))
    return None if value is None else shorten(str(value), 100)


def do_action(args: argparse.Namespace) -> int:
    """Perform one action as the person; nothing is changed where it is refused."""
    from quarterdeck.cli.acting import acting_user, told_plainly
    from quarterdeck.kernel.actions import NotVisible, perform
    from quarterdeck.kernel.resource import answers
    from quarterdeck.kernel.resource.schema import check
    from quarterdeck.kernel.resource.sight import Sight

    resource = _resource(args.type)
    name = args.action.removeprefix(f"{resource.code}.")
    try:
        action = resource.action(name)
    except KeyError:
        known = ", ".join(sorted(each.name for each in resource.actions)) or "–"
        raise CommandError(
            "usage",
            _("%(type)s has no action “%(name)s”. It has: %(known)s.")
            % {"type": resource.code, "name": name, "known": known},
            args.action,
        ) from None
    if action.creates != (args.id is None):
        said = (
            _("This action makes a new record and takes no id.")
            if action.creates
            else _("Say on which record: TYPE ID.")
        )
        raise CommandError("usage", said, args.action)
    user = acting_user(args)
    with told_plainly(args.action):
        data = check(action, _data(args.data))
        if args.id is not None and Sight(user).find(resource, args.id) is None:
            raise NotVisible(_("There is no such record."))
        outcome = perform(action, user, args.id, data, revision=args.revision)
    document = answers.done(resource, outcome, user)
    if args.json:
        print_json(document)
    else:
        print_text(_("Done: %(action)s, leaf %(leaf)s.") % {"action": action.code(), "leaf": document["leaf"]})
    return DONE


def _data(name: str | None) -> object:
    if name is None:
        return {}
    if name == "-":
        text = sys.stdin.buffer.read(MAX_DATA + 1)
    else:
        try:
            with Path(name).open("rb") as handle:
                text = handle.read(MAX_DATA + 1)
        except OSError as error:
            raise CommandError(
                "unreadable", _("%(file)s cannot be read: %(why)s.") % {"file": name, "why": error.strerror}, name
            ) from None
    if len(text) > MAX_DATA:
        raise CommandError("too-large", _("The data of an action is at most %d bytes.") % MAX_DATA, name)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError("invalid", _("%(file)s is no JSON: %(why)s.") % {"file": name, "why": error}, name) from None
