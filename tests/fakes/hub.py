"""A local Hugging Face Hub with one repository, which can break off a download."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

SHA = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """The hub's state.

    The first download of a file in `cut` breaks off after that many bytes. With `dies`, nothing is answered after
    that. `asked` lists the requests.
    """

    repository: str
    files: dict[str, bytes]
    cut: dict[str, int] = field(default_factory=dict)
    dies: bool = False
    down: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Hub

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, *, body: bool) -> None:
        path, state = urlsplit(self.path).path, self.state
        state.asked.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
        if state.down:
            self._send(503, b"", {}, body=body)
        elif path.startswith(f"/api/models/{state.repository}/tree/"):
            self._send_json([_entry(name, data) for name, data in state.files.items()], body=body)
        elif path.startswith(f"/api/models/{state.repository}"):
            siblings = [{"rfilename": name, "size": len(data)} for name, data in state.files.items()]
            self._send_json({"id": state.repository, "sha": SHA, "siblings": siblings}, body=body)
        else:
            self._send_file(path.removeprefix(f"/{state.repository}/resolve/{SHA}/"), body=body)

    def _send_json(self, value: object, *, body: bool) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"}, body=body)

    def _send_file(self, name: str, *, body: bool) -> None:
        if (data := self.state.files.get(name)) is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"}, body=body)
            return
        headers = {"ETag": f'"{_etag(data)}"', "X-Repo-Commit": SHA, "Accept-Ranges": "bytes"}
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").split("-")[0])
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        most = self.state.cut.pop(name, None) if body else None
        self._send(206 if start else 200, data[start:], headers, body=body, most=most)

    def _send(
        self, status: int, data: bytes, headers: dict[str, str], *, body: bool, most: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data[:most])
        if most is not None:
            self.close_connection = True
            self.state.down = self.state.dies


@contextmanager
def hub(repository: str, files: dict[str, bytes]) -> Iterator[Hub]:
    state = Hub(repository, files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _etag(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()  # as git computes it


def _entry(name: str, data: bytes) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(data), "oid": _etag(data)}
