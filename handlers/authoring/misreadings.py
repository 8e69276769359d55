"""Texts that YAML reads otherwise than they were meant, without an error."""

import re
from collections.abc import Iterator

import yaml

from handlers.authoring.faults import Level, Path, Remark, named, say, short, shown

_COMMENT = re.compile(r"[ \t]+#([^\n\r\x85\u2028\u2029]*)")
_OPENING = {"（": "）", "(": ")", "「": "」", "《": "》", "【": "】", "“": "”", "[": "]"}
_CURLY = {"“": "”", "‘": "’", "„": "”", "”": "”", "’": "’"}
_PLAIN = (("rubric",), ("anchors",))
_MARKS = ("1", "2", "3", "4", "5")


def is_text(path: Path) -> bool:
    """Return whether people read it: a text in one language, or a plain rubric or sample answer."""
    return path[-1:] in (("zh",), ("en",)) or (path[-2:-1] in _PLAIN and path[-1] in _MARKS)


def misread(path: Path, node: yaml.ScalarNode) -> Iterator[Remark]:
    """Yield what is wrong with a text as it was read."""
    if node.style is None and is_text(path):
        yield from _cut(path, node)
    if node.style is None:
        yield from _curly(path, str(node.value).strip())


def _cut(path: Path, node: yaml.ScalarNode) -> Iterator[Remark]:
    """Yield a remark if a `#` ends a text. It is an error if the rest surely belongs to the text."""
    end = node.end_mark
    rest = _COMMENT.match(end.buffer or "", end.pointer)
    if rest is None or not node.value:
        return
    text, comment = str(node.value).strip(), rest[1].strip("\0 ")
    belongs = bool(re.match("[0-9]", rest[1])) or any(
        opening in text and text.count(opening) > text.count(closing) and closing in comment
        for opening, closing in _OPENING.items()
    )
    whole = f'{path[-1]}: "{short(text)} #{rest[1].rstrip(chr(0))}"'
    write = say("cut.write", line=short(whole) if len(whole) > 120 else whole)
    what = say("cut", text=shown(f"#{rest[1]}"), name=named(str(path[-1])))
    yield Remark(path, what, write, "error" if belongs else "warning")


def _curly(path: Path, text: str) -> Iterator[Remark]:
    """Yield a remark if curly quotation marks stand around a value, where YAML takes them literally."""
    first, last = text[:1], text[-1:]
    if len(text) < 2 or (first not in _CURLY and last not in "”’"):
        return
    inner = text[1:-1]
    if first in _CURLY and last in "”’“‘" and not any(mark in inner for mark in "“”‘’"):
        level: Level = "warning" if is_text(path) else "error"
        yield Remark(path, say("curly", sign=f"{first} {last}"), say("curly.write", text=short(inner)), level)
    elif _unbalanced(text):
        yield Remark(path, say("curly.half", text=shown(text)), say("curly.half.write"), "warning")


def _unbalanced(text: str) -> bool:
    return text.count("“") != text.count("”")
