"""Generate the map of personal data, in both languages, from the kinds of events. Used by `make docs`.

A kind of event that is in no row, or in two, fails a test: whoever adds one says what it is for.
"""

from typing import NamedTuple, get_args

from bot.docs_pages.chinese import in_language, paragraphs
from bot.docs_pages.pages import write
from conversation import events
from handlers.organisation import events as office

_HEAD = (
    "What Xumian stores about people, why, where and how long. This page is made from the code, which has "
    "a row for every kind of event: change `bot/docs_pages/data_map.py`, then run `make docs`. "
    "[privacy.md](privacy.md) says what follows from it.\n\n"
    "**Where.** An event is an entry in the record of its interview, or in the organisation's. The "
    "records, and what follows from them (the present state, lists to search, counters), are in Redis and "
    "its append-only file; `XUMIAN_ARCHIVE_AFTER` moves records of interviews that ended into the "
    "archive. Recordings and files are in the archive. Messages on their way wait in the outbox until "
    "they are sent. A backup holds all of it ([deploying.md](deploying.md)).\n\n"
    "**How long.** Until the interview is erased: by `/forget`, at the candidate's request, or by "
    "`retain` in the script. Erasing empties the rows marked *erased*; what stays of them is the kind, "
    "the time and a digest. Counters stay: they name nobody. The organisation's own record stays as long "
    "as the installation."
)


class Row(NamedTuple):
    """One purpose: the personal data, why they are stored, who sees them, and the kinds of events."""

    what: str
    why: str
    seen_by: str
    kinds: tuple[str, ...]


CANDIDATES = (
    Row(
        "name, phone number, e-mail address and other columns of the roster",
        "to invite the person and to know them again",
        "the unit's recruiters; raters not in `/blind`",
        (
            "Invited", "NameAsked", "NameGiven", "InvitationWithdrawn",
        ),
    ),
    Row(
        "account on the messenger, display name, language",
        "to write to the person, in their language",
        "the unit's recruiters (the channel; the account's number only in the record)",
        (
            "InvitationOpened", "OpeningRefused", "LanguageChosen", "Moved", "CodeIssued", "ClaimStarted",
            "ClaimTried", "ClaimPassedOn", "ClaimRefused", "ClaimConfirmed", "WindowOpened", "Pushed",
        ),
    ),
    Row(
        "consent: version of the notice and time; what was asked for (adjustments, people alone)",
        "to prove the consent and to carry out rights",
        "the unit's recruiters and auditors",
        (
            "Guided", "Consented", "PeopleOnly", "RequestMade", "RequestStarted", "RequestDropped",
            "DeletionAsked", "DeletionUndone", "Erased", "Redacted",
        ),
    ),
    Row(
        "answers: texts, choices, numbers, files",
        "to assess the person",
        "the unit's recruiters and raters",
        (
            "PartReceived", "PartEdited", "PartFile", "PartFileKept", "PartFileLost", "AnswerRestarted",
            "AnswerSubmitted", "AdditionStarted", "NotTaken", "AnswerFull", "AnswerReopened", "AnswerChanged",
            "ChangeDropped", "RestartUndone", "SaidAdopted", "FollowUpSought", "FollowUpAsked",
            "FollowUpClosed",
        ),
    ),
    Row(
        "voice: recording, transcript with its confidence",
        "to assess what was said; the recording shows what was said where the transcript is doubtful",
        "the unit's recruiters and raters",
        (
            "VoiceReceived", "AudioKept", "AudioLost", "Transcribed", "TranscriptFailed", "TranscriptDelayed",
            "TranscriptConfirmed", "TranscriptEdited", "CorrectionStarted", "VoiceWithdrawn",
        ),
    ),
    Row(
        "course of the interview: questions, pauses, returns, reasons for leaving, lateness",
        "to go on where it stopped, and to find what makes people leave",
        "the unit's recruiters; analysts as figures without names",
        (
            "LaterAsked", "Postponed", "QuestionAsked", "StageCompleted", "Completed", "Informed",
            "Continued", "ExitWarned", "Paused", "LaidAside", "Exited", "ReasonAsked", "ReasonGiven",
            "ReasonDetailed", "Returned", "Reminded", "Lapsed", "DeadlineExtended", "Unreachable",
            "ReminderLeftOut", "Halted", "WentOn", "ArrivedLate", "CauseDerived", "Unsolved",
            "QuestionSkipped", "Reviewed", "Practised", "Offered", "RecruiterTold", "Remarked",
        ),
    ),
    Row(
        "device, browser, kind of network, lost connections",
        "to tell technical trouble from a lack of interest; no address is stored",
        "the unit's recruiters, on the card",
        (
            "ClientSeen", "Noticed",
        ),
    ),
    Row(
        "opinion of the interview",
        "to make it better",
        "the unit's recruiters",
        (
            "FeedbackGiven", "FeedbackCommented",
        ),
    ),
    Row(
        "the group that they count themselves to, if the script asks: optional, and can be withdrawn",
        "to compare how many of each group advance",
        "nobody; colleagues see figures of groups, without small numbers",
        (
            "GroupDeclared",
        ),
    ),
    Row(
        "conversation with colleagues, with files",
        "to help the person",
        "the unit's recruiters, and who is on duty",
        (
            "SupportAsked", "SupportMessage", "SupportFile", "SupportFileKept", "SupportFileLost",
            "SupportReplied", "SupportUndelivered", "SupportEnded", "SupportOverdue", "AnnouncementSent",
            "ColleagueAnswered",
        ),
    ),
    Row(
        "ratings and notes of colleagues; what an assistant read, if there is one",
        "to decide, and to prove how",
        "the unit's recruiters; a rater sees others' ratings after their own; the candidate in `/export` what the "
        "assistant read",
        (
            "Rated", "RatingsSeen", "Noted", "AnswerAssessed", "FollowUpDrafted",
        ),
    ),
    Row(
        "decision, result that was told, appointments",
        "to answer the person",
        "the unit's recruiters; the candidate: the result and the appointment",
        (
            "Decided", "DecisionProposed", "ResultReleased", "ResultTold", "ResultWithdrawn", "SlotsShown",
            "SlotsPutOff", "SlotsOffered", "PlaceAsked", "PlaceKnown", "AppointmentReminded",
        ),
    ),
)  # fmt: skip
COLLEAGUES = (
    Row(
        "colleagues: name, account on the messenger, language, role and unit",
        "rights: who may do what",
        "owners, admins and auditors",
        (
            "CodeMade", "CodeWithdrawn", "Joined", "Granted", "Revoked", "LanguageSet", "DutySet",
            "DutyEnded", "SignInOffered", "SignedIn", "SignedOut",
        ),
    ),
    Row(
        "what colleagues did: commands and confirmations, without candidates' names and free text",
        "a complete record of every step",
        "owners, admins and auditors",
        (
            "Asked", "Taken", "Confirmed", "Withdrawn", "Acted", "BroadcastOrdered", "BroadcastDropped",
            "BroadcastSent", "TickListMade", "Ticked", "CalibrationBegun", "SampleRated", "CalibrationOpened",
            "CalibrationNoted", "RuleSet", "DuplicateDecided", "SlotsOpened", "SlotWithdrawn", "PlaceTaken",
        ),
    ),
    Row(
        "earlier candidates and interviews that were imported: not in the record, which has only that they were",
        "to know who was here before",
        "recruiters of the unit",
        (
            "ImportBegun", "Imported", "ImportUndone", "ImportedErased", "Erased",
        ),
    ),
    Row(
        "no personal data: units and their texts, chats for notices, accounts, tokens' digests, webhooks",
        "to run the installation",
        "owners, admins and auditors",
        (
            "TokenMade", "TokenRevoked", "UnitAdded", "UnitRemoved", "UnitRenamed", "UnitMoved", "ChatChosen",
            "ChatLeft", "ChatTuned", "ChatMoved", "ChatLevelSet", "Digested", "HeadsReminded", "BotAdded",
            "BotRemoved", "AccountPaused", "AccountResumed", "CaughtUp", "WebhookMade", "WebhookRotated",
            "WebhookRemoved", "UnitMessageSet", "UnitFaqSet",
        ),
    ),
)  # fmt: skip
_HEADS = ("what", "why", "who sees it", "events")
_CANDIDATES = "Candidates: the record of an interview (erased)"
_COLLEAGUES = "Colleagues: the organisation's record (stays)"


def kinds(union: object) -> set[str]:
    """Return the names of the kinds of events in a union of their types."""
    return {each.__name__ for each in get_args(union)}


def page(language: str = "en") -> str:
    """Return the whole page, as Markdown."""
    table = "| " + " | ".join(in_language(head, language) for head in _HEADS) + " |\n| --- | --- | --- | --- |"
    parts = [f"# {in_language('Data map', language)}\n", paragraphs(_HEAD, language)]
    for title, rows in ((_CANDIDATES, CANDIDATES), (_COLLEAGUES, COLLEAGUES)):
        parts += [f"\n## {in_language(title, language)}\n", table]
        parts += [_line(row, language) for row in rows]
    return "\n".join(parts) + "\n"


def _line(row: Row, language: str) -> str:
    what, why, seen_by = (in_language(text, language) for text in (row.what, row.why, row.seen_by))
    return f"| {what} | {why} | {seen_by} | {', '.join(row.kinds)} |"


EVENTS = (kinds(events.AnyEvent), kinds(office.AnyOrganisationEvent))


if __name__ == "__main__":
    write("data-map.md", page)
