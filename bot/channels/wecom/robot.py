"""Group robots (群机器人), which send notices to recruiters in a group. Nobody can reply there.

Source: developer.work.weixin.qq.com, documents 91770 and 99398 (群机器人) (read 2026-11): 20 messages a minute, a
text of 2048 bytes, a picture (JPG, PNG) of 2 MB as base64 with the MD5 of its bytes. Only the key in the address
protects the group, so it is a secret.
"""

import base64
import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

import httpx
from msgspec.structs import replace
from pydantic import SecretStr

from bot.channels.base import Capabilities, Channel, Rejected, TryLater
from bot.channels.shared.files import FileStore, file_bytes
from bot.channels.shared.steps import Steps
from bot.channels.wechat_api.api import ApiRefused, request
from bot.channels.wechat_api.texts import JOINT, pieces
from bot.channels.wecom.settings import ROBOT_CHANNEL
from conversation.outbound import Attachment, OutboundMessage

A_MINUTE = 20
MOST_PICTURE_BYTES = 2 * 1024 * 1024
PICTURES = frozenset({"image/png", "image/jpeg"})
_MINUTE_S = 60.0
_NO_SUCH_ROBOT = 93000


class RobotChannel(Channel):
    """One group robot.

    `account` stands for the key, which must not be shown. `elsewhere` is a text that says where to act on a
    notice. `now` returns seconds of any monotonic clock.
    """

    name = ROBOT_CHANNEL
    capabilities = Capabilities(staff=True)

    def __init__(
        self,
        account: str,
        key: SecretStr,
        elsewhere: str,
        api_url: str,
        http: httpx.AsyncClient,
        archive: FileStore,
        now: Callable[[], float],
    ) -> None:
        self.account = account
        self._key = key
        self._elsewhere = elsewhere
        self._url = f"{api_url.rstrip('/')}/cgi-bin/webhook/send"
        self._http = http
        self._archive = archive
        self._now = now
        self._steps = Steps()
        self._sent: deque[float] = deque(maxlen=A_MINUTE)
        self._problem: str | None = None

    async def send(self, message: OutboundMessage, key: str) -> str:
        """Send the text, then the picture. Choices are left out.

        Continues where an earlier attempt stopped. Returns "", because nothing sent can be edited. Raises
        SendError.
        """
        text = f"{message.text}{JOINT}{self._elsewhere}" if message.choices else message.text
        calls = [
            partial(self._post, {"msgtype": "text", "text": {"content": each.text}})
            for each in self.pieces(replace(message, text=text, choices=()))
        ]
        if message.file and message.file.media_type in PICTURES:
            calls.append(partial(self._show, message.file))
        await self._steps.run(key, calls)
        return ""

    async def _show(self, file: Attachment) -> None:
        """Send a picture. If it cannot be sent it is left out, because the text says what it shows."""
        try:
            data = await file_bytes(self._archive, file, MOST_PICTURE_BYTES)
        except Rejected:
            return
        md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
        await self._post({"msgtype": "image", "image": {"base64": base64.b64encode(data).decode(), "md5": md5}})

    async def _post(self, body: dict[str, object]) -> None:
        """Send one message. Raises TryLater, Rejected."""
        now = self._now()
        if len(self._sent) == A_MINUTE and now < self._sent[0] + _MINUTE_S:
            raise TryLater("the robot's messages of this minute are used up", self._sent[0] + _MINUTE_S - now)
        try:
            await request(self._http, self._url, body, {"key": self._key.get_secret_value()})
        except ApiRefused as refused:
            raise self._trouble(refused) from None
        self._sent.append(now)
        self._problem = None

    def _trouble(self, refused: ApiRefused) -> TryLater | Rejected:
        """Return the error for a refusal.

        Only a rejected text is dropped. Others are retried, because nobody would notice a lost notice.
        """
        if refused.code == _NO_SUCH_ROBOT:
            self._problem = "the group robot is gone: make another one and put its key into XUMIAN_NOTIFY"
            return TryLater(str(refused), 3600, whole_account=True)
        error = refused.as_send_error()
        if isinstance(error, Rejected):
            return error
        return TryLater(str(refused), _MINUTE_S)

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        return pieces(message)

    def problem(self) -> str | None:
        return self._problem

    async def close(self) -> None:
        await self._http.aclose()
