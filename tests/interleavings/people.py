"""The platform and its candidates: they send updates until these are acknowledged, and note what the bot sends."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from tests.interleavings.process import ACCOUNT
from tests.interleavings.timeline import process_loop

if TYPE_CHECKING:
    from tests.interleavings.process import Process
    from tests.interleavings.world import World

CAMPAIGN = "spring"
REMINDED_S = 4
"""After how many seconds of silence candidates are reminded."""
_ANSWERED_S = 4.0
_AGAIN_S = 0.4
_encode = msgspec.json.encode


@dataclass(slots=True)
class Sent:
    """A message that reached the platform: its outbox entry, its sender, and when it was begun and arrived."""

    key: str
    process: "Process"
    begun: float
    at: float


@dataclass(slots=True)
class Update:
    number: int
    body: bytes
    taken: asyncio.Future[bool]

    @property
    def cause(self) -> str:
        """The id under which the record must have it."""
        return f"tg:{ACCOUNT}:{self.number}"


class Platform:
    """The platform. It keeps updates for pollers, or sends webhook requests again until they are acknowledged."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.people = process_loop(world.timeline, world.fail)
        self.sent: dict[str, list[Sent]] = {}
        self.unfetchable: set[str] = set()
        self._waiting: dict[int, Update] = {}
        self._numbers = 0

    def take(self, process: "Process", message: OutboundMessage, key: str, begun: float) -> str:
        """Note a message of the bot. Returns its id."""
        to = str(message.to)
        sent = self.sent.setdefault(to, [])
        known = any(each.key == key for each in sent)
        sent.append(Sent(key, process, begun, self._world.timeline.now))
        if not known and (candidate := self._world.by_address.get(to)):
            candidate.hear(message)
        return f"shown-{key}"

    def updates(self, offset: int) -> list[tuple[int, bytes]]:
        """Answer a poll: confirms what is below `offset`, and returns the rest."""
        for number in [each for each in self._waiting if each < offset]:
            self.people.deliver(_settle, self._waiting.pop(number).taken)
        return [(each.number, each.body) for each in self._waiting.values()]

    async def bring(self, content: dict[str, Any]) -> str:
        """Bring an update to the bot. Returns the id of its event when it is acknowledged."""
        self._numbers += 1
        body = _encode({"update_id": self._numbers, **content})
        update = Update(self._numbers, body, self.people.create_future())
        if self._world.polls:
            self._waiting[update.number] = update
        else:
            self.people.create_task(self._push(update))
        await update.taken
        return update.cause

    async def _push(self, update: Update) -> None:
        while not update.taken.done():
            running = [each for each in self._world.processes if each.ready]
            if not running:
                await asyncio.sleep(_AGAIN_S)
                continue
            chance = self._world.weather.chance
            copies = chance.choice((1, 1, 1, 2))
            answers = [self._request(update, chance.choice(running)) for _ in range(copies)]
            for answer in answers:
                if await answer:
                    _settle(update.taken)
            await asyncio.sleep(0 if update.taken.done() else _AGAIN_S)
        if self._world.weather.chance.random() < 0.1:  # a copy that comes late
            await asyncio.sleep(self._world.weather.chance.uniform(0, 3))
            if running := [each for each in self._world.processes if each.ready]:
                await self._request(update, self._world.weather.chance.choice(running))

    def _request(self, update: Update, process: "Process") -> asyncio.Future[bool]:
        answer: asyncio.Future[bool] = self.people.create_future()

        def answered(taken: bool) -> None:
            self.people.deliver(_settle, answer, taken)

        weather = self._world.weather
        weather.timeline.after(weather.delay(), lambda: process.receive(update.body, answered))
        self.people.call_later(_ANSWERED_S, _settle, answer, False)
        return answer


def _settle(future: "asyncio.Future[bool]", result: bool = True) -> None:
    if not future.done():
        future.set_result(result)


@dataclass(slots=True)
class Step:
    """Something that a candidate does: the text or voice of a message, or the button that they press."""

    kind: str
    what: str
    waits_for: str = ""
    """The button that must be on the screen before."""


@dataclass
class Candidate:
    """One candidate with a plan. `brought` lists the ids of their events in order, once acknowledged."""

    world: "World"
    user: int
    chance: random.Random
    brought: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    pressed: int = -2
    """The place in the interview of the button pressed last. Those of earlier messages do nothing any more."""
    through: bool = False
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def where(self) -> Address:
        return Address("telegram", ACCOUNT, str(self.user))

    @property
    def address(self) -> str:
        return str(self.where)

    def hear(self, message: OutboundMessage) -> None:
        """See a message of the bot."""
        for choice in message.choices:
            if _place(choice.token) > self.pressed:
                self.buttons[choice.token.partition("@")[0]] = choice.token
        self.world.platform.people.deliver(self._heard.set)

    async def take(self) -> None:
        """Take the interview."""
        waits = self.chance.random() < 0.5
        answer = f"answer-{self.user}-1"
        voice = Step("voice", answer) if self.world.speaks else Step("text", answer)
        steps = [
            Step("text", f"/start {CAMPAIGN}"),
            Step("press", "agree", "agree"),
            voice,
            *([Step("press", "submit", "submit")] if self.world.speaks else []),
            Step("text", f"answer-{self.user}-2", "submit" if waits else ""),
            Step("text", f"answer-{self.user}-3"),
            Step("press", "submit", "submit"),
        ]
        for step in steps:
            await self._do(step)
        self.through = True

    async def _do(self, step: Step) -> None:
        while step.waits_for and step.waits_for not in self.buttons:
            self._heard.clear()
            await self._heard.wait()
        if self.chance.random() < 0.1:
            await asyncio.sleep(REMINDED_S * self.chance.uniform(0.9, 1.6))
        person = {"id": self.user, "is_bot": False, "first_name": "", "language_code": "en"}
        chat = {"id": self.user, "type": "private"}
        date = self.world.now_ms() // 1000
        message: dict[str, Any] = {"message_id": len(self.brought) + 1, "date": date, "chat": chat, "from": person}
        match step.kind:
            case "press":
                token = self.buttons.pop(step.what)
                self.pressed = max(self.pressed, _place(token))
                query = {"id": "1", "from": person, "message": {"chat": chat}, "data": token}
                content: dict[str, Any] = {"callback_query": query}
            case "voice":
                content = {"message": message | {"voice": {"file_id": step.what, "duration": 3, "file_size": 100}}}
            case _:
                content = {"message": message | {"text": step.what}}
                self.words.append(step.what)
        self.brought.append(await self.world.platform.bring(content))


def _place(token: str) -> int:
    """Return the number of the question that a button belongs to (0 for `submit@0.2`)."""
    return int(token.partition("@")[2].partition(".")[0] or 0)
