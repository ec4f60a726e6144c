"""Reading uploads from a request: never more than the limit lands on the disk, and a full disk becomes a plain message."""

from __future__ import annotations

import errno
import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext_lazy as _

from quarterdeck.kernel.actions.base import Text
from quarterdeck.kernel.files.inspection import LIMITS, too_large

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class RefusedUpload(InMemoryUploadedFile):
    """Stands for an upload that was not kept; ``refused`` is what the form says about it."""

    def __init__(self, field_name: str | None, name: str | None, refused: Text) -> None:
        super().__init__(io.BytesIO(), field_name, name, "application/octet-stream", 0, None)
        self.refused = refused


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams each file to a temporary file; drops what exceeds the size limit or what the disk cannot take."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.refused: Text | None = None
        self.received = 0
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._refuse(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.refused is None and self.received > LIMITS.size:
            self.refused = too_large().message
            self._drop()
        if self.refused is None:
            try:
                super().receive_data_chunk(raw_data, start)
            except OSError as error:
                self._refuse(error)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if self.refused is None:
            try:
                return super().file_complete(file_size)
            except OSError as error:
                self._refuse(error)
        assert self.refused is not None
        return RefusedUpload(self.field_name, self.file_name, self.refused)

    def upload_complete(self) -> None:
        """Nothing is left to do once every file was completed."""

    def _refuse(self, error: OSError) -> None:
        if error.errno not in _FULL:
            raise error
        self.refused = _("The disk is full and could not take the file. Free some space, then upload again.")
        self._drop()

    def _drop(self) -> None:
        held = getattr(self, "file", None)
        if held is not None:
            held.close()
