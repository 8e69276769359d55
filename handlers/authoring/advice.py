"""Warnings: what a script may contain but is rarely intended. They are found alongside all errors."""

import re
from collections.abc import Iterator
from itertools import pairwise

from handlers.authoring.checks import QUESTIONS
from handlers.authoring.faults import Path, Phrase, Remark, named, say, short, shown
from handlers.authoring.personal import personal
from handlers.authoring.placeholders import placeholders
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
    (*QUESTIONS, "anchors", ALL),
    ("exit_reasons", ALL, "label"),
    ("result", "told_by"),
    ("recruiter",),
    ("faq", ALL, "a"),
    ("group_question", "ask"),
    ("group_question", "why"),
    ("group_question", "options", ALL, "label"),
    ("result_messages", ALL),
)
_CLOCK = re.compile(
    r"(?<![预共合总设估统累])计时(?![长间])|(?<![期权上下无])限时|时间限制"
    r"|\btime[- ]limit(?:s|ed)?\b|\btimed\b|\bcountdown\b|\btimers?\b|\bagainst the clock\b",
    re.IGNORECASE,
)
_HARSH = re.compile(
    r"失败|不合格|不及格|[未没]有?能?通过|淘汰|落选|\bfail\w*\b|\breject\w*\b|\bunsuccessful\w*\b|\bunsuitable\b",
    re.IGNORECASE,
)
# "不计时", "no time limit": a negation shortly before the word.
_DENIED = re.compile(
    r"[不没无未非][^，。；\s]{0,6}$|\b(?:no|not|never|nor|without|isn[’']t|aren[’']t|don[’']t)\b[^.,;]{0,25}$",
    re.IGNORECASE,
)
# A notice that tells of automatic checks: a program beside what it does with answers, in one sentence.
_TOLD = re.compile(
    r"(?:程序|系统|机器|自动)[^。；\n]{0,20}(?:核对|比对|评分|计分|判分|打分|批改|评定)"
    r"|\b(?:automat\w*|programs?|software|computers?|machines?)\b[^.;\n]{0,60}\b(?:check|compar|scor|mark|rat|assess|grad)"
    r"|\b(?:check|compar|scor|mark|rat|assess|grad)[^.;\n]{0,60}\b(?:automat|program|software|computer|machine)",
    re.IGNORECASE,
)
_LANGUAGES = ("zh", "en")


def advise(tree: Tree) -> Iterator[Remark]:
    """Yield all warnings about the script as written."""
    yield from _minutes(tree)
    yield from _weights(tree)
    yield from _difficulty(tree)
    yield from _translations(tree)
    yield from _lengths(tree)
    yield from _clock(tree)
    yield from _harsh(tree)
    yield from _rubrics(tree)
    yield from _automatic(tree)
    yield from _unused(tree)
    yield from personal(tree)
    yield from placeholders(tree)


def _warning(path: Path, what: Phrase, write: Phrase, *, at_key: bool = False) -> Remark:
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
        what = say("minutes.many", total=f"{total:g}", level=level, most=most)
        yield _warning(("stages",), what, say("minutes.many.write"), at_key=True)
    elif total < least:
        what = say("minutes.few", total=f"{total:g}", level=level, least=least)
        yield _warning(("stages",), what, say("minutes.few.write"), at_key=True)


def _weights(tree: Tree) -> Iterator[Remark]:
    weights = _numbers(tree, ("stages", ALL), "weight")
    if weights is not None and abs(sum(weights) - 100) > 1e-6:
        what = say("weights", total=f"{sum(weights):g}")
        yield _warning(("stages",), what, say("weights.write"), at_key=True)


def _difficulty(tree: Tree) -> Iterator[Remark]:
    averages: list[tuple[Path, Phrase, float]] = []
    for path, stage in tree.each("stages", ALL):
        questions = [(where, _level(item)) for where, item in tree.each(*path, "questions", ALL)]
        known = [(where, level) for where, level in questions if level is not None]
        for (before, easy), (where, level) in pairwise(known):
            if level < easy:
                what = say(
                    "difficulty.question",
                    name=_called(tree, where),
                    level=f"{level:g}",
                    former=_called(tree, before),
                    hard=f"{easy:g}",
                )
                yield _warning((*where, "difficulty"), what, say("difficulty.question.write"))
        if known and isinstance(stage, dict):
            average = sum(level for _, level in known) / len(known)
            averages.append((path, _called(tree, path), average))
    for (_, former, hard), (path, name, average) in pairwise(averages):
        if average < hard:
            what = say("difficulty.stage", name=name, level=f"{average:.2g}", former=former, hard=f"{hard:.2g}")
            yield _warning(path, what, say("difficulty.stage.write"))


def _level(question: Value) -> float | None:
    level = question.get("difficulty", 1) if isinstance(question, dict) else None
    return level if isinstance(level, int | float) else None


def _called(tree: Tree, path: Path) -> Phrase:
    name = tree.at(*path, "id")
    if isinstance(name, str):
        return say("literal", text=shown(name))
    return say("called.at", place=tree.place(path).phrase)


def _translations(tree: Tree) -> Iterator[Remark]:
    for pattern in _WORDINGS:
        for path, wording in tree.each(*pattern):
            if not isinstance(wording, dict):
                continue
            given = {key for key in _LANGUAGES if _filled(wording.get(key))}
            if len(given) == 1:
                key = next(key for key in _LANGUAGES if key not in given)
                what = say(f"untranslated.{key}", name=_owner(path))
                yield _warning((*path, key), what, say("untranslated.write", key=key))


def _filled(text: Value) -> bool:
    return text is not None and text != ""


def _owner(path: Path) -> Phrase:
    *around, last = (named(part) for part in path[-2:] if isinstance(part, str))
    return say("owner", name=last, around=around[0]) if around else last


def _lengths(tree: Tree) -> Iterator[Remark]:
    for path, text in tree.each(*QUESTIONS, "ask", ALL):
        if isinstance(text, str) and len(text) > ASK_CHARACTERS:
            yield _warning(path, say("long", length=len(text)), say("long.write", most=ASK_CHARACTERS))


def _clock(tree: Tree) -> Iterator[Remark]:
    """Warn if the guide mentions a time limit. Candidates would hurry, and there is none."""
    for path, text in tree.each("guide", ALL):
        for line in text.splitlines() if isinstance(text, str) else ():
            clock = next(
                (each for each in _CLOCK.finditer(line) if not _DENIED.search(line[: each.start()])), None
            )
            if clock:
                about = say("clock.about.en" if path[-1] == "en" else "clock.about.zh")
                yield _warning(path, say("clock", word=shown(clock[0])), say("clock.write", about=about))
                break


def _harsh(tree: Tree) -> Iterator[Remark]:
    """Warn if a message about the result speaks of failure."""
    for path, text in tree.each("result_messages", ALL, ALL):
        if isinstance(text, str) and (word := harsh_word(text)):
            yield _warning(path, say("harsh", word=shown(word)), say("harsh.write"))


def harsh_word(text: str) -> str:
    """Return the first words of a text that speak of failure, or an empty string."""
    found = _HARSH.search(text)
    return found[0] if found else ""


def _rubrics(tree: Tree) -> Iterator[Remark]:
    for path, question in tree.each(*QUESTIONS):
        if isinstance(question, dict) and question.get("kind") == "open" and not question.get("rubric"):
            yield _warning(path, say("no_rubric", name=_called(tree, path)), say("no_rubric.write"))


def _automatic(tree: Tree) -> Iterator[Remark]:
    """Warn if answers are checked automatically and the privacy notice does not say so: candidates are entitled to
    know."""
    if any(True for _ in tree.each(*QUESTIONS, "expect")):
        for path, text in tree.each("privacy", ALL):
            if path[-1] in _LANGUAGES and isinstance(text, str) and text and not _TOLD.search(text):
                example = say("expect.unsaid.en" if path[-1] == "en" else "expect.unsaid.zh")
                yield _warning(path, say("expect.unsaid"), say("expect.unsaid.write", example=example))


def _unused(tree: Tree) -> Iterator[Remark]:
    used = {value for _, value in tree.each(*QUESTIONS, "competencies", ALL) if isinstance(value, str)}
    for path, _ in tree.each("competencies", ALL):
        name = path[-1]
        if isinstance(name, str) and name not in used:
            what, write = say("unused", name=shown(name)), say("unused.write", name=short(name))
            yield _warning(path, what, write, at_key=True)
