"""The append-only record as mathematics: canonical JSON, RFC 9162 tree, signed checkpoints, exports and their verifier.

The modules up to `offline` are joined into the `verify_ledger.py` of every export, so they import nothing but the
standard library, one another and, where it is installed, `cryptography`.
"""
