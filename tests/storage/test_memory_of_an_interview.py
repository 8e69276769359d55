"""A finished interview takes little more memory than its text."""

from itertools import product
from random import Random
from typing import Any

import pytest

from conversation import inbound as i
from conversation.engine import Engine
from conversation.inbound import Address, Inbound
from conversation.script import Question, Script, Stage, Wording
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.maintenance.audit import audit
from handlers.notices.notices import Notices
from storage import keys
from storage.redis.store import RedisStore
from tests.bot.runtime.offices import ZONE

START_MS = 1_795_478_400_000
CANDIDATE = Address("telegram", "700001", "500001170")
CHARACTERS = "".join(bytes(each).decode("gb2312") for each in product(range(0xB0, 0xD7), range(0xA1, 0xFF)))
"""The common characters (level 1 of GB 2312). Sentences compress better than these at random."""
MOST_BYTES = 5 * 1024
"""What the keys of one interview may take. Its places in shared keys and in the server's dictionary take another
200 bytes or so."""


def wording(text: str) -> Wording:
    return Wording(text, text)


SCRIPT = Script(
    id="six",
    title=wording("六问"),
    stages=tuple(
        Stage(
            f"s{stage}",
            wording(f"环节{stage}"),
            weight,
            tuple(Question(f"q{stage}{number}", "short", wording("请回答。"), 3) for number in (1, 2)),
        )
        for stage, weight in ((1, 20), (2, 40), (3, 40))
    ),
    guide=wording("六个问题。"),
    privacy=wording("说明"),
    privacy_version="2026-11",
    version="6c3db219976a7a5f",
)


async def finished(store: RedisStore, answers: list[str]) -> str:
    """Take an interview with these answers, and return its id."""
    now = START_MS
    nonces = iter("abcdefghij")
    campaigns = Campaigns(store, now=lambda: now, nonce=lambda: next(nonces), zone=ZONE)
    await campaigns.open(SCRIPT, code="six", walk_in=True)
    words = vocabulary()
    intake = Intake(
        store, Engine(words, ZONE), Notices(words, ZONE, []), now=lambda: now, nonce=lambda: "7da37ba78978d2ec"
    )
    steps: list[i.What] = [i.CommandReceived("start", "six"), i.ChoicePressed("agree@-1")]
    for number, what in enumerate([*steps, *map(i.TextReceived, answers)]):
        now += 61_237
        update = f"tg:700001:{669200838 + 97 * number}"
        await intake.receive(
            Inbound(update, what, CANDIDATE, now // 1000 * 1000, str(5003 + number), language="zh")
        )
    interview = await store.directory.who(CANDIDATE)
    assert interview
    record = await store.interviews.load(interview)
    assert record
    assert record.state.phase == "completed"
    return interview


async def sizes(store: RedisStore, interview: str) -> dict[str, int]:
    """Return how many bytes each key takes that exists for this interview alone."""
    client: Any = store.client
    names = [keys.who(CANDIDATE).encode()] + [key async for key in client.scan_iter(f"*{interview}*")]
    return {name.decode(): await client.memory_usage(name, samples=0) for name in names}


@pytest.mark.parametrize("script", ["Chinese", "English"])
async def test_six_answers_of_two_hundred_characters(redis_store: RedisStore, script: str) -> None:
    chance = Random(7)
    characters = CHARACTERS if script == "Chinese" else "etaoinshrdlu     "
    answers = ["".join(chance.choices(characters, k=200)) for _ in range(6)]
    interview = await finished(redis_store, answers)
    found = await sizes(redis_store, interview)
    assert set(found) == {
        keys.who(CANDIDATE),
        *(kind(interview) for kind in (keys.state, keys.log, keys.seen)),
    }, "nothing else is kept of an interview that is finished"
    assert sum(found.values()) <= MOST_BYTES, found
    assert (await audit(redis_store, interview)).version == 8
