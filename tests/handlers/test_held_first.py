"""Messages held until the candidate's next word are sent before newer ones, if no response can carry them."""

import asyncio
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.channels.wechat_api.texts import joined, pieces
from conversation import inbound as i
from conversation.engine import Engine
from conversation.outbound import OutboundMessage
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.fakes.scene import HOUR, ZONE, Person, Scene


async def says(person: Person, what: i.What, messages: int = 5) -> None:
    """Send an input that opens a window of `messages` messages within the next 48 hours."""
    window = i.Window(person.scene.clock.now + 48 * HOUR, messages)
    await person.intake.receive(replace(person.brings(what), window=window))


async def begun(store: Store) -> tuple[Person, str]:
    scene = Scene(store)
    interview, token = await scene.invited("Anna")
    anna = scene.person("wm1", "wecom-kf")
    await says(anna, i.CommandReceived("start", token))
    await says(anna, i.ChoicePressed("agree@-1"))
    await scene.sent()
    return anna, interview


async def test_the_next_word_brings_it_first(store: Store) -> None:
    anna, interview = await begun(store)
    late = OutboundMessage(anna.address, "held", interview=interview)
    assert await anna.intake.hold(late, "1:1-0")
    await says(anna, i.TextReceived("an answer"))
    texts = [message.text for message in await anna.scene.sent(anna.address)]
    assert texts[0] == "held"
    assert len(texts) == 2
    assert await store.interviews.held(interview) == []


async def test_what_colleagues_write_does_not_overtake_it(store: Store) -> None:
    anna, interview = await begun(store)
    await anna.intake.hold(OutboundMessage(anna.address, "held", interview=interview), "1:1-0")
    await anna.intake.apply(interview, i.Inbound("c1", i.SupportAnswered("from a colleague", "boss")))
    texts = [message.text for message in await anna.scene.sent(anna.address)]
    assert texts[0] == "held"
    assert "from a colleague" in texts[1]


async def test_where_the_window_is_used_up_all_of_it_waits_in_order(store: Store) -> None:
    anna, interview = await begun(store)
    await says(anna, i.TextReceived("an answer"), messages=0)
    for number in range(3):
        written = i.SupportAnswered(f"line {number}", "boss")
        await anna.intake.apply(interview, i.Inbound(f"c{number}", written))
    assert await anna.scene.sent(anna.address) == []
    waiting = [each.text for each in await store.interviews.held(interview)]
    assert len(waiting) == 4
    await says(anna, i.TextReceived("another"))
    assert [each.text for each in await anna.scene.sent(anna.address)][:4] == waiting


class Platform:
    """A platform that takes five messages within 48 hours of a word. `take` fails on any other message."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.left, self.until = 0, 0
        self.seen: list[str] = []

    def word(self) -> None:
        self.left, self.until = 5, self.person.scene.clock.now + 48 * HOUR

    async def take(self) -> None:
        for message in await self.person.scene.sent(self.person.address):
            assert self.person.scene.clock.now < min(self.until, message.until_ms)
            assert self.left, "one more than the platform takes"
            self.left -= 1
            self.seen += message.text.split("\n\n")


_moves = st.lists(
    st.one_of(
        st.tuples(st.just("says"), st.sampled_from(["an answer", "提交", "exit", "status", "help", "1", "2"])),
        st.tuples(st.just("colleague"), st.integers(1, 7)),
        st.tuples(st.just("waits"), st.sampled_from([1, 10, 49 * 60, 20 * 60])),
        st.tuples(st.just("reminded"), st.just(0)),
    ),
    max_size=25,
)


async def _play(moves: list[tuple[str, object]]) -> None:
    scene = Scene(MemoryStore())
    scene.intake = Intake(
        scene.store,
        Engine(vocabulary(), ZONE),
        Notices(vocabulary(), ZONE, []),
        now=scene.clock,
        nonce=scene.nonce,
        pieces=pieces,
        joined=joined,
    )
    interview, token = await scene.invited("Anna")
    anna = scene.person("wm1", "wecom-kf")
    platform, written = Platform(anna), 0
    for what in (i.CommandReceived("start", token), i.ChoicePressed("agree@-1")):
        platform.word()
        await says(anna, what)
        await platform.take()
    for move, with_what in moves:
        if move == "says":
            platform.word()
            await says(anna, i.TextReceived(str(with_what)))
        elif move == "colleague" and isinstance(with_what, int):
            for _ in range(with_what):
                written += 1
                said = i.SupportAnswered(f"line {written}", "boss")
                await scene.intake.apply(interview, i.Inbound(f"c{written}", said))
        elif move == "waits" and isinstance(with_what, int):
            scene.clock.forward(with_what * 60_000)
            await scene.tick(interview)
        else:
            await scene.intake.apply(interview, i.Inbound(f"r{scene.clock.now}", i.ReminderAsked()))
        await platform.take()
    while await scene.store.interviews.held(interview):
        platform.word()
        await says(anna, i.TextReceived("go on"))
        await platform.take()
    lines = [int(number) for part in platform.seen for number in re.findall(r"line (\d+)", part)]
    assert lines == list(range(1, written + 1)), "nothing lost, doubled or overtaken"


@settings(max_examples=60)
@given(_moves)
def test_whatever_happens_the_platform_never_refuses(moves: list[tuple[str, object]]) -> None:
    asyncio.run(_play(moves))
