"""Making a demonstration home: play the story to its end, with every package that the company filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import transaction

from quarterdeck.areas.disclosures.models import Disclosure
from quarterdeck.areas.disclosures.standing import build_and_seal
from quarterdeck.demo import a, b, c
from quarterdeck.demo.filing import annual_scenes, current_scenes
from quarterdeck.demo.settings import COMPANIES
from quarterdeck.demo.stage import PASSWORD, Stage
from quarterdeck.demo.story import Annual, Story
from quarterdeck.kernel import clock
from quarterdeck.kernel.ledger.checkpoints import checkpoint, keep_copy
from quarterdeck.kernel.ledger.standing import verify_and_keep
from quarterdeck.settings.home import Home

Say = Callable[[str], None]
#: The role of whoever comes in from outside for one engagement.
GUEST_ROLE: Final = "external_assessor"
#: Every company, by its letter; their homes' settings are in :mod:`quarterdeck.demo.settings`.
STORIES: Final[Mapping[str, Story]] = {story.letter: story for story in (a.STORY, b.STORY, c.STORY)}


@dataclass(frozen=True)
class Company:
    """A demonstration company ready to be looked at."""

    letter: str
    name: str
    home: Path
    package: Path
    users: tuple[dict[str, object], ...]


def build(letter: str, home: Home, say: Say) -> Company:
    """Tell the story in ``home``, whose database is migrated and empty. Nothing of it is kept unless all of it went well."""
    story, outside = STORIES[letter], COMPANIES[letter]
    out = outside.package(home.path)
    if not outside.told(home.path):
        _tell(story, out, say)
        keep_copy(checkpoint())
        verify_and_keep()
    return Company(letter, story.house.name, home.path, out, users_of(story))


def _tell(story: Story, out: Path, say: Say) -> None:
    """An annual package is built when the story is over; current reports are filed in its course, and are put under their
    name together once all of it is kept."""
    if isinstance(story.files, Annual):
        annual = story.files
        with transaction.atomic():
            stage = story.stage()
            annual_scenes(stage, annual)
            _play(stage, say)
        with clock.fixed(annual.sealed):
            build_and_seal(Disclosure.objects.get(), stage.users[annual.preparer], out)
        return
    unfinished = out.with_name(f".{out.name}")
    with transaction.atomic():
        stage = story.stage()
        current_scenes(stage, story.files, unfinished)
        _play(stage, say)
    unfinished.rename(out)


def _play(stage: Stage, say: Say) -> None:
    scenes = len(stage.scenes)
    for done in stage.acts():
        if done % 25 == 0:
            say(f"{done} of {scenes} scenes")


def users_of(story: Story) -> tuple[dict[str, object], ...]:
    """Who can sign in at the company, with which roles."""
    roles_of = {login: [role for role, _unit in roles] for login, _name, roles in story.house.logins}
    roles_of |= {login: [GUEST_ROLE] for login in story.guests}
    return tuple(
        {"company": story.letter, "login": login, "password": PASSWORD, "roles": roles}
        for login, roles in roles_of.items()
    )
