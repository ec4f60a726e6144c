"""Verify an exported ledger with nothing but this file and Python 3.11 or later.

    python verify_ledger.py DIR [--key KEY] [--checkpoint FILE]... [--strict] [--json]
    python verify_ledger.py --proof FILE [--key KEY] [--json]

Every export carries a copy of this file. Whoever does not trust the sender takes the copy from elsewhere, pins the
ledger's public key with --key, and gives with --checkpoint the heads that were kept outside: only those can show that
somebody who holds the signing key rewrote history.

What an export holds:

    leaves.ndjson   one leaf a line: RFC 8785 JSON object, its hash is SHA-256(0x00 || line without the newline)
    checkpoint      the signed head: origin, size, root (C2SP tlog-checkpoint inside a C2SP signed note, Ed25519)
    key             verifier keys of the ledger, one a line: name+hash+base64
    tiles/0, 1, ..  hashes of every complete subtree of 256**level leaves, 32 bytes each: they name a bad leaf exactly
    proofs/*.json   inclusion and consistency proofs (RFC 9162 section 2.1)

In an export this is one file that imports nothing of the product, so that an auditor can read it from top to bottom;
it is joined from the modules that the product itself verifies with, so there is one set of rules. The `cryptography`
package is used when it is there; without it, Ed25519 is checked by a short RFC 8032 routine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from quarterdeck.engines.merkle.proofs import load_proof, proof_problems
from quarterdeck.engines.merkle.result import UnusableExport, VerifyResult, result_json
from quarterdeck.engines.merkle.verify import load_keys, verify_export


def _print_result(result: VerifyResult) -> None:
    print("ledger intact" if result.ok else "LEDGER BROKEN")
    print(f"  leaves     {result.size}\n  root       {result.root}")
    if not result.trusted:
        print("  key        taken from the export itself; pin it with --key to prove who signed")
    if result.first_bad is not None:
        print(f"  first bad  leaf {result.first_bad}")
    if result.bad_range is not None:
        print(f"  fault in   leaves {result.bad_range[0]} to {result.bad_range[1]}")
    for problem in result.problems:
        print(f"  {problem.code}: {problem.where}: {problem.message}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0: intact; 1: broken; 2: the input is unusable."""
    parser = argparse.ArgumentParser(description="Verify an exported ledger, or one proof.")
    parser.add_argument("directory", nargs="?", help="the export")
    parser.add_argument("--key", help="verifier key (name+hash+base64) or a file of them")
    parser.add_argument("--checkpoint", action="append", default=[], help="a head kept outside; may be repeated")
    parser.add_argument("--strict", action="store_true", help="parse every line, even those proven by their hash")
    parser.add_argument("--proof", help="verify this proof document instead of an export")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    if (options.directory is None) == (options.proof is None):
        parser.error("give an export directory or --proof FILE")
    try:
        if options.proof is None:
            result = verify_export(options.directory, options.key, options.checkpoint, strict=options.strict)
            if options.json:
                print(json.dumps(result_json(result), ensure_ascii=False))
            else:
                _print_result(result)
            return 0 if result.ok else 1
        keys = load_keys(options.key) if options.key else ()
        problems = proof_problems(load_proof(Path(options.proof)), keys)
        if options.json:
            shown = [{"code": p.code, "where": p.where, "message": p.message} for p in problems]
            print(json.dumps({"ok": not problems, "trusted": bool(keys) and not problems, "problems": shown}))
        else:
            print("proof holds" if not problems else "PROOF FAILS")
            for problem in problems:
                print(f"  {problem.code}: {problem.where}: {problem.message}")
        return 1 if problems else 0
    except UnusableExport as error:
        if options.json:
            print(json.dumps({"error": {"code": error.code, "message": error.message, "where": error.where}}))
        else:
            print(f"unusable: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
