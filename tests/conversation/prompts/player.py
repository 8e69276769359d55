"""A player that drives the engine alone and remembers the messages sent."""

from zoneinfo import ZoneInfo

from conversation import events as e
from conversation import inbound as i
from conversation.engine import Engine, invitation
from conversation.outbound import OutboundMessage
from conversation.outcome import Outcome
from conversation.script import Script
from conversation.state import Record, State
from conversation.timing.schedule import next_due
from handlers.catalogues import vocabulary

CANDIDATE = i.Address("telegram", "700001", "42")
VOICE = i.VoiceReceived(i.Media("file-1", duration_ms=42_000))
ZONE = ZoneInfo("Asia/Shanghai")
_NOON_MS = 1_795_751_200_000  # 2026-11-27, shortly before noon in Shanghai: no quiet hours


class Player:
    """One interview. With an empty `name` the candidate is asked for it first. `reaches` is as for `Engine`."""

    def __init__(self, script: Script, *, name: str = "张三", reaches: bool = True) -> None:
        self.script = script
        self.now = _NOON_MS
        self._engine = Engine(vocabulary(), ZONE, reaches=lambda _: reaches)
        event = e.Invited("6651a1b2c3d4e5f6", "spring", script.version, name, walk_in=not name)
        self.record, _, _ = invitation(event, self.now, "invited")
        self.sent: list[OutboundMessage] = []
        self._number = 0
        self.halted = False
        self.last_message = ""

    @property
    def state(self) -> State:
        return self.record.state

    def does(self, what: i.What, message: str = "") -> Outcome:
        """Apply an input of the candidate, fifteen seconds after the last one."""
        self.now += 15_000
        self._number += 1
        if isinstance(what, i.TextReceived):
            self.last_message = f"m{self._number}"
        own = message or f"m{self._number}"
        inbound = i.Inbound(
            f"in:{self._number}", what, CANDIDATE, self.now, own, language="zh", nonce="fresh", halted=self.halted
        )
        return self._step(inbound)

    def happens(self, what: i.What) -> Outcome:
        self._number += 1
        return self._step(i.Inbound(f"by:{self._number}", what))

    def waits(self, minutes: int) -> None:
        """Let this many minutes pass and run each timer that falls due on the way."""
        goal = self.now + minutes * 60_000
        while 0 < (due := next_due(self.state, self.script, ZONE)) <= goal:
            self.now = max(self.now, due)
            self.happens(i.Ticked())
        self.now = goal

    def presses(self, label: str) -> Outcome:
        return self.does(i.ChoicePressed(self.token(label)))

    def token(self, label: str) -> str:
        """Return the token of the last button with this label."""
        for message in reversed(self.sent):
            for choice in message.choices:
                if choice.label == label:
                    return choice.token
        raise AssertionError(f"[{label}] was never offered")

    def _step(self, inbound: i.Inbound) -> Outcome:
        outcome = self._engine.step(self.record, inbound, self.script, self.now)
        if outcome.entry is not None:
            self.record = Record(outcome.state, outcome.entry.n, self.record.head)
        self.sent += [message for message in outcome.messages if not message.quiet]
        return outcome
