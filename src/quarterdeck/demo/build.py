"""Making a demonstration home: play the story, have the annual item drafted, submitted and approved, build its package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.standing import build_and_seal
from quarterdeck.demo import a, b
from quarterdeck.demo.stage import PASSWORD, Stage
from quarterdeck.demo.story import Annual, Story
from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.checkpoints import checkpoint, keep_copy
from quarterdeck.kernel.ledger.standing import verify_and_keep
from quarterdeck.settings.home import Home

Say = Callable[[str], None]
#: Every company, by its letter; their homes' settings are in :mod:`quarterdeck.demo.settings`.
STORIES: Final[Mapping[str, Story]] = {story.letter: story for story in (a.STORY, b.STORY)}


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
            annual_scenes(stage, story.annual)
            scenes = len(stage.scenes)
            for done in stage.acts():
                if done % 25 == 0:
                    say(f"{done} of {scenes} scenes")
        with clock.fixed(story.annual.sealed):
            build_and_seal(Disclosure.objects.get(), stage.users[story.annual.preparer], out)
        keep_copy(checkpoint())
        verify_and_keep()
    return Company(letter, story.house.name, home.path, out, users_of(story))


def annual_scenes(stage: Stage, annual: Annual) -> None:
    """Scenes: drafted, revised by hand, submitted, approved as the governing body decided."""

    def draft() -> None:
        stage.do(
            "disclosures.disclosure.draft",
            annual.preparer,
            cast="annual",
            form=annual.form,
            as_of=annual.filing.isoformat(),
            filing_date=annual.filing.isoformat(),
        )
        if annual.revise is not None:
            annual.revise(stage)

    def submit() -> None:
        stage.do("disclosures.disclosure.submit", annual.preparer, "annual")

    def approve() -> None:
        decision = stage.cast[annual.decision]
        stage.do("disclosures.disclosure.approve", annual.approver, "annual", decision=decision)

    stage.later(annual.drafted, draft, hour=3)
    stage.later(annual.submitted, submit, hour=3)
    stage.later(annual.approved, approve, hour=8)


def users_of(story: Story) -> tuple[dict[str, object], ...]:
    """Who can sign in at the company, with which roles."""
    return tuple(
        {"company": story.letter, "login": login, "password": PASSWORD, "roles": [role for role, _unit in roles]}
        for login, _name, roles in story.house.logins
    )
