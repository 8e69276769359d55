"""`/decide`: recruiters' decisions.

The candidate is not notified. Candidates who have not finished cannot be rejected.
"""

from collections.abc import Sequence

from conversation.decide.staff import DECISIONS
from conversation.outbound import Choice, OutboundMessage
from conversation.state import State
from handlers.actions.context import Candidate
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
    if result.withdrawn:
        withdrawn = context.words.text(f"staff.decision.{result.withdrawn}")
        context.say("staff.tell.withdrawn", name=spoken(context, result.candidate), decision=withdrawn)
    tell_proposers(context, [result])


def tell_proposers(context: CommandContext, results: Sequence[Decided]) -> None:
    """Tell the colleagues whose proposals ended, in private, what became of them, by whom and why. Each hears of
    those with the same result in one message."""
    told: dict[tuple[str, ...], list[Candidate]] = {}
    for each in results:
        if each.ended:
            key: tuple[str, ...] = (each.proposer, each.ended, each.proposal, each.decision, each.note)
            told.setdefault(key, []).append(each.candidate)
    for about, candidates in told.items():
        _tell_proposer(context, about, candidates)


def _tell_proposer(context: CommandContext, about: tuple[str, ...], candidates: Sequence[Candidate]) -> None:
    who, ended, proposal, decision, note = about
    proposer = context.organisation.people.get(who)
    if proposer is None or not proposer.addresses:
        return
    words, theirs = context.tools.words[proposer.language], context.tools.candidate_words[proposer.language]
    names = [
        each.name or theirs.plain("notice.nameless", number=each.interview[:6].upper()) for each in candidates
    ]
    said = words.say(
        f"staff.decide.ended.{ended}",
        name=words.text("staff.list.joint").join(names),
        by=context.person.name,
        decision=words.text(f"staff.decision.{decision}"),
        proposal=words.text(f"staff.decision.{proposal}"),
        note=f" · {words.plain('staff.card.note', note=note)}" if note else "",
    )
    step, label = card(candidates[0].interview)
    choices = (Choice(step, words.text(label)),) if len(candidates) == 1 else ()
    context.messages.append(OutboundMessage(proposer.addresses[0], said.text, choices, said.bold))


async def _who(context: CommandContext, line: Line, name: str, rest: str) -> State:
    try:
        return await one(context, HIRES, name, lambda number: f"/decide {number} {rest}".strip(), acts=bool(rest))
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
