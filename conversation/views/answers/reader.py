"""Reads from the record what was said: answers by question, absences and their reasons, requests, and support."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, assert_never

from conversation import events as e
from conversation.script import Script
from conversation.state_changes.open_answer import NO_ANSWER
from conversation.views.answers.follow_ups import FollowUps
from conversation.views.answers.judgement import Judgement
from conversation.views.answers.models import (
    Answer,
    Feedback,
    Interruption,
    Request,
    SaidPart,
    SentFile,
    Spoken,
    SupportLine,
    Transcript,
)


def read(entries: Iterable[e.Entry], script: Script) -> Transcript:
    """Return what was said in an interview, from its entries in order."""
    reader = _Reader(script)
    for entry in entries:
        for event in entry.events:
            reader.take(event, entry.at_ms)
    reader.finish()
    return Transcript(
        list(reader.answers.values()),
        reader.interruptions,
        reader.requests,
        reader.support,
        reader.judgement.decisions,
        reader.judgement.proposal,
        reader.feedback,
        reader.judgement.notes,
        list(reader.names),
    )


class _Changing(NamedTuple):
    """An answer that is being changed: its question, the question open before, and the original parts."""

    question: str
    back_to: str
    parts: list[SaidPart]
    skipped: bool


class _Reader:
    def __init__(self, script: Script) -> None:
        self.answers = {step.question.id: Answer(step.question.id, step.stage.id) for step in script.steps}
        self.interruptions: list[Interruption] = []
        self.requests: list[Request] = []
        self.support: list[SupportLine] = []
        self._messages: dict[str, SaidPart] = {}
        self._voices: dict[int, tuple[str, SaidPart, Spoken]] = {}
        self._files: dict[int, SupportLine] = {}
        self._attached: dict[int, tuple[str, SaidPart, SentFile]] = {}
        self._aside: SaidPart | None = None
        self.judgement = Judgement()
        self._open = ""
        self._follow_ups = FollowUps(self.answers)
        self._changing: _Changing | None = None
        self._before: list[SaidPart] = []
        self.feedback = Feedback()
        self.names: dict[str, None] = {}

    def take(self, event: e.AnyEvent, at_ms: int) -> None:
        match event:
            case e.QuestionAsked():
                self._open = event.question
                self.answers[event.question].status = "open"
            case e.FollowUpSought() | e.FollowUpAsked() | e.FollowUpClosed():
                self._follow_ups.take(event, at_ms)
            case e.QuestionSkipped():
                self.answers[event.question].status = "none"
                self.answers[event.question].skipped = True
            case e.AnswerReopened() | e.AnswerChanged() | e.ChangeDropped():
                self._change(event, at_ms)
            case e.RestartUndone():
                self._take_back()
            case e.Invited() | e.InvitationOpened() | e.NameGiven():
                self.names |= {event.name: None} if event.name else {}
            case e.Remarked():
                self._aside = SaidPart(at_ms, "", event.message, "text", event.text)
            case e.FeedbackGiven() | e.FeedbackCommented():
                self._rate(event)
            case e.Decided() | e.DecisionProposed() | e.Noted():
                self.judgement.take(event, at_ms)
            case _:
                self._said(event, at_ms)

    def _said(self, event: e.AnyEvent, at_ms: int) -> None:
        match event:
            case e.PartReceived():
                part = SaidPart(at_ms, event.channel, event.message, event.kind, event.text, event.value)
                self._add(event.question, part, late=event.late)
            case e.SaidAdopted():
                if self._aside:
                    self._add(self._open, self._aside)
                    self.answers[self._open].parts.sort(key=lambda part: part.at_ms)
            case e.PartEdited():
                self._edit(event)
            case e.AnswerRestarted():
                answer = self.answers[event.question]
                self._before = answer.parts
                number = self._follow_ups.number(event.question, late=False)
                answer.dropped += [part for part in answer.parts if part.follow_up == number]
                answer.parts = [part for part in answer.parts if part.follow_up < number]
            case e.AnswerSubmitted():
                answer = self.answers[event.question]
                answer.status, answer.submitted_ms, answer.skipped = "submitted", at_ms, False
            case e.RequestMade() | e.SupportMessage() | e.ColleagueAnswered() | e.SupportReplied():
                self._with_people(event, at_ms)
            case e.SupportFile() | e.SupportFileKept():
                self._sent(event, at_ms)
            case e.PartFile() | e.PartFileKept() | e.PartFileLost():
                self._attach(event, at_ms)
            case e.VoiceReceived():
                self._speak(event, at_ms)
            case (
                e.AudioKept()
                | e.AudioLost()
                | e.Transcribed()
                | e.TranscriptFailed()
                | e.TranscriptConfirmed()
                | e.TranscriptEdited()
                | e.VoiceWithdrawn()
            ):
                self._hear(event)
            case _:
                self._away(event, at_ms)

    def _change(self, event: e.AnswerReopened | e.AnswerChanged | e.ChangeDropped, at_ms: int) -> None:
        """Follow the change of a submitted answer. The earlier version counts until a new one is handed in."""
        answer = self.answers[event.question]
        match event:
            case e.AnswerReopened():
                self._drop_change()
                self._changing = _Changing(event.question, self._open, answer.parts, answer.skipped)
                self._open, answer.parts = event.question, []
            case e.AnswerChanged() if self._changing:
                answer.dropped += self._changing.parts
                answer.status, answer.submitted_ms, answer.skipped = "submitted", at_ms, False
                self._open, self._changing = self._changing.back_to, None
            case _:
                self._drop_change()

    def _drop_change(self) -> None:
        if self._changing:
            answer = self.answers[self._changing.question]
            answer.dropped += answer.parts
            answer.parts = self._changing.parts
            self._open, self._changing = self._changing.back_to, None

    def finish(self) -> None:
        """End the reading. An answer whose change was not handed in is as before."""
        self._drop_change()
        self._follow_ups.mark()

    def _take_back(self) -> None:
        answer = self.answers[self._open]
        answer.parts = list(self._before)
        answer.dropped = [part for part in answer.dropped if part not in self._before]

    def _rate(self, event: e.FeedbackGiven | e.FeedbackCommented) -> None:
        match event:
            case e.FeedbackGiven():
                self.feedback = Feedback(event.face, self.feedback.comments)
            case e.FeedbackCommented():
                self.feedback = Feedback(self.feedback.face, (*self.feedback.comments, event.text))
            case _:
                assert_never(event)

    def _with_people(
        self,
        event: e.RequestMade | e.SupportMessage | e.ColleagueAnswered | e.SupportReplied,
        at_ms: int,
    ) -> None:
        match event:
            case e.RequestMade():
                self.requests.append(Request(at_ms, event.right, event.number, event.text))
            case e.SupportMessage() | e.ColleagueAnswered():
                self.support.append(SupportLine(at_ms, event.text))
            case e.SupportReplied():
                name, sha256 = (event.file.name, event.file.sha256) if event.file else ("", "")
                self.support.append(SupportLine(at_ms, event.text, event.by, name, sha256))
            case _:
                assert_never(event)

    def _sent(self, event: e.SupportFile | e.SupportFileKept, at_ms: int) -> None:
        """Read a file that was sent to people."""
        match event:
            case e.SupportFile():
                line = self._files[event.number] = SupportLine(at_ms, event.text, file=event.name or event.kind)
                self.support.append(line)
            case e.SupportFileKept():
                line = self._files[event.number]
                line.file, line.sha256 = event.file.name, event.file.sha256
            case _:
                assert_never(event)

    def _add(self, question: str, part: SaidPart, *, late: bool = False) -> None:
        part.follow_up = self._follow_ups.number(question, late=late)
        self.answers[question].parts.append(part)
        self._messages[part.message] = part

    def _still_open(self, question: str) -> bool:
        return self._follow_ups.is_open(question) or self.answers[question].status == "open"

    def _attach(self, event: e.PartFile | e.PartFileKept | e.PartFileLost, at_ms: int) -> None:
        """Read a file of an answer. The text beside it counts even if the file is lost."""
        if isinstance(event, e.PartFile):
            file = SentFile(event.name or event.kind, size=event.size)
            part = SaidPart(at_ms, event.channel, event.message, "file", event.text, file=file)
            self._add(event.question, part, late=event.late)
            self._attached[event.number] = event.question, part, file
            return
        question, part, file = self._attached[event.number]
        match event:
            case e.PartFileKept():
                file.name, file.sha256 = event.file.name, event.file.sha256
                file.media_type, file.size = event.file.media_type, event.size
            case e.PartFileLost():
                file.why = event.why
                if not part.text and self._still_open(question):
                    self._lose(question, part)
            case _:
                assert_never(event)

    def _speak(self, event: e.VoiceReceived, at_ms: int) -> None:
        spoken = Spoken(event.voice, event.duration_ms, platform=event.recognised)
        part = SaidPart(at_ms, event.channel, event.message, "voice", "", spoken=spoken)
        self._add(event.question, part, late=event.late)
        self._voices[event.voice] = event.question, part, spoken

    def _hear(
        self,
        event: e.AudioKept
        | e.AudioLost
        | e.Transcribed
        | e.TranscriptFailed
        | e.TranscriptConfirmed
        | e.TranscriptEdited
        | e.VoiceWithdrawn,
    ) -> None:
        question, part, spoken = self._voices[event.voice]
        match event:
            case e.AudioKept():
                spoken.sha256 = event.sha256
            case e.Transcribed():
                part.text = spoken.machine = event.text
                spoken.status, spoken.confidence, spoken.model = "unconfirmed", event.confidence, event.model
                spoken.segments, spoken.duration_ms = event.segments, event.duration_ms
            case e.AudioLost():
                self._unheard(question, part, spoken, event.why)
            case e.TranscriptFailed():
                spoken.machine = event.text
                spoken.duration_ms = event.duration_ms or spoken.duration_ms
                self._unheard(question, part, spoken, event.why)
            case e.TranscriptConfirmed():
                spoken.status = "confirmed"
            case e.TranscriptEdited():
                part.text, spoken.status = event.text, "edited"
            case e.VoiceWithdrawn():
                self._drop(question, part)
            case _:
                assert_never(event)

    def _unheard(self, question: str, part: SaidPart, spoken: Spoken, why: str) -> None:
        spoken.status, spoken.why = "failed", why
        if why in NO_ANSWER and self._still_open(question):
            self._lose(question, part)

    def _lose(self, question: str, part: SaidPart) -> None:
        """Drop a part that turned out to have no content. Undoing a restart does not bring it back."""
        answer = self.answers[question]
        self._before = [each for each in self._before if each is not part]
        if part in answer.parts:
            answer.parts.remove(part)
            answer.dropped.append(part)

    def _drop(self, question: str, part: SaidPart) -> None:
        answer = self.answers[question]
        self._before = list(answer.parts)
        if part in answer.parts:
            answer.parts.remove(part)
            answer.dropped.append(part)

    def _edit(self, event: e.PartEdited) -> None:
        if self._aside and self._aside.message == event.message and not event.late:
            self._aside.text = event.text
            return
        part = self._messages.get(event.message)
        if part and event.late:
            part.revision = event.text
        elif part:
            part.text = event.text

    def _away(self, event: e.AnyEvent, at_ms: int) -> None:
        match event:
            case e.Paused():
                self._leave(at_ms, "silence" if event.by == "silence" else "pause")
            case e.Exited():
                self._leave(at_ms, "exit")
            case e.Unreachable():
                self._leave(at_ms, "unreachable")
            case e.Lapsed():
                if not self._gone():
                    self._leave(at_ms, "silence")
            case e.DeadlineExtended(by="outage"):
                self.interruptions.append(Interruption(at_ms, "outage", at_ms))
            case e.Returned():
                if away := self._gone():
                    away.returned_ms, away.via = at_ms, event.via
                if event.said:
                    self._aside = SaidPart(at_ms, "", event.message, "text", event.said)
            case _:
                self._explain(event)

    def _explain(self, event: e.AnyEvent) -> None:
        """Add to the last absence the reason that the candidate gave, or the cause derived from circumstances."""
        away = self._last()
        match event:
            case e.ReasonGiven() if away:
                away.reason, away.group = event.reason, event.group
            case e.ReasonDetailed() if away:
                away.said = event.text
            case e.CauseDerived() if away and not away.returned_ms:
                away.cause, away.rule = event.cause, event.rule
            case _:
                pass

    def _leave(self, at_ms: int, kind: Literal["pause", "exit", "silence", "unreachable"]) -> None:
        """Begin an absence, or change the kind of the current one: a pause that turns into an exit is one."""
        if away := self._gone():
            away.kind = kind
        else:
            self.interruptions.append(Interruption(at_ms, kind))

    def _gone(self) -> Interruption | None:
        last = self._last()
        return last if last and not last.returned_ms else None

    def _last(self) -> Interruption | None:
        return next((each for each in reversed(self.interruptions) if each.kind != "outage"), None)
