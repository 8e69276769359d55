"""Reading a script, and reporting all of its faults at once."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydantic import ValidationError

from conversation.errors import BotError
from conversation.script import Script
from handlers.authoring import explain
from handlers.authoring.advice import advise
from handlers.authoring.build import build
from handlers.authoring.checks import check
from handlers.authoring.faults import Fault, Remark
from handlers.authoring.forms import ScriptForm
from handlers.authoring.syntax import read_tree
from handlers.authoring.tree import Tree


class ScriptUnusable(BotError):
    """A script has faults or does not exist; the message says which."""


class Reading(NamedTuple):
    """The result of reading a script. `script` is None if any fault is an error; `faults` are sorted by line."""

    script: Script | None
    faults: tuple[Fault, ...]


def read_script(text: str, file: str) -> Reading:
    """Parse a script from YAML. `file` is its name in the faults. Never raises, whatever `text` contains."""
    tree = read_tree(text, file)
    if isinstance(tree, Fault):
        return Reading(None, (tree,))
    if not isinstance(tree.root, dict):
        what = "a script is made of keys with values, and this file is not"
        line, column = tree.place(())
        return Reading(None, (Fault(file, line, column, "error", what, "e.g. `id: campus-analyst`"),))
    form, wrong = _form(tree)
    remarks = [*tree.remarks, *wrong, *check(tree), *advise(tree)]
    faults = tuple(_sorted(_located(remarks, tree, file)))
    broken = form is None or any(fault.level == "error" for fault in faults)
    return Reading(None if broken or form is None else build(form), faults)


def _form(tree: Tree) -> tuple[ScriptForm | None, list[Remark]]:
    try:
        return ScriptForm.model_validate(tree.root), []
    except ValidationError as error:
        return None, list(explain.remarks(error.errors(include_url=False), tree))


def _located(remarks: Iterable[Remark], tree: Tree, file: str) -> Iterator[Fault]:
    for remark in remarks:
        line, column = tree.place(remark.path, at_key=remark.at_key)
        yield Fault(file, line, column, remark.level, remark.what, remark.write)


def _sorted(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(set(faults), key=lambda fault: (fault.line, fault.column, fault.level, fault.what))
