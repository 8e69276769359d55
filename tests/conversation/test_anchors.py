"""Anchors as texts: what was signed can be read back, and nothing else passes for it."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.runtime.secret_key import SigningKey, signature_is_right
from conversation.record.anchors import (
    ORIGIN,
    Anchor,
    AnchorWrong,
    Leaf,
    decoded,
    in_message,
    parse,
    read_list,
    root_of,
    write_list,
)
from conversation.record.signed_notes import NoteUnverified, PublicKey, public_key, sign, verified

LEAVES = [Leaf("9aX_-b", 12, b"\x01" * 32), Leaf("office", 3, b"\xff" * 32), Leaf("z", 2**64 - 1, b"\x00" * 32)]
LINES = [each.encoded() for each in LEAVES]
MADE = datetime(2026, 11, 24, 0, 0, 5, tzinfo=UTC)
ANCHOR = Anchor(17, MADE, 3, root_of(LINES), b"\x07" * 32)
OURS, THEIRS = SigningKey("o" * 32), SigningKey("t" * 32)
OUR_KEY, THEIR_KEY = PublicKey(ORIGIN, OURS.public), PublicKey(ORIGIN, THEIRS.public)
NOTE = sign(ANCHOR.text(), ORIGIN, OURS)
# The example of Go's package golang.org/x/mod/sumdb/note, after which the format was specified.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_an_anchor_is_a_checkpoint_with_three_more_lines() -> None:
    origin, size, root, *more, last = ANCHOR.text().split("\n")
    assert (origin, size, len(root), last) == ("xumian/anchors", "3", 44, "")
    assert more == [
        "number 17",
        "made 2026-11-24T00:00:05Z",
        "previous BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
    ]


@pytest.mark.parametrize(
    "anchor", [ANCHOR, ANCHOR._replace(number=1, previous=b""), Anchor(2, MADE, 0, root_of([]))]
)
def test_an_anchor_is_read_back(anchor: Anchor) -> None:
    assert parse(anchor.text()) == anchor


def test_the_time_is_written_in_utc() -> None:
    here = ANCHOR._replace(made=MADE.astimezone(timezone(timedelta(hours=8))))
    assert here.text() == ANCHOR.text()


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace("xumian/anchors", "example.com/log"),
        lambda text: text.replace("\n3\n", "\n03\n"),
        lambda text: text.replace("number 17", "number 0"),
        lambda text: text.replace("2026-11-24T", "2026-13-24T"),
        lambda text: f"{text}more\n",
        lambda text: text[:-1],
        lambda _: "",
    ],
)
def test_other_texts_are_no_anchors(changed: Callable[[str], str]) -> None:
    with pytest.raises(AnchorWrong):
        parse(changed(ANCHOR.text()))


# signatures


def test_the_format_is_that_of_other_programs() -> None:
    text, key = verified(EXAMPLE, [public_key(NEUMANN)], signature_is_right)
    assert (text, str(key)) == (EXAMPLE.rpartition("\n\n")[0] + "\n", NEUMANN)


def test_a_note_is_verified_with_any_of_the_known_keys() -> None:
    keys = [THEIR_KEY, public_key(str(OUR_KEY))]
    assert verified(NOTE, keys, signature_is_right) == (ANCHOR.text(), OUR_KEY)
    cosigned = NOTE + "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHe\n"
    assert verified(cosigned, keys, signature_is_right)[0] == ANCHOR.text()


@dataclass
class Forger:
    """Signs with a key of its own under another key's id."""

    public: bytes
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def sign(self, text: bytes) -> bytes:
        return self.private.sign(text)


@pytest.mark.parametrize(
    "note",
    [
        sign(ANCHOR.text(), ORIGIN, THEIRS),
        sign(ANCHOR.text(), ORIGIN, Forger(OURS.public)),
        sign(ANCHOR.text(), "another/name", OURS),
        NOTE.replace("number 17", "number 18"),
        NOTE.replace("\n3\n", "\n4\n"),
        NOTE.replace("— ", "-- "),
        NOTE[:-1],
        NOTE.replace("\n\n", "\n"),
        ANCHOR.text(),
        f"{NOTE}\x00",
        NOTE + "— x AAAA\n",
        NOTE + NOTE.rpartition("\n\n")[2] * 20,
        "",
    ],
)
def test_a_note_that_was_changed_or_signed_by_another_key_is_not_verified(note: str) -> None:
    with pytest.raises(NoteUnverified):
        verified(note, [OUR_KEY], signature_is_right)


@pytest.mark.parametrize(
    "text", ["", "x", "x+00000000+AAAA", str(OUR_KEY)[:-2], str(OUR_KEY).replace("xum", "xun")]
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(NoteUnverified, match=r"NAME\+ID\+KEY"):
        public_key(text)


# lists


def test_a_list_is_read_back_and_always_written_alike() -> None:
    assert [decoded(each) for each in read_list(write_list(LINES), ANCHOR)] == LEAVES
    assert write_list(LINES) == write_list(list(LINES))


@pytest.mark.parametrize(
    "file",
    [
        write_list(LINES[:2]),
        write_list([LINES[1], LINES[0], LINES[2]]),
        write_list([*LINES, LINES[2]]),
        write_list([LINES[0], LINES[1], Leaf("z", 2, b"\x00" * 32).encoded()]),
        gzip.compress(b"\n".join(LINES), mtime=0),
        write_list(LINES)[:-12],
        b"no gzip",
        b"",
    ],
    ids=["shorter", "another order", "longer", "another leaf", "unfinished", "cut", "no gzip", "empty"],
)
def test_another_list_is_not_that_of_the_anchor(file: bytes) -> None:
    with pytest.raises(AnchorWrong):
        read_list(file, ANCHOR)


@pytest.mark.parametrize("line", [b"", b"x 1", b"x 01 " + b"0" * 64, b"x 1 " + b"0" * 63, b"\xff 1 " + b"0" * 64])
def test_what_is_no_leaf_is_not_decoded(line: bytes) -> None:
    with pytest.raises(AnchorWrong):
        decoded(line)


@pytest.mark.parametrize("record", ["", "a b", "a\nb 1", "甲"])
def test_what_is_no_id_makes_no_leaf(record: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII"):
        Leaf(record, 1, bytes(32)).encoded()


# copies from chats


@pytest.mark.parametrize(
    "message",
    [
        NOTE,
        f"Anchor of 2026-11-24 · 3 records\nPlease keep this message.\n\n{NOTE}",
        f"\ufeff{NOTE}".replace("\n", "\r\n"),
        f"[24.11.26 08:00] Xumian:\n{NOTE.rstrip()}",
        f"{NOTE}\n\nForwarded by somebody\n",
        NOTE.replace("\n", "  \n"),
    ],
)
def test_a_note_is_found_in_a_message(message: str) -> None:
    assert in_message(message) == NOTE


def test_where_there_is_no_note_the_text_stays_as_it_is() -> None:
    assert [in_message(text) for text in ("", "hello", ORIGIN)] == ["", "hello", ORIGIN]
