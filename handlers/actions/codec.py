"""The union of all actions, and their encoding as JSON tagged with the action's name."""

import msgspec

from conversation.errors import BotError
from handlers.actions.appointments.offers import OfferSlots
from handlers.actions.appointments.slots import OpenSlots, WithdrawSlot
from handlers.actions.base import Action
from handlers.actions.blind_ratings import RateBlind
from handlers.actions.broadcasts import SendBroadcast, TakeBackBroadcast
from handlers.actions.calibration import NoteCalibration, OpenCalibration, RateSample, StartCalibration
from handlers.actions.campaigns import CloseCampaign, OpenCampaign, ReopenCampaign
from handlers.actions.deadlines import ExtendCampaign, ExtendDeadline, RemindCandidate
from handlers.actions.exports import ExportCampaign
from handlers.actions.imports.duplicates import DecideDuplicate
from handlers.actions.imports.erasure import EraseImported
from handlers.actions.imports.files import ImportHistory, UndoImport
from handlers.actions.interviews import AnswerClaim, Decide, EraseCandidate, SwitchMessenger
from handlers.actions.invitations import InviteCandidates, ReissueInvitation, RevokeInvitation
from handlers.actions.many import DecideMany, ExtendMany, RemindMany
from handlers.actions.notes import NoteCandidate
from handlers.actions.notices import SetNotices, StopNotices
from handlers.actions.people import (
    AddUnit,
    InviteColleague,
    RemoveUnit,
    RevokeRight,
    SetLanguage,
    SetRule,
)
from handlers.actions.ratings import LookAtRatings, RateAnswer
from handlers.actions.reports import ExportReport, ExportReports
from handlers.actions.results.telling import TellResult
from handlers.actions.scripts import StoreScript
from handlers.actions.support import AnswerCandidate, EndDuty, FinishHelp, HandOver, SetDuty
from handlers.actions.system.accounts import AddBot, PauseAccount, RemoveBot, ResumeAccount
from handlers.actions.system.drills import StartDrill
from handlers.actions.system.tokens import CreateToken, RevokeToken
from handlers.actions.system.unit_texts import SetUnitFaq, SetUnitMessage
from handlers.actions.system.web_sessions import EndSessions, OfferSignIn
from handlers.actions.system.webhooks import CreateWebhook, RemoveWebhook, ReplayWebhook, RotateWebhook, TryWebhook
from handlers.actions.units import MoveUnit, RenameUnit

AnyAction = (
    OpenCampaign
    | StoreScript
    | ReopenCampaign
    | CloseCampaign
    | InviteCandidates
    | RevokeInvitation
    | ReissueInvitation
    | SwitchMessenger
    | SendBroadcast
    | TakeBackBroadcast
    | ExtendDeadline
    | ExtendCampaign
    | RemindCandidate
    | Decide
    | DecideMany
    | TellResult
    | OpenSlots
    | WithdrawSlot
    | OfferSlots
    | ExtendMany
    | RemindMany
    | NoteCandidate
    | AnswerClaim
    | EraseCandidate
    | RateAnswer
    | LookAtRatings
    | RateBlind
    | RateSample
    | OpenCalibration
    | StartCalibration
    | NoteCalibration
    | AnswerCandidate
    | FinishHelp
    | HandOver
    | SetDuty
    | EndDuty
    | InviteColleague
    | CreateToken
    | RevokeToken
    | OfferSignIn
    | EndSessions
    | CreateWebhook
    | RotateWebhook
    | RemoveWebhook
    | TryWebhook
    | ReplayWebhook
    | RevokeRight
    | AddUnit
    | RemoveUnit
    | RenameUnit
    | MoveUnit
    | SetRule
    | SetUnitMessage
    | SetUnitFaq
    | SetLanguage
    | SetNotices
    | StopNotices
    | AddBot
    | RemoveBot
    | PauseAccount
    | ResumeAccount
    | StartDrill
    | ImportHistory
    | UndoImport
    | EraseImported
    | DecideDuplicate
    | ExportCampaign
    | ExportReport
    | ExportReports
)
ACTIONS: tuple[type[Action], ...] = AnyAction.__args__
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(AnyAction)


class ActionUnreadable(BotError):
    """The data are not an action or query that this version knows."""


def encode(action: Action) -> str:
    return _encode(action).decode()


def decode(text: str | bytes) -> Action:
    """Decode an action from JSON. Raises ActionUnreadable."""
    try:
        action: Action = _decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise ActionUnreadable(str(error)) from None
    return action
