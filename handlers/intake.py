"""The one way in: find the interview, load, step, commit; on a conflict, again.

What a process remembers of recent interviews saves the load; the commit compares the version, so a stale memory
costs one more round and nothing else.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

from cachetools import LRUCache
from msgspec.structs import replace

from conversation import events as e
from conversation.audit import seal, unseal
from conversation.engine import Engine, new_record
from conversation.errors import BotError
from conversation.inbound import (
    Address,
    ClaimAnswered,
    CodeEntered,
    DeliveryFailed,
    Inbound,
    Opened,
    ReplyUndelivered,
    SetAside,
    TextReceived,
    Ticked,
)
from conversation.outbound import OutboundMessage
from conversation.outcome import Outcome
from conversation.schedule import next_due
from conversation.script import Script
from conversation.shifts import Staffing
from conversation.stages.claims import claimed_in
from conversation.state import Record, State
from conversation.tally import created, tally
from handlers.entrance import Entrance, is_secret, no_secret, payload_of
from handlers.lobby import Lobby
from handlers.notices import Notices
from handlers.responding import Answerable, Joined, Pieces, Receipt, apart, share, spend
from handlers.transcripts import copy_for, with_answers
from handlers.ways import Ways
from handlers.whereabouts import Whereabouts, leads
from storage.ports import Commit, Committed, Duplicate, Store

Result = Literal["committed", "duplicate", "nothing", "stranger"]
_ATTEMPTS = 50
_REMEMBERED = 10_000
LOOK_AGAIN_MS = 5 * 60_000
"""While its account is paused, an interview's time never comes."""


class ScriptMissing(BotError):
    """An interview's pinned script is not in the store."""


class TooManyConflicts(BotError):
    """Somebody else was first, again and again."""


class Intake:
    """`now` gives epoch milliseconds, `fresh` unguessable text, `count` takes (what happened, channel), `pieces`
    gives the platform's messages that one of ours will be, `joined` makes fewer of them where they are counted;
    `halted`: colleagues have paused our account there; `staffing` says for a unit and a time when people are there
    for whoever asks for help; `ways` adds to a resume code where it leads."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        notices: Notices,
        *,
        now: Callable[[], int],
        fresh: Callable[[], str],
        count: Callable[[str, str], None] = lambda _what, _channel: None,
        pieces: Pieces = lambda message: (message,),
        joined: Joined = apart,
        halted: Callable[[Address], bool] = lambda _address: False,
        staffing: Callable[[str, int], Staffing | None] = lambda _unit, _at_ms: None,
        secret: Callable[[], Awaitable[str]] = no_secret,
        ways: Ways | None = None,
    ) -> None:
        self._store = store
        self._engine = engine
        self._notices = notices
        self._now = now
        self._fresh = fresh
        self._count = count
        self._pieces = pieces
        self._joined = joined
        self._halted = halted
        self._staffing = staffing
        self._records: LRUCache[str, Record] = LRUCache(_REMEMBERED)
        self._whereabouts = Whereabouts(store, 5 * _REMEMBERED)
        self._scripts: LRUCache[str, Script] = LRUCache(100)
        self._entrance = Entrance(store, engine.vocabulary, secret)
        self._lobby = Lobby(store, self._entrance)
        self._ways = ways or Ways()

    async def receive(self, inbound: Inbound, response: Answerable | None = None) -> Result:
        """Handle what a platform brought. When this returns, it is committed, and so is what the platform is
        answered in its own `response`, where there is one; a Receipt tells whether an answer follows.
        StoreUnavailable: it is not."""
        sender = inbound.sender
        if sender is None:
            raise ValueError("what no person sent goes through `apply`, with its interview")
        self._count("inbound", sender.channel)
        inbound = replace(inbound, fresh=self._fresh())
        if self._halted(sender):
            inbound = replace(inbound, halted=True)
        payload = "" if inbound.halted else await self._way_in(inbound, sender)
        if payload and (result := await self._enter(inbound, sender, payload, response)):
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
            self._whereabouts.doubt(sender)  # it went on elsewhere: look again
        return await self._stranger(inbound, sender, payload, response)

    async def apply(
        self,
        interview: str,
        inbound: Inbound,
        seed: e.Invited | None = None,
        before: str = "",
        response: Answerable | None = None,
    ) -> Result:
        """One inbound event to one interview; `seed` begins it, if there is none. `before` is the interview to
        which the sender's address led until now, where the event opens one; `response` as for `receive`."""
        channel = inbound.sender.channel if inbound.sender else "system"
        for _ in range(_ATTEMPTS):
            remembered = interview in self._records
            record = await self._record(interview) or (new_record(seed) if seed else None)
            if record is None:
                return "stranger"
            if await self._whereabouts.left_for_another(record.state, inbound):
                return "stranger"
            if isinstance(inbound.what, Ticked) and self._stands_still(record.state):
                await self._store.interviews.reschedule(interview, self._now() + LOOK_AGAIN_MS, record.version)
                self._records.pop(interview, None)  # it may be an old one, and then that changed nothing
                return "nothing"
            script = await self.script(record.state.script)
            now = self._now()
            staffing = self._staffing(record.state.unit, now) if inbound.sender else None
            outcome = self._engine.step(record, inbound, script, now, staffing)
            if outcome.entry is None and remembered:  # no commit will find out whether it is still so
                self._records.pop(interview, None)
                continue
            if outcome.entry is None:
                return await self._nothing(record, outcome, script, inbound)
            entry = outcome.entry
            if seed and not record.version:
                entry = replace(entry, events=(seed, *entry.events))
            await self._lead_ahead(inbound, record.state, outcome.state, before)
            answer = await self._commit(record, inbound, outcome, entry, script, response)
            if isinstance(answer, Committed):
                self._count("committed", channel)
                return "committed"
            self._records.pop(interview, None)
            if isinstance(answer, Duplicate):
                self._count("duplicate", channel)
                if response and not isinstance(response, Receipt):
                    response.payload = answer.reply
                return "duplicate"
            self._count("conflict", channel)
        raise TooManyConflicts(f"interview {interview} was changed {_ATTEMPTS} times while one event waited")

    async def answer_claim(self, interview: str, inbound: Inbound) -> Result:
        """What a colleague says of somebody who claims the interview (`ClaimAnswered`). Whoever is let in leaves
        the interview in which they were until now."""
        claimed = await self._store.interviews.load(interview)
        waiting = claimed.state.claim if claimed else None
        result = await self.apply(interview, inbound)
        record = await self._store.interviews.load(interview)
        if record is not None:
            for address in (waiting.address if waiting else None, record.state.address):
                if address:
                    await self._settle(address, record.state, inbound.id)
        return result

    def _stands_still(self, state: State) -> bool:
        """Whoever talks to people goes on."""
        return state.address is not None and state.support is None and self._halted(state.address)

    async def record(self, interview: str) -> Record | None:
        """As it is stored now."""
        return await self._store.interviews.load(interview)

    def forget(self, interview: str) -> None:
        """Nothing of it stays in this process's memory."""
        self._records.pop(interview, None)
        self._whereabouts.forget(interview)

    async def undelivered(self, message: OutboundMessage, inbound: str, why: str) -> bool:
        """The message will never arrive. Its interview is told, if that is where its candidate is; False where the
        message was for somebody else (recruiters, a place that the candidate has left)."""
        record = await self._store.interviews.load(message.interview) if message.interview else None
        if record is None or record.state.address != message.to:
            return False
        await self.apply(message.interview, Inbound(inbound, DeliveryFailed(why)))
        return True

    async def tell_writer(
        self, message: OutboundMessage, inbound: str, why: Literal["unreachable", "refused", "waits"]
    ) -> None:
        """What a colleague wrote has not arrived: they are told. Messages of nobody's are passed over."""
        if message.writer and message.interview:
            what = ReplyUndelivered(why, message.writer)
            await self.apply(message.interview, Inbound(inbound, what))

    async def hold(self, message: OutboundMessage, key: str) -> bool:
        """The message cannot be sent before the candidate writes: it waits. `key` is the same for every attempt.
        False where it is for nobody who could write, or for a place that the candidate has left."""
        record = await self._store.interviews.load(message.interview) if message.interview else None
        if record is None or record.state.address != message.to:
            return False
        await self._store.interviews.hold(replace(message, until_ms=0), key)
        return True

    async def show_progress(
        self, interview: str, voice: int, *, percent: int | None = None, ahead: int | None = None
    ) -> None:
        """How far a voice message's transcript is, on its receipt; no part of the record."""
        record = await self._store.interviews.load(interview)
        if record is None:
            return
        script = await self.script(record.state.script)
        message = self._engine.progress(record, script, self._now(), voice, percent=percent, ahead=ahead)
        if message:
            await self._store.interviews.beside(message, record.version)

    async def script(self, version: str) -> Script:
        """The script of this version; scripts never change, so each is loaded once."""
        known = self._scripts.get(version)
        if known is None:
            known = await self._store.directory.script(version)
            if known is None:
                raise ScriptMissing(f"script version {version} is not in the store; restore it from a backup")
            self._scripts[version] = known
        return known

    # finding the interview

    async def _way_in(self, inbound: Inbound, sender: Address) -> str:
        """A token or code in the event, or an empty string. Whoever is in an interview may well say a word that is
        some campaign's code; it is an answer then."""
        payload = payload_of(inbound)
        if payload and isinstance(inbound.what, TextReceived) and not is_secret(payload):
            return "" if await self._whereabouts.interview_of(sender) else payload
        return payload

    async def _record(self, interview: str) -> Record | None:
        return self._records.get(interview) or await self._store.interviews.load(interview)

    async def _enter(
        self, inbound: Inbound, sender: Address, payload: str, response: Answerable | None
    ) -> Result | None:
        """Follow an invitation token, a walk-in code or a resume code; None where it is none of them."""
        door = await self._entrance.find(payload, inbound)
        if door is None:
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

    async def _lead_ahead(self, inbound: Inbound, until_now: State, state: State, before: str) -> None:
        """Before the commit: its messages are sent at once, and the reply may come to any process."""
        if isinstance(inbound.what, Opened | CodeEntered) and inbound.sender:
            await self._whereabouts.lead_ahead(inbound.sender, state, before)
        elif isinstance(inbound.what, ClaimAnswered) and state.address and state.address != until_now.address:
            former = await self._whereabouts.before(state.address)
            await self._whereabouts.lead_ahead(state.address, state, former or "")

    async def _set_aside(self, interview: str, sender: Address, cause: str) -> None:
        """The sender goes on in another interview. One that is elsewhere by now is left alone."""
        record = await self._store.interviews.load(interview)
        if record is not None and record.state.address == sender:
            await self.apply(interview, Inbound(f"{cause}:aside", SetAside()))

    async def _settle(self, address: Address, state: State, cause: str) -> None:
        """Where the index has kept a former interview beside this one: set that aside, or lead back to it if the
        address was not let in after all."""
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
        """Whether nothing has happened in the interview since this event."""
        stored = await self._store.interviews.entries(interview)
        return bool(stored) and unseal(stored[-1])[1].cause == inbound

    async def _stranger(
        self, inbound: Inbound, sender: Address, payload: str, response: Answerable | None
    ) -> Result:
        """`payload` was tried in vain. Whoever is in the index and in no interview may have said one, too."""
        said = "" if inbound.halted else payload_of(inbound)
        if said != payload and (result := await self._enter(inbound, sender, said, response)):
            return result
        await self._lobby.stranger(inbound, sender, said, response)
        return "stranger"

    # writing

    async def _commit(
        self,
        record: Record,
        inbound: Inbound,
        outcome: Outcome,
        entry: e.Entry,
        script: Script,
        response: Answerable | None,
    ) -> object:
        store = self._store
        interview = record.state.interview
        held = await store.interviews.held(interview) if outcome.state.window else []
        shares = share(
            await self._messages(outcome, script),
            held if inbound.sender in (None, outcome.state.address) else (),
            outcome.state,
            inbound,
            entry.at_ms,
            self._pieces,
            None if isinstance(response, Receipt) else response,
            self._joined,
        )
        state, entry = spend(outcome.state, entry, shares.pushed)
        stored, head = seal(record.head, entry)
        after = Record(state, entry.n, head)
        for event in entry.events:
            if isinstance(event, e.CodeIssued):
                life_s = (event.until_ms - entry.at_ms) // 1000
                await store.directory.put_resume_code(event.code_sha256, interview, life_s)
        answer = await store.interviews.commit(
            Commit(
                interview=interview,
                inbound=inbound.id,
                expected=record.version,
                record=after,
                entry=stored,
                due_ms=next_due(state, script, self._engine.zone),
                messages=shares.push,
                counts=(created(state.script) if not record.version else ())
                + tally(record.state, state, entry, self._engine.zone),
                jobs=outcome.jobs,
                reply=shares.payload,
                taken=shares.taken,
                hold=shares.hold,
            )
        )
        if isinstance(answer, Committed):
            self._records[interview] = after
            if isinstance(response, Receipt):
                response.answered = any(each.to == inbound.sender for each in shares.push)
            elif response:
                response.payload = shares.payload
        return answer

    async def _messages(self, outcome: Outcome, script: Script) -> tuple[OutboundMessage, ...]:
        messages = outcome.messages
        if outcome.code:
            words = self._engine.vocabulary[outcome.state.language]
            messages = await self._ways.added(messages, outcome.code, words, self._now())
        if outcome.reviews and outcome.entry:
            stored = await self._store.interviews.entries(outcome.state.interview)
            entries = [*(unseal(blob)[1] for blob in stored), outcome.entry]
            words = self._engine.vocabulary[outcome.state.language]
            messages = with_answers(messages, entries, script, words)
        for notice in outcome.notices:
            messages += self._notices.write(notice, outcome.state, script)
        if outcome.transcript_to:
            stored = await self._store.interviews.entries(outcome.state.interview)
            words = self._engine.vocabulary[outcome.state.language]
            messages += copy_for(outcome.transcript_to, stored, outcome.state, script, words)
        return messages

    async def _nothing(self, record: Record, outcome: Outcome, script: Script, inbound: Inbound) -> Result:
        """Nothing happened: a timer that came too early, or somebody who does not belong here."""
        if inbound.sender is None:
            due = next_due(outcome.state, script, self._engine.zone)
            await self._store.interviews.reschedule(record.state.interview, due, record.version)
            return "nothing"
        claim = record.state.claim
        claims = claim is not None and claim.address == inbound.sender and not inbound.halted
        return "nothing" if claims or inbound.sender in record.state.known else "stranger"
