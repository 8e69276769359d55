"""`xumian doctor` finds what is wrong, each thing by its own name, and says in both languages what to do."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.doctor import machine, public_address, service
from bot.doctor.findings import Finding
from bot.settings import Settings, load
from bot.web import open_files
from conversation.script import LANGUAGES
from handlers.catalogues import staff_vocabulary
from handlers.organisation.repository import claim_code
from storage.redis.installation import Memory
from storage.redis.store import RedisStore
from tests.bot.commands.commands import SCRIPTS, Commands
from tests.fakes.bot_api import TOKEN, FakeBotApi

NOW_MS = 1_790_000_000_000
_GIB = 1024**3


def keys(found: Iterable[Finding], level: str = "") -> set[str]:
    for each in found:
        for language in LANGUAGES:
            assert each.worded(staff_vocabulary()[language]), each
    return {each.key for each in found if level in ("", each.level)}


async def all_of(looks: AsyncIterator[Finding]) -> list[Finding]:
    return [each async for each in looks]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _usage(100 * _GIB, 50 * _GIB))
    monkeypatch.setattr(open_files, "limit", lambda: open_files.WANTED)
    monkeypatch.setattr(open_files, "raise_limit", lambda: None)
    monkeypatch.setattr(machine, "has_chinese", lambda: True)
    monkeypatch.setattr(machine, "unknown_names", list)
    (tmp_path / "data").mkdir(mode=0o700)
    return load({"data_dir": tmp_path / "data", "scripts_dir": SCRIPTS})


def _usage(total: int, free: int) -> Any:
    return shutil._ntuple_diskusage(total, total - free, free)


def test_a_machine_that_is_well(settings: Settings) -> None:
    found = list(machine.look(settings))
    assert keys(found, "problem") == set()
    assert keys(found, "warning") == {"model.none"}
    assert keys(found, "ok") == {"python", "settings", "folder", "files.enough", "font", "scripts"}


def _no_font(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(machine, "has_chinese", lambda: False)
    return settings


def _few_files(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(open_files, "limit", lambda: 1024)
    return settings


def _full(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _usage(100 * _GIB, _GIB))
    return settings


def _tight(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _usage(100 * _GIB, 5 * _GIB))
    return settings


def _open(settings: Settings, _: pytest.MonkeyPatch) -> Settings:
    settings.data_dir.chmod(0o755)
    return settings


def _no_folder(settings: Settings, _: pytest.MonkeyPatch) -> Settings:
    file = settings.data_dir / "file"
    file.write_bytes(b"")
    return settings.model_copy(update={"data_dir": file / "below"})


def _bad_script(settings: Settings, _: pytest.MonkeyPatch) -> Settings:
    (settings.data_dir / "mine.yaml").write_text("id: [", "utf-8")
    return settings.model_copy(update={"scripts_dir": settings.data_dir})


def _no_script(settings: Settings, _: pytest.MonkeyPatch) -> Settings:
    return settings.model_copy(update={"scripts_dir": settings.data_dir / "none"})


def _misspelt(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(machine, "unknown_names", lambda: ["XUMIAN_REDIS is set: did you mean XUMIAN_REDIS_URL?"])
    return settings


@pytest.mark.parametrize(
    ("spoilt", "level", "key"),
    [
        (_no_font, "warning", "font.none"),
        (_few_files, "warning", "files"),
        (_full, "problem", "folder.full"),
        (_tight, "warning", "folder.tight"),
        (_open, "warning", "folder.open"),
        (_no_folder, "problem", "folder.unwritable"),
        (_bad_script, "problem", "script"),
        (_no_script, "warning", "scripts.none"),
        (_misspelt, "warning", "setting.unknown"),
    ],
)
def test_a_machine_that_is_not_well(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    spoilt: Callable[[Settings, pytest.MonkeyPatch], Settings],
    level: str,
    key: str,
) -> None:
    found = list(machine.look(spoilt(settings, monkeypatch)))
    assert key in keys(found, level)
    assert keys(found, "problem") == ({key} if level == "problem" else set())


# the store


@pytest.mark.redis
async def test_a_store_that_is_well(one_store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_SLOW_MS", 10_000)
    now_ms = await one_store.clock_ms()
    assert keys(await all_of(service.look_at_redis(one_store, now_ms)), "ok") == {"redis"}
    assert "clock" in keys(await all_of(service.look_at_redis(one_store, now_ms + 60_000)), "warning")
    monkeypatch.setattr(service, "_SLOW_MS", 0)
    assert "redis.slow" in keys(await all_of(service.look_at_redis(one_store, now_ms)), "warning")


@pytest.mark.redis
async def test_what_a_server_lacks(one_store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def memory() -> Memory:
        return Memory(95, 100)

    async def check() -> list[str]:
        return ["Redis keeps no append-only file"]

    monkeypatch.setattr(one_store, "memory", memory)
    monkeypatch.setattr(one_store, "check", check)
    found = await all_of(service.look_at_redis(one_store, await one_store.clock_ms()))
    assert keys(found, "problem") == {"redis.full"}
    assert "durability" in keys(found, "warning")


@pytest.mark.redis
async def test_what_waits_and_who_is_in_charge(
    one_store: RedisStore, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(settings.model_copy(update={"public_url": "https://interview.example.com"}), one_store)
    try:
        assert keys(await all_of(service.look_at_queues(app, NOW_MS))) == {"outbox"}
        assert keys(await all_of(service.look_at_staff(app))) == {"owners.none"}
        assert keys(await all_of(service.look_at_accounts(app, NOW_MS))) == {"accounts.none"}
        await one_store.outbox.dead_letter(0, "inbound", "why", b"{}")

        async def oldest_ms(_: int) -> int:
            return NOW_MS - 600_000

        async def length(_: str) -> int:
            return 3

        monkeypatch.setattr(one_store.outbox, "oldest_ms", oldest_ms)
        monkeypatch.setattr(one_store.jobs, "length", length)
        found = await all_of(service.look_at_queues(app, NOW_MS))
        assert keys(found) == {"outbox.waits", "dead_letters", "transcripts"}
        assert await claim_code(one_store, lambda: NOW_MS, lambda: "code")
        assert keys(await all_of(service.look_at_staff(app))) == {"owners.none"}, "a code is nobody yet"
    finally:
        await app.close()


@pytest.mark.redis
async def test_each_account_is_asked(one_store: RedisStore, settings: Settings) -> None:
    async with FakeBotApi() as api:
        given = {"data_dir": settings.data_dir, "telegram_tokens": TOKEN, "telegram_api_url": api.url}
        for url, key in ((api.url, "account.works"), ("http://127.0.0.1:9", "account")):
            app = App(load({**given, "telegram_api_url": url}), one_store)
            try:
                await app.add_channels()
                assert keys(await all_of(service.look_at_accounts(app, NOW_MS))) == {key}
            finally:
                await app.close()


# the public address


@pytest.mark.parametrize(
    ("status", "date", "key"),
    [
        (200, "Mon, 21 Sep 2026 14:13:21 GMT", "address"),
        (200, "Mon, 21 Sep 2026 14:20:00 GMT", "clock"),
        (200, "yesterday", "address"),
        (502, "Mon, 21 Sep 2026 14:13:20 GMT", "address.other"),
    ],
)
async def test_the_public_address(status: int, date: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"date": date})

    client = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: client(transport=httpx.MockTransport(answer), timeout=1))
    found = await all_of(public_address.look("http://interview.example.com", NOW_MS))
    assert keys(found) == {"address.plain", key}


async def test_an_address_where_nobody_is() -> None:
    assert keys(await all_of(public_address.look("https://127.0.0.1:9", NOW_MS))) == {"address.silent"}


@pytest.mark.redis
def test_the_command_exits_1_if_there_is_a_problem(xumian: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No problem was found" in xumian.well("doctor")
    xumian.set(XUMIAN_REDIS_URL="redis://127.0.0.1:9", LANG="zh_CN.UTF-8", LC_ALL="")
    said = xumian("doctor")
    assert said.code == 1
    assert "✘ Redis 无法使用" in said.out
