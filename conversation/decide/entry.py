"""Opening an invitation. It belongs to the first account that opens it; the name is asked for if it is needed."""

import re

from conversation import events as e
from conversation.decide import channel_switch, claims, guide
from conversation.inbound import Address
from conversation.remarks import about
from conversation.turn import Turn
from conversation.words import NAME_LENGTH, Styled, language_of, plain_name

_INTRODUCED = re.compile(
    r"^(?:您好|你好|hello|hi)?[，,\s]*(?:我叫|我是|我的名字是|叫我|姓名[:：]|my name is|i am|i'm)\s*",
    re.IGNORECASE,
)
"""Words that introduce a name, such as "my name is"."""


def opened(turn: Turn) -> None:
    """Handle an opened invitation link: begin or show the interview, move it, or start a claim to it."""
    sender = turn.inbound.sender
    if sender is None:
        return
    if turn.state.withdrawn:
        turn.by = "stranger"
        turn.record(e.OpeningRefused(sender))
        words = turn.vocabulary[language_of(turn.inbound.language)]
        turn.send(words.say("opening.withdrawn"), to=sender)
    elif turn.state.address is None:
        _open(turn, sender)
    elif sender in turn.state.known:
        channel_switch.greet(turn, sender)
    elif not turn.state.consent and turn.state.support is None:
        channel_switch.move(turn, sender)  # before consent, having the link is enough
    else:
        claims.started(turn, sender)


def withdrawn(turn: Turn) -> None:
    """Withdraw the invitation. Does nothing if it has been opened: that person stays a candidate."""
    turn.by = "staff"
    if turn.state.address is None and not turn.state.withdrawn:
        turn.record(e.InvitationWithdrawn())


def _open(turn: Turn, sender: Address) -> None:
    name = plain_name(turn.inbound.name)
    given = name if turn.script.register == "none" or not turn.state.walk_in else ""
    deadline = turn.now + turn.script.deadline_s * 1000
    turn.record(e.InvitationOpened(sender, given, language_of(turn.inbound.language), deadline))
    if turn.script.register == "name" and not turn.state.name:
        turn.record(e.NameAsked())
        turn.send(Styled.join([turn.words.say("assistant"), turn.words.say("name.ask")], "\n\n"))
    else:
        guide.show(turn)


def name_given(turn: Turn, text: str) -> None:
    name = _INTRODUCED.sub("", plain_name(text, 2 * NAME_LENGTH)).strip("。.!！")
    if not name or len(name) > NAME_LENGTH or name.startswith("/") or about(name) or _is_command(turn, name):
        turn.record(e.NotTaken("name", text))
        turn.say("name.again")
        return
    turn.record(e.NameGiven(name, text if text != name else ""))
    guide.show(turn)


def _is_command(turn: Turn, name: str) -> bool:
    """Whether the text is a command, a choice or a number, and so cannot be a name."""
    return bool(turn.vocabulary.command(name) or turn.vocabulary.choices(name)) or name.isdecimal()
