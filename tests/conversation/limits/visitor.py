"""Somebody who sends without end, against the engine alone."""

from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.engine import Engine, invitation
from conversation.evolve import fold
from conversation.outcome import Outcome
from conversation.record.audit import seal
from conversation.script import Question, Script
from conversation.state import Record, State
from handlers.catalogues import vocabulary
from storage.codec import pack
from tests.fakes.scene import MINUTE, MORNING, ZONE
from tests.fakes.scripts import SCRIPT

HERE = i.Address("telegram", "700001", "42")
_ENGINE = Engine(vocabulary(), ZONE)


def script(**of_the_first: object) -> Script:
    """Return the small script with these properties of its first question, and a final review."""
    first, *others = SCRIPT.stages
    about, *rest = first.questions
    asked: Question = replace(about, **{"files": "allowed", **of_the_first})
    return replace(SCRIPT, stages=(replace(first, questions=(asked, *rest)), *others), review=True)


class Visitor:
    """A candidate, or somebody else who sends to the interview. A second passes with each input."""

    def __init__(self, of: Script) -> None:
        self.script = of
        self.now = MORNING
        self.record, entry, stored = invitation(
            e.Invited("00ff00ff00ff00ff", "spring", of.version, "Anna", phone="5678"), self.now, "invited"
        )
        self.entries = [entry]
        self.bytes = len(stored)
        self._number = 0

    @property
    def state(self) -> State:
        return self.record.state

    @property
    def nonce(self) -> str:
        """The nonce of the last input."""
        return f"fresh{self._number}"

    @property
    def state_bytes(self) -> int:
        return len(pack(self.record))

    def sends(self, what: i.What, sender: i.Address | None = HERE, **more: object) -> Outcome:
        self.now += 1_000
        self._number += 1
        sent = i.Inbound(f"in:{self._number}", what, sender, message=f"m{self._number}", nonce=self.nonce)
        outcome = _ENGINE.step(self.record, replace(sent, **more), self.script, self.now)
        if outcome.entry is not None:
            stored, head = seal(self.record.head, outcome.entry)
            self.record = Record(outcome.state, outcome.entry.n, head)
            self.entries.append(outcome.entry)
            self.bytes += len(stored)
        return outcome

    def presses(self, *choices: str) -> None:
        for choice in choices:
            self.sends(i.ChoicePressed(choice), self.state.address)

    def says(self, *texts: str) -> None:
        for text in texts:
            self.sends(i.TextReceived(text), self.state.address)

    def rests(self) -> None:
        """Let half an hour pass, in which no timer fires."""
        self.now += 30 * MINUTE

    def submits(self) -> None:
        """Go back to the open question, answer it, and submit. Raises AssertionError if that does not work."""
        if self.state.support:
            self.presses("back")
        if self.state.deletion:
            self.presses("undelete")
        if self.state.away:
            self.presses("continue")
        if self.state.prompt.answers is False:
            self.presses("continue")
        before = self.state.index
        match self.script.steps[before].question.kind:
            case "choice":
                self.presses("option.0")
            case "number":
                self.says("7")
            case _:
                self.says("I studied statistics in Leeds.")
        if self.state.index == before:
            self.presses("submit")
        assert self.state.index == before + 1, self.state

    def look_back(self) -> None:
        assert fold(self.entries) == self.state
