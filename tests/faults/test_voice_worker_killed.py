"""The voice worker is killed at random moments while candidates speak, and then two of them run."""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from conversation import events as e
from conversation.record.audit import unseal
from storage.redis.store import RedisStore
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_files import Kept
from tests.fakes.running import SINGLE, own_server
from tests.faults.platform import BOT_ID, SECRET, TOKEN
from tests.faults.processes import Installation, Process
from tests.faults.scenarios import wait_for
from tests.speech.recordings import MODEL, Recording, sample, samples

pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.timeout(1500)]

KILLS = 12
CANDIDATES = 25
EACH_SAYS = 8
CAMPAIGN = "load-open"
_RECORDINGS = ("opus-telegram.ogg", "amr-nb.amr", "amr-wb.amr")
_KINDS = e.AudioKept | e.AudioLost | e.Transcribed | e.TranscriptFailed


class Telegram:
    """Sends updates to the bot until each is acknowledged."""

    def __init__(self, api: FakeBotApi, address: str, session: aiohttp.ClientSession) -> None:
        self.api = api
        self._url = f"{address}/webhooks/telegram/{BOT_ID}"
        self._session = session
        self._numbers = itertools.count(1)

    async def bring(self, user: int, kind: str, what: dict[str, Any]) -> None:
        number = next(self._numbers)
        body = {"update_id": number, kind: {"id": str(number), **what, "from": _person(user)}}
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        while True:
            try:
                async with self._session.post(self._url, json=body, headers=headers) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.3)

    async def message(self, user: int, **content: Any) -> None:
        number = next(self._numbers)
        await self.bring(user, "message", {"message_id": number, **_common(user), **content})


class Speaker:
    """A candidate who answers the first question in voice messages. `said` lists their texts."""

    def __init__(self, number: int, telegram: Telegram) -> None:
        self.user = 500_000 + number
        self.language = ("zh", "en")[number % 2]
        self.said: list[str] = []
        self._telegram = telegram
        self._recordings = itertools.cycle(
            each for each in samples() if each.file.removeprefix(f"{self.language}-") in _RECORDINGS
        )

    async def take(self, chance: random.Random, over_s: float) -> None:
        """Start an interview and speak at random moments during `over_s` seconds."""
        await self._telegram.message(self.user, text=f"/start {CAMPAIGN}")
        await self._sees("agree")
        pressed = {"message": {"message_id": 1, **_common(self.user)}, "chat_instance": "1", "data": "agree@-1"}
        await self._telegram.bring(self.user, "callback_query", pressed)
        await self._sees("1/6")
        began = time.monotonic()
        for moment in sorted(chance.uniform(0, over_s) for _ in range(EACH_SAYS)):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            await self._speak(next(self._recordings))

    async def _speak(self, recording: Recording) -> None:
        self.said.append(recording.text)
        file, data = f"{self.user}-{len(self.said)}", sample(recording.file)
        self._telegram.api.files.keep(file, Kept(data, f"voice/{file}.oga"))
        voice = {"file_id": file, "file_unique_id": file, "duration": 3, "file_size": len(data)}
        await self._telegram.message(self.user, voice=voice)

    async def _sees(self, what: str) -> None:
        screen = self._telegram.api.screen[self.user]
        await wait_for(lambda: any(what in json.dumps(shown) for shown in list(screen.values())), what)


def _person(user: int) -> dict[str, Any]:
    language = ("zh-hans", "en")[user % 2]
    return {"id": user, "is_bot": False, "first_name": f"Speaker {user}", "language_code": language}


def _common(user: int) -> dict[str, Any]:
    return {"date": int(time.time()), "chat": {"id": user, "type": "private", "first_name": f"Speaker {user}"}}


class Place:
    """The installation with its processes and candidates."""

    def __init__(self, installation: Installation, store: RedisStore, telegram: Telegram) -> None:
        self.installation = installation
        self.store = store
        self.speakers = [Speaker(number, telegram) for number in range(CANDIDATES)]
        self.kills = 0
        self.in_hand = 0
        """The number of kills of a worker that had jobs."""

    async def left(self) -> int:
        """Return the number of unfinished jobs, including those scheduled for later."""
        later = [await self.store.client.zcard(f"xm:{{p{number:02d}}}:jobs-later") for number in range(16)]
        return await self.store.jobs.length("fetch") + await self.store.jobs.length("transcribe") + sum(later)

    async def kill(self, worker: Process) -> None:
        waiting = [
            *await self.store.jobs.waiting("fetch", 1000),
            *await self.store.jobs.waiting("transcribe", 1000),
        ]
        self.in_hand += any(entry.in_hand for entry in waiting)
        worker.kill()
        self.kills += 1

    async def archived(self) -> int:
        return len(list((self.installation.data / "voice").glob("??/*.*")))

    async def records(self) -> dict[int, list[e.Event]]:
        """Return the events about each candidate's voice messages, in order."""
        found: dict[int, list[e.Event]] = {}
        async for interview in self.store.interviews.members(CAMPAIGN):
            record = await self.store.interviews.load(interview)
            assert record is not None
            assert record.state.address is not None
            entries = [unseal(stored)[1] for stored in await self.store.interviews.entries(interview)]
            events = [event for entry in entries for event in entry.events]
            found[int(record.state.address.user)] = [event for event in events if isinstance(event, _KINDS)]
        return found


@asynccontextmanager
async def place(folder: Path, redis_url: str) -> AsyncIterator[Place]:
    async with FakeBotApi(TOKEN) as api, aiohttp.ClientSession() as session:
        installation = Installation(folder, api.url, redis_url)
        installation._environment |= {"XUMIAN_WHISPER_MODEL": str(MODEL), "XUMIAN_WHISPER_THREADS": "1"}
        store = RedisStore.at(redis_url)
        try:
            await installation.open_campaigns()
            server, delivery = installation.process("serve"), installation.process("work", "delivery")
            for process in (server, delivery):
                process.start()
            await wait_for(lambda: "serving" in server.tail(), "the web server", 60)
            yield Place(installation, store, Telegram(api, server.address, session))
        finally:
            installation.end()
            await store.close()


def _running(folder: Path) -> list[str]:
    """Return the command lines of all processes in this folder, except zombies."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if (each / "cwd").resolve() == folder.resolve() and (each / "cmdline").read_bytes():
                found.append((each / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


async def test_kill_9_of_the_voice_worker_loses_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(5)
    began = time.monotonic()
    with own_server(SINGLE[0]) as server:
        async with place(tmp_path, server.url) as here:
            async with asyncio.TaskGroup() as group:
                for speaker in here.speakers:
                    group.create_task(speaker.take(random.Random(chance.random()), 45))
                await _kill_again_and_again(here, chance)
            workers = [here.installation.process("work", "voice") for _ in range(2)]
            for worker in workers:
                worker.start()
            patience = time.monotonic() + 900
            while await here.left():
                assert time.monotonic() < patience, workers[0].tail()
                await asyncio.sleep(0.2)
            took_s = time.monotonic() - began
            for worker in workers:
                assert (await worker.stop(20))[0] == 0
            await _verify(here)
            assert here.in_hand >= KILLS // 3
            with capsys.disabled():
                print(
                    f"\nkill -9 of the voice worker: {CANDIDATES * EACH_SAYS} voice messages, {here.kills} kills "
                    f"({here.in_hand} with jobs in hand), then two at once; all heard after {took_s:.0f} s"
                )
        await wait_for(lambda: not _running(tmp_path), "the end of all processes")


async def _kill_again_and_again(here: Place, chance: random.Random) -> None:
    worker = here.installation.process("work", "voice")
    for _ in range(KILLS):
        worker.start()
        await asyncio.sleep(chance.uniform(2.0, 7.0))
        await here.kill(worker)
        children = [line for line in _running(here.installation.folder) if "spawn_main" in line]
        await wait_for(
            lambda: not [line for line in _running(here.installation.folder) if "spawn_main" in line],
            f"the end of {children}",
        )


async def _verify(here: Place) -> None:
    records = await here.records()
    for speaker in here.speakers:
        events = records[speaker.user]
        kinds = Counter(type(event) for event in events)
        assert kinds == {e.AudioKept: EACH_SAYS, e.Transcribed: EACH_SAYS}, events
        heard = {event.voice: event.text for event in events if isinstance(event, e.Transcribed)}
        assert heard == dict(enumerate(speaker.said, start=1))
    assert len(records) == CANDIDATES
    assert await here.archived() == len({text for speaker in here.speakers for text in speaker.said})
    exported = {
        int(interview["candidate"]["channels"][0]["user"]): interview
        for interview in await here.installation.exported()
    }
    for speaker in here.speakers:
        parts = exported[speaker.user]["answers"][0]["parts"]
        assert [part["text"] for part in parts] == speaker.said
    assert f"{CANDIDATES} records hold, 0 do not" in await here.installation.command("audit", "--all")
