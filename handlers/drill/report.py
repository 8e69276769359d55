"""A drill's report as one message: a line for each step, and advice where one failed."""

from conversation.words import Styled, Words
from handlers.drill.board import Board, Line
from handlers.drill.request import DrillRequest

_MARKS = {"waiting": "▫️", "running": "⏳", "passed": "✅", "failed": "❌", "skipped": "⚪"}


def told(board: Board, order: DrillRequest, words: Words) -> Styled:
    """Return the report of the drill's current progress."""
    lines: list[Styled | str] = [
        words.say("staff.drill.title", campaign=order.campaign),
        _headline(board, words),
        *(_line(each, words) for each in board.lines),
    ]
    blocks = [Styled.join(lines)]
    advice = [words.plain(f"staff.drill.fix.{each.name}") for each in board.lines if each.outcome == "failed"]
    if advice:
        blocks.append(
            Styled.join([words.say("staff.drill.advice"), *(f"· {each}" for each in dict.fromkeys(advice))])
        )
    if board.ended_ms or board.interrupted:
        blocks.append(words.say("staff.drill.traceless"))
    return Styled.join(blocks, "\n\n")


def _headline(board: Board, words: Words) -> Styled:
    if board.interrupted:
        return words.say("staff.drill.interrupted")
    if not board.ended_ms:
        done = sum(each.outcome in ("passed", "failed", "skipped") for each in board.lines)
        return words.say("staff.drill.going", done=done, total=len(board.lines))
    seconds = f"{(board.ended_ms - board.started_ms) / 1000:.1f}"
    failed = board.number("failed")
    if failed:
        return words.say("staff.drill.failed", n=failed, seconds=seconds)
    return words.say("staff.drill.passed", n=board.number("passed"), seconds=seconds)


def _line(line: Line, words: Words) -> str:
    name = words.text(f"staff.drill.step.{line.name}")
    said = f"{_MARKS[line.outcome]} {name}"
    if line.outcome in ("waiting", "running"):
        return said
    if line.note:
        return f"{said} · {words.plain(f'staff.drill.why.{line.note}', **line.values)}"
    more = words.plain(f"staff.drill.said.{line.name}", **line.values) if line.values else ""
    return " · ".join(each for each in (said, more, f"{line.took_ms} ms") if each)
