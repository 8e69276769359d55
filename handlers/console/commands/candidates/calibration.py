"""`/calibrate`: colleagues rate the script's sample answers blind, compare what they gave, and note their talk."""

from collections.abc import Iterator

from conversation.question_kinds.base import shortened
from conversation.views.ratings import SCORES
from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.calibration import (
    MOST_NOTE,
    CalibrationPreview,
    CalibrationShown,
    CalibrationStarted,
    NoteCalibration,
    OpenCalibration,
    RateSample,
    SampleScored,
    StartCalibration,
)
from handlers.actions.targets import campaign_of
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.candidates.blind_ratings import read_mark
from handlers.console.commands.candidates.reports import pack
from handlers.console.commands.system.general import offered
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.rating_tables import mark, rater_name, rubric_lines
from handlers.console.vocabulary import meant
from handlers.organisation.rights import LEADS, READS
from handlers.organisation.state import NOT_RATED
from handlers.queries.calibration import (
    CalibrationComparison,
    SampleComparison,
    SampleQueue,
    SampleToRate,
    ShowCalibration,
    ShowSample,
)
from handlers.rounding import rounded

_WORDS = ("results", "again", "note")
_MOST_ASKED, _MOST_OF_SAMPLE = 30, 60


async def calibrate(context: CommandContext, line: Line) -> Action | None:
    """`/calibrate CAMPAIGN [ITEM [1-5|skip|later]]` shows a sample answer or rates it, and then the comparison.
    `… results` opens the comparison, `… again` begins a new round, `… note TEXT` notes the talk about it."""
    if not line.arguments:
        raise Usage
    name, *words = line.arguments
    context.recorded = "/calibrate"  # what is no campaign may be anything
    campaign = (await campaign_of(context, name, READS)).id
    context.recorded = f"/calibrate {campaign}"
    if not context.private:
        context.say("staff.calibrate.apart", name=context.person.name)
        context.go_private()
    word = meant(context, words[0], _WORDS, "staff.calibrate.word") if words else None
    match word:
        case "note":
            return _note(context, campaign, line)
        case "again" if not context.scope(LEADS):
            raise Refusal("staff.calibrate.leads")
        case "again":
            return StartCalibration(campaign)
        case "results":
            return await _results(context, campaign)
        case _:
            return await _sample(context, campaign, words)


def _note(context: CommandContext, campaign: str, line: Line) -> NoteCalibration:
    _, _, rest = line.rest.partition(" ")
    _, _, text = rest.strip().partition(" ")
    if not text.strip():
        raise Usage
    if len(text) > MOST_NOTE:
        raise Refusal("staff.note.length", most=MOST_NOTE)
    context.recorded = f"/calibrate {campaign} note"
    return NoteCalibration(campaign, text)


async def _results(context: CommandContext, campaign: str) -> Action | None:
    """Show the comparison if it is open to the person. A lead may open it."""
    found = await ShowCalibration(campaign).answer(context)
    if found.open or not found.raters or not context.scope(LEADS):
        _compare(context, found)
        return None
    return OpenCalibration(campaign)


async def _sample(context: CommandContext, campaign: str, words: list[str]) -> Action | None:
    given = read_mark(context, words[1]) if len(words) > 1 else ""
    if len(words) > 2 or (len(words) > 1 and not given):
        raise Usage
    if given and given != "later":
        return RateSample(campaign, words[0], int(given) if given.isdecimal() else None)
    item, after = (words[0], "") if words and not given else ("", words[0] if words else "")
    if context.scope(ShowSample.roles):
        await _show(context, await ShowSample(campaign, item, after).answer(context))
    else:
        _compare(context, await ShowCalibration(campaign).answer(context))
    return None


# one sample


async def _rated(context: CommandContext, result: SampleScored) -> None:
    queue = await ShowSample(result.campaign, after=result.item).answer(context)
    await _show(context, queue, context.words.say("staff.blind.done", score=mark(context, result.score), note=""))


async def _show(context: CommandContext, queue: SampleQueue, receipt: Styled | None = None) -> None:
    before = [receipt] if receipt else []
    if queue.sample is None:
        _compare(context, await ShowCalibration(queue.campaign).answer(context), before)
        return
    sample, say = queue.sample, context.words.say
    title = say("staff.calibrate.title", campaign=queue.campaign, at=sample.position, total=queue.total)
    body = Styled.join(
        [
            say("staff.blind.ask", ask=sample.ask.in_(context.language).strip()),
            context.words.plain("staff.report.said", text=sample.text.in_(context.language)),
        ]
    )
    foot = [*rubric_lines(context, sample.rubric)]
    if queue.rated == 0:
        foot.append(context.words.text("staff.calibrate.about"))
    *messages, last = pack([*before, title, body, Styled.join(foot)])
    for message in messages:
        context.send(message)
    context.send(last, _choices(context, queue.campaign, sample))


def _choices(context: CommandContext, campaign: str, sample: SampleToRate) -> list[tuple[str, str]]:
    line = f"/calibrate {campaign} {sample.item}"
    own = "" if sample.own == NOT_RATED else sample.own
    skip = context.words.text("staff.choice.rate.skip")
    marks = [*((str(each), str(each), str(each)) for each in SCORES), ("skip", skip, "-")]
    choices = [(f"{line} {word}", f"{label} ✓" if own == sign else label) for word, label, sign in marks]
    choices.append((f"{line} later", "staff.blind.choice.later"))
    if sample.previous:
        choices.append((f"/calibrate {campaign} {sample.previous}", "staff.blind.choice.back"))
    return [(button(context, typed_), label) for typed_, label in choices]


# the comparison


def _compare(context: CommandContext, found: CalibrationComparison, before: list[Styled] | None = None) -> None:
    title = context.words.say("staff.calibrate.results", campaign=found.campaign)
    blocks = [Styled.join([title, *_raters(context, found)])]
    blocks += (_row(context, each) for each in found.samples)
    notes = [
        context.words.plain("staff.calibrate.talk", name=rater_name(context, each.by), text=each.text)
        for each in found.notes
    ]
    blocks += [Styled.join(notes)] if notes else []
    blocks.append(Styled.join(_hints(context, found)))
    *messages, last = pack([*(before or []), *blocks])
    for message in messages:
        context.send(message)
    again = (button(context, f"/calibrate {found.campaign} again"), "staff.calibrate.choice.again")
    results = (button(context, f"/calibrate {found.campaign} results"), "staff.calibrate.choice.results")
    context.send(last, offered(context, again if found.open else results) if context.scope(LEADS) else [])


def _raters(context: CommandContext, found: CalibrationComparison) -> Iterator[str]:
    if not found.raters:
        yield context.words.text("staff.calibrate.nobody.yet")
    for each in found.raters:
        key = "staff.calibrate.rater" if each.departure is None else "staff.calibrate.rater.departure"
        departure = f"{rounded(each.departure, 1):+.1f}" if each.departure else "0"
        yield context.words.plain(key, name=rater_name(context, each.by), n=each.given, departure=departure)


def _row(context: CommandContext, row: SampleComparison) -> Styled:
    say = context.words.plain
    marks = " · ".join(
        say("staff.scores.mark", name=rater_name(context, each.by), score=mark(context, each.score))
        for each in row.marks
    )
    apart = say("staff.scores.spread", points=row.spread) if row.spread else ""
    head = context.words.say(
        "staff.calibrate.row",
        number=row.number,
        ask=shortened(row.ask.in_(context.language), _MOST_ASKED),
        level=row.level,
    )
    text = shortened(row.text.in_(context.language), _MOST_OF_SAMPLE)
    return Styled.join([head, text, f"→ {marks}{apart}"])


def _hints(context: CommandContext, found: CalibrationComparison) -> Iterator[str]:
    say = context.words.plain
    yield say("staff.calibrate.hint" if found.open else "staff.calibrate.closed", campaign=found.campaign)
    if found.outdated:
        yield say("staff.calibrate.outdated", campaign=found.campaign)


# the round


async def _preview(context: CommandContext, preview: CalibrationPreview) -> Styled:
    return context.words.say("staff.calibrate.preview", begun=preview.begun, finished=preview.finished)


async def _preview_again(context: CommandContext, preview: CalibrationPreview) -> Styled:
    return context.words.say("staff.calibrate.preview.again", begun=preview.begun, finished=preview.finished)


async def _opened(context: CommandContext, result: CalibrationShown) -> None:
    _compare(context, await ShowCalibration(result.campaign).answer(context))


async def _started(context: CommandContext, result: CalibrationStarted) -> None:
    rate = (button(context, f"/calibrate {result.campaign}"), "staff.calibrate.choice.rate")
    context.say("staff.calibrate.started", (rate,), campaign=result.campaign, n=result.samples)


COMMANDS = (Command("calibrate", READS, calibrate),)
FORMS: Forms = {
    RateSample: Form(_rated),
    OpenCalibration: Form(_opened, _preview),
    StartCalibration: Form(_started, _preview_again),
    NoteCalibration: Form(_opened),
}
