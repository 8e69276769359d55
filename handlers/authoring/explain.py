"""Turning pydantic's errors into messages for script authors."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import ErrorDetails

from handlers.authoring.examples import example
from handlers.authoring.faults import Path, Remark, closest, short, shown
from handlers.authoring.forms import (
    Form,
    OptionForm,
    PrivacyForm,
    QuestionForm,
    ReasonForm,
    ResultForm,
    ScriptForm,
    StageForm,
    WordingForm,
)
from handlers.authoring.tree import Tree, Unquoted

_FORMS: dict[str, tuple[str, type[Form]]] = {
    "": ("the script", ScriptForm),
    "stages": ("a stage", StageForm),
    "questions": ("a question", QuestionForm),
    "options": ("an option", OptionForm),
    "exit_reasons": ("an exit reason", ReasonForm),
    "privacy": ("`privacy`", PrivacyForm),
    "result": ("`result`", ResultForm),
}
_KEY = "[key]"  # the last element of pydantic's path to an invalid mapping key


def remarks(errors: Iterable[ErrorDetails], tree: Tree) -> Iterator[Remark]:
    """Yield one remark per error. A key that is only misspelt is not also reported as missing."""
    found = list(errors)
    meant = {_meant(error["loc"], tree) for error in found if error["type"] == "extra_forbidden"}
    for error in found:
        if error["type"] != "missing" or error["loc"] not in meant:
            yield _remark(error, tree)


def _form_at(path: Path) -> tuple[str, type[Form]]:
    """Return what the mapping at `path` is called, and its form."""
    names = [part for part in path if isinstance(part, str)]
    return _FORMS.get(names[-1] if names else "", ("a text in two languages", WordingForm))


def _meant(path: Path, tree: Tree) -> Path | None:
    """Return the path of the key that was probably meant by the unknown one at `path`, or None.

    Only keys of the same mapping that are not used yet are considered.
    """
    around = path[:-1]
    written = tree.at(*around)
    free = set(_form_at(around)[1].written_keys()) - set(written if isinstance(written, dict) else ())
    guess = closest(str(path[-1]), sorted(free))
    return (*around, guess) if guess else None


def _remark(error: ErrorDetails, tree: Tree) -> Remark:
    path: Path = error["loc"]
    match error["type"]:
        case "extra_forbidden":
            return _unknown_key(path, tree)
        case "missing":
            what = f"`{path[-1]}` is missing in {_form_at(path[:-1])[0]}"
            return Remark(path[:-1], what, example(path))
        case "complaint":
            context = error.get("ctx", {})
            return Remark(path, str(context["what"]), str(context["write"]))
        case _ if path[-1:] == (_KEY,):
            return _wrong_key(path[:-1])
        case _:
            return _wrong_value(path, error)


def _unknown_key(path: Path, tree: Tree) -> Remark:
    key = str(path[-1])
    kind, form = _form_at(path[:-1])
    what = f"{shown(key)} is not a key of {kind}"
    if meant := _meant(path, tree):
        return Remark(path, what, f"`{meant[-1]}` (did you mean that?)", at_key=True)
    if issubclass(form, WordingForm):
        write = 'texts with commas or colons in quotes: {zh: "…", en: "…"}'
        return Remark(path, what, write, at_key=True)
    elsewhere = next((where for where, other in _FORMS.values() if key in other.written_keys()), None)
    if elsewhere:
        return Remark(path, f"{what}; it belongs to {elsewhere}", "it there", at_key=True)
    return Remark(path, what, f"one of {', '.join(form.written_keys())}, or a comment after #", at_key=True)


def _wrong_key(path: Path) -> Remark:
    key = shown(str(path[-1]))
    if "rubric" in path[-2:]:
        return Remark(path, f"{key} is no mark of a rubric", f"1 to 5: {example(path)}", at_key=True)
    return Remark(path, f"{key} is no id", _ID_RULE + "`data-analysis`", at_key=True)


_ID_RULE = "small letters, digits and hyphens, a letter first, at most 40: "


def _wrong_value(path: Path, error: ErrorDetails) -> Remark:
    value = error["input"]
    context: dict[str, Any] = error.get("ctx", {})
    name = _name(path)
    line = example(path)
    if isinstance(value, Unquoted) and error["type"] == "string_type":
        return Remark(path, f"{shown(value.text)} without quotes means {value.meaning}", f'"{short(value.text)}"')
    match error["type"]:
        case "string_type" if isinstance(value, int | float):
            return Remark(path, f"`{value}` is a number where {name} needs text", f'it in quotes: "{value}"')
        case "string_pattern_mismatch":
            rule = _ID_RULE.replace("hyphens", "hyphens or underscores") if "_" in line else _ID_RULE
            return Remark(path, f"{shown(str(value))} is no id", rule + line)
        case "literal_error":
            return _not_listed(path, value, str(context["expected"]))
        case "too_short" | "too_long":
            bound = context.get("min_length", context.get("max_length"))
            least = "at least" if error["type"] == "too_short" else "at most"
            found = context["actual_length"]
            entries = "1 entry" if found == 1 else f"{found} entries"
            return Remark(path, f"{name} has {entries}", f"{least} {bound}, e.g. {line}")
        case "string_too_short":
            return Remark(path, f"{name} is empty", line)
        case _:
            return Remark(path, f"{name} {_expected(error)}, not {_described(value)}", line)


def _not_listed(path: Path, value: object, expected: str) -> Remark:
    words = expected.replace("'", "").replace(" or ", ", ").split(", ")
    text = value.text if isinstance(value, Unquoted) else value
    guess = closest(text, words) if isinstance(text, str) else None
    what = f"{_name(path)} cannot be {_described(value)}"
    return Remark(path, what, f"`{guess}` (did you mean that?)" if guess else f"one of {', '.join(words)}")


def _name(path: Path) -> str:
    """Return the name of what is at the path: `minutes`, or "entry 2 of `reminders`"."""
    if path and isinstance(path[-1], int):
        return f"entry {path[-1] + 1} of {_name(path[:-1])}"
    return shown(str(path[-1])) if path else "the script"


def _expected(error: ErrorDetails) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "model_type" | "dict_type" | "model_attributes_type":
            return "has to be keys with values"
        case "list_type":
            return "has to be a list"
        case "string_type":
            return "has to be text"
        case "int_type" | "int_from_float":
            return "has to be a whole number"
        case "float_type" | "finite_number":
            return "has to be a number"
        case "greater_than":
            return f"has to be more than {context['gt']:g}"
        case "greater_than_equal":
            return f"has to be at least {context['ge']:g}"
        case "less_than_equal":
            return f"has to be at most {context['le']:g}"
        case "string_too_long":
            return f"has to be at most {context['max_length']} characters long"
        case _:
            return f"is wrong ({error['msg']})"


def _described(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case list():
            return "a list"
        case dict():
            return "keys with values"
        case Unquoted(text, meaning):
            return f"{shown(text)} ({meaning})"
        case _:
            return shown(str(value))
