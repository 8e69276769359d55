"""Coming back: the open question in full, with what was already said; also on another device."""

import hashlib
import hmac
from collections.abc import Callable

from conversation import events as e
from conversation.inbound import Address, CodeEntered
from conversation.offers import GUIDE, for_question
from conversation.stages import answers, closing, guide, questions
from conversation.turn import Turn
from conversation.words import Styled

_SAME_MOMENT_MS = 5_000
CODE_MS = 30 * 60_000
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no characters that are read as one another
CODE_LENGTH = 8
STAFF_CODE_MS = 72 * 3600_000
STAFF_CODE_LENGTH = 16
"""It lives longer than a candidate's own, and so must be harder to find (78 bits)."""


def greet(turn: Turn, sender: Address) -> None:
    """The link was followed again, by somebody who belongs here."""
    if sender != turn.state.address:
        move(turn, sender)
    elif turn.state.away:
        back(turn)
    elif turn.state.phase == "invited":
        turn.record(e.Informed("guide"))
        turn.say("name.ask")
    elif turn.state.phase == "guided":
        guide.show(turn)
    elif turn.state.phase == "running":
        just_back = turn.state.expecting == "returned" and turn.now - turn.state.last_ms < _SAME_MOMENT_MS
        turn.record(e.Informed("question"))
        if not just_back:  # unblocking the bot and its /start come together
            questions.repeat(turn)
    else:
        turn.record(e.Informed("closed"))
        turn.say("closed.completed")


def back(turn: Turn, said: str = "", taking: Callable[[], None] | None = None) -> None:
    """After any interruption: welcome, where we are, the question in full, what was said so far. `taking` takes
    what was spoken.

    After a silence `said` is simply the next part of the answer; after a pause or an exit it may be a mere
    "hello", so it is kept aside and offered. After the deadline only a recruiter opens the interview again.
    """
    state, words = turn.state, turn.words
    if turn.too_late:
        closing.afterwards(turn)
        return
    silent = state.interruption == "silence"
    aside = bool(said) and not silent and turn.has_question and turn.question.kind in ("open", "short")
    kept_aside = said if aside else ""
    technical = state.interruption == "exit" and state.group == "technical" and bool(state.started_ms)
    solved = state.reason if technical else ""
    turn.returned(e.Returned(kept_aside, turn.inbound.message if kept_aside else "", solved=solved))
    if not turn.state.started_ms:
        if said:
            turn.record(e.NotTaken("before_consent", said))
        turn.send(words.say("return.guided", name=turn.addressed), GUIDE)
        return
    if said and not aside:
        answers.hold(turn, said)
    if taking:
        taking()
    parts = [_welcome(turn), questions.card(turn), questions.so_far(turn)]
    if turn.state.unsolved:
        reason = turn.label(f"reason.{solved}")
        parts[0] = Styled.join([parts[0], words.say("return.solved", reason=reason)], "\n")
    if kept_aside:
        parts.append(words.say("return.said", text=kept_aside))
    turn.send(Styled.join(parts, "\n\n"), for_question(turn.state, turn.script))


def unsolved(turn: Turn) -> None:
    """What they had left for still is as it was."""
    turn.record(e.Unsolved(turn.state.unsolved))
    turn.say("return.unsolved", ("support", "device", "continue"))


def _welcome(turn: Turn) -> Styled:
    total = len(turn.script.steps)
    return turn.words.say("return.welcome", name=turn.addressed, done=turn.state.index, total=total)


def adopt(turn: Turn) -> None:
    """What was said on returning belongs to the answer after all."""
    said = turn.state.said
    if said is None:
        return
    turn.record(e.SaidAdopted(said.message))
    answers.saved(turn)


def issue_code(turn: Turn) -> None:
    """A code with which the interview goes on in another app or on another device."""
    if turn.state.phase == "completed" or turn.too_late:
        closing.afterwards(turn)
        return
    code = code_from(turn.inbound.fresh)
    turn.record(e.CodeIssued(digest(code), turn.now + CODE_MS))
    turn.say("switch.code", code=f"{code[:4]}-{code[4:]}")


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
    if not good:
        turn.by = "stranger"
        turn.record(e.OpeningRefused(sender))
        turn.send(turn.words.say("switch.refused"), to=sender)
    elif sender == turn.state.address:
        turn.record(e.Informed("switch"))
        turn.say("switch.same")
    else:
        move(turn, sender)


def move(turn: Turn, sender: Address) -> None:
    """The interview goes on at `sender`; the former place is told and no longer asked."""
    former = turn.state.address
    turn.record(e.Moved(sender, former))
    if former:
        turn.send(turn.words.say("switch.moved"), ("here",), to=former)
    resume(turn)


def resume(turn: Turn) -> None:
    """Say where we are, whatever the interview's phase."""
    if turn.state.away:
        back(turn)
    elif turn.state.phase == "running":
        questions.repeat(turn, _welcome(turn))
    elif turn.state.phase == "guided":
        guide.show(turn)
    elif turn.state.phase == "invited":
        turn.say("name.ask")
    else:
        turn.say("closed.completed")


def elsewhere(turn: Turn) -> None:
    """A word from a place at which the interview no longer is."""
    sender = turn.inbound.sender
    turn.record(e.NotTaken("elsewhere", getattr(turn.inbound.what, "text", "")))
    turn.send(turn.words.say("switch.elsewhere"), ("here",), to=sender)
