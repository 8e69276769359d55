"""The candidate who does not exist: says things as a platform would bring them, and reads what was delivered."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from conversation.inbound import Address, Inbound, What
from conversation.state import State
from handlers.drill.board import Failed
from handlers.drill.order import Order
from handlers.intake.receive import Intake
from handlers.intake.runner import Result
from storage.ports import Store

PATIENCE_MS = 15_000
"""How long to wait for a message."""
PAUSE_S = 0.05
_AT_ONCE = 200


class Item(msgspec.Struct, frozen=True):
    """What a mailbox has of a message; there is more, of which nothing is needed here."""

    text: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def offers(self, choice: str) -> bool:
        return any(token.partition("@")[0] == choice for token, _ in self.choices)


_decode = msgspec.json.Decoder(Item).decode


class World(NamedTuple):
    """What the drill works on. `now` gives epoch milliseconds, `pause` waits for so many seconds."""

    store: Store
    intake: Intake
    now: Callable[[], int]
    pause: Callable[[float], Awaitable[None]]


class Mailbox:
    """What was delivered to one address."""

    def __init__(self, world: World, address: Address) -> None:
        self._world = world
        self._address = address
        self._after = 0

    async def hear(self, wanted: Callable[[Item], bool] = lambda _: True, why: str = "silence") -> Item:
        """The next message that is wanted; others are passed over. Raises Failed when it is not there in time."""
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
    """`said` is what was brought last."""

    def __init__(self, world: World, order: Order, name: str) -> None:
        self._world = world
        self._order = order
        self._name = name
        self._number = 0
        self.said: Inbound | None = None
        self.mailbox = Mailbox(world, order.candidate)

    async def does(self, what: What) -> None:
        """Raises Failed where it is not taken."""
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
        """As a platform that has not heard that it was taken."""
        if self.said is None:
            raise Failed("not_taken", result="nothing")
        return await self._world.intake.receive(self.said)

    async def state(self) -> State:
        record = await self._world.store.interviews.load(self._order.interview)
        if record is None:
            raise Failed("no_record")
        return record.state
