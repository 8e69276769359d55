"""Actions for helping candidates: answering, ending help, handing over, and setting duty hours."""

from typing import ClassVar

import msgspec

from conversation.inbound import Attachment, Inbound, SupportAnswered, SupportFinished, Writer
from conversation.state import State
from conversation.timing.messaging_window import room
from conversation.timing.working_hours import Shift
from handlers.actions.base import Action, Result, command_line
from handlers.actions.context import Candidate, Channel, Context, Refused, Unit, candidate
from handlers.actions.targets import has_happened, interview_of
from handlers.organisation.events import DutyEnded, DutySet
from handlers.organisation.rights import HELPS, LEADS, MEETS, Scope
from handlers.organisation.state import Person, Role

MOST_CHARACTERS = 1_900
"""Maximum length of an answer: together with the command it has to fit in a command line."""
MOST_DUTIES = 200
_MOST_QUOTED = 60


class File(msgspec.Struct, frozen=True, array_like=True):
    """A file sent with an answer, archived under its SHA-256 (hex)."""

    name: str
    sha256: str
    media_type: str = "application/octet-stream"


class Answered(Result, frozen=True):
    """The result of an answer.

    `waits`: the platform delivers it only after the candidate writes again. `helping`: the help request is still
    open.
    """

    candidate: Candidate
    waits: bool
    helping: bool


class AnswerCandidate(Action, frozen=True, omit_defaults=True, tag="answer_candidate"):
    """Send a colleague's answer to a candidate, with a file if there is one."""

    interview: str
    text: str = ""
    file: File | None = None
    roles: ClassVar[frozenset[Role]] = HELPS
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return f"/reply {self.interview}"

    async def execute(self, context: Context) -> Answered:
        if not self.text and self.file is None:
            raise Refused("reply.empty")
        if len(self.text) > MOST_CHARACTERS:
            raise Refused("reply.long", most=MOST_CHARACTERS)
        state = await reachable(context, self.interview)
        attached = await self._attached(context, state)
        quoted = self.text if len(self.text) <= _MOST_QUOTED else f"{self.text[:_MOST_QUOTED]}…"
        writer = Writer(context.reply_to, context.language, quoted or (attached.name if attached else ""))
        answer = SupportAnswered(self.text, context.person.id, attached, writer)
        await context.tools.intake.apply(state.interview, Inbound(f"{context.cause}:reply", answer))
        return Answered(candidate(state), room(state.window, context.now) == 0, state.support is not None)

    async def _attached(self, context: Context, state: State) -> Attachment | None:
        if self.file is None:
            return None
        check_takes_files(context, state)
        await context.tools.store.erasures.refer(self.file.sha256, state.interview)
        return Attachment(self.file.name or "file", self.file.sha256, self.file.media_type)


async def reachable(context: Context, interview: str) -> State:
    """Return the interview of a candidate who can be written to. Raises Refused."""
    state = await interview_of(context, interview, HELPS)
    check_reachable(state)
    return state


def check_reachable(state: State) -> None:
    """Raise Refused if the candidate cannot be written to."""
    if state.address is None or state.phase in ("unreachable", "erased"):
        raise Refused("reply.nowhere", about=state, name=candidate(state))


def check_takes_files(context: Context, state: State) -> None:
    """Raise Refused if files cannot be sent to the candidate's account."""
    address = state.address
    assert address is not None
    place = address.channel, address.account
    if not any(each.files for each in context.tools.accounts() if (each.channel, each.account) == place):
        raise Refused("reply.text_only", about=state, name=candidate(state), channel=Channel(address.channel))


class HelpFinished(Result, frozen=True):
    """The help request is closed. `told` means that colleagues had been told of it."""

    candidate: Candidate
    told: bool


class FinishHelp(Action, frozen=True, tag="finish_help"):
    """Close the help request; the candidate continues the interview."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HELPS

    @property
    def line(self) -> str:
        return f"/done {self.interview}"

    async def execute(self, context: Context) -> HelpFinished:
        state = await interview_of(context, self.interview, self.roles)
        cause = f"{context.cause}:done"
        if state.support is None and not await has_happened(context, state.interview, cause):
            raise Refused("done.not", about=state, name=candidate(state))
        await context.tools.intake.apply(state.interview, Inbound(cause, SupportFinished(context.person.id)))
        return HelpFinished(candidate(state), state.support is None or state.support.told)


class HandedOver(Result, frozen=True):
    candidate: Candidate
    channel: Channel


class HandOver(Action, frozen=True, tag="hand_over"):
    """Hand the conversation to the platform's own desk, if it has one; the desk hands it back by itself."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HELPS

    @property
    def line(self) -> str:
        return f"/handover {self.interview}"

    async def execute(self, context: Context) -> HandedOver:
        state = await reachable(context, self.interview)
        assert state.address is not None
        channel = Channel(state.address.channel)
        if context.tools.hand_over is None or not await context.tools.hand_over(state.address):
            raise Refused("handover.nowhere", about=state, name=candidate(state), channel=channel)
        return HandedOver(candidate(state), channel)


# duty


class DutyChanged(Result, frozen=True):
    """A person's duty hours in a unit. `shift` is None if they have none any more."""

    person: str
    name: str
    unit: str
    shift: Shift | None


class SetDuty(Action, frozen=True, omit_defaults=True, tag="set_duty"):
    """Set a person's duty hours in a unit, replacing earlier ones.

    Everyone may set their own hours; the unit's admins may set others'.
    """

    person: str
    unit: str
    shift: Shift = Shift()
    roles: ClassVar[frozenset[Role]] = MEETS

    @property
    def line(self) -> str:
        return command_line("/duty", self.unit or "*", self.person, "on")

    async def execute(self, context: Context) -> DutyChanged:
        person = helper(context, self.person, self.unit)
        duty = context.organisation.duty
        known = any((each.person, each.unit) == (person.id, self.unit) for each in duty)
        if not known and len(duty) >= MOST_DUTIES:
            raise Refused("duty.full", most=MOST_DUTIES)
        context.record(DutySet(person.id, self.unit, self.shift))
        return DutyChanged(person.id, person.name, self.unit, self.shift)


class EndDuty(Action, frozen=True, tag="end_duty"):
    """Remove a person's duty hours in a unit."""

    person: str
    unit: str
    roles: ClassVar[frozenset[Role]] = MEETS

    @property
    def line(self) -> str:
        return command_line("/duty", self.unit or "*", self.person, "off")

    async def execute(self, context: Context) -> DutyChanged:
        person = helper(context, self.person, self.unit)
        if all((each.person, each.unit) != (person.id, self.unit) for each in context.organisation.duty):
            raise Refused("duty.not", name=person.name, unit=Unit(self.unit))
        context.record(DutyEnded(person.id, self.unit))
        return DutyChanged(person.id, person.name, self.unit, None)


def helper(context: Context, wanted: str, unit: str) -> Person:
    """Return the person, if the acting person may set their duty hours in the unit. Raises Refused."""
    person = context.person if wanted == context.person.id else context.organisation.people.get(wanted)
    leads = context.scope(LEADS)
    if wanted != context.person.id and not leads.covers(unit):
        raise Refused("duty.others")
    if person is None:
        raise Refused("people.unknown", name=wanted[:60])
    if person.id not in context.organisation.people or not Scope(context.organisation, person, HELPS).covers(unit):
        raise Refused("duty.no_right", name=person.name, unit=Unit(unit))
    return person
