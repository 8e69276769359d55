"""The API's JSON: how results look, and the JSON Schemas that describe them.

Both follow the types of the results, so that they agree. Structs and named tuples are objects. A field `x_ms` that
is a point in time becomes `x_at` (ISO 8601 with offset, or null), one that is a duration becomes `x_s` (seconds).
"""

import types
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from handlers.maintenance.export import iso

_DURATIONS = frozenset({"active_ms", "median_ms", "duration_ms", "start_ms", "end_ms"})
_NAMES = {"at_ms": "at", "until_ms": "until", "writable_until_ms": "writable_until", "deadline_ms": "deadline"}
Schema = dict[str, Any]


def plain(value: object) -> Any:
    """Return a result as JSON values."""
    match value:
        case msgspec.Struct():
            return dict(_field(name, getattr(value, name)) for name in value.__struct_fields__)
        case tuple() if hasattr(value, "_asdict"):
            return dict(_field(name, each) for name, each in value._asdict().items())
        case Mapping():
            return {str(name): plain(each) for name, each in value.items()}
        case str():
            return value
        case Sequence() | frozenset():
            return [plain(each) for each in value]
        case _:
            return value


def _field(name: str, value: object) -> tuple[str, Any]:
    shown = shown_name(name)
    if shown == name or not isinstance(value, int | None):
        return name, plain(value)
    if name in _DURATIONS:
        return shown, None if value is None else value / 1000
    return shown, iso(value) if value else None


@cache
def shown_name(name: str) -> str:
    """Return the name under which a field is shown."""
    if not name.endswith("_ms"):
        return name
    stem = name.removesuffix("_ms")
    return f"{stem}_s" if name in _DURATIONS else _NAMES.get(name, f"{stem}_at")


class Schemas:
    """The JSON Schemas of results. `named` are those of structs and named tuples, for `#/components/schemas`."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}
        self._kinds: dict[str, type] = {}

    def of(self, kind: Any) -> Schema:
        """Return the schema of a type."""
        if isinstance(kind, type) and (issubclass(kind, msgspec.Struct) or hasattr(kind, "_fields")):
            return self._object(kind)
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self._union(arguments)
        if origin is Literal:
            return {"type": "string", "enum": list(arguments)}
        if origin in (tuple, list, Sequence, frozenset):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        return dict(_SIMPLE.get(kind, {}))

    def _union(self, arguments: Sequence[Any]) -> Schema:
        given = [self.of(each) for each in arguments if each is not types.NoneType]
        nullable = [{"type": "null"}] if types.NoneType in arguments else []
        return {"anyOf": [*given, *nullable]} if len(given) + len(nullable) > 1 else given[0]

    def _object(self, kind: type) -> Schema:
        name = self._name_of(kind)
        if name not in self.named:
            self.named[name] = {}  # a type may contain itself
            hints = get_type_hints(kind)
            fields: Sequence[str] = getattr(kind, "_fields", None) or [
                each.name for each in msgspec.structs.fields(kind)
            ]
            shown = {shown_name(each): self._shown(each, hints[each]) for each in fields}
            described = (kind.__doc__ or "").strip().partition("\n")[0]
            self.named[name] = {
                "type": "object",
                "description": described,
                "properties": shown,
                "required": list(shown),
            }
        return {"$ref": f"#/components/schemas/{name}"}

    def _name_of(self, kind: type) -> str:
        """Return the type's name in the document. Of two with one name, the second's begins with its module."""
        name = kind.__name__
        if self._kinds.setdefault(name, kind) is kind:
            return name
        return f"{kind.__module__.rpartition('.')[2].title().replace('_', '')}{name}"

    def _shown(self, name: str, kind: Any) -> Schema:
        if shown_name(name) == name:
            return self.of(kind)
        if name in _DURATIONS:
            return {"anyOf": [{"type": "number", "description": "seconds"}, {"type": "null"}]}
        return {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}


_SIMPLE: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
