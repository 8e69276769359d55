"""What the command `audit --anchors` says about time stamps."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.settings import Settings
from bot.time_stamps.library import INSTALL, installed
from handlers.maintenance.anchor_audit import SignedAnchor
from handlers.maintenance.anchor_stamps import Stamp, StampReader, Stamps

_MOST_NAMED = 20


def stamp_reader(settings: Settings) -> StampReader | None:
    """Return what verifies time stamps, or None if the optional library is not installed."""
    if not installed():
        return None
    from bot.time_stamps.tokens import TokenReader, roots_in  # here, because loading it takes a tenth of a second

    return TokenReader(roots_in(settings.anchor_tsa_ca) if settings.anchor_tsa_ca else ())


def when(stamp: Stamp, zone: ZoneInfo) -> str:
    """Return the time that was stamped, in local time."""
    return f"{stamp.at.astimezone(zone):%Y-%m-%d %H:%M:%S}{'' if stamp.authority else ' (not verified)'}"


def lines(settings: Settings, anchors: Sequence[SignedAnchor], stamps: Stamps) -> Iterator[str]:
    """Yield the lines of the summary: which anchors are stamped, when, and by whom."""
    if stamps.unread:
        yield f"time stamps: {stamps.unread}, which were not looked at: {INSTALL}"
        return
    found = stamps.among(anchors)
    if not found:
        if settings.anchor_tsa:
            yield f"time stamps: none of {len(anchors)} anchors"
        return
    ends = found[:1] + found[1:][-1:]
    times = [f"number {each.signed.anchor.number} at {when(each.stamp, settings.zone)}" for each in ends]
    yield f"time stamps: {len(found)} of {len(anchors)} anchors, {' to '.join(times)}"
    since = [
        each for each in anchors if each.anchor.number > found[0].signed.anchor.number and not stamps.of(each)
    ]
    if since:
        named = ", ".join(str(each.anchor.number) for each in since[:_MOST_NAMED])
        yield f"since then, these have none: {named}{', …' if len(since) > _MOST_NAMED else ''}"
    authorities = dict.fromkeys(each.stamp.authority for each in found if each.stamp.authority)
    for each in authorities:
        yield f"stamped by {each}"
    if not authorities:
        yield "the time stamps were not verified against a root certificate: set XUMIAN_ANCHOR_TSA_CA"
