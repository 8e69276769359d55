"""Which choices are offered, and which choice a typed text means."""

from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from conversation import prompt as p
from conversation.choices.offered import REMINDER, Pressed, pressed, reasons, shown
from conversation.choices.typed import typed
from conversation.inbound import Address, ChoicePressed, Inbound, TextReceived
from conversation.state import Record, State
from conversation.state_parts import Listed, Part
from conversation.turn import Turn
from handlers.catalogues import vocabulary
from tests.dialogues.playing import script_named

SCRIPT = script_named("short")
OPEN, SHORT, CHOICE, NUMBER = range(4)
CANDIDATE = Address("telegram", "700001", "42")
SAID = (Part("m1", "text", "I studied statistics."),)


def _state(index: int = OPEN, prompt: p.AnyPrompt | None = None, language: str = "en") -> State:
    state = State("i1", "spring", SCRIPT.version, phase="running", address=CANDIDATE, started_ms=1)
    return replace(state, index=index, reached=index, prompt=prompt or p.AnswerPrompt(), language=language)


def _meant(state: State, text: str) -> str:
    inbound = Inbound("in:1", TextReceived(text), CANDIDATE)
    return typed(Turn(Record(state, 1, b""), inbound, SCRIPT, 1, vocabulary(), ZoneInfo("UTC")), text)


@pytest.mark.parametrize(
    ("state", "choices"),
    [
        (_state(OPEN), ("submit", "leave", "support", "skip")),
        (replace(_state(OPEN), parts=SAID), ("submit", "redo")),
        (_state(SHORT), ("leave", "support", "skip")),
        (_state(CHOICE), ("option.0", "option.1", "option.2", "leave", "support", "skip")),
        (replace(_state(OPEN, p.ReturnPrompt()), said=SAID[0]), ("keep", "continue", "leave")),
        (
            replace(_state(OPEN, p.ReturnPrompt()), said=SAID[0], parts=SAID),
            ("submit", "keep", "continue", "leave"),
        ),
        (replace(_state(OPEN, p.ReturnPrompt()), parts=SAID), ("submit", "continue", "redo")),
        (replace(_state(OPEN), listed=Listed(("continue", "leave"))), ("continue", "leave")),
        (
            replace(_state(prompt=p.GuidePrompt()), phase="guided", index=-1),
            ("agree", "later", "privacy", "support", "language"),
        ),
        (replace(_state(prompt=p.AwayPrompt()), phase="paused", interruption="pause", started_ms=1), REMINDER),
        (
            replace(_state(OPEN), phase="paused", interruption="silence", started_ms=1),
            ("submit", "leave", "support", "skip"),
        ),
        (replace(_state(prompt=p.LapsedPrompt()), phase="lapsed", interruption="lapse"), ("extension",)),
        (replace(_state(prompt=p.ReasonPrompt()), phase="exited", interruption="exit"), reasons(SCRIPT)),
        (
            replace(_state(index=4, prompt=p.FeedbackPrompt()), phase="completed"),
            ("face.4", "face.3", "face.2", "face.1"),
        ),
        (replace(_state(index=4, prompt=p.NoPrompt()), phase="completed"), ()),
    ],
)
def test_what_is_shown(state: State, choices: tuple[str, ...]) -> None:
    assert shown(state, SCRIPT) == choices


@pytest.mark.parametrize(
    ("index", "text", "choice"),
    [
        (OPEN, "1", "submit"),
        (OPEN, "１.", "submit"),
        (OPEN, "done!", "submit"),
        (OPEN, "提交", "submit"),
        (OPEN, "Technical  support", "support"),
        (OPEN, "4", "skip"),
        (OPEN, "5", ""),
        (OPEN, "0", ""),
        (OPEN, "I am done with school", ""),
        (OPEN, "x" * 5000, ""),
        (OPEN, "…", ""),
        (CHOICE, "2", "option.1"),
        (CHOICE, "B", "option.1"),
        (CHOICE, "ｃ", "option.2"),
        (CHOICE, "d", ""),
        (CHOICE, "median", "option.1"),
        (CHOICE, "4", "leave"),
        (SHORT, "1", ""),
        (NUMBER, "1", ""),
        (NUMBER, "Pause or leave", "leave"),
    ],
)
def test_typed_choices(index: int, text: str, choice: str) -> None:
    assert _meant(_state(index), text) == choice


def test_after_a_word_beside_the_interview_numbers_mean_what_was_shown_last() -> None:
    state = replace(_state(CHOICE), listed=Listed(("continue", "leave")))
    assert _meant(state, "1") == "continue"
    assert _meant(state, "median") == "option.1"
    assert _meant(state, "b") == "option.1"
    assert _meant(state, "3") == ""


def test_numbers_after_a_silence_answer_a_question_that_wants_a_number() -> None:
    silent = replace(_state(NUMBER), phase="paused", interruption="silence", started_ms=1)
    assert _meant(silent, "2") == ""
    assert _meant(replace(silent, listed=Listed(REMINDER, by_name=True)), "later") == "later"
    assert _meant(replace(silent, index=CHOICE), "2") == "option.1"  # the question was shown last
    reminded = replace(silent, index=CHOICE, listed=Listed(REMINDER))
    assert _meant(reminded, "2") == "later"  # the reminder was shown last


def test_choices_further_up_are_understood_by_name_while_away() -> None:
    left = replace(_state(prompt=p.AwayPrompt()), phase="exited", interruption="exit")
    assert _meant(left, "Continue on another device") == "device"
    assert _meant(left, "ask for more time") == "extension"


def test_reasons_have_a_way_not_to_say() -> None:
    assert reasons(SCRIPT)[-1] == "reason.skipped"
    assert _meant(_state(prompt=p.ReasonPrompt()), "10") == "reason.skipped"


@pytest.mark.parametrize(
    ("token", "meaning"),
    [
        ("submit@0", ("submit", 0, "")),
        ("submit@0.1a2b", ("submit", 0, "1a2b")),
        ("agree@-1", ("agree", -1, "")),
        ("submit", ("submit", None, "")),
        ("submit@", ("submit", None, "")),
        ("submit@99999", ("submit", None, "")),
        ("submit@1@2", ("submit", None, "")),
        ("@3", ("", 3, "")),
        ("submit@٣", ("submit", None, "")),
    ],
)
def test_strangers_may_press_anything(token: str, meaning: tuple[str, int | None, str]) -> None:
    assert pressed(ChoicePressed(token)) == Pressed(*meaning)
