"""The rules that derive the likely cause of an absence: each rule alone, and which takes precedence."""

import pytest
from msgspec.structs import replace

from conversation.dropout.attribution import BY_CHOICE, CAUSES, RULES, likely
from conversation.dropout.signals import RECENT_MS
from conversation.state import State
from conversation.state_parts import Signs
from tests.fakes.scripts import SCRIPT

MINUTE = 60_000
NOW = 1_000 * MINUTE
SLOW = Signs(active_ms=3 * MINUTE)


def away(interruption: str = "silence", signs: Signs | None = None, **state: int) -> State:
    """Return the state of a candidate who stopped, by default at the first question (two minutes suggested)."""
    return State(
        "i1",
        "spring",
        "small-1",
        phase="paused",
        index=state.get("index", 0),
        interruption=interruption,
        last_ms=NOW,
        active_ms=state.get("active_ms", MINUTE),
        signs=signs or Signs(),
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (away("aside"), "theirs:other_interview"),
        (away(signs=Signs(ours_ms=NOW)), "ours:our_fault"),
        (away(signs=Signs(ours_ms=NOW - RECENT_MS)), "ours:our_fault"),
        (away(signs=Signs(ours_ms=NOW - RECENT_MS - 1)), "unknown:nothing_known"),
        (away(signs=Signs(paused_ms=NOW)), "our_pause:account_paused"),
        (away(signs=Signs(paused_ms=NOW - RECENT_MS - 1)), "unknown:nothing_known"),
        (away(signs=Signs(unheard=2)), "ours:voice_not_understood"),
        (away(signs=Signs(unheard=1)), "unknown:nothing_known"),
        (away(signs=Signs(lost_ms=NOW)), "network:connection_lost"),
        (away(signs=Signs(losses=3)), "network:unstable_connection"),
        (away(signs=Signs(losses=2)), "unknown:nothing_known"),
        (away(signs=Signs(restarts=2)), "content:answer_restarted"),
        (away("exit", Signs(active_ms=MINUTE), active_ms=5 * MINUTE + 1), "content:long_at_question"),
        (away("exit", Signs(active_ms=MINUTE), index=1, active_ms=4 * MINUTE), "content:long_at_question"),
        (
            away("exit", Signs(active_ms=3 * MINUTE), index=1, active_ms=4 * MINUTE + 31_000),
            "content:long_interview",
        ),
        (
            away("exit", Signs(active_ms=3 * MINUTE), index=1, active_ms=4 * MINUTE + 30_000),
            "unknown:nothing_known",
        ),
        (away("unreachable"), "theirs:left_channel"),
        (away(signs=Signs(closed_ms=NOW)), "theirs:page_closed"),
        (away(signs=Signs(hidden_ms=NOW)), "theirs:page_hidden"),
        (away("pause"), "theirs:own_pause"),
        (away("exit"), "unknown:nothing_known"),
        (away(), "unknown:nothing_known"),
    ],
)
def test_each_rule(state: State, expected: str) -> None:
    assert ":".join(likely(state, SCRIPT)) == expected


@pytest.mark.parametrize("sign", ["ours_ms", "paused_ms"])
@pytest.mark.parametrize("interruption", BY_CHOICE)
@pytest.mark.parametrize("later_ms", [1, MINUTE, RECENT_MS])
def test_what_happens_after_they_left_of_their_own_accord_is_not_why(
    sign: str, interruption: str, later_ms: int
) -> None:
    before = likely(replace(away(interruption), away_ms=NOW), SCRIPT)
    state = replace(away(interruption, Signs(**{sign: NOW + later_ms})), away_ms=NOW)
    assert likely(state, SCRIPT) == before
    earlier = replace(away(interruption, Signs(**{sign: NOW - later_ms})), away_ms=NOW)
    assert likely(earlier, SCRIPT).cause in ("theirs" if interruption == "aside" else "", "ours", "our_pause")


@pytest.mark.parametrize("sign", ["ours_ms", "paused_ms"])
def test_who_gave_a_reason_keeps_the_cause_and_who_fell_silent_does_not(sign: str) -> None:
    silent = replace(away("silence", Signs(**{sign: NOW + MINUTE})), away_ms=NOW)
    assert likely(silent, SCRIPT).cause in ("ours", "our_pause")
    assert likely(replace(silent, reason="other_offer", group="personal"), SCRIPT).cause == "unknown"


def test_what_we_did_wrong_goes_before_what_they_may_have_done() -> None:
    everything = Signs(NOW, NOW, NOW, NOW, 9, 9, 9)
    assert likely(away("pause", everything), SCRIPT).cause == "ours"
    assert likely(away("pause", Signs(NOW, NOW, NOW, 0, 9)), SCRIPT).cause == "network"


def test_whoever_has_not_begun_has_no_question_that_could_be_too_long() -> None:
    assert likely(away(index=-1, active_ms=NOW), SCRIPT).cause == "unknown"
    assert likely(away(index=4, active_ms=NOW), SCRIPT).cause == "unknown"


def test_every_rule_has_a_name_of_its_own_and_a_known_cause() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.cause for rule in RULES} < set(CAUSES)
