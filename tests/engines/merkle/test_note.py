import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.engines.merkle.commitment import commit, opens
from quarterdeck.engines.merkle.ed25519 import ed25519_verify, ed25519_verify_plain
from quarterdeck.engines.merkle.note import Checkpoint, MalformedNote, VerifierKey, parse_note
from quarterdeck.engines.merkle.signing import SigningKey, add_signature, sign_checkpoint, sign_note

from .makers import KEY, ORIGIN, OTHER_KEY, head, leaves

NOTE = head(leaves(3))


def test_a_checkpoint_is_read_back_and_its_signer_known():
    note = parse_note(NOTE.encode())
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size, checkpoint.extensions) == (ORIGIN, 3, ())
    assert note.signers([OTHER_KEY.verifier, KEY.verifier]) == (KEY.verifier,)
    assert note.signers([OTHER_KEY.verifier]) == ()


def test_witnesses_may_sign_too_with_keys_nobody_here_knows():
    witness = SigningKey("witness.example/w1", bytes(32))
    note = parse_note(add_signature(NOTE, witness).encode())
    assert len(note.signatures) == 2
    assert note.signers([KEY.verifier]) == (KEY.verifier,)
    assert note.signers([witness.verifier, KEY.verifier]) == (KEY.verifier, witness.verifier)


def test_a_known_key_with_a_false_signature_is_no_signer():
    altered = NOTE.replace("\n3\n", "\n4\n")
    with pytest.raises(MalformedNote, match="does not fit"):
        parse_note(altered.encode()).signers([KEY.verifier])


def test_a_signature_has_one_spelling_only():
    # The last letter before the padding carries two bits that decode to nothing.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = len(NOTE) - 3
    assert NOTE.endswith("=\n")
    other = NOTE[:at] + letters[letters.index(NOTE[at]) + 1] + NOTE[at + 1 :]
    with pytest.raises(MalformedNote, match="standard spelling"):
        parse_note(other.encode())


def test_extension_lines_are_signed_and_kept():
    checkpoint = Checkpoint(ORIGIN, 9, bytes(32), ("sealed 2025-03-01", "b"))
    note = parse_note(sign_checkpoint(checkpoint, [KEY]).encode())
    assert Checkpoint.parse(note.text) == checkpoint


def test_verifier_keys_have_the_c2sp_form():
    # The example key of the Go checksum database, whose form C2SP took over.
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert str(VerifierKey.parse(text)) == text
    assert VerifierKey.parse(str(KEY.verifier) + "\n") == KEY.verifier


@pytest.mark.parametrize(
    "text", ["", "a+b", "a b+00000000+AQ==", "x+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "a+1+é"]
)
def test_a_malformed_verifier_key_is_refused(text):
    with pytest.raises(MalformedNote):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"text\n",
        NOTE.encode()[:-1],
        NOTE.encode().replace(b"\n", b"\r\n"),
        NOTE.encode().replace("— ".encode(), b"- "),
        NOTE.encode().replace(b"=\n", b"\n"),
        NOTE.encode() + b"\n",
        NOTE.encode() + "— a b\n".encode(),
        NOTE.encode() + "— a+b AAAAAAAA\n".encode(),
        b"\xff" + NOTE.encode(),
        b"a" * 70_000,
    ],
)
def test_a_malformed_note_is_refused(data):
    with pytest.raises(MalformedNote):
        parse_note(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n",
        "o\n1\n",
        "o\n01\nA\n",
        "o\n-1\nA\n",
        "o\n1\nAAAA\n",
        "\n1\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 43 + "=\n\nx\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    with pytest.raises(MalformedNote):
        Checkpoint.parse(text)


def test_what_no_note_can_carry_is_not_signed():
    for text in ("no newline", "tab\there\n"):
        with pytest.raises(MalformedNote):
            sign_note(text, [KEY])
    with pytest.raises(MalformedNote):
        sign_checkpoint(Checkpoint("two\nlines", 1, bytes(32)), [KEY])


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_no_bytes_whatever_break_the_reader(data):
    try:
        parse_note(data)
    except MalformedNote:
        return


def test_ed25519_first_vector_of_rfc_8032():
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert ed25519_verify_plain(public, b"", signature)
    assert not ed25519_verify_plain(public, b"x", signature)
    # The same signature with its scalar raised by the group order satisfies the equation, and must not pass.
    order = 2**252 + 27742317777372353535851937790883648493
    raised = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    assert not ed25519_verify_plain(public, b"", signature[:32] + raised)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=1, max_size=40), st.integers(0, 8 * 96 - 1))
@settings(max_examples=20, deadline=None)
def test_both_ed25519_routines_agree_on_true_and_on_damaged_signatures(seed, message, bit):
    key = SigningKey("k", seed)
    signature = parse_note(sign_note(message.hex() + "\n", [key]).encode()).signatures[0].signature
    signed, public = (message.hex() + "\n").encode(), key.verifier.public
    assert ed25519_verify_plain(public, signed, signature)
    damaged = bytearray(public + signature)
    damaged[bit // 8] ^= 1 << bit % 8
    args = bytes(damaged[:32]), signed, bytes(damaged[32:])
    assert ed25519_verify_plain(*args) is ed25519_verify(*args) is False


def test_a_commitment_opens_only_with_its_own_salt_and_content():
    salt = bytes(range(16))
    digest = commit(salt, b"content")
    assert opens(digest, salt, b"content")
    assert not opens(digest, salt, b"Content")
    assert not opens(digest, salt + b"c", b"ontent")
    with pytest.raises(ValueError, match="16"):
        commit(b"short", b"content")
