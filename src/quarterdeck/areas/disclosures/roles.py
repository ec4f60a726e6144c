"""Who prepares a disclosure and who approves it, as shipped; never the same person."""

from __future__ import annotations

from typing import Final

PREPARERS: Final = ("disclosure_officer", "ciso")
APPROVERS: Final = ("board_member",)
