"""The mode `beside`: how much longer typed answers take during transcription on the same machine."""

import asyncio
import io
import math
import statistics
import sys
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from typing import Any

from bench import report
from bench.bot_api import BotApi
from bench.bots import Ours, Surroundings
from bench.http import Pool
from bench.lab import BOT_CORE, SIDE_CORE, Lab, Process, Running, Store, cpu_s
from bench.measure import Row, measured, warm_up
from bench.updates import Webhook

JOBS = 20
RECORDING_S = 60
GOAL = 1.2
NICE = 10
_SPEECH = Path(__file__).parent.parent / "tests" / "speech"
_RATE = 16_000
_T95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
"""Student's t for a 95 % interval, by the number of values."""


@dataclass(frozen=True)
class Parts(Ours):
    """Our bot as `xumian serve`, with delivery and voice in separate processes."""

    name: str = "xumian serve"
    model: str = ""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bot", "serve"]

    def environment(self, around: Surroundings) -> dict[str, str]:
        return {**super().environment(around), "XUMIAN_WHISPER_MODEL": self.model}


class SpeakingWebhook(Webhook):
    """Encodes voice messages too."""

    def voice(self, chat: int, file: str, size: int) -> bytes:
        heard: dict[str, Any] = {
            "file_id": file,
            "file_unique_id": file,
            "duration": RECORDING_S,
            "file_size": size,
        }
        number = chat * 10
        person = {"id": chat, "is_bot": False, "first_name": "S", "language_code": "zh-hans"}
        place = {"id": chat, "type": "private", "first_name": "S"}
        message = {"message_id": number, "from": person, "chat": place, "date": 1_790_000_000, "voice": heard}
        return self._request({"update_id": number, "message": message})


def give_files(api: BotApi, data: bytes) -> None:
    """Make the fake Bot API return this recording for every file."""
    answer = api._answer

    def with_files(path: str, kind: str, body: bytes) -> bytes:
        if "/file/" in path:
            return data
        if path.lower().endswith("/getfile"):
            return b'{"ok":true,"result":{"file_id":"v","file_unique_id":"v","file_path":"voice/v.wav"}}'
        return answer(path, kind, body)

    api._answer = with_files  # type: ignore[method-assign] # the benchmark's own server


def long_recording() -> bytes:
    """Return a WAV file of RECORDING_S seconds, made of Chinese speech samples."""
    import numpy as np

    from bot.media.audio import decode

    parts, length = [], 0
    for path in cycle(sorted(_SPEECH.glob("samples/zh-*"))):
        if length >= RECORDING_S * _RATE:
            break
        parts.append((decode(path.read_bytes(), most_s=60) * 32_767).astype(np.int16))
        length += len(parts[-1])
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(np.concatenate(parts)[: RECORDING_S * _RATE].tobytes())
    return made.getvalue()


async def speak(running: Running, number: int, size: int) -> None:
    """Send one voice message from each of `number` new candidates."""
    webhook = SpeakingWebhook(running.bot.path, running.bot.secret)
    pool = Pool(running.around.port, 1)
    await pool.connect()
    first = running.lab.chats(number)
    try:
        for chat in range(first, first + number):
            for request in (
                webhook.text(chat, "/start bench"),
                webhook.press(chat, "agree@-1"),
                webhook.voice(chat, f"v{chat}", size),
            ):
                done = asyncio.get_running_loop().create_future()
                pool.post(request, done.set_result)
                if await done != 200:
                    raise RuntimeError("a voice message was not taken")
    finally:
        pool.close()


async def waiting(store: Store) -> tuple[int, int]:
    """Return (recordings to be fetched, recordings to be transcribed)."""
    fetches = [await store.client.xlen(f"xm:{{p{number:02d}}}:jobs:fetch") for number in range(16)]
    transcriptions = [await store.client.xlen(f"xm:{{p{number:02d}}}:jobs:transcribe") for number in range(16)]
    return sum(fetches), sum(transcriptions)


@asynccontextmanager
async def transcribing(running: Running, store: Store, size: int) -> AsyncIterator[Process]:
    """Run a voice worker with JOBS recordings to do, starting the block once the first is transcribed.

    Raises RuntimeError if it ran out of recordings.
    """
    fetches, transcriptions = await waiting(store)
    await speak(running, JOBS - fetches - transcriptions, size)
    command = ["nice", "-n", str(NICE), sys.executable, "-m", "bot", "work", "voice"]
    worker = running.lab.start(command, SIDE_CORE, running.bot.environment(running.around), measured=False)
    import psutil

    psutil.Process(worker.pid).cpu_affinity([BOT_CORE, SIDE_CORE])
    while (await waiting(store))[0]:
        await asyncio.sleep(0.1)
    queued = (await waiting(store))[1]
    while (await waiting(store))[1] >= queued:  # the model is loaded once the first recording is done
        await asyncio.sleep(0.1)
    yield worker
    if not (await waiting(store))[1]:
        raise RuntimeError("the worker had nothing left to do: the run does not count")
    await worker.stop()


async def beside(lab: Lab, rounds: int, rate: float, seconds: float, in_flight: int, model: str) -> None:
    """Run one bot on one store, alternately with and without transcription."""
    data = long_recording()
    give_files(lab.api, data)
    bot = Parts(model=model or str(_SPEECH / "model"))
    rows: list[tuple[Row, Row]] = []
    async with lab.redis() as store, lab.bot(bot, store) as running:
        delivery = [sys.executable, "-m", "bot", "work", "delivery"]
        lab.start(delivery, BOT_CORE, bot.environment(running.around))
        await warm_up(running)

        async def run(turn: int, name: str) -> Row:
            load = running.open(rate, seconds, in_flight)
            row = replace(await measured(running, store, turn, load, verify=False), bot=name)
            report.say(row)
            report.keep("beside", row.as_dict())
            return row

        async def busy(turn: int) -> Row:
            async with transcribing(running, store, len(data)) as worker:
                before, left = cpu_s(worker.pid), (await waiting(store))[1]
                row = await run(turn, f"beside {JOBS} recordings")
                used = (cpu_s(worker.pid) - before) / seconds
                print(f"  the worker used {used:.2f} cores and did {left - (await waiting(store))[1]} recordings")
                return row

        for turn in range(rounds):
            if turn % 2:
                with_voice = await busy(turn)
                rows.append((await run(turn, "text alone"), with_voice))
            else:
                alone = await run(turn, "text alone")
                rows.append((alone, await busy(turn)))
    print(f"\n{summary(rows)}\n")


def summary(rows: list[tuple[Row, Row]]) -> str:
    """Return the table, and the ratio of the 95th percentiles with its interval."""
    lines = []
    for name, own in (("text alone", [row for row, _ in rows]), ("beside recordings", [row for _, row in rows])):
        times = (
            report.spread((getattr(row, field) for row in own), 1) for field in ("p50_ms", "p95_ms", "p99_ms")
        )
        lines.append([name, *times, report.problems(own)])
    table = report.table(["", "p50 ms", "p95 ms", "p99 ms", "problems"], lines)
    logs = [math.log(voice.p95_ms / alone.p95_ms) for alone, voice in rows]
    middle = statistics.mean(logs)
    verdict = f"p95 beside recordings / alone: {math.exp(middle):.2f}"
    if len(logs) > 1:
        off = _T95.get(len(logs), 2.1) * statistics.stdev(logs) / math.sqrt(len(logs))
        verdict += f" (95 % interval {math.exp(middle - off):.2f}-{math.exp(middle + off):.2f})"
    return f"{table}\n\n{verdict}; the goal is at most {GOAL}"
