"""Recomputing a campaign's counters from the records of its interviews."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from conversation import events as e
from conversation.evolve import apply, begin
from conversation.record.audit import is_erased, unseal
from conversation.state import State
from conversation.views.counted_times import day_of
from conversation.views.counters import Change, created, tally
from storage.ports import Store

BATCH = 500
_DAY = len("2026-11-25")
_DAYS_AT_ONCE = 60


class Recount(NamedTuple):
    """The counters in the store (`counted`) and those computed from the records (`computed`).

    Of the `erased` interviews only their existence can be computed.
    """

    interviews: int
    erased: int
    counted: Mapping[str, int]
    computed: Mapping[str, int]

    def differences(self) -> dict[str, tuple[int, int]]:
        """Return (counted, computed) for each counter that differs.

        Erased data may have been counted and cannot be recomputed. With erased interviews, only counters that are
        too low are therefore reported.
        """
        names = sorted({*self.counted, *self.computed})
        pairs = {name: (self.counted.get(name, 0), self.computed.get(name, 0)) for name in names}
        return {name: pair for name, pair in pairs.items() if self._differs(*pair)}

    def _differs(self, counted: int, computed: int) -> bool:
        return counted < computed if self.erased else counted != computed

    def corrections(self) -> list[Change]:
        """Return the changes that bring the counters into line with the records."""
        return [
            Change(name[_DAY + 1 :] if _day_of_name(name) else name, computed - counted, _day_of_name(name))
            for name, (counted, computed) in self.differences().items()
        ]


async def recount(store: Store, campaign: str, zone: tzinfo, now: int) -> AsyncIterator[Recount]:
    """Yield the counters computed so far after every BATCH interviews, and the complete result at the end.

    Counters of a day, in time zone `zone`, are named `DAY NAME`. Memory use does not grow with the number of
    interviews. While candidates are active, the store may be ahead of the result.
    """
    computed, interviews, erased = Counter[str](), 0, 0
    async for interview in store.interviews.members(campaign):
        stored = await store.interviews.entries(interview)
        interviews += 1
        erased += any(map(is_erased, stored))
        for change in _of(stored, zone):
            computed[_named(change.day, change.name)] += change.number
        if interviews % BATCH == 0:
            yield Recount(interviews, erased, {}, dict(computed))
    counted = await store.interviews.counts(campaign)
    known = await store.directory.campaign(campaign)
    async for day, counts in _days(
        store, campaign, computed, day_of(known.opened_ms if known else now, zone), now
    ):
        counted |= {_named(day, name): number for name, number in counts.items() if number}
    yield Recount(interviews, erased, counted, {name: n for name, n in computed.items() if n})


def _day_of_name(name: str) -> str:
    """Return the day that `_named` put before the name, or an empty string."""
    day, _, rest = name.partition(" ")
    return day if rest and len(day) == _DAY else ""


def _named(day: str, name: str) -> str:
    return f"{day} {name}" if day else name


async def _days(
    store: Store, campaign: str, computed: Iterable[str], opened: str, now: int
) -> AsyncIterator[tuple[str, dict[str, int]]]:
    """Yield the stored counters of each day from the opening to tomorrow, and of all computed days."""
    first, last = date.fromisoformat(opened), datetime.fromtimestamp(now / 1000, UTC).date() + timedelta(days=1)
    days = {(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)}
    days |= {day for name in computed if (day := _day_of_name(name))}
    every = sorted(days)
    for at in range(0, len(every), _DAYS_AT_ONCE):
        some = every[at : at + _DAYS_AT_ONCE]
        for day, counts in (await store.interviews.day_counts(campaign, some)).items():
            yield day, counts


def _of(stored: Iterable[bytes], zone: tzinfo) -> Iterable[Change]:
    """Yield the counter changes of one interview."""
    state: State | None = None
    for blob in stored:
        entry = unseal(blob)[1]
        first = next((event for event in entry.events if isinstance(event, e.Invited | e.Erased)), None)
        if state is None and isinstance(first, e.Invited):
            state = begin(first, entry.at_ms)
            yield from created(first.script, entry.at_ms, zone)
        elif state is None and isinstance(first, e.Erased):
            if first.withdrawn:
                yield Change("withdrawn", 1)
                return
            once = ("interviews", f"version:{first.script}")
            yield from (Change(name, 1) for name in once)
            return
        if state is not None:
            after = apply(None if isinstance(first, e.Invited) else state, entry)
            if after is not None:
                yield from tally(state, after, entry, zone)
            state = after
