"""What each figure means, shown under every answer that uses it, and sums whose parts are visible."""

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from conversation.words import Styled, Words

Figure = Literal[
    "ended",
    "completion_rate",
    "exit_rate",
    "over",
    "direct_exit_rate",
    "started_completion_rate",
    "subjective_exit_rate",
    "departures",
    "interruptions",
    "unsaid",
    "dark",
    "stopped",
    "lost",
    "hour",
    "advance_rate",
    "rate_ratio",
    "overdue",
]
FIGURES: tuple[Figure, ...] = get_args(Figure)
"""The figures that have a definition, in the order in which definitions are shown."""


def definition(words: Words, figure: Figure) -> str:
    """Return the definition of a figure: its name, an equals sign, and what it counts."""
    return words.text(f"staff.define.{figure}")


def definitions(words: Words, figures: Iterable[Figure]) -> Styled:
    """Return the definitions of these figures in one paragraph."""
    wanted = frozenset(figures)
    said = [definition(words, each) for each in FIGURES if each in wanted]
    return words.say("staff.define", definitions=words.text("staff.define.joint").join(said))


def equation(whole: str, total: int, parts: Sequence[tuple[str, int]]) -> str:
    """Return a sum with its parts, for example `中断 16 = 没有回音 7 + 自己暂停 8 + 退出 1`. Parts that are 0 are
    left out."""
    shown = [f"{name} {number}" for name, number in parts if number]
    return f"{whole} {total} = {' + '.join(shown)}" if shown else f"{whole} {total}"
