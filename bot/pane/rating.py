"""Rating all answers to one question without knowing whose they are, or all answers of one candidate."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from starlette.responses import Response

from bot.pane import rendering
from bot.pane.addresses import PREFIX
from bot.pane.pages import interview_at, text
from bot.pane.visit import Visit
from conversation.views.ratings import SCORES
from conversation.words import Words
from handlers.actions.blind_ratings import ITEM_DIGITS
from handlers.actions.context import Refused
from handlers.actions.ratings import MOST_NOTE
from handlers.console.commands.candidates.blind_ratings import said_lines
from handlers.console.commands.candidates.reports import answer_block
from handlers.console.context import CommandContext
from handlers.console.formatting import named
from handlers.masking import MASK
from handlers.organisation.rights import HIRES
from handlers.queries.blind_ratings import (
    BlindAnswer,
    BlindQuestions,
    BlindQueue,
    ShowBlindAnswer,
    ShowBlindQuestions,
)
from handlers.queries.campaigns import visible_campaigns
from handlers.queries.ratings import RatingSheet, SheetRow, ShowRatingSheet

_CODE = re.compile(r"[\w-]{1,60}")
_ITEM = re.compile(rf"[0-9a-f]{{{ITEM_DIGITS}}}")
_NUMBER = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_MARKS = frozenset({"1", "2", "3", "4", "5", "skip"})


class Task(NamedTuple):
    """One answer to rate.

    - `head`: which one it is. `ask`: the question; `lines`: the answer, a line for each message.
    - `rubric`, `anchors`: what each score stands for, and sample answers: pairs of a score and a text.
    - `own`: the mark that was given before, "1" to "5" or "skip"; empty if there is none. `note` came with it.
    - `action`: where the rating is sent. `item`: the answer's name in the blind queue; empty otherwise.
    - `report`: the path of the candidate's report, where recordings can be heard; empty in the blind queue.
    - `later`, `back`: paths of the next and the previous answer; empty if there is none.
    """

    head: str
    ask: str
    lines: Sequence[str]
    rubric: Sequence[tuple[str, str]]
    anchors: Sequence[tuple[str, str]]
    own: str
    note: str
    action: str
    item: str
    later: str
    back: str
    remarks: Sequence[str] = ()
    report: str = ""


# the blind queue


async def campaigns(visit: Visit) -> Response:
    """List the campaigns whose answers the colleague may rate."""
    context = visit.context()
    if not context.scope(HIRES):
        raise Refused("forbidden.action")
    codes = [(each.id, f"{PREFIX}/blind/{quote(each.id)}") for each in await visible_campaigns(context, HIRES)]
    return visit.show("blind.html", text(visit, "blind"), "blind", campaigns=codes, found=None, rows=())


async def questions(visit: Visit) -> Response:
    """List a campaign's questions with how many answers wait."""
    campaign = _campaign_at(visit)
    found = await visit.ask(ShowBlindQuestions(campaign), BlindQuestions)
    rows = [
        (each, each.ask.in_(visit.words.language), f"{PREFIX}/blind/{quote(campaign)}/{each.number}")
        for each in found.questions
    ]
    title = found.title.in_(visit.words.language)
    return visit.show("blind.html", text(visit, "blind"), "blind", campaigns=(), found=(title, found), rows=rows)


async def blind(visit: Visit) -> Response:
    """Show an answer of the queue: the one that the address names, or the first that waits."""
    campaign, number = _campaign_at(visit), _number_at(visit)
    asked = visit.request.query_params
    item, after = _item(asked.get("item", "")), _item(asked.get("after", ""))
    found = await visit.ask(ShowBlindQuestions(campaign), BlindQuestions)
    question = next((each.question for each in found.questions if each.number == number), None)
    if question is None:
        raise Refused("rate.no_question", total=len(found.questions))
    queue = await visit.ask(ShowBlindAnswer(campaign, question, item, "" if item else after), BlindQueue)
    path = f"{PREFIX}/blind/{quote(campaign)}"
    if queue.answer is None:
        rows = [
            (each, each.ask.in_(visit.words.language), f"{path}/{each.number}")
            for each in found.questions
            if each.waiting
        ]
        title = visit.words.plain("staff.blind.over", number=number, rated=queue.rated)
        return visit.show(
            "blind.html", text(visit, "blind"), "blind", campaigns=(), found=(title, found), rows=rows
        )
    return _shown(visit, "blind", _blind_task(visit, queue, queue.answer, f"{path}/{number}"), path)


def _blind_task(visit: Visit, queue: BlindQueue, answer: BlindAnswer, path: str) -> Task:
    context, words = visit.context(), visit.words
    own = answer.own
    masked = any(MASK in part.text + part.revision for part in answer.parts)
    return Task(
        words.plain("staff.web.blind.at", number=queue.number, at=answer.position, total=answer.total),
        answer.ask.in_(words.language).strip(),
        [*said_lines(context, answer)],
        [*_scores(words, {each: rubric.in_(words.language) for each, rubric in answer.rubric.items()})],
        [(each, anchor.in_(words.language)) for each, anchor in answer.anchors.items()],
        _mark(own.score) if own else "",
        own.note if own else "",
        path,
        answer.item,
        f"{path}?after={answer.item}",
        f"{path}?item={answer.previous}" if answer.previous else "",
        [words.plain("staff.blind.masked", mask=MASK)] if masked else [],
    )


async def rate_blind(visit: Visit, form: Mapping[str, str]) -> Response:
    """Rate an answer of the queue, and go on to the next one."""
    campaign, number = _campaign_at(visit), _number_at(visit)
    item, path = _item(form.get("item", "")), f"{PREFIX}/blind/{quote(campaign)}/{number}"
    if not item or form.get("mark") not in _MARKS:
        return rendering.onwards(path)
    return await _rated(visit, form, f"/blind {campaign} {number} {item}", f"{path}?after={item}")


# one candidate


async def rate(visit: Visit) -> Response:
    """Show one answer of a candidate to rate: the one that the address names, or the first without a rating."""
    interview = interview_at(visit)
    sheet = await visit.ask(ShowRatingSheet(interview), RatingSheet)
    path, rows = f"{PREFIX}/rate/{interview}", [each for each in sheet.rows if each.rateable]
    wanted = _number_at(visit) if "number" in visit.request.path_params else 0
    row = next((each for each in rows if each.answer.number == wanted), None)
    if row is None:
        row = next((each for each in rows if not each.own and each.answer.number > wanted), None)
    if row is None:
        page, _ = await visit.command(f"/rate {interview}")  # the results
        return visit.show_answer(page, text(visit, "rate"), "candidates")
    return _shown(
        visit, "candidates", _named_task(visit, sheet, row, rows, path), f"{PREFIX}/candidate/{interview}"
    )


def _named_task(visit: Visit, sheet: RatingSheet, row: SheetRow, rows: Sequence[SheetRow], path: str) -> Task:
    context, words, number = visit.context(), visit.words, row.answer.number
    before = [each.answer.number for each in rows if each.answer.number < number]
    after = [each.answer.number for each in rows if each.answer.number > number]
    ask = row.answer.ask.in_(words.language).strip()
    return Task(
        words.plain(
            "staff.web.rate.at", name=named(context, sheet.interview), at=number, total=sheet.interview.total
        ),
        ask,
        [*_answer_lines(context, row)],
        [*_scores(words, {each: rubric.in_(words.language) for each, rubric in row.rubric.items()})],
        (),
        _mark(row.own.score) if row.own else "",
        row.own.note if row.own else "",
        f"{path}/{number}",
        "",
        f"{path}/{after[0]}" if after else "",
        f"{path}/{before[-1]}" if before else "",
        report=f"{PREFIX}/report/{sheet.interview.interview}",
    )


def _answer_lines(context: CommandContext, row: SheetRow) -> Iterator[str]:
    """Yield the lines of the answer as the chat shows it, without the question, which is its first line."""
    heading = context.words.plain(
        "staff.report.question", number=row.answer.number, ask=row.answer.ask.in_(context.language).strip()
    )
    yield answer_block(context, row.answer).text.removeprefix(heading).strip()


async def rate_named(visit: Visit, form: Mapping[str, str]) -> Response:
    """Rate an answer of a candidate, and go on to the next one."""
    interview, number = interview_at(visit), _number_at(visit)
    path = f"{PREFIX}/rate/{interview}"
    if form.get("mark") not in _MARKS:
        return rendering.onwards(f"{path}/{number}")
    return await _rated(visit, form, f"/rate {interview} {number}", path)


# both


def _shown(visit: Visit, here: str, task: Task, over: str) -> Response:
    """Show the task. `over` is where to go instead of rating on."""
    marks = [(str(each), str(each)) for each in SCORES]
    skip = visit.words.text("staff.choice.rate.skip")
    return visit.show(
        "rate.html",
        text(visit, "rate"),
        here,
        task=task,
        marks=[*marks, ("skip", skip)],
        over=over,
        most_note=MOST_NOTE,
    )


async def _rated(visit: Visit, form: Mapping[str, str], line: str, onwards: str) -> Response:
    """Give the command of the chat, and lead on if it was carried out."""
    words = " ".join(form.get("words", "").split())[:MOST_NOTE]
    page, again = await visit.command(f"{line} {form['mark']} {words}".strip(), form.get("once", ""))
    if again or page.outcome == "done":
        return rendering.onwards(onwards)
    return visit.show_answer(page, text(visit, "rate"))


def _scores(words: Words, rubric: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what scores stand for: by the rubric, or in general if the script does not say."""
    if rubric:
        yield from rubric.items()
        return
    for each in ("1", "3", "5"):
        yield each, words.text(f"staff.rate.anchor.{each}")


def _mark(score: int | None) -> str:
    return str(score or "skip")


def _campaign_at(visit: Visit) -> str:
    campaign: str = visit.request.path_params["campaign"]
    if not _CODE.fullmatch(campaign):
        raise Refused("campaigns.unknown", campaign=campaign[:60])
    return campaign


def _number_at(visit: Visit) -> int:
    """Return the number of the question that the address names, or 0 if there can be none of that number."""
    number: str = visit.request.path_params["number"]
    return int(number) if _NUMBER.fullmatch(number) else 0


def _item(name: str) -> str:
    return name if _ITEM.fullmatch(name) else ""
