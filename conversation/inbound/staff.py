"""What colleagues do to an interview."""

import msgspec

from conversation.inbound.common import Attachment, Writer


class InvitationWithdrawn(msgspec.Struct, frozen=True, tag="withdraw"):
    """A recruiter took the invitation back, as far as nobody has opened it."""


class DeadlineMoved(msgspec.Struct, frozen=True, tag="extend"):
    """A recruiter gave more time: the deadline is `until_ms` (epoch)."""

    until_ms: int


class ReminderAsked(msgspec.Struct, frozen=True, tag="remind"):
    """A recruiter wants the candidate to be reminded now."""


class SupportAnswered(msgspec.Struct, frozen=True, tag="support_answer"):
    """A colleague writes to the candidate; `by` is the colleague's id. `writer` hears of it if it does not
    arrive."""

    text: str
    by: str
    file: Attachment | None = None
    writer: Writer | None = None


class SupportFinished(msgspec.Struct, frozen=True, tag="support_done"):
    """A colleague hands the candidate back to the interview."""

    by: str


class DecisionMade(msgspec.Struct, frozen=True, tag="decision"):
    """Recruiters decided: `decision` is yes (the next round), hold, no. `by` is the colleague's id. `two`: it
    takes a second colleague who decides the same."""

    decision: str
    by: str
    note: str = ""
    two: bool = False


class RatingGiven(msgspec.Struct, frozen=True, tag="rating"):
    """A colleague, `by`, rated the answer to a question: `score` from 1 to 5, None: it cannot be assessed."""

    question: str
    score: int | None
    by: str
    note: str = ""


class RatingsLookedAt(msgspec.Struct, frozen=True, tag="ratings_looked_at"):
    """A colleague, `by`, wants to see others' ratings without having finished their own."""

    by: str


class Announced(msgspec.Struct, frozen=True, tag="announced"):
    """A colleague, `by`, writes to many candidates at once."""

    text: str
    by: str


class CodeAsked(msgspec.Struct, frozen=True, tag="code_asked"):
    """A colleague, `by`, wants a code with which the candidate goes on elsewhere."""

    by: str


class ClaimAnswered(msgspec.Struct, frozen=True, tag="claim_answer"):
    """A colleague, `by`, says whether somebody with the link, at another place, is the candidate. `claim` is whose
    claim they mean, as in `claims.mark_of`; empty: the one that waits."""

    agrees: bool
    by: str
    claim: str = ""


class ErasureOrdered(msgspec.Struct, frozen=True, tag="erase"):
    """All that is known of the candidate is to be erased; `by` is the colleague's id, or `cli`."""

    by: str
