"""What units say to their candidates in their own words, and to those of the units below."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from conversation.script import LANGUAGES, Faq, Wording
from conversation.words import normal
from handlers.organisation.unit_events import UnitFaqSet, UnitMessageSet, UnitTextEvent


class UnitTexts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A unit's own texts.

    - `messages`: by outcome (yes, hold, no), the message that tells it.
    - `faq`: answers to candidates' questions, each in one language.
    """

    messages: dict[str, Wording] = {}
    faq: tuple[Faq, ...] = ()

    @property
    def characters(self) -> int:
        """How long all texts are together."""
        messages = [text for each in self.messages.values() for text in (each.zh, each.en)]
        asked = [text for each in self.faq for text in (*each.phrasings, each.answer.zh, each.answer.en)]
        return sum(map(len, (*messages, *asked)))


def wording(language: str, text: str) -> Wording:
    return Wording(zh=text) if language == "zh" else Wording(en=text)


def same_question(one: Faq, language: str, asked: str) -> bool:
    """Return whether the entry answers this question in this language."""
    return any(normal(each) == normal(asked) for each in one.asked.get(language, ()))


def with_text(texts: UnitTexts, event: UnitTextEvent) -> UnitTexts:
    """Return a unit's texts after one was set or taken away."""
    match event:
        case UnitMessageSet():
            before = texts.messages.get(event.outcome, Wording())
            after = Wording(**{each: getattr(before, each) for each in LANGUAGES} | {event.language: event.text})
            others = {outcome: each for outcome, each in texts.messages.items() if outcome != event.outcome}
            return replace(texts, messages={**others, event.outcome: after} if after != Wording() else others)
        case UnitFaqSet():
            kept = tuple(each for each in texts.faq if not same_question(each, event.language, event.asked[0]))
            entry = Faq({event.language: event.asked}, wording(event.language, event.answer))
            return replace(texts, faq=(*kept, entry) if event.answer else kept)


class TextsAbove:
    """The texts that apply in a unit: its own, then those of the units above it, nearest first."""

    def __init__(self, units: Mapping[str, str], texts: Mapping[str, UnitTexts], unit: str) -> None:
        self.levels: list[tuple[str, UnitTexts]] = [(unit, texts.get(unit, UnitTexts()))]
        while unit:
            unit = units.get(unit, "")
            self.levels.append((unit, texts.get(unit, UnitTexts())))

    def message_from(self, outcome: str, language: str) -> tuple[str, str] | None:
        """Return the message for an outcome and the unit that it comes from; None: none of them has one."""
        for unit, texts in self.levels:
            if text := getattr(texts.messages.get(outcome, Wording()), language):
                return text, unit
        return None

    def message(self, outcome: str) -> Wording | None:
        """Return the message for an outcome, in the languages for which one of the units has it."""
        found = {each: self.message_from(outcome, each) for each in LANGUAGES}
        texts = {language: text for language, each in found.items() if each and (text := each[0])}
        return Wording(**texts) if texts else None

    def faq(self) -> tuple[Faq, ...]:
        """Return the answers to questions, with their level. A question that a nearer unit answers in the same
        words is left out."""
        found, known = list[Faq](), set[str]()
        for level, (_, texts) in enumerate(self.levels, start=1):
            new = [each for each in texts.faq if not known & {normal(asked) for asked in each.phrasings}]
            found += [replace(each, level=level) for each in new]
            known |= {normal(asked) for each in new for asked in each.phrasings}
        return tuple(found)
