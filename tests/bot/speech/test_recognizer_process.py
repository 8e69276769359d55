"""The child process: how long it lives, when it is killed, and that no recording is lost by that."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.media.limited_process import LimitExceeded
from bot.speech import recognizer_process as hearer_module
from bot.speech.models import ModelMissing
from bot.speech.recognizer_child import Listener
from bot.speech.recognizer_process import HearingCrashed, RecognizerProcess
from bot.speech.whisper import Heard, HearingFailed, ModelBroken, ModelOptions, Task, Unheard
from tests.bot.speech.listeners import Scripted, broken, never_loads, task, undecoded
from tests.speech.recordings import MODEL, sample

PATIENCE_S = 30


class Clock:
    """A clock that advances by `step` seconds whenever it is read."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@asynccontextmanager
async def hearing(
    load: Callable[[ModelOptions], Listener] = Scripted,
    *,
    model: str = str(MODEL),
    data_dir: Path = Path("/nowhere"),
    decode: Callable[[bytes], Awaitable[bytes]] = undecoded,
    clock: Callable[[], float] = time.monotonic,
    jobs: int = 200,
) -> AsyncIterator[RecognizerProcess]:
    recognizer = RecognizerProcess(
        model, data_dir, load=load, decode=decode, clock=clock, jobs_of_a_child=jobs, poll_s=0.01
    )
    yield recognizer
    await recognizer.close()


async def said(
    recognizer: RecognizerProcess, what: str, progress: Callable[[float], None] = lambda _: None
) -> str:
    result = await recognizer.hear(task(what), progress)
    assert isinstance(result, Heard)
    return result.text


def runs(pid: int) -> bool:
    """Return whether the process is running, and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pid: int) -> bool:
    end = time.monotonic() + PATIENCE_S
    while runs(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not runs(pid)


async def test_the_real_model_hears_in_a_child() -> None:
    recognizer = RecognizerProcess(str(MODEL), Path("/nowhere"), device="cpu", compute_type="int8", threads=1)
    try:
        result = await recognizer.hear(Task(sample("zh-opus-telegram.ogg"), "zh", ()), lambda _: None)
    finally:
        await recognizer.close()
    assert isinstance(result, Heard)
    assert (result.text, result.model) == ("我叫王芳,来自杭州。", "model")


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "empty"), (b"nothing that sounds" * 9, "unknown_format"), (b"#!AMR\n", "broken")]
)
async def test_what_cannot_be_decoded_says_why_and_needs_no_model(data: bytes, why: str) -> None:
    recognizer = RecognizerProcess("tiny", Path("/nowhere"), load=never_loads)
    assert await recognizer.hear(Task(data, "zh", ()), lambda _: None) == Unheard(why)


async def test_a_decoder_that_crashes_is_a_failure_and_leaves_the_child() -> None:
    async def decode(data: bytes) -> bytes:
        if data == b"crash":
            raise LimitExceeded("it crashed")
        return data

    async with hearing(decode=decode) as recognizer:
        pid = await said(recognizer, "pid")
        with pytest.raises(HearingFailed, match="could not be decoded: it crashed"):
            await said(recognizer, "crash")
        assert await said(recognizer, "pid") == pid


async def test_one_child_hears_one_after_another_behind_others() -> None:
    async with hearing() as recognizer:
        texts = await asyncio.gather(*(said(recognizer, f"echo:{number}") for number in range(5)))
        assert texts == ["0", "1", "2", "3", "4"]
        assert len({await said(recognizer, "pid") for _ in range(3)}) == 1
        assert int(await said(recognizer, "nice")) == min(19, os.nice(0) + 10)


async def test_the_loop_is_free_while_the_model_loads_and_hears(tmp_path: Path) -> None:
    async with hearing() as recognizer:
        waiting = asyncio.create_task(said(recognizer, f"told:{tmp_path / 'now'}"))
        turns = 0
        while turns < 50:
            await asyncio.sleep(0)
            turns += 1
        assert not waiting.done()
        (tmp_path / "now").touch()
        assert await waiting == "told"


async def test_progress_is_told_while_it_hears(tmp_path: Path) -> None:
    shares: list[float] = []

    def note(share: float) -> None:
        shares.append(share)
        if share == 0.5:
            (tmp_path / "now").touch()

    async with hearing() as recognizer:
        await said(recognizer, f"told:{tmp_path / 'now'}", note)
    assert shares[-1] == 0.5
    assert set(shares) <= {0.0, 0.5}


async def test_progress_of_the_last_recording_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "now").touch()
    async with hearing() as recognizer:
        await said(recognizer, f"told:{tmp_path / 'now'}")
        told: asyncio.Queue[float] = asyncio.Queue()
        waiting = asyncio.create_task(said(recognizer, "stop:1", told.put_nowait))
        assert [await told.get() for _ in range(3)] == [0.0] * 3
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_a_child_that_dies_fails_its_recording_and_not_the_next() -> None:
    async with hearing() as recognizer:
        first = await said(recognizer, "pid")
        with pytest.raises(HearingCrashed, match="the next gets a new one"):
            await said(recognizer, "die")
        assert await said(recognizer, "pid") != first


async def test_a_child_that_was_killed_between_two_recordings() -> None:
    async with hearing() as recognizer:
        pid = int(await said(recognizer, "pid"))
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        assert await said(recognizer, "echo:1") == "1"


async def test_a_child_that_takes_too_long_is_killed() -> None:
    clock = Clock()
    async with hearing(clock=clock) as recognizer:
        pid = int(await said(recognizer, "pid"))
        clock.step = 10
        with pytest.raises(HearingCrashed, match="more than 80 s"):  # 60 s, and 20 s for each second of audio
            await said(recognizer, "stop:1")
        clock.step = 0
        assert gone(pid)
        assert await said(recognizer, "echo:next") == "next"


async def test_a_longer_recording_may_take_longer() -> None:
    clock = Clock()
    async with hearing(clock=clock) as recognizer:
        await said(recognizer, "pid")
        clock.step = 100
        with pytest.raises(HearingCrashed, match="more than 2060 s"):
            await said(recognizer, "stop:100")


async def test_loading_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearer_module, "LOAD_LIMIT_S", 0.0)
    async with hearing(never_loads) as recognizer:
        with pytest.raises(HearingCrashed, match="more than 0 s"):
            await said(recognizer, "echo:1")


async def test_who_no_longer_waits_ends_the_child() -> None:
    async with hearing() as recognizer:
        pid = int(await said(recognizer, "pid"))
        told: asyncio.Queue[float] = asyncio.Queue()
        waiting = asyncio.create_task(said(recognizer, "stop:1", told.put_nowait))
        await told.get()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert gone(pid)
        assert await said(recognizer, "echo:next") == "next"


async def test_after_so_many_recordings_there_is_a_new_child() -> None:
    async with hearing(jobs=2) as recognizer:
        pids = [await said(recognizer, "pid") for _ in range(5)]
        assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
        assert gone(int(pids[0]))


async def test_a_refused_recording_leaves_the_child() -> None:
    async with hearing() as recognizer:
        pid = await said(recognizer, "pid")
        with pytest.raises(HearingFailed, match="this one not"):
            await said(recognizer, "fail")
        assert await said(recognizer, "pid") == pid


async def test_what_nobody_expected_is_a_crash() -> None:
    async with hearing() as recognizer:
        pid = await said(recognizer, "pid")
        with pytest.raises(HearingCrashed, match="RuntimeError"):
            await said(recognizer, "break")
        assert await said(recognizer, "pid") != pid


async def test_closing_ends_the_child_and_may_be_repeated() -> None:
    async with hearing() as recognizer:
        pid = int(await said(recognizer, "pid"))
        await recognizer.close()
        assert gone(pid)
        await recognizer.close()


async def test_a_child_does_not_outlive_a_killed_parent() -> None:
    program = (
        "import asyncio, pathlib\n"
        "from tests.bot.speech.listeners import Scripted, task, undecoded\n"
        "from bot.speech.recognizer_process import RecognizerProcess\n"
        "async def main():\n"
        f"    recognizer = RecognizerProcess({str(MODEL)!r}, pathlib.Path('/nowhere'), load=Scripted,"
        " decode=undecoded)\n"
        "    print((await recognizer.hear(task('pid'), print)).text, flush=True)\n"
        "    await recognizer.hear(task('stop:1'), lambda _: None)\n"
        "if __name__ == '__main__': asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    try:
        assert parent.stdout is not None
        pid = int(await asyncio.wait_for(parent.stdout.readline(), PATIENCE_S))
        assert runs(pid)
    finally:
        parent.kill()
        await parent.wait()
    assert gone(pid)


async def test_a_broken_model_is_a_problem_for_a_while() -> None:
    clock = Clock()
    async with hearing(broken, clock=clock) as recognizer:
        assert await recognizer.problem() is None
        with pytest.raises(ModelBroken, match="model is broken"):
            await said(recognizer, "echo:1")
        assert await recognizer.problem() == "the speech model model is broken"
        clock.now += 31
        assert await recognizer.problem() is None


async def test_a_model_that_appears_is_found(tmp_path: Path) -> None:
    clock = Clock()
    async with hearing(model="tiny", data_dir=tmp_path, clock=clock) as recognizer:
        problem = await recognizer.problem()
        assert problem is not None
        assert "xumian voice fetch-model tiny" in problem
        with pytest.raises(ModelMissing):
            await said(recognizer, "echo:1")
        shutil.copytree(MODEL, tmp_path / "models" / "tiny")
        assert await recognizer.problem() == problem
        assert await recognizer.problem(again=True) is None
        result = await recognizer.hear(task("echo:1"), lambda _: None)
        assert isinstance(result, Heard)
        assert result.model == "tiny"


async def test_a_model_that_appears_is_found_after_a_while_unasked(tmp_path: Path) -> None:
    clock = Clock()
    async with hearing(model="tiny", data_dir=tmp_path, clock=clock) as recognizer:
        assert await recognizer.problem()
        shutil.copytree(MODEL, tmp_path / "models" / "tiny")
        clock.now += 29
        assert await recognizer.problem()
        clock.now += 2
        assert await recognizer.problem() is None


def test_importing_it_loads_no_heavy_library() -> None:
    heavy = "av", "numpy", "ctranslate2", "faster_whisper", "onnxruntime", "opencc", "huggingface_hub"
    program = (
        f"import sys, bot.speech.recognizer_process; sys.exit(', '.join(sys.modules.keys() & {set(heavy)!r}) or 0)"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", program]) == 0


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the models in this machine's Hugging Face cache."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
