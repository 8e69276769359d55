"""A candidate whose record is archived writes while the archive is out of reach: the platform sends it again, if
that holds up nobody else. Otherwise, the message is put away."""

import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.telegram.parse import CHANNEL
from bot.channels.telegram.receive import Receiver
from conversation.inbound import Address, Inbound
from storage.errors import ArchiveOutOfReach
from storage.memory.outbox import MemoryOutbox
from tests.bot.test_redis_outages import Candidates
from tests.bot.whole_app import WholeApp, whole_app
from tests.handlers.archiving.archives import UnsteadyArchive, move

UPDATE = {
    "message": {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "first_name": "Li", "is_bot": False},
        "text": "Hello",
    }
}


@pytest.fixture
async def here(one_redis: str) -> AsyncIterator[WholeApp]:
    async with whole_app(one_redis) as app:
        yield app


@pytest.mark.redis
async def test_the_platform_sends_it_again_and_nobody_else_waits(here: WholeApp) -> None:
    store, archive = here.app.store, UnsteadyArchive()
    store.archived.archive = archive
    candidates = Candidates(here)
    unlucky, lucky = await candidates.come(), await candidates.come()
    interview = await store.directory.who(Address(CHANNEL, "700001", str(unlucky)))
    assert interview
    assert await move(store.archived, interview)
    archive.away = True
    message = candidates.message(unlucky, "I am Li, and I like numbers.")
    for _ in range(2):
        assert await candidates.post(message) == 503
    assert await candidates.post(candidates.message(lucky, "I am Wang.")) == 200
    archive.away = False
    assert await candidates.post(message) == 200
    await candidates.hears(unlucky, 3)
    record = await store.interviews.load(interview)
    assert record
    assert [part.text for part in record.state.parts] == ["I am Li, and I like numbers."]
    assert await store.archived.place(interview) == ""
    assert await store.outbox.dead_letters() == 0


@pytest.mark.parametrize("holds_up", [False, True])
async def test_it_is_put_away_only_if_it_would_hold_up_others(holds_up: bool) -> None:
    outbox = MemoryOutbox()

    async def meet() -> None:
        async with dead_letter_on_failure(outbox, "telegram", "700001", lambda: b"whole", holds_up=holds_up):
            raise ArchiveOutOfReach("the archive does not answer")

    if holds_up:
        await meet()
    else:
        with pytest.raises(ArchiveOutOfReach):
            await meet()
    assert await outbox.dead_letters() == int(holds_up)


async def test_polling_goes_on_behind_it() -> None:
    outbox, taken = MemoryOutbox(), list[object]()
    updates = [(number, json.dumps({**UPDATE, "update_id": number}).encode()) for number in (7, 8)]

    async def receive(inbound: Inbound) -> None:
        if inbound.id.endswith(":7"):
            raise ArchiveOutOfReach("the archive does not answer")
        taken.append(inbound.what)

    async def pending(offset: int, _wait_s: float) -> list[tuple[int, bytes]]:
        return [each for each in updates if each[0] >= offset]

    channel = SimpleNamespace(account="700001", secret="a secret", updates=pending)
    receiver = Receiver(cast(Any, channel), cast(Any, SimpleNamespace(receive=receive)), outbox)
    await receiver.round()
    assert (len(taken), await outbox.dead_letters()) == (1, 1)
    await receiver.round()
    assert (len(taken), await outbox.dead_letters()) == (1, 1)
    with pytest.raises(ArchiveOutOfReach):  # by webhook, it comes again by itself
        await receiver.take(updates[0][1])
