"""The fake Bot API's files, which can be downloaded, or fail as planned by the test.

Source: core.telegram.org/bots/api, "getFile", "File" (read 2026-11). For the texts of refusals, see
`bot/channels/telegram/files.py`.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Kept:
    """A file. `tells` says whether getFile reports its size, and `ranges` whether parts can be requested."""

    data: bytes
    path: str = "voice/file_1.oga"
    tells: bool = True
    ranges: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A requested download: the path as in the address, and the Range header."""

    path: str
    range: str


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """How the next download fails.

    If `after` is set, the response breaks after that many bytes: it hangs (`hang`), the connection breaks (`cut`),
    or the body just ends. Otherwise the response is made of `code`, `body`, `type` and `headers`.
    """

    after: int = -1
    hang: bool = False
    cut: bool = False
    code: int = 200
    body: bytes = b""
    type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Files:
    """The files of one bot. `asked` lists the downloads in order, and `fail` plans failures of the next ones."""

    def __init__(self, released: asyncio.Event) -> None:
        self.asked: list[Asked] = []
        self._kept: dict[str, Kept] = {}
        self._troubles: deque[FileTrouble] = deque()
        self._released = released

    def keep(self, file_id: str, kept: Kept) -> None:
        self._kept[file_id] = kept

    def fail(self, *troubles: FileTrouble) -> None:
        self._troubles.extend(troubles)

    def recover(self) -> None:
        """Cancel all planned failures."""
        self._troubles.clear()

    def file(self, file_id: str) -> dict[str, Any] | None:
        """Return the result of getFile, or None if there is no such file."""
        kept = self._kept.get(file_id)
        if kept is None:
            return None
        told = {"file_id": file_id, "file_unique_id": "AgADxQ4A", "file_path": kept.path}
        return {**told, "file_size": len(kept.data)} if kept.tells else told

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path.partition("/")[2].split("/", 2)[2]
        self.asked.append(Asked(path, request.headers.get("Range", "")))
        trouble = self._troubles.popleft() if self._troubles else None
        if trouble and trouble.after < 0:
            if trouble.hang:
                await self._released.wait()
            if trouble.cut and request.transport:
                request.transport.close()
            headers = {**dict(trouble.headers), "Content-Type": trouble.type}
            return web.Response(status=trouble.code, body=trouble.body, headers=headers)
        kept = next((each for each in self._kept.values() if each.path == request.match_info["path"]), None)
        if kept is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return await self._serve(request, kept, trouble)

    async def _serve(self, request: web.Request, kept: Kept, trouble: FileTrouble | None) -> web.StreamResponse:
        start = request.http_range.start if kept.ranges else None
        response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
        if start:
            if start >= len(kept.data):
                return web.Response(status=416)
            response.set_status(206)
            response.headers["Content-Range"] = f"bytes {start}-{len(kept.data) - 1}/{len(kept.data)}"
        body = kept.data[start or 0 :]
        ends = trouble is not None and not (trouble.hang or trouble.cut)
        if not ends:
            response.content_length = len(body)
        await response.prepare(request)
        await response.write(body if trouble is None else body[: trouble.after])
        if trouble and trouble.hang:
            await self._released.wait()
        if trouble and trouble.cut and request.transport:
            request.transport.close()
        return response
