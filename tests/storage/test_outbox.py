"""The outbox: messages in order, each kept in hand from being read until done. The same in every store."""

import asyncio
import itertools

import msgspec
import pytest

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage import keys
from storage.ports import Store
from storage.redis.outbox import SHOWN_LIFE_S
from storage.redis.store import RedisStore
from tests.fakes.waiting import until
from tests.storage.commits import CANDIDATE, commit, message, names, read, texts

FIRST, SECOND = names(4, 2)
LOBBY = keys.partition_of(str(CANDIDATE))


async def send(store: Store, interview: str, *said: str, version: int = 1) -> None:
    await store.interviews.commit(commit(interview, version, messages=tuple(map(message, said))))


async def pending(store: Store, after: str = "0", count: int = 100) -> list[str]:
    return texts(await store.outbox.pending(4, after, count))


async def test_messages_come_in_the_order_of_the_commits(store: Store) -> None:
    await send(store, FIRST, "1", "2", "3")
    await send(store, SECOND, "4")
    await send(store, FIRST, "5", "6", version=2)
    letters = await read(store, 4)
    assert texts(letters) == ["1", "2", "3", "4", "5", "6"]
    assert {letter.partition for letter in letters} == {4}
    assert len({letter.id for letter in letters}) == 6


async def test_a_message_arrives_as_it_was_written(store: Store) -> None:
    await send(store, FIRST, "您好!\n🎤 \0")
    (letter,) = await read(store, 4)
    assert letter.message == message("您好!\n🎤 \0")


async def test_each_partition_has_an_outbox_of_its_own(store: Store) -> None:
    (elsewhere,) = names(9, 1)
    await send(store, FIRST, "here")
    await send(store, elsewhere, "there")
    assert texts(await read(store, 4)) == ["here"]
    assert texts(await read(store, 9)) == ["there"]
    assert await read(store, 10) == []


async def test_several_partitions_can_be_read_in_one_call_where_they_lie_together(store: Store) -> None:
    if not store.outbox.together:
        return  # partitions are on several nodes: readers ask for one at a time
    (elsewhere,) = names(9, 1)
    await send(store, FIRST, "1", "2")
    await send(store, elsewhere, "there")
    await store.outbox.open(4)
    await store.outbox.open(9)
    letters = await store.outbox.read([4, 9], 10, 1)
    assert sorted((letter.partition, text) for letter, text in zip(letters, texts(letters), strict=True)) == [
        (4, "1"),
        (4, "2"),
        (9, "there"),
    ]


async def test_nothing_is_read_twice_and_no_more_than_asked_for(store: Store) -> None:
    await send(store, FIRST, "1", "2", "3")
    assert texts(await read(store, 4, count=2)) == ["1", "2"]
    assert texts(await read(store, 4, count=2)) == ["3"]
    assert texts(await read(store, 4, count=2)) == []


async def test_opening_an_outbox_again_changes_nothing(store: Store) -> None:
    await store.outbox.open(4)
    await send(store, FIRST, "1")
    await store.outbox.open(4)
    assert texts(await read(store, 4)) == ["1"]
    assert texts(await read(store, 4)) == []


async def test_what_a_reader_had_in_hand_when_it_died_is_found_in_order(store: Store) -> None:
    await send(store, FIRST, "1", "2", "3", "4", "5")
    await read(store, 4, count=4)
    assert await pending(store) == ["1", "2", "3", "4"]
    assert await pending(store) == ["1", "2", "3", "4"]  # `pending` removes nothing
    assert texts(await read(store, 4)) == ["5"]


async def test_what_is_in_hand_can_be_read_page_by_page(store: Store) -> None:
    await send(store, FIRST, "1", "2", "3", "4", "5")
    letters = await read(store, 4)
    assert await pending(store, "0", 2) == ["1", "2"]
    assert await pending(store, letters[1].id, 2) == ["3", "4"]
    assert await pending(store, letters[3].id, 2) == ["5"]
    assert await pending(store, letters[4].id, 2) == []


async def test_what_is_in_hand_is_counted(store: Store) -> None:
    assert await store.outbox.unsettled(4) == 0
    await send(store, FIRST, "1", "2", "3")
    letters = await read(store, 4, count=2)
    assert await store.outbox.unsettled(4) == 2
    await store.outbox.done(4, [letters[0].id])
    assert await store.outbox.unsettled(4) == 1
    assert await store.outbox.unsettled(5) == 0


async def test_what_is_done_is_gone(store: Store) -> None:
    await send(store, FIRST, "1", "2", "3")
    letters = await read(store, 4)
    await store.outbox.done(4, [letters[0].id, letters[2].id])
    assert await pending(store) == ["2"]
    await store.outbox.done(4, [letters[1].id])
    assert await pending(store) == []
    assert await store.outbox.oldest_ms(4) == 0
    assert await read(store, 4) == []


async def test_done_twice_or_with_nothing_is_harmless(store: Store) -> None:
    await send(store, FIRST, "1", "2")
    letters = await read(store, 4)
    await store.outbox.done(4, [letters[0].id])
    await store.outbox.done(4, [letters[0].id])
    await store.outbox.done(4, [])
    assert await pending(store) == ["2"]


async def test_what_is_buried_is_gone_and_the_rest_stays(store: Store) -> None:
    await send(store, FIRST, "1", "2", "3")
    letters = await read(store, 4)
    await store.outbox.dead_letter(4, "delivery", "refused", letters[1].raw, letters[1].id)
    assert await pending(store) == ["1", "3"]
    await store.outbox.dead_letter(4, "inbound", "unreadable", b"{")  # not from the outbox: removes nothing
    assert await pending(store) == ["1", "3"]


async def test_something_waits_until_it_is_done(store: Store) -> None:
    assert await store.outbox.oldest_ms(4) == 0
    await send(store, FIRST, "1", "2")
    waiting_since = await store.outbox.oldest_ms(4)
    assert waiting_since > 0
    letters = await read(store, 4)
    assert await store.outbox.oldest_ms(4) == waiting_since
    await store.outbox.done(4, [letters[0].id])
    assert await store.outbox.oldest_ms(4) >= waiting_since


async def test_a_line_is_posted_once_in_a_window_for_each_address_and_topic(store: Store) -> None:
    assert await store.outbox.post(CANDIDATE, "stranger", message("first"), 60)
    assert not await store.outbox.post(CANDIDATE, "stranger", message("second"), 60)
    assert await store.outbox.post(CANDIDATE, "closed", message("another topic"), 60)
    assert texts(await read(store, LOBBY)) == ["first", "another topic"]
    other = Address("wechat", "wx1", "43")
    assert await store.outbox.post(other, "stranger", message("another person", other), 60)
    assert texts(await read(store, keys.partition_of(str(other)))) == ["another person"]


async def test_of_many_processes_one_posts_the_line(store: Store) -> None:
    posts = (store.outbox.post(CANDIDATE, "stranger", message("line"), 60) for _ in range(10))
    assert sorted(await asyncio.gather(*posts)) == [False] * 9 + [True]
    assert texts(await read(store, LOBBY)) == ["line"]


async def test_so_many_events_are_answered_in_a_window_and_the_next_is_told_to_wait(store: Store) -> None:
    for number in range(5):
        await store.outbox.answer(CANDIDATE, f"event-{number}", message("line"), message("wait"), 2, 60)
    assert texts(await read(store, LOBBY)) == ["line", "line", "wait"]
    other = Address("wechat", "wx1", "43")
    await store.outbox.answer(other, "event-0", message("line", other), message("wait", other), 2, 60)
    assert texts(await read(store, keys.partition_of(str(other)))) == ["line"]


async def test_an_event_is_answered_once_whoever_brings_it(store: Store) -> None:
    answers = (
        store.outbox.answer(CANDIDATE, f"event-{number % 2}", message("line"), message("wait"), 5, 60)
        for number in range(10)
    )
    await asyncio.gather(*answers)
    assert texts(await read(store, LOBBY)) == ["line", "line"]


async def test_of_many_events_at_once_no_more_are_answered(store: Store) -> None:
    answers = (
        store.outbox.answer(CANDIDATE, f"event-{number}", message("line"), message("wait"), 3, 60)
        for number in range(20)
    )
    await asyncio.gather(*answers)
    assert sorted(texts(await read(store, LOBBY))) == ["line"] * 3 + ["wait"]


def about(subject: str, to: Address = CANDIDATE, interview: str = FIRST) -> OutboundMessage:
    return OutboundMessage(to, "text", interview=interview, subject=subject)


async def test_what_was_shown_is_remembered_by_interview_subject_and_address(store: Store) -> None:
    elsewhere = Address("telegram", "700001", "43")
    (distant,) = names(9, 1)
    places = [
        about("voice:1"),
        about("voice:2"),
        about("voice:1", elsewhere),
        about("voice:1", interview=SECOND),
        about("voice:1", interview=distant),
        about("voice:1", interview=""),
        about("语音 1"),
    ]
    for place in places:
        assert await store.outbox.shown(place) == ""
    for number, place in enumerate(places):
        await store.outbox.remember_shown(place, f"{number}/您好")
    assert [await store.outbox.shown(place) for place in places] == [f"{number}/您好" for number in range(7)]
    other_text = msgspec.structs.replace(places[0], text="another", quiet=True, prompted=False)
    assert await store.outbox.shown(other_text) == "0/您好"


async def test_the_last_that_was_shown_counts_and_an_empty_id_is_forgotten(store: Store) -> None:
    await store.outbox.remember_shown(about("voice:1"), "17")
    await store.outbox.remember_shown(about("voice:1"), "18")
    assert await store.outbox.shown(about("voice:1")) == "18"
    await store.outbox.remember_shown(about("voice:1"), "")
    assert await store.outbox.shown(about("voice:1")) == ""
    await store.outbox.remember_shown(about("voice:2"), "")
    assert await store.outbox.shown(about("voice:2")) == ""


# Redis only


async def test_what_was_shown_is_forgotten_by_itself(redis_store: RedisStore) -> None:
    await redis_store.outbox.remember_shown(about("voice:1"), "17")
    left_s = await redis_store.client.ttl(keys.shown(FIRST, "voice:1", CANDIDATE))
    assert SHOWN_LIFE_S - 60 < left_s <= SHOWN_LIFE_S == 2 * 24 * 3600


async def test_after_the_window_a_line_may_be_posted_again(redis_store: RedisStore) -> None:
    assert await redis_store.outbox.post(CANDIDATE, "stranger", message("first"), 1)
    await until(lambda: redis_store.outbox.post(CANDIDATE, "stranger", message("second"), 1), "the window's end")
    assert texts(await read(redis_store, LOBBY)) == ["first", "second"]


async def test_after_the_window_events_are_answered_again(redis_store: RedisStore) -> None:
    numbers = itertools.count()

    async def answered() -> bool:
        await redis_store.outbox.answer(CANDIDATE, f"{next(numbers)}", message("line"), message("wait"), 1, 1)
        said.extend(texts(await read(redis_store, LOBBY)))
        return said.count("line") == 2

    said: list[str] = []
    await until(answered, "the window's end")


async def test_a_reader_waits_for_news(redis_store: RedisStore) -> None:
    await redis_store.outbox.open(4)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        reading = group.create_task(redis_store.outbox.read([4], 10, 4000))
        await until(lambda: _blocked(redis_store), "a reader that waits")
        await send(redis_store, FIRST, "news")
    assert texts(reading.result()) == ["news"]


async def _blocked(store: RedisStore) -> bool:
    """Return whether any client on any node of this store is blocked reading an outbox."""
    told = await store.client.execute_command("CLIENT LIST", **every_node(store))
    return "xreadgroup" in str(told)


def every_node(store: RedisStore) -> dict[str, str]:
    return {} if store.outbox.together else {"target_nodes": "all"}


async def dead(store: RedisStore, partition: int) -> list[object]:
    """Return the fields of all dead letters of a partition."""
    return [fields for _, fields in await store.client.xrange(keys.dead(partition)) or ()]


async def test_another_process_finds_what_a_dead_one_had_in_hand(redis_store: RedisStore, redis_url: str) -> None:
    await send(redis_store, FIRST, "1", "2")
    await read(redis_store, 4)
    successor = RedisStore.at(redis_url)
    assert texts(await successor.outbox.pending(4, "0", 10)) == ["1", "2"]
    await successor.close()


@pytest.mark.parametrize("junk", [b"", b"\xff", b"\x81\xa1", b"{}", b"\xc0"])
async def test_an_unreadable_entry_is_handed_over_as_what_it_is(redis_store: RedisStore, junk: bytes) -> None:
    await send(redis_store, FIRST, "before")
    await redis_store.client.xadd(keys.outbox(4), {"m": junk})
    await redis_store.client.xadd(keys.outbox(4), {"another field": "x"})
    await send(redis_store, FIRST, "after", version=2)
    letters = await read(redis_store, 4)
    assert texts(letters) == ["before", "?", "?", "after"]
    assert [letter.raw for letter in letters[1:3]] == [junk, b""]
    for letter in letters[1:3]:
        await redis_store.outbox.dead_letter(4, "outbox", "unreadable", letter.raw, letter.id)
    assert await pending(redis_store) == ["before", "after"]
    assert await dead(redis_store, 4) == [
        {b"kind": b"outbox", b"why": b"unreadable", b"payload": junk},
        {b"kind": b"outbox", b"why": b"unreadable", b"payload": b""},
    ]


async def test_what_is_buried_is_kept_whole(redis_store: RedisStore) -> None:
    payload = bytes(range(256)) * 4000
    await redis_store.outbox.dead_letter(7, "inbound", "KeyError", payload)
    assert await dead(redis_store, 7) == [{b"kind": b"inbound", b"why": b"KeyError", b"payload": payload}]


async def test_a_delivered_message_takes_no_memory(redis_store: RedisStore) -> None:
    await send(redis_store, FIRST, "1", "2")
    letters = await read(redis_store, 4)
    await redis_store.outbox.done(4, [letter.id for letter in letters])
    assert await redis_store.client.xlen(keys.outbox(4)) == 0


async def test_what_is_said_beside_a_record_is_sent_only_while_the_record_says_nothing_newer(store: Store) -> None:
    await send(store, FIRST)
    aside = msgspec.structs.replace(message("50 %"), interview=FIRST)
    assert await store.interviews.beside(aside, 1)
    await send(store, FIRST, "the transcript", version=2)
    assert not await store.interviews.beside(aside, 1)
    assert not await store.interviews.beside(msgspec.structs.replace(aside, interview=SECOND), 1)
    assert texts(await read(store, 4)) == ["50 %", "the transcript"]
