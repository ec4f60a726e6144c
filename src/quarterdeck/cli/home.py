"""Opening a company's record for a command: one directory, one Django process."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from pathlib import Path

from quarterdeck.cli.common import CommandError, _

VARIABLE = "QUARTERDECK_HOME"
CLOCK = "QUARTERDECK_CLOCK"


def home_path(given: str | None) -> Path:
    """The home that ``--home`` or ``QUARTERDECK_HOME`` names, absolute. Raises `CommandError` when neither does."""
    name = given or os.environ.get(VARIABLE)
    if not name:
        raise CommandError("no-home", _("No home given: say --home DIR or set QUARTERDECK_HOME."))
    return Path(name).expanduser().resolve()


def moment(text: str) -> datetime:
    """`text` as an aware time. Raises `CommandError` unless it is RFC 3339 with its offset."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise CommandError(
            "usage", _("“%s” is no RFC 3339 time with an offset, like 2025-03-31T09:00:00Z.") % text, "--now"
        )
    return value


def open_home(given: str | None, now: str | None = None) -> Path:
    """Sets Django up on a home and, in a demo home, moves the clock to `now`. Returns the home's path.

    Raises `CommandError` when there is no such home, its settings are wrong, or `now` is asked of a real home.
    """
    from quarterdeck.settings.home import HomeError, load_home

    path = home_path(given)
    at = moment(now) if now else None
    try:
        home = load_home(path)
    except HomeError as error:
        raise CommandError("no-home", str(error), str(path)) from None
    if at is not None and not home.settings.demo:
        raise CommandError("usage", _("The clock can be moved only in a demonstration home."), "--now")
    os.environ[VARIABLE] = str(path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "quarterdeck.settings.live"
    import django

    # What is loaded now stays until the process ends: the collector would look at all of it again and again for nothing.
    # It is not frozen, since the connection to the database hangs on it and has to be closed at the end.
    gc.disable()
    try:
        django.setup()
    finally:
        gc.enable()
    if at is not None:
        from quarterdeck.kernel import clock

        clock.set_offset(at)
    return path


def remember_clock(now: str | None) -> dict[str, str]:
    """Environment that lets processes started later believe the same time as one that was told ``--now`` just now."""
    return {CLOCK: f"{moment(now).isoformat()} {datetime.now(UTC).isoformat()}"} if now else {}


def remembered_clock() -> str | None:
    """What ``--now`` is by now, if a process above was told one."""
    told, _space, then = os.environ.get(CLOCK, "").partition(" ")
    if not then:
        return None
    return (moment(told) + (datetime.now(UTC) - moment(then))).isoformat()
