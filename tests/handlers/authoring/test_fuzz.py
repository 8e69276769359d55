"""Reading a damaged script raises nothing and says something useful."""

from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversation.script import Script
from handlers.authoring import read_script
from tests.handlers.authoring.written import SCRIPT

INTERVIEWS = Path(__file__).parents[3] / "interviews"
EXAMPLES = [file.read_text(encoding="utf-8") for file in sorted(INTERVIEWS.glob("*.yaml"))]
SNIPPETS = st.sampled_from(
    ["\t", "- ", ": ", "{", "}", "[", "]", '"', "'", "|", "&a ", "*a", "!!set ", "? ", "\n", "\n  ", "#", "%",
     "---\n", "yes", "null", "12", ".inf", "{name}", "\ud800", "\x00", "\u2028", "\ufeff", "<<: ", "，", "："]
)  # fmt: skip
MUTATIONS = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 60), SNIPPETS | st.text(max_size=5)), min_size=1, max_size=4
)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=8) | st.binary()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(SCALARS.filter(lambda key: key == key), inner, max_size=3)
    ),
    max_leaves=5,
)


def mutated(text: str, mutations: list[tuple[int, int, str]]) -> str:
    """Return `text` with pieces replaced.

    Each mutation is (position in ten-thousandths of the text, number of characters to cut, text to insert).
    """
    for where, cut, piece in mutations:
        start = where * len(text) // 10_000
        text = text[:start] + piece + text[start + cut :]
    return text


def check(text: str) -> None:
    script, faults = read_script(text, "clerk.yaml")
    assert (script is None) == any(fault.level == "error" for fault in faults)
    assert isinstance(script, Script | None)
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    for fault in faults:
        assert fault.what
        assert fault.write
        assert fault.line <= len(text.splitlines()) + 1
        assert "\n" not in str(fault)
        str(fault).encode()


@settings(max_examples=300, deadline=None)
@given(MUTATIONS)
def test_a_mutated_script_raises_nothing(mutations: list[tuple[int, int, str]]) -> None:
    check(mutated(SCRIPT, mutations))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EXAMPLES), MUTATIONS)
def test_a_mutated_example_raises_nothing(text: str, mutations: list[tuple[int, int, str]]) -> None:
    check(mutated(text, mutations))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.lists(SNIPPETS, max_size=12).map("".join))
def test_any_text_raises_nothing(text: str) -> None:
    check(text)


def replaced(data: object, path: list[int], value: object) -> object:
    """Return `data` with the value at the end of `path`, a list of child indexes, replaced."""
    if not path or not isinstance(data, dict | list) or not data:
        return value
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))
    key = keys[path[0] % len(keys)]
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    changed = {name: replaced(inner, path[1:], value) if name == key else inner for name, inner in pairs}
    return changed if isinstance(data, dict) else list(changed.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=7), VALUES)
def test_any_value_anywhere_raises_nothing(path: list[int], value: object) -> None:
    check(yaml.safe_dump(replaced(yaml.safe_load(SCRIPT), path, value), allow_unicode=True))


@settings(max_examples=100, deadline=None)
@given(
    st.permutations(SCRIPT.splitlines(keepends=True)) | st.lists(st.sampled_from(SCRIPT.splitlines(keepends=True)))
)
def test_lines_in_any_order_raise_nothing(lines: list[str]) -> None:
    check("".join(lines))
