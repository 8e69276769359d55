"""Check that no locked release is younger than two weeks: harmful ones are usually found within days.

The times of upload come from the package index that pip is configured to use (PEP 700). An index need not tell
them; then this says so and does not fail.
"""

import concurrent.futures
import datetime
import functools
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

LEAST = datetime.timedelta(days=14)
_JSON = "application/vnd.pypi.simple.v1+json"
_PINNED = re.compile(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")
_AT_ONCE = 8
_PATIENCE_S = 30


class Locked(NamedTuple):
    """A locked release and the SHA-256 of its files."""

    name: str
    version: str
    hashes: frozenset[str]


def locked(text: str) -> list[Locked]:
    """Return the releases in a requirements file with hashes."""
    starts = list(_PINNED.finditer(text))
    ends = [each.start() for each in starts[1:]] + [len(text)]
    return [
        Locked(each[1], each[2], frozenset(_HASH.findall(text[each.end() : end])))
        for each, end in zip(starts, ends, strict=True)
    ]


def uploaded(release: Locked, page: dict[str, Any]) -> datetime.datetime | None:
    """Return when the newest of the release's locked files was uploaded. None: the index does not tell."""
    files = [each for each in page.get("files", ()) if each.get("hashes", {}).get("sha256") in release.hashes]
    times = [each.get("upload-time") for each in files]
    if not times or None in times:
        return None
    return max(datetime.datetime.fromisoformat(each.replace("Z", "+00:00")) for each in times)


def check(
    releases: Iterable[Locked], page_of: Callable[[str], dict[str, Any]], now: datetime.datetime
) -> tuple[list[str], list[str]]:
    """Return the releases that are too young, and those whose age the index does not tell."""
    releases = list(releases)
    young, untold = [], []
    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        pages = pool.map(page_of, (each.name for each in releases))
        for release, page in zip(releases, pages, strict=True):
            what = f"{release.name} {release.version}"
            if (at := uploaded(release, page)) is None:
                untold.append(what)
            elif now - at < LEAST:
                young.append(f"{what} is of {at:%Y-%m-%d}")
    return young, untold


def page_of(name: str) -> dict[str, Any]:
    """Return the index's page of a package; empty if it has none in this form."""
    request = urllib.request.Request(f"{index()}/{name}/", headers={"Accept": _JSON})
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:
            if _JSON not in answer.headers.get("content-type", ""):
                return {}
            return dict(json.load(answer))
    except (urllib.error.URLError, OSError, ValueError):
        return {}


@functools.cache
def index() -> str:
    """Return the address of the package index that pip uses."""
    from pip._internal.models.index import PyPI

    told = (
        os.environ.get("PIP_INDEX_URL")
        or subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
    )
    return (told or PyPI.simple_url).rstrip("/")


def main(files: Iterable[str]) -> int:
    releases = {each[:2]: each for file in files for each in locked(Path(file).read_text())}
    young, untold = check(releases.values(), page_of, datetime.datetime.now(datetime.UTC))
    for each in young:
        print(f"TOO YOUNG: {each}, less than {LEAST.days} days ago: lock an older version, or wait")
    if untold:
        print(f"The index does not tell the age of {len(untold)} of {len(releases)} releases: {', '.join(untold)}")
    if not young:
        print(f"None of {len(releases) - len(untold)} releases is younger than {LEAST.days} days.")
    return 1 if young else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
