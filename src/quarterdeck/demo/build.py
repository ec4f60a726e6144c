"""Making a demonstration home: play the story, have the annual item drafted, submitted and approved, build its package."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import transaction

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.standing import build_and_seal
from quarterdeck.demo import b
from quarterdeck.demo.stage import PASSWORD, Stage
from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.checkpoints import checkpoint, keep_copy
from quarterdeck.kernel.ledger.standing import verify_and_keep
from quarterdeck.settings.home import Home

Say = Callable[[str], None]
STORIES = {"b": b}
PREPARER, APPROVER = "ye.lin", "ho.meiling"
SEALED = datetime(2026, 4, 21, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Company:
    """A demonstration company ready to be looked at."""

    letter: str
    name: str
    home: Path
    package: Path
    users: tuple[dict[str, object], ...]


def ready(home: Home) -> bool:
    """Whether the story has been told in this home to its end: its package is there."""
    return (home.path / "exports" / "annual" / "manifest.json").is_file()


def build(letter: str, home: Home, say: Say) -> Company:
    """Tell the story in ``home``, whose database is migrated and empty. Nothing of it is kept unless all of it went well."""
    story = STORIES[letter]
    out = home.path / "exports" / "annual"
    if not ready(home):
        with transaction.atomic():
            stage = story.stage()
            _annual(stage)
            scenes = len(stage.scenes)
            for done in stage.acts():
                if done % 25 == 0:
                    say(f"{done} of {scenes} scenes")
        with clock.fixed(SEALED):
            build_and_seal(Disclosure.objects.get(), stage.users[PREPARER], out)
        keep_copy(checkpoint())
        verify_and_keep()
    return Company(letter, story.NAME, home.path, out, _users(story.stage_logins()))


def _annual(stage: Stage) -> None:
    """Scenes: drafted after the board committee's review, submitted, approved as the committee decided."""

    def draft() -> None:
        stage.do(
            "disclosures.disclosure.draft",
            PREPARER,
            cast="annual",
            form="20-F",
            as_of="2026-04-24",
            filing_date="2026-04-24",
        )

    def submit() -> None:
        stage.do("disclosures.disclosure.submit", PREPARER, "annual")

    def approve() -> None:
        decision = stage.cast["decision:board:disclosure_approval:2026-04-20"]
        stage.do("disclosures.disclosure.approve", APPROVER, "annual", decision=decision)

    stage.later(date(2026, 4, 16), draft, hour=3)
    stage.later(date(2026, 4, 17), submit, hour=3)
    stage.later(date(2026, 4, 20), approve, hour=8)


def _users(logins: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[dict[str, object], ...]:
    return tuple({"login": login, "password": PASSWORD, "roles": list(roles)} for login, roles in logins)
