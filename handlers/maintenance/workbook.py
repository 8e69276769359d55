"""A campaign as a workbook for people: one sheet with a row per candidate, one with a row per answer, and one with
a row per imported interview, if there are any.

It is in the language of whoever asks, with local times. `handlers.maintenance.export` makes files for machines.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from conversation.record.audit import unseal
from conversation.script import Question, Script
from conversation.state import State
from conversation.timing.schedule import at
from conversation.views import ratings
from conversation.views.answers import Answer, SaidPart, Transcript, read
from conversation.views.expected import automatic_results
from conversation.views.ratings import Ratings, is_automatic, score_of, scores
from conversation.words import Words
from handlers.follow_ups import follow_up_line
from handlers.imports.history import Earlier, earlier_interviews
from handlers.maintenance.earlier_sheet import EarlierSheet
from handlers.members import batches
from handlers.notices.notices import reason_label
from handlers.rating_views import Viewer, VisibleNotes, rating_view, visible_notes
from handlers.rounding import rounded, score_number
from handlers.sheets import CellValue, Column, Marked, Sheet, Workbook
from storage.ports import Campaign, Store

_MOST_DETAILS = 30
"""How many columns there are at most for what else the lists of candidates say."""
_STOPPED = ("exited", "lapsed", "unreachable")
_NARROW, _WIDE, _TEXT = 12, 24, 60


class Reader(NamedTuple):
    """Who reads the workbook.

    - `words`, `candidate_words`: texts in their language; times are in `zone`.
    - `colleague` returns a colleague's name by id.
    - `viewer`: decides which ratings they see. Where several people read along, there are no columns for ratings.
    """

    words: Words
    candidate_words: Words
    zone: tzinfo
    colleague: Callable[[str], str]
    viewer: Viewer

    @property
    def rates(self) -> bool:
        return self.viewer.person is not None


class _Interview(NamedTuple):
    state: State
    script: Script
    transcript: Transcript
    ratings: Ratings | None
    """None if they are withheld."""
    automatic: Mapping[str, bool]
    """The automatic results, which are never withheld."""
    notes: VisibleNotes
    earlier: tuple[Earlier, ...]
    """Interviews before this system, which were imported."""


async def write_workbook(store: Store, campaign: Campaign, target: Path, reader: Reader) -> int:
    """Write the workbook to a file, a batch of interviews at a time. Returns how many interviews it contains."""
    questions, details = await _questions(store, campaign), await _details(store, campaign)
    number = 0
    book = Workbook(target)
    tables = _Tables(reader, questions, details, book)
    async for states in batches(store, [campaign.id]):
        found = [each for state in states if (each := await _load(store, state, reader)) is not None]
        await asyncio.to_thread(tables.add, found)
        number += len(found)
    await asyncio.to_thread(book.save)
    return number


async def _questions(store: Store, campaign: Campaign) -> list[Question]:
    """Return the questions of all versions of the campaign's script that candidates have: the current one's in
    order, then those that only others ask."""
    counts = await store.interviews.counts(campaign.id)
    others = sorted(name.partition(":")[2] for name, n in counts.items() if name.startswith("version:") and n > 0)
    found: dict[str, Question] = {}
    for version in dict.fromkeys([campaign.script, *others]):
        script = await store.directory.script(version)
        for step in script.steps if script else ():
            found.setdefault(step.question.id, step.question)
    return list(found.values())


async def _details(store: Store, campaign: Campaign) -> list[str]:
    """Return what else the lists of candidates say: the headings of their further columns."""
    found: dict[str, None] = {}
    async for states in batches(store, [campaign.id]):
        for state in states:
            found |= dict.fromkeys(heading for heading, _ in state.contact.details)
    return list(found)[:_MOST_DETAILS]


async def _load(store: Store, state: State, reader: Reader) -> _Interview | None:
    script = await store.directory.script(state.script)
    if script is None:
        return None
    entries = [unseal(blob)[1] for blob in await store.interviews.entries(state.interview)]
    transcript = read(entries, script)
    automatic = automatic_results(transcript, script)
    seen = rating_view(reader.viewer, state.unit, ratings.read(entries, automatic))
    notes = visible_notes(reader.viewer, seen, transcript.notes)
    shown = None if seen.withheld else seen.shown
    earlier = await earlier_interviews(store, state.interview, state.unit, reader.viewer)
    return _Interview(state, script, transcript, shown, automatic, notes, earlier)


class _Tables:
    """The two sheets while they are written."""

    def __init__(
        self, reader: Reader, questions: Sequence[Question], details: Sequence[str], book: Workbook
    ) -> None:
        self._reader = reader
        self._questions = questions
        self._details = details
        self._expects = any(question.expect for question in questions)
        self._candidates = book.sheet(reader.words.text("staff.workbook.candidates"), list(self._headings()))
        self._answers: Sheet = book.sheet(
            reader.words.text("staff.workbook.answers"), list(self._answer_headings())
        )
        self._earlier = EarlierSheet(book, reader.words, reader.colleague, self._time, private=reader.rates)

    def add(self, found: Sequence[_Interview]) -> None:
        for each in found:
            self._candidates.row(self._candidate(each))
            for number, answer in enumerate(each.transcript.answers, start=1):
                if answer.parts or answer.skipped:
                    self._answers.row(self._answer(each, number, answer))
            self._earlier.add(self._name(each.state), each.state.interview, each.earlier)

    # one row a candidate

    def _headings(self) -> Iterator[Column]:
        yield self._column("name", _WIDE)
        yield self._column("phone", 17)
        yield self._column("email", _WIDE)
        yield from (Column(heading, _NARROW) for heading in self._details)
        for name in ("channel", "state"):
            yield self._column(name)
        yield self._column("reason", _WIDE)
        yield self._column("progress")
        for name in ("started", "ended"):
            yield self._column(name, 17)
        if self._reader.rates:
            language = self._reader.words.language
            yield from (Column(question.ask.in_(language), _WIDE) for question in self._questions)
            for name in ("total", "weight"):
                yield self._column(name)
            if self._expects:
                yield self._column("automatic")
            yield self._column("raters", _WIDE)
        yield self._column("decision")
        yield self._column("note", _TEXT)
        yield self._column("decided_by")
        if self._reader.rates:
            yield self._column("notes", _TEXT)
        yield self._column("interview", 18)

    def _column(self, name: str, width: int = _NARROW) -> Column:
        return Column(self._reader.words.text(f"staff.workbook.{name}"), width)

    def _candidate(self, each: _Interview) -> list[CellValue]:
        state, words = each.state, self._reader.words
        decided = each.transcript.decisions[-1] if each.transcript.decisions else None
        return [
            self._name(state),
            state.contact.phone or state.phone,
            state.contact.email,
            *self._further(state),
            self._reader.candidate_words.channel(state.address.channel) if state.address else "",
            words.text(f"staff.state.{state.phase}"),
            self._reason(state, each.script),
            f"{state.done}/{len(each.script.steps)}",
            self._time(state.started_ms),
            self._time(state.ended_ms),
            *(self._scores(each) if self._reader.rates else ()),
            words.text(f"staff.decision.{decided.decision}") if decided else "",
            decided.note if decided and self._reader.rates else "",
            self._reader.colleague(decided.by) if decided else "",
            *([self._notes(each.notes)] if self._reader.rates else ()),
            state.interview,
        ]

    def _notes(self, notes: VisibleNotes) -> str:
        return "\n".join(f"{self._reader.colleague(each.by)}: {each.text}" for each in notes.shown)

    def _further(self, state: State) -> list[str]:
        said = dict(state.contact.details)
        return [said.get(heading, "") for heading in self._details]

    def _scores(self, each: _Interview) -> list[CellValue]:
        """Return the cells about ratings; empty ones, and a word why, if they are withheld."""
        if each.ratings is None:
            withheld = self._reader.words.text("staff.workbook.withheld")
            return [*(None for _ in self._questions), None, None, *self._if_expected(None), withheld]
        result = scores(each.ratings, each.script)
        by = [person for person, rater in sorted(each.ratings.raters.items()) if rater.given]
        return [
            *(self._score(each, question) for question in self._questions),
            self._marked(score_number(result.total), automatic=result.only_automatic),
            rounded(result.weight / result.total_weight, 2) if result.total is not None else None,
            *self._if_expected(result.automatic),
            self._reader.words.text("staff.list.joint").join(map(self._reader.colleague, by)),
        ]

    def _reason(self, state: State, script: Script) -> str:
        if state.phase not in _STOPPED:
            return ""
        if not state.reason:
            return self._reader.words.text("staff.exits.unsaid")
        known = script.reason(state.reason)
        return reason_label(state.reason, known.label if known else None, self._reader.candidate_words)

    # one row an answer

    def _answer_headings(self) -> Iterator[Column]:
        yield self._column("name", _WIDE)
        yield self._column("number", 6)
        yield self._column("question", 40)
        yield self._column("answer", _TEXT)
        yield self._column("form")
        yield self._column("submitted", 17)
        if self._expects:
            yield self._column("expected", 14)
        if self._reader.rates:
            yield self._column("score")
        yield self._column("interview", 18)

    def _answer(self, each: _Interview, number: int, answer: Answer) -> list[CellValue]:
        words = self._reader.words
        question = each.script.steps[number - 1].question
        status = "skipped" if answer.skipped and not answer.parts else answer.status
        form = [words.text(f"staff.workbook.form.{name}") for name in _forms(answer.parts)]
        return [
            self._name(each.state),
            number,
            question.ask.in_(words.language),
            "\n".join(filter(None, chain.from_iterable(self._said(question, part) for part in answer.parts))),
            words.text("staff.list.joint").join(form),
            self._time(answer.submitted_ms) or words.text(f"staff.workbook.status.{status}"),
            *self._if_expected(self._result(each.automatic.get(question.id))),
            *([self._score(each, question)] if self._reader.rates else ()),
            each.state.interview,
        ]

    def _score(self, each: _Interview, question: Question) -> CellValue:
        """Return the score of a question, marked if it is automatic."""
        if each.ratings is None:
            return None
        score = score_number(score_of(each.ratings, question.id))
        return self._marked(score, automatic=is_automatic(each.ratings, question.id))

    def _marked(self, score: float | None, *, automatic: bool) -> CellValue:
        if score is None or not automatic:
            return score
        return Marked(score, self._reader.words.text("staff.automatic.mark"))

    def _result(self, met: bool | None) -> str:
        if met is None:
            return ""
        return self._reader.words.text(f"staff.workbook.expected.{'met' if met else 'unmet'}")

    def _if_expected(self, value: CellValue) -> list[CellValue]:
        """Return the cell of a column that is only there if any question has an expected answer."""
        return [value] if self._expects else []

    def _said(self, question: Question, part: SaidPart) -> Iterator[str]:
        """Yield what was said in one message, or that there is a recording without a transcript or a file."""
        if part.asked:
            yield follow_up_line(self._reader.words, part)
        option = next((option.label for option in question.options if option.id == part.value), None)
        if option:
            yield option.in_(self._reader.words.language)
        elif part.text:
            yield part.text
        elif part.spoken:
            yield self._reader.words.text("staff.workbook.unheard")
        if part.file:
            yield self._reader.words.plain("staff.workbook.file", name=part.file.name)

    # cells

    def _name(self, state: State) -> str:
        nameless = self._reader.candidate_words.plain("notice.nameless", number=state.interview[:6].upper())
        return state.name or nameless

    def _time(self, ms: int) -> datetime | None:
        """Return a local time, without the zone, which spreadsheets do not know."""
        return at(ms, self._reader.zone).replace(tzinfo=None, microsecond=0) if ms else None


def _forms(parts: Sequence[SaidPart]) -> list[str]:
    """Return how an answer was given: text, voice, choice, number or file, each once."""
    every = ("file" if part.file else "voice" if part.spoken else part.kind for part in parts)
    return list(dict.fromkeys(each if each in ("file", "voice", "choice", "number") else "text" for each in every))
