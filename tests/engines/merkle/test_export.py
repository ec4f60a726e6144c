import ast
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.engines.merkle import offline
from quarterdeck.engines.merkle.canonical import MAX_LEAF_BYTES, canonical_bytes
from quarterdeck.engines.merkle.export import ExportRefused, inclusion_document, standalone_verifier, write_export
from quarterdeck.engines.merkle.files import TileFiles
from quarterdeck.engines.merkle.hashing import leaf_hash
from quarterdeck.engines.merkle.note import Checkpoint, parse_note
from quarterdeck.engines.merkle.proofs import proof_problems
from quarterdeck.engines.merkle.result import UnusableExport, result_json
from quarterdeck.engines.merkle.signing import sign_checkpoint
from quarterdeck.engines.merkle.tree import root_of
from quarterdeck.engines.merkle.verify import verify_export

from .makers import KEY, ORIGIN, OTHER_KEY, export, head, leaves, put

SIZE = 700
LINES = leaves(SIZE)
PIN = str(KEY.verifier)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return export(tmp_path / "export", LINES, earlier=(0, 1, 300, SIZE), prove=(0, 555, SIZE - 1))


def test_an_untouched_export_is_intact_and_prints_the_promised_fields(folder):
    result = verify_export(folder, PIN, strict=True)
    root = root_of(leaf_hash(line) for line in LINES).hex()
    assert result_json(result) == {
        "ok": True,
        "size": SIZE,
        "root": root,
        "first_bad": None,
        "checkpoint": (folder / "checkpoint").read_text("utf-8"),
        "trusted": True,
        "strict": True,
        "key": PIN,
        "bad_range": None,
        "problems": [],
    }


def test_without_a_pinned_key_the_result_says_that_it_is_not_trusted(folder):
    result = verify_export(folder)
    assert result.ok
    assert not result.trusted


def swapped(a: int, b: int) -> list[bytes]:
    lines = list(LINES)
    lines[a], lines[b] = lines[b], lines[a]
    return lines


def altered(index: int, line: bytes | None = None) -> list[bytes]:
    return [*LINES[:index], line or LINES[index].replace(b"evaluated", b"escalated"), *LINES[index + 1 :]]


TAMPERINGS = {
    "altered first": (altered(0), 0),
    "altered in the middle": (altered(300), 300),
    "altered in the last, partial tile": (altered(699), 699),
    "altered twice": ([*altered(300)[:600], *altered(600)[600:]], 300),
    "dropped": (LINES[:300] + LINES[301:], 300),
    "inserted with the right number": ([*LINES[:300], altered(300)[300], *LINES[300:]], 300),
    "doubled": (LINES[:300] + LINES[299:], 300),
    "reordered": (swapped(10, 600), 10),
    "neighbours reordered": (swapped(255, 256), 255),
    "tail cut": (LINES[:650], 650),
    "tail cut at a tile": (LINES[:512], 512),
    "one leaf short": (LINES[:-1], 699),
    "everything gone": ([], 0),
    "cut and altered": (altered(300)[:650], 300),
    "extra at the end": ([*LINES, canonical_bytes({"n": SIZE})], SIZE),
    "white space added": (altered(42, LINES[42] + b" "), 42),
    "carriage return": (altered(42, LINES[42] + b"\r"), 42),
    "blank line": ([*LINES[:42], b"", *LINES[42:]], 42),
    "not UTF-8": (altered(42, b'{"n":42,"x":"\xff"}'), 42),
    "a line beyond all bounds": (altered(42, b'{"n":42,"x":"' + b"x" * (3 * MAX_LEAF_BYTES) + b'"}'), 42),
    "deep nesting": (altered(42, b'{"n":42,"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}"), 42),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_with_the_lines_names_the_first_bad_leaf(folder, name):
    lines, first_bad = TAMPERINGS[name]
    put(folder, lines)
    result = verify_export(folder, PIN)
    assert not result.ok
    assert result.first_bad == first_bad
    assert result.problems


@pytest.mark.parametrize("index", [0, 255, 256, 300, 511, 512, 699])
def test_an_altered_leaf_is_named_with_any_one_level_of_tiles_lost(folder, index):
    for level in ("0", "1"):
        kept = (folder / "tiles" / level).read_bytes()
        put(folder, altered(index))
        (folder / "tiles" / level).write_bytes(bytes(len(kept)))
        result = verify_export(folder, PIN)
        assert not result.ok
        if level == "1":
            assert result.first_bad == index
        else:
            # Leaf hashes gone: the hashes of 256 still narrow it, if the leaf lies in a complete tile.
            assert result.first_bad is None
            low, high = result.bad_range
            assert low <= index <= high
        (folder / "tiles" / level).write_bytes(kept)


def test_a_leaf_altered_together_with_its_exported_hash_is_narrowed_to_its_tile(folder):
    lines = altered(300)
    put(folder, lines)
    tiles = folder / "tiles" / "0"
    hashes = bytearray(tiles.read_bytes())
    hashes[300 * 32 : 301 * 32] = leaf_hash(lines[300])
    tiles.write_bytes(hashes)
    # The root of all 700 hangs on the partial last tile too, whose leaf hashes are sound: the span is one tile.
    result = verify_export(folder, PIN)
    assert (result.ok, result.first_bad, result.bad_range) == (False, None, (256, 511))


def test_a_leaf_altered_without_any_tiles_cannot_be_named_and_is_not(folder):
    for level in ("0", "1"):
        (folder / "tiles" / level).unlink()
    assert verify_export(folder, PIN).ok
    put(folder, altered(300))
    result = verify_export(folder, PIN)
    assert (result.ok, result.first_bad, result.bad_range) == (False, None, (0, 699))


def test_a_cut_tail_is_named_without_any_tiles_and_what_lies_before_stays_in_doubt(folder):
    for level in ("0", "1"):
        (folder / "tiles" / level).unlink()
    put(folder, LINES[:650])
    result = verify_export(folder, PIN)
    assert (result.ok, result.first_bad, result.bad_range) == (False, 650, (0, 650))


@pytest.mark.parametrize("level", ["0", "1"])
def test_damaged_tiles_beside_sound_leaves_are_reported_and_blame_no_leaf(folder, level):
    tiles = folder / "tiles" / level
    tiles.write_bytes(tiles.read_bytes()[:-1] + b"\x00")
    result = verify_export(folder, PIN)
    assert (result.ok, result.first_bad) == (False, None)
    assert [problem.code for problem in result.problems] == ["tiles"]


@given(st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_bit_of_a_line_is_named(folder, data):
    index = data.draw(st.integers(0, SIZE - 1))
    bit = data.draw(st.integers(0, 8 * len(LINES[index]) - 1))
    line = bytearray(LINES[index])
    line[bit // 8] ^= 1 << bit % 8
    put(folder, altered(index, bytes(line)))
    result = verify_export(folder, PIN)
    assert not result.ok
    assert result.first_bad == index


def rewrite(folder: Path, lines: list[bytes], earlier: tuple[int, ...] = ()) -> Path:
    """What somebody with database and signing key does: a new, perfectly consistent export."""
    return export(folder, lines, earlier=earlier)


def test_rewriting_with_the_right_key_is_caught_only_by_a_head_kept_outside(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text(head(LINES[:400]), "utf-8")
    forged = rewrite(tmp_path / "forged", altered(300))
    assert verify_export(forged, PIN, strict=True).ok
    result = verify_export(forged, PIN, kept)
    assert (result.ok, result.first_bad, result.bad_range) == (False, None, (0, 399))
    older = tmp_path / "older"
    older.write_text(head(LINES[:300]), "utf-8")
    assert verify_export(forged, PIN, older).ok
    assert verify_export(forged, PIN, [kept, older]).bad_range == (300, 399)
    oldest = tmp_path / "exact"
    oldest.write_text(head(LINES[:301]), "utf-8")
    assert verify_export(forged, PIN, [kept, oldest, older]).first_bad == 300


def test_loss_of_the_tail_with_the_right_key_is_caught_by_a_head_kept_outside(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text(head(LINES), "utf-8")
    shortened = rewrite(tmp_path / "short", LINES[:600])
    assert verify_export(shortened, PIN).ok
    result = verify_export(shortened, PIN, kept)
    assert (result.ok, result.first_bad) == (False, 600)


def test_a_head_that_promises_impossibly_many_leaves_is_answered_at_once(tmp_path, folder):
    kept = tmp_path / "kept"
    kept.write_text(sign_checkpoint(Checkpoint(ORIGIN, 10**17, bytes(32)), [KEY]), "utf-8")
    assert verify_export(folder, PIN, kept).first_bad == SIZE


def test_growth_since_the_kept_head_is_no_fault(tmp_path, folder):
    for size in (0, 1, 256, 699, 700):
        kept = tmp_path / f"kept-{size}"
        kept.write_text(head(LINES[:size]), "utf-8")
        assert verify_export(folder, PIN, kept).ok


def test_a_head_kept_outside_must_be_of_this_ledger_and_signed_by_its_key(tmp_path, folder):
    kept = tmp_path / "kept"
    kept.write_text(head(LINES[:5], OTHER_KEY), "utf-8")
    assert verify_export(folder, PIN, kept).problems[0].code == "earlier_signature"
    root = root_of(leaf_hash(line) for line in LINES[:5])
    kept.write_text(sign_checkpoint(Checkpoint("elsewhere", 5, root), [KEY]), "utf-8")
    assert verify_export(folder, PIN, kept).problems[0].code == "origin"


def test_a_forged_export_with_its_own_key_passes_unpinned_and_fails_pinned(tmp_path):
    lines = altered(300)
    write_export(tmp_path / "forged", lines, head(lines, OTHER_KEY), [OTHER_KEY.verifier])
    unpinned = verify_export(tmp_path / "forged")
    assert unpinned.ok
    assert not unpinned.trusted
    pinned = verify_export(tmp_path / "forged", PIN)
    assert (pinned.ok, pinned.trusted, pinned.first_bad) == (False, False, None)
    assert pinned.problems[0].code == "signature"


def test_a_checkpoint_edited_by_hand_fails_by_its_signature_and_blames_no_leaf(folder):
    text = (folder / "checkpoint").read_text("utf-8")
    (folder / "checkpoint").write_text(text.replace("\n700\n", "\n600\n"), "utf-8")
    result = verify_export(folder, PIN)
    assert (result.ok, result.trusted, result.first_bad) == (False, False, None)


def test_a_key_holder_who_signs_an_ambiguous_line_is_found_by_strict_verification(tmp_path):
    lines = altered(42, b'{"n":42,"after":"x","n":42}')
    folder = export(tmp_path / "export", lines)
    assert verify_export(folder, PIN).ok
    result = verify_export(folder, PIN, strict=True)
    assert (result.ok, result.first_bad) == (False, 42)


def test_a_signed_leaf_with_a_number_that_is_not_its_own_is_found(tmp_path):
    result = verify_export(export(tmp_path / "export", LINES[:5] + LINES[6:]), PIN)
    assert (result.ok, result.first_bad) == (False, 5)


@pytest.mark.parametrize("field", ["root", "leaf_hash", "audit_path", "leaf", "size"])
def test_a_damaged_proof_in_the_export_is_reported(folder, field):
    path = folder / "proofs" / "inclusion-555.json"
    document = json.loads(path.read_text("utf-8"))
    value = document[field]
    document[field] = value[:-1] if isinstance(value, list) else value + 1 if isinstance(value, int) else "0" * 64
    path.write_text(json.dumps(document), "utf-8")
    result = verify_export(folder, PIN)
    assert (result.ok, result.first_bad) == (False, None)


def test_a_proof_document_stands_alone(folder):
    note = (folder / "checkpoint").read_text("utf-8")
    checkpoint = Checkpoint.parse(parse_note(note.encode()).text)
    document = inclusion_document(555, checkpoint, note, TileFiles(folder / "tiles"))
    assert set(document) == {"leaf", "size", "root", "leaf_hash", "audit_path", "checkpoint"}
    assert proof_problems(document, [KEY.verifier], LINES[555]) == []
    assert [p.code for p in proof_problems(document, [KEY.verifier], LINES[554])] == ["leaf"]
    assert [p.code for p in proof_problems(document, [OTHER_KEY.verifier])] == ["signature"]
    assert proof_problems({**document, "leaf": 554})
    for missing in document:
        with pytest.raises(UnusableExport):
            proof_problems({name: value for name, value in document.items() if name != missing})


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("checkpoint", None, "unreadable"),
        ("checkpoint", b"nonsense", "bad_checkpoint"),
        ("checkpoint", b"x" * 100_000, "too_long"),
        ("leaves.ndjson", None, "unreadable"),
        ("key", None, "unreadable"),
        ("key", b"", "bad_key"),
        ("key", b"\xff", "bad_key"),
        ("key", b"a+b+c\n", "bad_key"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_a_reason_and_a_place(folder, name, content, code):
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(UnusableExport) as refused:
        verify_export(folder)
    assert refused.value.code == code
    assert name in refused.value.where


def test_links_and_pipes_in_an_export_are_refused_not_followed(folder, tmp_path):
    real = (folder / "leaves.ndjson").rename(tmp_path / "elsewhere")
    (folder / "leaves.ndjson").symlink_to(real)
    with pytest.raises(UnusableExport, match="regular"):
        verify_export(folder, PIN)
    (folder / "leaves.ndjson").unlink()
    os.mkfifo(folder / "leaves.ndjson")
    with pytest.raises(UnusableExport, match="regular"):
        verify_export(folder, PIN)


def test_the_empty_ledger_and_the_single_leaf_verify(tmp_path):
    for count in (0, 1):
        assert verify_export(export(tmp_path / str(count), LINES[:count]), PIN, strict=True).ok


def test_levels_above_the_first_hundreds_of_tiles_are_written_and_used(tmp_path):
    lines = [b'{"n":%d}' % n for n in range(66_000)]
    folder = export(tmp_path / "big", lines)
    assert sorted(path.name for path in (folder / "tiles").iterdir()) == ["0", "1", "2"]
    assert verify_export(folder, PIN).ok
    lines[40_000] = b'{"n":40000,"x":1}'
    put(folder, lines)
    assert verify_export(folder, PIN).first_bad == 40_000


def test_an_export_appears_whole_or_not_at_all(tmp_path):
    for bad in (LINES[:-1], [*LINES[:-1], b"a\nb"], [*LINES[:-1], b"x" * (MAX_LEAF_BYTES + 1)]):
        with pytest.raises(ExportRefused):
            write_export(tmp_path / "export", bad, head(LINES), [KEY.verifier])
    assert list(tmp_path.iterdir()) == []
    export(tmp_path / "export", LINES)
    with pytest.raises(ExportRefused, match="not an empty folder"):
        export(tmp_path / "export", LINES)


def test_the_exported_verifier_needs_nothing_but_the_standard_library(folder, tmp_path):
    script = folder / "verify_ledger.py"
    # Isolated, without site packages: neither the product nor `cryptography` can be imported.
    run = [sys.executable, "-I", "-S", str(script), str(folder), "--key", PIN, "--json"]
    kept = tmp_path / "kept"
    kept.write_text(head(altered(3)[:5]), "utf-8")
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)) == (0, result_json(verify_export(folder, PIN)))
    done = subprocess.run([*run, "--checkpoint", str(kept)], capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["bad_range"]) == (1, [0, 4])
    put(folder, altered(300))
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["first_bad"]) == (1, 300)
    (folder / "checkpoint").unlink()
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)["error"]["code"], done.stderr) == (2, "unreadable", "")


def test_the_joined_verifier_defines_every_name_once_and_imports_nothing_of_the_product():
    source = standalone_verifier()
    tree = ast.parse(source)
    names = Counter(
        node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name))
    )
    assert [name for name, count in names.items() if count > 1] == []
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    outside = {name.split(".")[0] for name in modules} - set(sys.stdlib_module_names) - {"cryptography"}
    assert outside == set()


def test_the_command_answers_a_reader_and_checks_single_proofs(folder, capsys):
    assert offline.main([str(folder)]) == 0
    assert "pin it with --key" in capsys.readouterr().out
    proof = str(folder / "proofs" / "inclusion-555.json")
    assert offline.main(["--proof", proof, "--key", PIN, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "trusted": True, "problems": []}
    assert offline.main(["--proof", proof, "--key", str(OTHER_KEY.verifier)]) == 1
    assert offline.main([str(folder / "nowhere")]) == 2
    put(folder, LINES[:5])
    assert offline.main([str(folder)]) == 1
    assert "first bad  leaf 5" in capsys.readouterr().out
    assert ORIGIN in (folder / "key").read_text("utf-8")
