"""Range requests: `Range` and `If-Range` of RFC 9110, sections 14.1-14.2 and 13.1.5 (read 2026-11).

Browsers use them to seek within a recording. Safari plays nothing without them.
"""

import re
from collections.abc import Mapping

from starlette.responses import Response

_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.IGNORECASE)


def in_part(data: bytes, headers: Mapping[str, str], media_type: str, etag: str, more: dict[str, str]) -> Response:
    """Return a response with the requested range (206), with all of the data (200), or 416.

    A request for several ranges is answered with all of the data, as the RFC allows. `etag` includes its quotes.
    `more` are additional headers.
    """
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
    """Return the positions of the first and last byte of a range.

    If the range is beyond the data, the first is greater than the last. Returns None for an invalid range, which
    is treated as if none was requested.
    """
    if not first:  # a suffix range: the last N bytes
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size - 1)
    if last and int(last) < int(first):
        return None
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if int(first) < size else (size, size - 1)
