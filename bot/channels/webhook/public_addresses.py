"""Which addresses are on the public internet. Webhooks are sent nowhere else, so that nobody can make this program
reach into the network that it runs in.

Source: IANA, "IPv4/IPv6 Special-Purpose Address Registries", as in Python's ipaddress (read 2026-11).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Return the addresses of a host for a port. Raises OSError."""

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_OF_CLOUDS = frozenset({IPv4Address("168.63.129.16")})
"""Public addresses behind which clouds have services for their own machines: Azure's metadata."""


async def resolve(host: str, port: int) -> list[str]:
    """Look up a host. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(text: str) -> bool:
    """Return whether an IP address is on the public internet, and the IPv4 address within it, if there is one."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id:
            return False
        inner = _within(address)
        if inner is not None:
            return all(_is_public(each) for each in inner)
    return _is_public(address)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    special = address.is_multicast or address.is_reserved or address in _OF_CLOUDS
    return address.is_global and not special


def _within(address: IPv6Address) -> tuple[IPv4Address, ...] | None:
    """Return the IPv4 addresses that an IPv6 address leads to, or None if it is nothing of the kind."""
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address.teredo:
        return address.teredo
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return None
