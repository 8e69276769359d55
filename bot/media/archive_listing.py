"""Which recordings and files an archive has."""

import re
from collections.abc import Iterator
from pathlib import Path

import obstore
from obstore.exceptions import BaseError

from bot.media.archive import Bucket, unavailable

_SHA256 = re.compile(r"[0-9a-f]{64}")


def listed(place: Path | Bucket) -> list[str]:
    """Return the SHA-256 (hex) of every recording and file in an archive, sorted. Blocks. Raises
    ArchiveUnavailable."""
    try:
        names = set(_in_folder(place) if isinstance(place, Path) else _in_bucket(place))
    except (BaseError, OSError) as error:
        name = f"the folder {place}" if isinstance(place, Path) else place.place
        raise unavailable(name, error) from None
    return sorted(names)


def _in_folder(folder: Path) -> Iterator[str]:
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if _SHA256.fullmatch(path.name.partition(".")[0]):
            yield path.name.partition(".")[0]


def _in_bucket(bucket: Bucket) -> Iterator[str]:
    for page in obstore.list(bucket.store):
        for each in page:
            folder, _, name = each["path"].rpartition("/")
            if _SHA256.fullmatch(name) and folder == name[:2]:  # archived records are elsewhere
                yield name
