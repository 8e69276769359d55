"""`/blind`: rating all candidates' answers to one question, without knowing whose they are."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from conversation.question_kinds.base import shortened
from conversation.views.ratings import SCORES
from conversation.words import Styled, normal
from handlers.actions.base import Action
from handlers.actions.blind_ratings import BlindlyRated, RateBlind
from handlers.actions.ratings import MOST_NOTE
from handlers.actions.targets import campaign_of
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.candidates.reports import follow_up_lines, pack
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import quoted
from handlers.console.rating_tables import mark, rubric_lines
from handlers.console.vocabulary import typed
from handlers.masking import MASK
from handlers.organisation.rights import HIRES
from handlers.queries.blind_ratings import (
    BlindAnswer,
    BlindPart,
    BlindQuestions,
    BlindQueue,
    ShowBlindAnswer,
    ShowBlindQuestions,
)

_MOST_ASKED = 40
_BUTTONS = 8


class _Wanted(NamedTuple):
    """The parsed arguments. `number` is the question's, from 1, or 0; `mark` is "1" to "5", "skip" (it cannot be
    assessed), "later", or empty."""

    campaign: str
    number: int = 0
    item: str = ""
    mark: str = ""
    note: str = ""

    @property
    def score(self) -> int | None:
        return int(self.mark) if self.mark.isdecimal() else None


async def blind(context: CommandContext, line: Line) -> Action | None:
    """`/blind CAMPAIGN` lists the questions. `/blind CAMPAIGN QUESTION [ITEM [1-5|skip|later [NOTE]]]` shows an
    answer, rates it or goes on to the next one. Always in the private chat."""
    context.recorded = "/blind"  # neither notes nor what is no campaign belong into the organisation's record
    wanted = _read(context, line.arguments)
    campaign = await campaign_of(context, wanted.campaign, HIRES)
    context.recorded = f"/blind {campaign.id} {wanted.number or ''}".strip()
    if not context.private:
        context.say("staff.blind.apart", name=context.person.name)
        context.go_private()
    if not wanted.number:
        _overview(context, await ShowBlindQuestions(campaign.id).answer(context))
        return None
    steps = (await context.tools.intake.script(campaign.script)).steps
    if wanted.number > len(steps):
        raise Refusal("staff.rate.no_question", total=len(steps))
    question = steps[wanted.number - 1].question.id
    if wanted.mark and wanted.mark != "later":
        return RateBlind(campaign.id, question, wanted.item, score=wanted.score, note=wanted.note)
    after = wanted.item if wanted.mark == "later" else ""
    item = "" if after else wanted.item
    queue = await ShowBlindAnswer(campaign.id, question, item, after).answer(context)
    await _show(context, queue)
    return None


def _read(context: CommandContext, arguments: tuple[str, ...]) -> _Wanted:
    """Parse the arguments. Raises Usage."""
    if not arguments:
        raise Usage
    campaign, *words = arguments
    if not words:
        return _Wanted(campaign)
    number = unicodedata.normalize("NFKC", words[0])
    if not (number.isascii() and number.isdecimal() and len(number) <= 3 and int(number)):
        raise Usage
    wanted = _Wanted(campaign, int(number), *words[1:2])
    if len(words) < 3:
        return wanted
    given, note = read_mark(context, words[2]), " ".join(words[3:])
    if not given:
        raise Usage
    if len(note) > MOST_NOTE:
        raise Refusal("staff.rate.note", most=MOST_NOTE)
    return wanted._replace(mark=given, note=note)


def read_mark(context: CommandContext, word: str) -> str:
    """Return "1" to "5", "skip" or "later" for a word, or an empty string if it is none of them."""
    plain = unicodedata.normalize("NFKC", word)
    if plain in map(str, SCORES):
        return plain
    if normal(word) in typed(context, "staff.rate.word.skip"):
        return "skip"
    return "later" if normal(word) in typed(context, "staff.blind.word.later") else ""


# the questions


def _overview(context: CommandContext, found: BlindQuestions) -> None:
    say = context.words.plain
    lines: list[Styled | str] = [
        context.words.say("staff.blind.title", campaign=found.campaign, title=found.title.in_(context.language)),
        say("staff.blind.about"),
    ]
    lines += (
        say(
            "staff.blind.question",
            number=each.number,
            ask=shortened(each.ask.in_(context.language), _MOST_ASKED),
            waiting=each.waiting,
            rated=each.rated,
        )
        for each in found.questions
    )
    if not found.complete:
        lines.append(say("staff.candidates.more"))
    if not any(each.waiting for each in found.questions):
        lines.append(say("staff.blind.none"))
    context.send(Styled.join(lines), list(_others(context, found, 0))[:_BUTTONS])


def _others(context: CommandContext, found: BlindQuestions, but: int) -> Iterator[tuple[str, str]]:
    """Yield a button for each question with answers that wait, except for number `but`."""
    for each in found.questions:
        if each.waiting and each.number != but:
            label = context.words.plain("staff.blind.choice.question", number=each.number, n=each.waiting)
            yield button(context, f"/blind {found.campaign} {each.number}"), label


# one answer


async def _rated(context: CommandContext, result: BlindlyRated) -> None:
    queue = await ShowBlindAnswer(result.campaign, result.question, after=result.item).answer(context)
    given = mark(context, result.score)
    receipt = context.words.say("staff.blind.done", score=given, note=quoted(context, result.note))
    await _show(context, queue, receipt)


async def _show(context: CommandContext, queue: BlindQueue, receipt: Styled | None = None) -> None:
    """Show the answer, or say that there is none and offer the other questions. `receipt` is put before."""
    before = [receipt] if receipt else []
    if queue.answer is None:
        found = await ShowBlindQuestions(queue.campaign).answer(context)
        over = context.words.say("staff.blind.over", number=queue.number, rated=queue.rated)
        others = list(_others(context, found, queue.number))[:_BUTTONS]
        context.send(Styled.join([*before, over], "\n\n"), others)
        return
    answer = queue.answer
    title = context.words.say(
        "staff.blind.answer.title", number=queue.number, at=answer.position, total=answer.total
    )
    body = Styled.join(
        [context.words.say("staff.blind.ask", ask=_ask(context, answer)), *said_lines(context, answer)]
    )
    foot = Styled.join([*_foot(context, queue, answer)])
    *messages, last = pack([*before, title, body, foot])
    for message in messages:
        context.send(message)
    context.send(last, _choices(context, queue, answer))


def _ask(context: CommandContext, answer: BlindAnswer) -> str:
    return answer.ask.in_(context.language).strip()


def said_lines(context: CommandContext, answer: BlindAnswer) -> Iterable[str]:
    """Yield the lines of an answer, whose candidate they do not name."""
    for part in answer.parts:
        yield from _part(context, part)
    if not answer.parts:
        yield context.words.text("staff.report.nothing")


def _part(context: CommandContext, part: BlindPart) -> Iterator[str]:
    yield from follow_up_lines(context, part)
    text = part.option.in_(context.language) if part.option else part.text
    if part.transcript:
        status = context.words.text(f"staff.transcript.{part.transcript}")
        yield context.words.plain(
            "staff.blind.spoken" if text else "staff.blind.unheard", text=text, status=status
        )
    elif text:
        yield context.words.plain("staff.report.said", text=text)
    if part.revision:
        yield context.words.plain("staff.report.revision", text=part.revision)
    if part.file:
        yield context.words.text("staff.blind.file")


def _foot(context: CommandContext, queue: BlindQueue, answer: BlindAnswer) -> Iterator[Styled | str]:
    """Yield the rubric, sample answers, the rating given before, what a mask stands for, and how to add a note."""
    say = context.words.plain
    yield from rubric_lines(context, answer.rubric)
    for score, text in answer.anchors.items():
        yield say("staff.blind.anchor", score=score, text=text.in_(context.language))
    if any(MASK in part.text + part.revision for part in answer.parts):
        yield say("staff.blind.masked", mask=MASK)
    if answer.own:
        note = quoted(context, answer.own.note)
        yield context.words.say("staff.rate.given", score=mark(context, answer.own.score), note=note)
    yield say("staff.blind.hint", campaign=queue.campaign, number=queue.number, item=answer.item)


def _choices(context: CommandContext, queue: BlindQueue, answer: BlindAnswer) -> list[tuple[str, str]]:
    line, own = f"/blind {queue.campaign} {queue.number}", answer.own
    skip = context.words.text("staff.choice.rate.skip")
    marks = [*((each, str(each)) for each in SCORES), (None, skip)]
    choices = [
        (f"{line} {answer.item} {score or 'skip'}", f"{label} ✓" if own and own.score == score else label)
        for score, label in marks
    ]
    choices.append((f"{line} {answer.item} later", "staff.blind.choice.later"))
    if answer.previous:
        choices.append((f"{line} {answer.previous}", "staff.blind.choice.back"))
    return [(button(context, typed_), label) for typed_, label in choices]


COMMANDS = (Command("blind", HIRES, blind),)
FORMS: Forms = {RateBlind: Form(_rated)}
