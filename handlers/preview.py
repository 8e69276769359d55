"""What candidates see in an interview, from the guide to the end, played by the engine alone.

Nothing is stored or sent: there is no interview, no record and no figure.
"""

from typing import Literal, NamedTuple

from conversation import events as e
from conversation import inbound as i
from conversation.engine import Engine, invitation
from conversation.outbound import OutboundMessage
from conversation.question_kinds import kind_of, takes_voice
from conversation.record.audit import seal, unseal
from conversation.script import Question, Script
from conversation.state import Record
from conversation.timing.schedule import next_due
from handlers.intake.transcripts import with_answers

_WHO = i.Address("preview", "preview", "preview")
_BETWEEN_MS = 20_000
_SPOKEN_MS = 12_000
_MOST_LOOKS = 12
"""How often to look whether something comes by itself: silence is noticed, at most three reminders, the end."""

Part = Literal["start", "privacy", "interview", "leaving", "reminders"]


class Seen(NamedTuple):
    """A message that the candidate sees, or what the example candidate does (`does`)."""

    text: str
    choices: tuple[str, ...] = ()
    does: bool = False


class Words(NamedTuple):
    """What the example candidate is called and answers, and what is said for a voice message."""

    name: str
    answer: str
    voice: str


def preview(script: Script, engine: Engine, language: str, words: Words, now: int) -> dict[Part, list[Seen]]:
    """Play the interview and return what is seen, by part."""
    play = _Play(script, engine, language, words, now)
    seen: dict[Part, list[Seen]] = {"start": play.does(i.Opened())}
    seen["privacy"] = play.branch().does(i.CommandReceived("privacy"))
    seen["interview"] = play.chooses("agree")
    if play.offers("agree"):  # after the practice question
        seen["interview"] += play.chooses("agree")
    away, leaving = play.branch(), play.branch()
    seen["interview"] += play.answers()
    seen["leaving"] = [*leaving.does(i.CommandReceived("exit")), *leaving.chooses("exit")]
    seen["reminders"] = away.reminders()
    return seen


class _Play:
    def __init__(self, script: Script, engine: Engine, language: str, words: Words, now: int) -> None:
        self._script = script
        self._engine = engine
        self._language = language
        self._words = words
        self._now = now
        self._number = 0
        self._offered: tuple[str, ...] = ()
        event = e.Invited("preview", "preview", script.version, words.name)
        self._record, _, stored = invitation(event, now, "preview")
        self._entries: tuple[bytes, ...] = (stored,)

    def branch(self) -> "_Play":
        """Return a play that goes on from here by itself."""
        other = _Play(self._script, self._engine, self._language, self._words, self._now)
        other._record, other._entries, other._number = self._record, self._entries, self._number
        other._offered = self._offered
        return other

    def offers(self, choice: str) -> bool:
        return any(token.partition("@")[0] == choice for token in self._offered)

    def does(self, what: i.What) -> list[Seen]:
        """Let the candidate do something, and return what is seen then."""
        self._now += _BETWEEN_MS
        return self._step(what, _WHO)

    def chooses(self, choice: str) -> list[Seen]:
        """Press a button of that kind, if one is offered."""
        token = next((token for token in self._offered if token.partition("@")[0] == choice), None)
        return self.does(i.ChoicePressed(token)) if token else []

    def answers(self) -> list[Seen]:
        """Answer all questions in an ordinary way, and pass over follow-ups."""
        seen: list[Seen] = []
        while question := self._question():
            index = self._record.state.index
            seen += self._answer(question)
            if self._record.state.follow_up:
                seen += self.chooses("skip")
            if self._record.state.reviewing:
                seen += self.chooses("handin")
            if self._record.state.index == index and self._record.state.phase == "running":
                break
        return seen

    def reminders(self) -> list[Seen]:
        """Return what comes if the candidate stays silent, up to and after the deadline."""
        seen: list[Seen] = []
        for _ in range(_MOST_LOOKS):
            due = next_due(self._record.state, self._script, self._engine.zone)
            if not due:
                break
            self._now = max(self._now, due)
            seen += self._step(i.Ticked(), None)
        return seen

    def _question(self) -> Question | None:
        state = self._record.state
        there = state.phase == "running" and not state.reviewing and state.index < len(self._script.steps)
        return self._script.steps[state.index].question if there else None

    def _answer(self, question: Question) -> list[Seen]:
        kind = kind_of(question)
        if options := kind.options(question):
            label = question.options[0].label.in_(self._language)
            return [Seen(label, does=True), *self.does(i.ChoicePressed(options[0]))]
        if question.voice == "required" and takes_voice(question):
            seen = [Seen(self._words.voice, does=True), *self._speak()]
        else:
            text = kind.sample(question) or self._words.answer
            seen = [Seen(text, does=True), *self.does(i.TextReceived(text))]
        return seen if kind.at_once and self._question() is not question else [*seen, *self.chooses("submit")]

    def _speak(self) -> list[Seen]:
        seen = self.does(i.VoiceReceived(i.Media("preview", duration_ms=_SPOKEN_MS)))
        number = self._record.state.voices
        return seen + self._step(i.TranscriptReady(number, self._words.answer, 1.0, "", _SPOKEN_MS), None)

    def _step(self, what: i.What, sender: i.Address | None) -> list[Seen]:
        self._number += 1
        event = i.Inbound(
            f"preview:{self._number}", what, sender, self._now, f"{self._number}", self._words.name, self._language
        )
        outcome = self._engine.step(self._record, event, self._script, self._now)
        messages = outcome.messages
        if outcome.entry:
            stored, head = seal(self._record.head, outcome.entry)
            self._entries = (*self._entries, stored)
            self._record = Record(outcome.state, outcome.entry.n, head)
        if outcome.reviews:
            entries = [unseal(each)[1] for each in self._entries]
            messages = with_answers(messages, entries, self._script, self._engine.vocabulary[self._language])
        return [self._seen(message) for message in messages if message.to == _WHO]

    def _seen(self, message: OutboundMessage) -> Seen:
        self._offered = tuple(each.token for each in message.choices) or self._offered
        return Seen(message.text, tuple(each.label for each in message.choices))
