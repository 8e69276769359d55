"""One synthetic candidate, who answers questions until some trouble, and reacts to the messages that arrive."""

import math
import random
from dataclasses import dataclass

from conversation import inbound as i
from conversation.script import Question
from tests.simulation.assumptions import OUTSIDE, REASONS, Assumptions, Trouble
from tests.simulation.features import Features
from tests.simulation.interview import MINUTE, Interview, Interviews


@dataclass
class Person:
    """One candidate. `chance` is their own generator, so they are the same in every run with the same seed."""

    interviews: Interviews
    features: Features
    assumed: Assumptions
    chance: random.Random
    number: int

    def __post_init__(self) -> None:
        hazards = self.assumed.hazards
        self.on_web = self.chance.random() < self.assumed.on_web
        bad = self.chance.random() < hazards.with_bad_network
        self.network = hazards.bad_network if bad else hazards.network
        self.battery = hazards.battery if self.chance.random() < hazards.with_low_battery else 0.0
        self.now: Interview = self._begin(0)
        self.attempts = [self.now]
        self.truth: Trouble | None = None
        """The reason for the current or last absence."""

    @property
    def completed(self) -> bool:
        return any(each.state.phase == "completed" for each in self.attempts)

    def play(self) -> "Person":
        """Play until the interview is over, completed or not."""
        while self.now.state.phase == "running":
            self._work()
        self._asked_later()
        return self

    # at a question

    def _work(self) -> None:
        interview = self.now
        question = interview.question
        takes = question.minutes * self.assumed.pace * self._around()
        trouble, after = self._trouble(question, takes)
        interview.pass_(min(takes, after) * MINUTE)
        if interview.state.phase != "running":  # ten minutes over one answer count as silence
            interview.says(i.ChoicePressed("continue"))
        if trouble is None:
            self._answer(question)
        elif trouble in OUTSIDE:
            self._vanish(trouble)
        else:
            self._leave(trouble)

    def _answer(self, question: Question) -> None:
        match question.kind:
            case "choice":
                self.now.presses("option.0")
            case "number":
                self.now.says(i.TextReceived(f"{question.minimum or 0:g}"))
            case "short":
                self.now.says(i.TextReceived("a short answer"))
            case "open":
                self.now.says(i.TextReceived("an answer of some length"))
                self.now.presses("submit")

    def _trouble(self, question: Question, minutes: float) -> tuple[Trouble | None, float]:
        """Return the first trouble while they answer and its time in minutes, or (None, infinity)."""
        hazards, worked = self.assumed.hazards, self.now.state.active_ms / MINUTE
        rates: dict[Trouble, float] = {
            "network": self.network,
            "battery": self.battery,
            "called_away": hazards.called_away,
            "lost_interest": hazards.lost_interest,
            "too_long": hazards.tired * worked,
            "too_hard": hazards.hard * question.difficulty**2,
        }
        when = {trouble: self.chance.expovariate(rate) if rate else math.inf for trouble, rate in rates.items()}
        first = min(when, key=lambda each: when[each])
        return (first, when[first]) if when[first] < minutes else (None, math.inf)

    # away

    def _vanish(self, trouble: Trouble) -> None:
        """Disappear because of an outside trouble. After it they may return by themselves or be reminded."""
        self.truth, interview = trouble, self.now
        if trouble != "called_away" and self.chance.random() < self.assumed.responses.says_so:
            self._say_and_leave(trouble)
            return
        if self.on_web and "circumstances" in self.features:
            interview.shows("lost" if trouble == "network" else "closed")
        self._stay_away(trouble)

    def _stay_away(self, trouble: Trouble) -> None:
        """Stay away as long as the trouble lasts. Then they return by themselves or after a reminder, or never."""
        self.now.pass_(self.assumed.away_min[trouble] * self._around() * MINUTE)
        if self.now.open and self._willing():
            self._return()
            return
        while self.now.open and self.now.reminded():
            if self.chance.random() < self._heeds():
                self._return()
                return

    def _willing(self) -> bool:
        responses = self.assumed.responses
        if "saved" in self.features:
            return self.chance.random() < responses.comes_back
        return self.chance.random() < responses.begins_anew * self._left()

    def _heeds(self) -> float:
        """Return the probability of following a reminder. Without saved progress it leads to an empty form."""
        heeds = self.assumed.responses.to_reminder
        return heeds if "saved" in self.features else heeds * self._left() * self.assumed.responses.begins_anew

    def _left(self) -> float:
        """Return the share of questions not answered yet."""
        return 1 - self.now.state.index / len(self.now.script.steps)

    def _return(self) -> None:
        if "saved" in self.features:
            if self.on_web and "circumstances" in self.features:
                self.now.shows("connected")
            self.now.presses("continue")
        else:
            self.now = self._begin(len(self.attempts), self.now.now)
            self.attempts.append(self.now)

    # leaving

    def _leave(self, trouble: Trouble) -> None:
        """Leave by their own choice, unless the warning makes them stay or pause."""
        self.truth, interview, responses = trouble, self.now, self.assumed.responses
        if "warning" in self.features:
            interview.says(i.CommandReceived("exit"))
            if interview.offers("continue") and self.chance.random() < responses.stays.get(trouble, 0.0):
                interview.presses("continue")
                return
            if interview.offers("pause") and self.chance.random() < responses.pauses:
                interview.presses("pause")
                self._stay_away("called_away")
                return
        self._exit(trouble)

    def _exit(self, trouble: Trouble) -> None:
        """Exit, and perhaps give the reason if asked."""
        self.now.says(i.ChoicePressed("exit"))
        asked = "reason" in self.features and self.now.offers("reason.")
        if asked and self.chance.random() < self.assumed.responses.taps_reason:
            self.now.presses(f"reason.{REASONS[trouble]}")

    def _say_and_leave(self, trouble: Trouble) -> None:
        """Exit because the connection or the phone fails. They may continue on another device or return later."""
        self._exit(trouble)
        offered = "device" in self.features and self.now.offers("device")
        if offered and self.chance.random() < self.assumed.responses.changes_device:
            self.now.moves()
            return
        self.now.pass_(self.assumed.away_min[trouble] * self._around() * MINUTE)
        if self.now.state.phase == "exited" and self.now.in_time and self._willing():
            self._return()

    def _asked_later(self) -> None:
        """Let the deadline pass, and perhaps answer the question asked after it."""
        if self.now.state.phase == "completed":
            return
        self.now.until_over()
        asked = self.now.offers("reason.") and self.now.state.phase == "lapsed"
        if "later" in self.features and asked and self.chance.random() < self.assumed.responses.answers_later:
            self.now.presses(f"reason.{REASONS[self.truth or 'called_away']}")

    # chance

    def _around(self) -> float:
        """Return a random factor: positive, with median 1, seldom large."""
        return math.exp(self.chance.gauss(0, self.assumed.spread / 2))

    def _begin(self, attempt: int, now: int | None = None) -> Interview:
        interview = self.interviews.begin(f"{self.number:08x}{attempt:08x}", on_web=self.on_web, now=now)
        interview.presses("agree")
        return interview
