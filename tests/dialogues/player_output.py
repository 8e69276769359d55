"""What comes out of playing a dialogue, as lines: the messages sent, and the record."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from conversation.evolve import fold
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal, verify
from conversation.script import Script
from conversation.timing.schedule import at
from conversation.views.answers import Interruption
from conversation.views.answers import read as read_transcript
from tests.dialogues.recorded import answer_lines
from tests.dialogues.worlds import RECRUITERS, World
from tests.dialogues.written import message_lines

PLACES = {
    "": Address("telegram", "700001", "42"),
    "other": Address("telegram", "700001", "99"),
    "web": Address("web", "main", "7f3a"),
    "R": RECRUITERS,
}


class PlayerOutput:
    """Writes messages, records and times as the lines of a dialogue."""

    def __init__(self, script: Script, world: World, zone: ZoneInfo) -> None:
        self._script = script
        self._world = world
        self._zone = zone
        self._shown: set[tuple[Address, str]] = set()

    def _lines(self, sent: Iterable[OutboundMessage]) -> list[str]:
        names = {address: name for name, address in PLACES.items()}
        return [
            line
            for message in sent
            for line in message_lines(names[message.to], message, self._how_shown(message))
        ]

    def _how_shown(self, message: OutboundMessage) -> str:
        """Return a note if the message replaces an earlier one on a channel that can edit messages."""
        if not message.subject:
            return ""
        before = (message.to, message.subject) in self._shown
        if message.formerly:
            self._shown.add((message.to, message.subject))
            return f"(anew; the former card: “{message.formerly}”) " if before else ""
        if message.quiet:
            return "(instead) " if before else "(only where something can be edited) "
        self._shown.add((message.to, message.subject))
        return "(instead) " if before else ""

    async def record(self) -> list[str]:
        """Return the record as recruiters read it, after checking it against the state and its chain."""
        record, stored = await self._world.record(), await self._world.entries()
        entries = verify(record.state.interview, stored, record.version, record.head)
        assert fold(entries) == record.state
        assert [unseal(blob)[1] for blob in stored] == entries
        transcript = read_transcript(entries, self._script)
        done, total = max(record.state.index, 0), len(self._script.steps)
        answers = (line for answer in transcript.answers for line in answer_lines(answer))
        return [
            f"= {record.state.phase} {done}/{total}, deadline {self._time(record.state.deadline_ms)}",
            *answers,
            *(self._interruption(each) for each in transcript.interruptions),
        ]

    def _interruption(self, away: Interruption) -> str:
        back = self._time(away.returned_ms) if away.returned_ms else "…"
        reason = f", {away.reason} ({away.group})" if away.reason else ""
        said = f", “{away.said}”" if away.said else ""
        return f"= away {self._time(away.at_ms)} – {back}: {away.kind}{reason}{said}"

    def _time(self, ms: int) -> str:
        return at(ms, self._zone).strftime("%Y-%m-%d %H:%M")
