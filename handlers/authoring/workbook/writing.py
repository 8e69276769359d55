"""Writing a script as a workbook, and the template, which is a sample interview that can be opened as it is."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from conversation.script import DEFAULT_EXIT_REASONS, RATED_TWICE, Question, Script, Stage, Wording
from conversation.words import normal
from handlers.authoring.expected import options_named
from handlers.authoring.loader import read_script
from handlers.authoring.workbook import layout
from handlers.authoring.workbook.frequent import rows_of
from handlers.authoring.workbook.guidance import HEADINGS, HOW, NOTES
from handlers.authoring.workbook.layout import COMPETENCIES, FAQ, INTERVIEW, QUESTIONS, REASONS, Sheet, label
from handlers.authoring.workbook.written import entries, promise_of, range_of, reminder_of, retention_of, time_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_ROOM = 60
"""For how many questions below the last one lists of words are offered."""


@cache
def template(language: str) -> bytes:
    """Return the workbook to fill in, which is the sample interview."""
    source = (files("handlers") / "authoring" / "workbook" / "sample.yaml").read_text(encoding="utf-8")
    script = read_script(source, "sample.yaml").script
    assert script is not None
    return workbook(script, language)


def workbook(script: Script, language: str) -> bytes:
    """Return a script as a workbook. Its experiment and its question about groups have no place there and are
    left out."""
    from openpyxl import Workbook  # slow to import and rarely needed

    book = Workbook()
    book.remove(book.worksheets[0])
    _how(book, language)
    _interview(book, script, language)
    _table(book, QUESTIONS, _questions(script, language), language)
    named = [(wording.zh, wording.en, name) for name, wording in script.competencies.items()]
    _table(book, COMPETENCIES, named, language)
    _table(book, REASONS, _reasons(script, language), language)
    _table(book, FAQ, rows_of(script), language)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _how(book: "Workbook", language: str) -> None:
    title, lines = HOW[language]
    sheet = book.create_sheet(title)
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate((title, *lines), 1):
        _set(sheet, row, 1, line, bold=row == 1)


def _interview(book: "Workbook", script: Script, language: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(INTERVIEW.in_(language))
    for letter, width in zip("ABCD", (16, 60, 60, 44), strict=True):
        sheet.column_dimensions[letter].width = width
    for column, heading in enumerate(HEADINGS[language], 1):
        _set(sheet, 1, column, heading, bold=True)
    sheet.freeze_panes = "B2"
    values = _values(script, language)
    for row, column_ in enumerate(INTERVIEW.columns, 2):
        key = column_.key
        _set(sheet, row, 1, column_.in_(language), bold=True)
        for at, text in enumerate(values[key], 2):
            _set(sheet, row, at, text)
        if key in layout.WORDS:
            words = [label(key, word, language) for word in layout.WORDS[key]]
            _set(sheet, row, 4, ("、" if language == "zh" else ", ").join(words), grey=True)
            offered = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            offered.add(f"B{row}")
            sheet.add_data_validation(offered)
        elif key in NOTES:
            _set(sheet, row, 4, NOTES[key][language == "en"], grey=True)


def _values(script: Script, language: str) -> dict[str, Sequence[str]]:
    def word(key: str, value: object) -> tuple[str]:
        text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
        return (label(key, str(text), language),)

    result, practice = script.result, script.practice
    return {
        "id": (script.id,),
        "title": _pair(script.title),
        "guide": _pair(script.guide),
        "version": (script.privacy_version,),
        "privacy": _pair(script.privacy),
        "deadline": (time_of(script.deadline_s, language),),
        "reminders": ("\n".join(reminder_of(each, language) for each in script.reminders),),
        "level": word("level", script.level),
        "register": word("register", script.register),
        "transcript": word("transcript", script.transcript),
        "exit_warning": word("exit_warning", script.exit_warning),
        "by": (promise_of(result, language),) if result else (),
        "told_by": _pair(result.told_by) if result else (),
        **{key: _pair(script.result_messages.get(outcome)) for key, outcome in layout.MESSAGES.items()},
        "recruiter": _pair(script.recruiter),
        "review": word("review", script.review) if script.review else (),
        "practice": () if practice is None else word("practice", practice),
        "rated_twice": (f"{script.rated_twice}%",) if script.rated_twice != RATED_TWICE else (),
        "retain": (retention_of(script.retain, language),) if script.retain else (),
        "terms": tuple("\n".join(script.terms.get(each, ())) for each in ("zh", "en")),
    }


def _pair(wording: Wording | None) -> tuple[str, ...]:
    return (wording.zh, wording.en) if wording else ()


def _questions(script: Script, language: str) -> list[tuple[object, ...]]:
    called = _called(script, language)
    rows: list[tuple[object, ...]] = []
    for stage in script.stages:
        for number, question in enumerate(stage.questions):
            cells = _cells(question, language, called) | (_stage(stage) if number == 0 else {})
            rows.append(tuple(cells.get(column.key) for column in QUESTIONS.columns))
    return rows


def _stage(stage: Stage) -> dict[str, object]:
    title = stage.title
    return {"stage_zh": title.zh, "stage_en": title.en, "stage_id": stage.id, "weight": stage.weight}


def _cells(question: Question, language: str, called: Callable[[str], str]) -> dict[str, object]:
    options = question.options
    by_score = {
        f"{name}{mark}_{key}": text
        for name, texts in (("rubric", question.rubric), ("anchors", question.anchors))
        for mark, wording in texts.items()
        for key, text in (("zh", wording.zh), ("en", wording.en))
    }
    return {
        **by_score,
        "id": question.id,
        "kind": label("kind", question.kind, language),
        "ask_zh": question.ask.zh,
        "ask_en": question.ask.en,
        "minutes": question.minutes,
        "difficulty": question.difficulty,
        "voice": label("voice", question.voice, language),
        "files": label("files", question.files, language) if question.files != "off" else None,
        "skip": label("skip", question.skip, language) if question.skip != "allowed" else None,
        "follow_up": ("、" if language == "zh" else ", ").join(
            label("follow_up", each, language) for each in (question.follow_up.when if question.follow_up else ())
        ),
        "min": question.minimum,
        "max": question.maximum,
        "competencies": ("、" if language == "zh" else ", ").join(map(called, question.competencies)),
        "options_zh": "\n".join(each.label.zh for each in options),
        "options_en": "\n".join(each.label.en for each in options),
        "option_ids": "\n".join(each.id for each in options),
        "expect": _expected(question, language),
    }


def _expected(question: Question, language: str) -> object:
    """Return the expected answer: a number or range, or options by label, or by id if that is clearer."""
    expect, options = question.expect, question.options
    if expect is None or not expect.options:
        return range_of(expect) if expect else None
    labels = {each.id: each.label.in_(language) for each in options}
    names = [
        label if options_named(label, options) == {name} else name
        for name, label in labels.items()
        if name in expect.options
    ]
    return "\n".join(names)


def _called(script: Script, language: str) -> Callable[[str], str]:
    """Return what turns a competency's id into its name, or leaves it if the name could be misunderstood."""
    texts = [normal(text) for name, each in script.competencies.items() for text in {name, each.zh, each.en}]

    def called(name: str) -> str:
        text = script.competencies[name].in_(language)
        return text if texts.count(normal(text)) == 1 and entries(text) == [text] else name

    return called


def _reasons(script: Script, language: str) -> list[tuple[object, ...]]:
    if script.exit_reasons == DEFAULT_EXIT_REASONS:
        return []
    return [
        (each.id, label("group", each.group, language), *(_pair(each.label) or ("", "")))
        for each in script.exit_reasons
    ]


def _table(book: "Workbook", kind: Sheet, rows: Sequence[Sequence[object]], language: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.create_sheet(kind.in_(language))
    sheet.freeze_panes = "A2"
    for at, column in enumerate(kind.columns, 1):
        letter = get_column_letter(at)
        _set(sheet, 1, at, column.in_(language), bold=True)
        sheet.column_dimensions[letter].width = column.width
        if words := layout.WORDS.get(column.key):
            listed = ",".join(label(column.key, word, language) for word in words)
            offered = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            offered.add(f"{letter}2:{letter}{len(rows) + _ROOM}")
            sheet.add_data_validation(offered)
    for row, cells in enumerate(rows, 2):
        for at, value in enumerate(cells, 1):
            _set(sheet, row, at, value)


def _set(
    sheet: "Worksheet", row: int, column: int, value: object, *, bold: bool = False, grey: bool = False
) -> None:
    """Write a cell. Texts are never formulas, whatever they begin with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font

    if value is None or value == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(value, int | float):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold or grey:
        cell.font = Font(bold=bold, color="FF888888" if grey else None)
