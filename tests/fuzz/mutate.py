"""Mutations of bytes, texts, query strings, JSON and XML. All chance comes from the given `Random`."""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Literal
from urllib.parse import quote

Shape = Literal["bytes", "text", "query", "json", "xml"]
MOST_BYTES = 64 * 1024
"""The longest mutated input."""
NUMBERS = (
    "0", "-1", "1.5", "-0.0", "1e308", "1e999", "NaN", "-Infinity", "4294967296", "9007199254740993",
    "9223372036854775808", "18446744073709551616", "-9223372036854775809", "9" * 40, "9" * 400, "9" * 5000,
    "253402300800", "0x10", "007", "١٢", "²", "１２", "Ⅷ", "五十",
)  # fmt: skip
TEXTS = (
    "", " ", "\x00", "\x1b[2J", "\x7f", "\x85", "\u2028", "\n", "\r\n", "\t", "\ud83d", "\udc00", "\ud83d\ud83d",
    "\uffff", "\ufffe", "\ufeff", "\U0010ffff", "\u202e", "\u2066x\u2069", "\u200f", "\u200b", "\u0301" * 300,
    "İ", "ß", "ﬃ", "㍿", "％", "＠", "；", "\u3000", "=1+1", "{name}", "{0.__class__}", "%s%n", "%00", "%ff", "%u",
    "]]>", "<![CDATA[", "<b>", "&lt;", "&#0;", "&#xD800;", "'", '"', "\\", "\\ud83d", "../..", "/start demo",
    "／start", "/", "@all", "@", "|", ":", ",", "-", "--", "#", "&", "?", "[::1", "oc_", "ou_", "cid:", "out:",
    "agree@-1", "submit@0", "option.9@0", "2345-6789", "111111111:AAF-0123456789-abcdefghij", "true", "null",
    "😀" * 60, "👨‍👩‍👧", "a" * 10_000, "李" * 3000, " " * 5000, "\n" * 2000, "/" * 3000, "(" * 2000, "1," * 2000,
)  # fmt: skip
FRAGMENTS = (
    *NUMBERS, '"\\ud83d"', '"\\ud83d\\u0000"', '"\\uffff"', "[" * 400 + "]" * 400, '{"a":' * 300 + "1" + "}" * 300,
    "[" * 20_000, "[" + "0," * 5000 + "0]", '[{"a":[' + "[]," * 2000 + "[]]}]", "tru", "", "01", "+1", "'x'",
)  # fmt: skip
"""Pieces of JSON, some of them malformed."""
STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    2**64,
    -(2**70),
    1.5,
    "",
    "x",
    [],
    {},
    [{}],
    {"id": {}},
    [[]],
)
IN_XML = (
    "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<a>" * 40, "<a>" * 3000, "<a></a>" * 2000, "<a b='c'/>", "<?x y?>",
    "<!-- -- -->", "<a:b/>", "</xml>", "<xml>", "<MsgType>text</MsgType>", "<Content><b>x</b></Content>", "<#a>",
)  # fmt: skip
_ELEMENT = re.compile(r"<(\w+)>(.*?)</\1>", re.DOTALL)
_KEY = re.compile(r'"(\w+)":')
_Mutation = Callable[[bytes, bytes], bytes]


class Mutator:
    """Mutates inputs of one shape. Calling it with an input and another to splice from returns a new input."""

    def __init__(self, rng: Random, shape: Shape) -> None:
        self._rng = rng
        ways: dict[Shape, tuple[_Mutation, ...]] = {
            "bytes": (self._bytes,),
            "text": (self._bytes, self._text, self._text, self._text),
            "query": (self._bytes, self._text, self._quoted, self._quoted),
            "json": (self._bytes, self._text, *[self._json] * 6),
            "xml": (self._bytes, self._text, *[self._xml] * 4),
        }
        self._ways = ways[shape]

    def __call__(self, data: bytes, other: bytes) -> bytes:
        for _ in range(self._rng.choice((1, 1, 1, 2, 2, 3))):
            data = self._rng.choice(self._ways)(data, other)[:MOST_BYTES]
        return data

    def _span(self, length: int) -> tuple[int, int]:
        """Return the bounds of a part, most often a short one."""
        begin = self._rng.randint(0, length)
        return begin, min(length, begin + int(self._rng.expovariate(1 / 12)))

    # any bytes

    def _bytes(self, data: bytes, other: bytes) -> bytes:
        rng = self._rng
        begin, end = self._span(len(data))
        match rng.randrange(8):
            case 0:
                at = rng.randrange(len(data)) if data else 0
                return data[:at] + bytes([(data[at] if data else 0) ^ 1 << rng.randrange(8)]) + data[at + 1 :]
            case 1:
                return data[:begin]
            case 2:
                return data[:begin] + data[begin:end] * rng.choice((2, 3, 300)) + data[end:]
            case 3:
                return data[:begin] + data[end:]
            case 4:
                return data[:begin] + other[rng.randint(0, len(other)) :]
            case 5:
                cut = self._span(len(other))
                return data[:begin] + other[cut[0] : cut[1]] + data[end:]
            case 6:
                return data[:begin] + rng.randbytes(rng.randint(1, 8)) + data[end:]
            case _:
                return data[:begin] + _encoded(self._piece()) + data[end:]

    def _piece(self) -> str:
        return self._rng.choice(NUMBERS if self._rng.random() < 0.2 else TEXTS)

    # text

    def _text(self, data: bytes, other: bytes) -> bytes:
        return _encoded(self._reworded(_decoded(data), _decoded(other)))

    def _reworded(self, text: str, other: str) -> str:
        rng = self._rng
        begin, end = self._span(len(text))
        match rng.randrange(7):
            case 0:
                return text[:begin] + self._piece() + text[begin:]
            case 1:
                return text[:begin] + self._piece() + text[end:]
            case 2:
                return (
                    text[:begin] + rng.choice((str.upper, str.title, str.swapcase))(text[begin:end]) + text[end:]
                )
            case 3:
                return text[:begin] + chr(rng.choice((rng.randrange(0x250), rng.randrange(0x110000)))) + text[end:]
            case 4:
                lines = text.split("\n")
                rng.shuffle(lines)
                return "\n".join(lines)
            case 5:
                lines = text.split("\n")
                lines.insert(rng.randint(0, len(lines)), rng.choice(other.split("\n")))
                return "\n".join(lines)
            case _:
                return re.sub(r"\d+", lambda _: rng.choice(NUMBERS), text, count=1)

    def _quoted(self, data: bytes, other: bytes) -> bytes:
        """Change one parameter of a query string, and encode the new value or leave it as it is."""
        rng = self._rng
        pairs = _decoded(data).split("&")
        at = rng.randrange(len(pairs))
        name, _, value = pairs[at].partition("=")
        piece = self._piece()
        changed = rng.choice((piece, value + piece, piece + value, value[: len(value) // 2]))
        safe = changed if rng.random() < 0.3 else quote(_encoded(changed), safe="")
        pairs[at : at + rng.randint(0, 1)] = [f"{name}={safe}"]
        return _encoded("&".join(pairs))

    # JSON

    def _json(self, data: bytes, other: bytes) -> bytes:
        try:
            tree = json.loads(data)
        except (ValueError, RecursionError):
            return self._bytes(data, other)
        raw: dict[str, str] = {}
        try:
            text = json.dumps(self._changed(tree, raw), ensure_ascii=self._rng.random() < 0.5)
        except (ValueError, RecursionError):
            return self._bytes(data, other)
        for mark, fragment in raw.items():
            text = text.replace(f'"{mark}"', fragment)
        if self._rng.random() < 0.08 and (keys := _KEY.findall(text)):
            key = self._rng.choice(keys)
            text = text.replace(f'"{key}":', f'"{key}":{self._rng.choice(FRAGMENTS)},"{key}":', 1)
        return _encoded(text)

    def _changed(self, tree: Any, raw: dict[str, str]) -> Any:
        """Return the tree with one part changed, in place where that is possible."""
        rng = self._rng
        holder, keys = tree, _keys(tree)
        if not keys:
            return self._value(tree, tree, raw)
        key = rng.choice(keys)
        while (inner := _keys(holder[key])) and rng.random() < 0.8:
            holder, key = holder[key], rng.choice(inner)
        match rng.randrange(8):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[self._piece()[:200]] = holder.pop(key)
            case 1 | 2 if isinstance(holder, list):
                holder[:] = holder * rng.choice((2, 50, 2000 // len(holder) + 1))
            case _:
                holder[key] = self._value(holder[key], tree, raw)
        return tree

    def _value(self, value: Any, tree: Any, raw: dict[str, str]) -> Any:
        """Return something to stand in place of a value."""
        rng = self._rng
        choice = rng.random()
        if choice < 0.25:
            return rng.choice(STRANGE)
        if choice < 0.4:
            mark = f"@@{len(raw)}@@"
            raw[mark] = rng.choice(FRAGMENTS)
            return mark
        if choice < 0.5:
            return rng.choice(([value], {"a": value}, [value] * 60, str(value)[:2000]))
        if choice < 0.55:
            return json.loads(json.dumps(tree[rng.choice(keys)] if (keys := _keys(tree)) else tree))
        if isinstance(value, str):
            if value[:1] in ("{", "["):  # JSON inside a text
                return _decoded(self._json(_encoded(value), b""))
            return self._reworded(value, value)
        return self._piece()

    # XML

    def _xml(self, data: bytes, other: bytes) -> bytes:
        rng = self._rng
        text = _decoded(data)
        found = list(_ELEMENT.finditer(text, 5)) or list(_ELEMENT.finditer(text))
        if not found:
            return self._bytes(data, other)
        element = rng.choice(found)
        name, inside = element[1], element[2]
        piece = rng.choice(IN_XML) if rng.random() < 0.3 else self._piece()
        wrapped = rng.choice((piece, f"<![CDATA[{piece}]]>", inside + piece, inside.replace("]]>", piece + "]]>")))
        new = rng.choice(
            (
                "",
                element[0] * rng.choice((2, 3, 100)),
                f"<{name}>{wrapped}</{name}>",
                f"<{name}>{wrapped}</{name}>",
                f"<{name}>{wrapped}</{name}>",
                f"<{name}>{element[0]}</{name}>",
                f"<{name} a='{piece}'>{inside}</{name}>",
                f"<{rng.choice(found)[1]}>{inside}</{rng.choice(found)[1]}>",
                piece + element[0],
            )
        )
        return _encoded(text[: element.start()] + new + text[element.end() :])


def _keys(value: Any) -> Sequence[Any]:
    return list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")
