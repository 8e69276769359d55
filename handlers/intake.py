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
    CodeEntered,
    CommandReceived,
    DeliveryFailed,
    Inbound,
    Opened,
    ReplyUndelivered,
    SetAside,
    TextReceived,
    Ticked,
)
from conversation.outbound import OutboundMessage
from conversation.schedule import next_due
from conversation.script import Script
from conversation.shifts import Staffing
from conversation.state import Record, State
from conversation.tally import created, tally
from conversation.turn import Outcome
from conversation.words import language_of
from handlers.entrance import Entrance, is_secret, no_secret, payload_of
from handlers.notices import Notices
from handlers.responding import Joined, Pieces, Receipt, Response, apart, share, spend
from handlers.transcripts import copy_for
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
    for whoever asks for help."""

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
        self._who: LRUCache[Address, str] = LRUCache(5 * _REMEMBERED)
        self._scripts: LRUCache[str, Script] = LRUCache(100)
        self._entrance = Entrance(store, engine.vocabulary, secret)

    async def receive(self, inbound: Inbound, response: Response | Receipt | None = None) -> Result:
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
        for _ in range(2):
            interview = await self._interview_of(sender)
            if interview is None:
                return await self._stranger(inbound, sender, payload, response)
            result = await self.apply(interview, inbound, response=response)
            if result != "stranger":
                return result
            self._who.pop(sender, None)  # it went on elsewhere: look again
        return await self._stranger(inbound, sender, "", response)

    async def apply(
        self,
        interview: str,
        inbound: Inbound,
        seed: e.Invited | None = None,
        before: str = "",
        response: Response | Receipt | None = None,
    ) -> Result:
        """One inbound event to one interview; `seed` begins it, if there is none. `before` is the interview to
        which the sender's address led until now, where the event opens one; `response` as for `receive`."""
        channel = inbound.sender.channel if inbound.sender else "system"
        for _ in range(_ATTEMPTS):
            remembered = interview in self._records
            record = await self._record(interview) or (new_record(seed) if seed else None)
            if record is None:
                return "stranger"
            if await self._left_for_another(record.state, inbound):
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
            if isinstance(inbound.what, Opened | CodeEntered) and inbound.sender:
                await self._lead_ahead(inbound.sender, outcome.state, before)
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

    def _stands_still(self, state: State) -> bool:
        """Whoever talks to people goes on."""
        return state.address is not None and state.support is None and self._halted(state.address)

    async def record(self, interview: str) -> Record | None:
        """As it is stored now."""
        return await self._store.interviews.load(interview)

    def forget(self, interview: str) -> None:
        """Nothing of it stays in this process's memory."""
        self._records.pop(interview, None)
        for address in [each for each, known in self._who.items() if known == interview]:
            self._who.pop(address, None)

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
            return "" if await self._interview_of(sender) else payload
        return payload

    async def _record(self, interview: str) -> Record | None:
        return self._records.get(interview) or await self._store.interviews.load(interview)

    async def _interview_of(self, sender: Address) -> str | None:
        known = self._who.get(sender)
        if known is None and (known := await self._store.directory.who(sender)):
            self._who[sender] = known
        return known

    async def _enter(
        self, inbound: Inbound, sender: Address, payload: str, response: Response | Receipt | None
    ) -> Result | None:
        """Follow an invitation token, a walk-in code or a resume code; None where it is none of them."""
        door = await self._entrance.find(payload, inbound)
        if door is None:
            return None
        if door.refused:
            return await self._tell(sender, inbound, door.refused, response)
        before = await self._store.directory.formerly(sender) or await self._store.directory.who(sender)
        opening = replace(inbound, what=door.what)
        result = await self.apply(door.interview, opening, door.seed, before or "", response)
        again = result == "duplicate" and not await self._is_last(door.interview, inbound.id)
        record = await self._record(door.interview)
        if record is not None and record.state.phase == "erased":
            return await self._tell(sender, inbound, "stranger.erased", response)
        if record is None or again or not _leads(record.state, sender, before):
            await self._lead(sender, before)
            return result
        if before and before != door.interview:
            await self.apply(before, Inbound(f"{inbound.id}:aside", SetAside()))
        await self._lead(sender, door.interview)
        return result

    async def _lead(self, sender: Address, interview: str | None) -> None:
        """The address leads to this interview, and to no former one. Done again, it changes nothing: a crash
        before it is mended by the next delivery of the event."""
        if interview:
            await self._store.directory.bind(sender, interview)
            self._who[sender] = interview

    async def _lead_ahead(self, sender: Address, state: State, before: str) -> None:
        """Before the commit: its messages are sent at once, and the reply may come to any process. The index keeps
        the former interview beside it, until that is set aside."""
        if _leads(state, sender, before):
            former = before if before != state.interview else ""
            await self._store.directory.bind(sender, state.interview, former)
            self._who[sender] = state.interview

    async def _is_last(self, interview: str, inbound: str) -> bool:
        """Whether nothing has happened in the interview since this event."""
        stored = await self._store.interviews.entries(interview)
        return bool(stored) and unseal(stored[-1])[1].cause == inbound

    async def _left_for_another(self, state: State, inbound: Inbound) -> bool:
        """Whether the sender has another interview open by now, which this process does not know yet."""
        if not state.aside or inbound.sender is None or isinstance(inbound.what, Opened | CodeEntered):
            return False
        return await self._store.directory.who(inbound.sender) not in (None, state.interview)

    async def _stranger(
        self, inbound: Inbound, sender: Address, payload: str, response: Response | Receipt | None
    ) -> Result:
        meant = isinstance(inbound.what, CommandReceived) or is_secret(payload) or any(map(str.isdigit, payload))
        key = "stranger.unknown" if payload and meant else "stranger"
        if inbound.halted:
            key = "stranger.halted"
        return await self._tell(sender, inbound, key, response)

    async def _tell(
        self, sender: Address, inbound: Inbound, key: str, response: Response | Receipt | None
    ) -> Result:
        """One polite line, not more than one a minute where it is sent; a response is there to be filled."""
        message = self._entrance.line(sender, inbound.language, key)
        if response and not isinstance(response, Receipt):
            response.payload, _ = response.fill([message], 0, language_of(inbound.language))
            return "stranger"
        posted = await self._store.outbox.post(sender, key, message, window_s=60)
        if isinstance(response, Receipt):
            response.answered = posted
        return "stranger"

    # writing

    async def _commit(
        self,
        record: Record,
        inbound: Inbound,
        outcome: Outcome,
        entry: e.Entry,
        script: Script,
        response: Response | Receipt | None,
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
        return "stranger" if inbound.sender not in record.state.known else "nothing"


def _leads(state: State, sender: Address, before: str | None) -> bool:
    """Whether the sender's messages belong to this interview from now on. An old link to one that is over does not
    take them away from another."""
    over = state.phase in ("completed", "lapsed", "erased")
    return state.address == sender and not (over and before not in (None, "", state.interview))
