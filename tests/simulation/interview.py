"""One interview through the real engine, with its own clock, timers, counters, and the candidate's view."""

import random
from collections import Counter
from collections.abc import Iterable

from conversation import inbound as i
from conversation.decide.channel_switch import code_from
from conversation.engine import Engine, invitation
from conversation.events import Invited
from conversation.outbound import OutboundMessage
from conversation.script import Question, Script
from conversation.state import OPEN_PHASES, Record, State
from conversation.timing.schedule import next_due
from conversation.views.counters import Change, created, tally
from handlers.catalogues import vocabulary
from tests.fakes.scene import DAY, HOUR, MINUTE, MORNING, ZONE

__all__ = ["MINUTE", "Interview", "Interviews"]


class Interviews:
    """All interviews of one run: the script, the engine, and the counters as in a campaign."""

    def __init__(self, script: Script, chance: random.Random) -> None:
        self.script = script
        self.engine = Engine(vocabulary(), ZONE)
        self.total: Counter[str] = Counter()
        self.days: Counter[tuple[str, str]] = Counter()
        self.steps = 0
        self._chance = chance

    def begin(self, name: str, *, on_web: bool, now: int | None = None) -> "Interview":
        """Begin an interview, opened by its candidate now, or at a random hour of the day if `now` is None."""
        at_ms = now or MORNING + self._chance.randrange(-2 * HOUR, 12 * HOUR)
        return Interview(self, name, on_web, at_ms)

    def count(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.day:
                self.days[change.day, change.name] += change.number
            else:
                self.total[change.name] += change.number


class Interview:
    """One candidate's interview. `now` is epoch milliseconds."""

    def __init__(self, among: Interviews, name: str, on_web: bool, now: int) -> None:
        self.now = now
        self.script = among.script
        self._among = among
        self._number = 0
        self._offered: list[str] = []
        self._reminders = 0
        channel, account = ("web", "local") if on_web else ("telegram", "700001")
        self._address = i.Address(channel, account, name)
        record, entry, _ = invitation(Invited(name, "simulated", self.script.version), now, "invite")
        among.count(created(self.script.version, now, ZONE))
        self._record: Record = record
        self.entries = [entry]
        self.says(i.Opened())

    @property
    def state(self) -> State:
        return self._record.state

    @property
    def open(self) -> bool:
        return self.state.phase in OPEN_PHASES

    @property
    def in_time(self) -> bool:
        return self.now < self.state.deadline_ms

    @property
    def question(self) -> Question:
        return self.script.steps[self.state.index].question

    def offers(self, choice: str) -> bool:
        """Return whether the last message with choices has one that begins with `choice`."""
        return any(each.startswith(choice) for each in self._offered)

    # actions

    def says(self, what: i.What) -> None:
        self._step(what, self._address)

    def presses(self, choice: str) -> None:
        self.says(i.ChoicePressed(next((each for each in self._offered if each.startswith(choice)), choice)))

    def shows(self, kind: i.CircumstanceKind) -> None:
        self.says(i.CircumstanceNoticed(kind))

    def moves(self) -> None:
        """Move to another device, using the code for it."""
        self.presses("device")
        code = code_from(f"fresh {self._number}")
        self._address = i.Address("web", "local", f"{self._address.user}+")
        self.says(i.CodeEntered(code))

    def pass_(self, ms: float) -> None:
        """Let time pass. Timers fire when they are due."""
        self._until(self.now + round(ms))

    def reminded(self) -> bool:
        """Let time pass until a reminder arrives. Returns False if none comes any more."""
        before = self._reminders
        while self.open and self._reminders == before:
            due = self._due()
            if not due:
                return False
            self._until(due)
        return self._reminders > before

    def until_over(self) -> None:
        """Let time pass until the deadline, and until the messages after it are sent."""
        for _ in range(20):
            due = self._due()
            if not due:
                return
            self._until(due)

    # the engine

    def _due(self) -> int:
        return next_due(self.state, self.script, ZONE)

    def _until(self, moment: int) -> None:
        for _ in range(50):
            due = self._due()
            if not due or due > moment:
                break
            self.now = max(self.now, due)
            self._step(i.Ticked(), None)
        self.now = max(self.now, moment)
        if self.now - MORNING > 60 * DAY:
            raise AssertionError(f"a simulated interview without end: {self.state}")

    def _step(self, what: i.What, sender: i.Address | None) -> None:
        self._number += 1
        inbound = i.Inbound(
            f"in:{self._number}",
            what,
            sender,
            self.now,
            f"m{self._number}",
            nonce=f"fresh {self._number}",
        )
        before = self._record
        outcome = self._among.engine.step(before, inbound, self.script, self.now)
        if outcome.entry is None:
            return
        self.entries.append(outcome.entry)
        self._record = Record(outcome.state, outcome.entry.n, before.head)
        self._among.steps += 1
        self._among.count(tally(before.state, outcome.state, outcome.entry, ZONE))
        for message in outcome.messages:
            self._sees(message)

    def _sees(self, message: OutboundMessage) -> None:
        if message.choices:
            self._offered = [choice.token for choice in message.choices]
        if not message.prompted and self.offers("continue"):
            self._reminders += 1
