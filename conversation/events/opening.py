"""The way in: invited, guided, consented, moved to another account."""

from conversation.events.base import Event
from conversation.inbound import Address


class Invited(Event, frozen=True, tag="invited"):
    """`phone` is the last four digits of the phone number in the roster, empty: not known. `notices_to` is the one
    place that is told of the interview, in place of all others."""

    interview: str
    campaign: str
    script: str
    name: str = ""
    unit: str = ""
    walk_in: bool = False
    phone: str = ""
    notices_to: Address | None = None


class InvitationOpened(Event, frozen=True, tag="opened"):
    """The first account that opens the invitation is the candidate's from then on."""

    address: Address
    name: str
    language: str
    deadline_ms: int


class OpeningRefused(Event, frozen=True, tag="opening_refused"):
    """A second account tried the invitation."""

    address: Address


class InvitationWithdrawn(Event, frozen=True, tag="invitation_withdrawn"):
    """Recruiters took the invitation back before anybody had opened it: its link leads nowhere now."""


class NameAsked(Event, frozen=True, tag="name_asked"):
    pass


class NameGiven(Event, frozen=True, tag="name_given"):
    """`said`: the whole message, where it was more than the name."""

    name: str
    said: str = ""


class Guided(Event, frozen=True, tag="guided"):
    """The guide was shown."""


class Consented(Event, frozen=True, tag="consented"):
    privacy_version: str


class LaterAsked(Event, frozen=True, tag="later_asked"):
    """The candidate would rather go on later and was asked when."""


class Postponed(Event, frozen=True, tag="postponed"):
    until_ms: int


class LanguageChosen(Event, frozen=True, tag="language"):
    language: str


class CodeIssued(Event, frozen=True, tag="code_issued"):
    """A resume code; only its SHA-256 (hex) is kept. `by` is the colleague who asked for it, empty: the
    candidate."""

    code_sha256: str
    until_ms: int
    by: str = ""


class Moved(Event, frozen=True, tag="moved"):
    """The interview goes on at another address; the old one is no longer asked."""

    address: Address
    former: Address | None = None


class ClaimStarted(Event, frozen=True, tag="claim"):
    """Somebody at `address` has the link and says that the interview, begun elsewhere, is theirs. `tries`: how
    often they may name the last digits of the phone number; 0: only a recruiter can confirm it."""

    address: Address
    tries: int = 0


class ClaimTried(Event, frozen=True, tag="claim_tried"):
    """The digits were wrong."""


class ClaimPassedOn(Event, frozen=True, tag="claim_passed_on"):
    """The recruiters were asked to confirm it."""


class ClaimRefused(Event, frozen=True, tag="claim_refused"):
    """A colleague, `by`, says that it is somebody else."""

    by: str


class ClaimConfirmed(Event, frozen=True, tag="claim_confirmed"):
    """It is the candidate; `by` is the colleague's id, empty: the digits were right."""

    by: str = ""
