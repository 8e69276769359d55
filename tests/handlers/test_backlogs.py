"""Messages that a platform delivers long after they were sent: before the first connection, or in an outage."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation import inbound as i
from handlers.intake.strangers import BACKLOG_MS, SKEW_MS
from storage.memory.store import MemoryStore
from storage.redis.store import RedisStore
from tests.fakes.scene import DAY, HOUR, MINUTE, Person, Scene

ACCOUNT = "700001"
SAID: tuple[i.What, ...] = (
    i.TextReceived("请问社保怎么交"),
    i.TextReceived("code2345"),
    i.TextReceived("2345-6789"),
    i.TextEdited("hello?"),
    i.CommandReceived("start"),
    i.CommandReceived("start", "no-such-token"),
    i.CommandReceived("help"),
    i.ChoicePressed("agree@-1"),
    i.VoiceReceived(i.Media("F1", "voice", 1000)),
    i.OtherReceived("photo", text="my certificate"),
    i.ChannelReopened(),
)
kinds = pytest.mark.parametrize(
    "what", SAID, ids=lambda what: f"{type(what).__name__}-{getattr(what, 'text', '')}"
)


@pytest.fixture
def scene() -> Scene:
    return Scene(MemoryStore())


async def connect(scene: Scene, channel: str = "telegram") -> int:
    """Connect the account for the first time. Returns when (epoch milliseconds)."""
    await scene.intake.connect(channel, ACCOUNT)
    return scene.clock.now


async def sent_at(person: Person, what: i.What, sent_ms: int, window: i.Window | None = None) -> list[str]:
    inbound = replace(person.brings(what, sent_ms=sent_ms), window=window)
    assert await person.intake.receive(inbound) == "stranger"
    return await person.hears()


@kinds
async def test_what_was_sent_before_the_first_connection_is_not_answered(scene: Scene, what: i.What) -> None:
    connected_ms = await connect(scene)
    for ago in (SKEW_MS + 1, HOUR, DAY, 3 * DAY):
        assert await sent_at(scene.person(f"old-{ago}"), what, connected_ms - ago) == []


@kinds
async def test_what_comes_after_the_connection_is_answered(scene: Scene, what: i.What) -> None:
    connected_ms = await connect(scene)
    scene.clock.forward(MINUTE)
    assert len(await sent_at(scene.person("new"), what, scene.clock.now)) == 1
    assert len(await sent_at(scene.person("skewed"), what, connected_ms - SKEW_MS)) == 1


async def test_the_first_connection_counts_and_each_account_has_its_own(scene: Scene) -> None:
    connected_ms = await connect(scene)
    scene.clock.forward(DAY)
    await connect(scene)
    assert len(await sent_at(scene.person("1"), i.TextReceived("hello"), connected_ms + HOUR)) == 1
    assert await sent_at(scene.person("2"), i.TextReceived("hello"), connected_ms - HOUR) == []
    assert len(await sent_at(scene.person("3", "web"), i.TextReceived("hello"), connected_ms - HOUR)) == 1


async def test_what_is_not_dated_is_not_answered_right_after_the_connection(scene: Scene) -> None:
    await connect(scene)
    assert await sent_at(scene.person("1"), i.ChoicePressed("agree@-1"), 0) == []
    scene.clock.forward(SKEW_MS)
    assert len(await sent_at(scene.person("1"), i.ChoicePressed("agree@-1"), 0)) == 1


async def test_a_valid_code_lets_in_however_old_it_is(scene: Scene) -> None:
    await scene.walk_in()
    _, token = await scene.invited()
    connected_ms = await connect(scene)
    for user, payload in (("1", "poster"), ("2", token)):
        anna = scene.person(user)
        old = anna.brings(i.CommandReceived("start", payload), sent_ms=connected_ms - DAY)
        assert await anna.intake.receive(old) == "committed"
        assert await anna.hears()


async def test_in_an_interview_everything_is_taken(scene: Scene) -> None:
    interview, token = await scene.invited()
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    connected_ms = await connect(scene)
    scene.clock.forward(DAY)
    for text, sent_ms in (("before", connected_ms - DAY), ("in the outage", connected_ms + HOUR)):
        await anna.intake.receive(anna.brings(i.TextReceived(text), sent_ms=sent_ms))
    assert [part.text for part in (await scene.state(interview)).parts] == ["before", "in the outage"]


@pytest.mark.parametrize("first", SAID, ids=lambda what: type(what).__name__)
async def test_after_an_outage_a_stranger_is_answered_once(scene: Scene, first: i.What) -> None:
    await connect(scene)
    scene.clock.forward(3 * DAY)
    stranger, heard = scene.person("77"), list[str]()
    for what, hours in ((first, 50), *((what, 40 - number) for number, what in enumerate(SAID)), (first, 1)):
        heard += await sent_at(stranger, what, scene.clock.now - hours * HOUR)
        scene.clock.forward(MINUTE)
    assert len(heard) == 1
    assert len(await sent_at(scene.person("78"), first, scene.clock.now - HOUR)) == 1


async def test_the_last_words_of_a_backlog_are_not_answered_again(scene: Scene) -> None:
    await connect(scene)
    scene.clock.forward(DAY)
    stranger = scene.person("77")
    assert len(await sent_at(stranger, i.TextReceived("hello"), scene.clock.now - HOUR)) == 1
    assert await sent_at(stranger, i.TextReceived("anybody?"), scene.clock.now - MINUTE) == []
    assert len(await sent_at(stranger, i.CommandReceived("start", "no-such-token"), scene.clock.now)) == 1


async def test_nothing_is_sent_where_the_platform_no_longer_takes_an_answer(scene: Scene) -> None:
    await connect(scene)
    scene.clock.forward(3 * DAY)
    closed = i.Window(scene.clock.now - HOUR, 5)
    ago = scene.clock.now - 49 * HOUR
    assert await sent_at(scene.person("77"), i.TextReceived("hello"), ago, window=closed) == []
    still = i.Window(scene.clock.now + HOUR, 5)
    assert len(await sent_at(scene.person("78"), i.TextReceived("hello"), ago, window=still)) == 1


@given(before=st.timedeltas(timedelta(), timedelta(days=30)), what=st.sampled_from(SAID))
async def test_nothing_older_than_the_connection_is_ever_answered(before: timedelta, what: i.What) -> None:
    scene = Scene(MemoryStore())
    connected_ms = await connect(scene)
    sent_ms = connected_ms - SKEW_MS - 1 - round(before.total_seconds() * 1000)
    assert await sent_at(scene.person("77"), what, sent_ms) == []


@pytest.mark.redis
async def test_on_redis_too(redis_store: RedisStore) -> None:
    scene = Scene(redis_store)
    connected_ms = await connect(scene)
    assert await sent_at(scene.person("1"), i.TextReceived("hello"), connected_ms - DAY) == []
    scene.clock.forward(BACKLOG_MS + MINUTE)
    assert len(await sent_at(scene.person("2"), i.TextReceived("hello"), connected_ms)) == 1
    assert await sent_at(scene.person("2"), i.TextReceived("hello?"), connected_ms + 1) == []
