"""Turning pydantic's errors into messages for script authors."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import ErrorDetails

from handlers.authoring.examples import instance
from handlers.authoring.faults import Path, Phrase, Remark, closest, named, one_of, say, short, shown
from handlers.authoring.forms import (
    FaqForm,
    FollowUpForm,
    Form,
    GroupQuestionForm,
    OptionForm,
    PhrasingsForm,
    PrivacyForm,
    QuestionForm,
    ReasonForm,
    ResultForm,
    ResultMessagesForm,
    ScriptForm,
    StageForm,
    WordingForm,
)
from handlers.authoring.slips import tidy_key
from handlers.authoring.tree import Tree, Unquoted

_FORMS: dict[str, type[Form]] = {
    "script": ScriptForm,
    "stages": StageForm,
    "questions": QuestionForm,
    "options": OptionForm,
    "exit_reasons": ReasonForm,
    "privacy": PrivacyForm,
    "result": ResultForm,
    "result_messages": ResultMessagesForm,
    "faq": FaqForm,
    "q": PhrasingsForm,
    "group_question": GroupQuestionForm,
    "follow_up": FollowUpForm,
}
_KEY = "[key]"  # the last element of pydantic's path to an invalid mapping key


def remarks(errors: Iterable[ErrorDetails], tree: Tree) -> Iterator[Remark]:
    """Yield one remark per error. A key that is only misspelt is not also reported as missing."""
    found = list(errors)
    meant = {_meant(error["loc"], tree) for error in found if error["type"] == "extra_forbidden"}
    for error in found:
        if error["type"] != "missing" or error["loc"] not in meant:
            yield _remark(error, tree)


def _form_at(path: Path) -> tuple[Phrase, type[Form]]:
    """Return what the mapping at `path` is called, and its form."""
    names = [part for part in path if isinstance(part, str)]
    name = names[-1] if names else "script"
    return (say(f"form.{name}"), _FORMS[name]) if name in _FORMS else (say("form.wording"), WordingForm)


def _meant(path: Path, tree: Tree) -> Path | None:
    """Return the path of the key that was probably meant by the unknown one at `path`, or None.

    Only keys of the same mapping that are not used yet are considered.
    """
    around = path[:-1]
    written = tree.at(*around)
    free = set(_form_at(around)[1].written_keys()) - set(written if isinstance(written, dict) else ())
    key = str(path[-1])
    slip = tidy_key(key)
    guess = closest(slip.line.partition(":")[0] if slip else key, sorted(free))
    return (*around, guess) if guess else None


def _remark(error: ErrorDetails, tree: Tree) -> Remark:
    path: Path = error["loc"]
    match error["type"]:
        case "extra_forbidden":
            return _unknown_key(path, tree)
        case "missing":
            what = say("missing", key=named(str(path[-1])), form=_form_at(path[:-1])[0])
            return Remark(path if path in tree.values else path[:-1], what, instance(path))
        case "complaint":
            context = error.get("ctx", {})
            return Remark(path, context["what"], context["write"])
        case _ if path[-1:] == (_KEY,):
            return _wrong_key(path[:-1])
        case _:
            return _wrong_value(path, error)


def _unknown_key(path: Path, tree: Tree) -> Remark:
    key = str(path[-1])
    if slip := tidy_key(key):
        return Remark(path, slip.what, slip.write, at_key=True)
    kind, form = _form_at(path[:-1])
    what = say("unknown", key=shown(key), form=kind)
    if meant := _meant(path, tree):
        return Remark(path, what, say("meant", name=f"`{meant[-1]}`"), at_key=True)
    if issubclass(form, WordingForm):
        return Remark(path, what, say("unknown.quotes"), at_key=True)
    elsewhere = next((name for name, other in _FORMS.items() if key in other.written_keys()), None)
    if elsewhere:
        what = say("unknown.elsewhere", key=shown(key), form=kind, other=say(f"form.{elsewhere}"))
        return Remark(path, what, say("unknown.elsewhere.write"), at_key=True)
    return Remark(path, what, say("unknown.write", keys=", ".join(form.written_keys())), at_key=True)


def _wrong_key(path: Path) -> Remark:
    key = shown(str(path[-1]))
    if "rubric" in path[-2:] or "anchors" in path[-2:]:
        return Remark(path, say("mark", key=key), say("mark.write", example=instance(path)), at_key=True)
    return Remark(path, say("no_id", text=key), say("no_id.write", line="`data-analysis`"), at_key=True)


def _wrong_value(path: Path, error: ErrorDetails) -> Remark:
    value = error["input"]
    context: dict[str, Any] = error.get("ctx", {})
    name = _name(path)
    line = instance(path)
    if isinstance(value, Unquoted) and error["type"] == "string_type":
        what = say("unquoted", text=shown(value.text), meaning=value.phrase)
        return Remark(path, what, say("quoted", text=short(value.text)))
    match error["type"]:
        case "string_type" if isinstance(value, int | float):
            return Remark(path, say("number", value=value, name=name), say("number.write", value=value))
        case "string_type" if isinstance(value, dict | list) and path[-1:] in (("zh",), ("en",)):
            return _taken_apart(path, value)
        case "model_type" | "model_attributes_type" | "dict_type" if isinstance(value, str) and (
            slip := tidy_key(value)
        ):
            return Remark(path, slip.what, slip.write)
        case "string_pattern_mismatch":
            rule = "no_reason_id.write" if path[:1] == ("exit_reasons",) else "no_id.write"
            return Remark(path, say("no_id", text=shown(str(value))), say(rule, line=line))
        case "literal_error":
            return _not_listed(path, value, str(context["expected"]))
        case "too_short" | "too_long":
            bound = context.get("min_length", context.get("max_length"))
            least = "entries.least" if error["type"] == "too_short" else "entries.most"
            what = say("entries", name=name, n=context["actual_length"])
            return Remark(path, what, say(least, bound=bound, line=line))
        case "string_too_short":
            return Remark(path, say("empty", name=name), line)
        case _:
            what = say("expected", name=name, expected=_expected(error), found=_described(value))
            return Remark(path, what, line)


def _taken_apart(path: Path, value: dict[str, object] | list[object]) -> Remark:
    """Explain that YAML took a text without quotes for a list or for keys with values."""
    key = str(path[-1])
    if isinstance(value, list):
        return Remark(path, say("slip.begins", sign="["), say("slip.begins.write", line=f'{key}: "[…] …"'))
    name, inner = next(iter(value.items()), ("", None))
    if inner is None:
        return Remark(path, say("slip.begins", sign="{"), say("slip.begins.write", line=f'{key}: "{{{name}}} …"'))
    text = inner.text if isinstance(inner, Unquoted) else inner
    line = f'{key}: "{short(f"{name}: {text}")}"'
    return Remark(path, say("slip.inside", sign=":"), say("slip.inside.write", line=line))


def _not_listed(path: Path, value: object, expected: str) -> Remark:
    words = expected.replace("'", "").replace(" or ", ", ").split(", ")
    text = value.text if isinstance(value, Unquoted) else value
    guess = closest(text, words) if isinstance(text, str) else None
    what = say("cannot_be", name=_name(path), value=_described(value))
    write = say("meant", name=f"`{guess}`") if guess else one_of(_last(path), words)
    return Remark(path, what, write)


def _last(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _name(path: Path) -> Phrase:
    """Return the name of what is at the path: `minutes`, or "entry 2 of `reminders`"."""
    if path and isinstance(path[-1], int):
        return say("entry", number=path[-1] + 1, name=_name(path[:-1]))
    return named(str(path[-1])) if path else say("form.script")


def _expected(error: ErrorDetails) -> Phrase:
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "model_type" | "dict_type" | "model_attributes_type":
            return say("expected.mapping")
        case "list_type":
            return say("expected.list")
        case "string_type":
            return say("expected.text")
        case "int_type" | "int_from_float":
            return say("expected.whole")
        case "float_type" | "finite_number":
            return say("expected.number")
        case "greater_than":
            return say("expected.more", bound=f"{context['gt']:g}")
        case "greater_than_equal":
            return say("expected.least", bound=f"{context['ge']:g}")
        case "less_than_equal":
            return say("expected.most", bound=f"{context['le']:g}")
        case "string_too_long":
            return say("expected.short", bound=context["max_length"])
        case _:
            return say("expected.other", why=error["msg"])


def _described(value: object) -> Phrase:
    match value:
        case None:
            return say("found.nothing")
        case list():
            return say("found.list")
        case dict():
            return say("found.mapping")
        case Unquoted(text, _):
            return say("found.unquoted", text=shown(text), meaning=value.phrase)
        case _:
            return say("literal", text=shown(str(value)))
