"""The mode `hearing`: the cost of our child process, decoding and checks beyond the library's own call.

Both transcribe the same recordings with the same options, model and number of threads, alternately and each in its
own process. The recordings are joined into messages of a typical answer's length.
"""

import asyncio
import io
import multiprocessing
import random
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import av
from av.audio.stream import AudioStream

from bench import report
from bot.speech import recognizer_child as child
from bot.speech.recognizer_process import RecognizerProcess
from bot.speech.whisper import OPTIONS, Heard, Task

AIM = 1.05
_SENTENCES = Path(__file__).parents[2] / "tests" / "speech" / "sentences"
_MODEL = Path(__file__).parents[2] / "tests" / "speech" / "model"
_EACH = 6
"""Sentences in a message, which then lasts about 20 seconds."""
_MESSAGES = 6
_RESAMPLES = 4000


async def hearing(rounds: int, model: Path | None) -> None:
    """Time the bare call and ours alternately. Prints each round's ratio, and their median with an interval."""
    folder = model or _MODEL
    messages = [message(number) for number in range(_MESSAGES)]
    spawn = multiprocessing.get_context("spawn")
    recognizer = RecognizerProcess(str(folder), Path(), device="cpu", compute_type="int8", threads=2)
    with ProcessPoolExecutor(1, spawn, _begin, (str(folder),)) as bare:
        await _ours(recognizer, messages[:1])  # both load their model before the measurement
        await asyncio.wrap_future(bare.submit(_bare, messages[:1]))
        ratios = []
        for turn in range(rounds):
            took: dict[str, float] = {}
            for who in ("bare", "ours") if turn % 2 == 0 else ("ours", "bare"):
                begun = time.perf_counter()
                if who == "bare":
                    characters = await asyncio.wrap_future(bare.submit(_bare, messages))
                else:
                    characters = await _ours(recognizer, messages)
                took[who] = time.perf_counter() - begun
                report.keep("hearing", {"who": who, "round": turn, "s": took[who], "characters": characters})
            ratios.append(took["ours"] / took["bare"])
            print(f"  bare {took['bare']:.2f} s, ours {took['ours']:.2f} s: {ratios[-1]:.3f}", flush=True)
    await recognizer.close()
    print(f"\n{verdict(ratios)}")


def message(number: int) -> bytes:
    """Return several sentences joined into a voice message in Telegram's format."""
    written = io.BytesIO()
    language = ("zh", "en")[number % 2]
    with av.open(written, "w", format="ogg") as target:
        stream = target.add_stream("libopus", rate=48_000, layout="mono", bit_rate=24_000)
        assert isinstance(stream, AudioStream)
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        at = 0
        for each in range(_EACH):
            path = _SENTENCES / f"{language}-{number // 2 * _EACH + each + 1:02}.flac"
            with av.open(str(path), "r") as source:
                for frame in source.decode(audio=0):
                    frame.pts = None
                    for piece in resampler.resample(frame):
                        piece.pts, at = at, at + piece.samples
                        target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
    return written.getvalue()


async def _ours(recognizer: RecognizerProcess, messages: list[bytes]) -> int:
    results = [
        await recognizer.hear(Task(data, ("zh", "en")[number % 2], ()), lambda _: None)
        for number, data in enumerate(messages)
    ]
    return sum(len(each.text) for each in results if isinstance(each, Heard))


_bare_model = []


def _begin(folder: str) -> None:
    """Load the model for the bare call, with the same niceness as ours."""
    import os

    from faster_whisper import WhisperModel

    os.nice(child.NICENESS)
    _bare_model.append(WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=2))


def _bare(messages: list[bytes]) -> int:
    """Transcribe with the library's own call, from the file's bytes. Returns the number of characters."""
    characters = 0
    for number, data in enumerate(messages):
        segments, _ = _bare_model[0].transcribe(io.BytesIO(data), language=("zh", "en")[number % 2], **OPTIONS)
        characters += len("".join(each.text for each in segments).strip())
    return characters


def verdict(ratios: list[float]) -> str:
    """Return a line with the median of the rounds' ratios and its bootstrap interval."""
    middle = statistics.median(ratios)
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(_RESAMPLES))
    low, high = medians[int(_RESAMPLES * 0.025)], medians[int(_RESAMPLES * 0.975)]
    kept = "kept" if middle <= AIM else "MISSED"
    return f"Time ours / bare call: {middle:.3f} (95 % interval {low:.3f}-{high:.3f}); aim {AIM}: {kept}"
