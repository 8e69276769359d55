"""Stream mode: messages come over a WebSocket that we open, so no public address is needed.

Source: open.dingtalk.com, "Stream 模式介绍", and the protocol in open-dingtalk/dingtalk-stream-sdk-python (read
2026-11): a frame that is not acknowledged comes again. The SDK reads frames and writes their acknowledgements. Its
method `start` is replaced here, because it opens the connection by a call that blocks the event loop, logs the
ticket, swallows cancellation, and handles frames in any order. Its SYSTEM frames (ping, disconnect) cannot be read
in 0.24.3.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

import dingtalk_stream
import httpx
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from bot.channels.base import TryLater
from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.parse import CHANNEL
from bot.channels.dingtalk.receive import Receiver, conversation_of
from bot.channels.dingtalk.signature import Forged
from bot.channels.shared.long_connection import OPEN_S, LongConnection
from bot.logs import log

TOPIC = "/v1.0/im/bot/messages/get"


class Stream(LongConnection):
    """Receives one robot's messages and acknowledges them after the commit."""

    def __init__(
        self,
        receiver: Receiver,
        channel: DingTalkChannel,
        key: str,
        secret: SecretStr,
        api_url: str,
        http: httpx.AsyncClient,
        **options: float,
    ) -> None:
        """`options` are those of LongConnection."""
        super().__init__(CHANNEL, channel.report, **options)
        self._receiver = receiver
        self._key = key
        self._secret = secret
        self._api_url = api_url
        self._http = http
        self._client = self._sdk()

    def _sdk(self) -> Any:
        """Create the SDK's client with logging disabled, because it logs tickets and whole messages."""
        mute = logging.getLogger("xumian.dingtalk")
        mute.addHandler(logging.NullHandler())
        mute.propagate = False
        credential = dingtalk_stream.Credential(self._key, self._secret.get_secret_value())
        client = dingtalk_stream.DingTalkStreamClient(credential, mute)
        handler = dingtalk_stream.CallbackHandler()
        handler.logger = mute
        handler.process = self._process
        client.register_callback_handler(TOPIC, handler)
        return client

    # the connection

    async def open(self) -> str:
        """Return the gateway's address with a ticket that is good once. Raises TryLater."""
        body = {
            "clientId": self._key,
            "clientSecret": self._secret.get_secret_value(),
            "subscriptions": [{"type": "CALLBACK", "topic": TOPIC}],
            "ua": "xumian",
        }
        try:
            async with asyncio.timeout(OPEN_S):
                url = f"{self._api_url}/v1.0/gateway/connections/open"
                response = await self._http.post(url, json=body)
            told = response.json() if response.status_code == 200 else {}
            endpoint, ticket = told.get("endpoint"), told.get("ticket")
        except (httpx.HTTPError, TimeoutError, OSError, ValueError, AttributeError, RecursionError) as error:
            raise TryLater(f"the gateway is out of reach ({type(error).__name__})") from None
        if not isinstance(endpoint, str) or not isinstance(ticket, str):
            raise TryLater(f"the gateway answered {response.status_code}")
        if urlsplit(endpoint).scheme not in ("ws", "wss"):
            raise TryLater("the gateway gives no address of a WebSocket")
        return f"{endpoint}?ticket={quote_plus(ticket)}"

    async def opened(self) -> None:
        await self._receiver.connect()

    async def ping(self, socket: ClientConnection) -> None:
        """Do nothing: DingTalk's gateway sends the pings, and `read` answers them."""

    async def read(self, raw: str | bytes, socket: ClientConnection) -> bool:
        self._client.websocket = socket
        try:
            frame = json.loads(raw)
            kind, topic = frame["type"], frame["headers"].get("topic", "")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            log.warning("stream_frame_unknown", channel=CHANNEL)
            return True
        if kind == "SYSTEM":
            return await self._system(frame, topic, socket)
        if kind == "CALLBACK" and topic == TOPIC:  # the SDK calls `_process` and acknowledges
            body = _body(frame)
            told = _for_sdk(frame, body)
            await self.in_order(conversation_of(body), lambda: self._client.route_message(told))
        return True

    async def _system(self, frame: Mapping[str, Any], topic: str, socket: ClientConnection) -> bool:
        """Answer a ping with its own data. Returns False if the connection is to be closed."""
        if topic == "disconnect":
            return False
        headers = {"messageId": frame["headers"].get("messageId", ""), "contentType": "application/json"}
        told = {"code": 200, "headers": headers, "message": "OK", "data": frame.get("data", "")}
        try:
            await socket.send(json.dumps(told))
        except WebSocketException:
            return False
        return True

    async def _process(self, message: Any) -> tuple[int, str]:
        """Handle a message and return the acknowledgement's status and text. Raises StoreUnavailable."""
        try:
            understood = await self._receiver.take(_encoded(message.data))
        except Forged as error:
            log.warning("callback_refused", channel="dingtalk", why=str(error))
            return dingtalk_stream.AckMessage.STATUS_BAD_REQUEST, "refused"
        if not understood:
            return dingtalk_stream.AckMessage.STATUS_BAD_REQUEST, "not understood"
        return dingtalk_stream.AckMessage.STATUS_OK, "OK"


def _body(frame: Mapping[str, Any]) -> bytes:
    """Return the message in a frame, which is JSON in a text."""
    data = frame.get("data", "")
    return _encoded(data if isinstance(data, str) else json.dumps(data))


def _for_sdk(frame: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """Return the frame in a form that the SDK can read, with the message as one text.

    From other frames the SDK raises errors, so they would never be acknowledged and would come again and again.
    """
    headers = {"topic": TOPIC, "messageId": frame["headers"].get("messageId", "")}
    return {"type": "CALLBACK", "headers": headers, "data": json.dumps(body.decode("utf-8", "surrogatepass"))}


def _encoded(text: str) -> bytes:
    """Encode a text, even one with half of a surrogate pair, which is left out when it is read."""
    return text.encode("utf-8", "surrogatepass")
