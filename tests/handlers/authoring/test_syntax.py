"""Files that are not scripts at all cause one clear fault, never an exception."""

import pytest

from handlers.authoring import read_script
from tests.handlers.authoring.written import SCRIPT, changed, the_fault

BILLION_LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

NO_SCRIPTS = [
    ("", 1, "the file is empty"),
    ("# only a comment\n", 1, "the file is empty"),
    ("- id: clerk\n", 1, "a script is made of keys with values"),
    ("clerk", 1, "a script is made of keys with values"),
    ("42", 1, "a script is made of keys with values"),
    ("null", 1, "a script is made of keys with values"),
    ("id: clerk\n\ttitle: x\n", 2, "a tab stands"),
    ("id: clerk\nstages:\n\t- id: x\n", 3, "a tab stands"),
    ("id：clerk\ntitle: x\n", 1, "the colon after the key is a Chinese one"),
    ("level: junior\nid：clerk\ntitle: x\n", 2, "the colon after the key is a Chinese one"),
    ("id: clerk\nlevel junior\ntitle: x\n", 2, "a key without a colon"),
    ("id: clerk\nask: 提示: 请举例\n", 2, "a colon stands inside a text"),
    ('id: clerk\ntitle: {zh: "文员, en: Clerk}\nlevel: junior\n', 2, "a quotation mark is not closed"),
    ("id: clerk\ntitle: {zh: 文员, en: Clerk\nlevel: junior\n", 3, "a bracket is not closed"),
    ("id: clerk\n---\nid: other\n", 2, "a second document"),
    ("id: *nobody\n", 1, "this alias (*) names nothing"),
    ("id: clerk\x07\n", 1, "a character that cannot be shown stands here (U+0007)"),
    ("id: clerk\ntitle: \ud800\n", 2, "(U+D800)"),
    ('id: clerk\ntitle: "\\U00110000"\n', 2, "an escape or a number here"),
    ("%YAML 1." + "9" * 5000 + "\n---\nid: clerk\n", 1, "an escape or a number here"),
    ("id: " + "[" * 100 + "]" * 100, 1, "nested more than 20 deep"),
    ("id: " + "{a: " * 100 + "}" * 100, 1, "nested more than 20 deep"),
    ("".join("  " * depth + "a:\n" for depth in range(100)), 20, "nested more than 20 deep"),
    ("id: " + "[" * 500_000, 1, "nested more than 20 deep"),
    ("id: clerk\nstages: &s [*s]\n", 2, "nested more than 20 deep"),
    (BILLION_LAUGHS, 1, "more than 20000 values"),
    ("x: [" + "1," * 30_000 + "]", 1, "more than 20000 values"),
    ("# " + "文" * 400_000, 1, "larger than 1 MiB"),
]


@pytest.mark.parametrize(("text", "line", "what"), NO_SCRIPTS, ids=[what for _, _, what in NO_SCRIPTS])
def test_the_file_is_refused_with_one_fault(text: str, line: int, what: str) -> None:
    reading = read_script(text, "clerk.yaml")
    fault = the_fault(text)
    assert reading.script is None
    assert (fault.line, fault.level) == (line, "error"), str(fault)
    assert what in fault.what, str(fault)
    assert fault.write
    assert "\n" not in str(fault)


STRANGE = [
    *("yes", "on", "~", "2026-11-01", "1:30:00", "0o17", ".nan", "-", "[]", "{}", "[[1]]", "{1: 2}", "!!int ''"),
    *("!!float x", "!!null x", "!!set {a}", "!!python/object:os.system {}", "&a [*a]", "<<", "=", "'{'"),
    *("1e999", "9" * 5000, "{<<: {id: x}}", "!!timestamp x", "? []", "!<tag:yaml.org,2002:map> x"),
]


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize(
    "old",
    ["clerk", "{zh: 文员, en: Clerk}", "name", "junior", "48h", '"2026-11"', "40", "open", "off", "[expression]",
     "{1: 含糊, 5: {zh: 清楚, en: Clear}}", "500", "[10m, 1d, before-deadline 3h]", "answer", "network"],
)  # fmt: skip
def test_strange_values_anywhere_raise_nothing(old: str, value: str) -> None:
    for fault in read_script(changed(old, value), "clerk.yaml").faults:
        assert fault.line >= 1
        assert fault.column >= 1
        assert fault.what
        assert fault.write
        str(fault).encode()


@pytest.mark.parametrize(
    "key", ["title", "guide", "privacy", "competencies", "stages", "exit_reasons", "reminders"]
)
@pytest.mark.parametrize("value", STRANGE)
def test_strange_values_for_whole_parts_raise_nothing(key: str, value: str) -> None:
    kept = [block for block in SCRIPT.replace("\n ", "\0 ").splitlines() if not block.startswith(key)]
    text = "\n".join(kept).replace("\0 ", "\n ") + f"\n{key}: {value}\n"
    found = read_script(text, "clerk.yaml").faults
    assert found or key in ("competencies", "exit_reasons", "reminders")
    for fault in found:
        str(fault).encode()
