"""Where one company's record lives: the home directory and its ``quarterdeck.toml``.

Read before Django starts, so it knows nothing of Django. Everything a company may set is in :class:`HomeSettings`; an
unknown key or a wrong type is an error that names the file and the key.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

CONFIG_NAME = "quarterdeck.toml"


class HomeError(Exception):
    """The home cannot be used; the message says which file, what is wrong and what to do."""


@dataclass(frozen=True)
class HomeSettings:
    """What ``quarterdeck.toml`` may say. Every key has a safe default."""

    #: Record's database: empty for SQLite in the home, or postgresql://user:password@host/name.
    database_url: str = ""
    #: Host names the server answers to.
    allowed_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    #: Public address, used in mails and passkeys. Empty: http://localhost and the port served.
    public_url: str = ""
    #: True behind TLS: cookies only over https, HSTS.
    https: bool = False
    #: A demonstration home: ``--now`` may move its clock, its passwords are printed.
    demo: bool = False
    #: Seconds by which a demonstration home's clock differs from the machine's, so that its story stays in its year.
    clock_offset: int = 0
    #: Who acts on the command line when --as says nobody; empty: --as is required.
    cli_login: str = ""
    #: SMTP server as host:port; empty keeps mail in the home's ``outbox`` folder.
    smtp: str = ""
    mail_from: str = "quarterdeck@localhost"
    #: Largest upload in bytes.
    max_upload: int = 50 * 1024 * 1024
    #: Name under which this home's ledger signs its checkpoints.
    ledger_origin: str = "quarterdeck.local/ledger"
    #: The company's time zone for dates of its record.
    time_zone: str = "UTC"


@dataclass(frozen=True)
class Home:
    """One company's directory, its settings and its secret."""

    path: Path
    settings: HomeSettings
    secret_key: str

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def outbox(self) -> Path:
        return self.path / "outbox"

    @property
    def logs(self) -> Path:
        return self.path / "logs"


def _settings(path: Path) -> HomeSettings:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise HomeError(f"{path} is not valid TOML: {error}") from error
    known = {item.name: item for item in fields(HomeSettings)}
    values: dict[str, object] = {}
    for key, value in raw.items():
        if key not in known:
            raise HomeError(f"{path}: there is no setting “{key}”. Known: {', '.join(sorted(known))}")
        default = known[key].default
        if isinstance(default, tuple):
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise HomeError(f"{path}: “{key}” takes a list of texts")
            value = tuple(value)
        elif type(value) is not type(default):
            raise HomeError(f"{path}: “{key}” takes a {type(default).__name__}")
        values[key] = value
    return HomeSettings(**values)  # type: ignore[arg-type]


def create_home(path: Path, settings: dict[str, object] | None = None) -> Home:
    """Make a home where there is none; an existing one is left as it is."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    for name in ("files", "keys", "outbox", "logs", "exports"):
        (path / name).mkdir(exist_ok=True, mode=0o700)
    config = path / CONFIG_NAME
    if not config.exists():
        lines = ["# Settings of this company's home. Every key and its meaning: docs/guide/settings.md\n"]
        for key, value in (settings or {}).items():
            lines.append(f"{key} = {_toml(value)}\n")
        config.write_text("".join(lines), encoding="utf-8")
    secret = path / "keys" / "secret.key"
    if not secret.exists():
        descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48) + "\n")
    return load_home(path)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def load_home(path: Path) -> Home:
    """Read an existing home."""
    config = path / CONFIG_NAME
    secret = path / "keys" / "secret.key"
    if not config.is_file() or not secret.is_file():
        raise HomeError(
            f"{path} is not a Quarterdeck home (no {CONFIG_NAME} or no keys/secret.key). Make one with: quarterdeck init --home {path}"
        )
    return Home(path=path, settings=_settings(config), secret_key=secret.read_text(encoding="utf-8").strip())
