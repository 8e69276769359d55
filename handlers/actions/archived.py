"""What staff are told if an archived record cannot be read."""

import contextlib
from collections.abc import Iterator

from handlers.actions.context import Refused
from storage.errors import ArchivedRecordLost, ArchiveOutOfReach


@contextlib.contextmanager
def archive_refusals() -> Iterator[None]:
    """Raise Refused instead of the errors of the archive."""
    try:
        yield
    except ArchivedRecordLost as lost:
        raise Refused("archived.lost", interview=lost.interview) from None
    except ArchiveOutOfReach:
        raise Refused("archived.away") from None
