"""The rules of advice, each beyond its limit and short of it. A handful of candidates is never a finding."""

from collections import Counter

import pytest

from handlers.figures.advice import MOST, RULES, Finding, findings
from tests.dialogues.playing import script_named

SCRIPT = script_named("short")
FIRST, SECOND, THIRD, FOURTH = (step.question.id for step in SCRIPT.steps)


def found(**counts: int) -> list[Finding]:
    return findings(Counter({name.replace("__", ":"): number for name, number in counts.items()}), SCRIPT)


def rules(counts: dict[str, int]) -> list[str]:
    return [each.rule for each in findings(Counter(counts), SCRIPT)]


def asked(**lost: int) -> dict[str, int]:
    """Return counters where 200 candidates were asked each question, and the given numbers were lost at it."""
    names = {"first": FIRST, "second": SECOND, "third": THIRD, "fourth": FOURTH}
    counts = {f"asked:{question}": 200 for question in names.values()}
    return counts | {f"lost:{names[name]}": number for name, number in lost.items()}


@pytest.mark.parametrize(
    ("counts", "rule"),
    [
        (asked(third=62), "question"),
        (asked(third=62) | {f"answered:{THIRD}": 100, f"answer_s:{THIRD}": 100 * 600}, "question.slow"),
        ({f"voices:{FIRST}": 100, f"unheard.q:{FIRST}": 25}, "unheard"),
        (
            {
                "away": 100,
                "returns:saved": 90,
                "away.rule:connection_lost": 15,
                "away.rule:unstable_connection": 15,
            },
            "network",
        ),
        ({"away": 100, "returns:saved": 90, "away.rule:our_fault": 14}, "ours"),
        ({"reason:no_time": 30, "reason:network": 70, "reason:skipped": 900}, "no_time"),
        ({"reason:too_long": 25, "reason:network": 75}, "too_long"),
        ({"reason:too_hard": 25, "reason:network": 75}, "too_hard"),
        ({"reason:privacy": 15, "reason:network": 85}, "privacy"),
        ({"stop:unsaid": 30, "stop:skipped": 5, "stop:technical": 65, "phase:completed": 100}, "unsaid"),
        ({"solved.asked": 40, "solved.no": 20}, "unsolved"),
        ({"away": 100, "returns:saved": 30}, "gone"),
        ({"interviews": 200, "phase:invited": 120}, "unopened"),
        ({"interviews": 200, "started": 100}, "unbegun"),
        ({"stop.dev:phone": 60, "done.dev:phone": 60, "stop.dev:computer": 10, "done.dev:computer": 90}, "phone"),
        ({"stop.ch:web": 60, "done.ch:web": 60, "stop.ch:telegram": 10, "done.ch:telegram": 90}, "channel"),
        ({"away.h:22": 60, "answer.h:22": 140, "away.h:10": 20, "answer.h:10": 480}, "hour"),
    ],
)
def test_a_rule_and_a_tenth_of_its_figures(counts: dict[str, int], rule: str) -> None:
    assert rule in rules(counts)
    assert rules({name: number // 20 for name, number in counts.items()}) == []


@pytest.mark.parametrize(
    "counts",
    [
        {},
        asked(first=60, second=60, third=62, fourth=60),  # no question stands out
        asked(third=20),  # one question stands out, with few losses
        {"stop.dev:phone": 40, "done.dev:phone": 60, "stop.dev:computer": 35, "done.dev:computer": 65},
        {"stop.ch:web": 90, "done.ch:web": 10},  # no other channel to compare with
        {f"voices:{FIRST}": 3, f"unheard.q:{FIRST}": 90},  # more failures than recordings: ignored
        {"reason:skipped": 900},
        {"interviews": 200, "phase:invited": 60, "started": 120},
    ],
)
def test_no_finding(counts: dict[str, int]) -> None:
    assert rules(counts) == []


def test_those_come_first_that_concern_most_people_and_no_more_than_three() -> None:
    every = asked(third=62) | {
        "reason:too_long": 25,
        "reason:network": 75,
        "solved.asked": 40,
        "solved.no": 20,
        "interviews": 400,
        "phase:invited": 290,
        "started": 110,
    }
    named = findings(Counter(every), SCRIPT)
    assert len(named) == MOST
    assert [each.rule for each in named] == ["unopened", "question", "too_long"]
    assert [each.people for each in named] == [290, 62, 25]


def test_what_a_finding_says_is_in_the_figures() -> None:
    (finding,) = found(**{f"asked__{THIRD}": 200, f"lost__{THIRD}": 62, f"asked__{FIRST}": 200})
    assert finding.values["number"] == 3
    assert (finding.values["percent"], finding.values["of"]) == (31, 200)
    assert len(RULES) == 11
