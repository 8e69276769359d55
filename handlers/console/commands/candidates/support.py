"""Support commands: answering a candidate who asked for help, ending the help, and handing the candidate over."""

import re
from collections.abc import Callable

from conversation.state import State
from handlers.actions.support import (
    MOST_CHARACTERS,
    AnswerCandidate,
    Answered,
    File,
    FinishHelp,
    HandedOver,
    HandOver,
    HelpFinished,
    check_reachable,
    check_takes_files,
)
from handlers.actions.targets import interview_of
from handlers.console import command_line
from handlers.console.candidate_search import one
from handlers.console.command_line import Line, named_and_said
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.refusals import spoken
from handlers.notices.next_steps import card
from handlers.organisation.rights import HELPS, roles_at

_MARK = re.compile(r"#([0-9a-f]{16})\s*\Z")
"""The interview's id at the end of a notice. Only the end counts, because the candidate's own words before it may
contain something similar."""
_SLASHES = ("/", "／")


def noticed(text: str) -> str:
    """Return the interview that a notice is about, if a reply to the notice is meant for the candidate; otherwise
    an empty string."""
    found = _MARK.search(text)
    return found[1] if found else ""


def answer_line(interview: str, text: str) -> str:
    """Return what a colleague wrote about an interview as a command line: a command as it is, anything else as a
    `/reply` to the candidate."""
    plain = text.strip()
    return plain if plain.startswith(_SLASHES) else f"/reply {interview} {plain}".strip()


async def reply(context: CommandContext, line: Line) -> AnswerCandidate:
    """`/reply NAME|ID TEXT` sends a candidate an answer, and the file that came with it."""
    context.recorded = "/reply"  # the text and the candidate are in the interview's own record
    parts, file = named_and_said(line.rest), context.inbound.file
    if parts is None or not (parts[1] or file):
        raise Usage
    name, text = parts
    if len(text) > MOST_CHARACTERS or len(context.inbound.text.strip()) > command_line.MOST_CHARACTERS:
        raise Refusal("staff.reply.long", most=MOST_CHARACTERS)
    state = await _reachable(
        context, name, lambda number: f"/reply {number} {text}" if file is None else card(number)[0]
    )
    context.recorded = f"/reply {state.interview}"
    if file is None:
        return AnswerCandidate(state.interview, text)
    check_takes_files(context, state)
    sha256 = await context.lent(file.data)
    return AnswerCandidate(state.interview, text, File(file.name, sha256, file.media_type))


async def _answered(context: CommandContext, result: Answered) -> None:
    """Say that the answer was sent, or waits. Nothing is said if it was sent in the candidate's own thread while
    the help is open, because everybody there has seen the answer."""
    interview, who = result.candidate.interview, spoken(context, result.candidate)
    choices = ((f"/done {interview}", "staff.choice.done"),) if result.helping else ()
    if result.waits:
        context.say("staff.reply.waits", choices, name=who)
    elif not result.helping or context.inbound.about != interview or not context.inbound.apart:
        context.say("staff.reply.sent", choices, name=who)


async def done(context: CommandContext, line: Line) -> FinishHelp:
    """`/done NAME|ID` ends the help. In a candidate's own thread or in reply to a notice it needs no argument."""
    context.recorded = "/done"
    arguments = line.arguments or ((context.inbound.about,) if context.inbound.about else ())
    if not arguments:
        raise Usage
    state = await one(context, HELPS, " ".join(arguments), lambda number: f"/done {number}", acts=True)
    return FinishHelp(state.interview)


async def _finished(context: CommandContext, result: HelpFinished) -> None:
    state = await interview_of(context, result.candidate.interview, HELPS)
    if not (result.told and _hears_anyway(context, state)):
        context.say("staff.done", name=spoken(context, result.candidate))


def _hears_anyway(context: CommandContext, state: State) -> bool:
    """Whether the notice that help is over goes to this same chat anyway."""
    here = context.inbound.chat
    organisation = context.organisation
    told = {
        chat.address
        for chat in organisation.chats
        if organisation.within(state.unit, chat.unit) and HELPS & roles_at(organisation, chat.address, state.unit)
    }
    return here in told or (context.inbound.apart and context.inbound.about == state.interview)


async def _reachable(context: CommandContext, name: str, again: Callable[[str], str]) -> State:
    """Return the named candidate, who can be written to; `again` is as for `one`. Raises Refusal, or Refused if
    the candidate cannot be reached."""
    state = await one(context, HELPS, name, again, acts=True)
    check_reachable(state)
    return state


async def handover(context: CommandContext, line: Line) -> HandOver:
    """`/handover NAME|ID` hands the candidate to the platform's own support desk, if it has one. The desk itself
    hands the candidate back."""
    if not line.rest:
        raise Usage
    name = line.rest.strip('"\u201c\u201d')
    return HandOver((await _reachable(context, name, lambda number: f"/handover {number}")).interview)


async def _handed_over(context: CommandContext, result: HandedOver) -> None:
    who, channel = spoken(context, result.candidate), spoken(context, result.channel)
    context.say("staff.handover.done", name=who, channel=channel)


COMMANDS = (
    Command("reply", HELPS, reply),
    Command("done", HELPS, done),
    Command("handover", HELPS, handover, personal=True),
)
FORMS: Forms = {
    AnswerCandidate: Form(_answered),
    FinishHelp: Form(_finished),
    HandOver: Form(_handed_over),
}
