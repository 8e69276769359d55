"""Moving an interview to another app or device, by a resume code or by the link."""

import hashlib
import hmac

from conversation import events as e
from conversation.decide import after_end, position, resumption
from conversation.inbound import Address, CodeEntered
from conversation.prompt import ReturnPrompt
from conversation.turn import Turn

CODE_MS = 30 * 60_000
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without characters that look alike
CODE_LENGTH = 8
STAFF_CODE_MS = 72 * 3600_000
STAFF_CODE_LENGTH = 16
"""Length of a code that staff pass on. It is valid longer than a candidate's own, so harder to guess (78 bits)."""
_SAME_MOMENT_MS = 5_000


def greet(turn: Turn, sender: Address) -> None:
    """Handle the link being opened again by an account that belongs to the interview."""
    if sender != turn.state.address:
        move(turn, sender)
        return
    at_question = turn.state.phase == "running" and not turn.state.away
    if at_question and _just_back(turn):  # unblocking the bot also sends /start: answer only one of them
        turn.record(e.Informed("question"))
        return
    if not turn.state.away:
        turn.record(e.Informed("question" if at_question else turn.state.phase))
    position.show(turn)


def _just_back(turn: Turn) -> bool:
    return isinstance(turn.state.prompt, ReturnPrompt) and turn.now - turn.state.last_ms < _SAME_MOMENT_MS


def issue_code(turn: Turn) -> None:
    """Issue and send a code with which the interview goes on in another app or on another device."""
    if turn.state.phase == "completed" or turn.too_late:
        after_end.afterwards(turn)
        return
    code = code_from(turn.inbound.nonce)
    turn.record(e.CodeIssued(digest(code), turn.now + CODE_MS))
    turn.say("switch.code", code=f"{code[:4]}-{code[4:]}")
    turn.code = code


def code_from(nonce: str, length: int = CODE_LENGTH) -> str:
    """Derive a code of `length` characters (4.9 bits each) from the unguessable text `nonce`."""
    number = int.from_bytes(hashlib.sha256(nonce.encode()).digest())
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)


def read_code(text: str) -> str:
    """Return the resume code in the form in which it was issued, or an empty string if the text is none."""
    code = "".join(text.upper().replace("-", " ").split())
    return code if len(code) in (CODE_LENGTH, STAFF_CODE_LENGTH) and set(code) <= set(_ALPHABET) else ""


def digest(code: str) -> str:
    """Return the SHA-256 of a code in hex. Nothing else of a code is stored."""
    return hashlib.sha256(code.encode()).hexdigest()


def code_entered(turn: Turn, what: CodeEntered) -> None:
    sender = turn.inbound.sender
    if sender is None:
        return
    good = hmac.compare_digest(digest(what.code), turn.state.code_sha256) and turn.now < turn.state.code_until_ms
    if not good and sender == turn.state.address:
        greet(turn, sender)  # they opened again the link that brought them here
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
    """Move the interview to `sender`, who is there now, and show where it is."""
    hand_over(turn, sender)
    resume(turn)


def hand_over(turn: Turn, sender: Address, told: str = "switch.moved") -> None:
    """Make `sender` the interview's address. The former address is told and is asked nothing more.

    `told` is the key of the text that the former address gets.
    """
    former = turn.state.address
    turn.record(e.Moved(sender, former))
    if former:
        turn.send(turn.words.say(told), ("here",), to=former)


def resume(turn: Turn) -> None:
    """Show where the interview is, at a new address or one that it had left."""
    if turn.state.phase == "running" and not turn.state.away:
        position.show(turn, resumption.welcome(turn))
    else:
        position.show(turn)


def elsewhere(turn: Turn) -> None:
    """Answer a message from an address that the interview has left."""
    sender = turn.inbound.sender
    turn.record(e.NotTaken("elsewhere", getattr(turn.inbound.what, "text", "")))
    turn.send(turn.words.say("switch.elsewhere"), ("here",), to=sender)
