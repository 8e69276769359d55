"""Reading a script, and reporting all of its faults at once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from conversation.errors import BotError
from conversation.script import Script
from handlers.authoring import explain
from handlers.authoring.advice import advise
from handlers.authoring.build import build
from handlers.authoring.checks import check
from handlers.authoring.faults import Fault, Path, Phrase, Remark, say
from handlers.authoring.forms import ScriptForm
from handlers.authoring.report import report
from handlers.authoring.slips import separators, tidy_key
from handlers.authoring.syntax import read_tree
from handlers.authoring.tree import Tree


class ScriptUnusable(BotError):
    """A script has faults, cannot be read, or does not exist.

    `why` says so in words or as a phrase. `faults`: what is wrong in it.
    """

    def __init__(self, why: str | Phrase, faults: Sequence[Fault] = ()) -> None:
        super().__init__(why if isinstance(why, str) else why.in_("en"))
        self.why = why
        self.faults = tuple(faults)

    def worded(self, language: str) -> str:
        """Return the message for the author, with all faults, a line each."""
        if self.faults:
            return "\n".join(report(self.faults, language))
        return self.why if isinstance(self.why, str) else self.why.in_(language)


class Reading(NamedTuple):
    """The result of reading a script. `script` is None if any fault is an error; `faults` are sorted by line."""

    script: Script | None
    faults: tuple[Fault, ...]


def read_script(text: str, file: str) -> Reading:
    """Parse a script from YAML. `file` is its name in the faults. Never raises, whatever `text` contains."""
    tree = read_tree(text, file)
    if isinstance(tree, tuple):
        return Reading(None, tree)
    if isinstance(tree.root, str) and (slip := tidy_key(tree.root.partition("\n")[0])):
        return Reading(None, (Fault(file, tree.place(()), "error", slip.what, slip.write),))
    if not isinstance(tree.root, dict):
        return Reading(None, (Fault(file, tree.place(()), "error", say("no_keys"), say("no_keys.write")),))
    return judge(tree, file)


def judge(tree: Tree, file: str) -> Reading:
    """Check a script's tree. `file` is the name of its file in the faults."""
    form, wrong = _form(tree)
    slips = [*tree.remarks, *separators(tree)]
    named = {remark.path for remark in slips if remark.level == "error"}
    unread = {remark.path[:-1] for remark in wrong if remark.what.key.startswith("slip.")}
    others = (
        each
        for each in (*wrong, *check(tree), *advise(tree))
        if each.path not in named and not (each.level == "warning" and each.path[:-1] in unread)
    )
    remarks = [*slips, *others]
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
        spot = tree.place(remark.path, at_key=remark.at_key)
        yield Fault(file, spot, remark.level, remark.what, remark.write, _where(remark.path, tree))


def _where(path: Path, tree: Tree) -> str:
    """Return the short name of a part of the script: `about-you.ask`, `introduction.title`, `guide`."""
    names = list[str]()
    for length, part in enumerate(path, 1):
        if not isinstance(part, int):
            names.append(str(part))
        elif isinstance(name := tree.at(*path[:length], "id"), str):
            names = [name]
    return ".".join(name for name in names if name not in ("zh", "en"))


def _sorted(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(set(faults), key=lambda fault: (fault.spot.sheet, fault.spot, fault.level, repr(fault.wrong)))
