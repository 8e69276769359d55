"""Texts that platforms pass on damaged."""

import json

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.shared.damaged_text import decoded, read_json, repaired_json
from conversation.visible_text import writable

ANY_TEXT = st.text(st.characters(), max_size=40)


def cesu_8(text: str) -> bytes:
    halves = text.encode("utf-16-be", "surrogatepass")
    units = (halves[at : at + 2].decode("utf-16-be", "surrogatepass") for at in range(0, len(halves), 2))
    return b"".join(unit.encode("utf-8", "surrogatepass") for unit in units)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("我做过数据分析".encode()[:-1], "我做过数据分"),
        ("我".encode()[1:] + "做过".encode(), "做过"),
        (b"\xff\xfea\xc0\x80b\xf5", "ab"),
        ("好😀的".encode()[:5] + "的".encode(), "好的"),
        (cesu_8("好😀的"), "好😀的"),
        (cesu_8("好😀的")[:6] + "的".encode(), "好的"),
        (b"a\xed\xb8\x80\xed\xa0\xbdb", "ab"),
    ],
)
def test_what_is_no_character_is_left_out(raw: bytes, text: str) -> None:
    assert writable(decoded(raw)) == text


@given(ANY_TEXT.map(writable))
def test_valid_texts_stay_as_they_are_in_either_encoding(text: str) -> None:
    assert decoded(text.encode()) == text
    assert decoded(cesu_8(text)) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'{"t": "a\ud83db"}', "ab"),
        (rb'{"t": "a\ude00\ud83d"}', "a"),
        (rb'{"t": "a\ud83d\ude00b"}', "a😀b"),
        (rb'{"t": "a\\ud83db"}', r"a\ud83db"),
        (rb'{"t": "a\\\ud83db"}', "a\\b"),
        (b'{"t": "a\x00\x0bb"}', "ab"),
        (b'{"t": "a\xed\xa0\xbdb\xff"}', "ab"),
        (b'{"t": "a' + cesu_8("😀") + b'b"}', "a😀b"),
    ],
)
def test_json_is_read_without_what_cannot_be(body: bytes, text: str) -> None:
    assert writable(json.loads(repaired_json(body))["t"]) == text
    assert json.loads(repaired_json(body)) == json.loads(repaired_json(repaired_json(body)))


def test_json_that_can_be_read_is_read_as_it_is_and_other_json_is_repaired() -> None:
    seen: list[bytes] = []

    def decode(body: bytes) -> dict[str, str]:
        seen.append(body)
        return msgspec.json.decode(body, type=dict[str, str])

    assert read_json(b'{"t": "a"}', decode) == {"t": "a"}
    assert len(seen) == 1
    assert read_json(b'{"t": "a\\ud83db"}', decode) == read_json(b'{"t": "a\xffb"}', decode) == {"t": "ab"}
    with pytest.raises(msgspec.DecodeError):
        read_json(b'{"t": ', decode)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a": "\x01"', b"[" * 100_000 + b"\x00"])
def test_what_is_no_json_stays_as_it_is(body: bytes) -> None:
    assert repaired_json(body) == body


@given(ANY_TEXT | st.text('\ud83d\ude00\x00\\u"😀d8', max_size=12), st.booleans())
@example("\ud83d\ud83d\ude00", True)
def test_of_any_json_text_everything_that_can_be_kept_survives(text: str, escaped: bool) -> None:
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    body = json.dumps([text], ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    (read,) = json.loads(repaired_json(body).decode())
    assert writable(read) == writable(joined)
