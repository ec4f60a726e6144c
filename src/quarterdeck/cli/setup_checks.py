"""What can be weak or missing in the way a home is set up. Each check looks at one thing and says what to do."""

from __future__ import annotations

import ipaddress
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from quarterdeck.cli import marks
from quarterdeck.cli.common import _
from quarterdeck.settings.home import CONFIG_NAME, Home

WITNESS_DAYS, BACKUP_DAYS, VERIFIED_DAYS = 30, 7, 2
LATE = timedelta(minutes=15)
LEAST_DISK = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Weakness:
    """One missing or weak setting: a stable code, where it is set, what is wrong and what to do."""

    code: str
    where: str
    message: str


def local(host: str) -> bool:
    """Whether a host name reaches only this machine."""
    name = host.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def public(home: Home) -> bool:
    """Whether the home answers to anybody but this machine."""
    hosts = list(home.settings.allowed_hosts)
    if home.settings.public_url:
        hosts.append(urlsplit(home.settings.public_url).hostname or "")
    return any(not local(host) for host in hosts)


def transport(home: Home) -> Iterator[Weakness]:
    settings = home.settings
    if public(home) and not settings.https:
        yield Weakness(
            "no-tls", "https", _("It answers on a public address without TLS. Put it behind TLS and set https = true.")
        )
    if settings.public_url.startswith("http://") and not local(urlsplit(settings.public_url).hostname or ""):
        yield Weakness("public-url", "public_url", _("Links in mails lead to http. Write the https address."))
    if public(home) and not settings.public_url:
        yield Weakness("public-url", "public_url", _("No public address is set; links in mails and passkeys need it."))
    if any(host == "*" or host.startswith(".") for host in settings.allowed_hosts):
        yield Weakness(
            "any-host", "allowed_hosts", _("It answers to host names that nobody listed. Name them one by one.")
        )


def permissions(home: Home) -> Iterator[Weakness]:
    """Nobody but the owner reads what is secret."""
    watched = [home.path, home.keys, *sorted(home.keys.glob("*.key")), home.path / "db.sqlite3"]
    if home.settings.database_url:
        watched.append(home.path / CONFIG_NAME)
    for path in watched:
        if not path.exists():
            continue
        found = path.stat()
        # Inside a folder that only its owner may enter, the bits of these files do not matter.
        if path.name in ("db.sqlite3", CONFIG_NAME) and not stat.S_IMODE(home.path.stat().st_mode) & 0o077:
            continue
        if stat.S_IMODE(found.st_mode) & 0o077:
            yield Weakness("readable", str(path), _("Others on this machine may read it: chmod go= it."))
        if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
            yield Weakness("owner", str(path), _("It belongs to another user than the one who runs this."))
    if not (home.keys / "ledger.key").exists():
        yield Weakness(
            "no-key", str(home.keys / "ledger.key"), _("There is no signing key yet; “ledger checkpoint” makes it.")
        )
    if len(home.secret_key) < 40:
        yield Weakness(
            "secret", str(home.keys / "secret.key"), _("The secret is short. Delete the file; a new one is made.")
        )


def demonstration(home: Home) -> Iterator[Weakness]:
    if home.settings.demo:
        yield Weakness(
            "demo", "demo", _("This is a demonstration home: its passwords are printed and its clock can be moved.")
        )


def database(home: Home) -> Iterator[Weakness]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from quarterdeck.kernel.ledger import triggers

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Weakness(
            "migrations", "database", _("The database is of an older release; “serve” brings it to this one.")
        )
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        there = {row[0] for row in cursor.fetchall()}
    for name in sorted(triggers.names(connection.vendor) - there):
        yield Weakness(
            "trigger", name, _("A trigger that keeps the ledger append-only is gone. Find out who dropped it.")
        )
    if connection.vendor == "sqlite":
        for pragma, wanted in (("journal_mode", {"wal"}), ("synchronous", {2, 3}), ("foreign_keys", {1})):
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA {pragma}")
                found = cursor.fetchone()[0]
            if found not in wanted:
                yield Weakness("sqlite", pragma, _("SQLite runs with %s, which can lose what was committed.") % found)
    else:
        yield from postgresql(home)


def postgresql(home: Home) -> Iterator[Weakness]:
    """The way to a PostgreSQL on another machine is protected, and asks who comes."""
    url = urlsplit(home.settings.database_url)
    given = dict(parse_qsl(url.query))
    host = given.get("host") or url.hostname or ""
    if host.startswith("/") or not host or local(host):
        return
    mode = given.get("sslmode", "")
    if mode not in ("verify-full", "verify-ca"):
        yield Weakness(
            "sslmode",
            "database_url",
            _("The way to PostgreSQL is not protected (sslmode %s). Add ?sslmode=verify-full.") % (mode or "–"),
        )
    if not url.password:
        yield Weakness("database-password", "database_url", _("PostgreSQL is asked without a password."))


def record(home: Home) -> Iterator[Weakness]:
    """The ledger: verified, signed, carried outside."""
    from quarterdeck.kernel.ledger import standing
    from quarterdeck.kernel.ledger.models import Checkpoint, Head

    now = datetime.now(UTC)
    last = standing.latest()
    length = Head.objects.values_list("size", flat=True).first()
    if length is None:
        yield Weakness("not-founded", "ledger", _("The home is not founded yet: nobody can sign in."))
        return
    if last is None:
        yield Weakness(
            "not-verified", "ledger", _("The ledger was never verified. It is, every hour, while “serve” runs.")
        )
    elif not last.ok:
        yield Weakness("broken", "ledger", _("THE LEDGER IS BROKEN. Run “ledger verify”, and keep the home as it is."))
    elif _old(last.at, now, VERIFIED_DAYS, home):
        yield Weakness("not-verified", "ledger", _("The ledger was last verified on %s.") % last.at.date())
    signed = Checkpoint.objects.order_by("-size").first()
    if signed is None:
        yield Weakness(
            "not-signed", "ledger", _("No checkpoint was ever signed. One is, every hour, while “serve” runs.")
        )
    witnessed = marks.last(home.path, marks.WITNESS)
    if witnessed is None or now - witnessed > timedelta(days=WITNESS_DAYS):
        yield Weakness(
            "no-witness",
            "ledger",
            _("No checkpoint left the home in %d days. Give “ledger checkpoint” to somebody outside: only that shows a rewritten past.")
            % WITNESS_DAYS,
        )  # fmt: skip


def _old(at: datetime, now: datetime, days: int, home: Home) -> bool:
    # A demonstration home may live in another year than this machine.
    return not home.settings.demo and now - at > timedelta(days=days)


def backups(home: Home) -> Iterator[Weakness]:
    last = marks.last(home.path, marks.BACKUP)
    if last is None:
        yield Weakness(
            "no-backup", "backup", _("It was never backed up: quarterdeck backup PATH, on another machine's disk.")
        )
    elif datetime.now(UTC) - last > timedelta(days=BACKUP_DAYS):
        yield Weakness("old-backup", "backup", _("The last backup is of %s.") % last.date())
    free = shutil.disk_usage(home.path).free
    if free < LEAST_DISK:
        yield Weakness("disk", str(home.path), _("Only %d MB are free on the disk.") % (free // 1024**2))


def workers(home: Home) -> Iterator[Weakness]:
    """Whether somebody does the jobs: mails, clocks, checkpoints."""
    from django_tasks_db.models import DBTaskResult

    from quarterdeck.kernel import clock
    from quarterdeck.kernel.jobs.models import Schedule

    now = clock.now()
    schedules = Schedule.objects.all()
    if not schedules.exists() or schedules.filter(next_run__lt=now - LATE).exists():
        yield Weakness("no-scheduler", "serve", _("No scheduler runs. Keep “serve” running, or “worker --scheduler”."))
    waiting = DBTaskResult.objects.filter(status="READY", enqueued_at__lt=datetime.now(UTC) - LATE).count()
    if waiting:
        yield Weakness(
            "no-worker",
            "serve",
            _("%d jobs wait and no worker takes them. Keep “serve” or “worker” running.") % waiting,
        )


def mail(home: Home) -> Iterator[Weakness]:
    if not home.settings.smtp:
        yield Weakness("mail", "smtp", _("Mail goes to the folder outbox and reaches nobody. Set smtp."))
    elif home.settings.mail_from.endswith("@localhost"):
        yield Weakness("mail-from", "mail_from", _("Mails come from an address that nobody can answer. Set mail_from."))


def people(home: Home) -> Iterator[Weakness]:
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.hashers import check_password

    from quarterdeck.demo.stage import PASSWORD
    from quarterdeck.kernel import clock
    from quarterdeck.kernel.accounts.models import User
    from quarterdeck.kernel.permissions.models import Assignment
    from quarterdeck.kernel.records import in_effect_on

    administrators = User.objects.filter(
        is_active=True,
        pk__in=Assignment.objects.filter(in_effect_on(clock.today()), role="administrator").values("user"),
    )
    if not administrators.exists():
        yield Weakness(
            "no-administrator", "people", _("Nobody is administrator. Found the home, or sign in with the first link.")
        )
    strong = Authenticator.objects.filter(type__in=["totp", "webauthn"]).values("user")
    for user in administrators.exclude(pk__in=strong).order_by("login")[:20]:
        yield Weakness("one-factor", user.login, _("This administrator signs in without a second factor."))
    known: dict[str, bool] = {}
    for user in User.objects.filter(is_active=True).order_by("login").iterator():
        if user.password not in known:
            # One password for everybody has one hash; a hash is slow to try, so no more than a few are.
            known[user.password] = len(known) < 5 and check_password(PASSWORD, user.password)
        if known[user.password]:
            yield Weakness("demo-password", user.login, _("This login still has the demonstration's password."))


CHECKS: tuple[Callable[[Home], Iterator[Weakness]], ...] = (
    transport,
    permissions,
    demonstration,
    database,
    record,
    backups,
    workers,
    mail,
    people,
)


def weaknesses(home: Home) -> list[Weakness]:
    """Everything that is missing or weak, in the order of the checks."""
    from django.db import DatabaseError

    found: list[Weakness] = []
    for check in CHECKS:
        try:
            found += check(home)
        except DatabaseError as error:
            found.append(Weakness("database", "database", _("The database cannot be asked: %s") % error))
    unique: dict[tuple[str, str, str], Weakness] = {(one.code, one.where, one.message): one for one in found}
    return list(unique.values())


__all__ = ["CHECKS", "Weakness", "local", "public", "weaknesses"]
