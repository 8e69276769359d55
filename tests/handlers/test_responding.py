"""A platform that takes messages only in its response and, within limits, for some time after a word."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import inbound as i
from conversation.outbound import OutboundMessage
from conversation.timing.messaging_window import room
from storage.memory.store import MemoryStore
from tests.fakes.scene import DAY, HOUR, MINUTE, Person, Scene, named

TWO_DAYS, FIVE = 48 * HOUR, 5


class Paper:
    """A response with room for `size` messages. Its payload is their texts, separated by U+001E."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.payload = b""
        self.rooms: list[int | None] = []

    def fill(self, messages: Sequence[OutboundMessage], room: int | None, language: str) -> tuple[bytes, int]:
        self.rooms.append(room)
        said = messages[: self.size]
        return "\x1e".join(each.text for each in said).encode(), len(said)


class Writer(Person):
    """A candidate on such a platform.

    - `size`: messages that fit into a response.
    - `window`: time and number of messages allowed after each word.
    - `seen`: texts in the order in which they were seen.
    - `left`, `until`: what is left of the current window.
    """

    size, window = 1, i.Window(0, 0)
    seen: list[str]
    left, until = 0, 0

    async def brings_it(self, inbound: i.Inbound) -> bytes:
        paper = Paper(self.size)
        await self.intake.receive(inbound, paper)
        return paper.payload

    async def writes(self, what: i.What) -> None:
        now = self.scene.clock.now
        window = i.Window(now + self.window.until_ms, self.window.messages)
        self.left, self.until = window.messages, window.until_ms
        inbound = type(self.brings(what))(
            **{name: getattr(self.brings(what), name) for name in ("id", "what", "sender", "message", "language")},
            window=window,
        )
        payload = await self.brings_it(inbound)
        assert await self.brings_it(inbound) == payload  # repeated by the platform
        self.seen += payload.decode().split("\x1e") if payload else []
        await self.is_pushed()

    async def is_pushed(self) -> None:
        """Send everything in the outbox. Fails unless the window allows it."""
        for message in await self.scene.sent(self.address):
            assert self.scene.clock.now < message.until_ms == self.until
            self.left -= 1
            self.seen.append(message.text)
        assert self.left >= 0


async def writer(scene: Scene, size: int, messages: int) -> tuple[Writer, str]:
    interview, token = await scene.invited("Anna")
    anna = Writer(scene, scene.person("42", "wechat").address)
    anna.size, anna.window, anna.seen = size, i.Window(TWO_DAYS if messages else 0, messages), []
    await anna.writes(i.CommandReceived("start", token))
    await anna.writes(i.ChoicePressed("agree@-1"))
    return anna, interview


async def test_what_does_not_fit_comes_with_the_next_words_in_order() -> None:
    scene = Scene(MemoryStore())
    anna, interview = await writer(scene, size=1, messages=0)
    for number in range(3):
        said = i.SupportAnswered(f"colleague {number}", "boss")
        await scene.intake.apply(interview, i.Inbound(f"c:{number}", said))
    waiting = [each.text for each in await scene.store.interviews.held(interview)]
    assert len(waiting) == 3
    before = len(anna.seen)
    for number in range(3):
        await anna.writes(i.TextReceived(f"word {number}"))
        assert anna.seen[before:] == waiting[: number + 1]
    left = [each.text for each in await scene.store.interviews.held(interview)]
    assert left  # the answers to the words
    assert await scene.sent(anna.address) == []


async def test_the_rest_is_pushed_while_the_window_lasts_and_is_counted_in_the_record() -> None:
    scene = Scene(MemoryStore())
    anna, interview = await writer(scene, size=0, messages=FIVE)
    state = await scene.state(interview)
    assert state.window
    assert state.window.messages == anna.left < FIVE
    assert room(state.window, scene.clock.now) == anna.left
    assert room(state.window, scene.clock.now + TWO_DAYS) == 0
    assert "Pushed" in named(await scene.entries(interview))


async def test_reminders_are_left_out_when_nothing_may_be_sent() -> None:
    scene = Scene(MemoryStore())
    anna, interview = await writer(scene, size=9, messages=0)
    await anna.writes(i.TextReceived("about me"))
    for wait in (11 * MINUTE, DAY):
        scene.clock.forward(wait)
        await scene.tick(interview)
    events = named(await scene.entries(interview))
    assert events.count("ReminderLeftOut") == 2
    assert "Reminded" not in events
    assert await scene.sent(anna.address) == []
    assert await scene.store.interviews.held(interview) == []


async def test_a_reminder_leaves_the_last_message_to_colleagues() -> None:
    scene = Scene(MemoryStore())
    anna, interview = await writer(scene, size=9, messages=2)
    scene.clock.forward(11 * MINUTE)
    await scene.tick(interview)  # the silence is noticed, and the first reminder sent
    await anna.is_pushed()
    assert anna.left == 1
    scene.clock.forward(DAY)
    await scene.tick(interview)
    await anna.is_pushed()
    assert (anna.left, named(await scene.entries(interview))[-1]) == (1, "ReminderLeftOut")
    for _ in range(2):
        answer = i.Inbound(f"reply:{scene.clock.now}", i.SupportAnswered("We are here.", "boss"))
        await scene.intake.apply(interview, answer)
        scene.clock.forward(MINUTE)
    await anna.is_pushed()
    assert anna.left == 0
    assert [each.text for each in await scene.store.interviews.held(interview)][-1].endswith("We are here.")


async def test_a_short_window_takes_nothing_from_a_long_one() -> None:
    scene = Scene(MemoryStore())
    anna, interview = await writer(scene, size=9, messages=FIVE)
    before = (await scene.state(interview)).window
    click = anna.brings(i.ChoicePressed("exit"))
    short = i.Window(scene.clock.now + MINUTE, 3)
    await scene.intake.receive(type(click)(click.id, click.what, click.sender, window=short), Paper(9))
    assert (await scene.state(interview)).window == before


async def test_another_channel_has_no_window() -> None:
    scene = Scene(MemoryStore())
    anna, interview = await writer(scene, size=9, messages=0)
    await anna.writes(i.CommandReceived("switch"))
    state = await scene.state(interview)
    assert state.window
    code = next(text for text in anna.seen[-1].split() if text.isalnum() and len(text) >= 6)
    other = scene.person("43", "telegram")
    await other.says(code)
    moved = await scene.state(interview)
    if moved.address == other.address:
        assert moved.window is None


async def test_who_is_nobodys_candidate_is_told_so_in_the_response() -> None:
    scene = Scene(MemoryStore())
    stranger = Writer(scene, scene.person("7", "wechat").address)
    paper = Paper(1)
    assert await scene.intake.receive(stranger.brings(i.TextReceived("hello")), paper) == "stranger"
    assert paper.payload
    assert await scene.sent() == []


_DEEDS = st.sampled_from(["text", "press", "exit", "status", "minute", "hours", "day", "colleague"])


@pytest.mark.parametrize(("size", "messages"), [(0, FIVE), (1, 0), (1, FIVE), (2, 3), (9, 0)])
@given(deeds=st.lists(_DEEDS, max_size=25))
async def test_whatever_happens_no_more_is_sent_than_allowed_and_all_is_said_in_order(
    size: int, messages: int, deeds: list[str]
) -> None:
    scene = Scene(MemoryStore())
    anna, interview = await writer(scene, size, messages)
    numbers = itertools.count(1)
    for deed in deeds:
        match deed:
            case "text":
                await anna.writes(i.TextReceived(f"word {next(numbers)}"))
            case "press":
                await anna.writes(i.ChoicePressed("submit"))
            case "exit" | "status":
                await anna.writes(i.CommandReceived(deed))
            case "colleague":
                said = i.SupportAnswered(f"colleague no. {next(numbers)}", "boss")
                await scene.intake.apply(interview, i.Inbound(f"c:{next(numbers)}", said))
            case waits:
                scene.clock.forward({"minute": MINUTE, "hours": 13 * HOUR, "day": DAY}[waits])
                await scene.tick(interview)
        await anna.is_pushed()
    told = [int(text.split("colleague no. ")[1]) for text in anna.seen if "colleague no. " in text]
    assert told == sorted(told)
    await scene.entries(interview)
