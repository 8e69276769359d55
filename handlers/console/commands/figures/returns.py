"""How many times away ended with a return, and what had been done to win people back."""

from collections import Counter

from conversation.words import Styled
from handlers.console.context import CommandContext
from handlers.figures.outcomes import WAYS
from handlers.figures.rates import FEW, kept_back, share

KINDS = ("silence", "pause", "exit", "lapse", "unreachable", "aside")


def returns(context: CommandContext, total: Counter[str]) -> list[Styled | str]:
    """Return the lines, empty if nobody was away. They count times away, not people: someone who was away twice
    counts twice."""
    if not total["away"]:
        return []
    back = sum(total[f"returns:{way}"] for way in WAYS)
    lines: list[Styled | str] = [_headline(context, back, total["away"])]
    if total["away"] >= FEW:
        lines += _by(context, "away", {kind: total[f"away:{kind}"] for kind in KINDS})
    if back >= FEW:
        lines.append(context.words.say("staff.returns.through"))
        lines += _by(context, "via", {way: total[f"returns:{way}"] for way in WAYS})
    if total["stayed"] >= FEW:
        lines.append(context.words.say("staff.returns.stayed", n=total["stayed"]))
    return lines


def _headline(context: CommandContext, back: int, away: int) -> Styled:
    found = share(back, away)
    if found is None:
        return context.words.say("staff.returns.few", few=FEW)
    return context.words.say("staff.returns.rate", away=away, back=back, **found._asdict())


def _by(context: CommandContext, what: str, numbers: dict[str, int]) -> list[str]:
    """Return lines for the parts of a sum, largest first, with small ones suppressed."""
    hidden = kept_back(numbers)
    return [
        context.words.plain(
            "staff.returns.line",
            what=context.words.text(f"staff.returns.{what}.{name}"),
            number=context.words.text("staff.exits.kept_back") if name in hidden else str(number),
        )
        for name, number in sorted(numbers.items(), key=lambda each: -each[1])
        if number
    ]
