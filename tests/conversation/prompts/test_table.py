"""A table for review: what comes of every kind of input at every prompt.

`--rewrite-dialogues` rewrites it. It is always complete: a prompt without a scene fails, and so does a scene whose
acts lead to another prompt.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, get_args

import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation import prompt as p
from conversation.choices import offered
from conversation.outcome import Outcome
from conversation.state import State
from conversation.turn import Turn
from handlers.catalogues import vocabulary
from tests.conversation.prompts.player import VOICE, ZONE, Player
from tests.conversation.prompts.scenes import SCENES, Scene
from tests.dialogues.playing import script_named

_TABLE = Path(__file__).with_name("table.txt")
SCRIPT = replace(script_named("short"), review=True, practice=True)
NAMED = replace(script_named("named"), practice=True)


class Kind(NamedTuple):
    """A kind of input. `act` applies it for the candidate, who is at the end of the scene."""

    name: str
    act: Callable[[Player, Scene], Outcome]


def _labels(player: Player) -> list[str]:
    last = next((each for each in reversed(player.sent) if each.choices), None)
    return [choice.label for choice in last.choices] if last else []


def _text(text: str) -> Callable[[Player, Scene], Outcome]:
    return lambda player, _scene: player.does(i.TextReceived(text))


def _number_listed(player: Player, _scene: Scene) -> Outcome:
    return player.does(i.TextReceived("2" if len(offered.shown(player.state, player.script)) > 1 else "1"))


def _number_outside(player: Player, _scene: Scene) -> Outcome:
    return player.does(i.TextReceived(str(len(offered.shown(player.state, player.script)) + 1)))


def _label(player: Player, _scene: Scene) -> Outcome:
    return player.does(i.TextReceived(next(iter(_labels(player)), "继续面试")))


def _earlier(player: Player, scene: Scene) -> Outcome:
    return player.does(i.TextReceived(scene.earlier))


def _edit(player: Player, _scene: Scene) -> Outcome:
    return player.does(i.TextEdited("改过的话"), player.last_message or "m0")


def _button(player: Player, _scene: Scene) -> Outcome:
    labels = _labels(player)
    return player.presses(labels[0]) if labels else player.does(i.ChoicePressed("continue"))


def _stale(player: Player, _scene: Scene) -> Outcome:
    return player.does(i.ChoicePressed("option.0@99.6651"))


def _picture(player: Player, _scene: Scene) -> Outcome:
    media = i.Media("photo-1", "photo")
    return player.does(i.OtherReceived("photo", media, "", "图片里是我的作品"))


KINDS = (
    Kind("answer-like text", _text("我先核对数据是否完整")),
    Kind("number of the list", _number_listed),
    Kind("number outside it", _number_outside),
    Kind("label of the list", _label),
    Kind("label of an earlier list", _earlier),
    Kind("command word", _text("我的进度")),
    Kind("question to the bot", _text("这题什么意思？")),
    Kind("voice", lambda player, _scene: player.does(VOICE)),
    Kind("picture with words", _picture),
    Kind("edit", _edit),
    Kind("current button", _button),
    Kind("stale button", _stale),
)


def _at(name: str) -> Player:
    scene = SCENES[name]
    player = Player(NAMED, name="") if scene.prompt is p.NamePrompt else Player(SCRIPT)
    for act in scene.acts:
        act(player)
    assert type(player.state.prompt) is scene.prompt, f"{name}: {player.state.prompt}"
    return player


def _row(name: str, kind: Kind, *, paused: bool) -> str:
    player = _at(name)
    player.halted = paused
    outcome = kind.act(player, SCENES[name])
    events = [type(event).__name__ for event in outcome.entry.events] if outcome.entry else ["-"]
    said = (
        " / ".join(message.text.split("\n")[0] for message in outcome.messages if not message.quiet) or "(silence)"
    )
    listed = " ".join(f"[{choice.label}]" for message in outcome.messages[-1:] for choice in message.choices)
    said = re.sub("[\ue000-\uf8ff]", "", said)
    return f"  {kind.name}: {' '.join(events)} → {_where(outcome.state)}\n      {said[:160]} {listed}".rstrip()


def _where(state: State) -> str:
    about = str(state.prompt.__struct_config__.tag)
    return f"{state.phase}, question {state.index + 1}, {about}"


def _lines() -> Iterator[str]:
    for name in SCENES:
        player = _at(name)
        shown = " ".join(f"[{label}]" for label in _labels(player))
        yield f"\n## {name}\n   {_where(player.state)}; shown last: {shown}"
        for kind in KINDS:
            yield _row(name, kind, paused=False)
        yield "  -- while our account is paused"
        for kind in KINDS:
            yield _row(name, kind, paused=True).split("\n")[0]


def test_every_prompt_has_a_scene() -> None:
    assert {scene.prompt for scene in SCENES.values()} == set(get_args(p.AnyPrompt))


def test_the_table_is_as_it_was_read(pytestconfig: pytest.Config) -> None:
    table = "\n".join(_lines()).lstrip() + "\n"
    if pytestconfig.getoption("--rewrite-dialogues"):
        _TABLE.write_text(table, encoding="utf-8")
    assert table == _TABLE.read_text(encoding="utf-8")


_ENDS = (e.Exited, e.Paused, e.AnswerSubmitted, e.AnswerChanged, e.Completed)


@pytest.mark.parametrize("name", SCENES)
def test_a_number_that_is_not_listed_ends_nothing(name: str) -> None:
    """Such a number may be submitted as an answer. Otherwise it ends, pauses and submits nothing."""
    player = _at(name)
    answers = player.state.prompt.answers and player.state.phase == "running"
    outcome = _number_outside(player, SCENES[name])
    events = outcome.entry.events if outcome.entry else ()
    ended = [event for event in events if isinstance(event, _ENDS)]
    if answers and ended:
        assert isinstance(ended[0], e.AnswerSubmitted)
        assert any(isinstance(event, e.PartReceived) for event in events)
    else:
        assert ended == []


@pytest.mark.parametrize("name", SCENES)
def test_a_number_of_the_list_does_what_its_button_does(name: str) -> None:
    player, other = _at(name), _at(name)
    listed = offered.listed(player.state, player.script)
    if listed.by_name or not listed.choices:
        return
    number = 2 if len(listed.choices) > 1 else 1
    typed = player.does(i.TextReceived(str(number)))
    pressed = other.presses(_labels(other)[number - 1])
    assert _kinds(typed) == _kinds(pressed)


def _kinds(outcome: Outcome) -> list[str]:
    return [type(event).__name__ for event in outcome.entry.events] if outcome.entry else []


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_state_knows_the_list_on_the_screen(name: str, kind: Kind) -> None:
    """After any input, the choices in the state are those of the last message that had choices."""
    player = _at(name)
    kind.act(player, SCENES[name])
    mine = [each for each in player.sent if each.to == player.state.address]
    last = next((each for each in reversed(mine) if each.choices), None)
    listed = offered.shown(player.state, player.script)
    if listed:
        assert last is not None
        assert [choice.label for choice in last.choices] == [_label_of(player, choice) for choice in listed]


def _label_of(player: Player, choice: str) -> str:
    turn = Turn(player.record, i.Inbound("", i.Ticked()), player.script, player.now, vocabulary(), ZONE)
    return turn.label(choice)
