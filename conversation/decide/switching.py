"""Going on in another app or on another device, by a code or by the link."""

import hashlib
import hmac

from conversation import events as e
from conversation.decide import closing, returning, standing
from conversation.inbound import Address, CodeEntered
from conversation.prompt import ReturnPrompt
from conversation.turn import Turn

CODE_MS = 30 * 60_000
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no characters that are read as one another
CODE_LENGTH = 8
STAFF_CODE_MS = 72 * 3600_000
STAFF_CODE_LENGTH = 16
"""It lives longer than a candidate's own, and so must be harder to find (78 bits)."""
_SAME_MOMENT_MS = 5_000


def greet(turn: Turn, sender: Address) -> None:
    """The link was followed again, by somebody who belongs here."""
    if sender != turn.state.address:
        move(turn, sender)
        return
    at_question = turn.state.phase == "running" and not turn.state.away
    if at_question and _just_back(turn):  # unblocking the bot and its /start come together
        turn.record(e.Informed("question"))
        return
    if not turn.state.away:
        turn.record(e.Informed("question" if at_question else turn.state.phase))
    standing.show(turn)


def _just_back(turn: Turn) -> bool:
    return isinstance(turn.state.prompt, ReturnPrompt) and turn.now - turn.state.last_ms < _SAME_MOMENT_MS


def issue_code(turn: Turn) -> None:
    """A code with which the interview goes on in another app or on another device."""
    if turn.state.phase == "completed" or turn.too_late:
        closing.afterwards(turn)
        return
    code = code_from(turn.inbound.fresh)
    turn.record(e.CodeIssued(digest(code), turn.now + CODE_MS))
    turn.say("switch.code", code=f"{code[:4]}-{code[4:]}")
    turn.code = code


def code_from(fresh: str, length: int = CODE_LENGTH) -> str:
    """Characters (4.9 bits each) from unguessable text."""
    number = int.from_bytes(hashlib.sha256(fresh.encode()).digest())
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)


def read_code(text: str) -> str:
    """The resume code that a text is, in the form in which it was issued, or an empty string."""
    code = "".join(text.upper().replace("-", " ").split())
    return code if len(code) in (CODE_LENGTH, STAFF_CODE_LENGTH) and set(code) <= set(_ALPHABET) else ""


def digest(code: str) -> str:
    """What is kept of a code: SHA-256, hex."""
    return hashlib.sha256(code.encode()).hexdigest()


def code_entered(turn: Turn, what: CodeEntered) -> None:
    sender = turn.inbound.sender
    if sender is None:
        return
    good = hmac.compare_digest(digest(what.code), turn.state.code_sha256) and turn.now < turn.state.code_until_ms
    if not good and sender == turn.state.address:
        greet(turn, sender)  # the link that brought them here, opened once more
    elif not good:
        turn.by = "stranger"
        turn.record(e.OpeningRefused(sender))
        turn.send(turn.words.say("switch.refused"), to=sender)
    elif sender == turn.state.address:
        turn.record(e.Informed("switch"))
        turn.say("switch.same")
    else:
        move(turn, sender)


def move(turn: Turn, sender: Address) -> None:
    """The interview goes on at `sender`, who is there."""
    hand_over(turn, sender)
    resume(turn)


def hand_over(turn: Turn, sender: Address, told: str = "switch.moved") -> None:
    """The interview belongs to `sender` from now on; the former place is told and no longer asked."""
    former = turn.state.address
    turn.record(e.Moved(sender, former))
    if former:
        turn.send(turn.words.say(told), ("here",), to=former)


def resume(turn: Turn) -> None:
    """Say where we are, at a place that is new or was left."""
    if turn.state.phase == "running" and not turn.state.away:
        standing.show(turn, returning.welcome(turn))
    else:
        standing.show(turn)


def elsewhere(turn: Turn) -> None:
    """A word from a place at which the interview no longer is."""
    sender = turn.inbound.sender
    turn.record(e.NotTaken("elsewhere", getattr(turn.inbound.what, "text", "")))
    turn.send(turn.words.say("switch.elsewhere"), ("here",), to=sender)
