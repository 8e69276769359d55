"""The store in memory: it behaves like the one in Redis without a server, for tests and for trying out
dialogues."""

from storage.memory.directory import MemoryDirectory
from storage.memory.erasures import MemoryErasures
from storage.memory.interviews import MemoryInterviews
from storage.memory.jobs import MemoryJobs
from storage.memory.mailboxes import MemoryMailboxes
from storage.memory.outbox import MemoryOutbox


class MemoryStore:
    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.jobs = MemoryJobs()
        self.interviews = MemoryInterviews(self.outbox, self.jobs)
        self.directory = MemoryDirectory()
        self.mailboxes = MemoryMailboxes()
        self.erasures = MemoryErasures(self.interviews, self.outbox, self.jobs, self.mailboxes)
