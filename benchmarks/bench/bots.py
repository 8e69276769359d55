"""The bots under test: how to start each, and how to read the answers it recorded."""

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import redis.asyncio

from bench.bot_api import BOT, TOKEN
from bench.interview import SCRIPT

SECRET = "benchmark-secret"
CAMPAIGN = "bench"
PEERS = Path(__file__).parent.parent / "peers"

Call = Callable[[list[str], dict[str, str]], Awaitable[None]]
Record = dict[int, list[str]]
"""The answers that a bot recorded, by chat, in the order of the questions."""


@dataclass(frozen=True)
class Surroundings:
    """The servers and addresses that a bot is started with."""

    redis_url: str
    api_url: str
    port: int
    folder: Path
    store: redis.asyncio.Redis
    call: Call
    """Runs a command until it exits."""


class Bot(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def fsync(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def consent(self) -> bool: ...
    @property
    def sets_webhook(self) -> bool: ...
    @property
    def secret(self) -> str: ...
    @property
    def share(self) -> float:
        """The share of the requested candidates that a run has, so that runs of all bots take about as long."""

    def command(self) -> list[str]: ...
    def environment(self, around: Surroundings) -> dict[str, str]: ...
    async def prepare(self, around: Surroundings) -> None: ...
    async def record(self, around: Surroundings) -> Record: ...


@dataclass(frozen=True)
class Ours:
    """Our bot as `xumian run`: web server, delivery and timers in one process."""

    name: str = "xumian"
    fsync: str = "everysec"
    share: float = 1.0
    secret: str = SECRET
    consent: ClassVar[bool] = True
    sets_webhook: ClassVar[bool] = True
    path: ClassVar[str] = f"/webhooks/telegram/{BOT['id']}"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bot", "run"]

    def environment(self, around: Surroundings) -> dict[str, str]:
        return {
            "XUMIAN_REDIS_URL": around.redis_url,
            "XUMIAN_DATA_DIR": str(around.folder / "data"),
            "XUMIAN_SCRIPTS_DIR": str(SCRIPT.parent),
            "XUMIAN_HTTP_PORT": str(around.port),
            "XUMIAN_PUBLIC_URL": "https://bench.example.com",
            "XUMIAN_TELEGRAM_TOKENS": TOKEN,
            "XUMIAN_TELEGRAM_WEBHOOK_SECRET": self.secret,
            "XUMIAN_TELEGRAM_API_URL": around.api_url,
        }

    async def prepare(self, around: Surroundings) -> None:
        if not await around.store.exists(f"xm:campaign:{CAMPAIGN}"):
            await around.call(
                [*self._command, "open", str(SCRIPT), "--code", CAMPAIGN, "--walk-in"],
                self.environment(around),
            )

    async def record(self, around: Surroundings) -> Record:
        """Read the record through the export that recruiters use."""
        target = around.folder / "export.jsonl"
        await around.call(
            [*self._command, "export", CAMPAIGN, "--format", "jsonl", "-o", str(target)],
            self.environment(around),
        )
        kept: Record = {}
        with target.open(encoding="utf-8") as lines:
            for line in lines:
                interview = json.loads(line)
                said = [part["text"] for answer in interview["answers"] for part in answer["parts"]]
                kept[int(interview["candidate"]["channels"][-1]["user"])] = said
        target.unlink()
        return kept

    @property
    def _command(self) -> list[str]:
        return [sys.executable, "-m", "bot"]


@dataclass(frozen=True)
class Aiogram:
    """A bot on aiogram's FSM and RedisStorage. See `peers/aiogram_fsm.py`."""

    name: str = "aiogram FSM"
    mode: str = "docs"
    fsync: str = "everysec"
    share: float = 0.5
    secret: str = SECRET
    consent: ClassVar[bool] = False
    sets_webhook: ClassVar[bool] = False
    path: ClassVar[str] = "/webhook"

    def command(self) -> list[str]:
        return [sys.executable, str(PEERS / "aiogram_fsm.py")]

    def environment(self, around: Surroundings) -> dict[str, str]:
        return {
            "MODE": self.mode,
            "REDIS_URL": around.redis_url,
            "API_URL": around.api_url,
            "PORT": str(around.port),
            "TOKEN": TOKEN,
            "SECRET": self.secret,
        }

    async def prepare(self, around: Surroundings) -> None:
        """Do nothing, because this bot needs no preparation."""

    async def record(self, around: Surroundings) -> Record:
        names = [name async for name in around.store.scan_iter("done:*", count=1000)]
        values = await around.store.mget(names) if names else []
        return {int(name[5:]): json.loads(value) for name, value in zip(names, values, strict=True)}


BASE = Aiogram()
ALL: tuple[Bot, ...] = (
    Ours(),
    Ours("xumian, fsync always", "always"),
    BASE,
    Aiogram("aiogram FSM, foreground + lock", "safe"),
)
