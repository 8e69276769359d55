"""How many of each self-declared group advance: counted in steps, so that no single decision shows in the figures.

Whoever decides on one candidate, or sees that somebody else has, could otherwise read the candidate's group off
what changes. So figures stand still until there are `STEP` further decisions, however these are spread over the
groups.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from secrets import token_hex

import msgspec

from conversation.views.counters import ADVANCE
from handlers.figures.dimensions import Row
from handlers.figures.fairness import Group, groups
from storage.ports import Kv

STEP = 20
"""How many decisions there are at least between two versions of the figures."""
UNSAID = ""
"""The row of those who said nothing. No option has this id."""


_LOCKED_S = 10


class Counted(msgspec.Struct, frozen=True):
    """How many were decided on, and of each option's group how many advanced and how many did not, at one time."""

    decided: int
    groups: dict[str, tuple[int, int]]

    def rows(self) -> list[Row]:
        """Return the groups, largest first, without empty ones; last those who said nothing."""
        found = [Row(name, yes, yes + no) for name, (yes, no) in self.groups.items() if yes + no]
        return sorted(found, key=lambda row: (row.name == UNSAID, -row.total, row.name))


def counted(total: Counter[str], options: Collection[str]) -> Counted:
    """Return what a campaign's counters say now."""
    good, bad = (sum(n for name, n in total.items() if name.startswith(f"{each}.ch:")) for each in ADVANCE)
    groups = {name: (max(0, total[f"yes.grp:{name}"]), max(0, total[f"no.grp:{name}"])) for name in options}
    rest = good - sum(yes for yes, _ in groups.values()), bad - sum(no for _, no in groups.values())
    return Counted(good + bad, {**groups, UNSAID: (max(0, rest[0]), max(0, rest[1]))})


class ShownGroups:
    """What is shown of each campaign. It moves on in steps."""

    def __init__(self, kv: Kv) -> None:
        self._kv = kv

    async def shown(self, campaign: str, now: Counted) -> Counted | None:
        """Return what is shown when the counters say `now`; None: nothing yet.

        Only one process at a time moves the figures on: two would show versions that are close to each other.
        """
        name = f"groups:{campaign}"
        before = await self._read(name)
        owner = token_hex(8)
        if not _is_due(before, now) or not await self._kv.take(f"{name}:moving", owner, _LOCKED_S):
            return before
        try:
            before = await self._read(name)
            if _is_due(before, now):
                await self._kv.set(name, msgspec.json.encode(now).decode())
                return now
            return before
        finally:
            await self._kv.give_back(f"{name}:moving", owner)

    async def _read(self, name: str) -> Counted | None:
        stored = await self._kv.get(name)
        return msgspec.json.decode(stored, type=Counted) if stored else None


def _is_due(shown: Counted | None, now: Counted) -> bool:
    return now.decided - (shown.decided if shown else 0) >= STEP


def rates(rows: Sequence[Row]) -> tuple[Group, ...]:
    """Return the groups with their rates, for every reader alike.

    Small numbers are suppressed, with what they could be worked out from. All are if everybody who advanced, or
    everybody who did not, is in one group, because each of them would be known to be in it.
    """
    outcomes = [row.number for row in rows], [row.total - row.number for row in rows]
    if any(sum(number > 0 for number in each) == 1 for each in outcomes):
        return tuple(Group(row.name, None, None, None) for row in rows)
    return groups(rows, "group", exact=False)


def together(tables: Sequence[Sequence[Row]]) -> list[Row]:
    """Return the sum of tables of several campaigns. Tables of which a part is suppressed are left out, because it
    could be worked out from the sum."""
    if len(tables) == 1:
        return [*tables[0]]
    groups: dict[str, tuple[int, int]] = {}
    for rows in tables:
        if all(each.total is not None for each in rates(rows)):
            for name, number, of in rows:
                yes, no = groups.get(name, (0, 0))
                groups[name] = (yes + number, no + of - number)
    return Counted(0, groups).rows()
