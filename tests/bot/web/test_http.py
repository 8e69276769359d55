"""Where a request comes from, as limits per address see it."""

import pytest

from bot.web.http import network_of


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_belongs_to_the_network_of_one_customer(host: str, network: str) -> None:
    assert network_of({"type": "http", "client": (host, 1)}) == network


def test_a_unix_socket_has_no_address() -> None:
    assert network_of({"type": "http", "client": None}) == ""
