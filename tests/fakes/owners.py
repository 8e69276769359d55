"""The browser of a local installation's owner."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from bot.web.local_owner import LocalOwner


async def owners_cookie(owner: LocalOwner, port: int) -> str:
    """Open the owner's address, and return the cookie that the browser is given, as `name=value`."""
    query = urlsplit(await owner.address("")).query
    host = f"127.0.0.1:{port}".encode()
    scope = {"type": "http", "path": "/", "client": ("127.0.0.1", 1), "headers": [(b"host", host)]}
    answer = await owner.enter(HTTPConnection({**scope, "query_string": query.encode()}))
    assert answer is not None
    return answer.headers["set-cookie"].partition(";")[0]
