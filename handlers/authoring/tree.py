"""A YAML file as a tree of plain values in which every path has a line and a column.

Keys are always text, as written. Values are text, numbers, lists, mappings and None; whatever YAML reads as
something else (a date, `yes`) is an `Unquoted`. Unexpected content becomes a remark, not an exception, except
where it exceeds the limits (Unreadable). The meaning of keys and values is not checked here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

import yaml

from handlers.authoring.faults import Path, Remark, shown

MAX_DEPTH = 20
MAX_NODES = 20_000
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = "tag:yaml.org,2002:"
_MEANINGS = {
    "bool": "yes or no",
    "timestamp": "a date",
    "int": "a number in an unusual notation",
    "float": "a number in an unusual notation",
}


class Wildcard(Enum):
    """Stands for every key or index in a pattern of `Tree.each`."""

    ALL = "*"


ALL = Wildcard.ALL
Pattern = tuple[str | int | Wildcard, ...]


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A value that YAML does not read as text: `text` as written, and its `meaning` for the message."""

    text: str
    meaning: str


Value = str | int | float | None | Unquoted | list["Value"] | dict[str, "Value"]


class Unreadable(yaml.YAMLError):
    """The file exceeds what any script needs."""

    def __init__(self, what: str, write: str, mark: yaml.Mark) -> None:
        super().__init__(what)
        self.what = what
        self.write = write
        self.mark = mark


class BoundedLoader(yaml.SafeLoader):
    """Composes YAML nodes, limiting depth and number so that neither stack nor memory can be exhausted."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._count = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        self._count += 1
        check_bounds(self._depth, self._count, self.get_mark())
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def check_bounds(depth: int, count: int, mark: yaml.Mark) -> None:
    """Raise Unreadable if the depth or the number of values exceeds its limit."""
    if depth > MAX_DEPTH:
        raise Unreadable(
            f"lists and mappings are nested more than {MAX_DEPTH} deep",
            "a script's own keys only; it never needs more than eight levels",
            mark,
        )
    if count > MAX_NODES:
        raise Unreadable(
            f"the script has more than {MAX_NODES} values (aliases count each time that they are used)",
            "the texts out, without aliases inside aliases",
            mark,
        )


@dataclass(slots=True)
class Tree:
    """The file's values, the position of each, and remarks on what could not be read."""

    root: Value = None
    remarks: list[Remark] = field(default_factory=list)
    values: dict[Path, yaml.Mark] = field(default_factory=dict)
    keys: dict[Path, yaml.Mark] = field(default_factory=dict)

    def place(self, path: Path, *, at_key: bool = False) -> tuple[int, int]:
        """Return line and column, from 1, of the value at `path`, or of the nearest value above it."""
        if at_key and path in self.keys:
            return self.keys[path].line + 1, self.keys[path].column + 1
        while path and path not in self.values:
            path = path[:-1]
        mark = self.values.get(path)
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)

    def each(self, *pattern: str | int | Wildcard) -> Iterator[tuple[Path, Value]]:
        """Yield all values at paths that match `pattern`, skipping values of another shape."""
        return _matches((), self.root, pattern)

    def at(self, *path: str | int) -> Value:
        """Return the value at `path`, or None if there is none."""
        return next((value for _, value in self.each(*path)), None)


def _matches(path: Path, value: Value, pattern: Pattern) -> Iterator[tuple[Path, Value]]:
    if not pattern:
        yield path, value
        return
    head, rest = pattern[0], pattern[1:]
    for part, inner in _inner(value, head):
        yield from _matches((*path, part), inner, rest)


def _inner(value: Value, head: str | int | Wildcard) -> Iterable[tuple[str | int, Value]]:
    """Return the keys or indexes of `value` that match `head`, with their values."""
    match value, head:
        case dict(), Wildcard():
            return value.items()
        case list(), Wildcard():
            return enumerate(value)
        case dict(), str() if head in value:
            return [(head, value[head])]
        case list(), int() if head < len(value):
            return [(head, value[head])]
        case _:
            return ()


def grow(node: yaml.Node) -> Tree:
    """Build the tree below `node`. Raises Unreadable if aliases make it too deep or too large."""
    tree = Tree()
    tree.root = _Grower(tree).value((), node)
    return tree


class _Grower:
    """Turns nodes into values, collecting positions and remarks in `tree`."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._count = 0

    def value(self, path: Path, node: yaml.Node) -> Value:
        self._count += 1
        check_bounds(len(path) + 1, self._count, node.start_mark)
        self._tree.values[path] = node.start_mark
        kind = node.tag.removeprefix(_TAG)
        if isinstance(node, yaml.MappingNode) and kind == "map":
            return self._mapping(path, node)
        if isinstance(node, yaml.SequenceNode) and kind == "seq":
            return [self.value((*path, index), item) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(path, kind, node.value)
        self._remark(path, f"the tag {shown(node.tag)} has no meaning in a script", "the value without it")
        return Unquoted("", "a tagged value")

    def _scalar(self, path: Path, kind: str, text: str) -> Value:
        if _SURROGATE.search(text):
            self._remark(path, "the text contains half a character", "the whole character, e.g. 😀")
            return ""
        if kind == "str":
            return text.strip()
        if kind == "null":
            return None
        if kind in ("int", "float") and _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        return Unquoted(text, _MEANINGS.get(kind, "a tagged value"))

    def _mapping(self, path: Path, node: yaml.MappingNode) -> Value:
        mapping: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            inner = (*path, key)
            if key in mapping:
                first = self._tree.keys[inner].line + 1
                self._remark_at(
                    key_node, f"the key {shown(key)} stands twice here, first in line {first}", "it once"
                )
                continue
            self._tree.keys[inner] = key_node.start_mark
            mapping[key] = self.value(inner, value_node)
        return mapping

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._remark_at(
                node, "a list or a mapping stands where a key should be", "a word and a colon, e.g. `id: …`"
            )
            return None
        if _SURROGATE.search(node.value):
            self._remark_at(node, "the key contains half a character", "a key of the script")
            return None
        return str(node.value)

    def _remark(self, path: Path, what: str, write: str) -> None:
        self._tree.remarks.append(Remark(path, what, write))

    def _remark_at(self, node: yaml.Node, what: str, write: str) -> None:
        """Add a remark on a node that has no path of its own."""
        path: Path = ("", len(self._tree.remarks))
        self._tree.values[path] = node.start_mark
        self._tree.remarks.append(Remark(path, what, write))
