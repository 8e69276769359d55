"""The text of a question is remembered, and is what it would be without that."""

import random
from itertools import product
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from conversation.decide.questions import card
from conversation.inbound import Inbound, Ticked
from conversation.script import Script, Wording
from conversation.state import Record, State
from conversation.state_parts import OpenFollowUp, Part
from conversation.turn import Turn
from handlers.catalogues import vocabulary
from tests.dialogues.playing import script_named

SHORT = script_named("short")


def _spoken() -> Script:
    """Return the script with a first question that must be answered by voice."""
    first = SHORT.stages[0]
    must = replace(first.questions[0], voice="required")
    return replace(SHORT, stages=(replace(first, questions=(must, *first.questions[1:])), *SHORT.stages[1:]))


SCRIPTS = [SHORT, replace(SHORT, recruiter=Wording("HR", "the hiring team")), _spoken()]
SPOKEN = Part("m1", "voice", "", voice=1)


def _turn(state: State, script: Script) -> Turn:
    return Turn(Record(state, 1, b""), Inbound("", Ticked()), script, 1, vocabulary(), ZoneInfo("UTC"))


def _states(script: Script) -> list[State]:
    running = State("i1", "spring", script.version, phase="running", started_ms=1)
    steps = range(len(script.steps))
    return [
        replace(
            running,
            index=index,
            reached=max(index, reached),
            language=language,
            skipped=skipped,
            parts=parts,
            text_only=text_only,
            follow_up=follow_up,
        )
        for index, reached, language, skipped, parts, text_only, follow_up in product(
            steps,
            steps,
            ("zh", "en"),
            ((), (0,), (0, 1)),
            ((), (SPOKEN,)),
            (False, True),
            (None, OpenFollowUp("Which tools?"), OpenFollowUp("How long?")),
        )
    ]


def test_a_remembered_card_is_the_same() -> None:
    asked = [
        (state, script, hinting) for script in SCRIPTS for state in _states(script) for hinting in (True, False)
    ]
    random.Random(1).shuffle(asked)
    for state, script, hinting in asked:
        anew = replace(script)
        assert not anew.cards
        assert card(_turn(state, script), hinting=hinting) == card(_turn(state, anew), hinting=hinting)


def test_only_what_is_the_same_for_many_candidates_is_remembered() -> None:
    script = replace(SCRIPTS[0])
    for state in _states(script):
        card(_turn(state, script))
    steps = len(script.steps)
    assert 0 < len(script.cards) <= 2 * 2 * 2 * steps * steps
    assert not any("Which tools" in text.text for text in script.cards.values())
