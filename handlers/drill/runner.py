"""Running a drill, one step after the other, each with a time limit; a failed step ends the interview."""

import asyncio
from collections.abc import Awaitable, Callable

from conversation.errors import BotError
from conversation.script import Script
from handlers.actions.context import Tools
from handlers.drill import checks
from handlers.drill.board import CHECKS, INTERVIEW, Board, Failed, Line, Outcome, Skipped
from handlers.drill.candidate import World
from handlers.drill.request import DrillRequest
from handlers.drill.steps import Play

STEP_S = 45.0
SLOW_S = 240.0
_SLOW = frozenset({"voice", "answers"})
_MOST_SHOWN = 200
Step = Callable[[], Awaitable[dict[str, object]]]


class Drill:
    """One drill. `recording` is the candidate's voice message; `report` is called after each change."""

    def __init__(
        self,
        order: DrillRequest,
        script: Script,
        tools: Tools,
        pause: Callable[[float], Awaitable[None]],
        recording: bytes,
        report: Callable[[Board], Awaitable[None]],
    ) -> None:
        self._order = order
        self._tools = tools
        self._recording = recording
        self._report = report
        world = World(tools.store, tools.intake, tools.now, pause)
        self._play = Play(order, script, tools, world, len(recording))
        self.board = Board.new(order.started_ms)

    async def run(self) -> Board:
        """Run all checks and steps, and report. Raises StoreUnavailable only if not even a report is possible."""
        for name in CHECKS:
            await self._try(name, self._checks()[name])
        steps = self._steps()
        for name in INTERVIEW:
            if not await self._try(name, steps[name]):
                break
        self.board.ended_ms = self._tools.now()
        await self._report(self.board)
        return self.board

    def _checks(self) -> dict[str, Step]:
        tools = self._tools
        return {
            "redis": lambda: checks.redis(tools),
            "archive": self._archive,
            "accounts": lambda: checks.accounts(tools),
            "links": lambda: checks.links(tools, self._order.token),
            "speech": self._speech,
        }

    def _steps(self) -> dict[str, Step]:
        play = self._play
        return {
            "invitation": play.invitation,
            "start": play.start,
            "consent": play.consent,
            "text": play.text,
            "exit": play.exit,
            "notice": play.notice,
            "return": play.back,
            "timers": play.timers,
            "duplicate": play.duplicate,
            "voice": play.voice,
            "answers": play.answers,
            "end": play.end,
            "record": play.record,
        }

    async def _archive(self) -> dict[str, object]:
        self._play.sha256 = await checks.archive(self._tools, self._recording)
        return {}

    async def _speech(self) -> dict[str, object]:
        said = await checks.speech(self._tools)
        self._play.heard = True
        return said

    async def _try(self, name: str, step: Step) -> bool:
        """Run one step and return whether the drill can continue."""
        line = self.board.line(name)
        line.outcome, began = "running", self._tools.now()
        await self._report(self.board)
        line.outcome = await self._outcome(line, step)
        line.took_ms = self._tools.now() - began
        return line.outcome != "failed"

    async def _outcome(self, line: Line, step: Step) -> Outcome:
        try:
            async with asyncio.timeout(SLOW_S if line.name in _SLOW else STEP_S):
                line.values = await step()
        except Skipped as skipped:
            line.note = skipped.why
            return "skipped"
        except Failed as failed:
            line.note, line.values = failed.why, failed.values
        except TimeoutError:
            line.note = "timeout"
        except BotError as error:
            line.note, line.values = "error", {"problem": str(error)[:_MOST_SHOWN]}
        else:
            return "passed"
        return "failed"
