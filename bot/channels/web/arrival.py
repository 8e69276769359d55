"""Who opens the page: as whom they are let in, by what, and what the page has to ask them first."""

from typing import NamedTuple

from bot.channels.web.frames import Hello, address_of
from conversation.decide.switching import digest, read_code
from conversation.inbound import Address
from storage.ports import Campaign, Directory, Interviews

LEAST_KEY = 16
"""The fewest characters that a page's key can have."""
_MOST_TOKEN = 64


class Arrival(NamedTuple):
    """The visitor's address and the token to follow. `denied`: why they are not let in, or an empty string.
    `former`: the link belongs to the person with the browser's earlier key, so that key is to be used. `kiosk`: on
    this shared computer somebody has to say first that they begin."""

    address: Address
    token: str = ""
    denied: str = ""
    former: bool = False
    kiosk: Campaign | None = None


async def arrive(hello: Hello, directory: Directory, interviews: Interviews, open_campaign: str) -> Arrival:
    """`open_campaign` is the code of the walk-in campaign that is entered without a link, where there is one."""
    address = address_of(hello.key)
    if len(hello.key) < LEAST_KEY:
        return Arrival(address, denied="no_key")
    token = (hello.start or "")[:_MOST_TOKEN]
    known = await directory.who(address) is not None
    if not known and len(hello.former) >= LEAST_KEY:
        former = address_of(hello.former)
        if await _is_in(former, token or open_campaign, directory, interviews):
            return Arrival(former, former=True)
    if known:
        return Arrival(address, token)
    token = token or open_campaign
    campaign = await directory.walk_in(token.lower()) if token else None
    if campaign is None and not await _leads_somewhere(token, directory):
        return Arrival(address, denied="no_invitation")
    if campaign and campaign.kiosk and not hello.begin:
        return Arrival(address, kiosk=campaign)
    return Arrival(address, token)


async def _is_in(address: Address, token: str, directory: Directory, interviews: Interviews) -> bool:
    """Whether this address is in the interview, or in the walk-in campaign, that the token leads to."""
    interview = await directory.who(address)
    if interview is None or not token:
        return False
    if campaign := await directory.walk_in(token.lower()):
        record = await interviews.load(interview)
        return record is not None and record.state.campaign == campaign.id
    return await directory.invitation(token) == interview


async def _leads_somewhere(token: str, directory: Directory) -> bool:
    """Whether the link is one of ours. Whoever opens one that belongs to another device stays, although no
    interview is theirs: this is where the resume code is typed."""
    if await directory.invitation(token):
        return True
    code = read_code(token)
    return bool(code and await directory.resume_code(digest(code)))
