"""`/confirm`: whether someone who used a candidate's link from another account is that candidate."""

from handlers.actions.interviews import AnswerClaim, ClaimSettled, check_claim, claimed_at
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.formatting import named
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant
from handlers.notices.next_steps import claim
from handlers.organisation.rights import HIRES

_ANSWERS = {"yes": True, "no": False}


async def confirm(context: CommandContext, line: Line) -> AnswerClaim | None:
    """`/confirm NAME|ID [yes|no [MARK]]`. Without an answer, show the claim and ask. Buttons include the claim's
    mark, so that an old button does not answer a later claim."""
    name, answer, mark = _read(context, line.arguments)
    state = await one(
        context, HIRES, name, lambda number: f"/confirm {number} {answer} {mark}".strip(), acts=bool(answer)
    )
    if answer:
        return AnswerClaim(state.interview, _ANSWERS[answer], mark)
    check_claim(state, mark)
    context.say(
        "staff.confirm.ask", claim(state), name=named(context, state), channel=spoken(context, claimed_at(state))
    )
    return None


async def _settled(context: CommandContext, result: ClaimSettled) -> None:
    who, channel = spoken(context, result.candidate), spoken(context, result.channel)
    key = "staff.confirm.yes" if result.accepted else "staff.confirm.no"
    context.say(
        key, ((f"/candidate {result.candidate.interview}", "staff.choice.card"),), name=who, channel=channel
    )


def _read(context: CommandContext, arguments: tuple[str, ...]) -> tuple[str, str, str]:
    """Split the arguments into (name, answer, the claim's mark) at the first word after the name that is an
    answer. Raises Usage."""
    if not arguments:
        raise Usage
    for at, word in enumerate(arguments[1:], start=1):
        if answer := meant(context, word, _ANSWERS, "staff.confirm.words"):
            rest = arguments[at + 1 :]
            if len(rest) > 1:
                raise Usage
            return " ".join(arguments[:at]), answer, "".join(rest).lower()
    return " ".join(arguments), "", ""


COMMANDS = (Command("confirm", HIRES, confirm, personal=True),)
FORMS: Forms = {AnswerClaim: Form(_settled)}
