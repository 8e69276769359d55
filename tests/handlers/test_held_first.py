"""What waits for the candidate's word goes out before anything newer, where there is no response to put it in."""

from msgspec.structs import replace

from conversation import inbound as i
from conversation.outbound import OutboundMessage
from storage.ports import Store
from tests.fakes.scene import HOUR, Person, Scene


async def says(person: Person, what: i.What, messages: int = 5) -> None:
    """On a platform that counts: so many messages in the next 48 hours."""
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
