"""Where people stop, by one dimension: question, channel, device, script version, unit or hour of the day."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from conversation.script import Script
from conversation.words import Styled
from handlers.charts import Label, Panel
from handlers.console import pictures
from handlers.console.commands.figures.statistics import Chosen, counts_of, summed
from handlers.console.context import CommandContext
from handlers.figures.dimensions import HOURS, Dimension, Row, rows
from handlers.figures.rates import FEW
from handlers.organisation.state import ROOT
from storage.ports import Campaign

By = Dimension | Literal["unit"]
EVERY: tuple[By, ...] = ("question", "channel", "device", "hour", "version", "unit")
_ALSO: dict[str, By] = {
    "questions": "question",
    "题": "question",
    "题目": "question",
    "channels": "channel",
    "渠道": "channel",
    "devices": "device",
    "设备": "device",
    "hours": "hour",
    "时间": "hour",
    "时段": "hour",
    "versions": "version",
    "版本": "version",
    "units": "unit",
    "单位": "unit",
}
MOST_ROWS = 20
_PUNCTUATION = ".?!:;\u3002\uff1f\uff01\uff1a\uff1b\u2026"


def dimension(word: str) -> By | None:
    """Return the dimension of that name in either language, or None."""
    name = word.casefold()
    return _ALSO.get(name) or next((each for each in EVERY if each == name), None)


async def by(context: CommandContext, what: Chosen, dimension: By) -> None:
    """Answer with the breakdown as text, with intervals, and as a picture."""
    counters = await counts_of(context, what.campaigns)
    script = await _script(context, what.campaigns) if dimension == "question" else None
    if dimension == "unit":
        found = _units(what.campaigns, counters)
    else:
        found = rows(summed(counters, what.campaigns), dimension, script)
    title = context.words.say(f"staff.by.{dimension}", title=what.title)
    if not found:
        context.send(Styled.join([title, context.words.say("staff.by.nobody")]))
        return
    named = [(_label(context, dimension, each, script), each) for each in found[:MOST_ROWS]]
    said = [
        context.words.plain("staff.by.row", name=label.text, shown=_shown(context, row)) for label, row in named
    ]
    notes = [context.words.say(f"staff.by.note.{dimension}"), *_left_out(context, found)]
    text = Styled.join([Styled.join([title, *said]), Styled.join(notes)], "\n\n")
    heading = pictures.label(context, f"staff.by.picture.{dimension}")
    panels: list[Panel] = [pictures.shares(context, heading, named)]
    await pictures.send_with_picture(context, text, panels, f"by-{dimension}.png")


def _shown(context: CommandContext, row: Row) -> str:
    found = row.share
    if found is None:
        return context.words.plain("staff.by.few", few=FEW)
    return context.words.plain("staff.by.share", **found._asdict(), total=row.total)


def _left_out(context: CommandContext, found: Sequence[Row]) -> list[Styled]:
    left = len(found) - MOST_ROWS
    return [context.words.say("staff.by.more", n=left)] if left > 0 else []


async def _script(context: CommandContext, among: Sequence[Campaign]) -> Script | None:
    """Return the script that gives the order of questions: the first campaign's, or None if the campaigns have
    different scripts."""
    of_one = among and len({each.script_id for each in among}) == 1
    return await context.tools.store.directory.script(among[0].script) if of_one else None


def _units(among: Sequence[Campaign], counters: dict[str, Counter[str]]) -> list[Row]:
    by_unit: dict[str, list[int]] = {}
    for each in among:
        stopped, over = (
            sum(n for name, n in counters[each.id].items() if name.startswith(prefix))
            for prefix in ("stop.ch:", "done.ch:")
        )
        numbers = by_unit.setdefault(each.unit, [0, 0])
        numbers[0] += stopped
        numbers[1] += stopped + over
    found = [Row(unit, stopped, total) for unit, (stopped, total) in by_unit.items() if total]
    return sorted(found, key=lambda row: (-row.total, row.name))


def _label(context: CommandContext, dimension: By, row: Row, script: Script | None) -> Label:
    match dimension:
        case "question":
            return _question(context, row.name, script)
        case "channel":
            return Label(channel_name(context, row.name), channel_name(context, row.name, "en"))
        case "device":
            return pictures.label(context, f"staff.by.device.{row.name}")
        case "hour":
            hours = f"{row.name}–{int(row.name) + HOURS:02d}"
            return Label(hours, hours)
        case "version":
            return Label(row.name[:8], row.name[:8])
        case "unit":
            return (
                pictures.label(context, "staff.stats.no_unit") if row.name == ROOT else Label(row.name, row.name)
            )


def channel_name(context: CommandContext, channel: str, language: str = "") -> str:
    """Return what a channel is called, or its id if it has no name. The default language is the person's."""
    try:
        return context.tools.candidate_words[language or context.language].text(f"channel.{channel}")
    except KeyError:
        return channel


def _question(context: CommandContext, name: str, script: Script | None) -> Label:
    """Return a question's number and first words, or its id if it is not asked any more."""
    for number, step in enumerate(script.steps if script else (), start=1):
        if step.question.id == name:
            ask = step.question.ask
            return Label(f"{number}. {_begin(ask.in_(context.language))}", f"{number}. {_begin(ask.in_('en'))}")
    return Label(name, name)


def _begin(text: str) -> str:
    line = " ".join(text.split()).rstrip(_PUNCTUATION)
    return line if len(line) <= 24 else f"{line[:23]}…"
