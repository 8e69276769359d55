"""`/decide`: recruiters' decisions.

The candidate is not notified. Candidates who have not finished cannot be rejected.
"""

from conversation.decide.staff import DECISIONS
from conversation.outbound import Choice, OutboundMessage
from conversation.state import State
from handlers.actions.interviews import MOST_NOTE, Decide, Decided
from handlers.actions.targets import interview_of
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import named, quoted
from handlers.console.refusals import spoken
from handlers.console.vocabulary import meant
from handlers.notices.next_steps import card, decisions, next_steps
from handlers.organisation.rights import HIRES


async def decide(context: CommandContext, line: Line) -> Decide | None:
    """`/decide NAME|ID yes|hold|no [NOTE]`. Without a decision, offer those that are possible."""
    name, decision, note = _read(context, line.arguments)
    if len(note) > MOST_NOTE:
        raise Refusal("staff.decide.note", most=MOST_NOTE)
    state = await _who(context, line, name, f"{decision} {note}".strip())
    if decision:
        return Decide(state.interview, decision, note)
    context.say("staff.decide.ask", decisions(state), name=named(context, state))
    return None


async def _decided(context: CommandContext, result: Decided) -> None:
    state = await interview_of(context, result.candidate.interview, HIRES)
    key = "staff.decide.done"
    if result.proposed:
        key = "staff.decide.proposed" if result.seconds else "staff.decide.proposed.nobody"
    context.say(
        key,
        next_steps(state)[:1],
        name=spoken(context, result.candidate),
        decision=context.words.text(f"staff.decision.{result.decision}"),
        note=quoted(context, result.note),
        seconds=context.words.text("staff.list.joint").join(result.seconds),
    )
    _tell_proposer(context, result)


def _tell_proposer(context: CommandContext, result: Decided) -> None:
    """Tell the colleague whose proposal ended, in private, what became of it, by whom and why."""
    proposer = context.organisation.people.get(result.proposer)
    if not result.ended or proposer is None or not proposer.addresses:
        return
    words, number = context.tools.words[proposer.language], result.candidate.interview[:6].upper()
    nameless = context.tools.candidate_words[proposer.language].plain("notice.nameless", number=number)
    said = words.say(
        f"staff.decide.ended.{result.ended}",
        name=result.candidate.name or nameless,
        by=context.person.name,
        decision=words.text(f"staff.decision.{result.decision}"),
        proposal=words.text(f"staff.decision.{result.proposal}"),
        note=f" · {words.plain('staff.card.note', note=result.note)}" if result.note else "",
    )
    step, label = card(result.candidate.interview)
    context.messages.append(
        OutboundMessage(proposer.addresses[0], said.text, (Choice(step, words.text(label)),), said.bold)
    )


async def _who(context: CommandContext, line: Line, name: str, rest: str) -> State:
    try:
        again = lambda number: f"/decide {number} {rest}".strip()  # noqa: E731
        return await one(context, HIRES, name, again, acts=bool(rest))
    except Refusal as refusal:
        if refusal.key == "staff.candidate.unknown" and not rest and len(line.arguments) > 1:
            raise Usage from None  # probably a mistyped decision
        raise


def _read(context: CommandContext, arguments: tuple[str, ...]) -> tuple[str, str, str]:
    """Split the arguments into (name, decision, note) at the first word after the name that is a decision. Raises
    Usage."""
    if not arguments:
        raise Usage
    for at, word in enumerate(arguments[1:], start=1):
        if decision := meant(context, word, DECISIONS, "staff.filter"):
            return " ".join(arguments[:at]), decision, " ".join(arguments[at + 1 :])
    return " ".join(arguments), "", ""


COMMANDS = (Command("decide", HIRES, decide, personal=True),)
FORMS: Forms = {Decide: Form(_decided)}
