"""`/ranking`: a campaign's candidates in the order of people's scores."""

from collections.abc import Iterable

from conversation.views.ratings import AUTOMATIC
from conversation.words import Styled
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.system.general import offered
from handlers.console.context import Command, CommandContext, Usage
from handlers.console.formatting import named, state_name
from handlers.organisation.rights import READS
from handlers.queries.base import page_of
from handlers.queries.rankings import Ranked, Ranking, ShowRanking
from handlers.rounding import percent, score_text

_PAGE = 15
_BUTTONS = 5
_COMPARED = 3
_BEGINNING = 8
"""How many digits of an id name a candidate on a button, which has room for no more."""


async def ranking(context: CommandContext, line: Line) -> None:
    """`/ranking CAMPAIGN [PAGE]` ranks a campaign's candidates by people's scores, in the private chat."""
    if not line.arguments or len(line.arguments) > 2:
        raise Usage
    if not context.private:
        context.say("staff.ranking.apart", name=context.person.name)
        context.go_private()
    wanted = int(line.arguments[1]) if line.arguments[1:] and line.arguments[1].isdecimal() else 1
    found = await ShowRanking(line.arguments[0]).answer(context)
    shown, page, pages = page_of(found.candidates, wanted, _PAGE)
    title = found.title.in_(context.language)
    parts: list[Styled | str] = [context.words.say("staff.ranking.title", campaign=found.campaign, title=title)]
    if not found.candidates and not found.withheld:
        parts.append(context.words.plain("staff.ranking.none"))
    parts += _rows(context, shown)
    parts += _rest(context, found)
    ways = [
        (button(context, f"/ranking {found.campaign} {other}"), label)
        for other, label in ((page - 1, "staff.choice.previous"), (page + 1, "staff.choice.next"))
        if 1 <= other <= pages
    ]
    people = [(f"/candidate {each.interview}", named(context, each)) for each in shown[:_BUTTONS]]
    first = [each.interview[:_BEGINNING] for each in shown[:_COMPARED]]
    side = context.words.plain("staff.ranking.choice.compare", n=len(first))
    ways += [(f"/compare {' '.join(first)}", side)] if page == 1 and len(first) > 1 else []
    rate = ("/inbox rate", "staff.ranking.choice.rate")
    inbox = offered(context, rate) if found.withheld or found.unrated else []
    several = any(each.raters > 1 for each in found.candidates)
    agreement = [(button(context, f"/agreement {found.campaign}"), "staff.agreement.choice")] if several else []
    context.send(Styled.join(parts), (*people, *ways, *agreement, *inbox))


def _rows(context: CommandContext, shown: Iterable[Ranked]) -> Iterable[Styled | str]:
    in_part = False
    for each in shown:
        if not each.place and not in_part:
            in_part = True
            yield context.words.say("staff.ranking.part")
        yield _row(context, each)


def _row(context: CommandContext, each: Ranked) -> Styled:
    more = (
        [context.words.plain("staff.ranking.coverage", percent=percent(each.coverage, 1))]
        if not each.place
        else []
    )
    more.append(context.words.plain("staff.ranking.raters", n=each.raters))
    if each.automatic:
        more.append(context.words.plain("staff.ranking.automatic", n=each.automatic))
    if each.phase != "completed":
        more.append(state_name(context, each.phase))
    if each.decision:
        more.append(context.words.text(f"staff.decision.{each.decision}"))
    return context.words.say(
        "staff.ranking.row",
        place=f"{each.place}." if each.place else "·",
        name=named(context, each),
        score=score_text(each.score),
        more=" · ".join(more),
    )


def _rest(context: CommandContext, found: Ranking) -> Iterable[str]:
    say = context.words.plain
    if found.unrated:
        yield say("staff.ranking.unrated", n=found.unrated)
    if found.withheld:
        yield say("staff.ranking.withheld", n=found.withheld)
    if not found.complete:
        yield context.words.plain("staff.candidates.more")
    if any(each.automatic for each in found.candidates):
        yield say("staff.ranking.note.automatic", best=AUTOMATIC[True], least=AUTOMATIC[False])
    if found.candidates:
        yield say("staff.ranking.note")


COMMANDS = (Command("ranking", READS, ranking),)
