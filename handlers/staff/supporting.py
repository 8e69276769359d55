"""Support: what colleagues answer goes to the candidate, and the candidate back to the interview."""

import re

from conversation.inbound import Attachment, Inbound, SupportAnswered, SupportFinished, Writer
from conversation.reach import room
from conversation.state import State
from handlers.staff import lines
from handlers.staff.duty import HELPS
from handlers.staff.finding import has_happened, one
from handlers.staff.lines import Line
from handlers.staff.telling import candidate_words, named
from handlers.staff.turn import Command, Refusal, Turn, Usage

MOST_CHARACTERS = lines.MOST_CHARACTERS - 100
"""Of an answer: beside the command it must be whole in a line."""
_MARK = re.compile(r"#([0-9a-f]{16})\s*\Z")
"""At the end of a notice: before it are the candidate's own words, which can have the like."""
_PARTS = re.compile(r'(?:["\u201c\u201d]([^"\u201c\u201d]+)["\u201c\u201d]|(\S+))(?:\s+(.+))?', re.DOTALL)
_MOST_QUOTED = 60
_SLASHES = ("/", "／")


def noticed(text: str) -> str:
    """The interview that a notice of ours is about, where a reply to it is for the candidate; else nothing."""
    found = _MARK.search(text)
    return found[1] if found else ""


def answer_line(interview: str, text: str) -> str:
    """What is said about an interview, as the command line that it means: no command is an answer to the
    candidate."""
    plain = text.strip()
    return plain if plain.startswith(_SLASHES) else f"/reply {interview} {plain}".strip()


async def reply(turn: Turn, line: Line) -> None:
    """`/reply NAME|ID TEXT`"""
    turn.recorded = "/reply"  # what is said, and to whom, is in the interview's own record
    parts, file = _PARTS.fullmatch(line.rest), turn.inbound.file
    if parts is None or not (parts[3] or file):
        raise Usage
    name, text = parts[1] or parts[2], (parts[3] or "").strip()
    if len(text) > MOST_CHARACTERS or len(turn.inbound.text.strip()) > lines.MOST_CHARACTERS:
        raise Refusal("staff.reply.long", most=MOST_CHARACTERS)
    state = await _reachable(turn, name)
    turn.recorded = f"/reply {state.interview}"
    attached = await _attached(turn, state)
    quoted = text if len(text) <= _MOST_QUOTED else f"{text[:_MOST_QUOTED]}…"
    writer = Writer(turn.inbound.chat, turn.language, quoted or (attached.name if attached else ""))
    answer = SupportAnswered(text, turn.person.id, attached, writer)
    await turn.tools.intake.apply(state.interview, Inbound(f"{turn.inbound.id}:reply", answer))
    _tell(turn, state)


def _tell(turn: Turn, state: State) -> None:
    """In the candidate's own thread everybody sees what was said: nothing is added to it while they talk."""
    choices = ((f"/done {state.interview}", "staff.choice.done"),) if state.support else ()
    if room(state.window, turn.now) == 0:
        turn.say("staff.reply.waits", choices, name=named(turn, state))
    elif state.support is None or turn.inbound.about != state.interview or not turn.inbound.apart:
        turn.say("staff.reply.sent", choices, name=named(turn, state))


async def _attached(turn: Turn, state: State) -> Attachment | None:
    """The file that came with the answer, kept; Refusal where the candidate can be sent none."""
    file, address = turn.inbound.file, state.address
    if file is None or address is None:
        return None
    place = address.channel, address.account
    if not any(each.files for each in turn.tools.accounts() if (each.channel, each.account) == place):
        channel = candidate_words(turn).channel(address.channel)
        raise Refusal("staff.reply.text_only", name=named(turn, state), channel=channel)
    sha256 = await turn.tools.keep(file.data)
    await turn.tools.store.erasures.refer(sha256, state.interview)
    return Attachment(file.name or "file", sha256, file.media_type)


async def done(turn: Turn, line: Line) -> None:
    """`/done NAME|ID`; in a candidate's own thread, without either."""
    turn.recorded = "/done"
    arguments = line.arguments or ((turn.inbound.about,) if turn.inbound.about else ())
    if len(arguments) != 1:
        raise Usage
    state = await one(turn, HELPS, arguments[0], lambda number: f"/done {number}")
    turn.recorded = f"/done {state.interview}"
    cause = f"{turn.inbound.id}:done"
    if state.support is None and not await has_happened(turn, state.interview, cause):
        raise Refusal("staff.done.not", name=named(turn, state))
    finished = Inbound(cause, SupportFinished(turn.person.id))
    await turn.tools.intake.apply(state.interview, finished)
    if not _hears_anyway(turn, state):
        turn.say("staff.done", name=named(turn, state))


def _hears_anyway(turn: Turn, state: State) -> bool:
    """Whether the notice that help is over comes to this very place."""
    if state.support is not None and not state.support.told:
        return False  # nobody has heard of it
    here = turn.inbound.chat
    told = {chat.address for chat in turn.office.chats if turn.office.within(state.unit, chat.unit)}
    return here in told or (turn.inbound.apart and turn.inbound.about == state.interview)


async def _reachable(turn: Turn, name: str, again: str = "/candidate") -> State:
    """Whom one can write to; where several are meant, they are offered as `again` with each."""
    state = await one(turn, HELPS, name, lambda number: f"{again} {number}")
    if state.address is None or state.phase in ("unreachable", "erased"):
        raise Refusal("staff.reply.nowhere", name=named(turn, state))
    return state


async def handover(turn: Turn, line: Line) -> None:
    """`/handover NAME|ID`: to the platform's own desk, where it has one; that gives the candidate back itself."""
    if not line.rest:
        raise Usage
    state = await _reachable(turn, line.rest.strip('"\u201c\u201d'), "/handover")
    assert state.address is not None
    channel = candidate_words(turn).channel(state.address.channel)
    if turn.tools.hand_over is None or not await turn.tools.hand_over(state.address):
        answer = ((f"/candidate {state.interview}", "staff.choice.card"),)
        raise Refusal("staff.handover.nowhere", answer, name=named(turn, state), channel=channel)
    turn.say("staff.handover.done", name=named(turn, state), channel=channel)


COMMANDS = (
    Command("reply", HELPS, reply),
    Command("done", HELPS, done),
    Command("handover", HELPS, handover, personal=True),
)
