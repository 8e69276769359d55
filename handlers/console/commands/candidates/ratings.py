"""`/rate`: rating answers question by question with the rubric's anchors, without seeing other raters' scores."""

import unicodedata
from typing import NamedTuple

from conversation.script import Question, Script
from conversation.state import State
from conversation.views.answers import Transcript
from conversation.views.ratings import SCORES, Ratings
from conversation.words import Styled, normal
from handlers.actions.base import Action
from handlers.actions.ratings import (
    MOST_NOTE,
    AnswerRated,
    LookAtRatings,
    RateAnswer,
    RatingsPreview,
    RatingsShown,
    may_see_all,
    rateable,
)
from handlers.console.answer_files import send_files
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.commands.candidates.reports import answer_block, pack
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.formatting import done, named, quoted
from handlers.console.interview_reading import told_of
from handlers.console.rating_tables import Sheet, mark, table
from handlers.console.refusals import spoken
from handlers.console.vocabulary import typed
from handlers.notices.next_steps import next_steps
from handlers.organisation.rights import HIRES

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


class _Sitting(NamedTuple):
    """An interview that is being rated, with everything needed to show it to the rater."""

    context: CommandContext
    state: State
    script: Script
    transcript: Transcript
    ratings: Ratings

    @property
    def by(self) -> str:
        return self.context.person.id


async def rate(context: CommandContext, line: Line) -> Action | None:
    """`/rate NAME|ID [QUESTION [1-5|skip [NOTE]]]` shows an answer to rate, or rates it. `/rate NAME|ID results`
    shows the ratings."""
    wanted, sitting = await _begin(context, line)
    if wanted.results:
        return LookAtRatings(sitting.state.interview)
    _alone(context, sitting)
    if wanted.mark:
        question = _question(sitting, wanted.question)
        return RateAnswer(sitting.state.interview, question.id, wanted.score, wanted.note)
    if wanted.question:
        _ask(sitting, wanted.question)
    else:
        _next(sitting, 0)
    return None


def _alone(context: CommandContext, sitting: _Sitting) -> None:
    """In a group chat, answer with a short notice and switch to the person's private chat for the rest, so that
    raters do not see each other's ratings."""
    if not context.private:
        context.say("staff.rate.apart", name=context.person.name, interview=sitting.state.interview)
        context.reply_to, context.private = context.inbound.sender, True


async def _looking(context: CommandContext, preview: RatingsPreview) -> Styled:
    """Return the preview, which warns that a rater who has seen others' ratings is no longer independent."""
    who = spoken(context, preview.candidate)
    return context.words.say("staff.rate.preview", name=who, given=preview.given, total=preview.total)


async def _begin(context: CommandContext, line: Line) -> tuple[_Wanted, _Sitting]:
    """Parse the line and load the interview. Raises Usage or Refusal.

    Scores are kept out of the organisation's record, which other raters may read.
    """
    context.recorded = "/rate"
    wanted = _read(context, line.arguments)
    if len(wanted.note) > MOST_NOTE:
        raise Refusal("staff.rate.note", most=MOST_NOTE)
    state = await one(context, HIRES, wanted.name, lambda number: _again(number, wanted))
    context.recorded = f"/rate {state.interview} {wanted.question or ''}".strip()
    if state.phase == "erased":
        raise Refusal("staff.candidate.unknown", name=wanted.name[:60])
    script = await context.tools.intake.script(state.script)
    if not done(state):
        raise Refusal("staff.rate.nothing", next_steps(state), name=named(context, state))
    if wanted.question > len(script.steps):
        raise Refusal("staff.rate.no_question", total=len(script.steps))
    if wanted.question > done(state):
        raise Refusal("staff.rate.unanswered", number=wanted.question)
    return wanted, _Sitting(context, state, script, *await told_of(context, state, script))


def _again(number: str, wanted: _Wanted) -> str:
    """Return the same command for one of several candidates of that name. If it has a note, mark and note are left
    out, because the note would stay in the organisation's record."""
    if wanted.results:
        return f"/rate {number} results"
    question = f" {wanted.question}" if wanted.question else ""
    return f"/rate {number}{question}" if wanted.note else f"/rate {number}{question} {wanted.mark}".strip()


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
    sitting = await _sitting(context, result.candidate.interview)
    steps = enumerate(sitting.script.steps, start=1)
    number = next(number for number, step in steps if step.question.id == result.question)
    score, note = mark(context, result.score), quoted(context, result.note)
    _next(sitting, number, context.words.say("staff.rate.done", number=number, score=score, note=note))


async def _sitting(context: CommandContext, interview: str) -> _Sitting:
    return _Sitting(context, *await rateable(context, interview))


def _next(sitting: _Sitting, after: int, receipt: Styled | None = None) -> None:
    """Ask for the next rating after question `after`, or for the first missing one; show the results if there is
    none. `receipt` is put before."""
    own = sitting.ratings.of(sitting.by).given
    open_ = [
        number
        for number, step in enumerate(sitting.script.steps, start=1)
        if step.question.id in sitting.ratings.answered and step.question.id not in own
    ]
    if open_:
        _ask(sitting, next((number for number in open_ if number > after), open_[0]), receipt)
    else:
        _results(sitting, receipt)


# one question


def _ask(sitting: _Sitting, number: int, receipt: Styled | None = None) -> None:
    context = sitting.context
    question = _question(sitting, number)
    answer = next(each for each in sitting.transcript.answers if each.question == question.id)
    head = [_title(sitting, number), answer_block(context, number, question, answer)]
    said = list(pack([Styled.join([*([receipt] if receipt else []), *head], "\n\n")]))
    if len(said) > MOST_OF_ANSWER:
        more = context.words.say("staff.rate.more", interview=sitting.state.interview)
        said = [*said[:MOST_OF_ANSWER], more]
    foot, messages = _foot(sitting, number, question), said
    if not any(part.file and part.file.sha256 for part in answer.parts):
        *messages, foot = pack([*said, foot])
    for message in messages:
        context.send(message)
    send_files(context, sitting.state, [(number, answer)])
    context.send(foot, _choices(sitting, number))


def _title(sitting: _Sitting, number: int) -> Styled:
    context, step = sitting.context, sitting.script.steps[number - 1]
    whole = all(question.id in sitting.ratings.answered for question in step.stage.questions)
    title = context.words.say(
        "staff.rate.title",
        name=named(context, sitting.state),
        number=number,
        total=len(sitting.script.steps),
        stage=step.stage.title.in_(context.language),
        weight=f"{step.stage.weight:g}",
    )
    return title if whole else Styled.join([title, context.words.text("staff.rate.stage.open")])


def _foot(sitting: _Sitting, number: int, question: Question) -> Styled:
    """Return the rubric's anchors, the rater's present rating, and how to add a note."""
    context = sitting.context
    own = sitting.ratings.of(sitting.by).given.get(question.id)
    lines: list[Styled | str] = [
        context.words.plain("staff.rate.anchor", mark=each, text=text)
        for each, text in _anchors(context, question)
    ]
    if own:
        lines.append(
            context.words.say("staff.rate.given", score=mark(context, own.score), note=quoted(context, own.note))
        )
    lines.append(context.words.plain("staff.rate.hint", interview=sitting.state.interview, number=number))
    return Styled.join(lines)


def _anchors(context: CommandContext, question: Question) -> list[tuple[str, str]]:
    if question.rubric:
        return [(each, text.in_(context.language)) for each, text in sorted(question.rubric.items())]
    return [(each, context.words.text(f"staff.rate.anchor.{each}")) for each in ("1", "3", "5")]


def _choices(sitting: _Sitting, number: int) -> list[tuple[str, str]]:
    line = f"/rate {sitting.state.interview}"
    own = sitting.ratings.of(sitting.by).given.get(_question(sitting, number).id)
    skip = sitting.context.words.text("staff.choice.rate.skip")
    choices = [
        (f"{line} {number} {score or 'skip'}", f"{label} ✓" if own and own.score == score else label)
        for score, label in [*((each, str(each)) for each in SCORES), (None, skip)]
    ]
    if number > 1:
        choices.append((f"{line} {number - 1}", "staff.choice.rate.previous"))
    if number < len(sitting.ratings.answered):
        choices.append((f"{line} {number + 1}", "staff.choice.rate.next"))
    return choices


def _question(sitting: _Sitting, number: int) -> Question:
    return sitting.script.steps[number - 1].question


# the results


async def _looked(context: CommandContext, result: RatingsShown) -> None:
    sitting = await _sitting(context, result.interview)
    _alone(context, sitting)
    _results(sitting)


def _results(sitting: _Sitting, receipt: Styled | None = None) -> None:
    context, state = sitting.context, sitting.state
    seen = (
        sitting.ratings if may_see_all(context, state.unit, sitting.ratings) else sitting.ratings.only(sitting.by)
    )
    title = context.words.say("staff.scores.title", name=named(context, state))
    result = Styled.join([title, *table(Sheet(context, sitting.script, seen))])
    messages = list(pack([*([receipt] if receipt else []), result]))
    for message in messages[:-1]:
        context.send(message)
    context.send(messages[-1], _afterwards(sitting))


def _afterwards(sitting: _Sitting) -> list[tuple[str, str]]:
    number = sitting.state.interview
    label = "staff.choice.rate.change" if sitting.ratings.of(sitting.by).given else "staff.choice.rate"
    others = [step for step in next_steps(sitting.state) if not step[0].startswith("/rate ")]
    return [(f"/rate {number} 1", label), *others]


COMMANDS = (Command("rate", HIRES, rate),)
FORMS: Forms = {RateAnswer: Form(_rated), LookAtRatings: Form(_looked, _looking)}
