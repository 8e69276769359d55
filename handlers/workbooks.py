"""Opening the workbooks that people send: lists of candidates, and interview scripts.

They come from strangers and may take much memory and time: open them in a process with limits.
"""

import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

from conversation.errors import BotError

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_BYTES = 2 * 1024 * 1024
"""The largest file, packed."""
MOST_COLUMNS = 60
"""How many columns of a sheet are read."""
_PIECE = 1 << 16


class Limits(NamedTuple):
    """How much a workbook may hold: bytes when unpacked, and XML tags. A cell has two to eight tags."""

    unpacked_bytes: int
    tags: int


class WorkbookTooLarge(BotError):
    """The workbook holds more than its limits allow."""


class WorkbookUnreadable(BotError):
    """The file is no workbook, or is damaged."""


@contextmanager
def opened(data: bytes, limits: Limits) -> "Iterator[Workbook]":
    """Open a workbook. Its sheets are read while the context lasts, and only as far as they are looked at.

    Raises WorkbookTooLarge and WorkbookUnreadable, also in place of errors within the context, except BotErrors.
    """
    try:
        _measure(data, limits)
        from openpyxl import load_workbook  # slow to import and rarely needed

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that openpyxl would lose on saving: we only read
            book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            with closing(book):
                yield book
    except BotError:
        raise
    except MemoryError:
        raise WorkbookTooLarge("the workbook needs too much memory") from None
    except Exception as error:  # a damaged workbook makes openpyxl raise all sorts of errors
        raise WorkbookUnreadable(f"the workbook cannot be read ({type(error).__name__})") from None


def _measure(data: bytes, limits: Limits) -> None:
    """Raise WorkbookTooLarge if the workbook is too large to be read.

    openpyxl keeps all texts and all cells of a row in memory, which takes hundreds of bytes for a tag of four.
    """
    with ZipFile(BytesIO(data)) as packed:
        if sum(each.file_size for each in packed.infolist()) > limits.unpacked_bytes:
            raise WorkbookTooLarge("the workbook unpacks to too many bytes")
        tags = 0
        for each in packed.infolist():
            with packed.open(each) as part:
                while piece := part.read(_PIECE):
                    tags += piece.count(b"<")
        if tags > limits.tags:
            raise WorkbookTooLarge("the workbook has too many cells")
