"""In any conversation, everything said is recorded, and the record determines the state."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conversation import inbound as i
from tests.properties.actions import CONVERSATIONS, Action, Done, Happened, Moved, Passed, Pressed, Said
from tests.properties.player import Player

_TO_THE_END: list[Action] = [
    Done(i.ChoicePressed("agree@-1")),
    Said("about me ==1== and more"),
    Done(i.ChoicePressed("submit@0")),
    Said("my city ==2=="),
    Done(i.ChoicePressed("option.1@2")),
    Done(i.TextReceived("7")),
    Done(i.ChoicePressed("face.4@4")),
]


@pytest.mark.parametrize("named", [False, True])
@given(actions=CONVERSATIONS)
@example(actions=_TO_THE_END)
@example(actions=[Happened(i.SetAside()), Said("back before consent ==3==")])
@settings(max_examples=700, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_conversation(named: bool, actions: list[Action]) -> None:
    player = Player(named=named)
    for action in actions:
        player.play(action)
    player.look_back()


_AWAY_TWICE: list[Action] = [Pressed(0), Passed(660_000), Done(i.ChoicePressed("submit"))]


@given(actions=CONVERSATIONS, more=CONVERSATIONS)
@example(actions=_AWAY_TWICE, more=[Pressed(0), Passed(660_000)])  # a question that is asked again is counted once
@example(actions=[Moved(3_600_000)], more=[Done(i.CommandReceived("delete")), Passed(3_600_000)])  # then it lapses
@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_conversation_from_the_middle_of_an_interview(actions: list[Action], more: list[Action]) -> None:
    """Check conversations that begin past the start, because random actions seldom get past consent.

    Half of the actions come after consent, and half after the first answer.
    """
    player = Player()
    for action in (*_TO_THE_END[:1], *actions, *_TO_THE_END[1:4], *more):
        player.play(action)
    player.look_back()


@given(actions=CONVERSATIONS, more=CONVERSATIONS)
@example(actions=[], more=[Said("more ==2=="), Done(i.ChoicePressed("redo@0")), Done(i.ChoicePressed("undo@0"))])
@example(actions=[Done(i.ChoicePressed("exit"))], more=[Moved(3_600_000), Done(i.ChoicePressed("skip@0"))])
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_conversation_about_a_follow_up_question(actions: list[Action], more: list[Action]) -> None:
    player = Player(followed_up=True)
    for action in (*_TO_THE_END[:3], *actions, *more):
        player.play(action)
    player.look_back()


def test_the_straight_way_leads_to_the_end() -> None:
    player = Player()
    for action in _TO_THE_END:
        player.play(action)
    player.look_back()
    assert player.state.phase == "completed"
    assert player.state.face == 4


@given(st.data())
@settings(max_examples=40)
def test_the_same_events_at_the_same_times_give_the_same_record(data: st.DataObject) -> None:
    actions = data.draw(CONVERSATIONS)
    one, other = Player(), Player()
    for action in actions:
        one.play(action)
        other.play(action)
    assert one.stored == other.stored
