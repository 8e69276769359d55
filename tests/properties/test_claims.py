"""Several accounts use one link in random ways.

Nothing from one account gets into another's interview, and only accounts known in an interview see its content.
"""

import asyncio

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation import inbound as i
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.state import State
from storage.memory.store import MemoryStore
from tests.fakes.scene import HOUR, RECRUITERS, Person, Scene

PHONE = "5678"
OWNER, THIEF, RIVAL, BUSY = "owner", "thief", "rival", "busy"
ACTS = ("opens", "says", "right", "wrong", "asks", "submits", "here", "exits", "deletes", "speaks", "leaves")
_STEP = st.one_of(
    st.tuples(st.sampled_from([OWNER, THIEF, RIVAL, BUSY]), st.sampled_from(ACTS), st.integers(0, 1)),
    st.tuples(st.sampled_from([THIEF, RIVAL]), st.sampled_from(["opens", "right", "asks"]), st.integers(0, 1)),
    st.tuples(st.just("staff"), st.sampled_from(["yes", "no"]), st.integers(0, 1)),
    st.tuples(st.just("time"), st.sampled_from(["tick"]), st.integers(0, 1)),
    st.tuples(st.just("again"), st.sampled_from(["event"]), st.integers(0, 60)),
)


class Play:
    """A scene with four people who all have the link.

    The owner is in the interview, `busy` is in another one, and the others are in none.
    """

    def __init__(self) -> None:
        self.scene = Scene(MemoryStore())
        self.processes = (self.scene.process(), self.scene.process())
        self.people: dict[str, Person] = {}
        self.brought: list[tuple[str, i.Inbound]] = []
        self.interview = self.token = self.own = ""
        self.said = 0

    async def begin(self) -> None:
        self.interview, self.token = await self.scene.invited("Zhangsan", phone=PHONE)
        self.own, own_token = await self.scene.invited("Lisi", code="own", phone="4321")
        for name, token in ((OWNER, self.token), (THIEF, ""), (RIVAL, ""), (BUSY, own_token)):
            person = self.people[name] = self.scene.person(name)
            if token:
                await person.opens(token)
                await person.presses("agree@-1")
                await person.says(f"{name} 0")
        await self.scene.sent()

    async def step(self, who: str, act: str, number: int) -> str:
        """Do one step. Returns the person who did it, or "" if it was no person."""
        process = self.processes[number % 2]
        if who == "staff":
            answer = i.ClaimAnswered(act == "yes", "boss")
            await process.answer_claim(self.interview, i.Inbound(f"staff:{self.scene.nonce()}", answer))
        elif who == "time":
            self.scene.clock.forward(HOUR)
            await self.scene.tick(self.interview, process)
        elif who == "again" and self.brought:
            who, inbound = self.brought[number % len(self.brought)]
            await process.receive(inbound)
            return who
        elif who in self.people:
            inbound = self.people[who].brings(self.what(who, act))
            self.brought.append((who, inbound))
            await process.receive(inbound)
            return who
        return ""

    def what(self, who: str, act: str) -> i.What:
        self.said += 1
        possible: dict[str, i.What] = {
            "opens": i.CommandReceived("start", self.token),
            "says": i.TextReceived(f"{who} {self.said}"),
            "right": i.TextReceived(PHONE),
            "wrong": i.TextReceived("0000"),
            "asks": i.ChoicePressed(f"confirmme@.{self.interview}"),
            "submits": i.ChoicePressed("submit"),
            "here": i.ChoicePressed("here"),
            "exits": i.ChoicePressed("exit"),
            "deletes": i.CommandReceived("delete"),
            "speaks": i.VoiceReceived(i.Media(f"file-{self.said}")),
            "leaves": i.ChannelClosed("blocked"),
        }
        return possible[act]

    async def states(self) -> tuple[State, State]:
        return await self.scene.state(self.interview), await self.scene.state(self.own)


def without_claims(state: State) -> State:
    return replace(state, claim=None, wrong_digits=0, refused=(), strangers_ms=0)


async def check(steps: list[tuple[str, str, int]]) -> None:
    play = Play()
    await play.begin()
    for who, act, number in steps:
        before, own_before = await play.states()
        author = await play.step(who, act, number)
        after, own = await play.states()
        new = set(after.known) - set(before.known)
        if author and play.people[author].address not in after.known:
            assert without_claims(after) == without_claims(before)
        if author != BUSY and not new:
            assert own == own_before
        if new:
            let_in_rightly(before, new, by_staff=(who, act) == ("staff", "yes"))
        assert after.wrong_digits <= 3
        assert own.known == (play.people[BUSY].address,)
        check_sent(play, await play.scene.sent(), after)
        check_answers(own, {BUSY})
        check_answers(after, {name for name, person in play.people.items() if person.address in after.known})


def let_in_rightly(before: State, new: set[Address], *, by_staff: bool) -> None:
    assert before.claim is not None
    assert new == {before.claim.address}
    assert not new & set(before.refused)
    assert before.claim.asked if by_staff else before.wrong_digits < 3


def check_sent(play: Play, sent: list[OutboundMessage], state: State) -> None:
    for message in sent:
        if message.to == RECRUITERS:
            continue
        if message.interview == play.own:
            assert message.to == play.people[BUSY].address
        elif message.to not in state.known:
            assert not any(secret in message.text for secret in ("Zhangsan", "About you?", OWNER)), message


def check_answers(state: State, authors: set[str]) -> None:
    for text in [part.text for part in state.parts]:
        assert not text or text.split()[0] in {*authors, PHONE, "0000"}, state.parts


@given(steps=st.lists(_STEP, min_size=6, max_size=25))
@example([(THIEF, "opens", 0), (RIVAL, "opens", 1), (THIEF, "right", 0), (THIEF, "asks", 0), ("staff", "yes", 0)])
@example([(THIEF, "opens", 0), (THIEF, "asks", 0), ("staff", "no", 1), (RIVAL, "opens", 0), (THIEF, "right", 1)])
@example([(BUSY, "opens", 0), (BUSY, "right", 1), (BUSY, "opens", 0), ("staff", "yes", 1), (BUSY, "says", 0)])
@settings(max_examples=100)
def test_no_interleaving_mixes_or_reveals_anything(steps: list[tuple[str, str, int]]) -> None:
    asyncio.run(check(steps))
