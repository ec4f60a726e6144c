"""Tables of the ledger. Triggers on both databases refuse UPDATE and DELETE (``triggers.py``, installed by migration)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.permissions.models import Unit, Wall


class LeafNumber(models.BigIntegerField):  # type: ignore[type-arg]
    """A leaf's number. On SQLite it is the row's own address, so that leaves are read in their order from end to end."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Place(models.Model):
    """Where leaves hang: what one must hold, in which unit, behind which wall. Few rows, so that a reader's leaves are
    found through the places they may look into, however long the ledger is."""

    view_permission = models.CharField(max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    wall = models.ForeignKey(Wall, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["view_permission", "unit", "wall"], name="place_by_sight")]

    if TYPE_CHECKING:
        id: int
        pk: int
        unit_id: int | None
        wall_id: int | None

    def __str__(self) -> str:
        return f"{self.view_permission} {self.unit_id} {self.wall_id}"


class Leaf(models.Model):
    """One committed action. ``body`` is the RFC 8785 text that was hashed; the columns beside it are an index into it."""

    seq = LeafNumber(primary_key=True)
    body = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(_("when"))
    action = models.CharField(_("action"), max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"), db_index=False
    )
    record_type = models.CharField(_("type"), max_length=80)
    record_id = models.BigIntegerField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("ledger leaf")
        verbose_name_plural = _("ledger")
        indexes = [
            models.Index(fields=["record_type", "record_id", "seq"], name="leaf_by_record"),
            models.Index(fields=["place", "seq"], name="leaf_by_place"),
            models.Index(fields=["place", "actor", "seq"], name="leaf_by_actor"),
            models.Index(fields=["place", "action", "seq"], name="leaf_by_action"),
            models.Index(fields=["place", "at", "seq"], name="leaf_by_time"),
        ]

    if TYPE_CHECKING:
        actor_id: int
        place_id: int

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Version(models.Model):
    """The content of one record after one action. Erasing empties ``salt`` and ``content``; the leaf keeps the digest."""

    leaf = models.ForeignKey(Leaf, models.PROTECT, related_name="versions")
    record_type = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    revision = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(null=True)
    content = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record_id", "revision"], name="version_once"),
        ]
        verbose_name = _("version")
        verbose_name_plural = _("versions")

    if TYPE_CHECKING:
        leaf_id: int

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} r{self.revision}"


class Head(models.Model):
    """Size and frontier of the tree: the single row that appending locks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField()


class Subtree(models.Model):
    """The hash of one complete subtree of 256**level leaves, so that a proof among millions reads a handful of rows."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="subtree_once")]


class Checkpoint(models.Model):
    """A signed statement of size and root, in the text form that witnesses sign and keep."""

    size = models.PositiveBigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return str(self.size)


class Verification(models.Model):
    """What verifying the whole ledger found, and when: pages show this and never verify while somebody waits."""

    at = models.DateTimeField(_("when"), db_index=True)
    ok = models.BooleanField()
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    first_bad = models.BigIntegerField(null=True)
    problems = models.JSONField(default=list)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.size} {'ok' if self.ok else 'broken'}"
