"""A time-stamping authority that is reached by HTTP, on the machine's own clock."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.fakes.time_stamping import Authority


@dataclass
class TimeStampServer:
    """The server's state. While `well` is not set, no request is answered. `asked` counts requests."""

    authority: Authority = field(default_factory=Authority)
    well: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    state: TimeStampServer

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/timestamp-query"
        request = self.rfile.read(int(self.headers["Content-Length"]))
        self.state.asked += 1
        self.state.well.wait()
        self.state.authority.at = datetime.now(UTC)
        answer = self.state.authority.answer(request)
        with contextlib.suppress(ConnectionError):  # whoever asked may have died
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def time_stamp_server() -> Iterator[TimeStampServer]:
    state = TimeStampServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"state": state}))
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    state.url = f"http://127.0.0.1:{server.server_port}/tsr"
    try:
        yield state
    finally:
        state.well.set()
        server.shutdown()
        serving.join()
        server.server_close()
