"""An official account: what goes out by the API.

Source: developers.weixin.qq.com, "客服消息", "获取临时素材", "生成带参数的二维码", "获取稳定版接口调用凭据"
(read 2026-11).
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import httpx

from bot.channels.base import Capabilities, Channel, NotNow, Rejected, TryLater
from bot.channels.wechat.menu import menu
from bot.channels.wechat.parse import CHANNEL
from bot.channels.wechat.qr_links import SCENE_LIFE_S, QrLinks
from bot.channels.wechat_api.api import NOT_ALLOWED, WRONG_ADDRESS, Api, NotAllowed, Refused, request, token_in
from bot.channels.wechat_api.texts import pieces, text_of
from bot.channels.wechat_api.token import AccessToken, Notes
from bot.logs import log
from conversation.inbound import Media
from conversation.outbound import OutboundMessage
from conversation.words import Words

MOST_TITLE = 20
"""Characters of a template message's field ("模板消息", `thing`)."""
_WRONG_SECRET = frozenset({40002, 40013, 40125, 41002, 41004})
MEDIA_LIFE_S = 3 * 24 * 3600
MOST_MEDIA_BYTES = 10 * 1024 * 1024
CAPABILITIES = Capabilities(
    bulk_per_s=5,
    media_life_s=MEDIA_LIFE_S,
    most_media_bytes=MOST_MEDIA_BYTES,
)


class Template(NamedTuple):
    """A template message of the account's that says that an interview waits: its id, and the names of the two
    fields that take the interview's title and the time until which it waits."""

    id: str
    title: str = "keyword1"
    until: str = "keyword2"

    @classmethod
    def of(cls, setting: str | None) -> "Template | None":
        """`ID`, or `ID:FIELD,FIELD`."""
        if not setting:
            return None
        name, _, fields = setting.partition(":")
        return cls(name, *fields.split(",")) if fields else cls(name)


_SEND = "/cgi-bin/message/custom/send"


def _menu(piece: OutboundMessage) -> dict[str, object]:
    """What is clicked comes back as text with `bizmsgmenuid`."""
    choices = [{"id": each.token, "content": each.label} for each in piece.choices]
    return {"head_content": piece.text, "list": choices, "tail_content": ""}


class WeChatChannel(Channel):
    """One official account, as a channel. `now` gives epoch seconds, `owner` is this process. `may`: whether it
    may send by itself, None: not known yet."""

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self,
        app_id: str,
        secret: str,
        api_url: str,
        http: httpx.AsyncClient,
        notes: Notes,
        owner: str,
        now: Callable[[], float],
        template: Template | None = None,
    ) -> None:
        self.account = app_id
        self.may: bool | None = None
        self.template = template
        self._secret = secret
        self._http = http
        self._url = api_url.rstrip("/")
        self._problem: str | None = None
        self._qr_links = QrLinks(self.qr_link)
        self.api = Api(http, api_url, AccessToken(notes, f"wechat:{app_id}", owner, self._fetch_token, now))

    async def _fetch_token(self, another: bool) -> tuple[str, int]:
        """By the stable way: asking again gives the same token, unless `another` is wanted."""
        body = {
            "grant_type": "client_credential",
            "appid": self.account,
            "secret": self._secret,
            "force_refresh": another,
        }
        try:
            answer = token_in(await request(self._http, f"{self._url}/cgi-bin/stable_token", body, {}))
        except Refused as refused:
            self._note(refused)
            raise refused.as_send_error() from None
        self._problem = None
        return answer.access_token, answer.expires_in

    async def send(self, message: OutboundMessage, key: str) -> str:  # noqa: ARG002 - a message may repeat
        """As a customer-service message; as several where it is too long, but then it was cut before it came here,
        for each counts. It cannot be edited later."""
        if message.nudge:
            await self._send_template(message.to.user, message.nudge)
            return ""
        for piece in self.pieces(message):
            try:
                await self._say(piece)
            except NotAllowed as error:  # not verified, or no longer: it waits for what the candidate writes
                raise NotNow(str(error)) from None
        return ""

    async def _say(self, piece: OutboundMessage) -> None:
        """With buttons where nothing has to follow: a click leaves a minute for three messages, typing two days
        for five. Test accounts may not have them."""
        if piece.last and piece.choices:
            with contextlib.suppress(Rejected):
                await self.call(_SEND, {"touser": piece.to.user, "msgtype": "msgmenu", "msgmenu": _menu(piece)})
                return
        await self.call(_SEND, {"touser": piece.to.user, "msgtype": "text", "text": {"content": text_of(piece)}})

    async def _send_template(self, user: str, nudge: tuple[str, str]) -> None:
        """Allowed at any time, but only for what its template is for."""
        if self.template is None:
            raise Rejected("the account has no template for that")
        title, until = nudge
        data = {
            self.template.title: {"value": title[:MOST_TITLE]},
            self.template.until: {"value": until},
        }
        body: dict[str, object] = {"touser": user, "template_id": self.template.id, "data": data}
        await self.call("/cgi-bin/message/template/send", body)

    async def call(self, path: str, body: Mapping[str, object] | None = None, **query: str) -> dict[str, object]:
        """Raises SendError, StoreUnavailable."""
        try:
            answer = await self.api.call(path, body, **query)
        except Refused as refused:
            self._note(refused)
            raise refused.as_send_error() from None
        self._problem = None
        return answer

    def _note(self, refused: Refused) -> None:
        """What keeps the whole account from working; a line in the log when it begins."""
        before = self._problem
        if refused.code == WRONG_ADDRESS:
            where = f" ({refused.detail})" if refused.detail else ""
            self._problem = f"WeChat refuses our address{where}: add it to the account's IP whitelist"
        elif refused.code in _WRONG_SECRET:
            self._problem = f"WeChat refuses the app id or its secret (errcode {refused.code})"
        if self._problem and self._problem != before:
            log.error("wechat_account_problem", what=self._problem)

    async def fetch(self, media: Media) -> bytes:
        """A temporary file. Raises MediaGone, TryLater."""
        return await self.api.download("/cgi-bin/media/get", MOST_MEDIA_BYTES, media_id=media.reference)

    async def may_push(self) -> bool:
        """Whether the account may send by itself: asked where only such accounts get an answer. Raises SendError,
        StoreUnavailable."""
        try:
            await self.api.call("/cgi-bin/customservice/getkflist")
        except Refused as refused:
            if refused.code in NOT_ALLOWED:
                return False
            self._note(refused)
            error = refused.as_send_error()
            if isinstance(error, TryLater):
                raise error from None
        return True

    async def qr_link(self, token: str) -> str | None:
        """What a QR code must say so that whoever scans it follows the account and comes in with this token. It
        lives for 30 days. None where the account may not have one."""
        scene = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": token}}}
        try:
            answer = await self.api.call("/cgi-bin/qrcode/create", {"expire_seconds": SCENE_LIFE_S - 60, **scene})
        except Refused as refused:
            if refused.code in NOT_ALLOWED:
                return None
            raise refused.as_send_error() from None
        return str(answer.get("url", "")) or None

    async def set_menu(self, words: Words) -> None:
        """In the place of the one that there is. Raises SendError, StoreUnavailable."""
        await self.call("/cgi-bin/menu/create", menu(words))

    @property
    def can(self) -> Literal["", "push", "reply"]:
        """What the account may do; empty: not known yet."""
        return "" if self.may is None else "push" if self.may else "reply"

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        return pieces(message)

    @property
    def nudges(self) -> bool:  # type: ignore[override]
        return self.template is not None

    async def prepare_links(self, tokens: Sequence[str]) -> None:
        await self._qr_links.prepare(tokens)

    def link(self, token: str) -> str | None:
        """What a QR code must say; None before `prepare_links`, or if the account may not have one."""
        return self._qr_links.known(token)

    def problem(self) -> str | None:
        return self._problem

    async def close(self) -> None:
        await self._http.aclose()
