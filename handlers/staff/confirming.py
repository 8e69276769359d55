"""Whether somebody with a candidate's link, at another account, is that candidate: `/confirm`, in one tap."""

from conversation.inbound import ClaimAnswered, Inbound
from conversation.stages.claims import mark_of
from conversation.state import State
from conversation.words import normal
from handlers.next_steps import card, claim
from handlers.staff.finding import has_happened, one
from handlers.staff.lines import Line
from handlers.staff.rights import HIRES
from handlers.staff.telling import candidate_words, named
from handlers.staff.turn import Command, Refusal, Turn, Usage

_ANSWERS = {"yes": True, "no": False}


async def confirm(turn: Turn, line: Line) -> None:
    """`/confirm NAME|ID yes|no`; without an answer: who waits. A button names the claim for which it was made, so
    that it does not answer a later one."""
    name, answer, mark = _read(turn, line.arguments)
    state = await one(turn, HIRES, name, lambda number: f"/confirm {number} {answer} {mark}".strip())
    turn.found = f"{state.interview} {answer}".strip()
    cause = f"{turn.inbound.id}:confirm"
    if not answer:
        _check_waiting(turn, state, mark)
        turn.say("staff.confirm.ask", claim(state), name=named(turn, state), channel=_channel(turn, state))
        return
    if not await has_happened(turn, state.interview, cause):
        _check_waiting(turn, state, mark)
    what = ClaimAnswered(_ANSWERS[answer], turn.person.id, mark or (mark_of(state.claim) if state.claim else ""))
    await turn.tools.intake.answer_claim(state.interview, Inbound(cause, what))
    if not await has_happened(turn, state.interview, cause):
        raise _nobody(turn, state)  # a colleague was faster
    turn.say(f"staff.confirm.{answer}", (card(state),), name=named(turn, state), channel=_channel(turn, state))


def waiting(turn: Turn, state: State) -> str:
    """A line of the candidate's card; empty where nobody waits."""
    if state.claim is None or not state.claim.asked:
        return ""
    return turn.words.plain("staff.card.claim", channel=_channel(turn, state))


def _check_waiting(turn: Turn, state: State, mark: str) -> None:
    if state.claim is None or not state.claim.asked:
        raise _nobody(turn, state)
    if mark not in ("", mark_of(state.claim)):
        raise Refusal(
            "staff.confirm.another", claim(state), name=named(turn, state), channel=_channel(turn, state)
        )


def _nobody(turn: Turn, state: State) -> Refusal:
    return Refusal("staff.confirm.nobody", (card(state),), name=named(turn, state))


def _channel(turn: Turn, state: State) -> str:
    """Where the account is that waits, or where the interview is since it was confirmed."""
    address = state.claim.address if state.claim else state.address
    return candidate_words(turn).channel(address.channel) if address else ""


def _read(turn: Turn, arguments: tuple[str, ...]) -> tuple[str, str, str]:
    """(who, answer, the claim's mark): the first word after the name that is an answer divides them."""
    if not arguments:
        raise Usage
    for at, word in enumerate(arguments[1:], start=1):
        if answer := _answer_named(turn, word):
            rest = arguments[at + 1 :]
            if len(rest) > 1:
                raise Usage
            return " ".join(arguments[:at]), answer, "".join(rest).lower()
    return " ".join(arguments), "", ""


def _answer_named(turn: Turn, word: str) -> str:
    form = normal(word)
    for answer in _ANSWERS:
        typed = [turn.tools.words[each].text(f"staff.confirm.words.{answer}") for each in ("zh", "en")]
        if form == answer or form in map(normal, "|".join(typed).split("|")):
            return answer
    return ""


COMMANDS = (Command("confirm", HIRES, confirm, personal=True),)
