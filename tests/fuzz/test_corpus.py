"""Every input that was ever a finding, every payload, and many mutations go through their parser."""

import math
from random import Random

import pytest

from tests.fuzz.run import fuzz
from tests.fuzz.targets import TARGETS, Target

MUTATIONS = 120
"""How many a target gets on average."""


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_kept_inputs_and_mutations_raise_only_what_is_documented(target: Target) -> None:
    assert target.seeds()
    report = fuzz(target, round(MUTATIONS * min(1, target.share)), Random(f"suite {target.name}"), math.inf)
    assert report.findings == {}
    assert len(report.outcomes) > 1, "the mutations reach more than one place"


def test_an_error_that_is_not_documented_is_a_finding() -> None:
    def parse(data: bytes) -> str:
        if b"7" in data:
            raise KeyError(data)
        return "parsed"

    target = Target("none", parse, "text", lambda: [b"seed 6"], (ValueError,))
    report = fuzz(target, 300, Random("suite"), math.inf)
    ((cause, data),) = report.findings.items()
    assert cause.startswith("KeyError at tests/fuzz/test_corpus.py")
    assert b"7" in data
    assert report.times[cause] > 1


def test_an_input_that_takes_too_long_is_a_finding() -> None:
    target = Target("none", lambda _: "parsed", "text", lambda: [b"seed"])
    report = fuzz(target, 1, Random("suite"), most_s=-1.0)
    ((cause, _),) = report.findings.items()
    assert cause.startswith("TooSlow")
