"""The store in memory: it behaves like the one in Redis without a server, for tests and for trying out
dialogues."""

from storage.archive.records import ArchivedRecords, RecordArchive
from storage.memory.archive import MemoryArchive
from storage.memory.directory import MemoryDirectory
from storage.memory.erasures import MemoryErasures
from storage.memory.imports import MemoryImports
from storage.memory.interviews import MemoryInterviews
from storage.memory.jobs import MemoryJobs
from storage.memory.leases import LeaseBook, MemoryLeases
from storage.memory.mailboxes import MemoryMailboxes
from storage.memory.outbox import MemoryOutbox
from storage.memory.search_lines import MemorySearchLines
from storage.memory.stubs import MemoryRecords, MemoryStubs


class MemoryStore:
    def __init__(self, archive: RecordArchive | None = None) -> None:
        self.outbox = MemoryOutbox()
        self.jobs = MemoryJobs()
        records = MemoryRecords()
        self.archived = ArchivedRecords(MemoryStubs(records), archive or MemoryArchive())
        self.search_lines = MemorySearchLines(records)
        self.interviews = MemoryInterviews(self.outbox, self.jobs, records, self.archived, self.search_lines)
        self.directory = MemoryDirectory()
        self.mailboxes = MemoryMailboxes()
        self.imports = MemoryImports()
        self.erasures = MemoryErasures(self.interviews, self.outbox, self.jobs, self.mailboxes)
        self.lease_book = LeaseBook()

    def leases(self, role: str, owner: str, life_ms: int) -> MemoryLeases:
        return MemoryLeases(self.lease_book, role, owner, life_ms)
