"""Inbound events: whatever comes from a platform, a timer, a background loop or a colleague, as one kind of
value."""

import msgspec

from conversation.inbound.appointments import Opener, PlaceFound, Slot, SlotsGiven
from conversation.inbound.assessment import (
    Assessment,
    AssessmentMade,
    Draft,
    DraftMade,
    Finding,
    Parameters,
    Quote,
)
from conversation.inbound.candidates import (
    ChannelClosed,
    ChannelReopened,
    ChoicePressed,
    CircumstanceKind,
    CircumstanceNoticed,
    CodeEntered,
    CommandReceived,
    Opened,
    OtherReceived,
    TextEdited,
    TextReceived,
    VoiceReceived,
)
from conversation.inbound.common import (
    Address,
    Attachment,
    Client,
    Media,
    Segment,
    Window,
    Writer,
)
from conversation.inbound.staff import (
    Announced,
    ClaimAnswered,
    CodeAsked,
    DeadlineMoved,
    DecisionMade,
    ErasureOrdered,
    InvitationWithdrawn,
    NoteWritten,
    RatingGiven,
    RatingsLookedAt,
    ReminderAsked,
    ResultGiven,
    SupportAnswered,
    SupportFinished,
)
from conversation.inbound.system import (
    AccountResumed,
    AudioArchived,
    AudioLost,
    DeliveryFailed,
    FileArchived,
    FileLost,
    OutageEnded,
    ReplyUndelivered,
    SetAside,
    Ticked,
    TranscriptDelayed,
    TranscriptFailed,
    TranscriptReady,
)

What = (
    TextReceived
    | TextEdited
    | ChoicePressed
    | CommandReceived
    | VoiceReceived
    | OtherReceived
    | Opened
    | CodeEntered
    | ChannelClosed
    | ChannelReopened
    | SetAside
    | CircumstanceNoticed
    | Ticked
    | DeliveryFailed
    | OutageEnded
    | AccountResumed
    | DeadlineMoved
    | InvitationWithdrawn
    | ReminderAsked
    | DecisionMade
    | NoteWritten
    | RatingGiven
    | RatingsLookedAt
    | Announced
    | ResultGiven
    | CodeAsked
    | ClaimAnswered
    | ErasureOrdered
    | SupportAnswered
    | SupportFinished
    | FileArchived
    | FileLost
    | ReplyUndelivered
    | AudioArchived
    | AudioLost
    | TranscriptReady
    | TranscriptFailed
    | TranscriptDelayed
    | AssessmentMade
    | DraftMade
    | SlotsGiven
    | PlaceFound
)


class Inbound(msgspec.Struct, frozen=True, omit_defaults=True):
    """One inbound event.

    - `id`: the platform's own id, made unique over all channels (`tg:700001:123`). The same id is the same event,
      however often it is delivered.
    - `sender`: the address it came from; None for what the system or a colleague does to an interview.
    - `sent_ms`: when the platform says it was sent (epoch milliseconds; 0: unknown).
    - `message`: the platform's id of the message, which a later edit refers to.
    - `nonce`: unguessable text, new for each event, for whatever needs chance (a resume code).
    - `window`: what the platform allows to be sent after the event; None: no limit.
    - `halted`: colleagues have paused our account there, or handle this conversation themselves.
    - `client`: what the sender's page says about itself, if there is one.
    - `sequence`: the platform's own number of the event: what was sent later to the same account has a greater one
      (0: unknown). Numbers may begin anew after days without events.
    """

    id: str
    what: What
    sender: Address | None = None
    sent_ms: int = 0
    message: str = ""
    name: str = ""
    language: str = ""
    nonce: str = ""
    window: Window | None = None
    halted: bool = False
    client: Client | None = None
    sequence: int = 0


__all__ = [
    "AccountResumed",
    "Address",
    "Announced",
    "Assessment",
    "AssessmentMade",
    "Attachment",
    "AudioArchived",
    "AudioLost",
    "ChannelClosed",
    "ChannelReopened",
    "ChoicePressed",
    "CircumstanceKind",
    "CircumstanceNoticed",
    "ClaimAnswered",
    "Client",
    "CodeAsked",
    "CodeEntered",
    "CommandReceived",
    "DeadlineMoved",
    "DecisionMade",
    "DeliveryFailed",
    "Draft",
    "DraftMade",
    "ErasureOrdered",
    "FileArchived",
    "FileLost",
    "Finding",
    "Inbound",
    "InvitationWithdrawn",
    "Media",
    "NoteWritten",
    "Opened",
    "Opener",
    "OtherReceived",
    "OutageEnded",
    "Parameters",
    "PlaceFound",
    "Quote",
    "RatingGiven",
    "RatingsLookedAt",
    "ReminderAsked",
    "ReplyUndelivered",
    "ResultGiven",
    "Segment",
    "SetAside",
    "Slot",
    "SlotsGiven",
    "SupportAnswered",
    "SupportFinished",
    "TextEdited",
    "TextReceived",
    "Ticked",
    "TranscriptDelayed",
    "TranscriptFailed",
    "TranscriptReady",
    "VoiceReceived",
    "What",
    "Window",
    "Writer",
]
