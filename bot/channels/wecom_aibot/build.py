"""Building the staff's bot into a process."""

from pydantic import SecretStr

from bot.channels.platform import Built, Host
from bot.channels.shared.http_client import http_client
from bot.channels.wecom_aibot.channel import AibotChannel
from bot.channels.wecom_aibot.connection import LEASE_MS, Connection
from bot.channels.wecom_aibot.receive import Receiver
from bot.channels.wecom_aibot.settings import CHANNEL, WeComAibotSettings


async def build(settings: WeComAibotSettings, host: Host) -> Built:
    """Build the channel and its connection. Raises StoreUnavailable."""
    account, secret = settings.id or "", settings.secret or SecretStr("")
    channel = AibotChannel(account, http_client(), host.archive, host.store.kv)
    receiver = Receiver(channel, await host.console(), host.store.kv)
    leases = host.store.leases(f"{CHANNEL}:{account}", host.owner, LEASE_MS)
    connection = Connection(settings.url, secret, receiver, channel, leases)
    return Built([channel], receive=[connection.run])
