"""A kept file. Its bytes lie under the hash of their content; the row says whose upload it was and what it is called."""

from __future__ import annotations

from typing import BinaryIO, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.records import Record


class StoredFile(Record):
    """One upload. Two people who upload the same bytes have two rows and share one blob, so neither learns of the other."""

    sha256 = models.CharField(
        _("SHA-256"),
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("64 lower-case hexadecimal digits."))],
    )
    size = models.PositiveBigIntegerField(_("size in bytes"))
    name = models.CharField(
        _("name"), max_length=150, help_text=_("For display only; the bytes are found by their hash.")
    )
    media_type = models.CharField(
        _("media type"), max_length=100, help_text=_("Read from the content, not from the name.")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads", verbose_name=_("uploaded by")
    )

    personal_fields: ClassVar[tuple[str, ...]] = ("name",)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            models.Index(fields=["sha256"], name="file_by_hash"),
            models.Index(fields=["uploaded_by"], name="file_by_uploader"),
        ]

    def __str__(self) -> str:
        return self.name

    def open(self) -> BinaryIO:
        """The bytes, for reading; :class:`~quarterdeck.kernel.files.store.Missing` when the store has lost them."""
        from quarterdeck.kernel.files.store import open_blob

        return open_blob(self.sha256)

    def intact(self) -> bool:
        """Whether the store still holds exactly the bytes that were uploaded."""
        from quarterdeck.kernel.files.store import is_intact

        return is_intact(self.sha256, self.size)
