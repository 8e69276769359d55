"""Pieces of a backup: whatever the size, nothing is lost or torn apart."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.backup import pieces
from storage.backup.pieces import Piece, Type, pieces_of, read, records_of, write

_STRINGS = st.lists(st.binary(max_size=40), max_size=60)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100)
    monkeypatch.setattr(pieces, "PIECE_ITEMS", 8)


def back(written: list[list[Piece]]) -> list[list[Piece]]:
    file = io.BytesIO()
    for record in written:
        write(file, record)
    file.seek(0)
    found = []
    while (record_ := read(file)) is not None:
        found.append(record_)
    return found


@given(items=_STRINGS, kind=st.sampled_from(["list", "set"]))
def test_elements_come_back_in_order(items: list[bytes], kind: Type) -> None:
    made = list(pieces_of(b"key", kind, items, 7))
    (records,) = [back(list(records_of(made)))]
    assert [piece for record in records for piece in record] == made
    assert [item for piece in made for item in piece.items] == items
    assert [piece.whole for piece in made] == [True] + [False] * (len(made) - 1)
    assert {piece.expires_ms for piece in made} == {7}
    assert all(len(piece.items) <= 8 for piece in made)


@given(pairs=st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=40)), max_size=40))
def test_fields_stay_with_their_values(pairs: list[tuple[bytes, bytes]]) -> None:
    made = list(pieces_of(b"key", "hash", [each for pair in pairs for each in pair], whole=False))
    assert all(len(piece.items) % 2 == 0 for piece in made)
    assert not any(piece.whole for piece in made)


@given(entries=st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=4), max_size=20))
def test_entries_of_a_stream_stay_whole(entries: list[list[bytes]]) -> None:
    flat: list[bytes] = []
    for number, fields in enumerate(entries, start=1):
        flat += [b"%d-0" % number, b"%d" % (2 * len(fields)), *fields, *fields]
    made = list(pieces_of(b"key", "stream", flat, 0, b"99-0"))
    assert [piece.last_id for piece in made] == [b""] * (len(made) - 1) + [b"99-0"]
    assert [piece.items[0] for piece in made if piece.items] == sorted(
        (piece.items[0] for piece in made if piece.items), key=lambda each: int(each[:-2])
    )
    assert [item for piece in made for item in piece.items] == flat


@pytest.mark.parametrize("cut", [1, 3, 4, 10])
def test_a_torn_file_is_noticed(cut: int) -> None:
    file = io.BytesIO()
    write(file, [Piece(b"key", "string", [b"value"])])
    with pytest.raises(ValueError):
        read(io.BytesIO(file.getvalue()[:cut]))
