"""Every kind of event, and the entry that holds those of one step."""

import msgspec

from conversation.events import (
    account_pause,
    answers,
    appointments,
    assessment,
    circumstances,
    declared,
    entry,
    erasure,
    exits,
    files,
    follow_ups,
    people,
    reach,
    results,
    voice,
)

AnyEvent = (
    entry.Invited
    | entry.InvitationOpened
    | entry.OpeningRefused
    | entry.InvitationWithdrawn
    | entry.NameAsked
    | entry.NameGiven
    | entry.Guided
    | entry.Consented
    | entry.LaterAsked
    | entry.Postponed
    | answers.QuestionAsked
    | answers.PartReceived
    | answers.PartEdited
    | files.PartFile
    | files.PartFileKept
    | files.PartFileLost
    | voice.VoiceReceived
    | voice.AudioKept
    | voice.AudioLost
    | voice.Transcribed
    | voice.TranscriptFailed
    | voice.TranscriptDelayed
    | voice.TranscriptConfirmed
    | voice.TranscriptEdited
    | voice.CorrectionStarted
    | voice.VoiceWithdrawn
    | answers.AdditionStarted
    | answers.AnswerRestarted
    | answers.AnswerSubmitted
    | follow_ups.FollowUpAsked
    | follow_ups.FollowUpClosed
    | follow_ups.FollowUpDrafted
    | follow_ups.FollowUpSought
    | answers.NotTaken
    | answers.AnswerFull
    | answers.StageCompleted
    | answers.Completed
    | answers.FeedbackGiven
    | answers.Informed
    | entry.LanguageChosen
    | exits.Continued
    | exits.ExitWarned
    | exits.Paused
    | exits.LaidAside
    | exits.Exited
    | exits.ReasonAsked
    | exits.ReasonGiven
    | exits.ReasonDetailed
    | exits.Returned
    | exits.SaidAdopted
    | exits.Reminded
    | people.RecruiterTold
    | exits.Lapsed
    | people.DeadlineExtended
    | people.AnnouncementSent
    | results.ResultEvent
    | appointments.AppointmentEvent
    | people.ColleagueAnswered
    | people.Decided
    | people.DecisionProposed
    | people.Noted
    | people.Rated
    | assessment.AnswerAssessed
    | assessment.PeopleOnly
    | people.RatingsSeen
    | exits.Unreachable
    | entry.CodeIssued
    | entry.Moved
    | people.SupportAsked
    | people.SupportMessage
    | people.SupportFile
    | people.SupportFileKept
    | people.SupportFileLost
    | people.SupportReplied
    | people.SupportUndelivered
    | people.SupportEnded
    | people.SupportOverdue
    | people.RequestMade
    | people.RequestStarted
    | people.RequestDropped
    | reach.WindowOpened
    | reach.Pushed
    | reach.ReminderLeftOut
    | account_pause.Halted
    | account_pause.WentOn
    | circumstances.ClientSeen
    | circumstances.Noticed
    | circumstances.ArrivedLate
    | circumstances.CauseDerived
    | exits.Unsolved
    | answers.RestartUndone
    | answers.AnswerReopened
    | answers.AnswerChanged
    | answers.ChangeDropped
    | answers.QuestionSkipped
    | answers.Reviewed
    | answers.Remarked
    | answers.FeedbackCommented
    | answers.Practised
    | answers.Offered
    | people.DeletionAsked
    | people.DeletionUndone
    | entry.ClaimStarted
    | entry.ClaimTried
    | entry.ClaimPassedOn
    | entry.ClaimRefused
    | entry.ClaimConfirmed
    | declared.GroupDeclared
    | erasure.Erased
    | erasure.Redacted
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
