"""Playing random conversations through the engine, and checking all invariants after every step."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar, assert_never, get_args

import msgspec
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation import visible_text
from conversation.decide.channel_switch import code_from
from conversation.engine import Engine, new_record
from conversation.evolve import apply, fold
from conversation.outbound import OutboundMessage
from conversation.outcome import Outcome
from conversation.record.audit import seal, verify
from conversation.script import FollowUp, Script
from conversation.state import Phase, Record, State
from conversation.timing.schedule import next_due
from conversation.views.answers import SaidPart, read
from conversation.views.counters import STOPPED, Change, created, tally
from handlers.catalogues import vocabulary
from handlers.notices.notices import Notices
from storage.codec import pack, unpack
from tests.fakes.scene import MORNING, RECRUITERS, ZONE
from tests.fakes.scripts import SCRIPT
from tests.properties import actions as a

ADDRESSES: dict[a.Who, i.Address] = {
    "candidate": i.Address("telegram", "700001", "42"),
    "second": i.Address("web", "local", "o-42"),
    "stranger": i.Address("telegram", "700001", "666"),
}
CLIENTS = (None, i.Client(), i.Client("phone", "Chrome", "140", "4g"))
SEED = e.Invited("00ff00ff00ff00ff", "spring", SCRIPT.version, "Anna")
_FIRST, *_OTHERS = SCRIPT.stages
_ABOUT, _CITY = _FIRST.questions
_TAKING = replace(_ABOUT, files="allowed")
FILES = replace(SCRIPT, stages=(replace(_FIRST, questions=(_TAKING, _CITY)), *_OTHERS))
"""A script whose first question accepts files."""
_FURTHER = replace(_TAKING, follow_up=FollowUp(("short",)))
FOLLOWED_UP = replace(SCRIPT, stages=(replace(_FIRST, questions=(_FURTHER, _CITY)), *_OTHERS))
"""The same, with a follow-up question to a short answer."""
NAMED = replace(FILES, register="name")
_Event = TypeVar("_Event", bound=e.Event)
_UNFILLED = re.compile(r"\{(?!name\})[a-z_]{3,}\}")  # the candidates of these conversations do write {name}


class Player:
    """One interview from its invitation on. Every step is also encoded and decoded as in the store."""

    def __init__(self, *, named: bool = False, followed_up: bool = False) -> None:
        self.script: Script = NAMED if named else FOLLOWED_UP if followed_up else FILES
        self.now = MORNING
        self.entries: list[e.Entry] = []
        self.stored: list[bytes] = []
        self.record = new_record(replace(SEED, walk_in=named, name="" if named else SEED.name), self.now)
        self._seed: e.Invited | None = replace(SEED, walk_in=named, name="" if named else SEED.name)
        self._engine = Engine(vocabulary(), ZONE)
        self._notices = Notices(vocabulary(), ZONE, [RECRUITERS])
        self._counts: Counter[str] = Counter()
        self._offered: list[str] = []
        self._messages: list[str] = []
        self._number = 0
        self._still_since = 0
        self._code = "23456789"
        self.step(i.Opened(), "candidate")

    @property
    def state(self) -> State:
        return self.record.state

    def play(self, action: a.Action) -> None:
        match action:
            case a.Said():
                self._said(action)
            case a.Done():
                self.step(action.what, action.who, action.sent_ago_ms)
            case a.Pressed():
                token = self._offered[-1 - action.back % len(self._offered)] if self._offered else "submit@0"
                self.step(i.ChoicePressed(token), action.who)
            case a.Edited():
                self._edited(action)
            case a.Passed():
                self._passed(action.ms)
            case a.Happened():
                self.step(action.what, None)
            case a.Moved():
                self.step(i.DeadlineMoved(self.now + action.by_ms), None)
            case a.Coded():
                self.step(i.CodeEntered(self._code if action.right else "99999999"), action.who)
            case a.Stood():
                self._stood(action.still)
            case _:
                assert_never(action)

    def _stood(self, still: bool) -> None:
        if still:
            self._still_since = self._still_since or self.now
        elif since := self._still_since:
            self._still_since = 0
            address = ADDRESSES["candidate"]
            self.step(i.AccountResumed(address.channel, address.account, since, self.now), None)

    def _halted(self, who: a.Who | None) -> bool:
        return bool(self._still_since) and who is not None and ADDRESSES[who].channel == "telegram"

    def _said(self, action: a.Said) -> None:
        belongs = ADDRESSES[action.who] in self.state.known
        outcome = self.step(i.TextReceived(action.text), action.who, action.sent_ago_ms)
        if belongs and not _refused(outcome):
            assert _keeps(outcome.entry, action.text), f"{action.text!r} is nowhere in {outcome.entry}"

    def _edited(self, action: a.Edited) -> None:
        message = self._messages[-1 - action.back % len(self._messages)] if self._messages else "0"
        here = self.state.address == ADDRESSES["candidate"]
        known = any(
            part.message == message and part.text == visible_text.said(action.text) for part in self.state.parts
        )
        outcome = self.step(i.TextEdited(action.text), "candidate", message=message)
        if here and not known and not _refused(outcome):
            assert _keeps(outcome.entry, action.text), f"{action.text!r} is nowhere in {outcome.entry}"

    def _passed(self, ms: int) -> None:
        until = self.now + ms
        if self._still_since:  # no timer fires
            self.now = until
            return
        for _ in range(100):
            due = next_due(self.state, self.script, ZONE)
            if not due or due > until:
                self.now = until
                return
            self.now = max(self.now, due)
            self.step(i.Ticked(), None)
            again = next_due(self.state, self.script, ZONE)
            assert not again or again > self.now, f"at {self.now} it is still due at {again}: {self.state}"
        raise AssertionError(f"timers without end: {self.state}")

    def step(self, what: i.What, who: a.Who | None, ago_ms: int = -1, message: str = "") -> Outcome:
        self._number += 1
        inbound = i.Inbound(
            id=f"in:{self._number}",
            what=what,
            sender=ADDRESSES[who] if who else None,
            sent_ms=max(self.now - ago_ms, 1) if ago_ms >= 0 else 0,
            message=message or f"m{self._number}",
            nonce=f"fresh{self._number}",
            client=CLIENTS[self._number % 3] if who else None,
            halted=self._halted(who) and not isinstance(what, i.Opened | i.CodeEntered),
        )
        if isinstance(what, i.TextReceived):
            self._messages.append(inbound.message)
        before = self.record
        outcome = self._engine.step(before, inbound, self.script, self.now)
        self._look_at_messages(outcome)
        entry = outcome.entry
        if entry is None:
            assert outcome.state == before.state
            assert not outcome.notices
            return outcome
        self._look_at_entry(before, inbound, entry)
        if self._seed:
            entry, self._seed = replace(entry, events=(self._seed, *entry.events)), None
        self._keep(before, outcome, entry)
        return outcome

    def _look_at_entry(self, before: Record, inbound: i.Inbound, entry: e.Entry) -> None:
        assert entry.n == before.version + 1
        assert (entry.cause, entry.at_ms, entry.v) == (inbound.id, self.now, e.SCHEMA)
        assert entry.events
        assert entry.by in ("candidate", "stranger", "system", "staff")
        if entry.by == "candidate":
            assert inbound.sender is not None
        if inbound.sender is None:
            assert entry.by in ("system", "staff")

    def _keep(self, before: Record, outcome: Outcome, entry: e.Entry) -> None:
        stored, head = seal(before.head, entry)
        self.record = unpack(pack(Record(outcome.state, entry.n, head)))
        assert self.record.state == outcome.state == apply(before.state if self.entries else None, entry)
        self._counts.update(
            dict[str, int]() if self.entries else _summed(created(self.script.version, entry.at_ms, ZONE))
        )
        self._counts.update(_summed(tally(before.state, outcome.state, entry, ZONE)))
        self.entries.append(entry)
        self.stored.append(stored)
        self._check_absences()
        self._check_standing()
        phases = {name.partition(":")[2]: n for name, n in self._counts.items() if name.startswith("phase:") and n}
        assert phases == {self.state.phase: 1}
        assert self.state.phase in get_args(Phase)
        assert -1 <= self.state.index <= len(self.script.steps)
        next_due(self.state, self.script, ZONE)
        if any(isinstance(event, e.CodeIssued) for event in entry.events):
            self._code = code_from(f"fresh{self._number}")

    def _check_absences(self) -> None:
        """Check that each absence has one kind and, once it is over, one kind of return."""
        kinds = Counter({name: n for name, n in self._counts.items() if name.startswith("away:")})
        back = Counter({name: n for name, n in self._counts.items() if name.startswith("returns:")})
        assert kinds.total() == self._counts["away"]
        assert min(kinds.values(), default=0) >= 0
        assert 0 <= self._counts["away"] - back.total() <= 1
        rules = Counter({name: n for name, n in self._counts.items() if name.startswith("away.rule:")})
        assert rules.total() == kinds.total()
        assert min(rules.values(), default=0) >= 0

    def _check_standing(self) -> None:
        """Check that a started interview is counted once under each heading, and that no counter is negative."""
        started, over = bool(self.state.started_ms), self.state.phase in STOPPED
        for heading, number in {
            "start.ch:": started,
            "start.dev:": started,
            "done.ch:": started and self.state.phase == "completed",
            "done.mode:": started and self.state.phase == "completed",
            "stop.adj:": started and over,
            "yes.mode:": started and self.state.decision == "yes",
            "no.adj:": started and self.state.decision == "no",
            "stop:": started and over,
            "stop.q:": started and over,
            "stop.cause:": started and over,
        }.items():
            assert sum(n for name, n in self._counts.items() if name.startswith(heading)) == number, heading
        stopped = sum(n for name, n in self._counts.items() if name.endswith(" stopped"))
        assert stopped == (started and over)
        assert all(n >= 0 for n in self._counts.values()), self._counts
        assert all(0 <= n <= 1 for name, n in self._counts.items() if name.startswith(("asked:", "lost:")))

    def _look_at_messages(self, outcome: Outcome) -> None:
        told = [
            each for notice in outcome.notices for each in self._notices.write(notice, outcome.state, self.script)
        ]
        assert len(told) == len(outcome.notices)
        for message in (*outcome.messages, *told):
            _look_at(message)
        for message in outcome.messages:
            assert message.to in ADDRESSES.values()
            self._offered += [choice.token for choice in message.choices]

    def look_back(self) -> None:
        """Check what must hold for the record as a whole."""
        record = self.record
        entries = verify(SEED.interview, self.stored, record.version, record.head)
        assert entries == self.entries
        assert fold(entries) == record.state
        transcript = read(entries, self.script)
        kept = [part for answer in transcript.answers for part in (*answer.parts, *answer.dropped)]
        received = [each for entry in entries for each in entry.events if isinstance(each, e.PartReceived)]
        messages = Counter(part.message for part in kept)
        for part in received:
            assert messages[part.message], f"{part} is not in the transcript"
        spoken = Counter(part.spoken.voice for part in kept if part.spoken)
        for voice in (each.voice for each in _all(entries, e.VoiceReceived)):
            assert spoken[voice] == 1, f"voice message {voice} is not in the transcript, or twice"
        self._look_at_files(kept, entries)
        ends = Counter(
            [
                *(each.voice for each in _all(entries, e.Transcribed)),
                *(each.voice for each in _all(entries, e.TranscriptFailed)),
                *(each.voice for each in _all(entries, e.AudioLost)),
            ]
        )
        assert set(ends.values()) <= {1}, f"a voice message ended twice: {ends}"
        awaited = {each.voice for each in record.state.awaited}
        assert awaited == set(spoken) - set(ends)
        done = [answer.status for answer in transcript.answers].count("submitted")
        assert done == record.state.done

    def _look_at_files(self, kept: list[SaidPart], entries: list[e.Entry]) -> None:
        """Check that each file is in the transcript once, and ended once or is awaited."""
        parts = [part for part in kept if part.file]
        sent = list(_all(entries, e.PartFile))
        assert len(parts) == len(sent), "a file is not in the transcript, or twice"
        for event in sent:
            assert any(part.message == event.message and part.file for part in kept), event
        kept_numbers = [each.number for each in _all(entries, e.PartFileKept)]
        ended = [*kept_numbers, *(each.number for each in _all(entries, e.PartFileLost))]
        assert len(ended) == len(set(ended)), f"a file ended twice: {ended}"
        awaited = {each.number for each in self.record.state.awaited_files}
        assert awaited == {event.number for event in sent} - set(ended)


def _all(entries: Iterable[e.Entry], kind: type[_Event]) -> Iterator[_Event]:
    return (event for entry in entries for event in entry.events if isinstance(event, kind))


def _look_at(message: OutboundMessage) -> None:
    assert message.text.strip()
    assert not _UNFILLED.search(message.text)
    for offset, length in message.bold:
        assert length > 0
        assert 0 <= offset <= offset + length <= len(message.text)
    for choice in message.choices:
        assert choice.label.strip()
        assert len(choice.token.encode("ascii")) <= 40
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=OutboundMessage) == message


def _summed(changes: tuple[Change, ...]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for change in changes:
        counts[f"{change.day} {change.name}".strip()] += change.number
    return counts


def _refused(outcome: Outcome) -> bool:
    """Return whether nothing was recorded because of a limit, and the candidate was told."""
    return outcome.entry is None and bool(outcome.messages)


def _keeps(entry: e.Entry | None, text: str) -> bool:
    """Return whether one of the entry's events contains all of the text that shows, ignoring white space."""
    wanted = "".join(visible_text.said(text).split())
    said = (
        [str(value) for event in entry.events for value in msgspec.structs.asdict(event).values()] if entry else []
    )
    return any(wanted in "".join(value.split()) for value in said)
