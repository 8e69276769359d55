"""Which roles are notified of what, and which next steps they are offered."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from conversation.inbound import Address
from conversation.outcome import Notice, NoticeKind
from handlers.notices.next_steps import Step
from handlers.organisation.rights import EVERYBODY, HELPS, HIRES, LEADS, MEETS, READS
from handlers.organisation.state import Role

Roles = frozenset[Role]


class Reader(NamedTuple):
    """Who reads a chat: the roles for candidates of a unit, and the person's id if the chat is private."""

    roles: Roles = EVERYBODY
    person: str = ""


class Readers(Protocol):
    """Knows who reads which chat, and the names of colleagues."""

    def reader_at(self, address: Address, unit: str) -> Reader: ...

    def name_of(self, person: str) -> str: ...


class Everybody:
    """Readers of whom nothing is known: they may read everything."""

    def reader_at(self, _address: Address, _unit: str) -> Reader:
        return Reader()

    def name_of(self, person: str) -> str:
        return person


READERS: dict[NoticeKind, Roles] = {
    "completed": READS,
    "exited": READS,
    "stalled": READS,
    "lapsed": READS,
    "unreachable": READS,
    "returned": READS,
    "resumed": READS,
    "proposed": READS,
    "request": READS,
    "booked": READS,
    "moved": READS,
    "unbooked": READS,
    "extended": MEETS,
    "claim": HELPS,
    "support": HELPS,
    "support_overdue": HELPS,
    "support_answered": HELPS,
    "support_over": HELPS,
    "support_lost": HELPS,
    "support_undelivered": HELPS,
    "answered": HELPS,
}
"""Who is notified of what. Support staff learn of requests for help, of failures on our side, and of candidates
who cannot get into their interview; never of reasons for leaving, decisions or scores."""
_MAY: dict[str, Roles] = {"/report": READS, "/candidate": READS, "/done": HELPS, "/forget": LEADS}


def reads(roles: Roles, notice: Notice, *, help_only: bool = False) -> bool:
    """Return whether readers with these roles are notified. If `help_only`, they want what support staff get.

    A request for a person is one for help.
    """
    readers = READERS[notice.kind]
    if notice.kind == "request" and notice.right == "human":
        readers |= HELPS
    return bool(roles & readers) and (not help_only or "support" in readers)


_IMPORTANT: frozenset[NoticeKind] = frozenset(
    {
        "completed",
        "unreachable",
        "proposed",
        "booked",
        "moved",
        "unbooked",
        "request",
        "claim",
        "support",
        "support_overdue",
        "support_answered",
        "support_over",
        "support_lost",
        "support_undelivered",
        "answered",
    }
)
_IF_ANSWERED: frozenset[NoticeKind] = frozenset({"exited", "lapsed"})


def is_important(notice: Notice, answers: int) -> bool:
    """Return whether staff have something to do: of interviews that ended early, only if there are `answers`."""
    return notice.kind in _IMPORTANT or (notice.kind in _IF_ANSWERED and answers > 0)


def open_to(roles: Roles, steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps that somebody with these roles may take. Most are for those who hire."""
    return tuple(step for step in steps if roles & _MAY.get(step[0].split()[0], HIRES))
