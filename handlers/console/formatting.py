"""Wording that the console uses for candidates and their interviews."""

from typing import Protocol

from conversation.inbound import Slot
from conversation.timing.schedule import at
from conversation.timing.slots import said
from conversation.words import Words
from handlers.console.context import CommandContext
from handlers.notices.notices import reason_said
from handlers.queries.interviews import Reason


class Named(Protocol):
    """An interview by id and its candidate's name."""

    @property
    def interview(self) -> str: ...
    @property
    def name(self) -> str: ...


def slot_words(context: CommandContext, slot: Slot) -> str:
    """Return a time for the next round with its place, in a sentence."""
    return said(candidate_words(context), slot, context.tools.zone).text


def candidate_words(context: CommandContext) -> Words:
    return context.tools.candidate_words[context.language]


def named(context: CommandContext, state: Named) -> str:
    """Return the candidate's name, or a name made from the beginning of the interview's id."""
    nameless = candidate_words(context).plain("notice.nameless", number=state.interview[:6].upper())
    return state.name or nameless


def state_name(context: CommandContext, phase: str) -> str:
    return context.words.text(f"staff.state.{phase}")


def moment(context: CommandContext, ms: int) -> str:
    return candidate_words(context).moment(at(ms, context.tools.zone))


def day(context: CommandContext, ms: int) -> str:
    return candidate_words(context).day(at(ms, context.tools.zone))


def why(context: CommandContext, reason: Reason | None) -> str:
    """Return why the candidate left, or that no reason was given. Empty if the candidate did not leave."""
    return reason_said(reason.id, reason.label, candidate_words(context)) if reason else ""


def quoted(context: CommandContext, text: str) -> str:
    """Return a person's own words as a suffix for a line about them, or an empty string if there are none."""
    return f" · {context.words.plain('staff.card.note', note=text)}" if text else ""
