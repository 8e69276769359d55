"""The synthetic candidate: sends events like a platform would, and reads the messages delivered."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from conversation.inbound import Address, Inbound, What
from conversation.state import State
from handlers.drill.board import Failed
from handlers.drill.request import DrillRequest
from handlers.intake.receive import Intake
from handlers.intake.runner import Result
from storage.ports import Store

PATIENCE_MS = 15_000
"""How long to wait for a message, in milliseconds."""
PAUSE_S = 0.05
_AT_ONCE = 200


class Item(msgspec.Struct, frozen=True):
    """The parts of a mailbox message that the drill needs."""

    text: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def offers(self, choice: str) -> bool:
        return any(token.partition("@")[0] == choice for token, _ in self.choices)


_decode = msgspec.json.Decoder(Item).decode


class World(NamedTuple):
    """What the drill works on. `now` returns epoch milliseconds, `pause` waits for a number of seconds."""

    store: Store
    intake: Intake
    now: Callable[[], int]
    pause: Callable[[float], Awaitable[None]]


class Mailbox:
    """The messages delivered to one address."""

    def __init__(self, world: World, address: Address) -> None:
        self._world = world
        self._address = address
        self._after = 0

    async def hear(self, wanted: Callable[[Item], bool] = lambda _: True, why: str = "silence") -> Item:
        """Return the next message for which `wanted` is true, skipping others.

        Raises Failed if none comes within PATIENCE_MS.
        """
        until = self._world.now() + PATIENCE_MS
        while True:
            for each in await self._world.store.mailboxes.read(self._address, self._after, _AT_ONCE):
                self._after = each.seq
                if wanted(item := _decode(each.payload)):
                    return item
            if self._world.now() >= until:
                raise Failed(why, n=PATIENCE_MS // 1000)
            await self._world.pause(PAUSE_S)


class Candidate:
    """The synthetic candidate. `said` is the last event sent."""

    def __init__(self, world: World, order: DrillRequest, name: str) -> None:
        self._world = world
        self._order = order
        self._name = name
        self._number = 0
        self.said: Inbound | None = None
        self.mailbox = Mailbox(world, order.candidate)

    async def does(self, what: What) -> None:
        """Send an event. Raises Failed if it is not committed."""
        self._number += 1
        self.said = Inbound(
            f"drill:{self._order.id}:{self._number}",
            what,
            self._order.candidate,
            self._world.now(),
            f"{self._number}",
            self._name,
            self._order.language,
        )
        if (result := await self._world.intake.receive(self.said)) != "committed":
            raise Failed("not_taken", result=result)

    async def does_again(self) -> Result:
        """Send the last event again, like a platform that got no acknowledgement."""
        if self.said is None:
            raise Failed("not_taken", result="nothing")
        return await self._world.intake.receive(self.said)

    async def state(self) -> State:
        record = await self._world.store.interviews.load(self._order.interview)
        if record is None:
            raise Failed("no_record")
        return record.state
