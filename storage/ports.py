"""What the layers above may ask of a store. Redis and memory answer alike: one contract suite holds for both."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from conversation.inbound import Address
from conversation.jobs import Job
from conversation.outbound import OutboundMessage
from conversation.script import Script
from conversation.state import Record
from conversation.views.counters import Change
from storage.codec import Blob, Stored


class Commit(msgspec.Struct, frozen=True):
    """All that one inbound event changes.

    `expected` is the version that the change was computed from, 0 for a new interview. `due_ms` is when the
    interview wants attention again, 0: never. `jobs` is work for others. `reply` is what the platform was answered
    in its own response and is answered again when it repeats the event. Of the messages that are held until the
    candidate writes, the first `taken` are said now; `hold` takes their place, or joins the others.
    """

    interview: str
    inbound: str
    expected: int
    record: Stored
    entry: bytes
    due_ms: int = 0
    messages: tuple[OutboundMessage, ...] = ()
    counts: tuple[Change, ...] = ()
    jobs: tuple[Job, ...] = ()
    reply: bytes = b""
    taken: int = 0
    hold: tuple[OutboundMessage, ...] = ()


class Committed(msgspec.Struct, frozen=True):
    pass


class Duplicate(msgspec.Struct, frozen=True):
    """The inbound event is in the record already, as entry `version`; `reply` is what it was answered."""

    version: int
    reply: bytes = b""


class Conflict(msgspec.Struct, frozen=True):
    """Somebody else committed in between: load and step again."""


Answer = Committed | Duplicate | Conflict


class Campaign(msgspec.Struct, frozen=True, omit_defaults=True):
    """Interviews on one script. `code` is the walk-in code, empty where one needs an invitation; `cap` is the
    most walk-in candidates, 0: no limit. `variants` are the versions over which candidates are split, where the
    script is an experiment. `kiosk`: walk-in candidates take turns on one device. `notices_to` is the one place
    that is told of its interviews, in place of all others."""

    id: str
    script: str
    script_id: str
    opened_ms: int
    unit: str = ""
    code: str = ""
    cap: int = 0
    closed_ms: int = 0
    variants: tuple[str, ...] = ()
    kiosk: bool = False
    notices_to: Address | None = None


class OutboxEntry(NamedTuple):
    """An outbox entry; `message` is None where it cannot be read."""

    id: str
    partition: int
    message: OutboundMessage | None
    raw: bytes


class Item(NamedTuple):
    """One item of a mailbox, in order of `seq` from 1."""

    seq: int
    payload: bytes


class Order(msgspec.Struct, frozen=True, omit_defaults=True):
    """An interview that is to be erased, and how far that has come. `by` is the colleague's id or `cli`, `cause`
    the id of what they said. What has to go elsewhere is collected here before it cannot be read any more
    (`collected`): addresses, names, hashes of codes, files of the archive. At `swept_ms` (epoch, 0: not yet) all
    of it was gone for the first time. Whoever ordered it hears of that in `chat`, in their `language`."""

    interview: str
    by: str
    cause: str
    collected: bool = False
    addresses: tuple[Address, ...] = ()
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    swept_ms: int = 0
    chat: Address | None = None
    language: str = "zh"


Queue = Literal["fetch", "transcribe"]


class JobEntry(NamedTuple):
    """A job in a queue; `job` is None where it cannot be read. `id` is its own within queue and partition only,
    and begins with the time at which it was queued (epoch milliseconds). `in_hand`: a worker has it, as far as
    `waiting` knows."""

    id: str
    partition: int
    queue: Queue
    job: Job | None
    raw: bytes
    in_hand: bool = False

    @property
    def place(self) -> tuple[Queue, int, str]:
        """No other job's."""
        return self.queue, self.partition, self.id

    @property
    def queued_ms(self) -> int:
        return int(self.id.partition("-")[0])


class Interviews(Protocol):
    """States and records."""

    async def load(self, interview: str) -> Record | None: ...
    async def load_many(self, interviews: Sequence[str]) -> list[Record]: ...
    async def blob(self, name: str) -> Blob | None: ...
    async def commit(self, commit: Commit) -> Answer: ...
    async def held(self, interview: str) -> list[OutboundMessage]: ...
    async def hold(self, message: OutboundMessage, key: str) -> None: ...
    async def entries(self, interview: str) -> list[bytes]: ...
    async def beside(self, message: OutboundMessage, version: int) -> bool: ...
    async def reschedule(self, interview: str, due_ms: int, version: int | None = None) -> None: ...
    async def due(self, partition: int, now_ms: int, limit: int) -> list[tuple[str, int]]: ...
    def members(self, campaign: str) -> AsyncIterator[str]: ...
    async def counts(self, campaign: str) -> dict[str, int]: ...
    async def adjust(self, campaign: str, changes: Sequence[Change]) -> None: ...
    async def day_counts(self, campaign: str, days: Sequence[str]) -> dict[str, dict[str, int]]: ...


class Directory(Protocol):
    """Who is where: look-ups that can be repaired from the record."""

    async def who(self, address: Address) -> str | None: ...
    async def formerly(self, address: Address) -> str | None: ...
    async def bind(self, address: Address, interview: str, former: str = "") -> None: ...
    async def unbind(self, address: Address, interview: str) -> None: ...
    async def invitation(self, token: str) -> str | None: ...
    async def put_invitation(self, token: str, interview: str) -> None: ...
    async def resume_code(self, code_sha256: str) -> str | None: ...
    async def put_resume_code(self, code_sha256: str, interview: str, life_s: int) -> None: ...
    async def drop_resume_code(self, code_sha256: str) -> None: ...
    async def campaign(self, campaign: str) -> Campaign | None: ...
    async def walk_in(self, code: str) -> Campaign | None: ...
    async def put_campaign(self, campaign: Campaign) -> bool: ...
    async def campaigns(self) -> list[str]: ...
    async def take_place(self, campaign: Campaign, interview: str) -> bool: ...
    async def script(self, version: str) -> Script | None: ...
    async def put_script(self, script: Script) -> None: ...


class Erasures(Protocol):
    """What is to be erased, and the erasing itself; and which files of the archive may go."""

    async def order(self, order: Order) -> Order: ...
    async def ordered(self) -> list[Order]: ...
    async def note(self, order: Order) -> None: ...
    async def finish(self, interview: str) -> None: ...
    async def redact(self, interview: str, version: int, entries: Sequence[bytes]) -> bool: ...
    async def sweep(self, order: Order, places: Sequence[Address], *, last: bool) -> None: ...
    async def refer(self, sha256: str, interview: str) -> None: ...
    async def leave(self, sha256: str, interview: str) -> bool: ...
    async def lend(self, sha256: str, until_ms: int) -> None: ...
    async def overdue(self, now_ms: int) -> list[str]: ...
    async def give_back(self, sha256: str) -> bool: ...


class Outbox(Protocol):
    """What is to be sent: a stream per partition, read by one reader at a time."""

    @property
    def together(self) -> bool: ...
    async def open(self, partition: int) -> None: ...
    async def post(self, address: Address, topic: str, message: OutboundMessage, window_s: int) -> bool: ...
    async def answer(
        self, address: Address, cause: str, line: OutboundMessage, wait: OutboundMessage, most: int, window_s: int
    ) -> bool: ...
    async def read(self, partitions: Sequence[int], count: int, block_ms: int) -> list[OutboxEntry]: ...
    async def pending(self, partition: int, after: str, count: int) -> list[OutboxEntry]: ...
    async def done(self, partition: int, ids: Sequence[str]) -> None: ...
    async def done_all(self, sent: Mapping[int, Sequence[str]]) -> None: ...
    async def dead_letter(self, partition: int, kind: str, why: str, payload: bytes, letter: str = "") -> None: ...
    async def dead_letters(self) -> int: ...
    async def oldest_ms(self, partition: int) -> int: ...
    async def shown(self, message: OutboundMessage) -> str: ...
    async def remember_shown(self, message: OutboundMessage, shown: str) -> None: ...


class Jobs(Protocol):
    """Work that commits left behind: a queue of each kind in each partition, shared by any number of workers. A
    worker says now and then that it still has a job; one that has not been heard of for a while loses it."""

    async def open(self) -> None: ...
    async def take(self, queue: Queue, worker: str) -> JobEntry | None: ...
    async def keep(self, entries: Sequence[JobEntry], worker: str) -> None: ...
    async def release(self, entry: JobEntry, worker: str) -> None: ...
    async def reclaim(self, queue: Queue, worker: str, idle_ms: int) -> JobEntry | None: ...
    async def done(self, entry: JobEntry) -> None: ...
    async def later(self, entry: JobEntry, job: Job, due_ms: int) -> None: ...
    async def wake(self, now_ms: int) -> int: ...
    async def waiting(self, queue: Queue, count: int) -> list[JobEntry]: ...
    async def length(self, queue: Queue) -> int: ...


class Mailboxes(Protocol):
    """Conversations that no platform keeps for us: the web messenger's and the terminal's."""

    async def append(self, address: Address, item: str, payload: bytes) -> int: ...
    async def read(self, address: Address, after: int, count: int) -> list[Item]: ...
    async def clear(self, address: Address, *, whole: bool) -> None: ...


class Store(Protocol):
    """What `handlers` need: everything but leases and notes, which are the processes' own affair."""

    @property
    def interviews(self) -> Interviews: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def mailboxes(self) -> Mailboxes: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def erasures(self) -> Erasures: ...
