"""The HTTP client with which channels call their platforms' APIs."""

import functools
import ssl

import httpx

CONNECT_S = 5.0
ANSWER_S = 15.0
MOST_AT_ONCE = 32
"""The most calls that run at a time.

Further calls are not handed to httpx yet, which scans all waiting calls whenever one ends, and fails those that
wait long for a connection.
"""


def http_client() -> httpx.AsyncClient:
    """Return a client with limits on time and connections. It ignores proxies set in the environment."""
    limits = httpx.Limits(max_connections=MOST_AT_ONCE, max_keepalive_connections=MOST_AT_ONCE)
    timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
    return httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False, verify=certificates())


@functools.cache
def certificates() -> ssl.SSLContext:
    """Return the certificates that are trusted, for all clients of the process: reading them takes 40 ms."""
    return httpx.create_ssl_context(trust_env=False)
