"""Applying an inbound event to an interview: load, step, commit; start over if another commit came first.

Recent records are cached in the process. A commit checks the version, so an outdated cache only costs a retry.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

from cachetools import LRUCache
from msgspec.structs import replace

from conversation import events as e
from conversation.engine import Engine, new_record
from conversation.errors import BotError
from conversation.inbound import (
    Address,
    ClaimAnswered,
    Inbound,
    Ticked,
)
from conversation.outbound import OutboundMessage
from conversation.outcome import Outcome
from conversation.record.audit import seal, unseal
from conversation.script import Faq, Script
from conversation.state import Record, State
from conversation.timing.schedule import next_due
from conversation.timing.working_hours import Staffing
from conversation.views.counters import created, tally
from handlers.intake.code_links import Ways
from handlers.intake.entrance import no_secret
from handlers.intake.entry_limits import Limits, Unlimited
from handlers.intake.responses import Answerable, Joined, Pieces, Receipt, apart, share, spend
from handlers.intake.transcripts import Moment, copy_for, with_answers
from handlers.intake.whereabouts import OPENS, Whereabouts
from handlers.notices.notices import Notices
from handlers.notices.webhooks import WebhookMessages, no_webhooks
from storage.ports import Commit, Committed, Duplicate, Store

Result = Literal["committed", "duplicate", "nothing", "stranger"]
_ATTEMPTS = 50
_REMEMBERED = 10_000
REPEATED_S = 60
"""A candidate is told once in this time that something was not recorded, in seconds."""
LOOK_AGAIN_MS = 5 * 60_000
"""How long an interview's timer is put off while its account is paused, in milliseconds."""


class ScriptMissing(BotError):
    """The script version of an interview is not in the store."""


class TooManyConflicts(BotError):
    """Other commits came first in every attempt."""


class Runner:
    """Applies inbound events to interviews.

    - `now`: epoch milliseconds.
    - `nonce`: unguessable text.
    - `count`: called with (what happened, channel) for metrics.
    - `pieces`: splits a message into platform messages.
    - `joined`: combines messages where a platform limits their number.
    - `halted`: whether staff have paused our account at an address.
    - `staffing`: when someone is on duty, for a unit and a time.
    - `ways`: adds links to resume codes.
    - `secret`: the secret that ids of walk-in interviews derive from.
    - `webhooks`: the messages that other systems are sent of a new entry, with the state that it leads to.
    - `faq`: what a unit answers to candidates' questions, besides the script.
    - `limits`: limits new interviews and wrong tries; None: there are no limits.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        notices: Notices,
        *,
        now: Callable[[], int],
        nonce: Callable[[], str],
        count: Callable[[str, str], None] = lambda _what, _channel: None,
        pieces: Pieces = lambda message: (message,),
        joined: Joined = apart,
        halted: Callable[[Address], bool] = lambda _address: False,
        staffing: Callable[[str, int], Staffing | None] = lambda _unit, _at_ms: None,
        ways: Ways | None = None,
        secret: Callable[[], Awaitable[str]] = no_secret,
        limits: Limits | None = None,
        webhooks: WebhookMessages = no_webhooks,
        faq: Callable[[str], tuple[Faq, ...]] = lambda _unit: (),
    ) -> None:
        self._store = store
        self._webhooks = webhooks
        self._faq = faq
        self._engine = engine
        self._notices = notices
        self._now = now
        self._nonce = nonce
        self._count = count
        self._pieces = pieces
        self._joined = joined
        self._halted = halted
        self._staffing = staffing
        self._records: LRUCache[str, Record] = LRUCache(_REMEMBERED)
        self._whereabouts = Whereabouts(store, 5 * _REMEMBERED)
        self._scripts: LRUCache[str, Script] = LRUCache(100)
        self._ways = ways or Ways()
        self._secret = secret
        self.limits: Limits = limits or Unlimited()

    async def apply(
        self,
        interview: str,
        inbound: Inbound,
        seed: e.Invited | None = None,
        before: str = "",
        response: Answerable | None = None,
    ) -> Result:
        """Apply one inbound event to an interview.

        `seed` creates the interview if it does not exist. `before` is the interview that the sender's address led
        to until now, if the event opens another. `response` is as for `receive`. Returns "stranger" if the event
        does not belong to this interview. Raises ScriptMissing, TooManyConflicts.
        """
        channel = inbound.sender.channel if inbound.sender else "system"
        for _ in range(_ATTEMPTS):
            now = self._now()
            record = await self._record(interview) or (new_record(seed, now) if seed else None)
            if record is None:
                return "stranger"
            if await self._whereabouts.left_for_another(record.state, inbound):
                return "stranger"
            if isinstance(inbound.what, Ticked) and self._stands_still(record.state):
                await self._store.interviews.reschedule(interview, now + LOOK_AGAIN_MS, record.version)
                self._records.pop(interview, None)  # if it is outdated, rescheduling had no effect
                return "nothing"
            script = await self._script_in(record.state)
            staffing = self._staffing(record.state.unit, now) if inbound.sender else None
            outcome = self._engine.step(record, inbound, script, now, staffing)
            if outcome.entry is None:
                # No commit will check whether the record is current, or can still be lost with its server.
                if not await self._store.interviews.has_version(interview, record.version):
                    self._records.pop(interview, None)
                    continue
                await self._say_unrecorded(outcome, inbound, response)
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

    def _stands_still(self, state: State) -> bool:
        """Return whether our account is paused for this candidate. Pauses do not affect support conversations."""
        return state.address is not None and state.support is None and self._halted(state.address)

    async def record(self, interview: str) -> Record | None:
        """Return the record as stored now, or None."""
        return await self._store.interviews.load(interview)

    def forget(self, interview: str) -> None:
        """Drop everything about the interview from this process's caches."""
        self._records.pop(interview, None)
        self._whereabouts.forget(interview)

    async def script(self, version: str) -> Script:
        """Return the script of this version, loading it once: scripts never change. Raises ScriptMissing."""
        known = self._scripts.get(version)
        if known is None:
            known = await self._store.directory.script(version)
            if known is None:
                raise ScriptMissing(f"script version {version} is not in the store; restore it from a backup")
            self._scripts[version] = known
        return known

    async def _script_in(self, state: State) -> Script:
        """Return the interview's script, with what its unit answers to candidates' questions."""
        script = await self.script(state.script)
        faq = self._faq(state.unit)
        return replace(script, faq=(*script.faq, *faq)) if faq else script

    async def _record(self, interview: str) -> Record | None:
        return self._records.get(interview) or await self._store.interviews.load(interview)

    async def _lead_ahead(self, inbound: Inbound, until_now: State, state: State, before: str) -> None:
        """Point the sender's address at the interview before the commit.

        The commit's messages are sent at once, and a reply may reach any process.
        """
        if isinstance(inbound.what, OPENS) and inbound.sender:
            await self._whereabouts.lead_ahead(inbound.sender, state, before)
        elif isinstance(inbound.what, ClaimAnswered) and state.address and state.address != until_now.address:
            former = await self._whereabouts.before(state.address)
            await self._whereabouts.lead_ahead(state.address, state, former or "")

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
                messages=shares.push + self._webhooks(state, entry),
                counts=(created(state.script, entry.at_ms, self._engine.zone) if not record.version else ())
                + tally(record.state, state, entry, self._engine.zone),
                jobs=outcome.jobs,
                reply=shares.payload,
                taken=shares.taken,
                hold=shares.hold,
                before=record.state,
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
            words, moment = self._engine.vocabulary[outcome.state.language], Moment(self._now(), self._engine.zone)
            messages += copy_for(outcome.transcript_to, stored, outcome.state, script, words, moment)
        return messages

    async def _say_unrecorded(self, outcome: Outcome, inbound: Inbound, response: Answerable | None) -> None:
        """Send the sender a line that is no part of the record, at most once in a while unless it fits into the
        response."""
        sender, window = inbound.sender, inbound.window
        if not outcome.messages or sender is None:
            return
        if response and not isinstance(response, Receipt):
            response.payload, _ = response.fill(outcome.messages, 0, outcome.state.language)
        elif window is None or window.messages:
            sent = await self._store.outbox.post(sender, "limit", outcome.messages[0], REPEATED_S)
            if isinstance(response, Receipt):
                response.answered = sent

    async def _nothing(self, record: Record, outcome: Outcome, script: Script, inbound: Inbound) -> Result:
        """Handle an event without effect: a timer that fired too early, or a sender who does not belong here."""
        if inbound.sender is None:
            due = next_due(outcome.state, script, self._engine.zone)
            await self._store.interviews.reschedule(record.state.interview, due, record.version)
            return "nothing"
        claim = record.state.claim
        claims = claim is not None and claim.address == inbound.sender and not inbound.halted
        return "nothing" if claims or inbound.sender in record.state.known else "stranger"
