"""The webhooks of a process follow the organisation's record; their targets are encrypted in the store."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.channels.base import Registry
from bot.channels.webhook.channel import WebhookChannel
from bot.channels.webhook.registry import Registered
from handlers.actions.system.webhook_registry import AddressRefused, Secret, Target, TargetGone
from handlers.notices.webhooks import CHANNEL
from handlers.organisation.state import Organisation, Webhook
from tests.bot.channels.webhook.receiver import FORMER, SECRET, URL
from tests.fakes.hosts import host
from tests.fakes.kv import MemoryKv

KEY = "k" * 32


class Process:
    """One process. All share `kv` and the organisation, whose webhooks a test sets."""

    def __init__(self, kv: MemoryKv, folder: Path, key: str = KEY) -> None:
        self.channels = Registry()
        self.webhooks: dict[str, Webhook] = {}
        self.registered = Registered(
            host(
                SimpleNamespace(kv=kv),
                channels=self.channels,
                organisation=lambda: Organisation(webhooks=self.webhooks),
                data_dir=folder,
                secret_keys=(key,),
            )
        )

    @property
    def channel(self) -> WebhookChannel:
        channel = self.channels.get(CHANNEL, "w1")
        assert isinstance(channel, WebhookChannel)
        return channel


@pytest.fixture
def kv() -> MemoryKv:
    return MemoryKv(lambda: 0.0)


async def test_they_come_change_and_go(kv: MemoryKv, tmp_path: Path) -> None:
    process = Process(kv, tmp_path)
    registered, webhook = process.registered, Webhook("ATS", "https://ats.example.com/events", "East", "n1")
    await registered.keep("n1", Target(URL, (Secret(SECRET),)))
    process.webhooks = {"w1": webhook}
    await registered.look()
    assert process.channel.target == Target(URL, (Secret(SECRET),))
    assert not process.channels.accounts()
    assert not process.channels.problems()
    both = Target(URL, (Secret(FORMER), Secret(SECRET, 99)))
    await registered.keep("n2", both)
    process.webhooks = {"w1": Webhook("ATS", webhook.address, "East", "n2", both_until_ms=99)}
    before = process.channel
    await registered.look()
    assert process.channel is before
    assert process.channel.target == both
    with pytest.raises(TargetGone, match="not there"):
        await registered.kept("n1")
    process.webhooks = {}
    await registered.look()
    assert process.channel.removed
    with pytest.raises(TargetGone):
        await registered.kept("n2")


async def test_in_the_store_the_url_and_the_secret_are_encrypted(kv: MemoryKv, tmp_path: Path) -> None:
    await Process(kv, tmp_path).registered.keep("n1", Target(URL, (Secret(SECRET),)))
    stored = await kv.get("webhook:n1")
    assert stored
    assert SECRET not in stored
    assert "planted" not in stored


async def test_a_process_with_another_key_says_so(kv: MemoryKv, tmp_path: Path) -> None:
    await Process(kv, tmp_path).registered.keep("n1", Target(URL, (Secret(SECRET),)))
    other = Process(kv, tmp_path / "other", "o" * 32)
    other.webhooks = {"w1": Webhook("ATS", URL, "", "n1")}
    await other.registered.look()
    assert other.channel.target is None
    assert "XUMIAN_SECRET_KEY differs" in other.registered.trouble("w1")
    assert "XUMIAN_SECRET_KEY differs" in other.channels.warnings()["webhook:w1"]


async def test_a_test_event_goes_to_no_private_address(kv: MemoryKv, tmp_path: Path) -> None:
    registered = Process(kv, tmp_path).registered
    tried = await registered.ping(Target("https://127.0.0.1/", (Secret(SECRET),)), "test-1")
    assert (tried.status, tried.why) == (0, "its address is not public")
    with pytest.raises(AddressRefused, match="private"):
        await registered.check("https://[::1]/")
