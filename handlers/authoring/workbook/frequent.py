"""The sheet of frequent questions: reading it into the tree, and its rows."""

from conversation.script import LANGUAGES, Script
from handlers.authoring.faults import Path
from handlers.authoring.tree import Tree, Value
from handlers.authoring.workbook.cells import Cell
from handlers.authoring.workbook.tables import Table


def read_faq(tree: Tree, root: dict[str, Value], table: Table | None) -> None:
    """Set the script's `faq` from the sheet, unless that is missing or empty."""
    found: list[Value] = []
    for row, given in table.rows() if table else ():
        assert table is not None
        path: Path = ("faq", len(found))
        tree.values[path] = table.spot(row, "q_zh")
        entry: dict[str, Value] = {}
        for part, read in (("q", _ways), ("a", _text)):
            texts: dict[str, Value] = {}
            for language in LANGUAGES:
                spot = table.spot(row, f"{part}_{language}")
                for place in ((*path, part, language), (*path, part)):
                    tree.values.setdefault(place, spot)
                    tree.keys.setdefault(place, spot)
                if (cell := given.get(f"{part}_{language}")) is not None:
                    texts[language] = read(cell)
            if texts:
                entry[part] = texts
        found.append(entry)
    if found:
        root["faq"] = found


def _ways(cell: Cell) -> Value:
    return [line.strip() for line in str(cell).split("\n") if line.strip()]


def _text(cell: Cell) -> Value:
    return str(cell)


def rows_of(script: Script) -> list[tuple[object, ...]]:
    """Return the rows of the sheet."""
    return [
        (*("\n".join(each.asked.get(language, ())) for language in LANGUAGES), each.answer.zh, each.answer.en)
        for each in script.faq
    ]
