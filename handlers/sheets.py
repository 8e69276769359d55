"""Writing tables to CSV and XLSX files, row by row."""

import csv
import io
from pathlib import Path
from typing import Any


class Csv:
    """A CSV file, UTF-8 with a byte-order mark, without which Excel misreads Chinese."""

    def __init__(self, target: Path) -> None:
        self._file = target.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def row(self, values: list[Any]) -> None:
        self._writer.writerow(values)

    def __enter__(self) -> "Csv":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class Xlsx:
    """An XLSX workbook with one sheet, written to disk when the context ends."""

    def __init__(self, target: Path) -> None:
        from openpyxl import Workbook  # slow to import and rarely needed

        self._target = target
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("answers")

    def row(self, values: list[Any]) -> None:
        self._sheet.append([_cell(value) for value in values])

    def __enter__(self) -> "Xlsx":
        return self

    def __exit__(self, *_: object) -> None:
        buffer = io.BytesIO()
        self._book.save(buffer)
        self._target.write_bytes(buffer.getvalue())


def _cell(value: object) -> object:
    """Remove characters that XML cannot hold, and cut the text to XLSX's limit of 32,767 characters a cell."""
    if not isinstance(value, str):
        return value
    return "".join(each for each in value if each in "\t\n" or " " <= each < "\ufffe" or each > "\uffff")[:32_767]
