"""Picking sentences of a candidate's own answers, by buttons, for the message that tells them the result."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from conversation.state import State
from conversation.words import Styled
from handlers.actions.results.telling import MOST_QUOTES
from handlers.console.candidate_search import kept_button
from handlers.console.context import CommandContext
from handlers.console.formatting import named
from handlers.notices.next_steps import card
from handlers.queries.answers import QuotableSentence

PAGE = 8
_MOST_SHOWN = 80
_ASKED = re.compile(
    r"(?:quote|引用)(?:[ \u3000]+page[ \u3000]+([1-9]\d{0,3}))?((?:[ \u3000]+[1-9]\d{0,3}(?!\S))*)(?:[ \u3000]+|$)"
)


class Picked(NamedTuple):
    """Which sentences a line names, by number, and the text after them. `page`: the page of sentences to show,
    from 1; 0: the message itself."""

    numbers: tuple[int, ...]
    text: str
    page: int = 0


def picked(text: str) -> Picked | None:
    """Read `quote [page N] [N…] [TEXT]`; None if the text does not begin like that."""
    found = _ASKED.match(text)
    if found is None:
        return None
    numbers = tuple(dict.fromkeys(map(int, found[2].split())))
    rest = text[found.end() :].strip()
    if rest and not numbers:
        return None  # a message whose first word is "quote"
    return Picked(numbers, rest, int(found[1] or 0))


async def offer(
    context: CommandContext, state: State, outcome: str, found: Sequence[QuotableSentence], asked: Picked
) -> None:
    """Show a page of the sentences, each with a button that picks it or takes it back."""
    if not context.private:
        context.say(
            "staff.tell.pick.apart", name=context.person.name, line=f"/tell {state.interview} {outcome} quote"
        )
        context.go_private()
    if not found:
        context.say("staff.tell.pick.none", (card(state.interview),), name=named(context, state))
        return
    pages = -(-len(found) // PAGE)
    page = min(max(asked.page, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    title = context.words.say("staff.tell.pick", name=named(context, state), most=MOST_QUOTES)
    rows = [_row(context, each, picked=each.number in asked.numbers) for each in shown]
    lines = _Lines(state.interview, outcome, asked)
    steps = [(lines.toggled(each.number, page), _label(each.number, asked)) for each in shown]
    if pages > 1:
        steps.append((lines.page(page % pages + 1), "staff.choice.tell.more"))
    if asked.numbers:
        steps.append((lines.message(), "staff.choice.tell.picked"))
    buttons = [(await kept_button(context, line), label) for line, label in steps if line]
    context.send(Styled.join([title, *rows]), buttons)


def _row(context: CommandContext, each: QuotableSentence, *, picked: bool) -> str:
    text = each.text if len(each.text) <= _MOST_SHOWN else f"{each.text[: _MOST_SHOWN - 1]}…"
    key = "staff.tell.pick.picked" if picked else "staff.tell.pick.row"
    return context.words.plain(key, number=each.number, question=each.question, text=text)


def _label(number: int, asked: Picked) -> str:
    return f"✓ {number}" if number in asked.numbers else str(number)


class _Lines(NamedTuple):
    """The command lines behind the buttons."""

    interview: str
    outcome: str
    asked: Picked

    def toggled(self, number: int, page: int) -> str:
        """Return the line that picks a sentence or takes it back; empty if no more can be picked."""
        numbers = self.asked.numbers
        if number in numbers:
            return self._line(tuple(each for each in numbers if each != number), page)
        return self._line((*numbers, number), page) if len(numbers) < MOST_QUOTES else ""

    def page(self, page: int) -> str:
        return self._line(self.asked.numbers, page)

    def message(self) -> str:
        return self._line(self.asked.numbers, 0)

    def _line(self, numbers: tuple[int, ...], page: int) -> str:
        at = ("page", str(page)) if page else ()
        words = ("/tell", self.interview, self.outcome, "quote", *at, *map(str, numbers), self.asked.text)
        return " ".join(filter(None, words))
