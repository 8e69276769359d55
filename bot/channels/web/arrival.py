"""Deciding what happens when somebody opens the page: as whom they enter, or why they are not let in."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bot.channels.web.frames import Hello, address_of
from conversation.decide.channel_switch import digest, read_code
from conversation.inbound import Address
from handlers.intake.entry_limits import TooManyTries
from storage.ports import Campaign, Directory, Interviews

LEAST_KEY = 16
"""The minimum length of a page's key, in characters."""
_MOST_TOKEN = 64
LookUp = Callable[[str, Callable[[], Awaitable[Campaign | str | None]]], Awaitable[Campaign | str | None]]
"""Looks a token up with the given function, and counts wrong ones. Raises TooManyTries."""


class Arrival(NamedTuple):
    """How a visitor enters.

    `address`: the visitor's address.
    `token`: the token of the link to follow, if any.
    `denied`: why the visitor is not let in, or an empty string.
    `known`: the visitor is in an interview.
    `former`: the link belongs to the person with the browser's earlier key, so the page must use that key.
    `kiosk`: the campaign of a shared computer, where the visitor must first confirm that they begin.
    """

    address: Address
    token: str = ""
    denied: str = ""
    former: bool = False
    kiosk: Campaign | None = None
    known: bool = False


async def arrive(
    hello: Hello,
    directory: Directory,
    interviews: Interviews,
    open_campaign: str,
    look_up: LookUp,
) -> Arrival:
    """Return how a visitor with this hello frame enters.

    `open_campaign` is the code of the walk-in campaign that visitors without a link enter, or an empty string.
    """
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
        return Arrival(address, token, known=True)
    token = token or open_campaign
    try:
        found = await look_up(token, lambda: _destination(token, directory)) if token else None
    except TooManyTries:
        return Arrival(address, denied="too_many")
    if found is None:
        return Arrival(address, denied="no_invitation")
    if isinstance(found, Campaign) and found.kiosk and not hello.begin:
        return Arrival(address, kiosk=found)
    return Arrival(address, token)


async def _is_in(address: Address, token: str, directory: Directory, interviews: Interviews) -> bool:
    """Return whether the address belongs to the interview or the walk-in campaign that the token leads to."""
    interview = await directory.who(address)
    if interview is None or not token:
        return False
    if campaign := await directory.walk_in(token.lower()):
        record = await interviews.load(interview)
        return record is not None and record.state.campaign == campaign.id
    return await directory.invitation(token) == interview


async def _destination(token: str, directory: Directory) -> Campaign | str | None:
    """Return the walk-in campaign or the interview to which the token, code or resume code leads, or None.

    A visitor whose invitation is in use on another device is let in too, so that they can type their resume code.
    """
    if found := await directory.walk_in(token.lower()) or await directory.invitation(token):
        return found
    code = read_code(token)
    return await directory.resume_code(digest(code)) if code else None
