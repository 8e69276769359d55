"""A YAML file as a tree of plain values in which every path has a line and a column.

Keys are always text, as written. Values are text, numbers, lists, mappings and None; whatever YAML reads as
something else (a date, `yes`) is an `Unquoted`. Unexpected content becomes a remark, not an exception, except
where it exceeds the limits (Unreadable). The meaning of keys and values is not checked here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

import yaml

from handlers.authoring.faults import Path, Phrase, Remark, Spot, say, shown
from handlers.authoring.misreadings import misread

MAX_DEPTH = 20
MAX_NODES = 20_000
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = "tag:yaml.org,2002:"
_MEANINGS = {
    "bool": "switch",
    "timestamp": "date",
    "int": "number",
    "float": "number",
    "null": "nothing",
}


class Wildcard(Enum):
    """Stands for every key or index in a pattern of `Tree.each`."""

    ALL = "*"


ALL = Wildcard.ALL
Pattern = tuple[str | int | Wildcard, ...]


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A value that YAML does not read as text: `text` as written, and what YAML takes it for."""

    text: str
    meaning: str

    @property
    def phrase(self) -> Phrase:
        return say(f"meaning.{self.meaning}")


Value = str | int | float | None | Unquoted | list["Value"] | dict[str, "Value"]


class Unreadable(yaml.YAMLError):
    """The file exceeds what any script needs."""

    def __init__(self, what: Phrase, write: Phrase, mark: yaml.Mark) -> None:
        super().__init__(what.key)
        self.what = what
        self.write = write
        self.mark = mark


class BoundedLoader(yaml.SafeLoader):
    """Composes YAML nodes, limiting depth and number so that neither stack nor memory can be exhausted."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._count = 0
        self.unused: dict[str, Spot] = {}
        """The anchors that no alias names, with their places."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        self._count += 1
        check_bounds(self._depth, self._count, self.get_mark())
        self._note(self.peek_event())  # type: ignore[no-untyped-call]  # PyYAML's stubs leave it untyped
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _note(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) and event.anchor:
            self.unused.pop(event.anchor, None)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor and event.start_mark:
            self.unused[event.anchor] = Spot(event.start_mark.line + 1, event.start_mark.column + 1)


def check_bounds(depth: int, count: int, mark: yaml.Mark) -> None:
    """Raise Unreadable if the depth or the number of values exceeds its limit."""
    if depth > MAX_DEPTH:
        raise Unreadable(say("nested", most=MAX_DEPTH), say("nested.write"), mark)
    if count > MAX_NODES:
        raise Unreadable(say("values", most=MAX_NODES), say("values.write"), mark)


@dataclass(slots=True)
class Tree:
    """The file's values, the position of each, and remarks on what could not be read."""

    root: Value = None
    remarks: list[Remark] = field(default_factory=list)
    values: dict[Path, Spot] = field(default_factory=dict)
    keys: dict[Path, Spot] = field(default_factory=dict)

    def place(self, path: Path, *, at_key: bool = False) -> Spot:
        """Return the position of the value at `path`, or of the nearest value above it."""
        if at_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Spot(1, 1))

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


def spot_of(mark: yaml.Mark) -> Spot:
    return Spot(mark.line + 1, mark.column + 1)


def grow(node: yaml.Node, unused: Mapping[str, Spot] = MappingProxyType({})) -> Tree:
    """Build the tree below `node`. Raises Unreadable if aliases make it too deep or too large.

    `unused`: anchors that nothing refers to, which are words of a text that was written without quotes.
    """
    tree = Tree()
    for name, spot in unused.items():
        path: Path = ("", f"&{name}")
        tree.values[path] = spot
        tree.remarks.append(
            Remark(path, say("anchor", text=shown(f"&{name}")), say("anchor.write", text=f"&{name}"))
        )
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
        self._tree.values[path] = spot_of(node.start_mark)
        kind = node.tag.removeprefix(_TAG)
        if isinstance(node, yaml.MappingNode) and kind == "map":
            return self._mapping(path, node)
        if isinstance(node, yaml.SequenceNode) and kind == "seq":
            return [self.value((*path, index), item) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            self._tree.remarks += misread(path, node)
            return self._scalar(path, kind, node.value)
        self._remark(path, say("tag", tag=shown(node.tag)), say("tag.write"))
        return Unquoted("", "tag")

    def _scalar(self, path: Path, kind: str, text: str) -> Value:
        if _SURROGATE.search(text):
            self._remark(path, say("half"), say("half.write"))
            return ""
        if kind == "str":
            return text.strip()
        if kind == "null":
            return Unquoted(text, "nothing") if text and path[-1:] in (("zh",), ("en",)) else None
        if kind in ("int", "float") and _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        return Unquoted(f"{kind} {text}".strip() if kind.startswith("!") else text, _MEANINGS.get(kind, "tag"))

    def _mapping(self, path: Path, node: yaml.MappingNode) -> Value:
        mapping: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            inner = (*path, key)
            if key in mapping:
                first = self._tree.keys[inner].phrase
                self._remark_at(key_node, say("key.twice", key=shown(key), first=first), say("twice.once"))
                continue
            self._tree.keys[inner] = spot_of(key_node.start_mark)
            mapping[key] = self.value(inner, value_node)
        return mapping

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._remark_at(node, say("key.none"), say("key.none.write"))
            return None
        if _SURROGATE.search(node.value):
            self._remark_at(node, say("key.half"), say("key.half.write"))
            return None
        return str(node.value)

    def _remark(self, path: Path, what: Phrase, write: Phrase) -> None:
        self._tree.remarks.append(Remark(path, what, write))

    def _remark_at(self, node: yaml.Node, what: Phrase, write: Phrase) -> None:
        """Add a remark on a node that has no path of its own."""
        path: Path = ("", len(self._tree.remarks))
        self._tree.values[path] = spot_of(node.start_mark)
        self._tree.remarks.append(Remark(path, what, write))
