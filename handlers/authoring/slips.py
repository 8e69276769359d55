"""Lines that are not YAML because of one character: which character it is, and the line as it should be written.

A correction is a guess. `syntax` tries it, and names the character only if the corrected line can be read.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from handlers.authoring.faults import Phrase, Remark, say
from handlers.authoring.tree import ALL, Tree

SHOWN_LINE = 160
_KEY = r"(?:[a-z][a-z_]*|[1-5])"
_BLOCK = re.compile(rf"(?P<before>\s*(?:- +)*(?:{_KEY}: +|- +))(?P<value>\S.*?)\s*")
_PAIR = re.compile(
    rf"(?<![^\s{{,])(?P<key>{_KEY}): +(?P<value>(?:(?<=zh: )|(?<=en: )|(?![{{\[]))\S.*?)"
    rf"(?=\s*,\s*{_KEY}: |\s*,\s*{_KEY}:$|\s*[}}\]][\s}}\],]*(?:#.*)?$|$)"
)
_NEXT = re.compile(rf"\s*[，、；;]\s*(?={_KEY}\s*[:：])")
_NO_COMMA = re.compile(r"(?<=[^\s,，、；;{｛])\s+(?=(?:zh|en)\s*[:：]\s)")
_NO_SPACE = re.compile(r"^(?P<key>\s*-)(?=[^\s-])")
_WIDE_COLON = re.compile(rf"(?P<key>(?:^\s*(?:- +)*|[{{,｛]\s*){_KEY})\s*：\s*")
_TIGHT_COLON = re.compile(rf"(?P<key>(?:^\s*(?:- +)*|[{{,]\s*){_KEY}):(?=[^\s/:,}}])")
_WIDE_BRACKETS = re.compile(r"(?<=: )[｛［【]|[｝］】](?=\s*$|\s*[,，}\]])")
_NARROW = str.maketrans("｛［【｝］】", "{[[}]]")
_MARGIN = re.compile(r"^(?P<spaces>[ \t\u3000\u00a0\u2002\u2003]*)")
_TEXT_KEY = re.compile(r"\b(?:zh|en): +$")
_AFTER_COLON = re.compile(rf"(?P<key>(?:^\s*(?:- +)*|[{{,]\s*){_KEY}:)[\u3000\u00a0\u2002\u2003]+\s*")
_CURLY = "“”‘’„‟〝〞＂＇"
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_BEGINS = "@`%*&!|>?-[]{},#\"'"
_WRITTEN_KEY = re.compile(rf"(?P<key>{_KEY})\s*(?P<colon>：\s*|:(?=\S))(?P<value>.+)", re.DOTALL)
_BLANK = "\u200b\u200c\u200d\u2060\ufeff\u3000\u00a0\u2002\u2003"


class Slip(NamedTuple):
    """A mistake in a line. `column` counts from 1, `line` is the whole line corrected."""

    kind: str
    sign: str
    column: int
    line: str

    @property
    def what(self) -> Phrase:
        return say(f"slip.{self.kind}", sign=self.sign)

    @property
    def write(self) -> Phrase:
        shown = self.line.strip()
        if len(shown) > SHOWN_LINE:
            start = max(0, min(self.column - 20, len(shown) - SHOWN_LINE))
            shown = f"{'…' if start else ''}{shown[start : start + SHOWN_LINE]}…"
        return say(f"slip.{self.kind}.write", line=shown)


def slip_in(line: str) -> Slip | None:
    """Return what is probably wrong in a line, or None if nothing in it is suspicious."""
    first: tuple[str, str, int] | None = None
    now = line
    for kind, sign, column, after in _outside_texts(line):
        first = first or (kind, sign, column)
        now = after
    for kind, sign, column, after in _inside_texts(now):
        first = first or (kind, sign, column)
        now = after
    return Slip(first[0], first[1], first[2], now) if first else None


_Step = tuple[str, str, int, str]
"""Kind, character, its column from 1, and the line so far."""


def _outside_texts(line: str) -> Iterator[_Step]:
    """Yield what is wrong between the texts: spaces, colons, brackets and commas."""
    now = line
    margin = _MARGIN.match(now)
    if margin and (odd := next((each for each in margin["spaces"] if each != " "), "")):
        column = now.index(odd) + 1
        spaces = "".join("  " if each in "\t\u3000" else " " for each in margin["spaces"])
        now = spaces + now[margin.end() :]
        yield ("tab" if odd == "\t" else "margin"), odd, column, now
    for kind, pattern, text in (
        ("dash", _NO_SPACE, r"\g<key> "),
        ("comma", _NEXT, ", "),
        ("colon", _WIDE_COLON, r"\g<key>: "),
        ("tight", _TIGHT_COLON, r"\g<key>: "),
        ("space", _AFTER_COLON, r"\g<key> "),
    ):
        if found := pattern.search(now):
            now = pattern.sub(text, now)
            sign = found[0].strip()[-1:] if kind != "space" else "\u3000"
            yield kind, sign, found.end(), now
    if "{" in now and (found := _NO_COMMA.search(now)):
        now = _NO_COMMA.sub(", ", now)
        yield "no_comma", ",", found.start() + 1, now
    if found := _WIDE_BRACKETS.search(now):
        now = _WIDE_BRACKETS.sub(lambda each: each[0].translate(_NARROW), now)
        yield "bracket", found[0], found.start() + 1, now


def _inside_texts(line: str) -> Iterator[_Step]:
    """Yield what is wrong in the texts that are not in quotes, with the texts put in quotes."""
    block = _BLOCK.fullmatch(line)
    if block and (block["value"][0] not in "{[" or _TEXT_KEY.search(block["before"])):
        if sign := _offending(block["value"], flow=False):
            now = block["before"] + quoted(block["value"])
            yield sign[0], sign[1], block.start("value") + sign[2] + 1, now
        return
    now, shift = line, 0
    for pair in _PAIR.finditer(line):
        if sign := _offending(pair["value"], flow=True):
            start, end = pair.span("value")
            text = quoted(pair["value"])
            now = now[: start + shift] + text + now[end + shift :]
            shift += len(text) - (end - start)
            yield sign[0], sign[1], start + sign[2] + 1, now


def _offending(value: str, *, flow: bool) -> tuple[str, str, int] | None:
    """Return the kind, the character and its index, if a text cannot be written without quotes."""
    text = value.strip()
    if not text or _QUOTED.fullmatch(text):
        return None
    if text[0] in _CURLY or (text[-1] in _CURLY and text[0] in "\"'"):
        at = 0 if text[0] in _CURLY else len(text) - 1
        return "quotes", "“ ”" if text[0] in '“”"' else text[at], at
    if text[0] in "\"'":
        closed = text.count(text[0]) > 1
        return ("after_quote" if closed else "unclosed"), text[0], 0
    if text[0] in _BEGINS and not (text[0] in "-?" and text[1:2].strip()):
        return ("alias" if text[0] == "*" else "begins"), text[0], 0
    for kind, pattern in _WITHIN_FLOW if flow else _WITHIN:
        if found := pattern.search(text):
            return kind, found[0].strip(), found.start()
    return None


_WITHIN = (("hash", re.compile(r"(?<=\s)#")), ("inside", re.compile(r":(?=\s|$)")))
_WITHIN_FLOW = (
    ("question", re.compile(r"\?")),
    *_WITHIN,
    ("flow", re.compile(r"[{}\[\],]|:(?=[,\[\]{}])")),
)


def quoted(value: str) -> str:
    """Return a text in double quotes, without the quotation marks that were meant as such."""
    text = value.strip()
    if len(text) > 1 and text[0] in f"{_CURLY}\"'" and text[-1] in f"{_CURLY}\"'":
        inner = text[1:-1]
        text = inner if not any(mark in inner for mark in f'{_CURLY}"') else text
    elif text[0] in "\"'" and text.count(text[0]) == 1:
        text = text[1:]
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def tidy_key(key: str) -> Slip | None:
    """Return what is wrong with a key that YAML read together with its text, such as `zh：文员` or `en:Clerk`."""
    plain = key.strip(_BLANK + " ")
    if plain != key and re.fullmatch(_KEY, plain):
        sign = next(each for each in key if each in _BLANK)
        return Slip("invisible", f"U+{ord(sign):04X}", key.index(sign) + 1, f"{plain}: …")
    found = _WRITTEN_KEY.fullmatch(plain)
    if found is None:
        return None
    kind = "colon" if "：" in found["colon"] else "tight"
    return Slip(kind, found["colon"].strip(), found.start("colon") + 1, f"{found['key']}: {found['value']}")


def separators(tree: Tree) -> Iterator[Remark]:
    """Yield the entries of short lists that are joined by Chinese commas, which YAML does not take as such."""
    for pattern in (("reminders",), ("stages", ALL, "questions", ALL, "competencies")):
        for path, entries in tree.each(*pattern):
            if isinstance(entries, str) and (found := re.match("[［【]", entries)):
                slip = Slip("bracket", found[0], 1, entries.translate(_NARROW))
                yield Remark(path, slip.what, slip.write)
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                if isinstance(entry, str) and (found := re.search("[，、；]", entry)):
                    line = "[" + ", ".join(part.strip() for part in re.split("[，、；]", entry)) + "]"
                    slip = Slip("comma", found[0], 1, line)
                    yield Remark((*path, index), slip.what, slip.write)
