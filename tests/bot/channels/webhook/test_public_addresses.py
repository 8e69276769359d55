"""Webhooks go to the public internet only, however an address is written and whatever name leads to it."""

import httpx
import pytest

from bot.channels.webhook.posting import NoAnswer
from bot.channels.webhook.public_addresses import is_public, resolve
from handlers.actions.system.webhook_registry import AddressRefused
from tests.bot.channels.webhook.receiver import PUBLIC, URL, Receiver

PRIVATE = (
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::5db8:d822",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "localhost",
    "",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_other_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::5db8:d822"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("::1",), (PUBLIC, "10.0.0.8"), ("::ffff:169.254.169.254",)]
)
async def test_a_name_that_leads_inside_is_not_connected_to(addresses: tuple[str, ...]) -> None:
    receiver = Receiver(*addresses)
    with pytest.raises(AddressRefused, match="private"):
        await receiver.poster.post(URL, "{}", {})
    assert not receiver.requests


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"],
)
async def test_an_address_in_the_url_is_checked_as_the_system_reads_it(host: str) -> None:
    receiver = Receiver()
    receiver.poster._resolve = resolve
    with pytest.raises((AddressRefused, NoAnswer)):
        await receiver.poster.post(f"https://{host}/", "{}", {})
    assert not receiver.requests


async def test_the_name_is_looked_up_for_each_request_and_the_checked_address_is_connected_to() -> None:
    receiver = Receiver()
    await receiver.poster.post(URL, "{}", {})
    (request,) = receiver.requests
    assert request.url.host == PUBLIC
    assert request.url.query == b"key=planted"
    assert request.headers["host"] == "ats.example.com"
    assert request.extensions["sni_hostname"] == "ats.example.com"
    assert receiver.looked_up == [("ats.example.com", 443)]
    receiver.addresses = ("10.0.0.1",)  # another answer of the name server, for a name that was checked before
    with pytest.raises(AddressRefused):
        await receiver.poster.post(URL, "{}", {})
    assert len(receiver.requests) == 1


async def test_without_tls_nothing_is_sent() -> None:
    receiver = Receiver()
    with pytest.raises(AddressRefused):
        await receiver.poster.post("http://ats.example.com/", "{}", {})
    assert not receiver.requests


async def test_if_one_address_cannot_be_reached_the_next_one_is_tried() -> None:
    receiver = Receiver("2606:4700::1111", PUBLIC)
    receiver.answers = [httpx.ConnectError("no route")]
    assert (await receiver.poster.post(URL, "{}", {})).status == 204
    assert [each.url.host for each in receiver.requests] == ["2606:4700::1111", PUBLIC]


async def test_an_unknown_host_is_named_as_such() -> None:
    async def nowhere(_host: str, _port: int) -> list[str]:
        raise OSError("Name or service not known")

    receiver = Receiver()
    receiver.poster._resolve = nowhere
    with pytest.raises(AddressRefused, match="host"):
        await receiver.poster.post(URL, "{}", {})
