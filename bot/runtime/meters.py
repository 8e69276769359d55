"""Delivery figures of each account over all processes, which each process writes to the store regularly."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

import msgspec

from bot.channels.base import Channel
from bot.runtime.periodic import Periodic
from handlers.actions.system.bot_registry import Figures
from handlers.organisation.state import account_of
from storage.ports import Kv

EVERY_S = 5.0
WINDOW_S = 60
LATE_MS = 30_000
"""A process whose last report is older than this counts as gone."""
FORGOTTEN_MS = 3600_000
_NOTE = "meters"
_LONGEST = 200


class Measured(msgspec.Struct, frozen=True, omit_defaults=True):
    """Figures of one account in one process.

    `sent`: messages sent in the last minute.
    `oldest_ms`: when the oldest waiting message was posted (epoch milliseconds, 0: none waits).
    `error`, `error_ms`: the last error and when it happened (epoch milliseconds, 0: none).
    """

    sent: int = 0
    oldest_ms: int = 0
    error: str = ""
    error_ms: int = 0


class Report(msgspec.Struct, frozen=True):
    """The figures of one process at `at_ms`, by account as named by `account_of`."""

    at_ms: int
    accounts: dict[str, Measured]


_decode = msgspec.json.Decoder(Report).decode
_encode = msgspec.json.Encoder().encode


class Meter:
    """Counts this process's sent messages and errors by account."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._sent: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._errors: dict[str, tuple[str, int]] = {}

    def sent(self, channel: Channel) -> None:
        self._sent[account_of(channel.name, channel.account)][self._now() // 1000] += 1

    def failed(self, channel: Channel, why: str) -> None:
        self._errors[account_of(channel.name, channel.account)] = (why[:_LONGEST], self._now())

    def report(self, oldest: Mapping[str, int]) -> Report:
        """Return the current figures and forget messages sent before the last minute.

        `oldest` says, by account, when its oldest message waiting here was posted (epoch milliseconds).
        """
        first = self._now() // 1000 - WINDOW_S
        for seconds in self._sent.values():
            for second in [each for each in seconds if each <= first]:
                del seconds[second]
        accounts = {
            account: Measured(
                self._sent[account].total(), oldest.get(account, 0), *self._errors.get(account, ("", 0))
            )
            for account in {*self._sent, *self._errors, *oldest}
        }
        return Report(self._now(), accounts)


class Metering(Periodic):
    """Writes this process's report to the store every few seconds.

    `owner` names the process. `oldest` returns the argument of `Meter.report`.
    """

    every_s = EVERY_S
    waits = "not_measured"

    def __init__(self, kv: Kv, meter: Meter, owner: str, oldest: Callable[[], Mapping[str, int]]) -> None:
        super().__init__()
        self._kv = kv
        self._meter = meter
        self._owner = owner
        self._oldest = oldest

    async def look(self) -> None:
        report = _encode(self._meter.report(self._oldest())).decode()
        await self._kv.put(_NOTE, self._owner, report, FORGOTTEN_MS // 1000)


async def figures(kv: Kv, now: int) -> dict[str, Figures]:
    """Return the figures of every account, merged from the reports of all processes.

    Reports of processes that are gone count only for their last error. Reports older than an hour are deleted.
    """
    reports = {owner: _decode(report) for owner, report in (await kv.fields(_NOTE)).items()}
    gone = [owner for owner, report in reports.items() if now - report.at_ms > FORGOTTEN_MS]
    await kv.drop(_NOTE, gone)
    found: dict[str, Figures] = {}
    for owner, report in reports.items():
        if owner not in gone:
            for account, measured in report.accounts.items():
                there = now - report.at_ms <= LATE_MS
                found[account] = _with(found.get(account, Figures()), measured, now, there=there)
    return found


def _with(so_far: Figures, measured: Measured, now: int, *, there: bool) -> Figures:
    """Add one process's figures to the total. Unless the process is alive (`there`), only its error is used."""
    if measured.error_ms > so_far.error_ms:
        so_far = so_far._replace(error=measured.error, error_ms=measured.error_ms)
    if not there:
        return so_far
    waits_ms = max(0, now - measured.oldest_ms) if measured.oldest_ms else 0
    return so_far._replace(sent=so_far.sent + measured.sent, waits_ms=max(so_far.waits_ms, waits_ms))


async def all_figures(kv: Kv, now: int, channels: Sequence[Channel]) -> dict[tuple[str, str], Figures]:
    """What was measured of these accounts, with what their platforms tell of them."""
    measured = await figures(kv, now)
    told = await asyncio.gather(*(each.figures() for each in channels))
    return {
        (channel.name, channel.account): _joined(measured.get(account_of(channel.name, channel.account)), each)
        for channel, each in zip(channels, told, strict=True)
    }


def _joined(measured: Figures | None, told: Figures) -> Figures:
    """Of two errors the later one counts."""
    measured = measured or Figures()
    latest = max(measured, told, key=lambda each: each.error_ms)
    return measured._replace(pending=told.pending, calls=told.calls, error=latest.error, error_ms=latest.error_ms)
