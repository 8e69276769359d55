"""What a look at one thing finds."""

from typing import Literal, NamedTuple

from conversation.words import Words

Level = Literal["ok", "warning", "problem"]
_MARKS: dict[Level, str] = {"ok": "✔", "warning": "!", "problem": "✘"}


class Finding(NamedTuple):
    """Something that is in order, or not. `key` names the text in the catalogue, which says what to do."""

    level: Level
    key: str
    values: dict[str, object]

    def worded(self, words: Words) -> str:
        return f"{_MARKS[self.level]} {words.plain(f'staff.doctor.{self.key}', **self.values)}"


def ok(key: str, **values: object) -> Finding:
    return Finding("ok", key, values)


def warning(key: str, **values: object) -> Finding:
    return Finding("warning", key, values)


def problem(key: str, **values: object) -> Finding:
    return Finding("problem", key, values)
