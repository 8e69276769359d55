"""Claims: an unknown account opens the link of an interview that was begun elsewhere, perhaps on a dead device.

It is let in if it names the last digits of the phone number in the roster, or if a recruiter confirms it. Until
then nothing it says or presses becomes part of the interview, and nothing of the interview is shown to it.
"""

import hashlib
import hmac

from conversation import events as e
from conversation.choices.offered import pressed
from conversation.decide import channel_switch, position, timers
from conversation.inbound import (
    Address,
    ChannelClosed,
    ChannelReopened,
    ChoicePressed,
    CircumstanceNoticed,
    ClaimAnswered,
    Opened,
    TextReceived,
    What,
)
from conversation.outbound import Choice, OutboundMessage
from conversation.state_parts import Claim
from conversation.turn import Turn
from conversation.words import normal, plain_name

TRIES = 3
"""Number of attempts at the digits for one interview, shared by all accounts that claim it."""
DIGITS = 4
_LONGEST_NUMBER = 15
_CHOICE = "confirmme"
_SILENT = (ChannelClosed, ChannelReopened, CircumstanceNoticed)


def started(turn: Turn, sender: Address) -> None:
    """Start or repeat a claim: an account that the interview does not know opened the link."""
    turn.by = "stranger"
    turn.record(e.OpeningRefused(sender))
    claim, tries = turn.state.claim, _tries_left(turn)
    if sender in turn.state.refused:
        _say(turn, sender, "claim.refused")
    elif claim and claim.asked and claim.address != sender:
        _say(turn, sender, "claim.busy")
    elif claim and claim.address == sender and not claim.asked and not claim.tries and _busy(turn):
        _pass_on(turn, claim)  # what they type goes to another interview, so the link itself asks the recruiter
    else:
        if claim is None or claim.address != sender or (claim.tries != tries and not claim.asked):
            turn.record(e.ClaimStarted(sender, tries))
        _ask(turn, sender)


def _tries_left(turn: Turn) -> int:
    """Return how many attempts at the digits are left.

    None are left if the phone number is unknown, or if what the account types belongs to another interview.
    """
    known = len(turn.state.phone) == DIGITS and not _busy(turn)
    return max(0, TRIES - turn.state.wrong_digits) if known else 0


def _busy(turn: Turn) -> bool:
    return isinstance(turn.inbound.what, Opened) and turn.inbound.what.busy


def heard(turn: Turn, what: What, sender: Address) -> None:
    """Handle input from an account that the interview does not know. It is ignored unless there is a claim."""
    turn.by = "stranger"
    claim = turn.state.claim
    if claim is None or claim.address != sender or turn.inbound.halted or isinstance(what, _SILENT):
        return
    if _wants_recruiter(turn, what):
        _pass_on(turn, claim)
    elif isinstance(what, TextReceived) and claim.tries and not claim.asked and (digits := _digits(what.text)):
        _try(turn, sender, digits)
    else:
        turn.record(e.NotTaken("elsewhere"))
        _ask(turn, sender)


def _wants_recruiter(turn: Turn, what: What) -> bool:
    if isinstance(what, ChoicePressed):
        return claimed_in(what) == turn.state.interview
    if not isinstance(what, TextReceived):
        return False
    return normal(what.text) == "1" or _CHOICE in turn.vocabulary.choices(what.text)


def claimed_in(what: What) -> str:
    """Return the id of the interview that a button press claims, or an empty string.

    Unlike other buttons, this one carries the whole id, because the account may be in another interview.
    """
    if not isinstance(what, ChoicePressed):
        return ""
    choice, _, interview = pressed(what)
    return interview if choice == _CHOICE else ""


def _digits(text: str) -> str:
    """Return the last four digits if the text is just these or a whole phone number, else an empty string."""
    digits = normal(text).removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        return ""
    return digits[-DIGITS:] if len(digits) == DIGITS or 7 <= len(digits) <= _LONGEST_NUMBER else ""


def _try(turn: Turn, sender: Address, digits: str) -> None:
    if not hmac.compare_digest(digits, turn.state.phone):
        turn.record(e.ClaimTried())
        _ask(turn, sender, wrong=True)
        return
    turn.by = "candidate"
    turn.record(e.ClaimConfirmed())
    channel_switch.hand_over(turn, sender, told="claim.moved")
    if turn.too_late and turn.state.phase != "completed":
        _too_late(turn)
    else:
        channel_switch.resume(turn)


def _too_late(turn: Turn) -> None:
    timers.deadline(turn)
    turn.say("closed.lapsed", ("extension",))


def _ask(turn: Turn, sender: Address, *, wrong: bool = False) -> None:
    """Tell the account how to get in: with the digits while attempts are left, or through a recruiter."""
    claim = turn.state.claim
    if claim and claim.asked:
        _say(turn, sender, "claim.waits")
        return
    left = claim.tries if claim else 0
    if left:
        key = "claim.wrong" if wrong else "claim.digits"
    elif wrong:
        key = "claim.over"
    else:
        key = "claim.elsewhere" if _busy(turn) else "claim.recruiter"
    styled = turn.words.say(key, n=left)
    choice = Choice(f"{_CHOICE}@.{turn.state.interview}", turn.label(_CHOICE))
    turn.post(OutboundMessage(sender, styled.text, (choice,), styled.bold, interview=turn.state.interview))


def _say(turn: Turn, sender: Address, key: str) -> None:
    turn.send(turn.words.say(key), to=sender)


def _pass_on(turn: Turn, claim: Claim) -> None:
    """Ask the recruiters to confirm the claim. The account's name on its platform is shown but not recorded."""
    if claim.asked:
        turn.record(e.NotTaken("elsewhere"))
    else:
        turn.record(e.ClaimPassedOn())
        turn.tell_recruiters("claim", plain_name(turn.inbound.name))
    _say(turn, claim.address, "claim.waits")


def mark_of(claim: Claim) -> str:
    """Return six hex digits that identify the claiming account, so that no answer is applied to another claim."""
    return hashlib.sha256(str(claim.address).encode()).hexdigest()[:6]


def answered(turn: Turn, what: ClaimAnswered) -> None:
    """Handle a colleague's decision whether the claiming account belongs to the candidate."""
    turn.by = "staff"
    claim = turn.state.claim
    if claim is None or not claim.asked or what.claim not in ("", mark_of(claim)):
        return
    if not what.agrees:
        turn.record(e.ClaimRefused(what.by))
        turn.send(turn.words.say("claim.refused"), to=claim.address, prompted=False)
        return
    turn.record(e.ClaimConfirmed(what.by))
    channel_switch.hand_over(turn, claim.address, told="claim.moved.recruiter")
    _invite_back(turn)


def _invite_back(turn: Turn) -> None:
    """Tell the confirmed account how to go on. An absence ends only when the candidate says something."""
    state = turn.state
    if turn.too_late and state.phase != "completed":
        _too_late(turn)
    elif state.phase == "completed" or (state.phase == "running" and not state.away):
        position.show(turn, turn.words.say("claim.confirmed"))
    else:
        turn.say("claim.confirmed.away", ("continue",), prompted=False)
