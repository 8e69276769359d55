"""Somebody has the link of an interview that was begun on another device, which may be dead: the last digits of
the phone number in the roster let them in, or a recruiter does."""

import hmac

from conversation import events as e
from conversation.inbound import Address, ChoicePressed, ClaimAnswered, TextReceived, What
from conversation.offers import pressed
from conversation.stages import switching
from conversation.turn import Turn
from conversation.words import normal

TRIES = 3
DIGITS = 4


def started(turn: Turn, sender: Address) -> None:
    """The link was opened by an account that the interview does not know."""
    turn.by = "stranger"
    claim = turn.state.claim
    if claim and claim.address == sender:  # opened once more: the tries are those that are left
        turn.record(e.OpeningRefused(sender))
        _ask(turn, sender)
        return
    if claim and claim.asked:  # a recruiter is looking at somebody else's: this one waits its turn
        turn.record(e.OpeningRefused(sender))
        turn.send(turn.words.say("claim.busy"), to=sender)
        return
    turn.record(e.OpeningRefused(sender), e.ClaimStarted(sender, _tries_left(turn)))
    _ask(turn, sender)


def _tries_left(turn: Turn) -> int:
    """A new place gets no new tries: they are the interview's, not the account's."""
    return max(0, TRIES - turn.state.wrong_digits) if len(turn.state.phone) == DIGITS else 0


def heard(turn: Turn, what: What, sender: Address) -> None:
    """A word from the place that claims the interview."""
    turn.by = "stranger"
    claim = turn.state.claim
    if claim is None:
        return
    if _wants_recruiter(turn, what):
        _pass_on(turn, sender)
    elif isinstance(what, TextReceived) and claim.tries and not claim.asked and _digits(what.text):
        _try(turn, sender, _digits(what.text))
    else:
        turn.record(e.NotTaken("elsewhere"))
        _ask(turn, sender)


def _wants_recruiter(turn: Turn, what: What) -> bool:
    if isinstance(what, ChoicePressed):
        return pressed(what).choice == "confirmme"
    if not isinstance(what, TextReceived):
        return False
    only_way = turn.state.claim is not None and not turn.state.claim.tries
    form = normal(what.text)
    return form == normal(turn.label("confirmme")) or (only_way and form == "1")


def _digits(text: str) -> str:
    digits = normal(text)
    return digits if digits.isdecimal() and len(digits) == DIGITS else ""


def _try(turn: Turn, sender: Address, digits: str) -> None:
    if hmac.compare_digest(digits, turn.state.phone):
        turn.record(e.ClaimConfirmed())
        switching.move(turn, sender)
        return
    turn.record(e.ClaimTried())
    _ask(turn, sender, wrong=True)


def _ask(turn: Turn, sender: Address, *, wrong: bool = False) -> None:
    """What opens it: the digits, while there are tries, or a recruiter."""
    claim = turn.state.claim
    if claim and claim.asked:
        turn.send(turn.words.say("claim.waits"), to=sender)
        return
    left = claim.tries if claim else 0
    key = ("claim.wrong" if wrong else "claim.digits") if left else ("claim.over" if wrong else "claim.recruiter")
    turn.send(turn.words.say(key, n=left), ("confirmme",), to=sender)


def _pass_on(turn: Turn, sender: Address) -> None:
    """The recruiters get a card with one tap."""
    claim = turn.state.claim
    if claim and not claim.asked:
        turn.record(e.ClaimPassedOn())
        turn.tell_recruiters("claim")
    else:
        turn.record(e.NotTaken("elsewhere"))
    turn.send(turn.words.say("claim.waits"), to=sender)


def answered(turn: Turn, what: ClaimAnswered) -> None:
    """A colleague says whether it is the candidate."""
    turn.by = "staff"
    claim = turn.state.claim
    if claim is None or not claim.asked:
        return
    if what.agrees:
        turn.record(e.ClaimConfirmed(what.by))
        switching.move(turn, claim.address)
    else:
        turn.record(e.ClaimRefused(what.by))
        turn.send(turn.words.say("claim.refused"), to=claim.address)
