"""The filters of `/audit`: a colleague, a time, a candidate, exports, and the place in the list."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from conversation.timing.schedule import to_ms
from conversation.words import normal
from handlers.console.candidate_search import one
from handlers.console.context import CommandContext, Refusal, Usage
from handlers.console.vocabulary import typed
from handlers.organisation.state import OPERATOR
from handlers.queries.audit import AUDITS, SHORTEST_ID
from handlers.queries.search import find_candidates

_DATES = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:(?:\.\.|…|~|～)(\d{4}-\d{1,2}-\d{1,2}))?")
_LIKE_DATES = re.compile(r"\d{4}[-./年].*|\d.*\.\..*")
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST_ID},16}}")


class Filters(NamedTuple):
    """What to list; the fields are those of `ListActions`."""

    before: int = 0
    by: str = ""
    since_ms: int = 0
    until_ms: int = 0
    interview: str = ""
    exports: bool = False

    @property
    def narrow(self) -> bool:
        """Whether not everything is wanted."""
        return self._replace(before=0) != Filters()


async def read(context: CommandContext, words: Iterable[str]) -> Filters:
    """Read the arguments, in any order. What is none of the filters is a candidate's name or id. Raises Usage and
    Refusal."""
    wanted, name = Filters(), list[str]()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "before" and rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) < 12:
            wanted = wanted._replace(before=int(rest.pop(0)))
        elif word == "before":
            raise Usage
        elif word[0] in "@＠" and len(word) > 1:
            wanted = wanted._replace(by=_person(context, word[1:]))
        elif _DATES.fullmatch(word) or _LIKE_DATES.fullmatch(word):
            wanted = _in_time(context, wanted, word)
        elif normal(word) in typed(context, "staff.audit.words.exports"):
            wanted = wanted._replace(exports=True)
        else:
            name.append(word)
    if not name:
        return wanted
    return wanted._replace(interview=await _candidate(context, " ".join(name), wanted))


def line(context: CommandContext, wanted: Filters) -> str:
    """Return the command line for these filters, without the place in the list."""
    words = ["/audit"]
    if wanted.by:
        words.append(f"@{wanted.by}")
    if wanted.since_ms:
        zone = context.tools.zone
        first = datetime.fromtimestamp(wanted.since_ms / 1000, zone).date()
        last = datetime.fromtimestamp(wanted.until_ms / 1000 - 1, zone).date()
        words.append(f"{first}..{last}")
    if wanted.exports:
        words.append("exports")
    return " ".join([*words, *filter(None, [wanted.interview])])


def _person(context: CommandContext, name: str) -> str:
    """Return the id of the colleague with this name or id."""
    if normal(name) in (OPERATOR.id, *typed(context, "staff.audit.by_cli")):
        return OPERATOR.id
    scope = context.scope(AUDITS)
    found = [
        each.id
        for each in context.organisation.people.values()
        if (each.id == name or normal(each.name) == normal(name))
        and (each.id == context.person.id or scope.whole or all(scope.covers(grant.unit) for grant in each.grants))
    ]
    if len(found) != 1:
        raise Refusal("staff.people.ambiguous" if found else "staff.audit.person", name=name[:60])
    return found[0]


def _in_time(context: CommandContext, wanted: Filters, word: str) -> Filters:
    found = _DATES.fullmatch(word)
    try:
        days = [_day(text) for text in found.groups() if text] if found else []
    except ValueError:
        days = []
    if not days or days[0] > days[-1]:
        raise Refusal("staff.audit.date", date=word[:40])
    if wanted.since_ms:
        raise Usage
    zone = context.tools.zone
    begin, end = (datetime.combine(day, time(), zone) for day in (days[0], days[-1] + timedelta(days=1)))
    return wanted._replace(since_ms=to_ms(begin), until_ms=to_ms(end))


def _day(text: str) -> date:
    year, month, day = map(int, text.split("-"))
    if not 1970 < year < 9999:
        raise ValueError(text)
    return date(year, month, day)


async def _candidate(context: CommandContext, name: str, wanted: Filters) -> str:
    """Return the interview that is meant. An id, or the beginning of one, need not be that of a candidate who can
    still be found by name."""
    if _ID.fullmatch(name.casefold()) and not await find_candidates(context, AUDITS, name):
        return name.casefold()
    return (await one(context, AUDITS, name, lambda number: f"{line(context, wanted)} {number}")).interview
