"""A turn: one step in progress. It records events, collects messages and notices, and keeps the state current."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Literal

from msgspec.structs import replace

from conversation.choices import labels, offered
from conversation.events import SCHEMA, AnyEvent, Entry, Offered, Returned, WindowOpened
from conversation.evolve import evolve, touch
from conversation.inbound import Address, Attachment, Inbound, TextReceived, Writer
from conversation.jobs import Job
from conversation.limits import MOST_VOICES_IN_ALL, budget
from conversation.outbound import Choice, OutboundMessage
from conversation.outcome import Notice, NoticeKind, Outcome
from conversation.prompt import AnyPrompt
from conversation.question_kinds import QuestionKind, kind_of, takes_voice
from conversation.remarks.frequent import Topic, subject_of
from conversation.script import Question, Script, Step
from conversation.state import Record
from conversation.state_parts import Listed
from conversation.timing.schedule import at
from conversation.timing.working_hours import Staffing
from conversation.words import Styled, Vocabulary, Words

Actor = Literal["candidate", "stranger", "system", "staff"]


class Turn:
    """Collects what one inbound event leads to."""

    def __init__(
        self,
        record: Record,
        inbound: Inbound,
        script: Script,
        now: int,
        vocabulary: Vocabulary,
        zone: tzinfo,
        staffing: Staffing | None = None,
    ) -> None:
        self._before = record
        self.state = record.state
        self.inbound = inbound
        self.script = script
        self.now = now
        self.vocabulary = vocabulary
        self.zone = zone
        self.staffing = staffing
        self.can_nudge = False
        """Whether the candidate's platform can send a notice when nothing else may be sent."""
        self.by: Actor = "candidate" if inbound.sender else "system"
        self.prompted = True
        """Whether messages answer the candidate. Otherwise they are sent unprompted."""
        self.reaches = True
        """Whether the candidate notices unprompted messages while doing something else."""
        self.transcript_to: Address | None = None
        self.reviews, self.code = False, ""
        self.assisted = False
        """Whether there is an assistant that reads answers."""
        self._events: list[AnyEvent] = []
        self._messages: list[OutboundMessage] = []
        self._notices: list[Notice] = []
        self._jobs: list[Job] = []
        self._listed: Listed | None = None
        self._silenced = False
        self.pressed_at: AnyPrompt = record.state.prompt
        """The prompt that was on the screen when a choice was made."""

    # what is known

    @property
    def words(self) -> Words:
        """The words of the interview's language, with the script's own name for those who read the answers."""
        words = self.vocabulary[self.state.language]
        own = self.script.recruiter
        return words.naming(own.in_(self.state.language)) if own else words

    @property
    def addressed(self) -> str:
        """The candidate's name as it follows a greeting (`, Anna`); empty if it is unknown."""
        return self.words.plain("addressed", name=self.state.name) if self.state.name else ""

    @property
    def step(self) -> Step:
        """The open question with its stage. Valid only while a question is open."""
        return self.script.steps[self.state.index]

    @property
    def question(self) -> Question:
        return self.step.question

    @cached_property
    def remark(self) -> Topic | None:
        """The subject of the text that came, if it is addressed to the bot; otherwise None."""
        what = self.inbound.what
        return subject_of(what.text.strip(), self.script) if isinstance(what, TextReceived) else None

    @property
    def kind(self) -> QuestionKind:
        """The kind of the open question."""
        return kind_of(self.question)

    @property
    def takes_voice(self) -> bool:
        """Whether the open question may be answered by voice."""
        return takes_voice(self.question)

    @property
    def must_be_spoken(self) -> bool:
        """Whether the open answer still needs a voice message: the question requires one and is no follow-up, the
        interview takes one more, and the candidate has not asked to be spared that. Text besides a voice message
        is welcome."""
        question, state = self.question, self.state
        spoken = any(part.voice for part in state.parts)
        required = question.voice == "required" and self.kind.free and not state.follow_up
        return required and not (spoken or state.text_only or state.voices >= MOST_VOICES_IN_ALL)

    @property
    def has_question(self) -> bool:
        return 0 <= self.state.index < len(self.script.steps)

    @property
    def too_late(self) -> bool:
        """Whether this event comes after the deadline. A message that was sent in time is in time, whenever it
        arrives."""
        deadline = self.state.deadline_ms
        return self.now >= deadline and not 0 < self.inbound.sent_ms <= deadline

    @property
    def happened(self) -> bool:
        """Whether there is anything to record yet."""
        return bool(self._events)

    @property
    def was_working(self) -> bool:
        """Whether the candidate was working on the interview when this event came."""
        return self._before.state.working

    def local(self, ms: int) -> datetime:
        return at(ms, self.zone)

    def moment(self, ms: int) -> Styled:
        """Return a time in words, to be read now: it may say today or tomorrow."""
        return Styled.naming(self.words.moment(self.local(ms), self.local(self.now)), ms)

    def date(self, ms: int) -> Styled:
        """Return a time in words for a receipt, which may be read on another day: it names the date."""
        return Styled.naming(self.words.moment(self.local(ms)), ms)

    # what is done

    @contextmanager
    def unsaid(self) -> Iterator[None]:
        """Record what is done inside the context, but let `say` and `send` send nothing."""
        self._silenced = True
        try:
            yield
        finally:
            self._silenced = False

    def record(self, *events: AnyEvent) -> None:
        """Record these events and update the state at once."""
        for event in events:
            self.state = evolve(self.state, event, self.now)
        self._events += events

    def returned(self, *events: AnyEvent) -> None:
        """Record that the candidate is back; `events` begin with `Returned`. Notify the recruiters if they were
        notified of the absence."""
        before = self.state
        self.record(*(self._won_back(event) for event in events))
        if before.phase in ("exited", "unreachable", "lapsed"):
            self.tell_recruiters("returned")
        elif before.phase == "paused" and not before.report:
            self.tell_recruiters("resumed")

    def _won_back(self, event: AnyEvent) -> AnyEvent:
        return replace(event, via=self.state.through(self.now)) if isinstance(event, Returned) else event

    def say(
        self,
        key: str,
        choices: Sequence[str] = (),
        *,
        prompted: bool | None = None,
        calendar_ms: int = 0,
        **values: object,
    ) -> None:
        """Send the catalogue's text to the candidate, offering these choices; `calendar_ms` is as in
        `OutboundMessage`."""
        self.send(self.words.say(key, **values), choices, prompted=prompted)
        if calendar_ms and self._messages and not self._silenced:
            self._messages[-1] = replace(self._messages[-1], calendar_ms=calendar_ms)

    def send(
        self,
        styled: Styled,
        choices: Sequence[str] = (),
        *,
        to: Address | None = None,
        prompted: bool | None = None,
        subject: str = "",
        quiet: bool = False,
        file: Attachment | None = None,
        writer: Writer | None = None,
    ) -> None:
        address = to or self.state.address
        if address and not self._silenced:
            asked = self.prompted if prompted is None else prompted
            message = self._message(address, styled, choices, asked, subject, quiet)
            if not quiet and address == self.state.address:
                self._list(tuple(choices), message)
            self._messages.append(replace(message, file=file, writer=writer) if file or writer else message)

    def _list(self, choices: tuple[str, ...], message: OutboundMessage) -> None:
        """Note which choices are the last ones on the screen: those of this message or, if it has none but asks
        for something new, none at all."""
        if choices:
            self._listed = Listed(choices, message.by_name)
        elif self.state.prompt != self._before.state.prompt:
            self._listed = Listed(())

    def sends(self, text: str) -> bool:
        """Return whether a message so far contains this text."""
        return any(text in message.text for message in self._messages)

    def lists_nothing(self) -> None:
        """Note that the screen offers nothing to choose."""
        self._listed = Listed(())

    def post(self, message: OutboundMessage) -> None:
        """Send a finished message unchanged."""
        self._messages.append(message)

    def nudge(self) -> None:
        """Send a notice, outside the conversation, that the interview waits."""
        if self.state.address:
            title = self.script.title.in_(self.state.language)
            until = self.date(self.state.deadline_ms).text
            message = self._message(self.state.address, Styled(title), (), False, "", False)
            self._messages.append(replace(message, nudge=(title, until)))

    def message(
        self, styled: Styled, choices: Sequence[str], *, subject: str, quiet: bool
    ) -> OutboundMessage | None:
        """Return the message without sending it, for what is said beside the record. None if the candidate has no
        address."""
        address = self.state.address
        return self._message(address, styled, choices, True, subject, quiet) if address else None

    def _message(
        self, to: Address, styled: Styled, names: Sequence[str], prompted: bool, subject: str, quiet: bool
    ) -> OutboundMessage:
        state, script, words, zone = self.state, self.script, self.words, self.zone
        choices = tuple(
            Choice(self.token(choice), labels.label(state, script, words, zone, choice)) for choice in names
        )
        return OutboundMessage(
            to,
            styled.text,
            choices,
            styled.bold,
            prompted,
            self.state.interview,
            subject,
            quiet,
            by_name=bool(choices) and offered.by_name(self.state, self.script, tuple(names)),
            last=self.state.phase == "completed" and self.state.support is None,
            instants=styled.instants,
        )

    def queue(self, job: Job) -> None:
        """Queue a job for workers in the same commit."""
        self._jobs.append(job)

    def token(self, choice: str) -> str:
        """Return what comes back when the choice is pressed. It names the open question and the interview."""
        return f"{choice}@{self.state.index}.{self.state.interview[:4]}"

    def label(self, choice: str) -> str:
        """Return the label of the choice in the candidate's language."""
        return labels.label(self.state, self.script, self.words, self.zone, choice)

    def notify(self, notice: Notice) -> None:
        """Notify recruiters."""
        self._notices.append(notice)

    def tell_recruiters(
        self,
        kind: NoticeKind,
        text: str = "",
        right: str = "",
        *,
        again: bool = False,
        decision: str = "",
        by: str = "",
        seen_at: Address | None = None,
    ) -> None:
        self._notices.append(Notice(kind, text, right, again, self.now, decision=decision, by=by, seen_at=seen_at))

    def tell_of_help(
        self,
        kind: NoticeKind,
        text: str = "",
        *,
        file: Attachment | None = None,
        first: bool = False,
        why: str = "",
        writer: Writer | None = None,
    ) -> None:
        self._notices.append(Notice(kind, text, at_ms=self.now, file=file, first=first, why=why, writer=writer))

    # the outcome

    def outcome(self) -> Outcome:
        messages, notices, jobs = tuple(self._messages), tuple(self._notices), tuple(self._jobs)
        self._note_what_is_listed()
        self._open_window()
        if not self._events:
            return Outcome(self.state, None, messages, notices, self.transcript_to, jobs, self.reviews, self.code)
        state = self.state
        if self.by == "candidate":
            state = touch(state, self.now, working=self._before.state.working)
        number = self._before.version + 1
        entry = Entry(number, self.now, self.by, self.inbound.id, tuple(self._events), SCHEMA)
        state = budget.spent(state, entry)
        return Outcome(state, entry, messages, notices, self.transcript_to, jobs, self.reviews, self.code)

    def _note_what_is_listed(self) -> None:
        """Record the choices that were shown last, in this turn or before, if they are not the prompt's own: the
        state must know them."""
        if not self._events or self.state.phase == "erased":
            return
        last = self._listed or offered.listed(self._before.state, self.script)
        if last != offered.listed(self.state, self.script):
            self.record(Offered(last.choices, last.by_name))

    def _open_window(self) -> None:
        """Record the messaging window that this event opens. Only what the candidate sends opens one. A window
        that ends earlier does not replace the present one, unless it says that nothing may be sent."""
        window, now_open = self.inbound.window, self.state.window
        if window is None or not self._events or self.inbound.sender != self.state.address:
            return
        shut = not window.messages and window != now_open
        if shut or now_open is None or not now_open.messages or now_open.until_ms <= window.until_ms:
            self.record(WindowOpened(window.until_ms, window.messages))
