"""A fake WeCom API: tokens, app messages, 微信客服, group robots. Errors are JSON with status 200.

Source of the answers' structure: developer.work.weixin.qq.com, documents 91039, 90236, 90254, 94670, 94677, 95122,
94669, 94665, 91770, 90313.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

CORP, AGENT, SECRET, KF = "ww0123456789abcdef", "1000002", "the-secret-of-the-app-0123456789", "wkFakeAccount0001"
ROBOT = "693a91f6-7a01-4bc4-97a0-0ec2f1fa5aaa"
LINK = "https://work.weixin.qq.com/kfid/kfcbf8f8d07ac7215f?enc_scene=ENCGFSDF567DF"
NEW, OURS, QUEUE, PEOPLE, OVER = range(5)
WINDOW_S, FIVE = 48 * 3600, 5


@dataclass(frozen=True, slots=True)
class Call:
    path: str
    body: dict[str, Any]
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """How the next call of a path fails: an errcode, or a raw answer.

    With `after`, the call is carried out before it fails.
    """

    errcode: int = 0
    errmsg: str = "fault"
    status: int = 200
    raw: bytes | None = None
    after: bool = False


@dataclass(slots=True)
class Customer:
    """A conversation of 微信客服: its state, how many messages may be sent until when, and those received."""

    state: int = NEW
    left: int = 0
    until_s: float = 0
    seen: list[str] = field(default_factory=list)


class FakeWeCom:
    """The server. `clock` returns epoch seconds.

    - `pages`: the number of 微信客服 messages in a page.
    - `shown`: what members received, by user.
    - `told`: what the robots' groups received, in order.
    - `refusals`: (path, errcode) of each.
    - `paged`: set when 微信客服 messages are pulled.
    """

    def __init__(self, clock: Callable[[], float], pages: int = 1000) -> None:
        self.clock = clock
        self.pages = pages
        self.url = ""
        self.calls: list[Call] = []
        self.refusals: list[tuple[str, int]] = []
        self.shown: defaultdict[str, list[str]] = defaultdict(list)
        self.customers: defaultdict[str, Customer] = defaultdict(Customer)
        self.told: list[Any] = []
        self.media: dict[str, bytes] = {}
        self.gone: set[str] = set()
        self.codes: dict[str, tuple[str, float]] = {}
        self.messages: list[dict[str, Any]] = []
        self.msgids: dict[str, str] = {}
        self.paged = asyncio.Event()
        self.contact_ways = 0
        self.tokens = 0
        self.robot_times: deque[float] = deque()
        self._troubles: defaultdict[str, deque[Trouble]] = defaultdict(deque)
        self._token = ""
        self._runner: web.AppRunner | None = None

    # used by tests

    def fail(self, path: str, *troubles: Trouble) -> None:
        self._troubles[path].extend(troubles)

    def of(self, path: str) -> list[dict[str, Any]]:
        return [call.body for call in self.calls if call.path == path]

    def expire_token(self) -> None:
        self._token = ""

    def bring(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Add a 微信客服 message or event. A candidate's message opens a new window."""
        made = {"msgid": f"msg-{len(self.messages):04d}", "send_time": int(self.clock()), **message}
        self.messages.append(made)
        if made.get("origin") == 3:
            customer = self.customers[made["external_userid"]]
            customer.left, customer.until_s = FIVE, self.clock() + WINDOW_S
            if customer.state == OVER:
                customer.state = NEW
        return made

    def code(self, user: str) -> str:
        """Return a code that allows one message within 20 seconds."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = (user, self.clock() + 20)
        return code

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner:
            await self._runner.cleanup()

    # the server

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path, query = request.match_info["path"], dict(request.query)
        body = await request.json() if request.can_read_body else {}
        self.calls.append(Call(path, body, query))
        trouble = self._troubles[path].popleft() if self._troubles[path] else None
        if trouble and not trouble.after:
            return _trouble(trouble)
        answer = self._checked(path, body, query)
        if isinstance(answer.body, bytes) and answer.content_type == "application/json":
            code = json.loads(answer.body)["errcode"]
            self.refusals += [(path, code)] if code else []
        return _trouble(trouble) if trouble else answer

    def _checked(self, path: str, body: dict[str, Any], query: dict[str, str]) -> web.Response:
        if path == "gettoken":
            return self._gettoken(query)
        if path == "webhook/send":
            return self._robot(body, query)
        if not self._token or query.get("access_token") != self._token:
            return _error(42001 if query.get("access_token") else 41001, "access_token expired")
        if path == "media/get":
            return self._media(query["media_id"])
        return self._api(path, body)

    def _gettoken(self, query: dict[str, str]) -> web.Response:
        if query != {"corpid": CORP, "corpsecret": SECRET}:
            return _error(40001, "invalid credential")
        if not self._token:
            self.tokens += 1
            self._token = f"token-{self.tokens}"
        return _ok(access_token=self._token, expires_in=7200)

    def _media(self, media_id: str) -> web.Response:
        if media_id not in self.media:
            return _error(40007, "invalid media_id")
        return web.Response(body=self.media[media_id], content_type="audio/amr")

    def _api(self, path: str, body: dict[str, Any]) -> web.Response:
        match path:
            case "message/send":
                return self._send(body)
            case "kf/sync_msg":
                return self._sync(body)
            case "kf/send_msg":
                return self._kf_send(body)
            case "kf/send_msg_on_event":
                return self._kf_on_event(body)
            case "kf/add_contact_way":
                self.contact_ways += 1
                return _ok(url=LINK)
            case "kf/service_state/get":
                return _ok(service_state=self.customers[body["external_userid"]].state)
            case "kf/service_state/trans":
                return self._trans(body)
        return _error(40066, "invalid url")

    def _send(self, body: dict[str, Any]) -> web.Response:
        user, text = body["touser"], body["text"]["content"]
        if str(body["agentid"]) != AGENT:
            return _error(301002, "not allow operate another agent with this accesstoken")
        if len(text.encode()) > 2048:
            return _error(45002, "content size out of limit")
        if user in self.gone:
            return _ok(invaliduser=user, msgid="m")
        self.shown[user].append(text)
        return _ok(invaliduser="", msgid="m")

    def _sync(self, body: dict[str, Any]) -> web.Response:
        assert body["open_kfid"] == KF
        assert body["voice_format"] == 0
        assert body["limit"] <= 1000
        start = int(body["cursor"].removeprefix("cursor-")) if body["cursor"] else 0
        end = min(len(self.messages), start + self.pages)
        more = int(end < len(self.messages))
        if end > start:
            self.paged.set()
        return _ok(next_cursor=f"cursor-{end}", has_more=more, msg_list=self.messages[start:end])

    def _kf_send(self, body: dict[str, Any]) -> web.Response:
        customer, msgid = self.customers[body["touser"]], body["msgid"]
        assert len(msgid.encode()) <= 32
        if msgid in self.msgids:
            return _ok(msgid=msgid)
        if customer.state not in (NEW, OURS):
            return _error(95018, "send msg session status invalid, from ip: 1.2.3.4")
        if not customer.left or self.clock() > customer.until_s:
            return _error(95001, "send msg limit")
        if len(body["text"]["content"].encode()) > 2048:
            return _error(45002, "content size out of limit")
        customer.left -= 1
        return self._saw(customer, body)

    def _kf_on_event(self, body: dict[str, Any]) -> web.Response:
        user, until_s = self.codes.pop(body["code"], ("", 0.0))
        if not user or self.clock() > until_s:
            return _error(95013, "invalid code")
        return self._saw(self.customers[user], body)

    def _saw(self, customer: Customer, body: dict[str, Any]) -> web.Response:
        customer.seen.append(body["text"]["content"])
        self.msgids[body["msgid"]] = body["text"]["content"]
        return _ok(msgid=body["msgid"])

    def _trans(self, body: dict[str, Any]) -> web.Response:
        customer = self.customers[body["external_userid"]]
        if customer.state == OVER or body["service_state"] < customer.state:
            return _error(95016, "not allow this state transition")
        customer.state = body["service_state"]
        return _ok()

    def _robot(self, body: dict[str, Any], query: dict[str, str]) -> web.Response:
        if query.get("key") != ROBOT:
            return _error(93000, f"invalid webhook url, key {query.get('key')}")
        now = self.clock()
        while self.robot_times and self.robot_times[0] <= now - 60:
            self.robot_times.popleft()
        if len(self.robot_times) >= 20:
            return _error(45009, "api freq out of limit")
        if body["msgtype"] == "text" and len(body["text"]["content"].encode()) > 2048:
            return _error(40058, "text.content exceed max length 2048")
        self.robot_times.append(now)
        self.told.append(body["text"]["content"] if body["msgtype"] == "text" else body["image"])
        return _ok()


def _ok(**more: Any) -> web.Response:
    return web.json_response({"errcode": 0, "errmsg": "ok", **more})


def _error(code: int, message: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": message})


def _trouble(trouble: Trouble) -> web.Response:
    if trouble.raw is not None:
        return web.Response(status=trouble.status, body=trouble.raw, content_type="text/html")
    if trouble.status != 200:
        return web.Response(status=trouble.status, text="fault")
    return _error(trouble.errcode, trouble.errmsg)
