"""The events of an interview, which make up its record.

Stored records must stay readable, so only ever add an event, or a field with a default. The names written most
often are short in the record: q question, s stage, i index, ch channel, msg message.
"""

import msgspec

from conversation.events.account_pause import Halted, WentOn
from conversation.events.answers import (
    AdditionStarted,
    AnswerChanged,
    AnswerFull,
    AnswerReopened,
    AnswerRestarted,
    AnswerSubmitted,
    ChangeDropped,
    Completed,
    FeedbackCommented,
    FeedbackGiven,
    Informed,
    NotTaken,
    Offered,
    PartEdited,
    PartReceived,
    Practised,
    QuestionAsked,
    QuestionSkipped,
    Remarked,
    RestartUndone,
    Reviewed,
    StageCompleted,
)
from conversation.events.appointments import AppointmentEvent
from conversation.events.assessment import AnswerAssessed, PeopleOnly
from conversation.events.base import SCHEMA, Event
from conversation.events.circumstances import ArrivedLate, CauseDerived, ClientSeen, Noticed
from conversation.events.entry import (
    ClaimConfirmed,
    ClaimPassedOn,
    ClaimRefused,
    ClaimStarted,
    ClaimTried,
    CodeIssued,
    Consented,
    Guided,
    InvitationOpened,
    InvitationWithdrawn,
    Invited,
    LanguageChosen,
    LaterAsked,
    Moved,
    NameAsked,
    NameGiven,
    OpeningRefused,
    Postponed,
)
from conversation.events.erasure import Erased, Redacted
from conversation.events.exits import (
    Continued,
    Exited,
    ExitWarned,
    LaidAside,
    Lapsed,
    Paused,
    ReasonAsked,
    ReasonDetailed,
    ReasonGiven,
    Reminded,
    Returned,
    SaidAdopted,
    Unreachable,
    Unsolved,
)
from conversation.events.files import PartFile, PartFileKept, PartFileLost
from conversation.events.follow_ups import FollowUpAsked, FollowUpClosed, FollowUpDrafted, FollowUpSought
from conversation.events.people import (
    AnnouncementSent,
    ColleagueAnswered,
    DeadlineExtended,
    Decided,
    DecisionProposed,
    DeletionAsked,
    DeletionUndone,
    Noted,
    Rated,
    RatingsSeen,
    RecruiterTold,
    RequestDropped,
    RequestMade,
    RequestStarted,
    SupportAsked,
    SupportEnded,
    SupportFile,
    SupportFileKept,
    SupportFileLost,
    SupportMessage,
    SupportOverdue,
    SupportReplied,
    SupportUndelivered,
)
from conversation.events.reach import Pushed, ReminderLeftOut, WindowOpened
from conversation.events.results import ResultEvent, ResultReleased, ResultTold, ResultWithdrawn
from conversation.events.voice import (
    AudioKept,
    AudioLost,
    CorrectionStarted,
    Transcribed,
    TranscriptConfirmed,
    TranscriptDelayed,
    TranscriptEdited,
    TranscriptFailed,
    VoiceReceived,
    VoiceWithdrawn,
)

AnyEvent = (
    Invited
    | InvitationOpened
    | OpeningRefused
    | InvitationWithdrawn
    | NameAsked
    | NameGiven
    | Guided
    | Consented
    | LaterAsked
    | Postponed
    | QuestionAsked
    | PartReceived
    | PartEdited
    | PartFile
    | PartFileKept
    | PartFileLost
    | VoiceReceived
    | AudioKept
    | AudioLost
    | Transcribed
    | TranscriptFailed
    | TranscriptDelayed
    | TranscriptConfirmed
    | TranscriptEdited
    | CorrectionStarted
    | VoiceWithdrawn
    | AdditionStarted
    | AnswerRestarted
    | AnswerSubmitted
    | FollowUpAsked
    | FollowUpClosed
    | FollowUpDrafted
    | FollowUpSought
    | NotTaken
    | AnswerFull
    | StageCompleted
    | Completed
    | FeedbackGiven
    | Informed
    | LanguageChosen
    | Continued
    | ExitWarned
    | Paused
    | LaidAside
    | Exited
    | ReasonAsked
    | ReasonGiven
    | ReasonDetailed
    | Returned
    | SaidAdopted
    | Reminded
    | RecruiterTold
    | Lapsed
    | DeadlineExtended
    | AnnouncementSent
    | ResultEvent
    | AppointmentEvent
    | ColleagueAnswered
    | Decided
    | DecisionProposed
    | Noted
    | Rated
    | AnswerAssessed
    | PeopleOnly
    | RatingsSeen
    | Unreachable
    | CodeIssued
    | Moved
    | SupportAsked
    | SupportMessage
    | SupportFile
    | SupportFileKept
    | SupportFileLost
    | SupportReplied
    | SupportUndelivered
    | SupportEnded
    | SupportOverdue
    | RequestMade
    | RequestStarted
    | RequestDropped
    | WindowOpened
    | Pushed
    | ReminderLeftOut
    | Halted
    | WentOn
    | ClientSeen
    | Noticed
    | ArrivedLate
    | CauseDerived
    | Unsolved
    | RestartUndone
    | AnswerReopened
    | AnswerChanged
    | ChangeDropped
    | QuestionSkipped
    | Reviewed
    | Remarked
    | FeedbackCommented
    | Practised
    | Offered
    | DeletionAsked
    | DeletionUndone
    | ClaimStarted
    | ClaimTried
    | ClaimPassedOn
    | ClaimRefused
    | ClaimConfirmed
    | Erased
    | Redacted
)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, rename={"at_ms": "at", "events": "ev"}):
    """One step of the record: everything that the inbound event with the id `cause` led to, in order.

    `n` counts from 1, `at_ms` is epoch milliseconds, `by` is candidate, stranger, system or staff, `v` the schema.
    """

    n: int
    at_ms: int
    by: str
    cause: str
    events: tuple[AnyEvent, ...]
    v: int = 1


__all__ = [
    "SCHEMA",
    "AdditionStarted",
    "AnnouncementSent",
    "AnswerAssessed",
    "AnswerChanged",
    "AnswerFull",
    "AnswerReopened",
    "AnswerRestarted",
    "AnswerSubmitted",
    "AnyEvent",
    "ArrivedLate",
    "AudioKept",
    "AudioLost",
    "CauseDerived",
    "ChangeDropped",
    "ClaimConfirmed",
    "ClaimPassedOn",
    "ClaimRefused",
    "ClaimStarted",
    "ClaimTried",
    "ClientSeen",
    "CodeIssued",
    "ColleagueAnswered",
    "Completed",
    "Consented",
    "Continued",
    "CorrectionStarted",
    "DeadlineExtended",
    "Decided",
    "DecisionProposed",
    "DeletionAsked",
    "DeletionUndone",
    "Entry",
    "Erased",
    "Event",
    "ExitWarned",
    "Exited",
    "FeedbackCommented",
    "FeedbackGiven",
    "FollowUpAsked",
    "FollowUpClosed",
    "FollowUpDrafted",
    "FollowUpSought",
    "Guided",
    "Halted",
    "Informed",
    "InvitationOpened",
    "InvitationWithdrawn",
    "Invited",
    "LaidAside",
    "LanguageChosen",
    "Lapsed",
    "LaterAsked",
    "Moved",
    "NameAsked",
    "NameGiven",
    "NotTaken",
    "Noted",
    "Noticed",
    "Offered",
    "OpeningRefused",
    "PartEdited",
    "PartFile",
    "PartFileKept",
    "PartFileLost",
    "PartReceived",
    "Paused",
    "PeopleOnly",
    "Postponed",
    "Practised",
    "Pushed",
    "QuestionAsked",
    "QuestionSkipped",
    "Rated",
    "RatingsSeen",
    "ReasonAsked",
    "ReasonDetailed",
    "ReasonGiven",
    "RecruiterTold",
    "Redacted",
    "Remarked",
    "Reminded",
    "ReminderLeftOut",
    "RequestDropped",
    "RequestMade",
    "RequestStarted",
    "RestartUndone",
    "ResultReleased",
    "ResultTold",
    "ResultWithdrawn",
    "Returned",
    "Reviewed",
    "SaidAdopted",
    "StageCompleted",
    "SupportAsked",
    "SupportEnded",
    "SupportFile",
    "SupportFileKept",
    "SupportFileLost",
    "SupportMessage",
    "SupportOverdue",
    "SupportReplied",
    "SupportUndelivered",
    "Transcribed",
    "TranscriptConfirmed",
    "TranscriptDelayed",
    "TranscriptEdited",
    "TranscriptFailed",
    "Unreachable",
    "Unsolved",
    "VoiceReceived",
    "VoiceWithdrawn",
    "WentOn",
    "WindowOpened",
]
