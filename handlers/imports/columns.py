"""What the columns of a file are about: by their headings, by what is in them, or as somebody told."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from handlers.imports import dates
from handlers.imports.known_words import RESULTS, WORDS
from handlers.imports.model import FIELDS, SEVERAL, Column, Field, Found, ImportUnusable, letter
from handlers.rosters.asides import looks_like_a_name
from handlers.rosters.cells import email
from handlers.rosters.columns import Columns, columns
from handlers.rosters.headings import plain, words
from handlers.rosters.phones import parse as parse_phone

_QUESTION = re.compile(
    r"[?？]\s*$|^\s*(?:q|question|a|answer|问题|題目|题目|问|答|第.{1,3}题|回答|答案)\s*[-_.:：]?\s*\d{0,3}\s*(?:[-_.:：].*)?$",
    re.IGNORECASE,
)
_IDENTITY = re.compile(r"\d{17}[\dXx]")
_OUTER = re.compile(r"(?:interviews?|candidates?|面试|候选人|history|records?)[.]", re.IGNORECASE)
_MOST_SAMPLED = 200
_MOSTLY = 0.8
_EXAMPLE = 40
_HEADING = 120


def is_heading(cells: Sequence[str]) -> bool:
    """Return whether a row is a heading: it names a column with names, and another one."""
    fields = _by_heading(cells)
    known = [each for each in fields if each]
    return any(each in ("name", "given") for each in known) and (len(known) > 1 or len(cells) == 1)


def is_unknown_heading(cells: Sequence[str], below: Sequence[str]) -> bool:
    """Return whether a row whose words are unknown is a heading: the row below it has values, and it has none."""
    return any(map(_is_value, below)) and not any(map(_is_value, cells))


def _is_value(text: str) -> bool:
    return bool(text) and (parse_phone(text) is not None or email(text) is not None or dates.is_date(text))


def proposed(heading: Sequence[str], sample: Sequence[Sequence[str]], width: int) -> list[Column]:
    """Return what each of `width` columns is about, as far as headings and the contents of some rows say."""
    fields = _by_heading([*heading, *[""] * (width - len(heading))])
    found: list[Found] = ["heading" if each else "rest" for each in fields]
    values = [[row[at] for row in sample if at < len(row) and row[at]][:_MOST_SAMPLED] for at in range(width)]
    for at, field in enumerate(fields):
        if field in ("", "notes") and _mostly(values[at], lambda text: bool(_IDENTITY.fullmatch(text))):
            fields[at], found[at] = "omit", "content"
    for at in (each for each in range(width) if not fields[each]):
        guess = _by_content(values[at], fields)
        fields[at], found[at] = guess or "detail", "content" if guess else "rest"
    return [
        Column(
            letter(at), _title(heading, at), fields[at] or "detail", found[at], (values[at] or [""])[0][:_EXAMPLE]
        )
        for at in range(width)
    ]


def with_told(told: Sequence[tuple[str, str]], found: Sequence[Column], file: str) -> list[Column]:
    """Return the columns, with what somebody told about them. Each pair has a field and a column's letter or
    heading. Raises ImportUnusable."""
    made = list(found)
    for field, column in told:
        if field not in FIELDS:
            raise ImportUnusable(file, "column")
        at = _called(column.strip().casefold(), found)
        if at < 0:
            raise ImportUnusable(file, "column")
        known = next(each for each in FIELDS if each == field)
        if known not in SEVERAL:
            made = [_freed(each) if each.field == known else each for each in made]
        made[at] = Column(made[at].letter, made[at].heading, known, "told", made[at].example)
    return made


def _called(name: str, among: Sequence[Column]) -> int:
    """Return the column with this letter, otherwise the first with this heading; -1 if there is none."""
    letters = [each.letter.casefold() for each in among]
    headings = [each.heading.casefold() for each in among]
    return next((each.index(name) for each in (letters, headings) if name in each), -1)


def _freed(column: Column) -> Column:
    return Column(column.letter, column.heading, "detail", "rest", column.example)


def people_columns(found: Sequence[Column]) -> Columns:
    """Return the columns from which names, phone numbers and e-mail addresses are read."""

    def of(field: Field) -> tuple[int, ...]:
        return tuple(at for at, each in enumerate(found) if each.field == field)

    one = ((*of(each), -1)[0] for each in ("name", "surname", "given"))
    name, surname, given = one
    return Columns(name, surname, given, -1, of("phone"), of("email"), of("contact"))


def _by_heading(heading: Sequence[str]) -> list[Field | Literal[""]]:
    """Return the field of each heading; empty for those that say nothing."""
    fields: list[Field | Literal[""]] = [""] * len(heading)
    inner = [_OUTER.sub("", each) for each in heading]
    said = [words(each) for each in inner]
    for field, known in WORDS.items():
        ranked = [at for at, each in enumerate(said) if not fields[at] and any(word in known for word in each)]
        for at in ranked if field in SEVERAL else ranked[:1]:
            fields[at] = field
    person = columns(inner)
    places: dict[Field, tuple[int, ...]] = {
        "name": (person.name,), "surname": (person.surname,), "given": (person.given,),
        "phone": person.phones, "email": person.emails, "contact": person.contacts,
    }  # fmt: skip
    for field, at_columns in places.items():
        for at in at_columns:
            if at >= 0 and not fields[at]:
                fields[at] = field
    for at, text in enumerate(inner):
        if not fields[at] and _QUESTION.search(plain(text)):
            fields[at] = "answer"
    return fields


def _by_content(values: Sequence[str], taken: Sequence[str]) -> Field | Literal[""]:
    tests: tuple[tuple[Field, Callable[[str], bool]], ...] = (
        ("email", lambda text: email(text) is not None),
        ("phone", lambda text: (number := parse_phone(text)) is not None and number.whole),
        ("date", dates.is_date),
        ("result", lambda text: text.casefold() in RESULTS),
        ("name", looks_like_a_name),
    )
    free = (
        (field, test) for field, test in tests if field not in taken and not (field == "name" and "given" in taken)
    )
    return next((field for field, test in free if _mostly(values, test)), "")


def _mostly(values: Sequence[str], test: Callable[[str], bool]) -> bool:
    return len(values) > 1 and sum(map(test, values)) >= _MOSTLY * len(values)


def _title(heading: Sequence[str], at: int) -> str:
    return " ".join(heading[at].split())[:_HEADING] if at < len(heading) else ""
