"""`/compare`: candidates side by side, only on what was assessed for each, as a table and a picture."""

import re
from collections.abc import Iterable, Sequence
from functools import partial

from conversation.words import Styled, normal
from handlers.charts import LEAST_SPOKES, Bars, BarsRow, Label, Panel, Radar, Series
from handlers.competencies import CompetencyView, level_text
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Refusal, Usage
from handlers.console.formatting import named
from handlers.console.pictures import label, send_with_picture
from handlers.console.vocabulary import typed
from handlers.notices.next_steps import Step
from handlers.organisation.rights import READS
from handlers.queries.comparisons import (
    MOST_COMPARED,
    CompareCandidates,
    ComparedCandidate,
    ComparedRow,
    Comparison,
    LeftOut,
)

_BETWEEN = re.compile(r"[,;，、；]")
_HIGHEST = 5


async def compare(context: CommandContext, line: Line) -> None:
    """`/compare NAME|ID NAME|ID [NAME|ID …]` compares candidates, in the private chat. Names with spaces are in
    quotes, or separated by commas."""
    context.recorded = "/compare"
    names = _names(context, line)
    if len(names) < 2:
        raise Usage
    if len(names) > MOST_COMPARED:
        raise Refusal("staff.compare.number", most=MOST_COMPARED)
    for at, name in enumerate(names):
        state = await one(context, READS, name, partial(_line, names, at))
        names[at] = state.interview
    context.recorded = f"/compare {' '.join(names)}"
    if not context.private:
        context.say("staff.compare.apart", name=context.person.name)
        context.go_private()
    found = await CompareCandidates(tuple(names)).answer(context)
    said = Styled.join(list(_said(context, found)))
    await send_with_picture(context, said, _panel(context, found), "compare.png", _steps(context, found))


def _names(context: CommandContext, line: Line) -> list[str]:
    """Return the names: between commas if there are any, otherwise each word, without "and" and the like."""
    if _BETWEEN.search(line.rest):
        return [found for each in _BETWEEN.split(line.rest) if (found := each.strip(' "“”'))]
    between = typed(context, "staff.compare.word.and")
    return [each for each in line.arguments if normal(each) not in between]


def _line(names: Sequence[str], at: int, number: str) -> str:
    """Return the same command with the name at this place replaced by the candidate's id."""
    return f"/compare {', '.join([*names[:at], number, *names[at + 1 :]])}"


def _said(context: CommandContext, found: Comparison) -> Iterable[Styled | str]:
    say, joint = context.words.plain, context.words.text("staff.list.joint")
    names = [each.text for each in _called(context, found.candidates)]
    yield context.words.say("staff.compare.title", names=" · ".join(names))
    if found.shared is not None:
        titles = dict.fromkeys(each.title.in_(context.language) for each in found.candidates)
        shared = joint.join(each.in_(context.language) for each in found.shared)
        yield say("staff.compare.scripts", titles=joint.join(titles), shared=shared or say("staff.compare.no"))
    everybody = [each for each in found.rows if len(each.who) == len(names)]
    yield say("staff.compare.common" if everybody else "staff.compare.nothing_common")
    yield from (_row(context, names, each) for each in everybody)
    pairs = [each for each in found.rows if each not in everybody]
    if pairs:
        yield say("staff.compare.pairs")
        yield from (_row(context, names, each) for each in pairs)
    if found.left_out:
        yield context.words.say("staff.compare.left_out")
        yield from (_left_out(context, names, each) for each in found.left_out)
    for each in found.withheld:
        yield say("staff.compare.later", name=named(context, each))
    if found.rows:
        yield say("staff.compare.note")


def _row(context: CommandContext, names: Sequence[str], row: ComparedRow) -> Styled:
    levels = " · ".join(
        f"{names[at]} {level_text(context.words, level)}" for at, level in zip(row.who, row.levels, strict=True)
    )
    basis = context.words.plain(
        "staff.compare.questions" if row.same else "staff.compare.questions.own",
        assessed=row.levels[0].assessed,
        n=row.questions,
    )
    title = row.title.in_(context.language)
    return context.words.say("staff.compare.row", title=title, levels=levels, basis=basis)


def _left_out(context: CommandContext, names: Sequence[str], each: LeftOut) -> str:
    """Return why a competency is left out: for whom it was not assessed, or that no question was for all."""
    why = [
        f"{name} {context.words.text(f'staff.profile.blank.{reason}')}"
        for name, reason in zip(names, each.why, strict=True)
        if reason
    ]
    joint = context.words.text("staff.compare.joint")
    reasons = joint.join(why) or context.words.text("staff.compare.disjoint")
    return context.words.plain("staff.compare.left_out.row", title=each.title.in_(context.language), why=reasons)


def _panel(context: CommandContext, found: Comparison) -> list[Panel]:
    """Return the radar of what all have in common, bars if there is too little for one, or nothing."""
    rows = [each for each in found.rows if len(each.who) == len(found.candidates)]
    title, called = label(context, "staff.compare.picture"), _called(context, found.candidates)
    if len(rows) >= LEAST_SPOKES:
        spokes = tuple(Label(row.title.in_(context.language), row.title.in_("en")) for row in rows)
        series = tuple(Series(each, tuple(row.levels[at].level for row in rows)) for at, each in enumerate(called))
        return [Radar(title, spokes, series)]
    bars = [
        _bar(context, row, each, level) for row in rows for each, level in zip(called, row.levels, strict=True)
    ]
    return [Bars(title, tuple(bars), _HIGHEST)] if bars else []


def _bar(context: CommandContext, row: ComparedRow, name: Label, level: CompetencyView) -> BarsRow:
    both = (f"{name.text} · {row.title.in_(context.language)}", f"{name.english} · {row.title.in_('en')}")
    return BarsRow(Label(*both), level.level, level_text(context.words, level))


def _called(context: CommandContext, candidates: Sequence[ComparedCandidate]) -> list[Label]:
    """Return the candidates' names, each with the beginning of the id if another one is called the same. Where no
    font has a name's characters, that beginning takes its place."""
    names = [named(context, each) for each in candidates]
    numbers = [each.interview[:6].upper() for each in candidates]
    return [
        Label(f"{name} {number}" if names.count(name) > 1 else name, number)
        for name, number in zip(names, numbers, strict=True)
    ]


def _steps(context: CommandContext, found: Comparison) -> list[Step]:
    rate = context.words.text("staff.choice.rate")
    return [
        *(
            (f"/profile {each.interview}", name.text)
            for each, name in zip(found.candidates, _called(context, found.candidates), strict=True)
        ),
        *((f"/rate {each.interview}", f"{rate} {named(context, each)}") for each in found.withheld),
    ]


COMMANDS = (Command("compare", READS, compare, personal=True),)
