"""Compressing small values with a preset dictionary: any library for raw DEFLATE reads what ours wrote."""

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.compression import ENTRIES, STATES, Compressor

_WINDOW_BITS = -12
_PIECES = st.lists(
    st.one_of(st.binary(max_size=40), st.sampled_from([b'{"e":"part","q":"', b"\xca\xfd\xbe\xdd", bytes(900)])),
    max_size=40,
)


@pytest.mark.parametrize("dictionary", [ENTRIES, STATES])
@given(pieces=_PIECES)
def test_what_was_packed_is_plain_deflate(dictionary: bytes, pieces: list[bytes]) -> None:
    data, ours = b"".join(pieces), Compressor(dictionary)
    packed = ours.pack(data)
    assert ours.unpack(packed) == data
    other = zlib.decompressobj(_WINDOW_BITS, zdict=dictionary)
    assert other.decompress(packed) == data
    assert other.eof
    assert not other.unused_data


@given(pieces=_PIECES)
def test_what_earlier_releases_packed_is_read(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    earlier = zlib.compressobj(3, zlib.DEFLATED, _WINDOW_BITS, 4, zdict=ENTRIES)
    assert Compressor(ENTRIES).unpack(earlier.compress(data) + earlier.flush()) == data


def test_packing_keeps_nothing_of_the_value_before() -> None:
    ours = Compressor(ENTRIES)
    first = ours.pack(b"secret words of somebody else" * 20)
    assert ours.pack(b"others") == Compressor(ENTRIES).pack(b"others")
    assert ours.unpack(first).startswith(b"secret")


@pytest.mark.parametrize(
    "damage", [lambda packed: packed[:-3], lambda packed: packed + b"x", lambda _: b"\xff\xff"]
)
def test_damage_is_an_error(damage: object) -> None:
    packed = Compressor(ENTRIES).pack(b'{"n":1,"at":1796,"by":"candidate"}' * 3)
    assert callable(damage)
    with pytest.raises(msgspec.DecodeError):
        Compressor(ENTRIES).unpack(damage(packed))
