"""Every kind of response, cut into pieces everywhere, and what a connection makes of everything that is none."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.shared.http_connection import MOST_BYTES, MOST_HEAD_BYTES, Reply
from tests.bot.channels.shared.http_talks import CHUNKED, KINDS, Kind, Talk
from tests.bot.channels.shared.raw_server import response

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
each_framed = pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS.values() if not kind.ends],
    ids=[name for name in KINDS if not KINDS[name].ends],
)


def bytewise(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def check(talk: Talk, kind: Kind) -> None:
    if kind.ends:
        assert talk.result is None
        talk.connection.eof_received()
    assert talk.result == kind.reply
    assert (talk.free, talk.over) == (kind.kept, not kind.kept)
    assert talk.line.closed is not kind.kept


@each_kind
async def test_a_response_in_any_two_pieces_is_the_same(kind: Kind) -> None:
    for at in range(len(kind.raw)):
        check(Talk().hear(kind.raw[:at], kind.raw[at:]), kind)


@each_kind
async def test_a_response_byte_by_byte_and_the_next_ones(kind: Kind) -> None:
    talk = Talk()
    for pieces in (bytewise(kind.raw), [kind.raw], bytewise(kind.raw)):
        check(talk.hear(*pieces), kind)
        if not kind.kept:
            break
        talk.ask()


@each_framed
async def test_a_response_that_is_cut_is_none(kind: Kind) -> None:
    for at in range(len(kind.raw)):
        ended = Talk().hear(kind.raw[:at])
        ended.connection.eof_received()
        assert ended.failure == "ServerDisconnected"
        reset = Talk().hear(*bytewise(kind.raw[:at]))
        reset.connection.connection_lost(ConnectionResetError())
        assert reset.failure == "ConnectionResetError"


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.ends])
async def test_only_a_proper_end_ends_a_response_without_a_length(kind: Kind) -> None:
    for at in range(len(kind.raw) + 1):
        reset = Talk().hear(kind.raw[:at])
        reset.connection.connection_lost(ConnectionResetError())
        assert reset.failure == "ConnectionResetError"
    for at in range(kind.raw.rindex(b"\r\n\r\n") + 3):  # in its head, the end is no end
        ended = Talk().hear(kind.raw[:at])
        ended.connection.eof_received()
        assert ended.failure == "ServerDisconnected"


@each_framed
@pytest.mark.parametrize("surplus", [b"x", b"\0", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b" \r\n"])
async def test_what_follows_a_response_closes_the_connection(kind: Kind, surplus: bytes) -> None:
    for pieces in ([kind.raw + surplus], [*bytewise(kind.raw), surplus], [kind.raw[:-1], kind.raw[-1:] + surplus]):
        talk = Talk().hear(*pieces)
        assert talk.result == kind.reply
        assert talk.over
        assert talk.line.closed


@pytest.mark.parametrize(
    "junk",
    [
        b"junk",
        b"\0",
        b" HTTP/1.1 200 OK\r\n\r\n",
        b"<html>\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x15\x03\x01\x00\x02\x02\x16",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99 Few\r\n\r\n",
        b"HTTP/1.1 2000 Many\r\n\r\n",
        b"HTTP/7.3 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\n\n",
        b"HTTP/1.1 200 OK\r\nContent Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\nPRI",
    ],
)
async def test_what_is_no_response_closes_the_connection(junk: bytes) -> None:
    assert Talk().hear(junk).failure.startswith("HttpParser")
    assert Talk().hear(*bytewise(junk)).failure.startswith("HttpParser")
    after_another = Talk().hear(KINDS["chunked"].raw)
    after_another.ask()
    assert after_another.hear(junk).failure.startswith("HttpParser")


@pytest.mark.parametrize("data", [b"\r\n", b"HTTP/1.1 408 Request Timeout\r\n\r\n", response(b"{}")])
async def test_what_nobody_has_asked_for_closes_the_connection(data: bytes) -> None:
    talk = Talk().hear(KINDS["with a length"].raw)
    assert talk.free
    talk.hear(data)
    assert talk.over
    assert talk.line.closed


@pytest.mark.parametrize(
    ("begin", "more", "most"),
    [
        (f"HTTP/1.1 200 OK\r\nContent-Length: {MOST_BYTES}\r\n\r\n".encode(), b"x" * 50_000, MOST_BYTES),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 50_000, MOST_BYTES),
        (CHUNKED + b"\r\n", b"1000\r\n" + b"x" * 0x1000 + b"\r\n", MOST_BYTES),
        (CHUNKED + b"\r\n1\r\nx\r\n0\r\n", b"Header: more\r\n", MOST_BYTES),
        (b"HTTP/1.1 200 OK\r\n", b"Header: more\r\n", MOST_HEAD_BYTES),
        (b"HTTP/1.1 200 OK\r\nHeader: ", b"more" * 100, MOST_HEAD_BYTES),
        (b"HTTP/1.1 200 ", b"OK", MOST_HEAD_BYTES),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", MOST_HEAD_BYTES),
        (b"", b"\r\n", MOST_HEAD_BYTES),
    ],
    ids=[
        "length",
        "until closed",
        "chunks",
        "trailers",
        "headers",
        "a header",
        "status",
        "interim",
        "blank lines",
    ],
)
async def test_a_response_that_does_not_end_is_given_up(begin: bytes, more: bytes, most: int) -> None:
    talk, heard = Talk().hear(begin), len(begin)
    while not talk.line.closed:
        assert heard <= most
        talk.hear(more)
        heard += len(more)
    assert talk.failure == "AnswerTooLarge"


async def test_the_largest_response_that_is_accepted() -> None:
    head = len(response(b"x" * MOST_BYTES)) - MOST_BYTES
    body = b"x" * (MOST_BYTES - head)
    talk = Talk().hear(response(body))
    assert talk.result == Reply(200, body)
    talk.ask()
    assert talk.hear(response(body)).result == Reply(200, body)


@each_kind
async def test_a_connection_whose_exchange_was_given_up_is_closed(kind: Kind) -> None:
    for at in range(len(kind.raw)):
        talk = Talk().hear(kind.raw[:at])
        talk.outcome.cancel()
        talk.connection.give_up(talk.outcome, "Cancelled")
        assert talk.over
        assert talk.line.closed
        talk.connection.data_received(kind.raw[at:])  # may still be on its way
        assert not talk.free


async def test_an_answer_for_a_caller_who_was_cancelled_meanwhile_closes_the_connection() -> None:
    talk = Talk()
    talk.outcome.cancel()
    talk.hear(response(b"{}"))
    assert talk.over
    assert talk.line.closed
    assert not talk.free


async def test_giving_up_an_exchange_that_is_over_does_not_disturb_the_next_one() -> None:
    talk = Talk().hear(response(b"{}"))
    before = talk.outcome
    talk.ask()
    talk.connection.give_up(before, "TimeoutError")
    assert talk.hear(response(b"{}")).result == Reply(200, b"{}")
    assert talk.free


async def test_an_answer_before_the_request_was_sent_whole_closes_the_connection() -> None:
    talk = Talk()
    talk.line.unsent = 1
    talk.hear(response(b"too large", "413 Content Too Large"))
    assert talk.result == Reply(413, b"too large")
    assert talk.over
    assert talk.line.closed


@settings(max_examples=150)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_no_damage_raises_or_leaves_a_connection_in_doubt(name: str, data: st.DataObject) -> None:
    async def play() -> None:
        raw = bytearray(KINDS[name].raw)
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(raw) - 1))
            raw[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        cut = data.draw(st.integers(0, len(raw)))
        talk = Talk().hear(bytes(raw[:cut]), bytes(raw[cut:]))
        if not talk.line.closed and not talk.free:
            talk.connection.eof_received()
        assert talk.result is not None
        assert talk.free is not talk.line.closed
        assert talk.over is talk.line.closed
        if talk.free:
            assert isinstance(talk.result, Reply)

    asyncio.run(play())
