"""An S3-compatible store for tests of what is kept in one."""

import urllib.request
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a store with the bucket `recordings`."""
    from moto.server import ThreadedMotoServer  # slow to load, for every worker that collects tests

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    urllib.request.urlopen(urllib.request.Request(f"{url}/recordings", method="PUT")).close()
    yield url
    server.stop()
