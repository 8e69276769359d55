"""`/rate`: rating answers question by question with the rubric's anchors, without seeing other raters' scores."""

import unicodedata
from typing import NamedTuple

from conversation.views.ratings import AUTOMATIC, SCORES
from conversation.words import Styled, normal
from handlers.actions.base import Action
from handlers.actions.ratings import (
    MOST_NOTE,
    AnswerRated,
    LookAtRatings,
    RateAnswer,
    RatingsPreview,
    RatingsShown,
)
from handlers.assessments import assessment_lines
from handlers.console.answer_files import send_files
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.commands.candidates.reports import answer_block, pack
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import named, quoted
from handlers.console.rating_tables import mark, rubric_lines, table
from handlers.console.refusals import spoken
from handlers.console.vocabulary import typed
from handlers.notices.next_steps import next_steps
from handlers.organisation.rights import HIRES
from handlers.queries.ratings import RatingResults, RatingSheet, SheetRow, ShowRatings, ShowRatingSheet

MOST_OF_ANSWER = 5
"""Most messages in which one answer is shown. The whole answer is in the report."""


class _Wanted(NamedTuple):
    """The parsed arguments of `/rate`. `question` is its number from 1, or 0 if none is given; `mark` is "1" to
    "5", "skip", or empty."""

    name: str
    question: int = 0
    mark: str = ""
    note: str = ""
    results: bool = False

    @property
    def score(self) -> int | None:
        return int(self.mark) if self.mark.isdecimal() else None


async def rate(context: CommandContext, line: Line) -> Action | None:
    """`/rate NAME|ID [QUESTION [1-5|skip [NOTE]]]` shows an answer to rate, or rates it. `/rate NAME|ID results`
    shows the ratings."""
    wanted, sheet = await _begin(context, line)
    if wanted.results:
        return LookAtRatings(sheet.interview.interview)
    sheet = await _alone(context, sheet)
    if wanted.mark:
        question = sheet.rows[wanted.question - 1].answer.question
        return RateAnswer(sheet.interview.interview, question, score=wanted.score, note=wanted.note)
    if wanted.question:
        _ask(context, sheet, wanted.question)
    else:
        await _next(context, sheet, 0)
    return None


async def _alone(context: CommandContext, sheet: RatingSheet) -> RatingSheet:
    """In a group chat, answer with a short notice and switch to the person's private chat for the rest, so that
    raters do not see each other's ratings. Returns the sheet with the person's own ratings."""
    if context.private:
        return sheet
    interview = sheet.interview.interview
    context.say("staff.rate.apart", name=context.person.name, interview=interview)
    context.go_private()
    return await ShowRatingSheet(interview).answer(context)


async def _looking(context: CommandContext, preview: RatingsPreview) -> Styled:
    """Return the preview, which warns that a rater who has seen others' ratings is no longer independent."""
    who = spoken(context, preview.candidate)
    return context.words.say("staff.rate.preview", name=who, given=preview.given, total=preview.total)


async def _begin(context: CommandContext, line: Line) -> tuple[_Wanted, RatingSheet]:
    """Parse the line and load the sheet. Raises Usage, Refusal or Refused.

    Scores are kept out of the organisation's record, which other raters may read.
    """
    context.recorded = "/rate"
    wanted = _read(context, line.arguments)
    if len(wanted.note) > MOST_NOTE:
        raise Refusal("staff.rate.note", most=MOST_NOTE)
    state = await one(context, HIRES, wanted.name, lambda number: _again(number, wanted), acts=bool(wanted.mark))
    context.recorded = f"/rate {state.interview} {wanted.question or ''}".strip()
    if state.phase == "erased":
        raise Refusal("staff.candidate.unknown", name=wanted.name[:60])
    sheet = await ShowRatingSheet(state.interview).answer(context)
    if wanted.question > sheet.interview.total:
        raise Refusal("staff.rate.no_question", total=sheet.interview.total)
    if wanted.question and not sheet.rows[wanted.question - 1].rateable:
        raise Refusal("staff.rate.unanswered", number=wanted.question)
    return wanted, sheet


def _again(number: str, wanted: _Wanted) -> str:
    """Return the same command for one of several candidates of that name."""
    if wanted.results:
        return f"/rate {number} results"
    question = f" {wanted.question}" if wanted.question else ""
    return " ".join(f"/rate {number}{question} {wanted.mark} {wanted.note}".split())


def _read(context: CommandContext, arguments: tuple[str, ...]) -> _Wanted:
    """Parse the arguments. The first number after the name is the question's. Raises Usage."""
    if not arguments:
        raise Usage
    if len(arguments) > 1 and normal(arguments[-1]) in typed(context, "staff.rate.word.results"):
        return _Wanted(" ".join(arguments[:-1]), results=True)
    for at, word in enumerate(arguments[1:], start=1):
        if question := _number(word):
            wanted = _Wanted(" ".join(arguments[:at]), question)
            return _with_mark(context, wanted, arguments[at + 1 :])
    return _Wanted(" ".join(arguments))


def _with_mark(context: CommandContext, wanted: _Wanted, words: tuple[str, ...]) -> _Wanted:
    if not words:
        return wanted
    score = _number(words[0])
    if score not in SCORES and normal(words[0]) not in typed(context, "staff.rate.word.skip"):
        raise Usage
    return wanted._replace(mark=str(score or "skip"), note=" ".join(words[1:]))


def _number(word: str) -> int:
    """Return the number that a word is, of up to three digits, or 0 if it is none."""
    plain = unicodedata.normalize("NFKC", word)
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 3 else 0


# giving


async def _rated(context: CommandContext, result: AnswerRated) -> None:
    sheet = await ShowRatingSheet(result.candidate.interview).answer(context)
    answer = next(row.answer for row in sheet.rows if row.answer.question == result.question)
    score, note = mark(context, result.score), quoted(context, result.note)
    done = context.words.say("staff.rate.done", number=answer.number, score=score, note=note)
    found = assessment_lines(context.words, answer.assessment) if answer.assessment else ()
    await _next(context, sheet, answer.number, Styled.join([done, *found]))


async def _next(context: CommandContext, sheet: RatingSheet, after: int, receipt: Styled | None = None) -> None:
    """Ask for the next rating after question `after`, or for the first missing one; show the results if there is
    none. `receipt` is put before."""
    open_ = [row.answer.number for row in sheet.rows if row.rateable and not row.own]
    if open_:
        _ask(context, sheet, next((number for number in open_ if number > after), open_[0]), receipt)
    else:
        await _results(context, sheet.interview.interview, receipt)


# one question


def _ask(context: CommandContext, sheet: RatingSheet, number: int, receipt: Styled | None = None) -> None:
    row, interview = sheet.rows[number - 1], sheet.interview
    head = [_title(context, sheet, row), answer_block(context, row.answer)]
    said = list(pack([Styled.join([*([receipt] if receipt else []), *head], "\n\n")]))
    if len(said) > MOST_OF_ANSWER:
        more = context.words.say("staff.rate.more", interview=interview.interview)
        said = [*said[:MOST_OF_ANSWER], more]
    foot, messages = _foot(context, sheet, row), said
    if not any(part.file and part.file.sha256 for part in row.answer.parts):
        *messages, foot = pack([*said, foot])
    for message in messages:
        context.send(message)
    send_files(context, interview, [row.answer])
    context.send(foot, _choices(context, sheet, row))


def _title(context: CommandContext, sheet: RatingSheet, row: SheetRow) -> Styled:
    title = context.words.say(
        "staff.rate.title",
        name=named(context, sheet.interview),
        number=row.answer.number,
        total=sheet.interview.total,
        stage=row.stage.in_(context.language),
        weight=f"{row.weight:g}",
    )
    return title if row.stage_complete else Styled.join([title, context.words.text("staff.rate.stage.open")])


def _foot(context: CommandContext, sheet: RatingSheet, row: SheetRow) -> Styled:
    """Return the rubric's anchors, the rater's present rating or what counts without one, and how to add a
    note."""
    lines: list[Styled | str] = [*rubric_lines(context, row.rubric)]
    if row.own:
        score, note = mark(context, row.own.score), quoted(context, row.own.note)
        lines.append(context.words.say("staff.rate.given", score=score, note=note))
    elif row.answer.automatic:
        lines.append(context.words.plain("staff.rate.automatic", score=AUTOMATIC[row.answer.automatic.met]))
    interview, number = sheet.interview.interview, row.answer.number
    lines.append(context.words.plain("staff.rate.hint", interview=interview, number=number))
    return Styled.join(lines)


def _choices(context: CommandContext, sheet: RatingSheet, row: SheetRow) -> list[tuple[str, str]]:
    line, number = f"/rate {sheet.interview.interview}", row.answer.number
    skip = context.words.text("staff.choice.rate.skip")
    choices = [
        (f"{line} {number} {score or 'skip'}", f"{label} ✓" if row.own and row.own.score == score else label)
        for score, label in [*((each, str(each)) for each in SCORES), (None, skip)]
    ]
    if number > 1:
        choices.append((f"{line} {number - 1}", "staff.choice.rate.previous"))
    if number < sum(each.rateable for each in sheet.rows):
        choices.append((f"{line} {number + 1}", "staff.choice.rate.next"))
    return choices


# the results


async def _looked(context: CommandContext, result: RatingsShown) -> None:
    await _alone(context, await ShowRatingSheet(result.interview).answer(context))
    await _results(context, result.interview)


async def _results(context: CommandContext, interview: str, receipt: Styled | None = None) -> None:
    found = await ShowRatings(interview).answer(context)
    title = context.words.say("staff.scores.title", name=named(context, found.interview))
    assert found.ratings.table is not None
    result = Styled.join([title, *table(context, found.ratings.table, found.ratings.answered)])
    messages = list(pack([*([receipt] if receipt else []), result]))
    for message in messages[:-1]:
        context.send(message)
    context.send(messages[-1], _afterwards(found))


def _afterwards(found: RatingResults) -> list[tuple[str, str]]:
    label = "staff.choice.rate.change" if found.ratings.given else "staff.choice.rate"
    others = [step for step in next_steps(found.interview) if not step[0].startswith("/rate ")]
    return [(f"/rate {found.interview.interview} 1", label), *others]


COMMANDS = (Command("rate", HIRES, rate),)
FORMS: Forms = {RateAnswer: Form(_rated), LookAtRatings: Form(_looked, _looking)}
