"""A webhook as a channel: an event is sent again until the receiver accepts it, or for days.

After failures the receiver is left alone for a while, longer each time, however many events wait for it. Then one
event tries. A receiver that is away thus gets one request in half an hour.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec
from cachetools import TTLCache
from standardwebhooks import Webhook

from bot.channels.base import Capabilities, Channel, Rejected, TryLater
from bot.channels.webhook.posting import ANSWER_S, NoAnswer, Poster
from conversation.outbound import OutboundMessage
from handlers.actions.system.webhook_registry import AddressRefused, Secret, Target, Tried
from handlers.notices.webhooks import CHANNEL, Parcel

MOST_WAITING = 5_000
"""How many interviews' events may wait for receivers that are away, in this process. Further ones become dead
letters at once, so that they do not crowd out messages to candidates."""
LONGEST_MS = 30 * 60_000
"""The longest time between two attempts at a receiver that is away, in milliseconds."""
_TOLERATED = 3
"""From the third failure in a row, the receiver counts as away."""
_SEEN_AGAIN_S = 600
"""A waiting event is looked at more often than that, if it still waits here."""
_GONE = 410
_decode = msgspec.json.Decoder(Parcel).decode


def waiting() -> TTLCache[str, bool]:
    """Return an empty set of waiting events, which all webhooks of a process share."""
    return TTLCache(2 * MOST_WAITING, _SEEN_AGAIN_S)


class WebhookChannel(Channel):
    """One webhook. `now`: epoch milliseconds. If `target` cannot be decrypted, it is None; `sealed` says why."""

    name = CHANNEL
    capabilities = Capabilities(internal=True, gives_up=True)

    def __init__(
        self,
        account: str,
        target: Target | None,
        sealed: str,
        now: Callable[[], int],
        poster: Poster,
        waits: TTLCache[str, bool],
    ) -> None:
        self.account = account
        self.target = target
        self.sealed = sealed
        self.removed = False
        self._now = now
        self._poster = poster
        self._waits = waits
        self._failures = 0
        self._rests_until = 0
        self._why = ""

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send an event. Those of a webhook that was removed are dropped. Raises TryLater, Rejected."""
        if self.removed:
            return ""
        try:
            parcel = _decode(message.text)
        except msgspec.MsgspecError:
            raise Rejected("the message is no event of a webhook") from None
        if self.target is None:
            raise self._later(parcel, key, self.sealed)
        now = self._now()
        if now < self._rests_until:
            raise self._later(parcel, key, self._why)
        if self._failures >= _TOLERATED:
            self._rests_until = now + round(ANSWER_S * 1000)  # the others wait for what comes of this attempt
        why, wait_s = await self._attempt(self.target, parcel)
        if not why:
            self._failures, self._rests_until, self._why = 0, 0, ""
            self._waits.pop(key, None)
            return ""
        self._failed(why, wait_s)
        if why == f"HTTP {_GONE}":
            self._waits.pop(key, None)
            raise Rejected("the receiver is gone for good (HTTP 410)")
        raise self._later(parcel, key, why)

    async def _attempt(self, target: Target, parcel: Parcel) -> tuple[str, float | None]:
        """Return why an event was not accepted, or "", and how long the receiver asked us to wait."""
        try:
            headers = signed(parcel.id, parcel.body, target.secrets, self._now())
            answer = await self._poster.post(target.url, parcel.body, headers)
        except NoAnswer as error:
            return str(error), None
        except AddressRefused as error:
            return _refused(error), None
        return ("" if 200 <= answer.status < 300 else f"HTTP {answer.status}"), answer.retry_after_s

    def _failed(self, why: str, wait_s: float | None) -> None:
        self._failures, self._why = self._failures + 1, why
        rest_ms = 1000 * 2 ** min(self._failures, 12) if self._failures >= _TOLERATED else 0
        rest_ms = max(rest_ms, round((wait_s or 0) * 1000))
        self._rests_until = self._now() + min(rest_ms, LONGEST_MS)

    def _later(self, parcel: Parcel, key: str, why: str) -> Rejected | TryLater:
        """Return the error for an event that was not accepted now."""
        if self._now() >= parcel.until_ms:
            self._waits.pop(key, None)
            return Rejected(f"the receiver did not accept it for days: {why}")
        if key not in self._waits and len(self._waits) >= MOST_WAITING:
            return Rejected(f"too many events wait for receivers that are away: {why}")
        self._waits[key] = True
        return TryLater(why)

    def warning(self) -> str | None:
        if self.removed:
            return None
        if self.target is None:
            return self.sealed
        return f"the receiver does not accept events: {self._why}" if self._failures >= _TOLERATED else None

    async def close(self) -> None:
        await self._poster.close()


async def ping(poster: Poster, target: Target, identity: str, body: str, now_ms: int) -> Tried:
    """Send one event, once."""
    try:
        answer = await poster.post(target.url, body, signed(identity, body, target.secrets, now_ms))
    except NoAnswer as error:
        return Tried(0, str(error))
    except AddressRefused as error:
        return Tried(0, _refused(error))
    return Tried(answer.status)


def _refused(error: AddressRefused) -> str:
    return "its address is not public" if error.why == "private" else "its host is unknown"


def signed(identity: str, body: str, secrets: Sequence[Secret], now_ms: int) -> dict[str, str]:
    """Return the headers of an event sent now (epoch milliseconds), signed with each secret that is in use."""
    at = datetime.fromtimestamp(now_ms // 1000, UTC)
    used = [each for each in secrets if not each.until_ms or each.until_ms > now_ms]
    return {
        "Content-Type": "application/json",
        "User-Agent": "xumian",
        "webhook-id": identity,
        "webhook-timestamp": str(now_ms // 1000),
        "webhook-signature": " ".join(Webhook(each.text).sign(identity, at, body) for each in used),
    }
