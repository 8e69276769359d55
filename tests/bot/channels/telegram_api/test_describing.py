"""Describing a bot: only what has changed, patiently, and never in the way of anything else."""

import asyncio
from collections.abc import Callable

import pytest

from bot.channels.base import Rejected, SendError, TryLater, Unreachable
from bot.channels.telegram_api.describing import (
    AFTER_S,
    EVERY_S,
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    Description,
    Part,
)
from storage.errors import StoreUnavailable
from tests.fakes.kv import MemoryKv
from tests.fakes.virtual_time import virtual_time

PARTS = (
    Part("commands", "", (("help", "All commands"),)),
    Part("description", "", "Interviews"),
    Part("short_description", "zh", "面试"),
)


class Telegram:
    """Takes descriptions, and refuses as planned: `troubles` are raised one after another."""

    def __init__(self) -> None:
        self.kv = MemoryKv()
        self.set: list[str] = []
        self.at_s: list[float] = []
        self.troubles: list[Exception] = []
        self.refused: dict[str, SendError] = {}
        self.named = 0

    async def name(self) -> None:
        self.named += 1

    async def send(self, part: Part) -> None:
        self.at_s.append(asyncio.get_running_loop().time())
        if self.troubles:
            raise self.troubles.pop(0)
        if error := self.refused.get(part.name):
            raise error
        self.set.append(part.name)

    def bot(self, account: str = "700001") -> Description:
        return Description(account, self.kv, self.send)


async def described(bot: Description, telegram: Telegram, parts: tuple[Part, ...] = PARTS) -> None:
    await bot.run(telegram.name, parts, asyncio.Event())


@virtual_time
async def test_everything_is_set_once_and_not_again_after_a_restart() -> None:
    telegram, start_s = Telegram(), asyncio.get_running_loop().time()
    await described(telegram.bot(), telegram)
    assert telegram.set == [part.name for part in PARTS]
    assert telegram.at_s[0] >= start_s + AFTER_S
    for _ in range(3):
        await described(telegram.bot(), telegram)
    assert len(telegram.set) == len(PARTS)
    await described(telegram.bot("700002"), telegram)
    assert len(telegram.set) == 2 * len(PARTS), "another bot"


@pytest.mark.parametrize("changed", range(len(PARTS)))
def test_what_has_changed_is_set_alone(changed: int) -> None:
    @virtual_time
    async def plays() -> None:
        telegram = Telegram()
        await described(telegram.bot(), telegram)
        telegram.set.clear()
        parts = list(PARTS)
        parts[changed] = parts[changed]._replace(value="another text")
        await described(telegram.bot(), telegram, tuple(parts))
        assert telegram.set == [parts[changed].name]

    plays()


@virtual_time
async def test_a_limit_is_waited_out_and_what_was_set_before_is_not_set_again() -> None:
    telegram = Telegram()
    telegram.troubles = [TryLater("patience", 9_000.0)]
    bot, clock = telegram.bot(), asyncio.get_running_loop()
    describing = asyncio.create_task(described(bot, telegram))
    await asyncio.sleep(AFTER_S + 1)
    assert bot.warning == "patience"
    asked_s = clock.time()
    await describing
    assert telegram.at_s[1] - asked_s >= 9_000 - 2
    assert len(telegram.at_s) == 1 + len(PARTS)
    assert bot.warning is None


TROUBLES: list[Callable[[], Exception]] = [
    lambda: TryLater("HTTP 500"),
    lambda: Rejected("HTTP 400"),
    lambda: Unreachable("chat_gone"),
    lambda: StoreUnavailable("away"),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble()).__name__)
def test_it_is_tried_again_less_and_less_often(trouble: Callable[[], Exception]) -> None:
    @virtual_time
    async def plays() -> None:
        telegram = Telegram()
        telegram.troubles = [trouble() for _ in range(60)]
        bot = telegram.bot()
        await described(bot, telegram)
        gaps = [after - before for before, after in zip(telegram.at_s, telegram.at_s[1:], strict=False)]
        waited = [gap for gap in gaps if gap > 1]
        assert waited[0] >= FIRST_PAUSE_S
        assert max(waited) <= LONGEST_PAUSE_S + 1
        assert [round(each) for each in waited] == sorted(round(each) for each in waited)
        assert set(telegram.set) == {part.name for part in PARTS}
        assert bot.warning is None

    plays()


@virtual_time
async def test_a_refused_part_keeps_no_other_from_being_set() -> None:
    telegram = Telegram()
    telegram.refused = {PARTS[0].name: Rejected("Telegram refused the commands")}
    bot = telegram.bot()
    with pytest.raises(Rejected):
        await bot.bring_up_to_date(PARTS)
    assert telegram.set == [part.name for part in PARTS[1:]]


@virtual_time
async def test_it_stops_with_the_process() -> None:
    telegram, stopping = Telegram(), asyncio.Event()
    telegram.troubles = [TryLater("patience", 36_000.0)] * 9
    running = asyncio.create_task(telegram.bot().run(telegram.name, PARTS, stopping))
    await asyncio.sleep(100)
    stopping.set()
    await running
    assert telegram.set == []


@virtual_time
async def test_menus_follow_within_a_minute_and_are_not_set_again() -> None:
    telegram, stopping = Telegram(), asyncio.Event()
    menus: dict[str, tuple[tuple[str, str], ...]] = {"42": (("inbox", "To do"), ("help", "All commands"))}

    def parts() -> list[Part]:
        return [Part("commands", "", commands, chat) for chat, commands in menus.items()]

    keeping = asyncio.create_task(telegram.bot().keep_up_to_date(parts, stopping))
    await asyncio.sleep(10 * EVERY_S)
    assert telegram.set == ["commands::42"]
    menus["43"] = menus["42"]
    await asyncio.sleep(2 * EVERY_S)
    assert telegram.set == ["commands::42", "commands::43"]
    menus["42"] = ()
    telegram.troubles = [TryLater("limited", retry_after_s=500)]
    await asyncio.sleep(400)
    assert len(telegram.set) == 2, "as long as Telegram asks for"
    await asyncio.sleep(400)
    assert telegram.set[2:] == ["commands::42"]
    stopping.set()
    await keeping
