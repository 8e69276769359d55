"""The way in: invited, guided, consented, moved to another account."""

from conversation.contact import NO_CONTACT, Contact
from conversation.events.base import Event
from conversation.inbound import Address


class Invited(Event, frozen=True, tag="invited"):
    """Someone was invited.

    - `phone`: the last four digits of the phone number in the roster; empty: unknown.
    - `contact`: the whole number and what else the roster says.
    - `notices_to`: the only place that is notified of the interview, instead of all others.
    """

    interview: str
    campaign: str
    script: str
    name: str = ""
    unit: str = ""
    walk_in: bool = False
    phone: str = ""
    notices_to: Address | None = None
    contact: Contact = NO_CONTACT


class InvitationOpened(Event, frozen=True, tag="opened"):
    """The invitation was opened. The interview belongs to this account unless it moves (`Moved`)."""

    address: Address
    name: str
    language: str
    deadline_ms: int


class OpeningRefused(Event, frozen=True, tag="opening_refused"):
    """An unknown account tried to open the interview with its link or an invalid code, or the invitation was
    withdrawn."""

    address: Address


class InvitationWithdrawn(Event, frozen=True, tag="invitation_withdrawn"):
    """Recruiters took the invitation back before anybody had opened it. Its link no longer works."""


class NameAsked(Event, frozen=True, tag="name_asked"):
    """The candidate, who came without a name, was asked for it."""


class NameGiven(Event, frozen=True, tag="name_given"):
    """The candidate gave their name. `said` is the whole message if it was more than the name."""

    name: str
    said: str = ""


class Guided(Event, frozen=True, tag="guided"):
    """The guide was shown. `assistant`: it said that an assistant reads the answers; `words`: and that it words
    follow-up questions."""

    assistant: bool = False
    words: bool = False


class Consented(Event, frozen=True, tag="consented"):
    """The candidate agreed to this version of the privacy notice."""

    privacy_version: str


class LaterAsked(Event, frozen=True, tag="later_asked"):
    """The candidate would rather go on later and was asked when."""


class Postponed(Event, frozen=True, tag="postponed"):
    """The candidate will go on later and is reminded at `until_ms` (epoch milliseconds)."""

    until_ms: int


class LanguageChosen(Event, frozen=True, tag="language"):
    """The candidate chose the language of the interview."""

    language: str


class CodeIssued(Event, frozen=True, tag="code_issued"):
    """A resume code was issued; only its SHA-256 (hex) is kept. `by` is the colleague who asked for it; empty: the
    candidate."""

    code_sha256: str
    until_ms: int
    by: str = ""


class Moved(Event, frozen=True, tag="moved"):
    """The interview goes on at another address. The old one is no longer asked anything."""

    address: Address
    former: Address | None = None


class ClaimStarted(Event, frozen=True, tag="claim"):
    """Someone at `address` has the link and says that the interview, begun elsewhere, is theirs. `tries` is how
    often they may give the last digits of the phone number; 0: only a recruiter can confirm the claim."""

    address: Address
    tries: int = 0


class ClaimTried(Event, frozen=True, tag="claim_tried"):
    """The digits that were given are wrong."""


class ClaimPassedOn(Event, frozen=True, tag="claim_passed_on"):
    """The recruiters were asked to confirm the claim."""


class ClaimRefused(Event, frozen=True, tag="claim_refused"):
    """The colleague `by` says that the claim is somebody else's."""

    by: str


class ClaimConfirmed(Event, frozen=True, tag="claim_confirmed"):
    """The claim is the candidate's. `by` is the colleague's id; empty: the digits were right."""

    by: str = ""
