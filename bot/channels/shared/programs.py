"""Programs with a token of the REST API as a channel: later news, such as that an erasure is complete, go nowhere,
because nobody reads along. Programs have webhooks for that."""

from bot.channels.base import Capabilities, Channel
from conversation.inbound import Address
from conversation.outbound import OutboundMessage

CHANNEL = ACCOUNT = "api"


def place_of(person: str) -> Address:
    """Return the address of a program by the id under which its token acts."""
    return Address(CHANNEL, ACCOUNT, person)


class ProgramsChannel(Channel):
    name = CHANNEL
    account = ACCOUNT
    capabilities = Capabilities(internal=True)

    async def send(self, message: OutboundMessage, key: str) -> str:  # noqa: ARG002 - it goes nowhere
        return ""
