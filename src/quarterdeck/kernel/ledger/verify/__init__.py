"""Verifying the database: every stored byte hashed, every table beside it compared, every record with its last version."""

from quarterdeck.kernel.ledger.verify.run import MalformedCheckpoint, verify
from quarterdeck.kernel.ledger.verify.verdict import Verified

__all__ = ["MalformedCheckpoint", "Verified", "verify"]
