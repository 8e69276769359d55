"""The interfaces of a store, as the layers above use it. Redis and memory behave alike: one contract test suite
covers both."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

import msgspec

from conversation.inbound import Address
from conversation.jobs import Job
from conversation.outbound import OutboundMessage
from conversation.script import Script
from conversation.state import Record, State
from conversation.views.counters import Change
from storage.archive.records import ArchivedRecords
from storage.codec import Blob, Stored
from storage.search_lines import SearchLines


class Commit(msgspec.Struct, frozen=True):
    """Everything that one inbound event changes.

    - `inbound`: the id of the inbound event.
    - `expected`: the version from which the change was computed; 0 for a new interview.
    - `before`: the state of that version; None: unknown. Messages of the open answer that it shares with the new
      state are not written again.
    - `due_ms`: when the interview needs attention again (epoch milliseconds); 0: never.
    - `jobs`: work for others.
    - `reply`: the response that the platform was given; given again if the platform repeats the event.
    - `taken`: how many of the messages held until the candidate writes are dealt with now, from the first.
    - `hold`: messages to hold. They replace the messages taken; if none are taken, they are added at the end.
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
    before: State | None = None


class Committed(msgspec.Struct, frozen=True):
    pass


class Duplicate(msgspec.Struct, frozen=True):
    """The inbound event is already in the record, as entry `version`. `reply` is the response that it was
    given."""

    version: int
    reply: bytes = b""


class Conflict(msgspec.Struct, frozen=True):
    """Another commit came in between. Load the record and step again."""


Answer = Committed | Duplicate | Conflict


class Campaign(msgspec.Struct, frozen=True, omit_defaults=True):
    """Interviews with one script.

    - `code`: the walk-in code; empty: an invitation is needed.
    - `cap`: the maximum number of walk-in candidates; 0: no limit.
    - `variants`: if the script is an experiment, the versions over which candidates are split.
    - `kiosk`: walk-in candidates take turns on one device.
    - `notices_to`: the only place that is notified of its interviews, instead of all others.
    """

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


class Head(NamedTuple):
    """How far a record has come: the number of its entries, and the hash of the last one."""

    version: int
    hash: bytes


class OutboxEntry(NamedTuple):
    """An outbox entry. `message` is None if it cannot be decoded."""

    id: str
    partition: int
    message: OutboundMessage | None
    raw: bytes


class Item(NamedTuple):
    """An item of a mailbox. `seq` numbers the items from 1, in order."""

    seq: int
    payload: bytes


class ErasureOrder(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order to erase an interview, and its progress.

    - `by`: the colleague's id, or `cli`.
    - `cause`: the id of the inbound event with which they ordered it.
    - `collected`: the next four fields are filled in. They hold what must also be removed elsewhere, collected
      before the record becomes unreadable.
    - `addresses`, `names`, `codes` (hashes), `files` (SHA-256 of archived files).
    - `swept_ms`: when everything was gone for the first time (epoch milliseconds); 0: not yet.
    - `chat`, `language`: where the person who ordered it is notified, and in which language.
    - `imported`: the import that brought the person; `interview` is then the person's id.
    - `bare`: everything is gone, also from the order; only the store's files are still to be written anew, for
      which `rewrites` were requested.
    """

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
    bare: bool = False
    rewrites: str = ""
    imported: str = ""


class Rewriting(NamedTuple):
    """How far the store is with writing its files anew. `requested` is passed to the next call."""

    done: bool
    requested: str = ""


Queue = Literal["fetch", "transcribe", "assess", "drafts", "places"]


class JobEntry(NamedTuple):
    """A job in a queue.

    - `id`: unique within its queue and partition only. It begins with the time at which the job was queued (epoch
      milliseconds).
    - `job`: None if it cannot be decoded.
    - `in_hand`: a worker has it. Only `waiting` sets this.
    """

    id: str
    partition: int
    queue: Queue
    job: Job | None
    raw: bytes
    in_hand: bool = False

    @property
    def place(self) -> tuple[Queue, int, str]:
        """The key of this job, unique among all jobs."""
        return self.queue, self.partition, self.id

    @property
    def queued_ms(self) -> int:
        return int(self.id.partition("-")[0])


class Interviews(Protocol):
    """States and records of interviews."""

    async def load(self, interview: str) -> Record | None: ...
    async def load_many(self, interviews: Sequence[str]) -> list[Record]: ...
    async def has_version(self, interview: str, version: int) -> bool: ...
    async def blob(self, name: str) -> Blob | None: ...
    async def heads(self, names: Sequence[str]) -> list[Head | None]: ...
    async def commit(self, commit: Commit) -> Answer: ...
    async def committed(self, interview: str, inbound: str) -> Duplicate | None: ...
    async def held(self, interview: str) -> list[OutboundMessage]: ...
    async def hold(self, message: OutboundMessage, key: str) -> None: ...
    async def entries(self, interview: str) -> list[bytes]: ...
    async def beside(self, message: OutboundMessage, version: int) -> bool: ...
    async def reschedule(self, interview: str, due_ms: int, version: int | None = None) -> None: ...
    async def due(self, partition: int, now_ms: int, limit: int) -> list[tuple[str, int]]: ...
    def members(self, campaign: str) -> AsyncIterator[str]: ...
    async def members_of(self, campaign: str, partition: int) -> list[str]: ...
    async def counts(self, campaign: str) -> dict[str, int]: ...
    async def adjust(self, campaign: str, changes: Sequence[Change]) -> None: ...
    async def day_counts(self, campaign: str, days: Sequence[str]) -> dict[str, dict[str, int]]: ...


class Directory(Protocol):
    """Look-ups, such as which interview an address leads to. They can be repaired from the record."""

    async def who(self, address: Address) -> str | None: ...
    async def formerly(self, address: Address) -> str | None: ...
    async def bind(self, address: Address, interview: str, former: str = "") -> None: ...
    async def unbind(self, address: Address, interview: str) -> None: ...
    async def connect(self, account: str, now_ms: int) -> None: ...
    async def connected_ms(self, account: str) -> int: ...
    async def invitation(self, token: str) -> str | None: ...
    async def put_invitation(self, token: str, interview: str) -> None: ...
    async def invited(self, campaign: str, people: Sequence[str]) -> list[str]: ...
    async def put_invited(self, campaign: str, people: Sequence[str], interview: str) -> None: ...
    async def drop_invited(self, campaign: str, people: Sequence[str], interview: str) -> None: ...
    async def resume_code(self, code_sha256: str) -> str | None: ...
    async def put_resume_code(self, code_sha256: str, interview: str, life_s: int) -> None: ...
    async def drop_resume_code(self, code_sha256: str) -> None: ...
    async def campaign(self, campaign: str) -> Campaign | None: ...
    async def walk_in(self, code: str) -> Campaign | None: ...
    async def put_campaign(self, campaign: Campaign) -> bool: ...
    async def campaigns(self) -> list[str]: ...
    async def take_place(self, campaign: Campaign, interview: str) -> bool: ...
    async def is_full(self, campaign: Campaign) -> bool: ...
    async def script(self, version: str) -> Script | None: ...
    async def put_script(self, script: Script) -> None: ...


class Erasures(Protocol):
    """Orders to erase interviews, the erasing itself, and which files of the archive may be deleted."""

    async def order(self, order: ErasureOrder) -> ErasureOrder: ...
    async def ordered(self) -> list[ErasureOrder]: ...
    async def note(self, order: ErasureOrder) -> None: ...
    async def finish(self, interview: str) -> None: ...
    async def rewrite_files(self, requested: str) -> Rewriting: ...
    async def redact(self, interview: str, version: int, entries: Sequence[bytes]) -> bool: ...
    async def sweep(self, order: ErasureOrder, places: Sequence[Address], *, last: bool) -> None: ...
    async def refer(self, sha256: str, interview: str) -> None: ...
    async def leave(self, sha256: str, interview: str) -> bool: ...
    async def lend(self, sha256: str, until_ms: int) -> None: ...
    async def overdue(self, now_ms: int) -> list[str]: ...
    async def give_back(self, sha256: str) -> bool: ...


class Kv(Protocol):
    """Small values that all processes of the installation share, by name. All calls may raise StoreUnavailable.

    `put`, `fields` and `drop` work on values with named fields; `take` and `give_back` on a name that one owner at
    a time has; `count` returns how often it was called in the current window, and `admit` lets a limited number of
    members into one.
    """

    async def get_or_set(self, name: str, value: str) -> str: ...
    async def get(self, name: str) -> str | None: ...
    async def set(self, name: str, value: str, life_s: int | None = None) -> None: ...
    async def erase(self, name: str) -> None: ...
    async def put(self, name: str, field: str, value: str, life_s: int) -> None: ...
    async def fields(self, name: str) -> dict[str, str]: ...
    async def drop(self, name: str, fields: Sequence[str]) -> None: ...
    async def take(self, name: str, owner: str, life_s: int) -> bool: ...
    async def give_back(self, name: str, owner: str) -> None: ...
    async def count(self, name: str, window_s: int) -> int: ...
    async def admit(self, name: str, member: str, most: int, window_s: int) -> bool: ...
    async def admitted(self, name: str) -> int: ...


class Outbox(Protocol):
    """Messages to be sent: a stream per partition, each read by one reader at a time."""

    @property
    def together(self) -> bool: ...
    async def open(self, partition: int) -> None: ...
    async def post(self, address: Address, topic: str, message: OutboundMessage, window_s: int) -> bool: ...
    async def answer(
        self, address: Address, cause: str, line: OutboundMessage, wait: OutboundMessage, most: int, window_s: int
    ) -> bool: ...
    async def read(self, partitions: Sequence[int], count: int, block_ms: int) -> list[OutboxEntry]: ...
    async def pending(self, partition: int, after: str, count: int) -> list[OutboxEntry]: ...
    async def unsettled(self, partition: int) -> int: ...
    async def done(self, partition: int, ids: Sequence[str]) -> None: ...
    async def done_all(self, sent: Mapping[int, Sequence[str]]) -> None: ...
    async def dead_letter(self, partition: int, kind: str, why: str, payload: bytes, letter: str = "") -> None: ...
    async def dead_letters(self) -> int: ...
    async def oldest_ms(self, partition: int) -> int: ...
    async def shown(self, message: OutboundMessage) -> str: ...
    async def remember_shown(self, message: OutboundMessage, shown: str) -> None: ...


class Jobs(Protocol):
    """Jobs left by commits: a queue of each kind in each partition, shared by any number of workers. A worker
    reports now and then that it still has a job (`keep`). A worker that has not done so for a while loses the
    job."""

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
    """Conversations that no platform keeps: those of the web messenger and the terminal."""

    async def append(self, address: Address, item: str, payload: bytes) -> int: ...
    async def read(self, address: Address, after: int, count: int) -> list[Item]: ...
    async def clear(self, address: Address, *, whole: bool) -> None: ...


ImportedKind = Literal["person", "pair", "link"]
"""People, pairs of people who may be the same, and who was decided to be the same as whom."""


class Imports(Protocol):
    """What was imported from earlier systems: records by kind and name."""

    async def put(self, kind: ImportedKind, records: Mapping[str, bytes]) -> None: ...
    async def get(self, kind: ImportedKind, names: Sequence[str]) -> dict[str, bytes]: ...
    async def drop(self, kind: ImportedKind, names: Sequence[str]) -> None: ...
    def scan(self, kind: ImportedKind) -> AsyncIterator[tuple[str, bytes]]: ...


class Store(Protocol):
    """What `handlers` need of a store: everything except leases and notes, which only processes use."""

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
    @property
    def imports(self) -> Imports: ...
    @property
    def search_lines(self) -> SearchLines: ...
    @property
    def archived(self) -> ArchivedRecords: ...
