"""Answers of the API that are no query's or action's result as it is."""

from typing import Any

import msgspec

from handlers.actions.many import LeftOut
from handlers.actions.results.drafts import Source
from handlers.actions.results.telling import Recipient
from handlers.queries.campaigns import CampaignSummary
from handlers.queries.candidates import CandidateSummary


class CampaignList(msgspec.Struct, frozen=True):
    """A piece of the list of campaigns. `next` is the address of the next piece; null at the end."""

    campaigns: tuple[CampaignSummary, ...]
    next: str | None


class InterviewList(msgspec.Struct, frozen=True):
    """A piece of a campaign's interviews, in an order of no meaning. `next` is as in `CampaignList`."""

    interviews: tuple[CandidateSummary, ...]
    next: str | None


class CampaignHere(msgspec.Struct, frozen=True):
    """A campaign. `links`: where its walk-in candidates come in, by channel."""

    campaign: CampaignSummary
    links: dict[str, str]


class InvitationMade(msgspec.Struct, frozen=True):
    """A new invitation. `links` are the candidate's, by channel; `token` is what they contain."""

    interview: str
    name: str
    token: str
    links: dict[str, str]


class InvitationsMade(msgspec.Struct, frozen=True):
    """New invitations, in the order of the people. `left_out`: the places of those who got none (from 0)."""

    campaign: str
    invitations: tuple[InvitationMade, ...]
    left_out: tuple[int, ...]


class InterviewRecord(msgspec.Struct, frozen=True):
    """An interview in the format of `xumian export --format jsonl`."""

    interview: dict[str, Any]


class ScriptChecked(msgspec.Struct, frozen=True):
    """What is wrong with a script, and what is advised. `ok`: whether it can be opened."""

    ok: bool
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


class FileMade(msgspec.Struct, frozen=True):
    """A file that was made. It can be fetched at `url` for 30 days, with the same token; `file` is its SHA-256."""

    file: str
    media_type: str
    url: str


class Draft(msgspec.Struct, frozen=True):
    """A whole message as a candidate would get it: in the name and language of the first of `number` such ones.

    `source`: whose words it has, `script`, `unit` or `bot`. `unit`: which unit's; null if it is none, or out of
    sight.
    """

    text: str
    name: str
    language: str
    number: int
    source: Source
    unit: str | None


class ResultsShown(msgspec.Struct, frozen=True):
    """Who would be told a result, and in which words.

    - `left_out`: those about whom this was decided who cannot be told, and why.
    - `before`: how many were told before.
    - `undecided`: how many have completed the interview without a decision.
    - `more`: how many have to wait for another call.
    - `at_ms`: when those are told who are told in the morning.
    - `misquoted`: what the added text quotes and the only candidate has not said.
    """

    outcome: str
    drafts: tuple[Draft, ...]
    recipients: tuple[Recipient, ...]
    left_out: tuple[LeftOut, ...]
    before: int
    undecided: int
    more: int
    at_ms: int
    misquoted: tuple[str, ...]
