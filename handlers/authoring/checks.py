"""Errors between parts of a script: duplicate or undeclared ids, keys that do not fit the kind of question.

The checks run on the written tree, so they report their errors alongside all others.
"""

from collections.abc import Iterable, Iterator

from conversation.question_kinds import KINDS
from conversation.script import DEFAULT_EXIT_REASONS
from conversation.words import normal
from handlers.authoring.examples import instance
from handlers.authoring.expected import expectation
from handlers.authoring.faults import Path, Phrase, Remark, closest, named, say, short, shown
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
            yield from expectation(path, question)
    yield from _reasons(tree)
    yield from _orders(tree)
    yield from _frequent(tree)


def _ids(tree: Tree) -> Iterator[Remark]:
    yield from _twice("stage", tree, tree.each("stages", ALL, "id"))
    yield from _twice("question", tree, tree.each(*QUESTIONS, "id"))
    yield from _twice("variant", tree, tree.each(*VARIANTS, "id"))
    yield from _twice("exit_reason", tree, tree.each("exit_reasons", ALL, "id"))
    yield from _twice("option", tree, tree.each("group_question", "options", ALL, "id"))
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
            first_at = tree.place(first[value]).phrase
            what = say("twice", kind=say(f"a.{kind}"), name=shown(value), first=first_at)
            write = say("twice.once") if kind in _NO_IDS else say("twice.another", name=f"{shown(value)[:-1]}-2`")
            yield Remark(path, what, write)
        first.setdefault(value, path)


def _competencies(tree: Tree) -> Iterator[Remark]:
    written = tree.at("competencies")
    declared = sorted(written) if isinstance(written, dict) else []
    for path, value in tree.each(*QUESTIONS, "competencies", ALL):
        if not isinstance(value, str) or value in declared:
            continue
        what = say("competency.undeclared", name=shown(value))
        if guess := closest(value, declared):
            yield Remark(path, what, say("meant", name=shown(guess)))
        else:
            known = say("literal", text=short(", ".join(declared))) if declared else say("competency.none")
            yield Remark(path, what, say("competency.declare", known=known))


def _kind(path: Path, question: dict[str, Value]) -> Iterator[Remark]:
    kind = KINDS.get(str(question.get("kind")))
    if kind is None:
        return
    for key in sorted(kind.needs - set(question)):
        what = say("kind.needs", kind=_called(kind.name), key=named(key))
        yield Remark((*path, key), what, instance((*path, key)))
    if not kind.free and question.get("voice") == "required":
        yield Remark((*path, "voice"), say("kind.voice", kind=_called(kind.name)), say("kind.voice.write"))
    if not kind.free and question.get("anchors"):
        yield _meaningless(path, "anchors", kind.name, "open")
    yield from _follow_up(path, question)
    files = question.get("files", "off")
    if not kind.free and files not in ("off", Unquoted("off", "switch")):
        yield _meaningless(path, "files", kind.name, "open")
    for key in sorted(set(question) - kind.keys):
        if others := [other.name for other in KINDS.values() if key in other.keys]:
            yield _meaningless(path, key, kind.name, *others)


def _follow_up(path: Path, question: dict[str, Value]) -> Iterator[Remark]:
    """Check that there is a rubric where a follow-up asks for what it leaves open."""
    asked = question.get("follow_up")
    when = asked.get("when") if isinstance(asked, dict) else None
    if "rubric-gap" in (when if isinstance(when, list) else [when]) and not question.get("rubric"):
        what = say("follow_up.rubric", key=named("when"), rubric=named("rubric"))
        yield Remark((*path, "follow_up", "when"), what, instance((*path, "rubric")))


def _meaningless(path: Path, key: str, kind: str, other: str, another: str = "") -> Remark:
    """Return that only questions of one or two other kinds have the key."""
    what = say("kind.meaningless", key=named(key), kind=_called(kind))
    called = say("kind.either", one=_called(other), other=_called(another)) if another else _called(other)
    kinds = (
        say("kind.either", one=f"`kind: {other}`", other=f"`kind: {another}`") if another else f"`kind: {other}`"
    )
    write = say("kind.meaningless.write", kinds=kinds, called=called, key=named(key))
    return Remark((*path, key), what, write, at_key=True)


def _called(kind: str) -> Phrase:
    return say("kind.called", kind=kind, label=say(f"value.kind.{kind}"))


def _bounds(path: Path, question: dict[str, Value]) -> Iterator[Remark]:
    low, high = question.get("min"), question.get("max")
    if isinstance(low, int | float) and isinstance(high, int | float) and low >= high:
        what = say("bounds", max=named("max"), high=high, min=named("min"), low=low)
        yield Remark((*path, "max"), what, say("bounds.write", number=low + 1))


def _reasons(tree: Tree) -> Iterator[Remark]:
    known = {reason.id for reason in DEFAULT_EXIT_REASONS}
    for path, reason in tree.each("exit_reasons", ALL):
        name = reason.get("id") if isinstance(reason, dict) else None
        if not isinstance(reason, dict) or not isinstance(name, str):
            continue
        if name in RESERVED_REASONS:
            yield Remark((*path, "id"), say("reason.reserved", name=shown(name)), say("reason.reserved.write"))
        elif name not in known and reason.get("label") is None:
            yield Remark(path, say("reason.unlabelled", name=shown(name)), say("reason.unlabelled.write"))


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
                write = say("meant", name=shown(guess)) if guess else say("order.stage.write")
                yield Remark((*path, name), say("order.stage", name=shown(str(name))), write, at_key=True)
            elif not isinstance(order, list) or sorted(map(str, order)) != sorted(map(str, stages[name])):
                ids = ", ".join(map(str, stages[name]))
                what = say("order.questions", name=shown(str(name)))
                yield Remark((*path, name), what, say("order.questions.write", ids=short(ids)))


def _frequent(tree: Tree) -> Iterator[Remark]:
    """Check that no way to ask a frequent question belongs to two of them."""
    known: dict[str, Value] = {}
    for path, _ in tree.each("faq", ALL):
        for language in ("zh", "en"):
            asked = tree.at(*path, "q", language)
            for text in asked if isinstance(asked, list) else [asked]:
                if not isinstance(text, str) or not (form := normal(text)):
                    continue
                if known.setdefault(form, path[-1]) != path[-1]:
                    what = say("faq.twice", text=shown(text))
                    yield Remark((*path, "q", language), what, say("faq.twice.write"))
