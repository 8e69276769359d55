"""From the cells of a workbook to the same tree that a YAML file gives, with cells for positions."""

from conversation.words import normal
from handlers.authoring.faults import Path, Remark, Spot, say, shown
from handlers.authoring.loader import Reading, ScriptUnusable, judge
from handlers.authoring.tree import Tree, Value
from handlers.authoring.workbook import layout
from handlers.authoring.workbook.cells import Book, Cell
from handlers.authoring.workbook.frequent import read_faq
from handlers.authoring.workbook.tables import LEAST_HEADINGS, Table, spot_of, table_of
from handlers.authoring.workbook.written import (
    duration,
    entries,
    line_at,
    lines_of,
    number,
    number_range,
    options_in,
    promise,
    reminder,
    retention,
)

_OPTION_IDS = "abcdefghij"
_Question = dict[str, Cell]


def is_script(book: Book) -> bool:
    """Return whether a workbook is a script and not, for example, a list of candidates."""
    return table_of(book, layout.QUESTIONS) is not None


def read_book(book: Book, file: str) -> Reading:
    """Check a script in a workbook. `file` is its name in the faults.

    Raises ScriptUnusable if it has no sheet of questions.
    """
    questions = table_of(book, layout.QUESTIONS)
    if questions is None:
        raise ScriptUnusable(say("sheet.none", name=file))
    writer = _Writer()
    writer.interview(book)
    writer.competencies(table_of(book, layout.COMPETENCIES))
    writer.questions(questions)
    writer.reasons(table_of(book, layout.REASONS))
    read_faq(writer.tree, writer.root, table_of(book, layout.FAQ))
    return judge(writer.tree, file)


class _Writer:
    """Builds the tree part by part."""

    def __init__(self) -> None:
        self.root: dict[str, Value] = {}
        self.tree = Tree(self.root)
        self._names: dict[str, str] = {}

    def _put(self, into: dict[str, Value], path: Path, value: Value, spot: Spot) -> None:
        """Set the last key of `path`, unless the cell is empty. Its place is known in both cases."""
        self.tree.values[path] = spot
        self.tree.keys[path] = spot
        if value is None:
            return
        into[str(path[-1])] = value

    def _wording(
        self, into: dict[str, Value], path: Path, texts: tuple[Cell, Cell], spots: tuple[Spot, Spot]
    ) -> None:
        """Set a text in two languages, unless both are empty."""
        wording: dict[str, Value] = {}
        for key, text, spot in zip(("zh", "en"), texts, spots, strict=True):
            self._put(wording, (*path, key), None if text is None else str(text), spot)
        self.tree.values[path] = spots[0] if texts[0] is not None or texts[1] is None else spots[1]
        self.tree.keys[path] = self.tree.values[path]
        if wording:
            into[str(path[-1])] = wording

    def _unknown(self, name: str, spot: Spot) -> None:
        path: Path = ("", len(self.tree.remarks))
        self.tree.values[path] = spot
        remark = Remark(path, say("sheet.unknown", name=name[:40]), say("sheet.unknown.write"), "warning")
        self.tree.remarks.append(remark)

    # the interview

    def interview(self, book: Book) -> None:
        for index, sheet in enumerate(book.sheets):
            found = [
                layout.INTERVIEW.column(str(row[0])) if row and row[0] is not None else None for row in sheet.rows
            ]
            if sum(each is not None for each in found) < LEAST_HEADINGS:
                continue
            self.tree.values[()] = spot_of(index, sheet, 0, 0)
            for row, column in enumerate(found):
                cells = [*sheet.rows[row], None, None, None]
                spots = (spot_of(index, sheet, row, 1), spot_of(index, sheet, row, 2))
                if column:
                    self._item(column.key, (cells[1], cells[2]), spots)
                elif cells[0] is not None and (cells[1] is not None or cells[2] is not None) and row:
                    self._unknown(str(cells[0]), spot_of(index, sheet, row, 0))
            return

    def _item(self, key: str, cells: tuple[Cell, Cell], spots: tuple[Spot, Spot]) -> None:
        if key in ("privacy", "version"):
            self._privacy(key, cells, spots)
        elif key in ("by", "told_by"):
            self._result(key, cells, spots)
        elif key in layout.MESSAGES:
            if cells != (None, None):
                messages = self._within("result_messages", spots[0])
                self._wording(messages, ("result_messages", key), cells, spots)
        elif key == "terms":
            self._terms(cells, spots)
        elif key in layout.TEXTS:
            self._wording(self.root, (key,), cells, spots)
        else:
            self._put(self.root, (key,), _setting(key, cells[0]), spots[0])

    def _privacy(self, key: str, cells: tuple[Cell, Cell], spots: tuple[Spot, Spot]) -> None:
        notice = self._within("privacy", spots[0])
        keys = ("version",) if key == "version" else ("zh", "en")
        for part, cell, spot in zip(keys, cells, spots, strict=False):
            self._put(notice, ("privacy", part), _text(cell), spot)

    def _result(self, key: str, cells: tuple[Cell, Cell], spots: tuple[Spot, Spot]) -> None:
        if cells == (None, None):
            return
        result = self._within("result", spots[0])
        if key == "by":
            self._put(result, ("result", "by"), promise(cells[0]), spots[0])
        else:
            self._wording(result, ("result", "told_by"), cells, spots)

    def _terms(self, cells: tuple[Cell, Cell], spots: tuple[Spot, Spot]) -> None:
        terms: dict[str, Value] = {}
        for language, cell, spot in zip(("zh", "en"), cells, spots, strict=True):
            if cell is not None:
                self._put(terms, ("terms", language), [*entries(cell)], spot)
        if terms:
            self.root["terms"] = terms

    def _within(self, key: str, spot: Spot) -> dict[str, Value]:
        self.tree.values.setdefault((key,), spot)
        found = self.root.setdefault(key, {})
        assert isinstance(found, dict)
        return found

    # competencies and exit reasons

    def competencies(self, table: Table | None) -> None:
        declared: dict[str, Value] = {}
        taken = {str(given["id"]) for _, given in table.rows() if given.get("id")} if table else set[str]()
        for row, given in table.rows() if table else ():
            assert table is not None
            name = str(given["id"]) if given.get("id") is not None else _fresh("c", len(declared), taken)
            texts, spots = (given.get("zh"), given.get("en")), (table.spot(row, "zh"), table.spot(row, "en"))
            self.tree.keys[("competencies", name)] = table.spot(row, "id" if given.get("id") else "zh")
            self._wording(declared, ("competencies", name), texts, spots)
            self._names |= {normal(str(text)): name for text in (name, *texts) if text is not None}
        if declared:
            self.root["competencies"] = declared

    def reasons(self, table: Table | None) -> None:
        reasons: list[Value] = []
        for row, given in table.rows() if table else ():
            assert table is not None
            path: Path = ("exit_reasons", len(reasons))
            self.tree.values[path] = table.spot(row, "id")
            reason: dict[str, Value] = {}
            self._put(reason, (*path, "id"), _text(given.get("id")), table.spot(row, "id"))
            group = given.get("group")
            word = None if group is None else layout.meant("group", str(group))
            self._put(reason, (*path, "group"), word, table.spot(row, "group"))
            spots = (table.spot(row, "zh"), table.spot(row, "en"))
            self._wording(reason, (*path, "label"), (given.get("zh"), given.get("en")), spots)
            reasons.append(reason)
        if reasons:
            self.root["exit_reasons"] = reasons

    # questions

    def questions(self, table: Table) -> None:
        for column, heading in table.unknown.items():
            self._unknown(heading, spot_of(table.number, table.sheet, table.heading, column))
        rows = [*table.rows()]
        taken = {str(given[key]) for _, given in rows for key in ("id", "stage_id") if given.get(key) is not None}
        stages: list[Value] = []
        stage: dict[str, Value] = {}
        now: tuple[Cell, ...] = ()
        self.tree.values[("stages",)] = self.tree.keys[("stages",)] = table.spot(table.heading, "weight")
        for number_, (row, given) in enumerate(rows, 1):
            called = (given.get("stage_zh"), given.get("stage_en"), given.get("stage_id"))
            if not stages or (any(cell is not None for cell in called) and not _same(called, now)):
                stage = self._stage(table, row, given, len(stages), taken)
                stages.append(stage)
                now = called
            else:
                self._weight_again(table, row, given, stage, len(stages) - 1)
            questions = stage["questions"]
            assert isinstance(questions, list)
            path: Path = ("stages", len(stages) - 1, "questions", len(questions))
            questions.append(self._question(table, row, given, path, number_, taken))
        if stages:
            self.root["stages"] = stages

    def _stage(self, table: Table, row: int, given: _Question, index: int, taken: set[str]) -> dict[str, Value]:
        path: Path = ("stages", index)
        stage: dict[str, Value] = {"questions": []}
        self.tree.values[path] = table.spot(row, "stage_zh")
        name = given.get("stage_id")
        self._put(
            stage,
            (*path, "id"),
            _fresh("s", index, taken) if name is None else str(name),
            table.spot(row, "stage_id"),
        )
        texts = (given.get("stage_zh"), given.get("stage_en"))
        self._wording(stage, (*path, "title"), texts, (table.spot(row, "stage_zh"), table.spot(row, "stage_en")))
        self._put(stage, (*path, "weight"), number(given.get("weight")), table.spot(row, "weight"))
        return stage

    def _weight_again(self, table: Table, row: int, given: _Question, stage: dict[str, Value], index: int) -> None:
        """Take a stage's weight from a later row, or say that it has two."""
        again = number(given.get("weight"))
        path: Path = ("stages", index, "weight")
        if again is None:
            return
        if "weight" not in stage:
            self._put(stage, path, again, table.spot(row, "weight"))
        elif stage["weight"] != again:
            at: Path = ("", len(self.tree.remarks))
            self.tree.values[at] = table.spot(row, "weight")
            what = say("sheet.weights", name=shown(str(stage["id"])))
            self.tree.remarks.append(Remark(at, what, say("sheet.weights.write")))

    def _question(
        self, table: Table, row: int, given: _Question, path: Path, number_: int, taken: set[str]
    ) -> dict[str, Value]:
        question: dict[str, Value] = {}
        self.tree.values[path] = table.spot(row, "ask_zh")
        name = given.get("id")
        self._put(
            question,
            (*path, "id"),
            _fresh("q", number_ - 1, taken) if name is None else str(name),
            table.spot(row, "id"),
        )
        for key in ("kind", "voice", "files", "skip"):
            cell = given.get(key)
            word = None if cell is None else layout.meant(key, str(cell))
            self._put(question, (*path, key), word, table.spot(row, key))
        for key in ("minutes", "difficulty", "min", "max"):
            self._put(question, (*path, key), number(given.get(key)), table.spot(row, key))
        spots = (table.spot(row, "ask_zh"), table.spot(row, "ask_en"))
        self._wording(question, (*path, "ask"), (given.get("ask_zh"), given.get("ask_en")), spots)
        if (cell := given.get("competencies")) is not None:
            names: list[Value] = [self._names.get(normal(each), each) for each in entries(cell)]
            self._put(question, (*path, "competencies"), names, table.spot(row, "competencies"))
        if (cell := given.get("follow_up")) is not None:
            when: list[Value] = [layout.meant("follow_up", each) for each in entries(cell)]
            spot = table.spot(row, "follow_up")
            self.tree.values[(*path, "follow_up")] = self.tree.keys[(*path, "follow_up")] = spot
            follow_up: dict[str, Value] = {}
            self._put(follow_up, (*path, "follow_up", "when"), when, spot)
            question["follow_up"] = follow_up
        self._by_score("rubric", table, row, given, path, question)
        self._by_score("anchors", table, row, given, path, question)
        self._options(table, row, given, path, question)
        self._expect(table, row, given, path, question)
        return question

    def _by_score(
        self, name: str, table: Table, row: int, given: _Question, path: Path, question: dict[str, Value]
    ) -> None:
        """Set the rubric or the sample answers."""
        texts_of: dict[str, Value] = {}
        for mark in sorted(layout.MARKS):
            keys = (f"{name}{mark}_zh", f"{name}{mark}_en")
            texts = (given.get(keys[0]), given.get(keys[1]))
            spots = (table.spot(row, keys[0]), table.spot(row, keys[1]))
            self._wording(texts_of, (*path, name, mark), texts, spots)
        self.tree.values[(*path, name)] = self.tree.keys[(*path, name)] = table.spot(row, f"{name}1_zh")
        if texts_of:
            question[name] = texts_of

    def _options(self, table: Table, row: int, given: _Question, path: Path, question: dict[str, Value]) -> None:
        zh, en, ids = (lines_of(given.get(key)) for key in ("options_zh", "options_en", "option_ids"))
        options: list[Value] = []
        for index in range(max(len(zh), len(en))):
            at: Path = (*path, "options", index)
            texts = (line_at(zh, index), line_at(en, index))
            option: dict[str, Value] = {}
            name = line_at(ids, index) or (_OPTION_IDS[index] if index < len(_OPTION_IDS) else f"o{index + 1}")
            self._put(option, (*at, "id"), name, table.spot(row, "option_ids" if ids else "options_zh"))
            spots = (table.spot(row, "options_zh"), table.spot(row, "options_en"))
            self._wording(option, (*at, "label"), texts, spots)
            self.tree.values[at] = spots[0]
            options.append(option)
        self.tree.values[(*path, "options")] = table.spot(row, "options_zh")
        if options:
            question["options"] = options

    def _expect(self, table: Table, row: int, given: _Question, path: Path, question: dict[str, Value]) -> None:
        cell, spot, at = given.get("expect"), table.spot(row, "expect"), (*path, "expect")
        if cell is None:
            return
        expect: Value = cell
        if question.get("kind") == "number":
            found = number_range(cell)
            expect = {**found} if isinstance(found, dict) else found
        elif question.get("kind") == "choice":
            expect = [
                *options_in(str(cell), [given.get(key) for key in ("options_zh", "options_en", "option_ids")])
            ]
        self._put(question, at, expect, spot)


def _setting(key: str, cell: Cell) -> Value:
    """Return a cell of the interview's sheet as the script writes it."""
    if cell is None:
        return None
    if key == "reminders":
        return [reminder(each) for each in entries(cell)]
    if key == "deadline":
        return duration(cell)
    if key == "rated_twice":
        return number(cell)
    if key == "retain":
        return retention(cell)
    return layout.meant(key, str(cell)) if key in layout.WORDS else str(cell)


def _same(called: tuple[Cell, ...], now: tuple[Cell, ...]) -> bool:
    """Return whether a row names the same stage as the row before, or leaves out part of its name."""
    return all(new is None or new == old for new, old in zip(called, now, strict=True))


def _fresh(letter: str, index: int, taken: set[str]) -> str:
    """Return an id that nobody has written: q1, q2, …"""
    name = f"{letter}{index + 1}"
    while name in taken:
        name += "x"
    taken.add(name)
    return name


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)
