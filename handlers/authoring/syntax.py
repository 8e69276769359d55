"""Parsing YAML text into a tree: size limit, syntax, and messages for files that are not valid YAML."""

import re

import yaml

from handlers.authoring.faults import Fault, Phrase, Spot, say
from handlers.authoring.slips import Slip, slip_in
from handlers.authoring.tree import BoundedLoader, Tree, Unreadable, grow, spot_of

MAX_BYTES = 1024 * 1024
_MOST_MENDED = 100_000
"""The longest text, in characters, of which corrections are tried: each is another reading."""
_MOST_SLIPS = 10
_LINES_AFTER = 3
_CHINESE_COLON = re.compile(r"\s*(- )?[a-z_]+：")
# For these, PyYAML's problem mark is where it gave up, below the mistake; the context mark is the mistake.
_BEGINS_AT_CONTEXT = {"while scanning a simple key", "while scanning a quoted scalar"}


def read_tree(text: str, file: str) -> Tree | tuple[Fault, ...]:
    """Return the tree, or the faults if the file cannot be parsed."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return _alone(file, say("large"), say("large.write"))
    try:
        loader = BoundedLoader(text)
    except yaml.reader.ReaderError as error:
        return (_unprintable(text, file, error.position),)
    try:
        node = loader.get_single_node()
        return _alone(file, say("blank"), say("blank.write")) if node is None else grow(node, loader.unused)
    except Unreadable as error:
        return (_fault(file, error.mark, error.what, error.write),)
    except yaml.MarkedYAMLError as error:
        return _misspelt(text, file, error)
    except ValueError:  # PyYAML passes escapes like "\U00110000" to chr()
        return (_fault(file, loader.get_mark(), say("escape"), say("escape.write")),)
    finally:
        loader.dispose()


def _fault(file: str, mark: yaml.Mark, what: Phrase, write: Phrase) -> Fault:
    return Fault(file, spot_of(mark), "error", what, write)


def _alone(file: str, what: Phrase, write: Phrase) -> tuple[Fault]:
    return (Fault(file, Spot(1, 1), "error", what, write),)


def _unprintable(text: str, file: str, position: int) -> Fault:
    before = text[:position]
    line = before.count("\n") + 1
    column = position - before.rfind("\n")
    what = say("unprintable", code=f"U+{ord(text[position]):04X}")
    return Fault(file, Spot(line, column), "error", what, say("unprintable.write"))


# correcting line by line


def _misspelt(text: str, file: str, error: yaml.MarkedYAMLError) -> tuple[Fault, ...]:
    """Return a fault for every line of which the correction can be read, up to one that cannot be corrected."""
    faults = list[Fault]()
    lines = text.split("\n")
    now: yaml.MarkedYAMLError | None = error
    guessed = False  # how deep a line is to be indented: an error after it may be no error
    while now and len(faults) < _MOST_SLIPS:
        mended = _mended(lines, now) if len(text) <= _MOST_MENDED else None
        if mended is None:
            if not guessed:
                faults.append(_unmended(lines, file, now))
            break
        number, slip = mended
        faults.append(Fault(file, Spot(number + 1, slip.column), "error", slip.what, slip.write))
        lines[number] = slip.line
        guessed = slip.kind in ("tab", "margin")
        now = _error_in(lines)
    return tuple(sorted(faults, key=lambda fault: fault.spot))


def _mended(lines: list[str], error: yaml.MarkedYAMLError) -> tuple[int, Slip] | None:
    """Return the number of the line at fault, from 0, and what is wrong in it."""
    for number in _suspects(lines, error):
        slip = slip_in(lines[number])
        if slip is None or slip.line == lines[number]:
            continue
        tried = [*lines[:number], slip.line, *lines[number + 1 : number + 1 + _LINES_AFTER]]
        left = _error_in(tried)
        if left is None or _line_of(left) > number:
            return number, slip
    return None


def _suspects(lines: list[str], error: yaml.MarkedYAMLError) -> list[int]:
    """Return the lines in which the mistake may be, the likeliest first."""
    marks = [error.problem_mark, error.context_mark]
    if error.context in _BEGINS_AT_CONTEXT:
        marks.reverse()
    numbers = [mark.line for mark in marks if mark]
    if numbers:
        above = (number for number in range(min(numbers[0], len(lines)) - 1, -1, -1) if lines[number].strip())
        numbers += [next(above, 0)]
    return [number for number in dict.fromkeys(numbers) if number < len(lines)]


def _line_of(error: yaml.MarkedYAMLError) -> int:
    """Return the line at which reading stopped, from 0."""
    marks = [mark.line for mark in (error.problem_mark, error.context_mark) if mark]
    at_context = error.context in _BEGINS_AT_CONTEXT and error.context_mark
    return error.context_mark.line if at_context and error.context_mark else max(marks, default=0)


def _error_in(lines: list[str]) -> yaml.MarkedYAMLError | None:
    loader: BoundedLoader | None = None
    try:
        loader = BoundedLoader("\n".join(lines))
        loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        return error
    except (yaml.YAMLError, ValueError):
        return None
    finally:
        if loader is not None:
            loader.dispose()
    return None


# errors that cannot be traced to a character


def _unmended(lines: list[str], file: str, error: yaml.MarkedYAMLError) -> Fault:
    problem = error.problem or "it is not YAML"
    at_context = error.context in _BEGINS_AT_CONTEXT and error.context_mark
    mark = error.context_mark if at_context else error.problem_mark or error.context_mark
    if mark is None:
        return _alone(file, say("unreadable", why=problem), say("unreadable.write"))[0]
    # After a key with a full-width colon, PyYAML reports only the next line.
    number = next((n for n in (mark.line, mark.line - 1) if _CHINESE_COLON.match(_line(lines, n))), None)
    if number is not None:
        slip = Slip("colon", "：", 1, "id: campus-analyst")
        return Fault(file, Spot(number + 1, 1), "error", slip.what, slip.write)
    kind = _explained(problem, _line(lines, mark.line))
    return _fault(file, mark, say(kind, why=problem), say(f"{kind}.write"))


def _line(lines: list[str], number: int) -> str:
    return lines[number] if 0 <= number < len(lines) else ""


def _explained(problem: str, line: str) -> str:
    """Return the catalogue's key of what is wrong."""
    if "'\\t'" in problem or line[: len(line) - len(line.lstrip())].count("\t"):
        return "syntax.tab"
    if "mapping values are not allowed" in problem:
        return "syntax.colon"
    if "expected ':'" in problem:
        return "syntax.no_colon"
    if "scanning a quoted" in problem or "end of stream" in problem:
        return "syntax.quote"
    if "but found another document" in problem:
        return "syntax.document"
    if "undefined alias" in problem:
        return "syntax.alias"
    if "expected ',' or" in problem:
        return "syntax.bracket"
    return "syntax.other"
