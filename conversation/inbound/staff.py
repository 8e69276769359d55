"""What colleagues do to an interview."""

import msgspec

from conversation.inbound.common import Attachment, Writer
from conversation.script import Wording


class InvitationWithdrawn(msgspec.Struct, frozen=True, tag="withdraw"):
    """A recruiter takes the invitation back. Has an effect only if nobody has opened it."""


class DeadlineMoved(msgspec.Struct, frozen=True, tag="extend"):
    """A recruiter gave more time: the deadline is now `until_ms` (epoch milliseconds)."""

    until_ms: int


class ReminderAsked(msgspec.Struct, frozen=True, tag="remind"):
    """A recruiter wants the candidate to be reminded now."""


class SupportAnswered(msgspec.Struct, frozen=True, tag="support_answer"):
    """A colleague writes to the candidate. `by` is the colleague's id. `writer` is notified if the message does
    not arrive."""

    text: str
    by: str
    file: Attachment | None = None
    writer: Writer | None = None


class SupportFinished(msgspec.Struct, frozen=True, tag="support_done"):
    """A colleague hands the candidate back to the interview."""

    by: str


class DecisionMade(msgspec.Struct, frozen=True, tag="decision"):
    """A recruiter decided: `decision` is yes (the next round), hold, no, or withdrew (the candidate has said that
    they no longer want the job). `by` is the colleague's id. `two`: it takes a second colleague who decides the
    same."""

    decision: str
    by: str
    note: str = ""
    two: bool = False


class NoteWritten(msgspec.Struct, frozen=True, tag="note"):
    """The colleague `by` wrote a note about the candidate for other colleagues."""

    text: str
    by: str


class RatingGiven(msgspec.Struct, frozen=True, tag="rating"):
    """The colleague `by` rated the answer to a question: `score` is from 1 to 5; None: it cannot be assessed.

    `blind`: they were shown the answer alone, without knowing whose it is.
    """

    question: str
    score: int | None
    by: str
    note: str = ""
    blind: bool = False


class RatingsLookedAt(msgspec.Struct, frozen=True, tag="ratings_looked_at"):
    """The colleague `by` wants to see the ratings of others without having finished their own."""

    by: str


class Announced(msgspec.Struct, frozen=True, tag="announced"):
    """The colleague `by` writes to many candidates at once, of whom this is one."""

    text: str
    by: str


class ResultGiven(msgspec.Struct, frozen=True, tag="result", omit_defaults=True):
    """The colleague `by` has the candidate told the result: `outcome` is yes (the next round), hold or no.

    - `text`: what the colleague adds to the message.
    - `again`: the candidate is told although they were told before.
    - `writer`: who is notified if the message does not arrive.
    - `unit`: the unit's message for this outcome, which counts if the script has none.
    """

    outcome: str
    by: str
    text: str = ""
    again: bool = False
    writer: Writer | None = None
    unit: Wording | None = None


class CodeAsked(msgspec.Struct, frozen=True, tag="code_asked"):
    """The colleague `by` wants a resume code, with which the candidate can go on elsewhere."""

    by: str


class ClaimAnswered(msgspec.Struct, frozen=True, tag="claim_answer"):
    """The colleague `by` says whether the person who claims the interview from another address is the candidate.
    `claim` identifies the claim they mean, as in `claims.mark_of`; empty: the one that waits."""

    agrees: bool
    by: str
    claim: str = ""


class ErasureOrdered(msgspec.Struct, frozen=True, tag="erase"):
    """All that is known of the candidate is to be erased. `by` is the colleague's id, or `cli`."""

    by: str
