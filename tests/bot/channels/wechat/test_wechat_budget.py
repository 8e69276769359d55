"""The platform never has to refuse a message of ours, whatever candidates, colleagues and the clock do."""

import itertools
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation import inbound as i
from conversation.inbound import Inbound
from conversation.script import Script
from storage.memory.store import MemoryStore
from tests.bot.channels.wechat.wechat_accounts import LONG, Desk, Phone, account
from tests.fakes.scene import DAY, HOUR, MINUTE
from tests.fakes.scripts import SCRIPT

_WAITS = {"a moment": 5_000, "a minute": 61_000, "ten minutes": 11 * MINUTE, "hours": 13 * HOUR, "days": 3 * DAY}
_WORDS = [
    "我叫张三",
    "提交",
    "继续",
    "退出面试",
    "网络不好",
    "1",
    "2",
    "/export",
    "/mydata",
    "技术支持",
    "English",
]
_OURS = ("waits", "colleague", "recruiter", "more time", "outage")
_DEEDS = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(_WORDS)),
    st.tuples(st.just("taps"), st.sampled_from(["continue", "status", "support", "exit"])),
    st.tuples(st.just("waits"), st.sampled_from(sorted(_WAITS))),
    st.tuples(st.just("colleague"), st.sampled_from("1234567")),
    st.tuples(
        st.sampled_from(["speaks", "recruiter", "more time", "outage", "unfollows", "follows"]), st.just("")
    ),
)


class Play:
    """One candidate, and everybody who does something with the candidate's interview."""

    def __init__(self, desk: Desk, phone: Phone, interview: str) -> None:
        self.desk, self.phone, self.interview = desk, phone, interview
        self._numbers = itertools.count(1)
        self._voices = 0

    async def does(self, deed: str, what: str) -> None:
        """Do something. Candidates who do not follow the account cannot write to it, so then nothing happens."""
        acts: dict[str, Callable[[str], Awaitable[object]]] = {
            "says": self.phone.says,
            "taps": self.phone.taps,
            "waits": self._waits,
            "speaks": self._speaks,
            "colleague": self._colleague,
            "recruiter": self._recruiter,
            "more time": self._more_time,
            "outage": self._outage,
            "unfollows": lambda _: self.phone.leaves(),
            "follows": self.phone.follows,
        }
        following = self.desk.api.followers[self.phone.user].subscribed
        if following == (deed != "follows") or deed in _OURS:
            await acts[deed](what)
            await self.phone.looks()

    async def _waits(self, how_long: str) -> None:
        self.desk.scene.clock.forward(_WAITS[how_long])
        await self.desk.scene.tick(self.interview)

    async def _speaks(self, _: str) -> None:
        """Send a voice message. If it was accepted, its transcript follows at once."""
        await self.phone.speaks("media")
        state = await self.desk.scene.state(self.interview)
        if state.voices > self._voices:
            self._voices = state.voices
            await self._applied(i.TranscriptReady(state.voices, "说的话", 0.9, "fake", 3_000))

    async def _colleague(self, times: str) -> None:
        for _ in range(int(times)):
            await self._applied(i.SupportAnswered("我们在", "boss"))
            await self.phone.looks()

    async def _recruiter(self, _: str) -> None:
        await self._applied(i.ReminderAsked())

    async def _more_time(self, _: str) -> None:
        await self._applied(i.DeadlineMoved(self.desk.scene.clock.now + 5 * DAY))

    async def _outage(self, _: str) -> None:
        await self._applied(i.OutageEnded(HOUR))

    async def _applied(self, what: i.What) -> None:
        await self.desk.scene.intake.apply(self.interview, Inbound(f"a:{next(self._numbers)}", what))


@pytest.mark.parametrize("script", [SCRIPT, LONG], ids=["short", "long"])
@settings(max_examples=40)
@given(deeds=st.lists(_DEEDS, max_size=25))
async def test_the_budget_is_never_overdrawn(script: Script, deeds: list[tuple[str, str]]) -> None:
    async with account(MemoryStore()) as desk:
        desk.tries = 1
        interview, token = await desk.scene.invited("张三", script=script)
        phone = desk.phone()
        await phone.follows(token)
        play = Play(desk, phone, interview)
        for deed in deeds:
            await play.does(*deed)
        assert not desk.api.refused
        await desk.scene.entries(interview)


@pytest.mark.parametrize("script", [SCRIPT, LONG], ids=["short", "long"])
@settings(max_examples=20)
@given(deeds=st.lists(_DEEDS, max_size=25))
async def test_an_account_that_may_not_send_never_tries_to(script: Script, deeds: list[tuple[str, str]]) -> None:
    async with account(MemoryStore(), push=False) as desk:
        desk.tries = 1
        interview, token = await desk.scene.invited("张三", script=script)
        phone = desk.phone()
        await phone.follows(token)
        play = Play(desk, phone, interview)
        for deed in deeds:
            await play.does(*deed)
        assert not desk.api.calls
