"""The practice question before the interview: it shows how answering works, and no answer to it is kept."""

from conversation import events as e
from conversation.inbound import Media
from conversation.turn import Turn
from conversation.words import Styled, length_of

_CHOICES = ("agree", "later", "support")


def ask(turn: Turn, *before: Styled) -> None:
    turn.record(e.Practised())
    turn.send(Styled.join([*before, turn.words.say("practice.ask")], "\n\n"), _CHOICES)


def typed(turn: Turn) -> None:
    turn.record(e.Practised("text"))
    turn.say("practice.typed", _CHOICES)


def spoken(turn: Turn, media: Media) -> None:
    turn.record(e.Practised("voice"))
    length = turn.words.length(round(media.duration_ms / 1000)) if length_of(media.duration_ms // 1000) else ""
    turn.say("practice.spoken", _CHOICES, length=length)
