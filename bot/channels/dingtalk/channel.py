"""The organisation's robot: sending messages and files, and fetching candidates' files."""

from functools import partial

from msgspec.structs import replace

from bot.channels.base import Capabilities, Channel, MediaGone, Mode, NotNow, Rejected
from bot.channels.dingtalk.api import Api, ApiRefused
from bot.channels.dingtalk.parse import CHANNEL, OUTSIDER
from bot.channels.dingtalk.quota import Quota
from bot.channels.dingtalk.render import Part, for_file, is_picture, render, with_picture
from bot.channels.dingtalk.replies import Replies
from bot.channels.shared.files import FileStore, file_bytes
from bot.channels.shared.steps import Steps
from bot.media.attachments import MOST_BYTES
from conversation.inbound import Media
from conversation.outbound import Attachment, OutboundMessage
from handlers.actions.system.bot_registry import Figures

CAPABILITIES = Capabilities(
    bulk_per_s=10, most_media_bytes=MOST_BYTES, files=True, pictures=True, typed=True, commands=True
)


class DingTalkChannel(Channel):
    """One robot, for candidates and for staff. Its account is the robotCode.

    There is no link into the chat with a robot: people find it by its name.
    """

    name = CHANNEL
    mode: Mode = "webhook"

    def __init__(
        self, api: Api, replies: Replies, archive: FileStore, quota: Quota, *, commands: bool = True
    ) -> None:
        """`commands`: staff can give commands here."""
        self.account = api.robot
        self.capabilities = replace(CAPABILITIES, commands=commands)
        self.api = api
        self._replies = replies
        self._archive = archive
        self._quota = quota
        self._steps = Steps()
        self.trouble: str | None = None
        """What keeps messages from coming in or commands from being carried out, or None."""

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send a message. Returns no id, because messages cannot be edited."""
        try:
            await self._steps.run(key, [partial(self._send_part, message, part) for part in render(message)])
        except NotNow:
            await self._replies.wait(message.to.user)
            raise
        return ""

    async def _send_part(self, message: OutboundMessage, part: Part) -> None:
        user, prompted = message.to.user, message.prompted
        if part.file is None:
            await self._replies.send(user, part, prompted=prompted)
            return
        if user.startswith(OUTSIDER) and not is_picture(part.file):
            raise Rejected("people outside the organisation cannot be sent files")
        await self._replies.may_call(prompted=prompted)
        if is_picture(part.file):
            shown = with_picture(part, await self._upload(part.file, "image"))
            await self._replies.send(user, shown, prompted=prompted)
        else:
            told = for_file(part.file, await self._upload(part.file, "file"))
            await self._replies.by_api(user, *told, prompted=prompted)

    async def _upload(self, file: Attachment, kind: str) -> str:
        try:
            return await self.api.upload(file.name, await file_bytes(self._archive, file, MOST_BYTES), kind)
        except ApiRefused as refused:
            raise refused.as_send_error() from None

    async def fetch(self, media: Media) -> bytes:
        """Return a candidate's file. Raises MediaGone, TryLater."""
        if not media.reference:
            raise MediaGone("gone")
        return await self.api.download(media.reference, MOST_BYTES)

    async def figures(self) -> Figures:
        return Figures(calls=(await self._quota.used(), self._quota.most))

    def report(self, trouble: str | None) -> None:
        """Note what keeps messages from coming in or commands from being carried out; None: nothing does."""
        self.trouble = trouble

    def problem(self) -> str | None:
        return self.api.problem or self.trouble

    async def close(self) -> None:
        await self.api.close()
