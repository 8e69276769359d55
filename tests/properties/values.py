"""Hypothesis strategies for the project's own types, derived from their annotations."""

import types
import typing
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec
from hypothesis import strategies as st

INTEGERS = st.integers(min_value=-(2**53), max_value=2**53)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)  # all text that UTF-8 can encode


@cache
def values(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for any value of a type: structs, named tuples, unions, tuples, dicts, literals and plain
    types."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _structs(kind)
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return st.builds(kind, **{name: values(hint) for name, hint in typing.get_type_hints(kind).items()})
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*map(values, inner))
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple and inner[-1] is ...:
        return st.lists(values(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, inner))
    if origin is dict:
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=2)
    return _PLAIN[kind]


_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: INTEGERS,
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),  # no script has such a number
    bytes: st.binary(max_size=12),
    type(None): st.none(),
}


def _structs(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: values(hints[field.name]) for field in msgspec.structs.fields(kind)})
