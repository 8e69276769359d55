"""Where a request comes from, as limits per address see it."""

import pytest
import structlog

from bot.web.http import _warn_of_proxy, network_of, note_full_network


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


@pytest.mark.parametrize(
    ("networks", "lines"),
    [(["172.18.0.1", "10.0.0.7", "::1/128"], 1), (["8.8.8.8", "2a00:1450:4001::/64", "", "not an address"], 0)],
)
def test_a_proxy_that_is_not_listed_is_told_of_once(networks: list[str], lines: int) -> None:
    _warn_of_proxy.cache_clear()
    with structlog.testing.capture_logs() as logged:
        for network in networks:
            note_full_network(network)
    assert len(logged) == lines
    assert all("XUMIAN_TRUSTED_PROXIES" in line["what"] and "172" not in str(line) for line in logged)


def test_a_unix_socket_has_no_address() -> None:
    assert network_of({"type": "http", "client": None}) == ""
