"""What comes in: whatever a platform, a timer, a loop or a colleague brings, as one kind of value."""

import msgspec

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
    RatingGiven,
    RatingsLookedAt,
    ReminderAsked,
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
    | RatingGiven
    | RatingsLookedAt
    | Announced
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
)


class Inbound(msgspec.Struct, frozen=True, omit_defaults=True):
    """One inbound event.

    `id` is the platform's own id made unique over all channels (`tg:700001:123`): the same id is the same
    event, however often it is delivered. `sent_ms` is the platform's time of sending (epoch; 0: unknown).
    `message` is the platform's id of the message, which a later edit names. `fresh` is unguessable text, new
    for each event, for whatever needs chance (a resume code). `window` is what the platform allows us to send
    after it; None: as much as we like. `halted`: colleagues have paused our account there, or have this
    conversation themselves. `client` is what the sender's page says of itself, where there is one.
    """

    id: str
    what: What
    sender: Address | None = None
    sent_ms: int = 0
    message: str = ""
    name: str = ""
    language: str = ""
    fresh: str = ""
    window: Window | None = None
    halted: bool = False
    client: Client | None = None


__all__ = [
    "AccountResumed",
    "Address",
    "Announced",
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
    "ErasureOrdered",
    "FileArchived",
    "FileLost",
    "Inbound",
    "InvitationWithdrawn",
    "Media",
    "Opened",
    "OtherReceived",
    "OutageEnded",
    "RatingGiven",
    "RatingsLookedAt",
    "ReminderAsked",
    "ReplyUndelivered",
    "Segment",
    "SetAside",
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
