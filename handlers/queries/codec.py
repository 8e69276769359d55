"""The union of all queries, and decoding them from JSON tagged with the query's name."""

import msgspec

from handlers.actions.codec import ActionUnreadable
from handlers.queries.accounts import CheckHealth, ListAccounts
from handlers.queries.agreement import ShowAgreement
from handlers.queries.answers import ListSentences
from handlers.queries.appointments.slots import ListSlots
from handlers.queries.audit import ListActions, ProveInterview, VerifyAll, VerifyInterview
from handlers.queries.base import Query
from handlers.queries.blind_ratings import ShowBlindAnswer, ShowBlindQuestions
from handlers.queries.broadcasts import ListBroadcasts
from handlers.queries.browsing import BrowseCampaigns, BrowseInterviews, DescribeInterview
from handlers.queries.calibration import ShowCalibration, ShowSample
from handlers.queries.campaigns import ListCampaigns, ShowCampaign
from handlers.queries.candidates import ListCandidates
from handlers.queries.comparisons import CompareCandidates
from handlers.queries.figures.advice import ShowAdvice
from handlers.queries.figures.alerts import ListAlerts
from handlers.queries.figures.breakdowns import ShowBreakdown
from handlers.queries.figures.exits import ShowExits
from handlers.queries.figures.experiments import ShowExperiment
from handlers.queries.figures.fairness import ShowFairness
from handlers.queries.figures.figure_tables import ShowFigureTable
from handlers.queries.figures.funnels import ShowFunnel
from handlers.queries.figures.statistics import ShowStatistics
from handlers.queries.figures.weekly import ShowWeekly
from handlers.queries.imports.duplicates import ShowDuplicate
from handlers.queries.imports.people import ShowImported
from handlers.queries.inbox import ShowInbox
from handlers.queries.interviews import ShowCandidate, ShowSupportTalk
from handlers.queries.news import ShowNews
from handlers.queries.organisation import (
    ListColleagues,
    ListDuties,
    ListNoticeChats,
    ListSessions,
    ListTokens,
    ListUnits,
    ListWebhooks,
    ShowUnitTexts,
)
from handlers.queries.profiles import ShowProfile
from handlers.queries.promises import ShowPromises
from handlers.queries.rankings import ShowRanking
from handlers.queries.ratings import ShowRatings, ShowRatingSheet
from handlers.queries.reports import ShowReport
from handlers.queries.scripts import ShowScript
from handlers.queries.search import FindCandidates

AnyQuery = (
    ListCampaigns
    | BrowseCampaigns
    | BrowseInterviews
    | DescribeInterview
    | ShowCampaign
    | ListBroadcasts
    | ShowScript
    | FindCandidates
    | ListCandidates
    | ShowCandidate
    | ShowSupportTalk
    | ShowInbox
    | ListSlots
    | ShowReport
    | ListSentences
    | ShowRatings
    | ShowProfile
    | CompareCandidates
    | ShowRanking
    | ShowRatingSheet
    | ShowBlindQuestions
    | ShowBlindAnswer
    | ShowAgreement
    | ShowSample
    | ShowCalibration
    | ShowStatistics
    | ShowWeekly
    | ShowExits
    | ShowBreakdown
    | ShowFairness
    | ShowFunnel
    | ShowAdvice
    | ShowExperiment
    | ListAlerts
    | ShowNews
    | ShowPromises
    | ShowFigureTable
    | ListColleagues
    | ListUnits
    | ShowUnitTexts
    | ListDuties
    | ListNoticeChats
    | ListTokens
    | ListWebhooks
    | ListSessions
    | ListAccounts
    | CheckHealth
    | ShowDuplicate
    | ShowImported
    | ListActions
    | VerifyInterview
    | ProveInterview
    | VerifyAll
)
QUERIES: tuple[type[Query], ...] = AnyQuery.__args__
_decoder = msgspec.json.Decoder(AnyQuery)


def decode(text: str | bytes) -> Query:
    """Decode a query from JSON. Raises ActionUnreadable."""
    try:
        query: Query = _decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise ActionUnreadable(str(error)) from None
    return query
