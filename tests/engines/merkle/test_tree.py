import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.merkle.hashing import (
    EMPTY_ROOT,
    MissingHashes,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from quarterdeck.engines.merkle.tree import (
    Frontier,
    MemoryHashes,
    TileCache,
    consistency_proof,
    inclusion_proof,
    root_at,
    root_of,
)

from .makers import CT_LEAVES, CT_ROOTS, naive_path, naive_root, naive_subproof

BIG = 70_000
BIG_HASHES = [leaf_hash(b"%d" % n) for n in range(BIG)]
BIG_STORE = MemoryHashes(BIG_HASHES)
CT_HASHES = [leaf_hash(leaf) for leaf in CT_LEAVES]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_certificate_transparency_leaves(size):
    frontier = Frontier()
    for leaf in CT_HASHES[:size]:
        frontier.append(leaf)
    assert frontier.root().hex() == root_of(CT_HASHES[:size]).hex() == CT_ROOTS[size]


def test_published_proofs_of_the_certificate_transparency_leaves():
    store = MemoryHashes(CT_HASHES)
    assert [step.hex()[:8] for step in inclusion_proof(0, 8, store)] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert [step.hex()[:8] for step in inclusion_proof(5, 8, store)] == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert consistency_proof(1, 1, store) == ()
    assert [step.hex()[:8] for step in consistency_proof(1, 8, store)] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert [step.hex()[:8] for step in consistency_proof(6, 8, store)] == ["0ebc5d34", "ca854ea1", "d37ee418"]
    assert [step.hex()[:8] for step in consistency_proof(2, 5, store)] == ["5f083f0a", "bc1a0643"]


@given(st.integers(1, 600), st.data())
@settings(max_examples=50, deadline=None)
def test_every_inclusion_proof_is_the_rfc_one_and_verifies_and_no_flipped_bit_does(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = BIG_HASHES[:size]
    path, root = inclusion_proof(index, size, BIG_STORE), naive_root(hashes)
    assert list(path) == naive_path(index, hashes)
    assert verify_inclusion(hashes[index], index, size, path, root)
    blob = hashes[index] + root + b"".join(path)
    bit = data.draw(st.integers(0, 8 * len(blob) - 1))
    bad = bytearray(blob)
    bad[bit // 8] ^= 1 << bit % 8
    parts = [bytes(bad[at : at + 32]) for at in range(0, len(bad), 32)]
    assert not verify_inclusion(parts[0], index, size, parts[2:], parts[1])
    assert not verify_inclusion(hashes[index], index, size, [*path, root], root)
    if path:
        assert not verify_inclusion(hashes[index], index, size, path[:-1], root)
        assert not verify_inclusion(hashes[index], index ^ 1, size, path, root)
    assert not verify_inclusion(hashes[index], size, size, path, root)


@given(st.integers(1, 600), st.data())
@settings(max_examples=50, deadline=None)
def test_every_consistency_proof_is_the_rfc_one_and_verifies_and_no_flipped_bit_does(second, data):
    first = data.draw(st.integers(1, second))
    hashes = BIG_HASHES[:second]
    path = consistency_proof(first, second, BIG_STORE)
    old, new = naive_root(hashes[:first]), naive_root(hashes)
    assert list(path) == naive_subproof(first, hashes, True)
    assert verify_consistency(first, second, old, new, path)
    blob = old + new + b"".join(path)
    bit = data.draw(st.integers(0, 8 * len(blob) - 1))
    bad = bytearray(blob)
    bad[bit // 8] ^= 1 << bit % 8
    parts = [bytes(bad[at : at + 32]) for at in range(0, len(bad), 32)]
    assert not verify_consistency(first, second, parts[0], parts[1], parts[2:])
    assert not verify_consistency(first, second, old, new, [*path, new])
    if path:
        assert not verify_consistency(first, second, old, new, path[:-1])


def test_every_tree_continues_the_empty_one_and_none_shrinks():
    assert consistency_proof(0, 5, BIG_STORE) == ()
    assert verify_consistency(0, 5, EMPTY_ROOT, root_at(5, BIG_STORE), ())
    assert not verify_consistency(5, 0, root_at(5, BIG_STORE), EMPTY_ROOT, ())
    with pytest.raises(ValueError, match="does not continue"):
        consistency_proof(6, 5, BIG_STORE)


@given(st.integers(0, 3000), st.integers(0, 700))
@settings(max_examples=30, deadline=None)
def test_the_frontier_survives_storing_and_gives_the_batch_root_and_the_stored_subtrees(size, more):
    frontier = Frontier.from_bytes(Frontier.load(size, BIG_STORE).to_bytes())
    rows = list(frontier.extend(BIG_HASHES[size : size + more]))
    assert frontier.size == size + more
    assert frontier.root() == root_of(BIG_HASHES[: size + more]) == root_at(size + more, BIG_STORE)
    assert [row.index for row in rows if row.level == 1] == list(range(size // 256, (size + more) // 256))
    assert all(row.hash == root_of(BIG_HASHES[row.index * 256 : row.index * 256 + 256]) for row in rows)


def test_a_frontier_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="hashes"):
        Frontier.from_bytes(Frontier.load(5, BIG_STORE).to_bytes()[:-1])


@pytest.mark.parametrize("size", [BIG, 65_536, 65_537])
def test_proofs_in_a_large_tree_verify_and_read_few_tiles(size):
    root = root_of(BIG_HASHES[:size])
    for index in (0, 255, 256, 40_000, size - 1):
        assert verify_inclusion(BIG_HASHES[index], index, size, inclusion_proof(index, size, BIG_STORE), root)
        path = consistency_proof(index + 1, size, BIG_STORE)
        assert verify_consistency(index + 1, size, root_of(BIG_HASHES[: index + 1]), root, path)

    class Counting:
        reads = 0

        def read(self, level: int, start: int, count: int) -> bytes:
            self.reads += 1
            assert count <= 256
            return BIG_STORE.read(level, start, count)

    reader = Counting()
    inclusion_proof(40_000, size, reader)
    assert reader.reads <= 6


def test_a_store_that_lacks_hashes_says_so():
    with pytest.raises(MissingHashes):
        inclusion_proof(0, 10, MemoryHashes(BIG_HASHES[:9]))
    with pytest.raises(ValueError, match="cross"):
        TileCache(BIG_STORE, BIG).read(0, 200, 100)
