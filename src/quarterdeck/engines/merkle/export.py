"""Writing an export: leaves, signed head, keys, tiles, proofs and the verifier itself."""

from __future__ import annotations

import ast
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

from quarterdeck.engines.merkle.canonical import MAX_LEAF_BYTES
from quarterdeck.engines.merkle.files import TileFiles
from quarterdeck.engines.merkle.hashing import HashReader, leaf_hash
from quarterdeck.engines.merkle.note import Checkpoint, VerifierKey, parse_note
from quarterdeck.engines.merkle.tree import Frontier, consistency_proof, inclusion_proof, root_at

# In the order in which they build on one another.
_STANDALONE = ("canonical", "hashing", "ed25519", "note", "result", "narrowing", "files", "proofs", "verify", "offline")


class ExportRefused(ValueError):
    """The leaves, the head and the target do not make an export; nothing is left behind."""


def standalone_verifier() -> str:
    """Source of `verify_ledger.py`: the verifying modules as one file that needs only the standard library."""
    package = __package__ or ""
    imports: set[str] = set()
    bodies: list[str] = []
    docstring = ""
    for module in _STANDALONE:
        source = files(package).joinpath(f"{module}.py").read_text("utf-8")
        tree = ast.parse(source)
        docstring = ast.get_docstring(tree) or ""
        lines = source.split("\n")
        for node in tree.body:
            is_import = isinstance(node, ast.Import | ast.ImportFrom)
            if isinstance(node, ast.Import):
                imports |= {f"import {name.name}" for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(package):
                imports |= {f"from {node.module} import {name.name}" for name in node.names}
            if is_import or node is tree.body[0]:
                lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
        bodies.append(f"# --- {module} {'-' * (110 - len(module))}\n\n" + "\n".join(lines).strip("\n") + "\n")
    future = "from __future__ import annotations"
    head = f'"""{docstring}\n"""\n\n{future}\n\n' + "\n".join(sorted(imports - {future})) + "\n\n"
    return head + "\n\n".join(bodies)


def inclusion_document(index: int, head: Checkpoint, note: str, reader: HashReader) -> dict[str, object]:
    """The JSON document that proves leaf `index` under a signed head (`note` is its text with signatures)."""
    return {
        "leaf": index,
        "size": head.size,
        "root": head.root.hex(),
        "leaf_hash": reader.read(0, index, 1).hex(),
        "audit_path": [step.hex() for step in inclusion_proof(index, head.size, reader)],
        "checkpoint": note,
    }


def consistency_document(first: int, head: Checkpoint, note: str, reader: HashReader) -> dict[str, object]:
    """The JSON document that proves that a signed head continues the tree of the first `first` leaves."""
    return {
        "first": first,
        "second": head.size,
        "first_root": root_at(first, reader).hex(),
        "second_root": head.root.hex(),
        "consistency_path": [step.hex() for step in consistency_proof(first, head.size, reader)],
        "checkpoint": note,
    }


def _write_leaves(folder: Path, leaves: Iterable[bytes]) -> Frontier:
    frontier = Frontier()
    with ExitStack() as stack:
        out = stack.enter_context((folder / "leaves.ndjson").open("wb"))
        levels: list[BinaryIO] = [stack.enter_context((folder / "tiles" / "0").open("wb"))]
        for leaf in leaves:
            if len(leaf) > MAX_LEAF_BYTES or b"\n" in leaf:
                raise ExportRefused(f"leaf {frontier.size} is longer than {MAX_LEAF_BYTES} bytes or holds a newline")
            digest = leaf_hash(leaf)
            out.write(leaf + b"\n")
            levels[0].write(digest)
            for done in frontier.append(digest):
                if done.level == len(levels):
                    levels.append(stack.enter_context((folder / "tiles" / str(done.level)).open("wb")))
                levels[done.level].write(done.hash)
    return frontier


def write_export(
    directory: Path,
    leaves: Iterable[bytes],
    note: str,
    keys: Sequence[VerifierKey],
    *,
    earlier: Sequence[int] = (),
    prove: Sequence[int] = (),
) -> Checkpoint:
    """Write an export of canonical leaf bytes under a signed head; returns the head.

    `note` is the signed checkpoint over exactly these leaves; `earlier` are sizes of older heads that get a consistency
    proof; `prove` are leaves that get an inclusion proof. The folder appears complete or not at all. ExportRefused when
    it exists with something in it, or when the leaves do not give the head's size and root; MalformedNote for the note.
    """
    head = Checkpoint.parse(parse_note(note.encode("utf-8")).text)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ExportRefused(f"{directory} exists and is not an empty folder")
    directory.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        (draft / "tiles").mkdir()
        (draft / "proofs").mkdir()
        frontier = _write_leaves(draft, leaves)
        if (frontier.size, frontier.root()) != (head.size, head.root):
            raise ExportRefused(f"{frontier.size} leaves do not give the root of the head over {head.size}")
        reader = TileFiles(draft / "tiles")
        documents = {f"consistency-{first}": consistency_document(first, head, note, reader) for first in earlier}
        documents |= {f"inclusion-{index}": inclusion_document(index, head, note, reader) for index in prove}
        for name, document in documents.items():
            text = json.dumps(document, ensure_ascii=False, indent=1)
            (draft / "proofs" / f"{name}.json").write_text(text + "\n", "utf-8")
        (draft / "checkpoint").write_text(note, "utf-8", newline="\n")
        (draft / "key").write_text("".join(f"{key}\n" for key in keys), "utf-8", newline="\n")
        (draft / "verify_ledger.py").write_text(standalone_verifier(), "utf-8", newline="\n")
        draft.chmod(0o755)
        draft.replace(directory)
    except BaseException:  # also on interrupt: nothing half written stays
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return head
