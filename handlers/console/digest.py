"""The digest of a working day: who finished, who stopped where and why, who can still be won back, and a picture
of the funnel."""

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from conversation.words import Styled
from handlers.actions.context import Tools
from handlers.charts import MOST_FUNNELS, Funnel, Label
from handlers.console.alerts import alerts
from handlers.console.commands.candidates.candidates import happened_in
from handlers.console.commands.figures.advice import sentence
from handlers.console.commands.figures.funnels import drawn_as
from handlers.console.commands.figures.statistics import compared, subject_title
from handlers.console.commands.system.general import unit_title
from handlers.console.context import CommandContext, StaffInbound
from handlers.console.digest_times import DigestPlace, Due
from handlers.console.formatting import day, moment, named, state_name, why
from handlers.console.pictures import send_with_picture
from handlers.figures.periods import DAYS, days_until
from handlers.organisation.state import Grant, Organisation, Person
from handlers.queries.figures.advice import advice_on
from handlers.queries.figures.funnels import funnel_steps
from handlers.queries.figures.statistics import comparison
from handlers.queries.news import News, NewsRow, ShowNews, Span, campaigns_with_news
from handlers.queries.promises import Promises, ShowPromises
from handlers.queries.selection import about, counts_of, days_of, script_of, summed, today
from storage.ports import Campaign

BY = "digest"
MOST_ROWS = 6
MOST_CHARACTERS = 1_000
"""Longest text in UTF-16 code units. A picture's caption on Telegram has at most 1024."""
_MOST_REMINDERS = 2
_MOST_PROMISED = 4
_LONGEST_BUTTON = 40
_LONGEST_NAME = 24


def digest_context(tools: Tools, organisation: Organisation, place: DigestPlace, due: Due) -> CommandContext:
    """Return a context for the digest, as if someone who may read the place's unit had asked for it in a group."""
    reader = Person(BY, BY, place.language, (), (Grant("auditor", place.unit),))
    context = CommandContext(
        tools, organisation, reader, StaffInbound(due.cause, place.address, place.address, "")
    )
    context.private = False
    return context


async def compose(context: CommandContext, place: DigestPlace, due: Due) -> None:
    """Add the digest, if anything happened, and the alerts to the context. On Mondays the digest also says that
    nothing happened, which shows that it still works."""
    among = await campaigns_with_news(context)
    await _digest(context, place, due, among)
    await alerts(context, among)


async def _digest(context: CommandContext, place: DigestPlace, due: Due, among: Sequence[Campaign]) -> None:
    news = await ShowNews(due.since_ms).answer(context)
    title = context.words.say(
        "staff.digest.title", unit=unit_title(context, place.unit), since=moment(context, due.since_ms)
    )
    promised = _promised(context, await ShowPromises().answer(context))
    if not (news.finished or news.stopped):
        nothing = [context.words.say("staff.digest.nothing")] if due.monday and among else []
        if nothing or promised:
            back = _back(context, news, 3) if nothing else []
            context.send(Styled.join([title, *nothing, *promised, *back]), _promise_steps(promised))
        return
    said = title
    figures = await _figures(context, among, monday=due.monday)
    for most in (MOST_ROWS, 4, 3, 2, 1, 0):
        parts = [part(context, news, most) for part in (_finished, _stopped, _back)]
        said = Styled.join([title, *promised, *(line for part in parts for line in part), *figures])
        if len(said.text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
            break
    funnels = await _funnels(context, among, {each.campaign for each in (*news.finished, *news.stopped)})
    await send_with_picture(
        context, said, funnels, "digest.png", _steps(context, news, Span.between(due.since_ms, context.now))
    )


async def _figures(context: CommandContext, among: Sequence[Campaign], *, monday: bool) -> list[Styled | str]:
    """Compare the last seven days with those before. On Mondays, add the finding that concerns most people."""
    by_day = await days_of(context, among, days_until(today(context), 2 * DAYS + 1))
    lines = compared(context, comparison(by_day, today(context), exact=True))
    if not monday:
        return lines
    every = [each for campaign in among if (each := await advice_on(context, campaign))]
    first = max(every, key=lambda each: each.findings[0].people, default=None)
    if first is None:
        return lines
    named = context.words.say("staff.digest.advice", title=subject_title(context, first.subject))
    return [*lines, Styled.join([named, sentence(context, first.findings[0])], " ")]


# the text


def _finished(context: CommandContext, news: News, most: int) -> list[Styled | str]:
    if not news.finished:
        return []
    names = [_short(named(context, each)) for each in news.finished[: max(most, 1)]]
    left = len(news.finished) - len(names)
    more = context.words.plain("staff.digest.more_names", n=left) if left else ""
    joint = context.words.text("staff.list.joint").join(names)
    return [context.words.say("staff.digest.finished", n=len(news.finished), names=joint, more=more)]


def _promised(context: CommandContext, promises: Promises) -> list[Styled | str]:
    """Return who has to be told the result by the next working day, and who waits past the promised day."""
    lines: list[Styled | str] = []
    for kind, rows in (("late", promises.late), ("soon", promises.soon)):
        if rows:
            names = [
                context.words.plain(
                    "staff.digest.promised.one", name=_short(named(context, each)), day=day(context, each.due_ms)
                )
                for each in rows[:_MOST_PROMISED]
            ]
            left = len(rows) - len(names)
            more = context.words.plain("staff.digest.more_names", n=left) if left else ""
            joint = context.words.text("staff.list.joint").join(names)
            lines.append(context.words.say(f"staff.digest.promised.{kind}", n=len(rows), names=joint, more=more))
    return lines


def _promise_steps(promised: Sequence[object]) -> list[tuple[str, str]]:
    return [("/inbox", "staff.many.choice.inbox")] if promised else []


def _stopped(context: CommandContext, news: News, most: int) -> list[Styled | str]:
    """Return the lines about those who stopped, the ones with most answers first."""
    if not news.stopped:
        return []
    ordered = sorted(news.stopped, key=lambda each: -each.done)
    rows = [_stopped_row(context, each) for each in ordered[:most]]
    head = context.words.say("staff.digest.stopped", n=len(ordered))
    return [head, *rows, *_more(context, len(ordered) - len(rows))]


def _stopped_row(context: CommandContext, each: NewsRow) -> str:
    reason = why(context, each.reason)
    return context.words.plain(
        "staff.digest.stopped.row",
        name=_short(named(context, each)),
        state=state_name(context, each.phase),
        done=each.done,
        total=each.total,
        stage=_short(each.stage.in_(context.language)),
        reason=context.words.plain("staff.digest.stopped.reason", reason=reason) if reason else "",
    )


def _back(context: CommandContext, news: News, most: int) -> list[Styled | str]:
    if not news.back:
        return []
    rows = [
        context.words.plain(
            "staff.digest.back.row",
            name=_short(named(context, each)),
            done=each.done,
            total=each.total,
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


def _steps(context: CommandContext, news: News, span: Span) -> list[tuple[str, str]]:
    """Return buttons for likely next steps. Lists show exactly those whom the digest counts."""
    when = happened_in(span)
    now = [each for each in news.back if each.remindable]
    steps = [
        (
            f"/remind {each.interview}",
            context.words.plain("staff.digest.remind", name=_short(named(context, each))),
        )
        for each in now[:_MOST_REMINDERS]
    ]
    for states, wanted in ((news.stopped, "unfinished"), (news.finished, "completed")):
        if states:
            line = f"/candidates {wanted} {when}"
            if line.isascii() and len(line) <= _LONGEST_BUTTON:
                steps.append((line, context.words.plain(f"staff.choice.digest.{wanted}", n=len(states))))
    if news.stopped:
        campaigns = {each.campaign for each in news.stopped}
        line = f"/exits {campaigns.pop()}" if len(campaigns) == 1 else "/exits"
        steps.append((line, "staff.choice.exits"))
    return steps


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
    return drawn_as(context, title, funnel_steps(script, total, exact=True))
