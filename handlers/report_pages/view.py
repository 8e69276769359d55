"""The content of a report page: all texts, in the order in which the page shows them."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import NamedTuple

from conversation.contact import Contact
from conversation.script import Question, Stage
from conversation.state_changes.answer_files import titled
from conversation.state_parts import Proposal
from conversation.timing.schedule import at
from conversation.views.answers import Answer, Interruption, SaidPart, SentFile, Spoken
from conversation.words import Vocabulary, Words, length_of
from handlers.automatic import automatic_result, result_line
from handlers.console.formatting import likely_cause
from handlers.maintenance.export import coverage
from handlers.notices.notices import reason, reason_label
from handlers.organisation.tokens import name_of
from handlers.report_pages.pages import Opened
from handlers.report_pages.profiles import ProfileView, profile_of
from handlers.report_pages.scores import ScoresView, scores_of
from handlers.rounding import percent

PICTURES = ("image/png", "image/jpeg", "image/webp")
"""Media types shown in the page itself; other files are downloads."""
UNSURE = 0.6
"""Stretches of a transcript with a lower confidence are marked."""


class Stretch(NamedTuple):
    """A piece of a transcript. `at` is its position in the recording; `unsure` asks readers to check by ear."""

    at: str
    text: str
    unsure: bool


class FileView(NamedTuple):
    """A file of an answer. `sha256` is empty if it is not archived; `picture` means it is shown in the page."""

    name: str
    sha256: str
    picture: bool
    about: str = ""


class PartView(NamedTuple):
    """One message of an answer.

    - `about`: remarks on it.
    - `machine`: the speech model's text, if the candidate corrected it.
    - `sha256`: its recording; empty if there is none.
    """

    text: str
    about: tuple[str, ...] = ()
    spoken: bool = False
    length: str = ""
    stretches: tuple[Stretch, ...] = ()
    machine: str = ""
    revision: str = ""
    sha256: str = ""
    file: FileView | None = None


class QuestionView(NamedTuple):
    """A question with its answer.

    `missing` says why there is nothing to assess; empty if there is. `marks` are ratings with their notes, and
    `automatic` says whether the answer is the expected one (empty: none is expected).
    """

    number: int
    ask: str
    parts: tuple[PartView, ...]
    missing: str
    marks: tuple[tuple[str, str], ...] = ()
    automatic: str = ""


class StageView(NamedTuple):
    """A stage. `whole` means that all its questions are answered."""

    title: str
    weight: str
    whole: bool
    questions: tuple[QuestionView, ...]


class BreakView(NamedTuple):
    """An interruption."""

    at: str
    until: str
    what: str
    said: str


class DecisionView(NamedTuple):
    """A decision. `last` marks the one that counts. `note` is empty on a page for a group."""

    decision: str
    by: str
    at: str
    note: str
    last: bool


class NoteView(NamedTuple):
    """A colleague's note."""

    text: str
    by: str
    at: str


class PageView(NamedTuple):
    """The whole page."""

    language: str
    name: str
    position: str
    state: str
    done: int
    total: int
    facts: tuple[tuple[str, str], ...]
    coverage: str
    missing: tuple[str, ...]
    stages: tuple[StageView, ...]
    breaks: tuple[BreakView, ...]
    decisions: tuple[DecisionView, ...]
    notes: tuple[NoteView, ...]
    notes_later: str
    scores: ScoresView | None
    profile: ProfileView | None


class Viewer:
    """Builds a page in one language.

    `staff` are the console's texts, `candidates` the texts also used with candidates.
    """

    def __init__(self, opened: Opened, staff: Words, candidates: Words, zone: tzinfo) -> None:
        self._opened = opened
        self._staff = staff
        self._candidates = candidates
        self._zone = zone
        self._scores = scores_of(opened, staff)

    def view(self) -> PageView:
        state, script, language = self._opened.state, self._opened.script, self._staff.language
        weights = coverage(self._opened.transcript, script)
        stages = tuple(self._stages())
        whole = [stage for stage in stages if stage.whole]
        return PageView(
            language=language,
            name=state.name or self._candidates.plain("notice.nameless", number=state.interview[:6].upper()),
            position=script.title.in_(language),
            state=self._staff.text(f"staff.state.{state.phase}"),
            done=state.done,
            total=len(script.steps),
            facts=tuple(self._facts()),
            coverage=self._staff.plain(
                "staff.report.coverage",
                done=len(whole),
                total=len(stages),
                percent=percent(weights["assessed_weight"], weights["total_weight"]),
            ),
            missing=tuple(stage.title for stage in stages if not stage.whole),
            stages=stages,
            breaks=tuple(self._break(each) for each in self._opened.transcript.interruptions),
            decisions=tuple(self._decisions()),
            notes=tuple(
                NoteView(each.text, self._name(each.by), self._moment(each.at_ms))
                for each in self._opened.notes.shown
            ),
            notes_later=self._notes_later(),
            scores=self._scores,
            profile=profile_of(self._opened, self._staff),
        )

    # header

    def _facts(self) -> Iterator[tuple[str, str]]:
        state, text = self._opened.state, self._staff.text
        yield from self._contact(state.contact)
        yield text("staff.page.campaign"), state.campaign
        if state.unit:
            yield text("staff.page.unit"), self._opened.organisation.unit_title(state.unit)
        if state.phase == "exited" or (state.phase == "lapsed" and state.reason):
            yield text("staff.page.reason"), reason(state, self._opened.script, self._candidates)
        for name, ms in (("started", state.started_ms), ("last", state.last_ms)):
            if ms:
                yield text(f"staff.page.{name}"), self._moment(ms)
        if state.deadline_ms and state.phase != "completed":
            yield text("staff.page.deadline"), self._moment(state.deadline_ms)
        if state.active_ms:
            minutes = max(1, round(state.active_ms / 60_000))
            yield text("staff.page.active"), self._staff.plain("staff.page.minutes", n=minutes)
        if state.address:
            yield text("staff.page.channel"), self._candidates.channel(state.address.channel)
        if state.proposed:
            yield text("staff.page.proposal"), self._proposal(state.proposed)
        yield text("staff.page.id"), state.interview

    def _proposal(self, proposed: Proposal) -> str:
        seconds = self._staff.text("staff.list.joint").join(each.name for each in self._opened.seconds)
        return self._staff.plain(
            "staff.card.proposed" if seconds else "staff.card.proposed.nobody",
            decision=self._staff.text(f"staff.decision.{proposed.decision}"),
            by=self._name(proposed.by),
            seconds=seconds,
        )

    def _contact(self, contact: Contact) -> Iterator[tuple[str, str]]:
        if contact.phone:
            yield self._staff.text("staff.page.phone"), contact.phone
        if contact.email:
            yield self._staff.text("staff.page.email"), contact.email
        yield from contact.details

    def _moment(self, ms: int) -> str:
        return self._candidates.moment(at(ms, self._zone))

    # answers

    def _stages(self) -> Iterator[StageView]:
        number = 0
        for stage in self._opened.script.stages:
            answers = [self._opened.answer(question.id) for question in stage.questions]
            questions = tuple(
                self._question(number + index, question, answer)
                for index, (question, answer) in enumerate(zip(stage.questions, answers, strict=True), start=1)
            )
            number += len(questions)
            yield self._stage(stage, questions, all(answer.status == "submitted" for answer in answers))

    def _stage(self, stage: Stage, questions: tuple[QuestionView, ...], whole: bool) -> StageView:
        weight = self._staff.plain("staff.page.weight", n=int(stage.weight), weight=f"{stage.weight:g}")
        return StageView(stage.title.in_(self._staff.language), weight, whole, questions)

    def _question(self, number: int, question: Question, answer: Answer) -> QuestionView:
        parts = tuple(self._part(question, part) for part in answer.parts)
        missing = ""
        if answer.status == "none" or (answer.status == "open" and not parts):
            missing = self._staff.text("staff.page.none")
        elif answer.status == "open":
            missing = self._staff.text("staff.page.open")
        elif not parts:
            missing = self._staff.text("staff.page.nothing")
        marks = self._scores.marks.get(question.id, ()) if self._scores else ()
        result = automatic_result(question, self._opened.ratings.shown.automatic)
        automatic = result_line(self._staff, result) if result else ""
        ask = question.ask.in_(self._staff.language).strip()
        return QuestionView(number, ask, parts, missing, marks, automatic)

    def _part(self, question: Question, part: SaidPart) -> PartView:
        if part.spoken:
            return self._spoken(part.text, part.spoken)
        if part.file:
            return PartView(part.text, revision=part.revision, file=self._file(part.file))
        labels = (option.label.in_(self._staff.language) for option in question.options if option.id == part.value)
        return PartView(next(labels, part.text), revision=part.revision)

    def _file(self, file: SentFile) -> FileView:
        about = ""
        if file.why:
            about = self._candidates.text(f"voice.why.{file.why}")
        elif not file.sha256:
            about = self._staff.text("staff.page.file.awaited")
        name = titled(file.name, self._candidates) if not file.sha256 else file.name
        return FileView(name, file.sha256, file.media_type in PICTURES, about)

    def _spoken(self, text: str, spoken: Spoken) -> PartView:
        """Return the transcript of a voice message, how reliable it is, and its recording."""
        about = [self._staff.text(f"staff.transcript.{spoken.status}")]
        heard = spoken.machine and spoken.status not in ("failed", "pending")
        if heard:
            about.append(self._staff.plain("staff.report.confidence", percent=percent(spoken.confidence, 1)))
        if spoken.why:
            about.append(self._candidates.text(f"voice.why.{spoken.why}"))
        if not spoken.sha256:
            about.append(self._staff.text("staff.report.recording.none"))
        stretches = tuple(
            Stretch(_place(each.start_ms), each.text, each.confidence < UNSURE) for each in spoken.segments
        )
        return PartView(
            text,
            tuple(about),
            spoken=True,
            length=length_of(round(spoken.duration_ms / 1000)),
            stretches=stretches if heard else (),
            machine=spoken.machine if spoken.machine != text else "",
            sha256=spoken.sha256,
        )

    # interruptions, decisions and notes

    def _break(self, each: Interruption) -> BreakView:
        until = self._moment(each.returned_ms) if each.returned_ms else self._staff.text("staff.card.break.open")
        what = self._staff.text(f"staff.break.{each.kind}")
        if each.reason:
            known = self._opened.script.reason(each.reason)
            what += f" · {reason_label(each.reason, known.label if known else None, self._candidates)}"
        if likely := likely_cause(self._staff, each.cause, each.rule):
            what += f" · {likely}"
        return BreakView(self._moment(each.at_ms), "" if each.kind == "outage" else until, what, each.said)

    def _name(self, person: str) -> str:
        """Return a colleague's name, or the id of one who has left."""
        return name_of(self._opened.organisation, person) or person

    def _decisions(self) -> Iterator[DecisionView]:
        """Yield the decisions, latest first, each with everyone who made it."""
        for index, each in enumerate(reversed(self._opened.transcript.decisions)):
            names = (self._name(person) for person in (each.first, each.by) if person)
            yield DecisionView(
                self._staff.text(f"staff.decision.{each.decision}"),
                self._staff.text("staff.list.joint").join(names),
                self._moment(each.at_ms),
                each.note if self._opened.private else "",
                last=not index,
            )

    def _notes_later(self) -> str:
        """Return how many notes the reader sees once they have rated. A group is told nothing of them."""
        withheld = self._opened.notes.withheld if self._opened.private else 0
        return self._staff.plain("staff.card.notes.later", n=withheld) if withheld else ""


def view_of(opened: Opened, staff: Vocabulary, candidates: Vocabulary, language: str, zone: tzinfo) -> PageView:
    return Viewer(opened, staff[language], candidates[language], zone).view()


def _place(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"
