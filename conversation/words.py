"""What the bot says, and how typed words are understood. The texts themselves are in the message catalogues.

A catalogue's text is a `str.format` template in which `**` switches bold on and off. Bold is recognised in the
template before the values are filled in, so that nothing in a value is ever taken as markup.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, cached_property, lru_cache
from gettext import NullTranslations
from string import Formatter
from typing import NamedTuple

from conversation.visible_text import compatible, said, without_hidden

_PUNCTUATION = re.compile(r"[\s.,;:!?。,、;:!?…~～「」『』【】\"'“”‘’()()\[\]/-]+")

_JOINERS = "\u200c\u200d"
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
NAME_LENGTH = 60
"""The longest name of a person, in characters."""


class Instant(NamedTuple):
    """A part of a text that names a moment: its offset and length in characters, and the moment in epoch
    milliseconds.

    `alone`: the part says this moment and nothing else, so a client may write it in the reader's own time zone
    instead. False for a span of time, of which this is the beginning.
    """

    offset: int
    length: int
    at_ms: int
    alone: bool = True


class Styled(NamedTuple):
    """A text with its bold ranges, (offset, length) in characters, and the moments that it names."""

    text: str
    bold: tuple[tuple[int, int], ...] = ()
    instants: tuple[Instant, ...] = ()

    def __str__(self) -> str:
        return self.text

    @classmethod
    def naming(cls, text: str, at_ms: int, *, alone: bool = True) -> "Styled":
        """Return a text that as a whole names one moment."""
        return cls(text, (), (Instant(0, len(text), at_ms, alone),))

    @classmethod
    def join(cls, parts: "Iterable[Styled | str]", between: str = "\n") -> "Styled":
        """Return the non-empty parts, joined by `between`."""
        texts: list[str] = []
        bold: list[tuple[int, int]] = []
        instants: list[Instant] = []
        length = 0
        for part in parts:
            text, ranges, named = (part, (), ()) if isinstance(part, str) else part
            if not text:
                continue
            if texts:
                length += len(between)
            bold += [(length + offset, size) for offset, size in ranges]
            instants += [each._replace(offset=length + each.offset) for each in named]
            texts.append(text)
            length += len(text)
        return cls(between.join(texts), tuple(bold), tuple(instants))


def normal(text: str) -> str:
    """Return the form in which typed words are compared: full-width characters and case folded, without spaces,
    punctuation or invisible characters."""
    return _PUNCTUATION.sub("", compatible(without_hidden(text)).casefold())


def plain_name(text: str, most: int = NAME_LENGTH) -> str:
    """Return a person's or account's name as one line of at most `most` characters.

    Names come from strangers: line breaks and direction marks could make them look like something else beside it.
    Joiners stay, because some scripts and emoji need them. A name that shows nothing is empty.
    """
    shown = "".join(
        each if each in _JOINERS else " " if each in _BLANKS or unicodedata.category(each) in _HIDDEN else each
        for each in text[: 8 * most]
    )
    return said(" ".join(shown.split())[:most].strip())


def length_of(seconds: int) -> str:
    """Return the length of a recording in the form 0:42; an empty string if it is unknown (0)."""
    return f"{seconds // 60}:{seconds % 60:02d}" if seconds > 0 else ""


def language_of(code: str) -> str:
    """Return `zh` or `en` for a messenger's language code (IETF tag): `zh` for Chinese or an empty code, else
    `en`."""
    return "zh" if not code or code.lower().startswith("zh") else "en"


@cache
def _segments(template: str) -> tuple[str, ...]:
    """Return the pieces between `**`. Every second one is bold."""
    return tuple(template.split("**"))


@lru_cache(4096)
def _fields(template: str) -> tuple[tuple[str, str, str], ...]:
    """Return the template as (text before the field, the field's name, the field as it is written)."""
    return tuple(
        (before, name or "", _written(name, spec or "", conversion or ""))
        for before, name, spec, conversion in Formatter().parse(template)
    )


def _written(name: str | None, spec: str, conversion: str) -> str:
    if name is None:
        return ""
    return f"{{{name}{'!' if conversion else ''}{conversion}{':' if spec else ''}{spec}}}"


def filled(template: str, values: Mapping[str, object]) -> Styled:
    """Return the `str.format` template with its values filled in. Styled values keep their style."""
    parts: list[Styled | str] = []
    for before, name, written in _fields(template):
        value = values.get(name)
        parts += [before, value if isinstance(value, Styled) else written.format(**values)]
    return Styled.join(parts, "")


class Words:
    """The words of one language."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations
        self._texts: dict[str, str] = {}
        self._always: dict[str, str] = {}
        self._naming: dict[str, Words] = {}
        self._said: dict[str, Styled] = {}

    def naming(self, recruiter: str) -> "Words":
        """Return the same words with `recruiter` as the name of the people who read the answers."""
        if recruiter not in self._naming:
            named = Words(self.language, self._translations)
            named._always = {"recruiter": recruiter}
            self._naming[recruiter] = named
        return self._naming[recruiter]

    def _values(self, values: dict[str, object]) -> dict[str, object]:
        self._always = self._always or {"recruiter": self.text("recruiter")}
        return {**self._always, **values}

    def text(self, key: str) -> str:
        """Return the catalogue's text unchanged. Raises KeyError if the catalogue does not have the key."""
        found = self._texts.get(key)
        if found is None:
            found = self._translations.gettext(key)
            if found == key:  # before Python 3.11.3, `gettext` does not find texts that have a plural
                found = self._translations.ngettext(key, key, 1)
            if found == key:
                raise KeyError(f"no text {key!r} in the {self.language} catalogue")
            self._texts[key] = found
        return found

    def say(self, key: str, /, **values: object) -> Styled:
        """Return the text with its values filled in. The value `n`, if there is one, chooses singular or plural.
        Styled values keep their style."""
        if not values:
            return self._unchanging(key)
        template = self.text(key)
        n = values.get("n")
        if isinstance(n, int):
            plural = self._translations.ngettext(key, key, n)
            template = template if plural == key else plural
        return self._filled(template, values)

    def _unchanging(self, key: str) -> Styled:
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = self._filled(self.text(key), {})
        return found

    def _filled(self, template: str, values: dict[str, object]) -> Styled:
        if "{recruiter}" in template:
            values = self._values(values)
        styled = any(isinstance(value, Styled) for value in values.values())
        if "**" not in template and not styled:
            return Styled(template.format(**values))
        parts: list[Styled] = []
        for index, segment in enumerate(_segments(template)):
            part = filled(segment, values) if styled else Styled(segment.format(**values))
            parts.append(part._replace(bold=((0, len(part.text)),)) if index % 2 else part)
        return Styled.join(parts, "")

    def plain(self, key: str, /, **values: object) -> str:
        return self.say(key, **values).text

    def length(self, seconds: int) -> str:
        """Return the length of a recording for use in a sentence; an empty string if it is unknown (0)."""
        return self.plain("voice.length", length=length_of(seconds)) if seconds > 0 else ""

    def channel(self, name: str) -> str:
        """Return what people call a platform, or `name` itself if the catalogue does not have it."""
        try:
            return self.text(f"channel.{name}")
        except KeyError:
            return name

    def moment(self, when: datetime, now: datetime | None = None) -> str:
        """Return a date and time as people say it. With `now`, the present day and the next are called today and
        tomorrow."""
        days = (when.date() - now.date()).days if now else -1
        key = {0: "moment.today", 1: "moment.tomorrow"}.get(days, "moment")
        return self.text(key).format(t=when, month=self.text(f"month.{when.month}"))

    def day(self, when: datetime) -> str:
        """Return a date as people say it."""
        return self.text("day").format(t=when, month=self.text(f"month.{when.month}"))

    def day_and_year(self, when: datetime) -> str:
        """Return a date that may be in another year."""
        return self.text("day.year").format(t=when, day=self.day(when))


class Vocabulary:
    """All languages together: a candidate may type in any of them, whatever language the bot speaks.

    Of the catalogue `keys`, those that begin with `words.` hold synonyms divided by `|`, and those that begin with
    `choice.` hold labels.
    """

    def __init__(self, translations: Mapping[str, NullTranslations], keys: Iterable[str]) -> None:
        self._words = {language: Words(language, each) for language, each in translations.items()}
        self._keys = tuple(keys)

    def __getitem__(self, language: str) -> Words:
        return self._words[language]

    def __contains__(self, key: str) -> bool:
        return key in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._keys)

    @cached_property
    def _commands(self) -> dict[str, str]:
        return self._read("words.command.")

    @property
    def command_names(self) -> tuple[str, ...]:
        """The names of all commands that words stand for, in alphabetical order."""
        return tuple(sorted(set(self._commands.values())))

    @cached_property
    def _choices(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for prefix in ("choice.", "words.choice."):
            for typed, choice in self._pairs(prefix):
                found.setdefault(typed, set()).add(choice)
        return found

    def _read(self, prefix: str) -> dict[str, str]:
        return dict(self._pairs(prefix))

    def _pairs(self, prefix: str) -> Iterable[tuple[str, str]]:
        for key in self._keys:
            if key.startswith(prefix):
                for words in self._words.values():
                    for typed in words.text(key).split("|"):
                        if form := normal(typed):
                            yield form, key.removeprefix(prefix)

    def command(self, text: str) -> str:
        """Return the command that the whole text names, or an empty string."""
        return self._commands.get(normal(text), "") if len(text) <= _LONGEST else ""

    def choices(self, text: str) -> set[str]:
        """Return the choices that the whole text may name."""
        return self._choices.get(normal(text), set()) if len(text) <= _LONGEST else set()


_LONGEST = 40  # characters: no command or label is longer, so longer texts are not looked up
