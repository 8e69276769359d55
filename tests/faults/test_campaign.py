"""The parts of the fault campaign that need no processes: the plan is what the seed says, and the checker sees."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.candidates import QUESTIONS, Candidate
from tests.faults.plan import PROCESSES, WEIGHTS, kinds, plan
from tests.faults.platform import Chat, Sent, Telegram
from tests.faults.processes import Installation
from tests.faults.verifying import check_records

Export = dict[str, Any]


def test_a_seed_gives_the_same_plan_again_and_more_minutes_continue_it() -> None:
    assert plan(7, 3) == plan(7, 3)
    assert plan(7, 6)[: len(plan(7, 3))] == plan(7, 3)
    assert plan(7, 3) != plan(8, 3)


def test_every_kind_of_fault_happens_to_every_process() -> None:
    faults = plan(1, 60)
    assert {each.kind for each in faults} == set(kinds("single"))
    assert {each.kind for each in plan(1, 60, redis="cluster")} == set(kinds("cluster"))
    assert {*kinds("single"), *kinds("sentinel")} == set(WEIGHTS)
    assert {each.victim for each in faults if each.kind == "kill"} == set(range(len(PROCESSES)))
    assert {each.kind for each in plan(1, 5, ["kill", "hang"])} == {"kill", "hang"}


def test_each_fault_lasts_as_long_as_is_said() -> None:
    assert {each.lasts_s for each in plan(1, 5, lasts_s=60)} == {60}


def test_the_clock_of_a_process_can_be_wrong_while_it_runs(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "http://127.0.0.1:1")
    process = installation.process("clock")
    said = "import sys, time\nfor _ in sys.stdin: print(time.time_ns() // 10**9, int(time.time()), flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", said], env=process.environment, stdin=-1, stdout=-1, text=True, bufsize=1
    ) as clock:
        assert clock.stdin is not None
        assert clock.stdout is not None
        for wrong_s in (0, 5000, -5000, 0):
            process.set_clock(wrong_s)
            before = int(time.time())
            clock.stdin.write("\n")
            shown = [int(each) - wrong_s for each in clock.stdout.readline().split()]
            assert all(before <= each <= time.time() for each in shown), wrong_s
        clock.stdin.close()


def interview() -> tuple[Candidate, Export]:
    """Return a candidate who has answered all questions, and the export of their interview."""
    candidate = Candidate(1, Telegram(random.Random(1)), "waiting", random.Random(1))
    ask = [Sent(number, f"question {number}/6", (), number) for number in range(1, QUESTIONS + 1)]
    candidate.chat.sent = [*ask, Sent(9, "done", ("face.4",), 9)]
    candidate.said = {f"q{number}": [f"[c1-{number}-1]"] for number in range(1, QUESTIONS + 1)}
    answers = [
        {"question": question, "status": "submitted", "parts": [{"text": f"{tags[0]} words"}]}
        for question, tags in candidate.said.items()
    ]
    channels = [{"user": str(candidate.chat.number)}]
    return candidate, {"state": "completed", "candidate": {"channels": channels}, "answers": answers}


def _swap(chat: Chat) -> None:
    chat.sent[0], chat.sent[1] = chat.sent[1], chat.sent[0]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _chat, export: export["answers"][2]["parts"].clear(),
        lambda _chat, export: export["answers"][2]["parts"].append(export["answers"][2]["parts"][0]),
        lambda _chat, export: export["answers"][2].update(parts=export["answers"][3]["parts"]),
        lambda _chat, export: export.update(state="running"),
        lambda _chat, export: export["candidate"].update(channels=[]),
        lambda chat, _export: _swap(chat),
        lambda chat, _export: chat.sent.pop(3),
    ],
    ids=["lost", "twice", "elsewhere", "stuck", "nobody's", "out of order", "not asked"],
)
def test_the_checker_sees_what_is_wrong(damage: Callable[[Chat, Export], object]) -> None:
    candidate, export = interview()
    assert not check_records([candidate], [export]).wrong
    damage(candidate.chat, export)
    assert check_records([candidate], [export]).wrong


def test_the_checker_counts_what_came_again() -> None:
    candidate, export = interview()
    candidate.chat.sent.insert(3, candidate.chat.sent[2])
    found = check_records([candidate], [export])
    assert (len(found.repeated), found.wrong) == (1, [])
