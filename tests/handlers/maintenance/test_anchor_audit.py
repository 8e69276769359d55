"""Whatever is changed in records after they were anchored is found, and what may change is not."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from conversation.errors import ChainBroken
from conversation.events import Entry
from conversation.record.anchors import ORIGIN, Anchor, digest, parse, write_list
from conversation.record.signed_notes import PublicKey, sign
from handlers.maintenance.anchor_audit import Note, compare, proofs
from handlers.maintenance.anchors import list_name
from handlers.organisation.repository import audit_organisation, claim_code
from handlers.organisation.state import NAME
from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.handlers.console.commands.candidates import erased_candidate
from tests.handlers.maintenance.anchoring import DAY_MS, NOON_MS, OURS, THEIRS, Installation
from tests.handlers.maintenance.rewriting import remove, rewrite, rewrite_organisation
from tests.storage.commits import commit


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    return Installation(MemoryStore(), tmp_path)


@pytest.fixture
def there(redis_store: RedisStore, tmp_path: Path) -> Installation:
    return Installation(redis_store, tmp_path)


async def grow(store: Store, interview: str) -> None:
    """Append an entry to the record that continues the chain (its content does not matter here)."""
    (head,) = await store.interviews.heads([interview])
    assert head
    await store.interviews.commit(commit(interview, head.version + 1))


async def broken(here: Installation, record: str) -> ChainBroken:
    with pytest.raises(ChainBroken) as found:
        await compare(here.store, record, (await here.heads()).of(record))
    return found.value


# records


async def test_a_consistent_rewrite_passes_the_chain_and_not_the_anchor(there: Installation) -> None:
    interviews = await there.invite(3)
    await there.anchored()
    assert isinstance(there.store, RedisStore)
    await rewrite(there.store, interviews[1])
    assert await there.version(interviews[1]) == 1
    found = await broken(there, interviews[1])
    assert (found.interview, found.entry) == (interviews[1], 1)
    assert "anchor 1 of 2026-09-22" in str(found)
    heads = await there.heads()
    for each in (interviews[0], interviews[2]):
        await compare(there.store, each, heads.of(each))


async def test_a_rewrite_is_found_although_a_later_anchor_has_it(there: Installation) -> None:
    (interview,) = await there.invite(1)
    await there.anchored()
    assert isinstance(there.store, RedisStore)
    await rewrite(there.store, interview)
    await there.anchored(2)
    assert await there.faults() == []
    assert "anchor 1" in str(await broken(there, interview))


async def test_the_organisations_record_is_compared_like_any_other(there: Installation) -> None:
    store = there.store
    assert isinstance(store, RedisStore)
    await claim_code(store, lambda: NOON_MS, lambda: "one")
    await claim_code(store, lambda: NOON_MS, lambda: "two")
    await there.anchored()
    await claim_code(store, lambda: NOON_MS, lambda: "three")
    await compare(store, NAME, (await there.heads()).of(NAME))
    await rewrite_organisation(store)
    assert await audit_organisation(store) == 3
    assert (await broken(there, NAME)).entry == 2
    await remove(store, NAME)
    assert await audit_organisation(store) == 0
    assert "has 2 entries, 0 are there" in str(await broken(there, NAME))


async def test_entries_cut_off_at_the_end_are_found(there: Installation) -> None:
    (interview,) = await there.invite(1)
    store = there.store
    assert isinstance(store, RedisStore)

    def doubled(entries: Sequence[Entry]) -> list[Entry]:
        return [*entries, Entry(2, entries[0].at_ms, "system", "x", ())]

    await rewrite(store, interview, doubled)
    await there.anchored()
    await rewrite(store, interview, lambda entries: list(entries[:1]))
    assert await there.version(interview) == 1
    found = await broken(there, interview)
    assert (found.entry, "has 2 entries, 1 are there" in str(found)) == (2, True)


async def test_a_removed_interview_is_found(there: Installation) -> None:
    (interview,) = await there.invite(1)
    await there.anchored()
    assert isinstance(there.store, RedisStore)
    await remove(there.store, interview, "spring")
    await there.anchored()
    assert interview in (await there.heads()).records
    assert "has 1 entries, 0 are there" in str(await broken(there, interview))


async def test_growth_is_no_fault_and_every_state_is_compared(here: Installation) -> None:
    interviews = await here.invite(2)
    for _ in range(3):
        await here.anchored()
        await grow(here.store, interviews[0])
    await here.anchored(4)
    heads = await here.heads()
    assert heads.faults == []
    assert [each.version for each in heads.of(interviews[0])] == [1, 2, 3, 4]
    assert [each.version for each in heads.of(interviews[1])] == [1], "what did not change is kept once"


async def test_an_erased_interview_is_as_it_was_anchored(store: Store, tmp_path: Path) -> None:
    of = erased_candidate.Organisation(store)
    here = Installation(store, tmp_path)
    await of.open()
    await here.anchored()
    await of.order()
    await of.end()
    await here.anchored()
    heads = await here.heads()
    assert heads.faults == []
    assert len(heads.of(of.interview)) == 2
    assert await here.version(of.interview) == heads.of(of.interview)[1].version
    for record in (of.interview, NAME):
        await compare(store, record, heads.of(record))


# anchors


async def test_days_without_a_process_are_no_fault(here: Installation) -> None:
    await here.invite(1)
    await here.anchored()
    here.now_ms += 3 * DAY_MS
    await here.anchored()
    assert await here.faults() == []


async def test_a_missing_anchor_is_noticed(here: Installation) -> None:
    await here.invite(1)
    await here.anchored(4)
    for day in ("2026-09-23", "2026-09-22"):
        (here.folder / f"{day}.note").unlink()
        assert (await here.faults())[0].startswith("anchor 2 is missing")


async def test_an_anchor_signed_by_another_key_does_not_count(here: Installation) -> None:
    (interview,) = await here.invite(1)
    here.anchors = here.process(THEIRS)
    await here.anchored()
    heads = await here.heads()
    assert "none of the known keys has signed it" in heads.faults[0]
    assert (heads.anchors, heads.of(interview)) == ([], [])


async def test_after_a_change_of_keys_both_count(here: Installation) -> None:
    await here.invite(1)
    here.anchors = here.process(THEIRS)
    await here.anchored(2)
    here.anchors = here.process(OURS)
    await here.anchored(2)
    here.keys = (PublicKey(ORIGIN, OURS.public), PublicKey(ORIGIN, THEIRS.public))
    heads = await here.heads()
    assert heads.faults == []
    assert [each.key for each in heads.anchors] == [here.keys[1]] * 2 + [here.keys[0]] * 2


@pytest.mark.parametrize("field", ["root", "size", "number", "previous", "time"])
async def test_an_anchor_that_was_changed_does_not_count(field: str, here: Installation) -> None:
    await here.invite(2)
    kept = await here.anchored(2)
    changed = {
        "root": kept.anchor._replace(root=bytes(32)),
        "size": kept.anchor._replace(size=1),
        "number": kept.anchor._replace(number=3),
        "previous": kept.anchor._replace(previous=bytes(32)),
        "time": kept.anchor._replace(made=kept.anchor.made.replace(year=2025)),
    }[field]
    note = changed.text() + kept.note[len(kept.anchor.text()) :]
    overwrite(here, f"{kept.day}.note", note.encode())
    assert f"the note {kept.day}.note does not hold: its signature is not right" in (await here.faults())[0]


def overwrite(here: Installation, name: str, data: bytes) -> None:
    (here.folder / name).write_bytes(data)


async def signed_again(here: Installation, anchor: Anchor, day: str) -> None:
    """Overwrite a day's anchor by one that the right key has signed, as whoever holds the machine can do."""
    overwrite(here, f"{day}.note", sign(anchor.text(), ORIGIN, OURS).encode())


async def test_an_anchor_that_was_made_anew_does_not_fit_between_the_others(here: Installation) -> None:
    await here.invite(1)
    first = await here.anchored()
    await here.anchored()
    await signed_again(here, first.anchor._replace(made=first.anchor.made.replace(second=59)), first.day)
    assert await here.faults() == ["anchor 2 of 2026-09-23 does not follow from the one before it"]


async def test_a_sequence_that_begins_anew_is_noticed_with_one_note_from_outside(here: Installation) -> None:
    await here.invite(1)
    first = await here.anchored()
    second = await here.anchored()
    for name in await here.files.names():
        (here.folder / name).unlink()
    await here.invite(1)
    await here.anchored(2)
    assert await here.faults() == []
    handed = Note("from-the-chat.txt", second.note)
    (twice, gone) = await here.faults(handed)
    assert twice.startswith("there are two of anchor 2")
    assert "from-the-chat.txt" in twice
    assert gone.endswith("does not hold: its list of records is gone")
    assert digest(first.note) == parse(second.anchor.text()).previous


@pytest.mark.parametrize("list_there", ["another", "garbled", "gone"])
async def test_an_anchor_needs_its_list(list_there: str, here: Installation) -> None:
    await here.invite(2)
    kept = await here.anchored()
    name = list_name(kept.anchor)
    if list_there == "gone":
        (here.folder / name).unlink()
    else:
        overwrite(here, name, {"another": write_list([b"x 1 " + b"0" * 64]), "garbled": b"\x1f\x8b"}[list_there])
    (fault,) = await here.faults()
    assert fault.startswith("anchor 1 of 2026-09-22 does not hold: its list of records")


async def test_a_note_from_outside_may_bring_its_list(here: Installation, tmp_path: Path) -> None:
    (interview,) = await here.invite(1)
    kept = await here.anchored()
    elsewhere = Installation(here.store, tmp_path / "elsewhere")
    handed = Note("kept.note", kept.note, here.files)
    heads = await elsewhere.heads(handed, handed)
    assert heads.faults == []
    assert len(heads.of(interview)) == 1
    assert await elsewhere.faults(Note("kept.note", kept.note)) != []


# one interview


async def test_one_interview_is_proven_to_be_in_its_anchors(here: Installation) -> None:
    interviews = await here.invite(5)
    await here.anchored()
    await grow(here.store, interviews[2])
    await here.anchored(2)
    heads = await here.heads(only=interviews[2])
    assert list(heads.records) == [interviews[2]]
    proven = await proofs(here.files, heads.of(interviews[2]))
    assert [(each.version, each.by.anchor.number) for each, _ in proven] == [(1, 1), (2, 2)]
    assert all(1 <= hashes <= 3 for _, hashes in proven)
