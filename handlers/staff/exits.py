"""Why people left, as far as they said so."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from conversation.script import Script
from conversation.words import Styled
from handlers.staff.figures import FEW, kept_back
from handlers.staff.lines import Line
from handlers.staff.returns import returns
from handlers.staff.rights import READS
from handlers.staff.statistics import chosen, counts_of, summed
from handlers.staff.turn import Command, Turn
from storage.ports import Campaign

_GROUPS = ("technical", "time", "flow", "personal")


async def exits(turn: Turn, line: Line) -> None:
    """Why people left, as far as they said so. Small numbers are kept back: they would tell of single people."""
    what = await chosen(turn, line.arguments)
    total = summed(await counts_of(turn, what.campaigns), what.campaigns)
    title = turn.words.say("staff.exits.title", title=what.title)
    left = total["exits"] + total["phase:lapsed"]
    back = Styled.join(returns(turn, total))
    if left < FEW:
        why = turn.words.say("staff.exits.few", few=FEW) if left else turn.words.say("staff.exits.none")
        turn.send(Styled.join([Styled.join([title, why]), back], "\n\n"))
        return
    reasons = await _reasons(turn, what.campaigns, total)
    headline = turn.words.say("staff.exits.left", n=left, exits=total["exits"], lapsed=total["phase:lapsed"])
    note = turn.words.say("staff.exits.note", few=FEW)
    why = Styled.join([title, headline, *_by_group(turn, reasons, left)])
    turn.send(Styled.join([why, back, note], "\n\n"))


class _Reason(NamedTuple):
    id: str
    group: str
    label: str
    number: int


async def _reasons(turn: Turn, among: Sequence[Campaign], total: Counter[str]) -> list[_Reason]:
    """What was said, and how often; most often first. That one would rather not say is no reason."""
    scripts = [
        await turn.tools.store.directory.script(version)
        for version in dict.fromkeys(each.script for each in among)
    ]
    said = [
        _reason(turn, [each for each in scripts if each], name.removeprefix("reason:"), number)
        for name, number in total.items()
        if name.startswith("reason:") and name != "reason:skipped" and number > 0
    ]
    return sorted(said, key=lambda each: (-each.number, each.label))


def _reason(turn: Turn, scripts: Sequence[Script], reason: str, number: int) -> _Reason:
    """A reason that only an earlier version of a script had goes by its id, among the personal ones."""
    known = next((found for script in scripts if (found := script.reason(reason))), None)
    own = known.label.in_(turn.language) if known and known.label else ""
    return _Reason(reason, known.group if known else "personal", own or _default_label(turn, reason), number)


def _default_label(turn: Turn, reason: str) -> str:
    try:
        return turn.tools.candidate_words[turn.language].text(f"choice.reason.{reason}")
    except KeyError:
        return reason


def _by_group(turn: Turn, reasons: Sequence[_Reason], left: int) -> list[Styled | str]:
    groups = {group: sum(each.number for each in reasons if each.group == group) for group in _GROUPS}
    unsaid = max(0, left - sum(groups.values()))
    hidden = kept_back({**groups, "unsaid": unsaid})
    lines: list[Styled | str] = []
    for group in sorted(_GROUPS, key=lambda each: -groups[each]):
        if groups[group]:
            name = turn.words.text(f"staff.exits.group.{group}")
            shown = _shown(turn, groups[group], hidden.get(group))
            lines.append(turn.words.say("staff.exits.group", group=name, number=shown))
            lines += [] if group in hidden else _in_group(turn, [each for each in reasons if each.group == group])
    if unsaid:
        name, shown = turn.words.text("staff.exits.unsaid"), _shown(turn, unsaid, hidden.get("unsaid"))
        lines.append(turn.words.say("staff.exits.group", group=name, number=shown))
    return lines


def _in_group(turn: Turn, reasons: Sequence[_Reason]) -> list[Styled | str]:
    hidden = kept_back({each.id: each.number for each in reasons})
    return [
        turn.words.plain(
            "staff.exits.reason",
            reason=each.label,
            number=_shown(turn, each.number, hidden.get(each.id)),
        )
        for each in reasons
    ]


def _shown(turn: Turn, number: int, few: bool | None) -> str:
    """`few`: kept back for being few, or (False) so that another one cannot be worked out; None: not kept back."""
    if few is None:
        return str(number)
    return turn.words.plain("staff.exits.under" if few else "staff.exits.kept_back", few=FEW)


COMMANDS = (Command("exits", READS, exits),)
