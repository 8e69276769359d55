"""Warnings: what a script may contain but is rarely intended. They are found alongside all errors."""

import re
from collections.abc import Iterator
from itertools import pairwise

from handlers.authoring.checks import QUESTIONS
from handlers.authoring.examples import example
from handlers.authoring.faults import Path, Remark, short, shown
from handlers.authoring.tree import ALL, Pattern, Tree, Value

ASK_CHARACTERS = 600
MINUTES = {"junior": (15, 20), "manager": (0, 30)}
_WORDINGS: tuple[Pattern, ...] = (
    ("title",),
    ("guide",),
    ("privacy",),
    ("competencies", ALL),
    ("stages", ALL, "title"),
    (*QUESTIONS, "ask"),
    (*QUESTIONS, "options", ALL, "label"),
    (*QUESTIONS, "rubric", ALL),
    ("exit_reasons", ALL, "label"),
    ("result", "told_by"),
    ("recruiter",),
)
_CLOCK = re.compile(
    r"(?<![预共合总设估统累])计时(?![长间])|(?<![期权上下无])限时|时间限制"
    r"|\btime[- ]limit(?:s|ed)?\b|\btimed\b|\bcountdown\b|\btimers?\b|\bagainst the clock\b",
    re.IGNORECASE,
)
_ABOUT = ("`大约 {minutes} 分钟`", "`about {minutes} minutes`")
# "不计时", "no time limit": a negation shortly before the word.
_DENIED = re.compile(
    r"[不没无未非][^，。；\s]{0,6}$|\b(?:no|not|never|nor|without|isn[’']t|aren[’']t|don[’']t)\b[^.,;]{0,25}$",
    re.IGNORECASE,
)
_LANGUAGES = {"zh": "Chinese", "en": "English"}


def advise(tree: Tree) -> Iterator[Remark]:
    """Yield all warnings about the script as written."""
    yield from _minutes(tree)
    yield from _weights(tree)
    yield from _difficulty(tree)
    yield from _translations(tree)
    yield from _lengths(tree)
    yield from _clock(tree)
    yield from _rubrics(tree)
    yield from _unused(tree)


def _warning(path: Path, what: str, write: str, *, at_key: bool = False) -> Remark:
    return Remark(path, what, write, "warning", at_key)


def _numbers(tree: Tree, pattern: Pattern, key: str) -> list[float] | None:
    """Return `key` of every item at `pattern`, or None if any is missing or not a number: sums would be wrong."""
    found = [item.get(key) if isinstance(item, dict) else None for _, item in tree.each(*pattern)]
    numbers = [value for value in found if isinstance(value, int | float)]
    return numbers if numbers and len(numbers) == len(found) else None


def _minutes(tree: Tree) -> Iterator[Remark]:
    level = tree.at("level") or "junior"
    minutes = _numbers(tree, QUESTIONS, "minutes")
    if minutes is None or not isinstance(level, str) or level not in MINUTES:
        return
    total = sum(minutes)
    least, most = MINUTES[level]
    if total > most:
        what = f"the questions take {total:g} minutes; at level {level}, at most {most} are usual"
        yield _warning(("stages",), what, "fewer questions, or smaller `minutes`", at_key=True)
    elif total < least:
        what = f"the questions take {total:g} minutes; at level {level}, at least {least} are usual"
        yield _warning(("stages",), what, "another question, or larger `minutes`", at_key=True)


def _weights(tree: Tree) -> Iterator[Remark]:
    weights = _numbers(tree, ("stages", ALL), "weight")
    if weights is not None and abs(sum(weights) - 100) > 1e-6:
        what = f"the weights of the stages add up to {sum(weights):g}, not to 100"
        yield _warning(("stages",), what, "weights like 20, 50, 30", at_key=True)


def _difficulty(tree: Tree) -> Iterator[Remark]:
    averages: list[tuple[Path, str, float]] = []
    for path, stage in tree.each("stages", ALL):
        questions = [(where, _level(item)) for where, item in tree.each(*path, "questions", ALL)]
        known = [(where, level) for where, level in questions if level is not None]
        for (before, easy), (where, level) in pairwise(known):
            if level < easy:
                what = (
                    f"the question {_called(tree, where)} ({level:g}) is easier than {_called(tree, before)} "
                    f"({easy:g}) before it"
                )
                yield _warning((*where, "difficulty"), what, "the easier question first")
        if known and isinstance(stage, dict):
            average = sum(level for _, level in known) / len(known)
            averages.append((path, _called(tree, path), average))
    for (_, former, hard), (path, name, average) in pairwise(averages):
        if average < hard:
            what = f"the stage {name} is easier on average ({average:.2g}) than {former} ({hard:.2g}) before it"
            yield _warning(path, what, "the easier stage first, or another `difficulty`")


def _level(question: Value) -> float | None:
    level = question.get("difficulty", 1) if isinstance(question, dict) else None
    return level if isinstance(level, int | float) else None


def _called(tree: Tree, path: Path) -> str:
    name = tree.at(*path, "id")
    return shown(name) if isinstance(name, str) else f"in line {tree.place(path)[0]}"


def _translations(tree: Tree) -> Iterator[Remark]:
    for pattern in _WORDINGS:
        for path, wording in tree.each(*pattern):
            if not isinstance(wording, dict):
                continue
            given = {key for key in _LANGUAGES if _filled(wording.get(key))}
            if len(given) == 1:
                key = next(key for key in _LANGUAGES if key not in given)
                what = f"the {_LANGUAGES[key]} text of {_owner(path)} is missing; the other language is shown"
                yield _warning(path, what, f"`{key}: …` beside it")


def _filled(text: Value) -> bool:
    return text is not None and text != ""


def _owner(path: Path) -> str:
    return " of ".join(shown(str(part)) for part in reversed(path[-2:]) if isinstance(part, str))


def _lengths(tree: Tree) -> Iterator[Remark]:
    for path, text in tree.each(*QUESTIONS, "ask", ALL):
        if isinstance(text, str) and len(text) > ASK_CHARACTERS:
            what = f"the question has {len(text)} characters; not every messenger takes so many at once"
            yield _warning(path, what, f"at most {ASK_CHARACTERS}, the details as questions of their own")


def _clock(tree: Tree) -> Iterator[Remark]:
    """Warn if the guide mentions a time limit. Candidates would hurry, and there is none."""
    for path, text in tree.each("guide", ALL):
        for line in text.splitlines() if isinstance(text, str) else ():
            clock = next(
                (each for each in _CLOCK.finditer(line) if not _DENIED.search(line[: each.start()])), None
            )
            if clock:
                what = f"the guide speaks of a clock ({shown(clock[0])}), but no question has a time limit"
                yield _warning(path, what, f"how long it usually takes, e.g. {_ABOUT[path[-1] == 'en']}")
                break


def _rubrics(tree: Tree) -> Iterator[Remark]:
    for path, question in tree.each(*QUESTIONS):
        if isinstance(question, dict) and question.get("kind") == "open" and not question.get("rubric"):
            what = f"the open question {_called(tree, path)} has no rubric: everyone will judge it differently"
            yield _warning(path, what, example(("rubric",)))


def _unused(tree: Tree) -> Iterator[Remark]:
    used = {value for _, value in tree.each(*QUESTIONS, "competencies", ALL) if isinstance(value, str)}
    for path, _ in tree.each("competencies", ALL):
        name = path[-1]
        if isinstance(name, str) and name not in used:
            what = f"the competency {shown(name)} is declared, but no question asks for it"
            yield _warning(
                path, what, f"`competencies: [{short(name)}]` at a question, or leave it out", at_key=True
            )
