"""One schedule: some processes, candidates and faults, all from one seed, and what has to hold at the end."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest.mock import patch

from bot.runtime import delivery, outbox_reader, partition_leases
from conversation.script import Question, Reminder, Script, Stage, Wording
from handlers.maintenance.erase import SETTLED_MS
from storage import keys
from storage.ports import Campaign, ErasureOrder
from tests.interleavings.checking import residue, wrong
from tests.interleavings.network import Weather
from tests.interleavings.people import CAMPAIGN, REMINDED_S, Candidate, Platform
from tests.interleavings.process import Process, SimulatedArchive
from tests.interleavings.server import Server, now
from tests.interleavings.timeline import START_S, Timeline

PARTITIONS = 2
IN_HAND = 2
LIMIT_S = 150.0
"""How long a schedule may take in virtual time. Nobody waits for longer than a lease and a restart."""


def _script(first: str) -> Script:
    both = Wording("问", "ask")
    questions = (Question("q1", first, both, 1), Question("q2", "open", both, 1))
    return Script(
        id=CAMPAIGN,
        title=both,
        stages=(Stage("one", both, 100, questions),),
        guide=both,
        privacy=both,
        privacy_version="1",
        reminders=(Reminder(after_s=REMINDED_S),),
        version=f"version-{first}",
    )


_SCRIPTS = {first: _script(first) for first in ("short", "open")}


@dataclass(frozen=True)
class Planted:
    """Classes with a fault, in place of those of the product."""

    server: type[Server] = Server
    process: type[Process] = Process


@dataclass
class Outcome:
    """What a schedule showed. `wrong` is empty if everything held."""

    seed: int
    wrong: list[str]
    sent: int
    repeated: int
    faults: int
    steps: int
    trace: list[str] = field(default_factory=list)


class World:
    """One installation in virtual time."""

    def __init__(self, seed: int, planted: Planted) -> None:
        chance = random.Random(seed)
        self.timeline = Timeline()
        self.weather = Weather(self.timeline, chance)
        self.erases = chance.random() < 0.05
        self.speaks = self.erases or chance.random() < 0.07
        self.polls = chance.random() < 0.15
        self.together = chance.random() < 0.7
        self.server = planted.server(self.timeline)
        self.archive = SimulatedArchive()
        self.platform = Platform(self)
        self.processes: list[Process] = []
        self.failures: list[str] = []
        self._process_class = planted.process
        self._skipped_ms = 0
        self.candidates = [
            Candidate(self, 100 + number, random.Random(chance.random()))
            for number in range(chance.choice((1, 1, 2)))
        ]
        self.by_address = {each.address: each for each in self.candidates}
        script = _SCRIPTS["open" if self.speaks else "short"]
        now(self.server.directory.put_script(script))
        campaign = Campaign(CAMPAIGN, script.version, script.id, self.now_ms(), code=CAMPAIGN)
        now(self.server.directory.put_campaign(campaign))

    def now_ms(self) -> int:
        return self.timeline.now_ms() + self._skipped_ms

    def start(self) -> None:
        """Start another process."""
        process = self._process_class(self, f"p{len(self.processes)}")
        self.processes.append(process)
        process.start()

    def fail(self, error: BaseException) -> None:
        self.failures.append(f"{type(error).__name__}: {error}")

    def check_lease(self, process: Process, key: str) -> None:
        """Note if a process begins to send although another one may have the partition."""
        holder = self.server.lease_book.holder("delivery", int(key.partition(":")[0]))
        if holder != process.name:
            self.failures.append(f"{process.name} sends {key}, whose lease {holder or 'nobody'} has")

    def run(self) -> None:
        """Let everything happen, and after it what the candidates' data is erased by."""
        for _ in range(2):
            self.start()
        if self.erases:
            self.platform.unfetchable.add(f"answer-{self.candidates[0].user}-1")
        for candidate in self.candidates:
            self.platform.people.spawn(candidate.take())
        if not self.timeline.run(START_S + LIMIT_S, self._through):
            self.failures.append("stuck: " + self._where())
        self.weather.calm = True
        if self.erases and not self.failures:
            self._erase(self.candidates[0])

    def _through(self) -> bool:
        return (
            all(each.through for each in self.candidates)
            and not self.server.outbox.left
            and (self.erases or not self.server.jobs.left)
            and not any(each.loop.paused for each in self.processes)
        ) or bool(self.failures)

    def _erase(self, candidate: Candidate) -> None:
        erasures = self.server.erasures
        interview = now(self.server.directory.who(candidate.where)) or ""
        now(erasures.order(ErasureOrder(interview, "cli", "order")))
        self._wait("the first sweep", lambda: any(each.swept_ms for each in now(erasures.ordered())))
        self._wait("the farewell", lambda: not self.server.outbox.left)
        self._skipped_ms += SETTLED_MS
        self._wait("the last sweep", lambda: not now(erasures.ordered()))
        self._wait("the outbox", lambda: not self.server.outbox.left)
        self.failures += residue(self.server, interview, candidate)

    def _wait(self, what: str, over: "object") -> None:
        assert callable(over)
        if not self.timeline.run(self.timeline.now + 60.0, lambda: bool(over()) or bool(self.failures)):
            self.failures.append(f"{what} does not come")

    def _where(self) -> str:
        stuck = [
            f"candidate {each.user} after {len(each.brought)} steps"
            for each in self.candidates
            if not each.through
        ]
        return f"{stuck}, {self.server.outbox.left} messages and {self.server.jobs.left} jobs left"

    def close(self) -> None:
        for each in self.processes:
            each.loop.dispose()
        self.platform.people.dispose()


def play(seed: int, planted: Planted | None = None, *, trace: bool = False) -> Outcome:
    """Play the schedule of one seed, with the classes of the product or those `planted`."""
    with few_partitions():
        return _play(seed, planted or Planted(), trace=trace)


@contextlib.contextmanager
def few_partitions() -> Iterator[None]:
    """Let there be few partitions, so that a schedule consists of more than taking leases, and little room."""
    with (
        patch.object(keys, "PARTITIONS", PARTITIONS),
        patch.object(partition_leases, "ALL", PARTITIONS),
        patch.object(outbox_reader, "PARTITIONS", PARTITIONS),
        patch.object(delivery, "MOST_IN_HAND", IN_HAND),
    ):
        yield


def _play(seed: int, planted: Planted, *, trace: bool) -> Outcome:
    state = random.getstate()
    random.seed(seed)  # the product's own chance: how long it backs off
    world = World(seed, planted)
    world.weather.tracing = trace
    try:
        world.run()
        failures = list(world.failures)
        found = wrong(world) if not failures else []
    finally:
        world.close()
        random.setstate(state)
    every = [each for sent in world.platform.sent.values() for each in sent]
    return Outcome(
        seed,
        failures + found,
        len(every),
        len(every) - len({each.key for each in every}),
        world.weather.faults,
        world.timeline.steps,
        world.weather.trace,
    )
