"""Keeps the tokens of guest links out of the logs: an address in a line is cut after ``/guest/``."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/guest/)[A-Za-z0-9_-]{8,}")


class GuestTokens(logging.Filter):
    """A filter of a handler: every line is kept, its tokens are not."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        cut = _TOKEN.sub(r"\1…", said)
        if cut != said:
            record.msg, record.args = cut, ()
        if record.exc_text:
            record.exc_text = _TOKEN.sub(r"\1…", record.exc_text)
        return True
