"""Commits for tests of the store, with arbitrary bytes as entries."""

import itertools
from typing import Any

from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from conversation.state import Record, State
from storage import keys
from storage.ports import Commit, OutboxEntry, Store

CANDIDATE = Address("telegram", "700001", "42")


def record(interview: str, version: int, campaign: str = "spring", name: str = "") -> Record:
    state = State(interview, campaign, "script-1", name=name, language="en", address=CANDIDATE)
    return Record(state, version, bytes([version % 256]) * 32)


def commit(interview: str, version: int, inbound: str = "", campaign: str = "spring", **more: Any) -> Commit:
    """Return a commit that creates version `version`. `more` sets or overrides fields of Commit."""
    fields: dict[str, Any] = {
        "interview": interview,
        "inbound": inbound or f"in:{interview}:{version}",
        "expected": version - 1,
        "record": record(interview, version, campaign),
        "entry": f"entry {version} of {interview}".encode(),
        **more,
    }
    return Commit(**fields)


def message(text: str, to: Address = CANDIDATE) -> OutboundMessage:
    return OutboundMessage(to, text, (Choice("submit@1", "提交"),), ((0, 1),), prompted=False, interview="i")


def names(partition: int, how_many: int) -> list[str]:
    """Return the names of `how_many` interviews that belong to this partition."""
    numbered = (f"interview{number}" for number in itertools.count())
    mine = (name for name in numbered if keys.partition_of(name) == partition)
    return list(itertools.islice(mine, how_many))


def texts(letters: list[OutboxEntry]) -> list[str]:
    return [letter.message.text if letter.message else "?" for letter in letters]


async def read(store: Store, partition: int, count: int = 100) -> list[OutboxEntry]:
    """Open a partition's outbox and take up to `count` new entries."""
    await store.outbox.open(partition)
    return await store.outbox.read([partition], count, 1)


async def members(store: Store, campaign: str) -> list[str]:
    return sorted([interview async for interview in store.interviews.members(campaign)])
