"""What a unit says to its candidates in its own words: how results are told, and answers to questions."""

import difflib
import re
from typing import ClassVar

import msgspec

from conversation.decide.results.telling import OUTCOMES
from conversation.decide.results.wording import MESSAGE_PLACEHOLDERS
from conversation.remarks.frequent import frequent_question
from conversation.script import LANGUAGES, Faq
from conversation.words import normal
from handlers.actions.base import Action, Preview, Result, command_line
from handlers.actions.context import Context, Refused, Unit
from handlers.actions.people import check_unit
from handlers.authoring.advice import harsh_word
from handlers.authoring.placeholders import gap
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role
from handlers.organisation.unit_events import UnitFaqSet, UnitMessageSet, UnitTextEvent
from handlers.organisation.unit_texts import UnitTexts, same_question, with_text, wording

MOST_MESSAGE = 1_000
"""The longest message of a unit, in characters."""
MOST_ANSWER = 600
"""The longest answer to a question, in characters."""
MOST_QUESTIONS = 40
"""Most answers of one unit."""
MOST_WAYS, MOST_WAY = 10, 120
"""Most ways to ask one question, and how long each may be, in characters."""
MOST_IN_ALL = 60_000
"""How long the texts of all units may be together, in characters."""
_BRACES = re.compile("[{\uff5b]([^{}\uff5b\uff5d]*)[}\uff5d]?|[}\uff5d]")
_MEANT = {"candidate": "name", "position": "title", "job": "title", "role": "title"}
"""What others call the placeholders."""


class TextWarning(msgspec.Struct, frozen=True):
    """What is to be looked at before a text is set: `harsh`, a word that speaks of failure, or `gap`, something
    that was to be filled in."""

    kind: str
    text: str


class TextPreview(Preview, frozen=True):
    """A text as it would be, with what to look at. `replaces`: the unit has one already."""

    action: "SetUnitMessage | SetUnitFaq"
    warnings: tuple[TextWarning, ...]
    replaces: bool


class TextSet(Result, frozen=True):
    """A unit's text that was set, or taken away: `what` is an outcome, or `faq`."""

    unit: str
    what: str
    language: str
    removed: bool


class SetUnitMessage(Action, frozen=True, omit_defaults=True, tag="set_unit_message"):
    """Set the message with which the unit's candidates, and those of the units below, are told an outcome (yes,
    hold, no) in one language.

    `{name}` in it is the candidate's name as it follows a greeting, `{title}` the position. An empty text takes
    the unit's message away.
    """

    unit: str
    outcome: str
    language: str
    text: str = ""
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        how = "" if self.text else "reset"
        return command_line("/texts", self.unit or "*", self.outcome, self.language, how)

    async def preview(self, context: Context) -> TextPreview | None:
        event = self._event(context)
        if not self.text:
            return None
        message = _own(context, self.unit).messages.get(event.outcome)
        return TextPreview(self, _warnings(self.text), bool(message and getattr(message, self.language)))

    async def execute(self, context: Context) -> TextSet:
        context.record(self._event(context))
        return TextSet(self.unit, self.outcome, self.language, not self.text)

    def _event(self, context: Context) -> UnitMessageSet:
        _check(context, self.unit, self.language)
        if self.outcome not in OUTCOMES:
            raise Refused("tell.unknown", outcome=self.outcome[:40])
        text = self.text.strip()
        if len(text) > MOST_MESSAGE:
            raise Refused("texts.long", most=MOST_MESSAGE)
        _check_placeholders(text)
        message = _own(context, self.unit).messages.get(self.outcome)
        if not text and not (message and getattr(message, self.language)):
            raise Refused("texts.none", unit=Unit(self.unit))
        event = UnitMessageSet(self.unit, self.outcome, self.language, text)
        _check_room(context, event)
        return event


class SetUnitFaq(Action, frozen=True, omit_defaults=True, tag="set_unit_faq"):
    """Set the unit's answer in one language to what its candidates, and those of the units below, often ask.

    `asked` are ways to ask it, the usual one first. It replaces the unit's answer to that question; an empty
    answer takes it away. Where the script answers a question, too, the script's answer counts.
    """

    unit: str
    language: str
    asked: tuple[str, ...]
    answer: str = ""
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/texts", self.unit or "*", "faq", self.language, "" if self.answer else "remove")

    async def preview(self, context: Context) -> TextPreview | None:
        event = self._event(context)
        if not self.answer:
            return None
        own = _own(context, self.unit).faq
        there = any(same_question(each, self.language, event.asked[0]) for each in own)
        return TextPreview(self, _warnings(self.answer), there)

    async def execute(self, context: Context) -> TextSet:
        context.record(self._event(context))
        return TextSet(self.unit, "faq", self.language, not self.answer)

    def _event(self, context: Context) -> UnitFaqSet:
        _check(context, self.unit, self.language)
        asked, answer = tuple(filter(None, (each.strip() for each in self.asked))), self.answer.strip()
        if not asked:
            raise Refused("texts.faq.unasked", text="")
        own = _own(context, self.unit).faq
        others = [each for each in own if not same_question(each, self.language, asked[0])]
        if not answer:
            if len(others) == len(own):
                raise Refused("texts.none", unit=Unit(self.unit))
            return UnitFaqSet(self.unit, self.language, asked)
        if len(answer) > MOST_ANSWER:
            raise Refused("texts.long", most=MOST_ANSWER)
        if len(asked) > MOST_WAYS or any(len(each) > MOST_WAY for each in asked):
            raise Refused("texts.faq.ways", most=MOST_WAYS, characters=MOST_WAY)
        if len(others) >= MOST_QUESTIONS:
            raise Refused("texts.faq.many", most=MOST_QUESTIONS)
        self._check_ways(asked, others)
        event = UnitFaqSet(self.unit, self.language, asked, answer)
        _check_room(context, event)
        return event

    def _check_ways(self, asked: tuple[str, ...], others: list[Faq]) -> None:
        """Raise Refused if a way to ask would not be recognised, or belongs to another answer of the unit."""
        entry = Faq({self.language: asked}, wording(self.language, self.answer))
        for way in asked:
            if frequent_question(way, (entry,)) is None:
                raise Refused("texts.faq.unasked", text=way)
            if any(normal(way) == normal(known) for each in others for known in each.phrasings):
                raise Refused("texts.faq.twice", text=way)


def _check(context: Context, unit: str, language: str) -> None:
    check_unit(context, unit)
    if not context.scope(LEADS).covers(unit):
        raise Refused("forbidden.texts", unit=Unit(unit))
    if language not in LANGUAGES:
        raise Refused("language.unknown", language=language[:40])


def _own(context: Context, unit: str) -> UnitTexts:
    return context.organisation.texts.get(unit, UnitTexts())


def _check_room(context: Context, event: UnitTextEvent) -> None:
    """Raise Refused if the organisation has no room for what the event adds."""
    texts = context.organisation.texts
    before = sum(each.characters for each in texts.values())
    own = texts.get(event.unit, UnitTexts())
    if before - own.characters + with_text(own, event).characters > max(before, MOST_IN_ALL):
        raise Refused("texts.full", most=MOST_IN_ALL)


def _check_placeholders(text: str) -> None:
    """Raise Refused if there is anything in braces that is not filled in."""
    for found in _BRACES.finditer(text):
        name = (found[1] or "").strip()
        if found[0] in {f"{{{each}}}" for each in MESSAGE_PLACEHOLDERS}:
            continue
        near = difflib.get_close_matches(name.casefold(), MESSAGE_PLACEHOLDERS, n=1)
        meant = _MEANT.get(name.casefold()) or (near[0] if near else "")
        reason = "texts.placeholder.meant" if meant else "texts.placeholder"
        raise Refused(reason, found=found[0][:40], meant=f"{{{meant}}}", name="{name}", title="{title}")


def _warnings(text: str) -> tuple[TextWarning, ...]:
    found = {"harsh": harsh_word(text), "gap": gap(text)}
    return tuple(TextWarning(kind, word) for kind, word in found.items() if word)
