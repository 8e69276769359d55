"""The digest of a working day: who finished, who stopped where and why, who can still be won back, and one picture
of how far people come."""

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from conversation.schedule import STALL_REPORT_MS, quiet
from conversation.script import Script
from conversation.stages.staff import obstacle
from conversation.state import State
from conversation.words import Styled
from handlers.actions.context import Tools
from handlers.charts import MOST_FUNNELS, Funnel
from handlers.console.alerts import alerts
from handlers.console.candidate_search import campaigns
from handlers.console.commands.figures.advice import of as advice_of
from handlers.console.commands.figures.advice import sentence
from handlers.console.commands.figures.funnels import drawn_as, steps_of
from handlers.console.commands.figures.statistics import (
    campaign_title,
    compared,
    counts_of,
    days_of,
    summed,
    today,
)
from handlers.console.commands.system.general import unit_title
from handlers.console.context import StaffInbound, Turn
from handlers.console.digest_times import Due, Place
from handlers.console.formatting import done, moment, named, state_name, why
from handlers.console.pictures import send_with_picture
from handlers.figures.periods import DAYS, comparison, days_until
from handlers.members import batches
from handlers.organisation.rights import READS
from handlers.organisation.state import Grant, Office, Person
from storage.ports import Campaign

BY = "digest"
SOON_MS = 72 * 3600_000
MOST_ROWS = 6
MOST_CHARACTERS = 1_000
"""In UTF-16 units: a picture's caption on Telegram has at most 1024."""
_OVER_FOR_MS = 30 * 86_400_000
"""Campaigns that were closed longer ago have no news."""
_MOST_REMINDERS = 2
_LONGEST_BUTTON = 40
_LONGEST_NAME = 24


class _News(NamedTuple):
    finished: list[State]
    stopped: list[State]
    back: list[State]

    @property
    def any(self) -> bool:
        return bool(self.finished or self.stopped)


def digest_turn(tools: Tools, office: Office, place: Place, due: Due) -> Turn:
    """The digest as if somebody who may read the unit had asked for it there."""
    reader = Person(BY, BY, place.language, (), (Grant("auditor", place.unit),))
    return Turn(tools, office, reader, StaffInbound(due.cause, place.address, place.address, ""))


async def compose(turn: Turn, place: Place, due: Due) -> None:
    """One message, or none where nothing happened. On Mondays a line says so: then nobody need wonder whether it
    still works."""
    among = [each for each in await campaigns(turn, turn.scope(READS)) if _may_have_news(each, turn.now)]
    await _digest(turn, place, due, among)
    await alerts(turn, among)


async def _digest(turn: Turn, place: Place, due: Due, among: Sequence[Campaign]) -> None:
    news = await _news(turn, among, due.since_ms)
    title = turn.words.say(
        "staff.digest.title", unit=unit_title(turn, place.unit), since=moment(turn, due.since_ms)
    )
    if not news.any:
        if due.monday and among:
            turn.send(Styled.join([title, turn.words.say("staff.digest.nothing"), *await _back(turn, news, 3)]))
        return
    said = title
    figures = await _figures(turn, among, monday=due.monday)
    for most in (MOST_ROWS, 4, 3, 2, 1, 0):
        parts = [await part(turn, news, most) for part in (_finished, _stopped, _back)]
        said = Styled.join([title, *(line for part in parts for line in part), *figures])
        if len(said.text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
            break
    funnels = await _funnels(turn, among, {each.campaign for each in (*news.finished, *news.stopped)})
    await send_with_picture(turn, said, funnels, "digest.png", _steps(turn, news))


async def _figures(turn: Turn, among: Sequence[Campaign], *, monday: bool) -> list[Styled | str]:
    """The last seven days against those before; on Mondays what most needs to be done."""
    by_day = await days_of(turn, among, days_until(today(turn), 2 * DAYS + 1))
    lines = compared(turn, comparison(by_day, today(turn)))
    if not monday:
        return lines
    every = [each for campaign in among if (each := await advice_of(turn, campaign))]
    first = max(every, key=lambda each: each.found[0].people, default=None)
    if first is None:
        return lines
    named = turn.words.say("staff.digest.advice", title=campaign_title(turn, first.campaign, first.script))
    return [*lines, Styled.join([named, sentence(turn, first.found[0])], " ")]


# what happened


def _may_have_news(campaign: Campaign, now: int) -> bool:
    return not campaign.closed_ms or campaign.closed_ms > now - _OVER_FOR_MS


async def _news(turn: Turn, among: Sequence[Campaign], since_ms: int) -> _News:
    news = _News([], [], [])
    async for states in batches(turn.tools.store, [each.id for each in among]):
        for state in states:
            if since_ms < _ended_at(state) <= turn.now:
                (news.finished if state.phase == "completed" else news.stopped).append(state)
            if _can_be_won_back(state, turn):
                news.back.append(state)
    news.finished.sort(key=attrgetter("ended_ms", "interview"))
    news.stopped.sort(key=lambda state: (_ended_at(state), state.interview))
    news.back.sort(key=attrgetter("deadline_ms", "interview"))
    return news


def _ended_at(state: State) -> int:
    """When the candidate finished, or counted as stopped; 0: neither. A silence counts when it is reported."""
    match state.phase:
        case "completed" | "exited" | "lapsed":
            return state.ended_ms
        case "paused" if state.support is None:
            return state.away_ms + STALL_REPORT_MS
        case "unreachable":  # which may be noticed long after the last word, by a reminder
            return max(state.away_ms, state.last_ms, state.reminded_ms)
        case _:
            return 0


def _can_be_won_back(state: State, turn: Turn) -> bool:
    """They stopped, can be reached, and have not long to go on."""
    if state.phase not in ("paused", "exited") or not turn.now < state.deadline_ms <= turn.now + SOON_MS:
        return False
    return state.support is None and obstacle(state, turn.now, night=False) in ("", "lately", "answering")


# how it is said


async def _finished(turn: Turn, news: _News, most: int) -> list[Styled | str]:
    if not news.finished:
        return []
    names = [_short(named(turn, each)) for each in news.finished[: max(most, 1)]]
    left = len(news.finished) - len(names)
    more = turn.words.plain("staff.digest.more_names", n=left) if left else ""
    joint = turn.words.text("staff.list.joint").join(names)
    return [turn.words.say("staff.digest.finished", n=len(news.finished), names=joint, more=more)]


async def _stopped(turn: Turn, news: _News, most: int) -> list[Styled | str]:
    """Those come first who have come farthest."""
    if not news.stopped:
        return []
    ordered = sorted(news.stopped, key=lambda state: -done(state))
    rows = [_stopped_row(turn, each, await turn.tools.intake.script(each.script)) for each in ordered[:most]]
    head = turn.words.say("staff.digest.stopped", n=len(ordered))
    return [head, *rows, *_more(turn, len(ordered) - len(rows))]


def _stopped_row(turn: Turn, state: State, script: Script) -> str:
    step = script.steps[min(done(state), len(script.steps) - 1)]
    reason = why(turn, state, script)
    return turn.words.plain(
        "staff.digest.stopped.row",
        name=_short(named(turn, state)),
        state=state_name(turn, state),
        done=done(state),
        total=len(script.steps),
        stage=_short(script.stages[step.stage_index].title.in_(turn.language)),
        reason=turn.words.plain("staff.digest.stopped.reason", reason=reason) if reason else "",
    )


async def _back(turn: Turn, news: _News, most: int) -> list[Styled | str]:
    if not news.back:
        return []
    rows = [
        turn.words.plain(
            "staff.digest.back.row",
            name=_short(named(turn, each)),
            done=done(each),
            total=len((await turn.tools.intake.script(each.script)).steps),
            deadline=moment(turn, each.deadline_ms),
        )
        for each in news.back[:most]
    ]
    head = turn.words.say("staff.digest.back", n=len(news.back))
    return [head, *rows, *_more(turn, len(news.back) - len(rows))]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def _more(turn: Turn, left: int) -> list[Styled | str]:
    return [turn.words.say("staff.digest.more", n=left)] if left else []


def _steps(turn: Turn, news: _News) -> list[tuple[str, str]]:
    """What one would do next."""
    night = quiet(turn.now, turn.tools.zone)
    now = [each for each in news.back if not obstacle(each, turn.now, night=night)]
    steps = [
        (f"/remind {each.interview}", turn.words.plain("staff.digest.remind", name=_short(named(turn, each))))
        for each in now[:_MOST_REMINDERS]
    ]
    for states, wanted in ((news.stopped, "unfinished"), (news.finished, "undecided")):
        if states:
            line = f"/candidates {_most_often(states)} {wanted}"
            if line.isascii() and len(line) <= _LONGEST_BUTTON:
                steps.append((line, f"staff.choice.digest.{wanted}"))
    if news.stopped:
        steps.append((f"/exits {_most_often(news.stopped)}", "staff.choice.exits"))
    return steps


def _most_often(states: Sequence[State]) -> str:
    return Counter(sorted(each.campaign for each in states)).most_common(1)[0][0]


# the picture


async def _funnels(turn: Turn, among: Sequence[Campaign], with_news: set[str]) -> list[Funnel]:
    """A funnel for each script, its campaigns together; those with most people first."""
    counters = await counts_of(turn, among)
    by_script: dict[str, list[Campaign]] = {}
    for each in among:
        if counters[each.id]["interviews"] and (each.id in with_news or not each.closed_ms):
            by_script.setdefault(each.script_id, []).append(each)
    ordered = sorted(by_script.values(), key=lambda of: (-summed(counters, of)["interviews"], of[0].script_id))
    return [
        funnel
        for of in ordered[:MOST_FUNNELS]
        if (funnel := await _funnel(turn, of, summed(counters, of))) is not None
    ]


async def _funnel(turn: Turn, of: Sequence[Campaign], total: Counter[str]) -> Funnel | None:
    newest = max(of, key=attrgetter("opened_ms"))
    script = await turn.tools.store.directory.script(newest.script)
    if script is None:
        return None
    title, english = campaign_title(turn, newest, script), f"{newest.id} · {script.title.in_('en')}"
    if len(of) > 1:
        title, english = (
            words.plain("staff.digest.funnels", title=script.title.in_(words.language), n=len(of))
            for words in (turn.words, turn.tools.words["en"])
        )
    return drawn_as(title, english, steps_of(turn, script, total))
