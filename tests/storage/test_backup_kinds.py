"""Each kind of key is either in a backup or left out on purpose."""

import inspect
from collections.abc import Callable

import pytest
from redis.crc import key_slot

from conversation.inbound import Address
from storage import keys
from storage.backup.kinds import Kind, place_of

_WHO = Address("telegram", "700001", "4:2")  # with a colon, like some platforms' ids
EXAMPLES: dict[str, tuple[str, Kind]] = {
    "CAMPAIGNS": (keys.CAMPAIGNS, Kind.plain),
    "CONFIG": (keys.CONFIG, Kind.temporary),  # the restored store has its own
    "ERASURES": (keys.ERASURES, Kind.plain),
    "LENT": (keys.LENT, Kind.plain),
    "PING": (keys.PING, Kind.temporary),
    "SEARCH_LINES": (keys.SEARCH_LINES, Kind.derived),
    "campaign": (keys.campaign("spring"), Kind.plain),
    "complaint": (keys.complaint("telegram:1"), Kind.temporary),
    "connected": (keys.connected("telegram:1"), Kind.plain),
    "contacts": (keys.contacts("spring"), Kind.plain),
    "counts": (keys.counts(3, "spring"), Kind.plain),
    "day_counts": (keys.day_counts(3, "spring", "2026-11-01"), Kind.plain),
    "dead": (keys.dead(3), Kind.plain),
    "due": (keys.due(3), Kind.derived),
    "held": (keys.held("1f"), Kind.record),
    "imported": (keys.imported(3, "person"), Kind.plain),
    "invitation": (keys.invitation("token"), Kind.plain),
    "jobs": (keys.jobs(3, "fetch"), Kind.queue),
    "jobs_later": (keys.jobs_later(3), Kind.queue),
    "kv": (keys.kv("walk-in-secret"), Kind.plain),
    "lease": (keys.lease(3, "poll:700001"), Kind.temporary),
    "lobby": (keys.lobby(_WHO, "welcome"), Kind.plain),
    "log": (keys.log("1f"), Kind.record),
    "mailbox": (keys.mailbox(_WHO), Kind.plain),
    "mailbox_ids": (keys.mailbox_ids(_WHO), Kind.plain),
    "members": (keys.members(3, "spring"), Kind.members),
    "moves": (keys.moves(3), Kind.plain),  # what is to be deleted in the archive
    "outbox": (keys.outbox(3), Kind.queue),
    "owners": (keys.owners("delivery"), Kind.temporary),
    "parts": (keys.parts("1f"), Kind.record),
    "places": (keys.places("spring"), Kind.plain),
    "recordings": (keys.recordings("ab" * 32), Kind.plain),
    "reply": (keys.reply("1f", "in:1"), Kind.plain),
    "resume_code": (keys.resume_code("ab" * 32), Kind.plain),
    "script": (keys.script("v1"), Kind.plain),
    "search_lines": (keys.search_lines(3, "spring"), Kind.derived),
    "seen": (keys.seen("1f"), Kind.record),
    "send_budget": (keys.send_budget("telegram:1"), Kind.temporary),
    "shown": (keys.shown("1f", "receipt", _WHO), Kind.plain),
    "state": (keys.state("1f"), Kind.record),
    "walk_in": (keys.walk_in("spring"), Kind.plain),
    "who": (keys.who(_WHO), Kind.plain),
    "written": (keys.written(keys.state("1f")), Kind.temporary),
}
_NO_KEYS = {
    "PARTITIONS", "PROBES", "PROBE_TOPIC", "RESTORING", "Address", "crc32", "digest", "mailbox_topic",
    "partition_of", "sha256", "tag_of", "is_of_one", "lru_cache", "re",
}  # fmt: skip


def test_every_kind_of_key_is_thought_of() -> None:
    named = {name for name, value in inspect.getmembers(keys) if not name.startswith("_")}
    assert named == EXAMPLES.keys() | _NO_KEYS


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_key_is_of_its_kind(name: str) -> None:
    key, kind = EXAMPLES[name]
    assert place_of(key.encode()).kind is kind


@pytest.mark.parametrize("beside", ["", keys.who(_WHO), keys.state("1f"), keys.lobby(_WHO, "welcome")])
def test_what_is_written_for_the_sake_of_writing_is_beside_its_key(beside: str) -> None:
    found = keys.written(beside)
    assert not beside or key_slot(found.encode()) == key_slot(beside.encode())
    assert place_of(found.encode()).kind is Kind.temporary


@pytest.mark.parametrize("of", [keys.state, keys.parts, keys.log, keys.seen, keys.held])
def test_the_keys_of_an_interview_name_it(of: Callable[[str], str]) -> None:
    assert place_of(of("1f").encode()) == (Kind.record, "1f")


def test_what_a_start_tries_is_left_out() -> None:
    assert {place_of(key.encode()).kind for key in keys.PROBES} == {Kind.temporary}


@pytest.mark.parametrize("key", ["xm:of-a-later-version:1", f"{keys.held('1f')}:once", "xm:{p03}:new", "xm:due"])
def test_what_is_unknown_is_copied_by_itself(key: str) -> None:
    assert place_of(key.encode()).kind is Kind.plain
