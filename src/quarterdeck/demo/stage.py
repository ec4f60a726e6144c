"""Playing a story: dated scenes, performed in order of time by the people they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.text import slugify

from quarterdeck.kernel import clock
from quarterdeck.kernel.accounts.models import User
from quarterdeck.kernel.actions import Actor, perform
from quarterdeck.kernel.permissions.models import Unit
from quarterdeck.kernel.records import Record
from quarterdeck.kernel.setup import found, system_user

#: Everyone's password in a demonstration home; such a home says so on every page that asks for one.
PASSWORD = "quarterdeck-demo"  # noqa: S105 - a demonstration home keeps no secret


@dataclass(frozen=True)
class Login:
    """Someone who can sign in: their login and the roles they hold, each in a unit (by code)."""

    login: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Hands:
    """Who does the daily work of a story, by login: administrator, security officer, analyst, secretary of the bodies, people
    officer, disclosure officer."""

    administrator: str
    security: str
    analyst: str
    secretary: str
    people: str
    disclosure: str


@dataclass
class Stage:
    """Holds the cast (records by name), who does the daily work, where its people live, and the scenes."""

    hands: Hands
    time_zone: str = "Asia/Shanghai"
    cast: dict[str, Record] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    logins: list[Login] = field(default_factory=list)
    scenes: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)

    def found(self, name: str, day: date) -> Unit:
        """Found the home on ``day``."""
        with self.on(day):
            unit = found(name)
        self.cast["enterprise"] = unit
        return unit

    @contextmanager
    def on(self, day: date, hour: int = 9, minute: int = 0) -> Iterator[None]:
        """The clock stands at that time inside the block."""
        with clock.fixed(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)):
            yield

    def later(self, day: date, scene: Callable[[], None], hour: int = 9, minute: int = 0) -> None:
        """Add a scene; :meth:`play` performs all of them in order of time."""
        self.scene(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC), scene)

    def scene(self, moment: datetime, scene: Callable[[], None]) -> None:
        """Add a scene at a moment (aware)."""
        self.scenes.append((moment, len(self.scenes), scene))

    def acts(self) -> Iterator[int]:
        """Perform every scene in order of time, telling after each how many are done."""
        for number, (moment, _order, scene) in enumerate(sorted(self.scenes, key=lambda item: item[:2]), start=1):
            with clock.fixed(moment):
                scene()
            yield number
        self.scenes.clear()

    def play(self) -> int:
        """Perform every scene; returns how many."""
        return max(self.acts(), default=0)

    def do(
        self, code: str, who: str | None, record: str | Record | None = None, /, *, cast: str = "", **data: object
    ) -> Record:
        """Perform an action as ``who`` (a login; None: the product itself). Records in ``data`` may be given by themselves.

        ``cast`` puts the saved record into the cast.
        """
        actor: Actor | User = Actor(system_user(), system=True) if who is None else self.users[who]
        subject = self.cast[record] if isinstance(record, str) else record
        plain: Mapping[str, Any] = {key: getattr(value, "pk", value) for key, value in data.items()}
        saved = perform(code, actor, subject, plain).record
        if cast:
            self.cast[cast] = saved
        return saved

    def attest(
        self, kind: str, who: str, title: str, /, *, cast: str = "", verify: str = "", **facts: object
    ) -> Record:
        """Attest evidence of ``kind`` with a small document of its own; ``verify`` names who checks it the same day."""
        lines = [
            title,
            "",
            *(f"{name.replace('_', ' ')}: {value}" for name, value in facts.items() if value not in ("", None)),
        ]
        document = SimpleUploadedFile(f"{slugify(title)}.txt", ("\n".join(lines) + "\n").encode("utf-8"), "text/plain")
        plain: dict[str, Any] = {key: getattr(value, "pk", value) for key, value in facts.items()} | {"title": title}
        files: MultiValueDict[str, Any] = MultiValueDict({"file": [document]})
        saved = perform(f"evidence.evidence.attest_{kind}", self.users[who], None, plain, files=files).record
        if verify:
            self.do("evidence.evidence.verify", verify, saved)
        if cast:
            self.cast[cast] = saved
        return saved

    def login(self, login: str, full_name: str, email: str, roles: tuple[tuple[str, str], ...]) -> User:
        """Someone who can sign in, with roles in units, from the story's beginning."""
        user = User(login=login, full_name=full_name, email=email, time_zone=self.time_zone)
        user.password = _password_hash()
        user.save()
        self.users[login] = user
        self.logins.append(Login(login, roles))
        for role, unit in roles:
            self.do(
                "permissions.assignment.create",
                None,
                user=user,
                role=role,
                unit=self.cast[unit],
                effective_from=clock.today(),
            )
        return user


_hashes: dict[str, str] = {}


def _password_hash() -> str:
    """One hash for everyone: hashing is slow on purpose, and the password is printed anyway."""
    from django.contrib.auth.hashers import make_password

    if PASSWORD not in _hashes:
        _hashes[PASSWORD] = make_password(PASSWORD, salt=sha256(PASSWORD.encode()).hexdigest()[:22])
    return _hashes[PASSWORD]
