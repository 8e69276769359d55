"""A proxy to a Redis server that can answer commands with an error instead of passing them on, or lose answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

Command = list[bytes]
"""A command's words, the first in capitals."""

REPLIES = (
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "NOPERM User xumian has no permissions to run the 'xadd' command",
    "NOPERM this user has no permissions to access one of the keys used as arguments",
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "LOADING Redis is loading the dataset in memory",
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    "NOREPLICAS Not enough good replicas to write.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "CLUSTERDOWN The cluster is down",
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "MOVED 3999 127.0.0.1:6381",
    "CROSSSLOT Keys in request don't hash to the same slot",
    "EXECABORT Transaction discarded because of previous errors.",
    "NOSCRIPT No matching script. Please use EVAL.",
    "NOGROUP No such key 'x' or consumer group 'y'",
    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    "WRONGTYPE Operation against a key holding the wrong kind of value",
    "UNKILLABLE Sorry the script already executed write commands against the dataset.",
    "NOTREADY something of a server to come",
    "DENIED Redis is running in protected mode because protected mode is enabled",
    "ERR max number of clients reached",
    "ERR unknown command 'XAUTOCLAIM', with args beginning with: 'a' 'b'",
    "ERR Error running script (call to f_0a): @user_script:9: @user_script: 9: -OOM command not allowed",
    "ERR something that nobody has ever seen",
    "ERR",
)
"""Error replies of many kinds, known and unknown."""


class RefusingRedis:
    """A proxy on a port of its own. `refuse` makes it answer with an error until `relent`.

    `lost` is how many answers it has lost.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._reply = b""
        self._which: Callable[[Command], bool] = lambda _command: True
        self._ends: set[asyncio.Task[None]] = set()
        self._lose = b""
        self.port = 0
        self.lost = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def refuse(self, reply: str, which: Callable[[Command], bool] = lambda _command: True) -> None:
        """Answer commands with this error reply, given without its minus sign."""
        self.answer(f"-{reply}\r\n".encode(), which)

    def answer(self, reply: bytes, which: Callable[[Command], bool]) -> None:
        """Answer commands with this reply, in the protocol's form."""
        self._reply, self._which = reply, which

    def relent(self) -> None:
        self._reply = b""

    def lose(self, part: bytes) -> None:
        """Let the server carry out the next request that contains this, but break the connection before the
        answer."""
        self._lose = part

    def disconnect(self) -> None:
        """Close all connections, as a server does whose user changes. New ones can be made."""
        for task in self._ends:
            task.cancel()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["RefusingRedis"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.disconnect()
            await asyncio.gather(*self._ends, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ends.add(task)
        writers = [writer]
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
            writers.append(far_writer)
            await self._pass_on(reader, writer, far_reader, far_writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # one side has closed the connection, or the test is over
        finally:
            for each in writers:
                each.close()
            await asyncio.gather(*(each.wait_closed() for each in writers), return_exceptions=True)
            self._ends.discard(task)

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        """Forward commands one by one. After a subscription, whatever the server sends is passed on at once."""
        pushing: asyncio.Task[None] | None = None
        try:
            while True:
                request = await _frame(reader)
                command = _words(request)
                if self._reply and self._which(command):
                    writer.write(self._reply)
                    continue
                losing = bool(self._lose) and self._lose in request
                if losing:
                    self._lose = b""
                far_writer.write(request)
                if command[0] == b"SUBSCRIBE" and pushing is None:
                    pushing = asyncio.create_task(_push(far_reader, writer))
                if pushing is None:
                    answer = await _frame(far_reader)
                    if losing:
                        self.lost += 1
                        return
                    writer.write(answer)
        finally:
            if pushing:
                pushing.cancel()
                await asyncio.wait({pushing})


async def _push(far_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):
        while True:
            writer.write(await _frame(far_reader))


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Return one command or reply of the protocol (RESP2), whole."""
    line = await reader.readuntil(b"\r\n")
    kind, size = line[:1], line[1:-2]
    if kind == b"$" and size != b"-1":
        return line + await reader.readexactly(int(size) + 2)
    if kind == b"*":
        return line + b"".join([await _frame(reader) for _ in range(int(size))])
    return line


def _words(request: bytes) -> Command:
    words, rest = [], request.partition(b"\r\n")[2]
    while rest:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line[1:])
        words.append(rest[:size])
        rest = rest[size + 2 :]
    return [words[0].upper(), *words[1:]]
