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
from weakref import WeakValueDictionary

import dingtalk_stream
import httpx
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.channels.base import TryLater
from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.receive import Receiver, conversation_of
from bot.channels.dingtalk.signature import Forged
from bot.logs import log
from bot.runtime.polling import pause
from storage.errors import StoreUnavailable

TOPIC = "/v1.0/im/bot/messages/get"
SILENT_S = 15 * 60.0
"""A connection on which nothing arrives for this long is reopened. Pings check it in between."""
OPEN_S = 15.0
AT_A_TIME = 100
"""Frames handled at a time. Further ones stay in the connection."""
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_MOST_FRAME_BYTES = 1024 * 1024


class NotCommitted(Exception):
    """The frame was not committed, so it is not acknowledged."""


class Stream:
    """Receives one robot's messages and acknowledges them after the commit.

    Several processes may connect with the same client id, because message ids reveal duplicates.
    """

    def __init__(
        self,
        receiver: Receiver,
        channel: DingTalkChannel,
        key: str,
        secret: SecretStr,
        api_url: str,
        http: httpx.AsyncClient,
        *,
        silent_s: float = SILENT_S,
        first_pause_s: float = _FIRST_PAUSE_S,
    ) -> None:
        self._receiver = receiver
        self._channel = channel
        self._key = key
        self._secret = secret
        self._api_url = api_url
        self._http = http
        self._silent_s = silent_s
        self._first_pause_s = first_pause_s
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._room = asyncio.Semaphore(AT_A_TIME)
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

    async def run(self, stopping: asyncio.Event) -> None:
        """Receive until `stopping` is set, reconnecting whenever the connection ends."""
        delay_s = self._first_pause_s
        while not stopping.is_set():
            try:
                await self._serve(await self._open())
                delay_s = self._first_pause_s
                why = "closed"
            except (TryLater, OSError, WebSocketException, TimeoutError) as error:
                why = str(error) if isinstance(error, TryLater) else type(error).__name__
                self._channel.trouble = "the stream to DingTalk cannot be opened: see the log"
                log.warning("stream_waits", channel="dingtalk", why=why)
            await pause(stopping, delay_s)
            delay_s = min(delay_s * 2, _LONGEST_PAUSE_S)

    # the connection

    async def _open(self) -> str:
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
        except (httpx.HTTPError, TimeoutError, OSError, ValueError) as error:
            raise TryLater(f"the gateway is out of reach ({type(error).__name__})") from None
        endpoint, ticket = told.get("endpoint"), told.get("ticket")
        if not isinstance(endpoint, str) or not isinstance(ticket, str):
            raise TryLater(f"the gateway answered {response.status_code}")
        if urlsplit(endpoint).scheme not in ("ws", "wss"):
            raise TryLater("the gateway gives no address of a WebSocket")
        return f"{endpoint}?ticket={quote_plus(ticket)}"

    async def _serve(self, address: str) -> None:
        """Receive until the connection ends, the gateway asks to end it, or nothing arrives for too long."""
        async with (
            connect(address, open_timeout=OPEN_S, max_size=_MOST_FRAME_BYTES, proxy=None) as socket,
            asyncio.TaskGroup() as group,
        ):
            self._channel.trouble = None
            self._client.websocket = socket
            log.info("stream_open", channel="dingtalk")
            while True:
                try:
                    async with asyncio.timeout(self._silent_s):
                        raw = await socket.recv()
                except TimeoutError:
                    log.warning("stream_silent", channel="dingtalk")
                    return
                except WebSocketException as error:
                    log.info("stream_closed", channel="dingtalk", why=type(error).__name__)
                    return
                if not await self._heard(raw, socket, group):
                    return

    async def _heard(self, raw: str | bytes, socket: ClientConnection, group: asyncio.TaskGroup) -> bool:
        """Handle one frame. Returns False if the connection is to be closed."""
        try:
            frame = json.loads(raw)
            kind, topic = frame["type"], frame["headers"].get("topic", "")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            log.warning("stream_frame_unknown", channel="dingtalk")
            return True
        if kind == "SYSTEM":
            return await self._system(frame, topic, socket)
        if kind == "CALLBACK" and topic == TOPIC:
            await self._room.acquire()
            order = self._order(frame)
            group.create_task(self._handle(frame, order))
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

    # frames

    def _order(self, frame: Mapping[str, Any]) -> asyncio.Lock:
        """Return the conversation's lock, which keeps its messages in order."""
        key = conversation_of(_data(frame))
        lock = self._orders.get(key)
        if lock is None:
            lock = self._orders[key] = asyncio.Lock()
        return lock

    async def _handle(self, frame: Mapping[str, Any], order: asyncio.Lock) -> None:
        """Let the SDK decode the frame, call `_process`, and acknowledge."""
        try:
            async with order:
                await self._client.route_message(frame)
        except NotCommitted:
            log.warning("stream_not_committed", channel="dingtalk")
        except WebSocketException as error:  # it was committed: the frame comes again and is recognised
            log.info("stream_not_acknowledged", channel="dingtalk", why=type(error).__name__)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            log.warning("stream_frame_unknown", channel="dingtalk", why=type(error).__name__)
        finally:
            self._room.release()

    async def _process(self, message: Any) -> tuple[int, str]:
        """Handle a message and return the acknowledgement's status and text. Raises NotCommitted."""
        try:
            understood = await self._receiver.take(json.dumps(message.data).encode())
        except Forged as error:
            log.warning("callback_refused", channel="dingtalk", why=str(error))
            return dingtalk_stream.AckMessage.STATUS_BAD_REQUEST, "refused"
        except StoreUnavailable:
            raise NotCommitted from None
        if not understood:
            return dingtalk_stream.AckMessage.STATUS_BAD_REQUEST, "not understood"
        return dingtalk_stream.AckMessage.STATUS_OK, "OK"


def _data(frame: Mapping[str, Any]) -> bytes:
    data = frame.get("data")
    return data.encode() if isinstance(data, str) else b""
