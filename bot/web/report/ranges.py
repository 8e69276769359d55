"""A part of what an address has: `Range` and `If-Range` of RFC 9110, sections 14.1-14.2 and 13.1.5 (read 2026-11).

Browsers ask for parts to let somebody jump within a recording; Safari plays nothing without them.
"""

import re
from collections.abc import Mapping

from starlette.responses import Response

_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.IGNORECASE)


def in_part(data: bytes, headers: Mapping[str, str], media_type: str, etag: str, more: dict[str, str]) -> Response:
    """The part that is asked for (206), all of it (200), or 416. Several ranges at once are answered with all of
    it, as the RFC allows. `etag` with its quotes; `more` are further headers."""
    told = {"accept-ranges": "bytes", "etag": etag, **more}
    asked = _ONE_RANGE.fullmatch(headers.get("range", "").strip())
    if asked is None or not any(asked.groups()) or headers.get("if-range", etag) != etag:
        return Response(data, 200, told, media_type)
    bounds = _bounds(asked[1], asked[2], len(data))
    if bounds is None:
        return Response(data, 200, told, media_type)
    first, last = bounds
    if first > last:
        return Response(status_code=416, headers={**told, "content-range": f"bytes */{len(data)}"})
    told["content-range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], 206, told, media_type)


def _bounds(first: str, last: str, size: int) -> tuple[int, int] | None:
    """The first and last byte; the first is after the last where there is no such part. None: no valid range,
    which is as if none was asked for."""
    if not first:  # the last so many bytes
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size - 1)
    if last and int(last) < int(first):
        return None
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if int(first) < size else (size, size - 1)
