"""The channel of an official account, which sends by the API.

Source: developers.weixin.qq.com, "客服消息", "获取临时素材", "生成带参数的二维码", "获取稳定版接口调用凭据" (read
2026-11).
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import httpx

from bot.channels.base import Capabilities, Channel, NotNow, Rejected, TryLater
from bot.channels.shared.access_token import AccessToken
from bot.channels.wechat.menu import menu
from bot.channels.wechat.parse import CHANNEL
from bot.channels.wechat.qr_links import SCENE_LIFE_S, QrLinks
from bot.channels.wechat_api.api import NOT_ALLOWED, WRONG_ADDRESS, Api, ApiRefused, NotAllowed, request, token_in
from bot.channels.wechat_api.texts import pieces, text_of
from bot.logs import log
from conversation.inbound import Media
from conversation.outbound import OutboundMessage
from conversation.words import Words
from storage.ports import Kv

MOST_TITLE = 20
"""Maximum length of a template message's field, in characters ("模板消息", `thing`)."""
_WRONG_SECRET = frozenset({40002, 40013, 40125, 41002, 41004})
MEDIA_LIFE_S = 3 * 24 * 3600
MOST_MEDIA_BYTES = 10 * 1024 * 1024
CAPABILITIES = Capabilities(
    bulk_per_s=5,
    media_life_s=MEDIA_LIFE_S,
    most_media_bytes=MOST_MEDIA_BYTES,
)


class Template(NamedTuple):
    """A template message of the account that says that an interview is waiting.

    `title` and `until` name the fields for the interview's title and for the time until which it waits.
    """

    id: str
    title: str = "keyword1"
    until: str = "keyword2"

    @classmethod
    def of(cls, setting: str | None) -> "Template | None":
        """Parse the setting, which is `ID` or `ID:FIELD,FIELD`. Returns None if it is empty."""
        if not setting:
            return None
        name, _, fields = setting.partition(":")
        return cls(name, *fields.split(",")) if fields else cls(name)


_SEND = "/cgi-bin/message/custom/send"


def _menu(piece: OutboundMessage) -> dict[str, object]:
    """Return a message with clickable choices. A click comes back as text with `bizmsgmenuid`."""
    choices = [{"id": each.token, "content": each.label} for each in piece.choices]
    return {"head_content": piece.text, "list": choices, "tail_content": ""}


class WeChatChannel(Channel):
    """One official account.

    `now` returns epoch seconds, and `owner` is this process. `may` says whether the account may send unprompted,
    or is None if that is not known yet.
    """

    name = CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self,
        app_id: str,
        secret: str,
        api_url: str,
        http: httpx.AsyncClient,
        kv: Kv,
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
        self.api = Api(http, api_url, AccessToken(kv, f"wechat:{app_id}", owner, self._fetch_token, now))

    async def _fetch_token(self, another: bool) -> tuple[str, int]:
        """Fetch a token and its life in seconds by the stable endpoint.

        It returns the same token again unless `another` is set.
        """
        body = {
            "grant_type": "client_credential",
            "appid": self.account,
            "secret": self._secret,
            "force_refresh": another,
        }
        try:
            answer = token_in(await request(self._http, f"{self._url}/cgi-bin/stable_token", body, {}))
        except ApiRefused as refused:
            self._note(refused)
            raise refused.as_send_error() from None
        self._problem = None
        return answer.access_token, answer.expires_in

    async def send(self, message: OutboundMessage, key: str) -> str:  # noqa: ARG002 - a message may repeat
        """Send a customer-service message. Returns "", because it cannot be edited. Raises SendError.

        A message that is too long becomes several. The intake has split it before, because each counts.
        """
        if message.nudge:
            await self._send_template(message.to.user, message.nudge)
            return ""
        for piece in self.pieces(message):
            try:
                await self._say(piece)
            # the account is not verified (any more): the message waits until the candidate writes
            except NotAllowed as error:
                raise NotNow(str(error)) from None
        return ""

    async def _say(self, piece: OutboundMessage) -> None:
        """Send one message, with buttons only if it is the last one.

        A click allows three more messages within a minute, a typed answer five within two days. Test accounts may
        not use buttons and get text instead.
        """
        if piece.last and piece.choices:
            with contextlib.suppress(Rejected):
                await self.call(_SEND, {"touser": piece.to.user, "msgtype": "msgmenu", "msgmenu": _menu(piece)})
                return
        await self.call(_SEND, {"touser": piece.to.user, "msgtype": "text", "text": {"content": text_of(piece)}})

    async def _send_template(self, user: str, nudge: tuple[str, str]) -> None:
        """Send a template message, which is allowed at any time, but only for the template's purpose."""
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
        """Call the API. Raises SendError, StoreUnavailable."""
        try:
            answer = await self.api.call(path, body, **query)
        except ApiRefused as refused:
            self._note(refused)
            raise refused.as_send_error() from None
        self._problem = None
        return answer

    def _note(self, refused: ApiRefused) -> None:
        """Note a refusal that keeps the whole account from working, and log it when it begins."""
        before = self._problem
        if refused.code == WRONG_ADDRESS:
            where = f" ({refused.detail})" if refused.detail else ""
            self._problem = f"WeChat refuses our address{where}: add it to the account's IP whitelist"
        elif refused.code in _WRONG_SECRET:
            self._problem = f"WeChat refuses the app id or its secret (errcode {refused.code})"
        if self._problem and self._problem != before:
            log.error("wechat_account_problem", what=self._problem)

    async def fetch(self, media: Media) -> bytes:
        """Return a temporary file. Raises MediaGone, TryLater."""
        return await self.api.download("/cgi-bin/media/get", MOST_MEDIA_BYTES, media_id=media.reference)

    async def may_push(self) -> bool:
        """Return whether the account may send unprompted. Raises SendError, StoreUnavailable.

        This calls an API that only such accounts may use.
        """
        try:
            await self.api.call("/cgi-bin/customservice/getkflist")
        except ApiRefused as refused:
            if refused.code in NOT_ALLOWED:
                return False
            self._note(refused)
            error = refused.as_send_error()
            if isinstance(error, TryLater):
                raise error from None
        return True

    async def qr_link(self, token: str) -> str | None:
        """Return the link in a QR code whose scanner follows the account and enters with this token.

        It is valid for 30 days. Returns None if the account may not have such links.
        """
        scene = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": token}}}
        try:
            answer = await self.api.call("/cgi-bin/qrcode/create", {"expire_seconds": SCENE_LIFE_S - 60, **scene})
        except ApiRefused as refused:
            if refused.code in NOT_ALLOWED:
                return None
            raise refused.as_send_error() from None
        return str(answer.get("url", "")) or None

    async def set_menu(self, words: Words) -> None:
        """Replace the account's menu. Raises SendError, StoreUnavailable."""
        await self.call("/cgi-bin/menu/create", menu(words))

    @property
    def can(self) -> Literal["", "push", "reply"]:
        """Whether the account may send unprompted (`push`) or only reply. Empty if not known yet."""
        return "" if self.may is None else "push" if self.may else "reply"

    def pieces(self, message: OutboundMessage) -> Sequence[OutboundMessage]:
        return pieces(message)

    @property
    def nudges(self) -> bool:
        return self.template is not None

    async def prepare_links(self, tokens: Sequence[str]) -> None:
        await self._qr_links.prepare(tokens)

    def link(self, token: str) -> str | None:
        """Return the content of a QR code, or None before `prepare_links` or if the account may not have one."""
        return self._qr_links.known(token)

    def problem(self) -> str | None:
        return self._problem

    async def close(self) -> None:
        await self._http.aclose()
