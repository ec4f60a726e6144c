"""Who acts on the command line, and how an action that does not happen is told."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from quarterdeck.cli.common import CommandError, _

if TYPE_CHECKING:
    from quarterdeck.kernel.accounts.models import User


def acting_user(args: argparse.Namespace) -> User:
    """The person ``--as`` names, or the one the home's settings name for the command line. Their permissions hold."""
    from django.conf import settings

    from quarterdeck.kernel.accounts.models import User

    login = args.acting or settings.HOME.settings.cli_login
    if not login:
        raise CommandError("no-person", _("Say who acts: --as LOGIN."), "--as")
    user = User.objects.filter(login__iexact=login, is_active=True).exclude(kind=User.Kind.SERVICE).first()
    if user is None:
        raise CommandError("no-person", _("Nobody signs in as “%s” here.") % login, "--as")
    return user


@contextmanager
def told_plainly(where: str) -> Iterator[None]:
    """Turn an action's refusal into the command line's one form of error."""
    from quarterdeck.kernel.actions.base import ActionError

    try:
        yield
    except ActionError as error:
        raise CommandError(error.code, str(error), where) from None
