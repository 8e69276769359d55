"""`/note`: notes about a candidate, which only colleagues see. `@NAME` tells a colleague."""

from conversation.outbound import Choice, OutboundMessage
from conversation.words import Styled
from handlers.actions.notes import MOST_NOTE, CandidateNoted, NoteCandidate, Told
from handlers.console.candidate_search import one
from handlers.console.command_line import Line, named_and_said
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.refusals import spoken
from handlers.notices.next_steps import card
from handlers.organisation.rights import HIRES


async def note(context: CommandContext, line: Line) -> NoteCandidate:
    """`/note NAME|ID TEXT` writes a note; `@NAME` in the text tells that colleague."""
    parts = named_and_said(line.rest)
    if parts is None or not parts[1]:
        raise Usage
    name, text = parts
    if len(text) > MOST_NOTE:
        raise Refusal("staff.note.length", most=MOST_NOTE)
    state = await one(context, HIRES, name, lambda number: f"/note {number} {text}", acts=True)
    return NoteCandidate(state.interview, text)


async def _noted(context: CommandContext, result: CandidateNoted) -> None:
    words, joint = context.words, context.words.text("staff.list.joint")
    lines = [words.plain("staff.note.done", name=spoken(context, result.candidate))]
    if result.told:
        lines.append(words.plain("staff.note.told", names=joint.join(each.name for each in result.told)))
    if result.unknown:
        lines.append(words.plain("staff.note.unknown", names=joint.join(result.unknown)))
    step, label = card(result.candidate.interview)
    context.send(Styled.join(lines), ((step, label),))
    for each in result.told:
        _tell(context, result, each)


def _tell(context: CommandContext, result: CandidateNoted, told: Told) -> None:
    """Tell a colleague, in private, that the note names them, and what it says unless they still have to rate."""
    person = context.organisation.people[told.person]
    words, number = context.tools.words[person.language], result.candidate.interview[:6].upper()
    said = words.say(
        "staff.note.names_you.later" if told.later else "staff.note.names_you",
        by=context.person.name,
        name=result.candidate.name
        or context.tools.candidate_words[person.language].plain("notice.nameless", number=number),
        note=result.text,
    )
    step, label = card(result.candidate.interview)
    choice = Choice(step, words.text(label))
    context.messages.append(OutboundMessage(person.addresses[0], said.text, (choice,), said.bold, prompted=False))


COMMANDS = (Command("note", HIRES, note, personal=True),)
FORMS: Forms = {NoteCandidate: Form(_noted)}
