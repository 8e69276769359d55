"""A fake WeChat API for official accounts, with the platform's refusals and limits.

Source: developers.weixin.qq.com, "全局返回码", "客服消息", "获取稳定版接口调用凭据", "获取临时素材",
"生成带参数的二维码", "自定义菜单创建", "模板消息" (read 2026-11).
"""

import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

APP_ID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
MOST_BYTES = 2048
ADDRESS = "203.0.113.7"
LIFE_S = 7200
DAY_S = 24 * 3600
_MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40007: "invalid media_id",
    40013: "invalid appid",
    40125: "invalid appsecret",
    40037: "invalid template_id",
    40164: f"invalid ip {ADDRESS} ipv6 ::ffff:{ADDRESS}, not in whitelist rid: 6543210f",
    42001: "access_token expired",
    43004: "require subscribe",
    45002: "content size out of limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    48001: "api unauthorized",
}


@dataclass(slots=True)
class Window:
    """The number of messages that may still be sent until `until` (epoch seconds)."""

    until: float
    left: int


@dataclass(slots=True)
class Follower:
    """A user. `windows` are those opened by typing (48 h, 5) and clicking (1 min, 3). A message counts in each."""

    subscribed: bool = True
    windows: dict[str, Window] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Call:
    path: str
    query: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """How the next call of a path fails: an errcode, or a response that is no valid answer."""

    code: int = 0
    status: int = 200
    raw: bytes | None = None


class FakeWeChat:
    """One account.

    - `calls`: the calls received.
    - `refused`: counts refusals by errcode.
    - `fail`: plans failures by path.
    - `verified`: the account may send unprompted.
    - `free`: no limits apply.
    """

    def __init__(self, now: Callable[[], float], *, verified: bool = True, free: bool = False) -> None:
        self.now = now
        self.verified = verified
        self.free = free
        self.whitelisted = True
        self.url = ""
        self.calls: list[Call] = []
        self.refused: Counter[int] = Counter()
        self.followers: dict[str, Follower] = defaultdict(Follower)
        self.media: dict[str, bytes] = {}
        self.menu: dict[str, Any] = {}
        self.templates: set[str] = set()
        self.tokens: dict[str, float] = {}
        self.revoked: set[str] = set()
        self.fetches = 0
        self._forced: list[float] = []
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None

    # used by tests

    def fail(self, path: str, *troubles: Trouble) -> None:
        self._troubles[path].extend(troubles)

    def of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def wrote(self, user: str) -> None:
        self.followers[user].windows["word"] = Window(self.now() + 48 * 3600, 5)

    def clicked(self, user: str) -> None:
        self.followers[user].windows["click"] = Window(self.now() + 60, 3)

    def went(self, user: str) -> None:
        self.followers[user] = Follower(subscribed=False, heard=self.followers[user].heard)

    def came(self, user: str) -> None:
        self.followers[user].subscribed = True
        self.clicked(user)

    def replace_token(self) -> None:
        """Replace the token, as if another client had forced a new one. All earlier tokens become invalid."""
        self.revoked.update(self.tokens)
        self._new_token()

    def spoil_token(self) -> None:
        """Refuse the current token while still handing it out."""
        self.revoked.update(self.tokens)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
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

    async def _answer(self, request: web.Request) -> web.Response:
        raw = await request.read()
        call = Call(request.path, dict(request.query), json.loads(raw) if raw else {})
        self.calls.append(call)
        if self._troubles[call.path]:
            trouble = self._troubles[call.path].popleft()
            if trouble.raw is not None or trouble.status != 200:
                return web.Response(status=trouble.status, body=trouble.raw, content_type="text/html")
            return self._refuse(trouble.code)
        if call.path == "/cgi-bin/stable_token":
            return self._stable_token(call.body)
        if code := self._token_wrong(call.query.get("access_token", "")):
            return self._refuse(code)
        return self._called(call)

    def _called(self, call: Call) -> web.Response:
        if not self.verified:
            return self._refuse(48001)
        match call.path:
            case "/cgi-bin/message/custom/send":
                return self._send(call.body)
            case "/cgi-bin/media/get":
                return self._media(call.query["media_id"])
            case "/cgi-bin/qrcode/create":
                return self._scene(call.body)
            case "/cgi-bin/menu/create":
                self.menu = call.body
                return _json({"errcode": 0, "errmsg": "ok"})
            case "/cgi-bin/message/template/send":
                return self._template(call.body)
            case "/cgi-bin/customservice/getkflist":
                return _json({"kf_list": []})
            case _:
                return web.Response(status=404)

    def _refuse(self, code: int) -> web.Response:
        self.refused[code] += 1
        return _json({"errcode": code, "errmsg": _MESSAGES.get(code, "error")})

    def _stable_token(self, body: dict[str, Any]) -> web.Response:
        """Return the same token until its last five minutes.

        A new one can be forced 20 times a day, and not twice within 30 seconds.
        """
        if not self.whitelisted:
            return self._refuse(40164)
        if body.get("appid") != APP_ID or body.get("secret") != SECRET:
            return self._refuse(40013 if body.get("appid") != APP_ID else 40125)
        self.fetches += 1
        now, last = self.now(), next(reversed(self.tokens), "")
        if body.get("force_refresh") and self._may_force(now):
            self._forced.append(now)
            self.revoked.update(self.tokens)
            last = self._new_token()
        elif self.tokens.get(last, 0) - now < 300:
            last = self._new_token()
        return _json({"access_token": last, "expires_in": int(self.tokens[last] - now)})

    def _new_token(self) -> str:
        token = f"ACCESS_TOKEN_{len(self.tokens) + 1}"
        self.tokens[token] = self.now() + LIFE_S
        return token

    def _may_force(self, now: float) -> bool:
        of_today = [each for each in self._forced if now - each < DAY_S]
        return len(of_today) < 20 and all(now - each >= 30 for each in of_today)

    def _token_wrong(self, token: str) -> int:
        if token not in self.tokens or token in self.revoked:
            return 40001
        return 42001 if self.tokens[token] <= self.now() else 0

    def _send(self, body: dict[str, Any]) -> web.Response:
        follower = self.followers[body["touser"]]
        text = _menu_as_text(body["msgmenu"]) if body["msgtype"] == "msgmenu" else body["text"]["content"]
        if not follower.subscribed:
            return self._refuse(43004)
        if len(text.encode()) > MOST_BYTES:
            return self._refuse(45002)
        if code := self._over_budget(follower):
            return self._refuse(code)
        follower.heard.append(text)
        return _json({"errcode": 0, "errmsg": "ok"})

    def _over_budget(self, follower: Follower) -> int:
        """Count one message. Returns an errcode if the limits do not allow it, otherwise 0."""
        if self.free:
            return 0
        now_open = [each for each in follower.windows.values() if self.now() < each.until]
        if not any(each.left > 0 for each in now_open):
            return 45047 if now_open else 45015
        for each in now_open:
            each.left -= 1
        return 0

    def _media(self, media_id: str) -> web.Response:
        found = self.media.get(media_id)
        if found is None:
            return self._refuse(40007)
        name = {"Content-disposition": f'attachment; filename="{media_id}.amr"'}
        return web.Response(body=found, content_type="audio/amr", headers=name)

    def _scene(self, body: dict[str, Any]) -> web.Response:
        scene = body["action_info"]["scene"]["scene_str"]
        right = (
            body["action_name"] == "QR_STR_SCENE" and 1 <= len(scene) <= 64 and body["expire_seconds"] <= 2592000
        )
        if not right:
            return self._refuse(40053)
        address = f"http://weixin.qq.com/q/{scene}"
        return _json({"ticket": f"TICKET-{scene}", "expire_seconds": body["expire_seconds"], "url": address})

    def _template(self, body: dict[str, Any]) -> web.Response:
        if body["template_id"] not in self.templates:
            return self._refuse(40037)
        follower = self.followers[body["touser"]]
        if not follower.subscribed:
            return self._refuse(43004)
        follower.heard.append(json.dumps(body["data"], ensure_ascii=False))
        return _json({"errcode": 0, "errmsg": "ok", "msgid": 200163836})


def _menu_as_text(menu: dict[str, Any]) -> str:
    """Return the menu as shown. Each line after the first can be clicked."""
    return "\n".join([menu["head_content"], *(each["content"] for each in menu["list"])])


def _json(answer: dict[str, Any]) -> web.Response:
    """Return JSON with the content type that the platform uses."""
    body = json.dumps(answer, ensure_ascii=False).encode()
    return web.Response(body=body, headers={"Content-Type": "application/json; encoding=utf-8"})
