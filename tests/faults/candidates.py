"""Candidates who take the load interviews, each in their own manner.

Every part of an answer carries a tag, by which it can be found under its question.
"""

import asyncio
import functools
import itertools
import random
import re
from collections.abc import Callable
from typing import Literal

from tests.faults.platform import Chat, Sent, Telegram, Update

Manner = Literal["waiting", "hasty", "burst", "fragments", "open-burst"]
"""How a candidate answers.

With the script of short answers: `waiting` for each question, `hasty` (answering now and then, whatever the bot
says), or `burst` (all answers at once). With the script of open answers: a few `fragments` and then Submit, or
`open-burst` (all fragments at once).
"""

QUESTIONS = 6
BURST = 6
THINKS_S = 1.1
"""The pause before submitting, in seconds.

Messages and presses are delivered independently, with times in whole seconds. Nobody reads a question or their own
answer in less than one.
"""
_QUESTION = re.compile(r"question (\d)/6")
_EMPTY = "I have not received an answer yet"
_WORDS = "我负责订单系统的重构，从需求到上线全程参与，复盘后改进了测试与监控。"


class Candidate:
    """One candidate. `said` lists the tags by question, in the order of sending."""

    def __init__(self, number: int, telegram: Telegram, manner: Manner, chance: random.Random) -> None:
        self.number = number
        self.manner = manner
        self.chat = telegram.chats[100_000 + number] = Chat(100_000 + number)
        self.said: dict[str, list[str]] = {}
        self._telegram = telegram
        self._chance = chance

    @property
    def code(self) -> str:
        """The code of the campaign that this candidate enters."""
        return "load-open" if self.manner in ("fragments", "open-burst") else "load-short"

    async def take(self) -> None:
        """Take the whole interview, until the bot says that it is complete."""
        self._telegram.text(self.chat, f"/start {self.code}")
        guide, agree = await self._offered("agree")
        self._telegram.press(self.chat, guide, agree)
        match self.manner:
            case "waiting":
                for question in range(1, QUESTIONS + 1):
                    await self._asked(question)
                    self._say(question, 1)
            case "hasty" | "burst":
                await self._asked(1)
                for question in range(1, QUESTIONS + 1):
                    self._say(question, 1)
                    if self.manner == "hasty":
                        await asyncio.sleep(self._chance.uniform(0.05, 1.5))
            case "fragments":
                for question in range(1, QUESTIONS + 1):
                    await self._open(question, self._chance.randint(1, 3))
            case "open-burst":
                for question in range(1, QUESTIONS + 1):
                    await self._open(question, BURST if question == 1 else 1)
        await self._offered("face.4")

    async def _open(self, question: int, fragments: int) -> None:
        asked = await self._asked(question)
        await asyncio.sleep(THINKS_S)
        said = [self._say(question, part) for part in range(1, fragments + 1)]
        submit = asked.button("submit")
        assert submit, f"question {question} has no button to submit"
        refusals = self._refusals()
        while True:
            await asyncio.sleep(THINKS_S)
            self._telegram.press(self.chat, asked, submit)
            refusals = await self.chat.until(functools.partial(self._pressed, question, refusals))
            if not refusals:
                return
            for update in said:  # the press overtook the text, so press again after the text was delivered
                await update.delivered.wait()

    def _pressed(self, question: int, refusals: int) -> int | None:
        """Return 0 if a press led to the next question or to the end.

        Returns the new number of refusals if it was refused, and None if nothing has happened yet.
        """
        if self._find_question(question + 1) or self._find_button("face.4"):
            return 0
        by_now = self._refusals()
        return by_now if by_now > refusals else None

    def _refusals(self) -> int:
        return sum(_EMPTY in sent.text for sent in self.chat.sent)

    def _say(self, question: int, part: int) -> Update:
        tag = f"[c{self.number}-{question}-{part}]"
        self.said.setdefault(f"q{question}", []).append(tag)
        return self._telegram.text(self.chat, f"{tag} {_WORDS}")

    async def _asked(self, question: int) -> Sent:
        return await self.chat.until(lambda: self._find_question(question))

    async def _offered(self, name: str) -> tuple[Sent, str]:
        return await self.chat.until(lambda: self._find_button(name))

    def _find_question(self, question: int) -> Sent | None:
        return next((sent for sent in self.chat.sent if number_of(sent) == question), None)

    def _find_button(self, name: str) -> tuple[Sent, str] | None:
        return next(((sent, data) for sent in self.chat.sent if (data := sent.button(name))), None)


def number_of(sent: Sent) -> int | None:
    """Return the number of the question that this message asks."""
    found = _QUESTION.search(sent.text)
    return int(found[1]) if found else None


class Crowd:
    """Candidates who come one after another, at most `at_once` at a time."""

    def __init__(
        self, telegram: Telegram, manners: tuple[Manner, ...], chance: random.Random, at_once: int
    ) -> None:
        self.candidates: list[Candidate] = []
        self.finished = 0
        self._telegram = telegram
        self._manners = itertools.cycle(manners)
        self._chance = chance
        self._room = asyncio.Semaphore(at_once)

    async def come(self, at_least: int, while_: Callable[[], bool] = lambda: False) -> None:
        """Let at least `at_least` candidates come, and more while `while_` holds.

        Returns when all have finished.
        """
        async with asyncio.TaskGroup() as group:
            while len(self.candidates) < at_least or while_():
                await self._room.acquire()
                chance = random.Random(self._chance.random())
                candidate = Candidate(len(self.candidates), self._telegram, next(self._manners), chance)
                self.candidates.append(candidate)
                group.create_task(self._take(candidate))

    async def _take(self, candidate: Candidate) -> None:
        try:
            await candidate.take()
        finally:
            self._room.release()
        self.finished += 1
