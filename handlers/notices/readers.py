"""Which roles are notified of what, and which next steps they are offered."""

from collections.abc import Callable, Iterable

from conversation.inbound import Address
from conversation.outcome import Notice, NoticeKind
from handlers.notices.next_steps import Step
from handlers.organisation.rights import EVERYBODY, HELPS, HIRES, LEADS, READS
from handlers.organisation.state import Role

Roles = frozenset[Role]
RolesAt = Callable[[Address, str], Roles]
"""Return the roles that the readers of a chat have for candidates of a unit."""


def every_role(_address: Address, _unit: str) -> Roles:
    return EVERYBODY


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
    "extended": EVERYBODY,
    "claim": HELPS,
    "support": HELPS,
    "support_overdue": HELPS,
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


def open_to(roles: Roles, steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps that somebody with these roles may take. Most are for those who hire."""
    return tuple(step for step in steps if roles & _MAY.get(step[0].split()[0], HIRES))
