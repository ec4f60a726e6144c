"""``check-setup``: every missing or weak setting of a home, by name."""

from __future__ import annotations

import argparse

from quarterdeck.cli.common import DONE, FAILS, Commands, _, print_json, print_text


def register(commands: Commands) -> None:
    commands.add("check-setup", _("what is missing or weak in a home"), check_setup, home=True)


def check_setup(args: argparse.Namespace) -> int:
    """Exit 1 when anything is missing or weak."""
    from django.conf import settings

    from quarterdeck.cli.setup_checks import weaknesses

    found = weaknesses(settings.HOME)
    if args.json:
        print_json(
            {
                "ok": not found,
                "weak": [{"code": one.code, "where": one.where, "message": one.message} for one in found],
            }
        )
    elif found:
        print_text("\n".join(f"{one.where}: {one.message}" for one in found))
        print_text(_("%d settings are missing or weak.") % len(found))
    else:
        print_text(_("Nothing is missing or weak."))
    return FAILS if found else DONE
