"""Where people stop, by one dimension: question, channel, device, script version, unit or hour of the day."""

from conversation.words import Styled
from handlers.charts import Label, Panel
from handlers.console import pictures
from handlers.console.commands.figures.statistics import subject_title
from handlers.console.context import CommandContext
from handlers.console.definitions import Figure, definitions
from handlers.figures.dimensions import HOURS
from handlers.figures.rates import Share
from handlers.organisation.state import ROOT
from handlers.queries.figures.breakdowns import BreakdownRow, By, ShowBreakdown

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
_DEFINED: dict[By, tuple[Figure, ...]] = {"question": ("interruptions", "lost"), "hour": ("interruptions", "hour")}
MOST_ROWS = 20
_PUNCTUATION = ".?!:;\u3002\uff1f\uff01\uff1a\uff1b\u2026"


def dimension(word: str) -> By | None:
    """Return the dimension of that name in either language, or None."""
    name = word.casefold()
    return _ALSO.get(name) or next((each for each in EVERY if each == name), None)


async def breakdown(context: CommandContext, of: str, by: By) -> None:
    """Answer with the breakdown as text, with intervals, and as a picture."""
    found = await ShowBreakdown(by, of).answer(context)
    title = context.words.say(f"staff.by.{by}", title=subject_title(context, found.subject))
    if not found.rows:
        context.send(Styled.join([title, context.words.say("staff.by.nobody")]))
        return
    named = [(_label(context, by, each), each) for each in found.rows[:MOST_ROWS]]
    said = [
        context.words.plain("staff.by.row", name=label.text, shown=_shown(context, row)) for label, row in named
    ]
    notes = [context.words.say(f"staff.by.note.{by}")]
    if len(found.rows) > MOST_ROWS:
        notes.append(context.words.say("staff.by.more", n=len(found.rows) - MOST_ROWS))
    notes.append(definitions(context.words, _DEFINED.get(by, ("ended", "over", "stopped"))))
    text = Styled.join([Styled.join([title, *said]), Styled.join(notes)], "\n\n")
    heading = pictures.label(context, f"staff.by.picture.{by}")
    shares = [(each, row.share, _shown(context, row)) for each, row in named]
    panels: list[Panel] = [pictures.shares(heading, shares)]
    await pictures.send_with_picture(context, text, panels, f"by-{by}.png")


def _shown(context: CommandContext, row: BreakdownRow) -> str:
    return share_text(context, row.stopped, row.total, row.share)


def share_text(context: CommandContext, number: int | None, total: int | None, share: Share | None) -> str:
    """Return a share with its interval and numbers, the numbers alone if there are too few people for a share, or
    that they are suppressed (None)."""
    if number is None or total is None:
        return context.words.text("staff.by.few")
    if share is None:
        return context.words.plain("staff.by.number", stopped=number, total=total)
    return context.words.plain("staff.by.share", **share._asdict(), stopped=number, total=total)


def _label(context: CommandContext, by: By, row: BreakdownRow) -> Label:
    name = row.name
    match by:
        case "question" if row.number:
            asked = (f"{row.number}. {_begin(row.ask.in_(language))}" for language in (context.language, "en"))
            return Label(*asked)
        case "channel":
            return Label(channel_name(context, name), channel_name(context, name, "en"))
        case "device":
            return pictures.label(context, f"staff.by.device.{name}")
        case "hour":
            name = f"{name}–{int(name) + HOURS:02d}"
        case "version":
            name = name[:8]
        case "unit" if name == ROOT:
            return pictures.label(context, "staff.stats.no_unit")
        case "unit":
            name = context.organisation.unit_title(name)
        case _:
            pass
    return Label(name, name)


def channel_name(context: CommandContext, channel: str, language: str = "") -> str:
    """Return what a channel is called, or its id if it has no name. The default language is the person's."""
    try:
        return context.tools.candidate_words[language or context.language].text(f"channel.{channel}")
    except KeyError:
        return channel


def _begin(text: str) -> str:
    line = " ".join(text.split()).rstrip(_PUNCTUATION)
    return line if len(line) <= 24 else f"{line[:23]}…"
