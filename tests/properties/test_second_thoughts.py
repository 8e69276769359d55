"""An answer accepted at once can be changed, and a dropped one can be restored."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.choices import offered
from conversation.outcome import Outcome
from conversation.question_kinds import kind_of
from conversation.state import State
from tests.conversation.prompts.player import VOICE, Player
from tests.dialogues.playing import script_named

_WORDS = (
    "我学统计。",
    "Excel",
    "3",
    "75",
    "我想大概是 15 左右",
    "选 B",
    "中位数",
    "跳过",
    "好的",
    "重新回答",
    "撤销",
    "提交",
    "改一下",
    "保留原来的",
    "退出",
    "继续",
    "有人吗",
    "1",
    "2",
    "4",
)
_SCRIPTS = (script_named("short"), script_named("looked-over"), script_named("spoken"))

Act = Callable[[Player], Outcome]


def _press(number: int) -> Act:
    """Return an action that presses one of the choices on the screen."""

    def act(player: Player) -> Outcome:
        shown = offered.shown(player.state, player.script)
        choice = shown[number % len(shown)] if shown else "continue"
        token = f"{choice}@{player.state.index}.{player.state.interview[:4]}"
        return player.does(i.ChoicePressed(token))

    return act


def _say(text: str) -> Act:
    return lambda player: player.does(i.TextReceived(text))


_acts = st.lists(
    st.one_of(
        st.sampled_from(_WORDS).map(_say),
        st.integers(0, 8).map(_press),
        st.just(lambda player: player.does(VOICE)),
    ),
    max_size=25,
)


def _begun(script: int) -> Player:
    player = Player(_SCRIPTS[script])
    player.does(i.Opened())
    player.does(i.ChoicePressed("agree@-1"))
    return player


def _has(outcome: Outcome, kind: type[e.Event]) -> bool:
    return outcome.entry is not None and any(isinstance(event, kind) for event in outcome.entry.events)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2), _acts)
def test_what_is_taken_at_once_can_be_changed(script: int, acts: list[Act]) -> None:
    player = _begun(script)
    for act in acts:
        before = player.state
        outcome = act(player)
        if not _has(outcome, e.AnswerSubmitted):
            continue
        kind = kind_of(player.script.steps[before.index].question)
        if kind.at_once and not any(part.voice for part in before.parts):
            assert f"change.{before.index}" in offered.shown(player.state, player.script)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2), _acts)
def test_changing_and_keeping_loses_nothing(script: int, acts: list[Act]) -> None:
    player = _begun(script)
    for act in acts:
        act(player)
    shown = offered.shown(player.state, player.script)
    change = next((choice for choice in shown if choice.startswith("change.")), None)
    if change is None or player.state.phase != "running":
        return
    before = player.state
    player.does(i.ChoicePressed(change))
    assert player.state.detour is not None
    player.does(i.ChoicePressed("asbefore"))
    assert _comparable(player.state) == _comparable(before)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2), _acts)
def test_what_was_dropped_comes_back(script: int, acts: list[Act]) -> None:
    player = _begun(script)
    for act in acts:
        act(player)
        parts = player.state.parts
        if "redo" not in offered.shown(player.state, player.script) or player.state.phase != "running":
            continue
        player.does(i.ChoicePressed("redo"))
        assert player.state.parts == ()
        player.does(i.TextReceived("撤销"))
        assert player.state.parts == parts


def _comparable(state: State) -> State:
    return replace(state, listed=None, on_screen=0, last_ms=0, active_ms=0, requests=0, awaited=(), backlog_ms=0)
