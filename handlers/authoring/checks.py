"""Errors between parts of a script: duplicate or undeclared ids, keys that do not fit the kind of question.

The checks run on the written tree, so they report their errors alongside all others.
"""

from collections.abc import Iterable, Iterator

from conversation.question_kinds import KINDS
from conversation.script import DEFAULT_EXIT_REASONS
from handlers.authoring.examples import example
from handlers.authoring.faults import Path, Remark, closest, short, shown
from handlers.authoring.tree import ALL, Pattern, Tree, Unquoted, Value

VARIANTS: Pattern = ("experiment", "variants", ALL)
QUESTIONS: Pattern = ("stages", ALL, "questions", ALL)
RESERVED_REASONS = ("skipped", "unknown")
_NO_IDS = ("reminder", "competency")


def check(tree: Tree) -> Iterator[Remark]:
    """Yield all such errors."""
    yield from _ids(tree)
    yield from _competencies(tree)
    for path, question in tree.each(*QUESTIONS):
        if isinstance(question, dict):
            yield from _kind(path, question)
            yield from _bounds(path, question)
    yield from _reasons(tree)
    yield from _orders(tree)


def _ids(tree: Tree) -> Iterator[Remark]:
    yield from _twice("stage", tree, tree.each("stages", ALL, "id"))
    yield from _twice("question", tree, tree.each(*QUESTIONS, "id"))
    yield from _twice("variant", tree, tree.each(*VARIANTS, "id"))
    yield from _twice("exit reason", tree, tree.each("exit_reasons", ALL, "id"))
    yield from _twice("reminder", tree, tree.each("reminders", ALL))
    for path, _ in tree.each(*QUESTIONS):
        yield from _twice("option", tree, tree.each(*path, "options", ALL, "id"))
        yield from _twice("competency", tree, tree.each(*path, "competencies", ALL))


def _twice(kind: str, tree: Tree, found: Iterable[tuple[Path, Value]]) -> Iterator[Remark]:
    first: dict[str, Path] = {}
    for path, value in found:
        if not isinstance(value, str):
            continue
        if value in first:
            line = tree.place(first[value])[0]
            what = f"the {kind} {shown(value)} stands twice, first in line {line}"
            yield Remark(path, what, "it once" if kind in _NO_IDS else f"another one, e.g. {shown(value)[:-1]}-2`")
        first.setdefault(value, path)


def _competencies(tree: Tree) -> Iterator[Remark]:
    written = tree.at("competencies")
    declared = sorted(written) if isinstance(written, dict) else []
    for path, value in tree.each(*QUESTIONS, "competencies", ALL):
        if not isinstance(value, str) or value in declared:
            continue
        what = f"the competency {shown(value)} is not declared under `competencies` at the top"
        if guess := closest(value, declared):
            yield Remark(path, what, f"{shown(guess)} (did you mean that?)")
        else:
            known = short(", ".join(declared)) or "none yet"
            yield Remark(path, what, f"one that is ({known}), or declare it there")


def _kind(path: Path, question: dict[str, Value]) -> Iterator[Remark]:
    kind = KINDS.get(str(question.get("kind")))
    if kind is None:
        return
    for key in sorted(kind.needs - set(question)):
        yield Remark(path, f"a {kind.name} question needs `{key}`", example((*path, key)))
    if not kind.free and question.get("voice") == "required":
        what = f"a {kind.name} question cannot be answered by voice only"
        yield Remark((*path, "voice"), what, "`voice: off`, or `kind: open`")
    files = question.get("files", "off")
    if not kind.free and files not in ("off", Unquoted("off", "yes or no")):
        what = f"`files` has no meaning in a question of kind {kind.name}"
        yield Remark((*path, "files"), what, "`kind: open`, or leave `files` out", at_key=True)
    for other in KINDS.values():
        for key in sorted((other.keys - kind.keys) & set(question)):
            what = f"`{key}` has no meaning in a question of kind {kind.name}"
            yield Remark((*path, key), what, f"`kind: {other.name}`, or leave `{key}` out", at_key=True)


def _bounds(path: Path, question: dict[str, Value]) -> Iterator[Remark]:
    low, high = question.get("min"), question.get("max")
    if isinstance(low, int | float) and isinstance(high, int | float) and low >= high:
        what = f"`max` ({high}) is not above `min` ({low})"
        yield Remark((*path, "max"), what, f"a larger number, e.g. `max: {low + 1}`")


def _reasons(tree: Tree) -> Iterator[Remark]:
    known = {reason.id for reason in DEFAULT_EXIT_REASONS}
    for path, reason in tree.each("exit_reasons", ALL):
        name = reason.get("id") if isinstance(reason, dict) else None
        if not isinstance(reason, dict) or not isinstance(name, str):
            continue
        if name in RESERVED_REASONS:
            yield Remark(
                (*path, "id"), f"the exit reason {shown(name)} is kept for the bot's own use", "another id"
            )
        elif name not in known and reason.get("label") is None:
            what = f"the exit reason {shown(name)} has no `label`"
            yield Remark(path, what, "`label: {zh: 通勤太远, en: Too far away}`")


def _orders(tree: Tree) -> Iterator[Remark]:
    """Check that a variant's order of a stage has exactly the stage's questions."""
    stages = {
        stage["id"]: [each.get("id") for _, each in tree.each(*path, "questions", ALL) if isinstance(each, dict)]
        for path, stage in tree.each("stages", ALL)
        if isinstance(stage, dict) and isinstance(stage.get("id"), str)
    }
    for path, orders in tree.each(*VARIANTS, "order"):
        for name, order in orders.items() if isinstance(orders, dict) else ():
            if name not in stages:
                guess = closest(str(name), [str(each) for each in stages])
                write = f"{shown(guess)} (did you mean that?)" if guess else "the id of a stage"
                yield Remark((*path, name), f"there is no stage {shown(str(name))}", write, at_key=True)
            elif not isinstance(order, list) or sorted(map(str, order)) != sorted(map(str, stages[name])):
                ids = ", ".join(map(str, stages[name]))
                what = f"another order of the stage {shown(str(name))} must have each of its questions once"
                yield Remark((*path, name), what, f"these, in any order: [{short(ids)}]")
