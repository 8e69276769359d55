"""The expected answer of a question (`expect`): the faults in it as written, and what it means to the engine.

For a choice question it is one option or a list of options, each by its id or by its label in either language (or
in both, as labels are written). For a number question it is a number, or a mapping with `min`, `max` or both.
"""

from collections.abc import Iterator, Sequence

from conversation.question_kinds.number import digits
from conversation.script import LANGUAGES, Expected, Option, Wording
from conversation.words import normal
from handlers.authoring.faults import Path, Phrase, Remark, closest, named, say, short, shown
from handlers.authoring.tree import Unquoted, Value

_BOUNDS = ("min", "max")


def expectation(path: Path, question: dict[str, Value]) -> Iterator[Remark]:
    """Yield the faults in what the question at `path` expects."""
    if "expect" not in question:
        return
    at, value = (*path, "expect"), question["expect"]
    match question.get("kind"):
        case "choice":
            yield from _choice(at, value, _written_options(question.get("options")))
        case "number":
            yield from _number(at, value, question)


def expected(kind: str, value: object, options: Sequence[Option]) -> Expected | None:
    """Return what a question without faults expects; None if that is nothing."""
    if value is None:
        return None
    if kind == "choice":
        found = {name for entry in _entries(value) for name in _meant(entry, options)}
        return Expected(options=tuple(option.id for option in options if option.id in found))
    low, high = (value.get(key) for key in _BOUNDS) if isinstance(value, dict) else (value, value)
    return Expected(minimum=_float(low), maximum=_float(high))


def _float(number: object) -> float | None:
    return float(number) if isinstance(number, int | float) else None


# options


def _choice(path: Path, value: Value, options: Sequence[Option]) -> Iterator[Remark]:
    if not options:  # reported by itself
        return
    entries = _entries(value)
    if not entries:
        yield Remark(path, say("empty", name=named("expect")), _some_option(options))
        return
    places = [(*path, index) if isinstance(value, list) else path for index in range(len(entries))]
    faults = [each for at, entry in zip(places, entries, strict=True) for each in _unclear(at, entry, options)]
    yield from faults
    if not faults and set().union(*(_meant(entry, options) for entry in entries)) == {each.id for each in options}:
        yield Remark(path, say("expect.all"), say("expect.all.options"))


def _unclear(path: Path, entry: object, options: Sequence[Option]) -> Iterator[Remark]:
    """Yield what is wrong unless the entry names exactly one option."""
    texts = _texts(entry)
    unknown = next((text for text in texts if not options_named(text, options)), None)
    if not texts:
        what = say("cannot_be", name=named("expect"), value=_shape(entry))
        yield Remark(path, what, _some_option(options))
    elif unknown is not None:
        known = [name for option in options for name in (option.id, option.label.zh, option.label.en) if name]
        guess = closest(unknown, known)
        write = say("meant", name=shown(guess)) if guess else _some_option(options)
        yield Remark(path, say("expect.option", name=shown(unknown)), write)
    elif len(_meant(entry, options)) != 1:
        several = sorted(set().union(*(options_named(text, options) for text in texts)))
        what = say("expect.several", name=shown(" / ".join(texts)), options=short(", ".join(several)))
        yield Remark(path, what, say("expect.several.write", id=several[0]))


def _some_option(options: Sequence[Option]) -> Phrase:
    ids = ", ".join(option.id for option in options)
    labels = tuple(say("literal", text=short(option.label.in_("zh"))) for option in options)
    return say("expect.option.write", ids=short(ids), labels=labels, id=options[0].id)


def _shape(entry: object) -> Phrase:
    match entry:
        case dict():
            return say("found.mapping")
        case list():
            return say("found.list")
        case _:
            return say("found.nothing")


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(entry: object) -> list[str]:
    """Return the texts by which an entry names an option: one, or one in each language; empty if it is none."""
    if isinstance(entry, dict):
        within = [_texts(text) for key, text in entry.items() if key in LANGUAGES and not isinstance(text, dict)]
        whole = len(within) == len(entry) and all(within)
        return [text for texts in within for text in texts] if whole else []
    match entry:
        case str():
            return [entry] if entry else []
        case Unquoted():
            return [entry.text] if entry.text else []
        case int() | float():
            return [digits(entry)]
        case _:
            return []


def _meant(entry: object, options: Sequence[Option]) -> set[str]:
    """Return the ids of the options that the entry may mean: those that each of its texts may name."""
    each = [options_named(text, options) for text in _texts(entry)]
    return set.intersection(*each) if each else set()


def options_named(text: str, options: Sequence[Option]) -> set[str]:
    """Return the ids of the options whose id or label is exactly the text or, if there are none, is compared equal
    like typed words."""
    exact = {option.id for option in options if text in (option.id, option.label.zh, option.label.en)}
    form = normal(text)
    if exact or not form:
        return exact
    return {option.id for option in options if form in map(normal, (option.id, option.label.zh, option.label.en))}


def _written_options(value: Value) -> list[Option]:
    """Return the options of the tree that have an id, with the labels that are texts."""
    written = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return [
        Option(name, _written_label(each.get("label")))
        for each in written
        if isinstance(name := each.get("id"), str)
    ]


def _written_label(value: Value) -> Wording:
    texts = [value.get(key) if isinstance(value, dict) else None for key in LANGUAGES]
    zh, en = (text if isinstance(text, str) else "" for text in texts)
    return Wording(zh, en)


# numbers


def _number(path: Path, value: Value, question: dict[str, Value]) -> Iterator[Remark]:
    if isinstance(value, dict):
        unknown = next((key for key in value if key not in _BOUNDS), None)
        if unknown is not None:
            what = say("unknown", key=shown(unknown), form=named("expect"))
            yield Remark((*path, unknown), what, say("expect.number.write"), at_key=True)
            return
        parts: list[tuple[Path, Value]] = [
            ((*path, key), number) for key, number in value.items() if number is not None
        ]
    else:
        parts = [(path, value)]
    if not parts or value is None:
        yield Remark(path, say("empty", name=named("expect")), say("expect.number.write"))
        return
    wrong = [(at, part) for at, part in parts if not isinstance(part, int | float)]
    for at, part in wrong:
        found = part.text if isinstance(part, Unquoted) else str(part)
        yield Remark(
            at, say("expect.number", name=named("expect"), found=shown(found)), say("expect.number.write")
        )
    if not wrong:
        yield from _range(path, value, question)


def _range(path: Path, value: Value, question: dict[str, Value]) -> Iterator[Remark]:
    """Compare expected numbers with those that the question accepts."""
    low, high = (_float(question.get(key)) for key in _BOUNDS)
    expect = expected("number", value, ())
    assert expect is not None
    least, most = expect.minimum, expect.maximum
    if least is not None and most is not None and least > most:
        what = say("expect.reversed", low=digits(least), high=digits(most))
        yield Remark(path, what, say("expect.number.write"))
        return
    if low is not None and high is not None and low >= high:  # reported by itself
        return
    accepted = Expected(minimum=low, maximum=high)
    outside = next((each for each in (least, most) if each is not None and not accepted.allows(each)), None)
    if outside is not None:
        what = say("expect.outside", number=digits(outside), bounds=_accepted(low, high))
        yield Remark(path, what, say("expect.outside.write", bounds=_accepted(low, high)))
    elif (least is None or least == low) and (most is None or most == high):
        yield Remark(path, say("expect.all"), say("expect.all.numbers"))


def _accepted(low: float | None, high: float | None) -> Phrase:
    if low is None:
        return say("expect.bounds.most", high=digits(high))
    if high is None:
        return say("expect.bounds.least", low=digits(low))
    return say("expect.bounds.between", low=digits(low), high=digits(high))
