"""A bot whose token cannot be opened here: its messages wait, and whoever looks is told why."""

from bot.channels.base import Channel, TryLater
from conversation.inbound import Media
from conversation.outbound import OutboundMessage


class SealedBot(Channel):
    """Links to the bot work, because its name is known."""

    name = "telegram"

    def __init__(self, account: str, username: str, problem: str) -> None:
        self.account = account
        self.username = username
        self._problem = problem

    async def send(self, message: OutboundMessage, key: str) -> str:  # noqa: ARG002 - it cannot be sent
        raise TryLater(self._problem)

    async def fetch(self, media: Media) -> bytes:  # noqa: ARG002 - as above
        raise TryLater(self._problem)

    def link(self, token: str) -> str | None:
        return f"https://t.me/{self.username}?start={token}"

    async def learn_link(self) -> None:
        raise TryLater(self._problem)

    def problem(self) -> str | None:
        return self._problem
