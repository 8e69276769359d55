"""A fake DingTalk server: tokens, messages by session and by API, media, files, group robots.

Source: open.dingtalk.com, "获取企业内部应用的 accessToken", "批量发送人与机器人会话中机器人消息",
"机器人发送群聊消息", "下载机器人接收消息的文件内容", "上传媒体文件", "自定义机器人接入", "错误码" (read 2026-11).
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from tests.fakes.dingtalk_gateway import Gateway

KEY = "dingappkey0123456789"
SECRET = "app-secret-0123456789-abcdefghij"
ROBOT = "dingrobot0123456789"
CORP = "ding0123456789abcdef"
GROUP_TOKEN = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
GROUP_SECRET = "SEC0123456789abcdef0123456789abcdef"
LIFE_S = 7200
SESSION_S = 5400
MOST_PARAMETER_BYTES = 15_000
A_MINUTE = 20
PENALTY_MS = 600_000


@dataclass(frozen=True, slots=True)
class Call:
    path: str
    query: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as shown to its reader.

    `way` is session, api or robot. `buttons` are (title, text that pressing it sends).
    """

    text: str
    way: str
    buttons: tuple[tuple[str, str], ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """How the next call of a path fails: an error code, or a raw answer."""

    status: int = 400
    code: str = ""
    raw: bytes | None = None


@dataclass(slots=True)
class Sent:
    """A group robot's messages (times in epoch ms), and the end of its penalty for sending too fast."""

    times: list[int] = field(default_factory=list)
    penalty_ms: int = 0


class FakeDingTalk:
    """The server. `now` returns epoch milliseconds. `chats` has messages by staff id, conversation or sender."""

    def __init__(self, now: Callable[[], int]) -> None:
        self.now = now
        self.url = ""
        self.members = {"0123456789", "manager1", "manager2", "manager3"}
        self.chats: dict[str, list[Heard]] = defaultdict(list)
        self.calls: list[Call] = []
        self.refused: Counter[str] = Counter()
        self.files: dict[str, bytes] = {}
        self.media: dict[str, tuple[str, str, bytes]] = {}
        self.calls_left = 1_000_000
        self.qps = 20
        self.group = Sent()
        self.gateway = Gateway(KEY, SECRET)
        self._seconds: Counter[tuple[str, int]] = Counter()
        self._sessions: dict[str, tuple[str, int]] = {}
        self._tokens: dict[str, int] = {}
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None

    # used by tests

    def fail(self, path: str, *troubles: Trouble) -> None:
        self._troubles[path].extend(troubles)

    def of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def session(self, chat: str, life_s: int = SESSION_S) -> tuple[str, int]:
        """Create a session. Returns (address, end in epoch ms)."""
        name, until = f"s{len(self._sessions)}-{chat}"[:40], self.now() + life_s * 1000
        self._sessions[name] = chat, until
        return f"{self.url}/robot/sendBySession?session={name}", until

    def end_sessions(self) -> None:
        """End all sessions early."""
        self._sessions.clear()

    def revoke_tokens(self) -> None:
        self._tokens.clear()

    def texts(self, chat: str) -> list[str]:
        return [each.text for each in self.chats[chat]]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/connect", self.gateway.connect)
        app.router.add_get("/files/{code}", self._file)
        app.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.gateway.url = self.url.replace("http", "ws", 1)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.gateway.close()
        if self._runner:
            await self._runner.cleanup()

    # the server

    async def _answer(self, request: web.Request) -> web.Response:
        if request.path == "/media/upload":
            return await self._upload(request)
        raw = await request.read()
        call = Call(request.path, dict(request.query), json.loads(raw))
        self.calls.append(call)
        await asyncio.sleep(0)
        if self._troubles[call.path]:
            trouble = self._troubles[call.path].popleft()
            if trouble.raw is not None:
                return web.Response(status=trouble.status, body=trouble.raw, content_type="text/html")
            return self._refuse(trouble.code, trouble.status)
        if call.path == "/robot/sendBySession":
            return self._by_session(call)
        if call.path == "/robot/send":
            return self._by_group_robot(call)
        if call.path == "/v1.0/gateway/connections/open":
            return self.gateway.open(call.body)
        return self._by_api(call, request.headers.get("x-acs-dingtalk-access-token", ""))

    def _by_api(self, call: Call, token: str) -> web.Response:
        second = call.path, self.now() // 1000
        self._seconds[second] += 1
        if self._seconds[second] > self.qps:
            return self._refuse("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 403)
        if self.calls_left <= 0:
            return self._refuse("Forbidden.AccessDenied.ApiCountLimitForOrg", 403)
        self.calls_left -= 1
        if call.path == "/v1.0/oauth2/accessToken":
            return self._token(call.body)
        if self._tokens.get(token, 0) <= self.now():
            return self._refuse("InvalidAuthentication", 401)
        if call.body.get("robotCode") != ROBOT:
            return self._refuse("robot.notExist", 400)
        match call.path.removeprefix("/v1.0/robot/"):
            case "oToMessages/batchSend":
                return self._to_members(call.body)
            case "groupMessages/send":
                return self._to(call.body["openConversationId"], call.body)
            case "messageFiles/download":
                return self._download(call.body["downloadCode"])
        return self._refuse("InvalidAction.NotFound", 404)

    def _token(self, body: dict[str, Any]) -> web.Response:
        if (body["appKey"], body["appSecret"]) != (KEY, SECRET):
            return self._refuse("invalidClientIdOrSecret", 400)
        living = [name for name, until in self._tokens.items() if until > self.now() + 600_000]
        if not living:
            living = [f"token-{len(self.calls)}-0123456789abcdef"]
            self._tokens[living[0]] = self.now() + LIFE_S * 1000
        left_s = (self._tokens[living[0]] - self.now()) // 1000
        return web.json_response({"accessToken": living[0], "expireIn": left_s})

    def _to_members(self, body: dict[str, Any]) -> web.Response:
        unknown = [each for each in body["userIds"] if each not in self.members]
        for each in body["userIds"]:
            if each in self.members and (refusal := self._to(each, body)).status != 200:
                return refusal
        return web.json_response(
            {"processQueryKey": "q", "invalidStaffIdList": unknown, "flowControlledStaffIdList": []}
        )

    def _to(self, chat: str, body: dict[str, Any]) -> web.Response:
        if len(body["msgParam"].encode()) > MOST_PARAMETER_BYTES:
            return self._refuse("msgParam.tooLong", 400)
        self.chats[chat].append(_by_template(body["msgKey"], json.loads(body["msgParam"])))
        return web.json_response({"processQueryKey": "q"})

    def _by_session(self, call: Call) -> web.Response:
        chat, until = self._sessions.get(call.query["session"], ("", 0))
        if until <= self.now():
            return self._error(300001, "session 不存在")
        self.chats[chat].append(_by_type(call.body, "session"))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def _by_group_robot(self, call: Call) -> web.Response:
        if call.query["access_token"] != GROUP_TOKEN:
            return self._error(300001, "token is not exist")
        stamp = call.query["timestamp"]
        digest = hmac.new(GROUP_SECRET.encode(), f"{stamp}\n{GROUP_SECRET}".encode(), hashlib.sha256).digest()
        if base64.b64encode(digest).decode() != call.query["sign"] or abs(int(stamp) - self.now()) > 3_600_000:
            return self._error(310000, "sign not match")
        last_minute = [each for each in self.group.times if each > self.now() - 60_000]
        if len(last_minute) >= A_MINUTE:
            self.group.penalty_ms = self.now() + PENALTY_MS
        if self.now() < self.group.penalty_ms:
            return self._error(130101, "send too fast, exceed 20 times per minute")
        self.group.times.append(self.now())
        self.chats["group-robot"].append(_by_type(call.body, "robot"))
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    def _download(self, code: str) -> web.Response:
        if code not in self.files:
            return self._refuse("invalidParameter.downloadCode.notFound", 400)
        return web.json_response({"downloadUrl": f"{self.url}/files/{code}?signature=x"})

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["code"]])

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.calls.append(Call(request.path, dict(request.query), {}))
        self.calls_left -= 1
        if self._tokens.get(request.query["access_token"], 0) <= self.now():
            return self._error(40014, "不合法的access_token")
        file = form["media"]
        assert isinstance(file, web.FileField)
        media = f"@lADPfake{len(self.media):04d}"
        self.media[media] = request.query["type"], file.filename, file.file.read()
        return web.json_response({"errcode": 0, "errmsg": "ok", "type": "image", "media_id": media})

    def _refuse(self, code: str, status: int) -> web.Response:
        self.refused[code] += 1
        return web.json_response({"code": code, "requestid": "R", "message": "refused"}, status=status)

    def _error(self, code: int, message: str) -> web.Response:
        self.refused[str(code)] += 1
        return web.json_response({"errcode": code, "errmsg": message})


def _by_type(body: dict[str, Any], way: str) -> Heard:
    match body["msgtype"]:
        case "text":
            return Heard(body["text"]["content"], way)
        case "markdown":
            return Heard(read(body["markdown"]["text"]), way)
        case "actionCard":
            card = body["actionCard"]
            buttons = tuple((each["title"], says(each["actionURL"])) for each in card["btns"])
            return Heard(read(card["text"]), way, buttons)
    raise AssertionError(f"no message of a robot is a {body['msgtype']}")


def _by_template(key: str, told: dict[str, Any]) -> Heard:
    match key:
        case "sampleText":
            return Heard(told["content"], "api")
        case "sampleMarkdown":
            return Heard(read(told["text"]), "api")
        case "sampleFile":
            return Heard("", "api", file=f"{told['fileName']} {told['mediaId']}")
        case "sampleActionCard":
            return Heard(read(told["text"]), "api", ((told["singleTitle"], says(told["singleURL"])),))
    assert re.fullmatch(r"sampleActionCard[2-5]", key), key
    numbers = range(1, int(key[-1]) + 1)
    assert f"actionTitle{len(numbers) + 1}" not in told
    buttons = tuple((told[f"actionTitle{n}"], says(told[f"actionURL{n}"])) for n in numbers)
    return Heard(read(told["text"]), "api", buttons)


def says(url: str) -> str:
    """Return the text that pressing a button sends."""
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == ("dtmd", "dingtalkclient", "/sendMessage"), url
    return parse_qs(parts.query)["content"][0]


def read(markdown: str) -> str:
    """Return the markdown as displayed: bold text without marks, links by their labels, escapes resolved."""
    lines = markdown.replace("  \n", "\n")
    plain = re.sub(r"(?<!\\)\*\*", "", lines)
    plain = re.sub(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(dtmd://[^)]*\)", r"\1", plain)
    return re.sub(r"\\(.)", r"\1", plain)
