"""Parsing the workbook of an interview script in the child process of `limited_process`."""

import msgspec

from bot.media.limited_child import Rejected
from handlers.authoring.workbook import BookUnusable, read_cells


def as_json(data: bytes) -> bytes:
    """Parse the workbook of an interview script. Runs in a limited process."""
    try:
        return msgspec.json.encode(read_cells(data))
    except BookUnusable as error:
        raise Rejected(error.why) from None
