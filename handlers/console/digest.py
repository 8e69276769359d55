"""The digest of a working day: who finished, who stopped where and why, who can still be won back, and a picture
of the funnel."""

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from conversation.decide.staff import obstacle
from conversation.script import Script
from conversation.state import State
from conversation.timing.schedule import STALL_REPORT_MS, quiet
from conversation.words import Styled
from handlers.actions.context import Tools
from handlers.charts import MOST_FUNNELS, Funnel, Label
from handlers.console.alerts import alerts
from handlers.console.candidate_search import campaigns
from handlers.console.commands.figures.advice import sentence
from handlers.console.commands.figures.funnels import drawn_as
from handlers.console.commands.figures.statistics import compared, subject_title
from handlers.console.commands.system.general import unit_title
from handlers.console.context import CommandContext, StaffInbound
from handlers.console.digest_times import Due, Place
from handlers.console.formatting import moment, named, state_name, why
from handlers.console.pictures import send_with_picture
from handlers.figures.periods import DAYS, days_until
from handlers.members import batches
from handlers.organisation.rights import READS
from handlers.organisation.state import Grant, Organisation, Person
from handlers.queries.advice import advice_on
from handlers.queries.funnels import funnel_steps
from handlers.queries.interviews import reason_left
from handlers.queries.selection import about, counts_of, days_of, script_of, summed, today
from handlers.queries.statistics import comparison
from storage.ports import Campaign

BY = "digest"
SOON_MS = 72 * 3600_000
MOST_ROWS = 6
MOST_CHARACTERS = 1_000
"""Longest text in UTF-16 code units. A picture's caption on Telegram has at most 1024."""
_OVER_FOR_MS = 30 * 86_400_000
"""How long after closing a campaign can still have news, in milliseconds."""
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


def digest_context(tools: Tools, organisation: Organisation, place: Place, due: Due) -> CommandContext:
    """Return a context for the digest, as if someone with the right to read the place's unit had asked for it."""
    reader = Person(BY, BY, place.language, (), (Grant("auditor", place.unit),))
    return CommandContext(tools, organisation, reader, StaffInbound(due.cause, place.address, place.address, ""))


async def compose(context: CommandContext, place: Place, due: Due) -> None:
    """Add the digest, if anything happened, and the alerts to the context. On Mondays the digest also says that
    nothing happened, which shows that it still works."""
    among = [each for each in await campaigns(context, context.scope(READS)) if _may_have_news(each, context.now)]
    await _digest(context, place, due, among)
    await alerts(context, among)


async def _digest(context: CommandContext, place: Place, due: Due, among: Sequence[Campaign]) -> None:
    news = await _news(context, among, due.since_ms)
    title = context.words.say(
        "staff.digest.title", unit=unit_title(context, place.unit), since=moment(context, due.since_ms)
    )
    if not news.any:
        if due.monday and among:
            context.send(
                Styled.join([title, context.words.say("staff.digest.nothing"), *await _back(context, news, 3)])
            )
        return
    said = title
    figures = await _figures(context, among, monday=due.monday)
    for most in (MOST_ROWS, 4, 3, 2, 1, 0):
        parts = [await part(context, news, most) for part in (_finished, _stopped, _back)]
        said = Styled.join([title, *(line for part in parts for line in part), *figures])
        if len(said.text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
            break
    funnels = await _funnels(context, among, {each.campaign for each in (*news.finished, *news.stopped)})
    await send_with_picture(context, said, funnels, "digest.png", _steps(context, news))


async def _figures(context: CommandContext, among: Sequence[Campaign], *, monday: bool) -> list[Styled | str]:
    """Compare the last seven days with those before. On Mondays, add the finding that concerns most people."""
    by_day = await days_of(context, among, days_until(today(context), 2 * DAYS + 1))
    lines = compared(context, comparison(by_day, today(context)))
    if not monday:
        return lines
    every = [each for campaign in among if (each := await advice_on(context, campaign))]
    first = max(every, key=lambda each: each.findings[0].people, default=None)
    if first is None:
        return lines
    named = context.words.say("staff.digest.advice", title=subject_title(context, first.subject))
    return [*lines, Styled.join([named, sentence(context, first.findings[0])], " ")]


# what happened


def _may_have_news(campaign: Campaign, now: int) -> bool:
    return not campaign.closed_ms or campaign.closed_ms > now - _OVER_FOR_MS


async def _news(context: CommandContext, among: Sequence[Campaign], since_ms: int) -> _News:
    news = _News([], [], [])
    async for states in batches(context.tools.store, [each.id for each in among]):
        for state in states:
            if since_ms < _ended_at(state) <= context.now:
                (news.finished if state.phase == "completed" else news.stopped).append(state)
            if _can_be_won_back(state, context):
                news.back.append(state)
    news.finished.sort(key=attrgetter("ended_ms", "interview"))
    news.stopped.sort(key=lambda state: (_ended_at(state), state.interview))
    news.back.sort(key=attrgetter("deadline_ms", "interview"))
    return news


def _ended_at(state: State) -> int:
    """Return when the candidate finished or counted as stopped (epoch milliseconds), or 0 if neither. A silence
    counts from when it is reported."""
    match state.phase:
        case "completed" | "exited" | "lapsed":
            return state.ended_ms
        case "paused" if state.support is None:
            return state.away_ms + STALL_REPORT_MS
        case "unreachable":  # a reminder may notice it long after the last word
            return max(state.away_ms, state.last_ms, state.reminded_ms)
        case _:
            return 0


def _can_be_won_back(state: State, context: CommandContext) -> bool:
    """Whether the candidate stopped, can be reminded now or soon, and has at most `SOON_MS` left to continue."""
    if state.phase not in ("paused", "exited") or not context.now < state.deadline_ms <= context.now + SOON_MS:
        return False
    return state.support is None and obstacle(state, context.now, night=False) in ("", "lately", "answering")


# the text


async def _finished(context: CommandContext, news: _News, most: int) -> list[Styled | str]:
    if not news.finished:
        return []
    names = [_short(named(context, each)) for each in news.finished[: max(most, 1)]]
    left = len(news.finished) - len(names)
    more = context.words.plain("staff.digest.more_names", n=left) if left else ""
    joint = context.words.text("staff.list.joint").join(names)
    return [context.words.say("staff.digest.finished", n=len(news.finished), names=joint, more=more)]


async def _stopped(context: CommandContext, news: _News, most: int) -> list[Styled | str]:
    """Return the lines about those who stopped, the ones with most answers first."""
    if not news.stopped:
        return []
    ordered = sorted(news.stopped, key=lambda state: -state.done)
    rows = [_stopped_row(context, each, await context.tools.intake.script(each.script)) for each in ordered[:most]]
    head = context.words.say("staff.digest.stopped", n=len(ordered))
    return [head, *rows, *_more(context, len(ordered) - len(rows))]


def _stopped_row(context: CommandContext, state: State, script: Script) -> str:
    step = script.steps[min(state.done, len(script.steps) - 1)]
    reason = why(context, reason_left(state, script))
    return context.words.plain(
        "staff.digest.stopped.row",
        name=_short(named(context, state)),
        state=state_name(context, state.phase),
        done=state.done,
        total=len(script.steps),
        stage=_short(script.stages[step.stage_index].title.in_(context.language)),
        reason=context.words.plain("staff.digest.stopped.reason", reason=reason) if reason else "",
    )


async def _back(context: CommandContext, news: _News, most: int) -> list[Styled | str]:
    if not news.back:
        return []
    rows = [
        context.words.plain(
            "staff.digest.back.row",
            name=_short(named(context, each)),
            done=each.done,
            total=len((await context.tools.intake.script(each.script)).steps),
            deadline=moment(context, each.deadline_ms),
        )
        for each in news.back[:most]
    ]
    head = context.words.say("staff.digest.back", n=len(news.back))
    return [head, *rows, *_more(context, len(news.back) - len(rows))]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def _more(context: CommandContext, left: int) -> list[Styled | str]:
    return [context.words.say("staff.digest.more", n=left)] if left else []


def _steps(context: CommandContext, news: _News) -> list[tuple[str, str]]:
    """Return buttons for likely next steps."""
    night = quiet(context.now, context.tools.zone)
    now = [each for each in news.back if not obstacle(each, context.now, night=night)]
    steps = [
        (
            f"/remind {each.interview}",
            context.words.plain("staff.digest.remind", name=_short(named(context, each))),
        )
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


async def _funnels(context: CommandContext, among: Sequence[Campaign], with_news: set[str]) -> list[Funnel]:
    """Return a funnel for each script, over all its campaigns, those with most people first."""
    counters = await counts_of(context, among)
    by_script: dict[str, list[Campaign]] = {}
    for each in among:
        if counters[each.id]["interviews"] and (each.id in with_news or not each.closed_ms):
            by_script.setdefault(each.script_id, []).append(each)
    ordered = sorted(by_script.values(), key=lambda of: (-summed(counters, of)["interviews"], of[0].script_id))
    return [
        funnel
        for of in ordered[:MOST_FUNNELS]
        if (funnel := await _funnel(context, of, summed(counters, of))) is not None
    ]


async def _funnel(context: CommandContext, of: Sequence[Campaign], total: Counter[str]) -> Funnel | None:
    newest = max(of, key=attrgetter("opened_ms"))
    script = await script_of(context, newest)
    if script is None:
        return None
    title = Label(subject_title(context, about(newest, script)), f"{newest.id} · {script.title.in_('en')}")
    if len(of) > 1:
        title = Label(
            *(
                words.plain("staff.digest.funnels", title=script.title.in_(words.language), n=len(of))
                for words in (context.words, context.tools.words["en"])
            )
        )
    return drawn_as(context, title, funnel_steps(script, total))
