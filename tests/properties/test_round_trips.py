"""Encoding and decoding a value gives an equal value."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation import events as e
from conversation import inbound as i
from conversation.outbound import OutboundMessage
from conversation.record.audit import genesis, seal, unseal
from conversation.script import Script
from conversation.state import Record, State
from storage.codec import (
    pack,
    pack_apart,
    pack_entry,
    pack_parts,
    parts_of,
    unpack,
    unpack_apart,
    unpack_entry,
    version_bytes,
)
from storage.ports import Campaign
from tests.properties.values import values

EVENTS: tuple[type[msgspec.Struct], ...] = e.AnyEvent.__args__
WHATS: tuple[type[msgspec.Struct], ...] = i.What.__args__
RECORDS = st.builds(
    Record, values(State), st.integers(min_value=1, max_value=2**64 - 1), st.binary(min_size=32, max_size=32)
)


@pytest.mark.parametrize("kind", EVENTS)
@given(data=st.data())
@settings(max_examples=20)
def test_every_event(kind: type[msgspec.Struct], data: st.DataObject) -> None:
    events = data.draw(st.lists(values(kind), min_size=1, max_size=2))
    entry = e.Entry(7, 1_700_000_000_000, "candidate", "tg:1:2", tuple(events))
    stored, head = seal(genesis("i"), entry)
    assert unseal(stored) == (head, entry)
    assert unpack_entry(pack_entry(stored)) == stored


def test_every_event_has_a_name_of_its_own() -> None:
    tags = [kind.__struct_config__.tag for kind in EVENTS]
    kinds = [each for kind in e.Event.__subclasses__() for each in kind.__subclasses__() or [kind]]
    assert len(set(tags)) == len(EVENTS) == len(kinds)


@given(entry=values(e.Entry))
def test_every_entry(entry: e.Entry) -> None:
    stored, head = seal(b"\0" * 32, entry)
    assert unseal(stored) == (head, entry)
    assert unpack_entry(pack_entry(stored)) == stored


@pytest.mark.parametrize("kind", WHATS)
@given(data=st.data())
@settings(max_examples=20)
def test_every_inbound_event(kind: type[msgspec.Struct], data: st.DataObject) -> None:
    inbound = msgspec.structs.replace(data.draw(values(i.Inbound)), what=data.draw(values(kind)))
    assert msgspec.json.decode(msgspec.json.encode(inbound), type=i.Inbound) == inbound
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(inbound), type=i.Inbound) == inbound


@pytest.mark.parametrize("kind", [OutboundMessage, Script, Campaign, State])
@given(data=st.data())
def test_what_the_store_keeps(kind: type[msgspec.Struct], data: st.DataObject) -> None:
    value = data.draw(values(kind))
    assert msgspec.json.decode(msgspec.json.encode(value), type=kind) == value
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=kind) == value


@given(record=RECORDS)
def test_every_record(record: Record) -> None:
    packed = pack(record)
    assert unpack(packed) == record
    assert packed[:8] == version_bytes(record.version)


@given(record=RECORDS)
def test_every_record_with_its_messages_apart(record: Record) -> None:
    packed = pack_apart(record)
    assert unpack_apart(packed, pack_parts(parts_of(record.state))) == record
    assert packed[:8] == version_bytes(record.version)


@given(one=RECORDS, other=RECORDS)
def test_different_records_are_stored_differently(one: Record, other: Record) -> None:
    assert (pack(one) == pack(other)) == (one == other)


def test_the_version_of_a_record_that_does_not_exist_is_empty() -> None:
    assert version_bytes(0) == b""
