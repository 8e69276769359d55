"""A desk with candidates whose answers are rated blind, and the queries of its colleagues."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from conversation import events as e
from conversation import inbound as i
from conversation.record.audit import unseal
from handlers.actions.base import Action, Result
from handlers.actions.context import Context
from handlers.actions.perform import perform
from handlers.organisation.repository import load
from handlers.queries.base import Answer, Query, ask
from handlers.queries.blind_ratings import BlindAnswer, BlindQueue, ShowBlindAnswer
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk

_Answer = TypeVar("_Answer", bound=Answer)


class RatingDesk:
    """The campaign `spring` of East with candidates who answered the first question in their own words, and the
    recruiters `ann`, `ben` and `cid`. `twice` is the script's `rated_twice`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._numbers = 0

    async def context(self, who: str, *, private: bool = True) -> Context:
        organisation = (await load(self.desk.store)).state
        person = next(each for each in organisation.people.values() if each.name == who)
        return Context(self.desk.tools, organisation, person, "", person.addresses[0], private=private)

    async def asks(self, who: str, query: Query, kind: type[_Answer]) -> _Answer:
        found = await ask(await self.context(who), query)
        assert isinstance(found, kind)
        return found

    async def does(self, who: str, action: Action) -> Result:
        self._numbers += 1
        context = await self.context(who)
        found: Result = await perform(
            self.desk.tools, context.person.id, f"test:{self._numbers}", action, context.reply_to
        )
        return found

    async def answers(self, name: str, *said: str, called: str = "") -> str:
        """Let a new candidate complete the interview; `said` are the messages of the first answer, `called` is the
        account's name on its platform."""
        interview = await self.desk.starts(name, "spring", called)
        told: Sequence[i.What] = [
            *(i.TextReceived(text) for text in said),
            i.ChoicePressed("submit"),
            i.TextReceived("Excel"),
            i.ChoicePressed("option.1"),
            i.TextReceived("75"),
        ]
        for what in told:
            await self.desk.does(name, what)
        return interview

    async def queue(self, who: str, question: str = "about-you") -> list[BlindAnswer]:
        """Return all that waits in a colleague's queue, in its order."""
        found: list[BlindAnswer] = []
        while True:
            after = found[-1].item if found else ""
            shown = await self.asks(who, ShowBlindAnswer("spring", question, after=after), BlindQueue)
            if shown.answer is None or len(found) == shown.waiting:
                return found
            found.append(shown.answer)

    async def rated(self, interview: str) -> list[e.Rated]:
        """Return the ratings in an interview's record."""
        stored = await self.desk.store.interviews.entries(interview)
        return [event for each in stored for event in unseal(each)[1].events if isinstance(event, e.Rated)]


async def rating_desk(*names: str, twice: int = 0, language: str = "en") -> RatingDesk:
    desk = Desk(MemoryStore(), language)
    desk.script = msgspec.structs.replace(desk.script, rated_twice=twice, version=f"rated-twice-{twice}")
    await desk.claims()
    await desk.says("boss", "/org add East")
    for who in ("ann", "ben", "cid"):
        await desk.joins(who, "recruiter", "East")
    await desk.campaign("spring", "East")
    found = RatingDesk(desk)
    for number, name in enumerate(names):
        await found.answers(name, f"This is {name}, hello {number}")
    return found
