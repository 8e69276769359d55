"""What staff are told if an archived record cannot be read."""

import contextlib
from collections.abc import Iterator

from handlers.actions.context import Refused
from storage.errors import ArchivedRecordLost, ArchiveOutOfReach


@contextlib.contextmanager
def lost_refusals() -> Iterator[None]:
    """Raise Refused if an archived record is lost."""
    try:
        yield
    except ArchivedRecordLost as lost:
        raise Refused("archived.lost", interview=lost.interview) from None


@contextlib.contextmanager
def archive_refusals() -> Iterator[None]:
    """Raise Refused if an archived record is lost, or cannot be read now. For whoever does not try again by
    itself."""
    try:
        with lost_refusals():
            yield
    except ArchiveOutOfReach:
        raise Refused("archived.away") from None
