"""`/texts`: what a unit says to its candidates in its own words."""

import re
from collections.abc import Sequence

from conversation.decide.results.telling import OUTCOMES
from conversation.decide.results.wording import with_own_words
from conversation.script import LANGUAGES
from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.context import Refused, Unit
from handlers.actions.system.unit_texts import SetUnitFaq, SetUnitMessage, TextPreview, TextSet
from handlers.console.command_line import Line, after_words
from handlers.console.commands.system.general import is_root, offered, unit_named, unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.vocabulary import meant
from handlers.organisation.rights import HIRES
from handlers.organisation.state import ROOT
from handlers.queries.organisation import ShowUnitTexts, UnitQuestion, UnitText, UnitTextsShown

_WHAT = (*OUTCOMES, "faq")
_CHINESE = re.compile("[\u3400-\u9fff]")
_ANSWERS = re.compile(r"\s*[=\uff1d]\s*")
_WAYS = re.compile(r"\s*[|\uff5c\n]\s*")
_LISTED = 24
"""How many characters of a question are shown in the list."""


async def texts(context: CommandContext, line: Line) -> Action | None:
    """`/texts [UNIT]` shows a unit's texts, `/texts [UNIT] yes|hold|no|faq` one of them in full. Followed by
    `[zh|en] TEXT`, or by `[zh|en] QUESTION | QUESTION = ANSWER`, it sets one; by `reset`, or `remove N`, it takes
    one away. Without UNIT, it is about the person's own."""
    at, what = _what(context, line.arguments)
    if not what and len(line.arguments) > 1:
        raise Usage
    named = line.arguments[0] if at or (line.arguments and not what) else ""
    unit = unit_named(context, named) if named else _own(context)
    if not what:
        _overview(context, await ShowUnitTexts(unit).answer(context))
        return None
    words = line.arguments[at + 1 :]
    language = meant(context, words[0], LANGUAGES, "staff.preview.words") if words else None
    words, rest = words[bool(language) :], after_words(line.rest, at + 1 + bool(language))
    if not words:
        _in_full(context, await ShowUnitTexts(unit).answer(context), what)
        return None
    if what == "faq":
        return await _faq(context, unit, language, words, rest)
    if len(words) == 1 and meant(context, words[0], ("reset",), "staff.texts.words"):
        return SetUnitMessage(unit, what, language or _language_set(context, unit, what))
    return SetUnitMessage(unit, what, language or _language_of(rest), rest)


def _what(context: CommandContext, words: Sequence[str]) -> tuple[int, str]:
    """Return the place of the first or second word that names a text, and that text. The second counts if the
    first is a unit's name. The text is empty if there is none."""
    named = [meant(context, word, _WHAT, "staff.texts.words") for word in words[:2]]
    if len(named) > 1 and named[1] and (is_root(words[0]) or context.organisation.unit_called(words[0])):
        return 1, named[1]
    return next(((at, each) for at, each in enumerate(named) if each), (0, ""))


def _own(context: CommandContext) -> str:
    """Return the unit whose notices come to this chat if the person works there, else the only one they work in.
    Raises Usage."""
    scope = context.scope(HIRES)
    if scope.covers(context.unit_here):
        return context.unit_here
    if len(scope.units) == 1:
        return scope.units[0]
    raise Usage


def _language_of(text: str) -> str:
    return "zh" if _CHINESE.search(text) else "en"


def _language_set(context: CommandContext, unit: str, outcome: str) -> str:
    """Return the language in which the unit has its own message, if it is only one. Raises Usage."""
    own = context.organisation.texts_in(unit).levels[0][1].messages.get(outcome)
    found = [each for each in LANGUAGES if own and getattr(own, each)]
    if len(found) > 1:
        raise Usage
    return found[0] if found else context.language


async def _faq(
    context: CommandContext, unit: str, language: str | None, words: Sequence[str], rest: str
) -> SetUnitFaq:
    if len(words) == 2 and meant(context, words[0], ("remove",), "staff.texts.words"):
        found = await ShowUnitTexts(unit).answer(context)
        own = [each for each in found.questions if each.source == Unit(unit)]
        if not words[1].isdecimal() or not 1 <= int(words[1]) <= len(own):
            raise Refused("texts.faq.number", number=words[1][:20], n=len(own))
        entry = own[int(words[1]) - 1]
        return SetUnitFaq(unit, entry.language, entry.asked)
    asked, *answer = _ANSWERS.split(rest, maxsplit=1)
    if not answer or not answer[0]:
        raise Usage
    ways = tuple(filter(None, _WAYS.split(asked)))
    return SetUnitFaq(unit, language or _language_of(asked), ways, answer[0])


# in words


def _overview(context: CommandContext, found: UnitTextsShown) -> None:
    words, unit = context.words, unit_title(context, found.unit)
    lines: list[Styled | str] = [words.say("staff.texts.title", unit=unit)]
    for outcome in OUTCOMES:
        of_outcome = [each for each in found.messages if each.outcome == outcome]
        sources = {each.language: _source(context, found, each) for each in of_outcome}
        said = [
            words.plain("staff.texts.in", language=_called(context, language), source=source)
            for language, source in sources.items()
        ]
        alike = len(set(sources.values())) == 1
        shown = sources[context.language] if alike else words.text("staff.list.joint").join(said)
        name = words.text(f"staff.decision.{outcome}")
        lines.append(words.plain("staff.texts.message", name=name, sources=shown))
    key = "staff.texts.faq" if found.questions else "staff.texts.faq.none"
    lines.append(words.say(key, n=len(found.questions)))
    lines += _questions(context, found, full=False)
    lines.append(words.say("staff.texts.how", unit=_typed(context, found.unit)))
    context.send(Styled.join(lines), _buttons(context, found.unit))


def _in_full(context: CommandContext, found: UnitTextsShown, what: str) -> None:
    words = context.words
    if what == "faq":
        key = "staff.texts.faq.full" if found.questions else "staff.texts.faq.none"
        title = words.say(key, unit=unit_title(context, found.unit), n=len(found.questions))
        context.send(Styled.join([title, *_questions(context, found, full=True)]))
        return
    parts: list[Styled] = []
    for each in found.messages:
        if each.outcome == what:
            head = words.say(
                "staff.texts.one",
                name=words.text(f"staff.decision.{what}"),
                language=_called(context, each.language),
                source=_source(context, found, each),
            )
            parts.append(Styled.join([head, _as_seen(context, each.language, each.text) if each.text else ""]))
    context.send(Styled.join(parts, "\n\n"))


def _questions(context: CommandContext, found: UnitTextsShown, *, full: bool) -> list[str]:
    """Return a line for each question; those of the unit itself are numbered, as they can be removed."""
    lines, number = list[str](), 0
    for each in found.questions:
        own = each.source == Unit(found.unit)
        number += own
        asked = each.asked[0] if full or len(each.asked[0]) <= _LISTED else f"{each.asked[0][:_LISTED]}…"
        values = {"number": number, "asked": asked, "source": _source(context, found, each)}
        lines.append(context.words.plain("staff.texts.question.own" if own else "staff.texts.question", **values))
        if full:
            lines.append(each.answer)
    return lines


def _source(context: CommandContext, found: UnitTextsShown, each: UnitText | UnitQuestion) -> str:
    words = context.words
    if isinstance(each, UnitText) and not each.text:
        return words.text("staff.texts.from.bot")
    if each.source is None:
        return words.text("staff.texts.from.above")
    if each.source == Unit(found.unit):
        return words.text("staff.texts.from.own")
    return words.plain("staff.texts.from.unit", unit=unit_title(context, each.source.name))


def _called(context: CommandContext, language: str) -> str:
    return context.words.text(f"staff.tell.language.{language}")


def _typed(context: CommandContext, unit: str) -> str:
    """Return a unit as it is typed in a command line."""
    title = context.organisation.unit_title(unit)
    return f'"{title}"' if " " in title else title or "*"


def _buttons(context: CommandContext, unit: str) -> list[tuple[str, str]]:
    known = _typed(context, unit)
    return offered(
        context,
        *((f"/texts {known} {each}", f"staff.texts.choice.{each}") for each in _WHAT),
    )


def _as_seen(context: CommandContext, language: str, text: str) -> Styled:
    """Return a message about a result as candidates see it, for an example candidate and position."""
    example = context.tools.words[language]
    name, title = example.text("staff.preview.name"), example.text("staff.texts.position")
    return with_own_words(context.tools.candidate_words[language], text, name, title)


async def _shown(context: CommandContext, preview: TextPreview) -> Styled:
    action, words = preview.action, context.words
    below = [each for each, above in context.organisation.units.items() if above == action.unit]
    key = f"staff.texts.preview.{'faq' if isinstance(action, SetUnitFaq) else 'message'}"
    name = "" if isinstance(action, SetUnitFaq) else words.text(f"staff.decision.{action.outcome}")
    where = words.text("staff.texts.below") if below and action.unit != ROOT else ""
    language, unit = _called(context, action.language), unit_title(context, action.unit)
    parts: list[Styled | str] = [words.say(key, name=name, language=language, unit=unit, below=where)]
    if isinstance(action, SetUnitFaq):
        answers = context.tools.candidate_words[action.language]
        parts.append(answers.say("faq.answer.unit", answer=action.answer, question=action.asked[0]))
    else:
        parts.append(_as_seen(context, action.language, action.text))
    parts += [words.say(f"staff.texts.warning.{each.kind}", text=each.text) for each in preview.warnings]
    if preview.replaces:
        parts.append(words.say("staff.texts.replaces"))
    return Styled.join(parts, "\n\n")


async def _set(context: CommandContext, result: TextSet) -> None:
    kind = "faq" if result.what == "faq" else "message"
    name = "" if kind == "faq" else context.words.text(f"staff.decision.{result.what}")
    how = "removed" if result.removed else "set"
    steps = offered(context, (f"/texts {_typed(context, result.unit)}", "staff.texts.choice.all"))
    unit, language = unit_title(context, result.unit), _called(context, result.language)
    context.say(f"staff.texts.{kind}.{how}", steps, name=name, unit=unit, language=language)


COMMANDS = (Command("texts", HIRES, texts),)
FORMS: Forms = {SetUnitMessage: Form(_set, _shown), SetUnitFaq: Form(_set, _shown)}
