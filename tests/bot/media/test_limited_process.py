"""The child process: what it returns, and that what happens in it harms nothing outside."""

import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvloop

from bot.media import limited_child, limited_process
from bot.media.limited_child import OPEN_FILES
from bot.media.limited_process import ChildNotReady, LimitExceeded, Limits, Rejected, TookTooLong, run
from tests.bot.media import child_functions
from tests.fakes.waiting import until

SMALL = Limits(output_bytes=1 << 20, memory_bytes=64 << 20, cpu_s=30, time_s=60)
MIB = 1 << 20
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse some limits")


async def child(function: str, data: bytes = b"", limits: Limits = SMALL) -> bytes:
    return await run(f"tests.bot.media.child_functions:{function}", data, limits)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> "asyncio.Queue[Process]":
    """The processes that were started."""
    processes: asyncio.Queue[Process] = asyncio.Queue()
    start = asyncio.create_subprocess_exec

    async def noted(*arguments: Any, **options: Any) -> Process:
        process = await start(*arguments, **options)
        processes.put_nowait(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    monkeypatch.setattr(limited_process, "_AT_ONCE", asyncio.Semaphore(2))
    return processes


@pytest.fixture(scope="module")
def namespaces() -> None:
    """Skip the test if the system does not let processes leave the network."""
    if subprocess.run(
        [sys.executable, child_functions.__file__], env={"PYTHONPATH": ":".join(sys.path)}
    ).returncode:
        pytest.skip("the system refuses namespaces")


# what comes back


def test_it_starts_under_the_event_loop_of_the_service() -> None:
    """Uvloop takes fewer arguments for a process than asyncio."""
    assert uvloop.run(run("tests.bot.media.child_functions:echo", b"abc", SMALL)) == b"abc"


@pytest.mark.parametrize("data", [b"", b"a file", bytes(range(256)) * 4096])
async def test_the_functions_result_comes_back(data: bytes) -> None:
    assert await child("echo", data) == data


async def test_what_libraries_print_is_no_output() -> None:
    assert await child("print_and_return", b"result") == b"result"


async def test_a_rejection_has_its_reason() -> None:
    with pytest.raises(Rejected) as rejected:
        await child("reject", b"too_long")
    assert rejected.value.reason == "too_long"


@pytest.mark.parametrize("function", ["crash", "leave", "fail"])
async def test_a_crash_is_an_error_with_a_log_line_without_the_files_words(function: str) -> None:
    with structlog.testing.capture_logs() as lines, pytest.raises(LimitExceeded):
        await child(function, b"a secret")
    (line,) = lines
    assert line["event"] == "limited_child_failed"
    assert "secret" not in str(line)


@pytest.mark.parametrize("function", ["no.such.module:at_all", "tests.bot.media.child_functions:none"])
async def test_a_function_that_does_not_exist_is_not_the_files_fault(function: str) -> None:
    with pytest.raises(ChildNotReady, match="check the installation"):
        await run(function, b"data", SMALL)


async def test_without_processes_it_is_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ChildNotReady, match="No such file"):
        await child("echo")


@pytest.mark.parametrize("error", [ValueError, OSError])
def test_a_limit_that_cannot_be_set_is_an_error_on_linux_alone(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(sys, "platform", "darwin")
    limited_child._limit("RLIMIT_AS", 1 << 40)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(error):
        limited_child._limit("RLIMIT_AS", 1 << 40)


def test_limits_that_a_system_does_not_have_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(resource, "RLIMIT_AS")
    limited_child._limit("RLIMIT_AS", 0)
    monkeypatch.delitem(sys.modules, "resource")
    limited_child._limit("RLIMIT_NOFILE", 0)


# what a decoder taken over by its file may not do


@on_linux
async def test_all_limits_are_set() -> None:
    core, size, files, processes, cpu, memory = json.loads(await child("limits"))
    assert (core, size, processes) == ([0, 0],) * 3
    assert files == [OPEN_FILES] * 2
    assert cpu == [SMALL.cpu_s] * 2
    assert SMALL.memory_bytes < memory[0] < SMALL.memory_bytes + 1024 * MIB


@pytest.mark.usefixtures("namespaces")
async def test_not_even_root_can_raise_a_limit() -> None:
    assert await child("raise_limits") == b""


async def test_memory_is_limited() -> None:
    assert await child("allocate", str(32 * MIB).encode()) == str(32 * MIB).encode()
    with pytest.raises(LimitExceeded):
        await child("allocate", str(512 * MIB).encode())


async def test_the_file_itself_does_not_count() -> None:
    assert await child("allocate", str(32 * MIB).encode().rjust(100 * MIB)) == str(32 * MIB).encode()


async def test_computing_time_is_limited() -> None:
    with pytest.raises(LimitExceeded, match="status -"):
        await child("compute_without_end", b"", SMALL._replace(cpu_s=1))


async def test_output_is_limited() -> None:
    assert len(await child("flood", str(MIB).encode())) == MIB
    with pytest.raises(LimitExceeded, match="returned more than"):
        await child("flood", str(MIB + 1).encode())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(LimitExceeded, match="returned more than"):
        await child("flood", str(400 * MIB).encode(), SMALL._replace(memory_bytes=1024 * MIB))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


async def test_no_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert b"File too large" in await child("write_file", str(path).encode())
    assert not path.exists() or not path.stat().st_size


async def test_few_files_are_open() -> None:
    assert b"Too many open files" in await child("open_many_files")


@pytest.mark.usefixtures("namespaces")
async def test_there_is_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert b"unreachable" in await child("connect", str(server.getsockname()[1]).encode())


@pytest.mark.usefixtures("namespaces")
async def test_the_parents_environment_is_out_of_reach() -> None:
    assert b"Permission denied" in await child("read_parents_environment")


async def test_the_environment_has_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_SECRET_KEY", "a secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    found = json.loads(await child("environment"))
    assert found.keys() <= {
        *limited_process._KEPT, "PYTHONPATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LC_CTYPE",
    }  # fmt: skip


@on_linux
async def test_it_runs_at_the_lowest_priority() -> None:
    assert json.loads(await child("priority")) == [19, os.SCHED_IDLE]


# how it ends


async def test_after_its_time_it_is_killed(started: "asyncio.Queue[Process]") -> None:
    with pytest.raises(TookTooLong, match="more than 0 s"):
        await child("compute_without_end", b"", SMALL._replace(time_s=0))
    assert started.get_nowait().returncode == -9


async def test_it_leads_a_group_of_its_own(started: "asyncio.Queue[Process]") -> None:
    running = asyncio.create_task(child("compute_without_end"))
    process = await started.get()

    async def leads() -> bool:
        return os.getpgid(process.pid) == process.pid

    await until(leads, "it makes the group once it runs", 30)
    assert process.pid != os.getpgid(0)
    assert os.getsid(process.pid) == os.getsid(0)  # a session of its own would have a priority of its own
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert process.returncode == -9


async def test_two_run_at_once_and_the_others_wait(started: "asyncio.Queue[Process]") -> None:
    running = [asyncio.create_task(child("compute_without_end")) for _ in range(4)]
    first, second = await started.get(), await started.get()
    for _ in range(50):
        await asyncio.sleep(0)
    assert started.empty()
    running[0].cancel()
    third = await started.get()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert [each.returncode for each in (first, second, third)] == [-9] * 3
