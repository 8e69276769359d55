"""Parsing YAML text into a tree: size limit, syntax, and messages for files that are not valid YAML."""

import re

import yaml

from handlers.authoring.faults import Fault
from handlers.authoring.tree import BoundedLoader, Tree, Unreadable, grow

MAX_BYTES = 1024 * 1024
_CHINESE_COLON = re.compile(r"\s*(- )?[a-z_]+：")
# For these, PyYAML's problem mark is where it gave up, below the mistake; the context mark is the mistake.
_BEGINS_AT_CONTEXT = {"while scanning a simple key", "while scanning a quoted scalar"}


def read_tree(text: str, file: str) -> Tree | Fault:
    """Return the tree, or a single fault if the file cannot be parsed."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Fault(file, 1, 1, "error", "the file is larger than 1 MiB", "one interview a file, texts only")
    try:
        loader = BoundedLoader(text)
    except yaml.reader.ReaderError as error:
        return _unprintable(text, file, error.position)
    try:
        node = loader.get_single_node()
        return _empty(file) if node is None else grow(node)
    except Unreadable as error:
        return _fault(file, error.mark, error.what, error.write)
    except yaml.MarkedYAMLError as error:
        return _misspelt(text, file, error)
    except ValueError:  # PyYAML passes escapes like "\U00110000" to chr()
        return _fault(file, loader.get_mark(), "an escape or a number here has no meaning", "the character itself")
    finally:
        loader.dispose()


def _fault(file: str, mark: yaml.Mark, what: str, write: str) -> Fault:
    return Fault(file, mark.line + 1, mark.column + 1, "error", what, write)


def _empty(file: str) -> Fault:
    return Fault(file, 1, 1, "error", "the file is empty", "a script, starting with e.g. `id: campus-analyst`")


def _unprintable(text: str, file: str, position: int) -> Fault:
    before = text[:position]
    line = before.count("\n") + 1
    column = position - before.rfind("\n")
    what = f"a character that cannot be shown stands here (U+{ord(text[position]):04X})"
    return Fault(file, line, column, "error", what, "the text without it")


def _misspelt(text: str, file: str, error: yaml.MarkedYAMLError) -> Fault:
    problem = error.problem or "it is not YAML"
    at_context = error.context in _BEGINS_AT_CONTEXT and error.context_mark
    mark = error.context_mark if at_context else error.problem_mark or error.context_mark
    if mark is None:
        return Fault(file, 1, 1, "error", f"the file cannot be read ({problem})", "YAML, e.g. `id: analyst`")
    # After a key with a full-width colon, PyYAML reports only the next line.
    number = next((n for n in (mark.line, mark.line - 1) if _CHINESE_COLON.match(_line(text, n))), None)
    if number is not None:
        what = "the colon after the key is a Chinese one"
        return Fault(file, number + 1, 1, "error", what, "a plain colon and a space, e.g. `id: campus-analyst`")
    what, write = _explained(problem, _line(text, mark.line))
    return _fault(file, mark, what, write)


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number] if 0 <= number < len(lines) else ""


def _explained(problem: str, line: str) -> tuple[str, str]:
    if "'\\t'" in problem or line[: len(line) - len(line.lstrip())].count("\t"):
        return "a tab stands where only spaces may", "two spaces for each level of indentation"
    if "mapping values are not allowed" in problem:
        return (
            "a colon stands inside a text, or the indentation does not fit",
            'the text in quotes, e.g. `zh: "提示: 请举例"`, and keys of one level below each other',
        )
    if "expected ':'" in problem:
        return "a key without a colon stands here", "a colon and a space after the key, e.g. `minutes: 2`"
    if "scanning a quoted" in problem or "end of stream" in problem:
        return "a quotation mark is not closed", 'the text between two of them, e.g. `zh: "请举例"`'
    if "but found another document" in problem:
        return "a second document begins here", "one script a file, without `---` lines in between"
    if "undefined alias" in problem:
        return "this alias (*) names nothing", 'the text itself; one that begins with * needs quotes: "*…"'
    if "expected ',' or" in problem:
        return (
            "a bracket is not closed, or a comma is missing",
            'brackets in pairs, and texts with commas or quotes inside quotes: {zh: "…", en: "…"}',
        )
    return (
        f"this cannot be read ({problem})",
        "keys below each other, two spaces for each level of indentation",
    )
