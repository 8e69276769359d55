"""Entries and ended states are stored compressed. What was stored once is read for ever, and what was changed is
noticed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation.errors import ChainBroken
from conversation.events import Entry, PartReceived
from conversation.inbound import Address
from conversation.prompt import FeedbackPrompt
from conversation.record.audit import HASH_BYTES, genesis, redact, seal, verify
from conversation.state import OPEN_PHASES, Record, State
from storage import keys
from storage.codec import pack, pack_apart, pack_entry, unpack_apart, unpack_entry
from storage.compression import ENTRIES, STATES
from storage.ports import Committed
from storage.redis.store import RedisStore
from tests.storage.commits import commit, record

HASH = bytes(range(32))
WORDS = {
    "Chinese": "我学统计，会用 SQL 和 Python。",
    "English": "I studied statistics, and I like SQL.",
    "none": "",
    "not in GBK": "我学统计 😀 Ünïcødé",
    "escaped": 'a "quoted" \\ line\n',
}


def entry_of(text: str, number: int = 1) -> Entry:
    part = PartReceived("about-you", text, "51", "telegram", sent_ms=1795478400000)
    return Entry(number, 1795478400123, "candidate", "tg:700001:8812", (part,), 2)


def chain(interview: str, texts: list[str]) -> list[bytes]:
    previous, stored = genesis(interview), list[bytes]()
    for number, text in enumerate(texts, start=1):
        blob, previous = seal(previous, entry_of(text, number))
        stored.append(blob)
    return stored


# What was stored once


STORED = json.loads(Path(__file__).with_name("stored_forms.json").read_text())
"""A state, and entries without their hash, as they were first written in this form (hex). The file is never
changed; another form gets one of its own."""


@pytest.mark.parametrize("kind", WORDS)
def test_entries_of_earlier_releases_are_read_for_ever(kind: str) -> None:
    plain = seal(HASH, entry_of(WORDS[kind]))[0]
    assert unpack_entry(plain[:HASH_BYTES] + bytes.fromhex(STORED["entries"][kind])) == plain
    assert unpack_entry(plain) == plain


def ended(phase: str = "completed") -> State:
    state = State("a1b2c3d4e5f60718", "spring", "6c3db219976a7a5f", name="张三", consent="2026-11")
    home = Address("telegram", "700001", "42")
    return replace(
        state, phase=phase, address=home, known=(home,), index=6, prompt=FeedbackPrompt(), ended_ms=1795478400000
    )


def test_states_of_earlier_releases_are_read_for_ever() -> None:
    assert unpack_apart(bytes.fromhex(STORED["state"]), ()) == Record(ended(), 9, HASH)


def test_the_dictionaries_never_change() -> None:
    assert [sha256(each).hexdigest()[:16] for each in (ENTRIES, STATES)] == [
        "25113387e94b90c6",
        "4918b8517122be64",
    ]


def test_gbk_means_the_same_in_every_release_of_python() -> None:
    """If this fails, ship the table of the earlier Python: records are stored in it."""
    pairs = [bytes(each) for each in product(range(0x81, 0xFF), range(0x40, 0xFF))]
    table = "".join(each.decode("gbk", "replace")[0] for each in pairs)
    assert sha256(table.encode()).hexdigest()[:16] == "d5f86cd7e37d989c"


# What is stored is what is read


def test_every_character_is_read_back() -> None:
    for code in range(0x10000):
        with suppress(UnicodeEncodeError):
            assert chr(code).encode("gbk").decode("gbk") == chr(code)


TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text('我学统计，用 SQLabc😀é\n"\\', max_size=300)


@given(text=TEXTS)
def test_every_entry_is_read_back(text: str) -> None:
    plain, head = seal(HASH, entry_of(text))
    kept = pack_entry(plain)
    assert kept[:HASH_BYTES] == head
    assert unpack_entry(kept) == plain
    assert len(kept) < len(plain)


@given(payload=st.binary())
def test_json_that_does_not_become_shorter_stays(payload: bytes) -> None:
    plain = HASH + b"{" + payload
    assert unpack_entry(pack_entry(plain)) == plain
    assert len(pack_entry(plain)) <= len(plain)


def test_erased_entries_stay_as_they_are() -> None:
    erased = redact(seal(HASH, entry_of("words"))[0], 1)
    assert pack_entry(erased) == unpack_entry(erased) == erased


@pytest.mark.parametrize(
    ("text", "most"),
    [("我" * 200, 130), ("".join(map(chr, range(0x4E00, 0x4EC8))), 490), ("word " * 40, 130)],
)
def test_an_answer_takes_less_than_its_text(text: str, most: int) -> None:
    assert len(pack_entry(seal(HASH, entry_of(text))[0])) <= most < len(text.encode())


@pytest.mark.parametrize("phase", ["completed", "exited", "lapsed", "unreachable", "erased", *sorted(OPEN_PHASES)])
def test_only_states_at_rest_are_compressed(phase: str) -> None:
    stored = Record(ended(phase), 3, HASH)
    assert (len(pack_apart(stored)) < len(pack(stored))) == (phase not in OPEN_PHASES)
    assert unpack_apart(pack_apart(stored), ()) == stored


# What was changed


def damaged(kept: bytes) -> Iterator[bytes]:
    for at in range(HASH_BYTES, len(kept)):
        yield kept[:at]
        yield kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]
        yield kept[:at] + bytes([kept[at] ^ 128]) + kept[at + 1 :]
    yield kept + b"\0"
    yield kept + kept[HASH_BYTES:]


@pytest.mark.parametrize("kind", WORDS)
def test_a_damaged_entry_breaks_the_chain_where_it_is(kind: str) -> None:
    plain = chain("i", ["first", WORDS[kind], "last"])
    for each in damaged(pack_entry(plain[1])):
        read = unpack_entry(each)
        if read != plain[1]:  # the last bits of a compressed text mean nothing
            with pytest.raises(ChainBroken) as broken:
                verify("i", [plain[0], read, plain[2]], 3, plain[2][:HASH_BYTES])
            assert broken.value.entry == 2


def test_a_damaged_state_is_no_state() -> None:
    kept = pack_apart(Record(ended(), 3, HASH))
    for each in (kept[:-1], kept[:41], kept + b"\0", kept[:41] + b"\xff" * 40):
        with pytest.raises(msgspec.MsgspecError):
            unpack_apart(each, ())


# In Redis


async def test_a_record_of_an_earlier_release_goes_on(redis_store: RedisStore) -> None:
    texts = [WORDS["Chinese"], WORDS["English"], WORDS["Chinese"], WORDS["not in GBK"]]
    entries = chain("a", texts)
    old = replace(record("a", 2), head=entries[1][:HASH_BYTES])
    await redis_store.client.set(keys.state("a"), pack(old))
    await redis_store.client.rpush(keys.log("a"), *entries[:2])
    for version in (3, 4):
        new = replace(record("a", version), head=entries[version - 1][:HASH_BYTES])
        made = commit("a", version, record=new, entry=entries[version - 1])
        assert await redis_store.interviews.commit(made) == Committed()
    assert await redis_store.interviews.entries("a") == entries
    raw = cast(list[bytes], await redis_store.client.lrange(keys.log("a"), 0, -1))
    assert raw[:2] == entries[:2]
    assert all(len(kept) < len(plain) for kept, plain in zip(raw[2:], entries[2:], strict=True))
    verify("a", await redis_store.interviews.entries("a"), 4, entries[-1][:HASH_BYTES])


async def test_a_compressed_record_is_erased(redis_store: RedisStore) -> None:
    entries = chain("a", ["secret one", "secret two", "last"])
    for version, entry in enumerate(entries, start=1):
        made = commit("a", version, record=replace(record("a", version), head=entry[:HASH_BYTES]), entry=entry)
        await redis_store.interviews.commit(made)
    erased = [redact(each, number) for number, each in enumerate(entries[:-1], start=1)]
    assert await redis_store.erasures.redact("a", 3, erased)
    assert await redis_store.interviews.entries("a") == [*erased, entries[-1]]


async def test_a_finished_interview_can_be_changed_again(redis_store: RedisStore) -> None:
    for version, phase in enumerate(("completed", "running", "exited", "completed"), start=1):
        new = Record(replace(ended(phase), interview="a"), version, HASH)
        assert await redis_store.interviews.commit(commit("a", version, record=new)) == Committed()
        assert await redis_store.interviews.load("a") == new
        assert await redis_store.interviews.has_version("a", version)
        (head,) = await redis_store.interviews.heads(["a"])
        assert head == (version, HASH)
