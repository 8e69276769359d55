"""The entry point for everything people send: find the interview and apply the event to it."""

from functools import cached_property
from typing import Literal

from msgspec.structs import replace

from conversation.decide.claims import claimed_in
from conversation.inbound import (
    Address,
    DeliveryFailed,
    Inbound,
    Opened,
    ReplyUndelivered,
    SetAside,
    TextReceived,
)
from conversation.inbound.cleaning import cleaned
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from conversation.state import State
from handlers.intake.codes_in_text import Codes, may_hold_secret
from handlers.intake.entrance import TOO_MANY_TRIES, Door, Entrance, codes_of, is_for_another, is_meant
from handlers.intake.responses import Answerable
from handlers.intake.runner import Result, Runner
from handlers.intake.strangers import Lobby
from handlers.intake.whereabouts import leads
from handlers.organisation.state import account_of
from storage.errors import StoreUnavailable

MOST_IN_PROGRESS = 1_000
"""How many events may wait to be committed. Further ones are refused, and their platforms send them again later,
so that nothing piles up in this process."""


class Intake(Runner):
    """Receives inbound events from the channels and applies each to its interview."""

    _in_progress = 0

    @cached_property
    def _entrance(self) -> Entrance:
        return Entrance(self._store, self._engine.vocabulary, self._secret, self.limits)

    @cached_property
    def _lobby(self) -> Lobby:
        return Lobby(self._store, self._entrance, self._now)

    async def connect(self, channel: str, account: str) -> None:
        """Record that this installation is connected to one of our accounts, if it is for the first time.

        To be called before the account's first messages are received, if its platform also delivers earlier ones.
        People without an interview then get no answer to these. Raises StoreUnavailable.
        """
        await self._store.directory.connect(account_of(channel, account), self._now())

    async def receive(self, inbound: Inbound, response: Answerable | None = None, network: str = "") -> Result:
        """Handle an inbound event from a platform. When this returns, the event is committed.

        The content of a `response`, if there is one, is committed with it; a Receipt is told whether an answer
        follows. For `network` see `Entrance.find`. Raises StoreUnavailable if the event could not be committed, at
        once while too many others wait, and ValueError if it has no sender.
        """
        sender = inbound.sender
        if sender is None:
            raise ValueError("what no person sent goes through `apply`, with its interview")
        self._count("inbound", sender.channel)
        if self._in_progress >= MOST_IN_PROGRESS:
            self._count("overloaded", sender.channel)
            raise StoreUnavailable("too many events wait to be committed: this one has to be sent again")
        self._in_progress += 1
        try:
            return await self._received(inbound, sender, response, network)
        finally:
            self._in_progress -= 1

    async def _received(
        self, inbound: Inbound, sender: Address, response: Answerable | None, network: str
    ) -> Result:
        inbound = replace(inbound, nonce=self._nonce())
        if self._halted(sender):
            inbound = replace(inbound, halted=True)
        codes = Codes() if inbound.halted else await self._way_in(inbound, sender)
        if codes.found and (result := await self._enter(inbound, sender, codes, response, network)):
            return result
        if claimed := claimed_in(inbound.what):
            result = await self.apply(claimed, inbound, response=response)
            if result != "stranger":
                return result
        for _ in range(2):
            interview = await self._whereabouts.interview_of(sender)
            if interview is None:
                break
            result = await self.apply(interview, inbound, response=response)
            if result != "stranger":
                return result
            self._whereabouts.doubt(sender)  # the interview has moved: look again
        return await self._stranger(inbound, sender, codes, response, network)

    async def answer_claim(self, interview: str, inbound: Inbound) -> Result:
        """Apply a colleague's answer (`ClaimAnswered`) to a claim on the interview.

        An accepted claimant leaves the interview they were in before.
        """
        claimed = await self._store.interviews.load(interview)
        waiting = claimed.state.claim if claimed else None
        result = await self.apply(interview, inbound)
        record = await self._store.interviews.load(interview)
        if record is not None:
            for address in (waiting.address if waiting else None, record.state.address):
                if address:
                    await self._settle(address, record.state, inbound.id)
        return result

    async def undelivered(self, message: OutboundMessage, inbound: str, why: str) -> bool:
        """Tell an interview that a message could not be delivered for good. `why` is the reason.

        Returns False if the message was not for the candidate's current address: it was for recruiters, or the
        candidate has moved.
        """
        record = await self._store.interviews.load(message.interview) if message.interview else None
        if record is None or record.state.address != message.to:
            return False
        await self.apply(message.interview, Inbound(inbound, DeliveryFailed(why)))
        return True

    async def tell_writer(
        self, message: OutboundMessage, inbound: str, why: Literal["unreachable", "refused", "waits"]
    ) -> None:
        """Tell the colleague who wrote the message that it did not arrive. Other messages are ignored."""
        if message.writer and message.interview:
            what = ReplyUndelivered(why, message.writer)
            await self.apply(message.interview, Inbound(inbound, what))

    async def hold(self, message: OutboundMessage, key: str) -> bool:
        """Hold a message until the candidate writes, because the platform does not let us send it before.

        `key` identifies the message across repeated attempts. Returns False if the message is not for the
        candidate's current address.
        """
        record = await self._store.interviews.load(message.interview) if message.interview else None
        if record is None or record.state.address != message.to:
            return False
        await self._store.interviews.hold(replace(message, until_ms=0), key)
        return True

    async def show_progress(
        self, interview: str, voice: int, *, percent: int | None = None, ahead: int | None = None
    ) -> None:
        """Show the progress of a voice message's transcript on its receipt. Nothing is recorded."""
        record = await self._store.interviews.load(interview)
        if record is None:
            return
        script = await self.script(record.state.script)
        message = self._engine.progress(record, script, self._now(), voice, percent=percent, ahead=ahead)
        if message:
            await self._store.interviews.beside(message, record.version)

    # finding the interview

    async def _way_in(self, inbound: Inbound, sender: Address) -> Codes:
        """Return the tokens and codes in the event that are to be tried.

        In an interview, a word that happens to be a campaign's code is taken as an answer.
        """
        what = inbound.what
        plain = isinstance(what, TextReceived) and not may_hold_secret(what.text)
        if plain and await self._whereabouts.interview_of(sender):
            return Codes()
        codes = codes_of(inbound)
        if codes.found and not is_for_another(codes) and await self._whereabouts.interview_of(sender):
            return Codes()
        return codes

    async def _enter(
        self, inbound: Inbound, sender: Address, codes: Codes, response: Answerable | None, network: str
    ) -> Result | None:
        """Follow an invitation token, a walk-in code or a resume code. Returns None for anything else."""
        door = await self._door(inbound, codes, network)
        if door is None or (door is TOO_MANY_TRIES and not await self._is_guess(inbound, sender, codes)):
            return None
        if door.refused:
            await self._lobby.refuse(sender, inbound, door.refused, response)
            return "stranger"
        before = await self._whereabouts.before(sender)
        busy = before not in (None, door.interview)
        what = Opened(busy=busy) if isinstance(door.what, Opened) else door.what
        result = await self.apply(door.interview, replace(inbound, what=what), door.seed, before or "", response)
        again = result == "duplicate" and not await self._is_last(door.interview, inbound.id)
        record = await self._record(door.interview)
        if record is not None and record.state.phase == "erased":
            await self._lobby.refuse(sender, inbound, "stranger.erased", response)
            return "stranger"
        if record is None or again or not leads(record.state, sender, before):
            await self._whereabouts.lead(sender, before)
            return result
        if before and busy:
            await self._set_aside(before, sender, inbound.id)
        await self._whereabouts.lead(sender, door.interview)
        return result

    async def _door(self, inbound: Inbound, codes: Codes, network: str) -> Door | None:
        """Return where the first of the codes that leads anywhere leads."""
        for code in codes.found:
            if door := await self._entrance.find(code, inbound, network):
                return door
        return None

    async def _is_guess(self, inbound: Inbound, sender: Address, codes: Codes) -> bool:
        """Return whether the message is to be answered as a try. Somebody in an interview goes on there."""
        return is_meant(inbound, codes) and await self._whereabouts.interview_of(sender) is None

    async def _set_aside(self, interview: str, sender: Address, cause: str) -> None:
        """Set the sender's former interview aside, unless it has moved to another address."""
        record = await self._store.interviews.load(interview)
        if record is not None and record.state.address == sender:
            await self.apply(interview, Inbound(f"{cause}:aside", SetAside()))

    async def _settle(self, address: Address, state: State, cause: str) -> None:
        """Resolve an address for which the index still holds a former interview.

        If the address was admitted to this interview, set the former one aside; if not, make it lead back to the
        former.
        """
        directory = self._store.directory
        former = await directory.formerly(address)
        if not former or await directory.who(address) != state.interview:
            return
        if state.address == address:
            await self._set_aside(former, address, cause)
            await self._whereabouts.lead(address, state.interview)
        else:
            await self._whereabouts.lead(address, former)

    async def _is_last(self, interview: str, inbound: str) -> bool:
        """Return whether this event caused the last entry of the interview's record."""
        stored = await self._store.interviews.entries(interview)
        return bool(stored) and unseal(stored[-1])[1].cause == inbound

    async def _stranger(
        self, inbound: Inbound, sender: Address, codes: Codes, response: Answerable | None, network: str
    ) -> Result:
        """Answer someone who is in no interview, after `codes` led nowhere.

        Tries the text as a code first if that was skipped because the index had an interview for the sender.
        """
        inbound = cleaned(inbound)
        said = Codes() if inbound.halted else codes_of(inbound)
        if said != codes and (result := await self._enter(inbound, sender, said, response, network)):
            return result
        await self._lobby.stranger(inbound, sender, said, response)
        return "stranger"
