"""A messenger without a server: the real page in a browser context, and a fake socket."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Route, WebSocketRoute

import bot
from bot.channels.web import assets

ADDRESS = "http://127.0.0.1:9"
"""Nothing listens at this address. It counts as secure, like https."""
PLACE = {
    "phase": "running",
    "stage": {"zh": "自我介绍", "en": "Introduction"},
    "number": 1,
    "total": 2,
    "question": {"zh": "请介绍一下自己。", "en": "Please introduce yourself."},
    "voice": True,
    "files": True,
    "deadline_ms": 1_790_000_000_000,
}
_TITLE = {"zh": "面试", "en": "Interview"}
_PAGE = Path(bot.__file__).parent / "channels" / "web" / "page"


class FakeMessenger:
    """Answers as the server does: a link belongs to the key that opens it first.

    - `offline`: the server cannot be reached.
    - `answers`: acknowledgements say that an answer follows.
    """

    def __init__(self, context: BrowserContext, people: dict[str, str], kiosk: str = "") -> None:
        """Serve the page in this context.

        - `people`: people's names by the token of their link, or by their resume code.
        - `kiosk`: the code of a walk-in campaign on a shared computer, whose visitors are numbered.
        """
        self._people = people
        self._kiosk = kiosk
        self._visitors = 0
        self._sockets: dict[WebSocketRoute, str] = {}
        self._page = assets.build(_PAGE)
        self.keys: dict[str, str] = {}
        self.said: dict[str, list[str]] = defaultdict(list)
        self._boxes: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.offline = False
        self.answers = False
        context.route(f"{ADDRESS}/**", self._serve)
        context.route_web_socket(lambda url: url.endswith("/ws"), self._connect)

    def go_offline(self) -> None:
        self.offline = True
        for socket in list(self._sockets):
            socket.close()
        self._sockets.clear()

    def close(self, code: int) -> None:
        """Close every page's connection with this code."""
        for socket in list(self._sockets):
            socket.close(code=code)
        self._sockets.clear()

    def tell(self, **frame: object) -> None:
        """Send a frame to every connected page."""
        for socket in list(self._sockets):
            self._send(socket, **frame)

    def say(self, text: str, **more: object) -> None:
        """Send a message of the bot to everybody who has come."""
        for key in list(self._boxes):
            self._append(key, f"said {len(self._boxes[key])}", {"from": "bot", "text": text, **more})

    def _serve(self, route: Route) -> None:
        if "/file/" in route.request.url:
            self._keep(route)
            return
        headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": self._page.policy}
        route.fulfill(body=self._page.page.body.decode(), headers=headers)

    def _keep(self, route: Route) -> None:
        """Answer the upload of a file."""
        if self.offline:
            route.abort()
            return
        name = self.keys[route.request.headers["x-xumian-key"]]
        text = (route.request.post_data_buffer or b"").decode()
        if text not in self.said[name]:
            self.said[name].append(text)
        route.fulfill(json={"id": "x"})

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.offline:
            socket.close()
            return
        socket.on_message(lambda text: self._hear(socket, json.loads(text)))
        socket.on_close(lambda *_: self._sockets.pop(socket, None))

    def _hear(self, socket: WebSocketRoute, frame: dict[str, Any]) -> None:
        if self.offline:
            return
        if "hello" in frame:
            self._welcome(socket, frame["hello"])
        elif "ping" in frame:
            self._send(socket, pong=frame["ping"])
        elif "id" in frame and socket in self._sockets:
            self._take(socket, frame)

    def _welcome(self, socket: WebSocketRoute, hello: dict[str, Any]) -> None:
        key, token = hello["key"], hello.get("start")
        person = self._people.get(token or "", "")
        if key not in self.keys:
            if token == self._kiosk and not hello["begin"]:
                self._send(socket, kiosk=self._kiosk, title=_TITLE)
                return
            if person and self.keys.get(hello.get("former") or "") == person:
                self._send(socket, welcome={"use": "former"})
                return
            if token == self._kiosk:
                self._visitors += 1
                person = f"visitor {self._visitors}"
            if not person or person in self.keys.values():  # in this fake, one link cannot be opened with two keys
                self._send(socket, denied="no_invitation")
                return
            self.keys[key] = person
        self._sockets[socket] = key
        self._append(key, "greeting", {"from": "bot", "text": f"Hello {self.keys[key]}"})
        self._send(socket, welcome={"title": _TITLE, "voice": True, "kiosk": self._kiosk})
        for item in self._boxes[key].values():
            if item["seq"] > hello["after"]:
                self._send(socket, item=item)
        self._send(socket, caughtup=len(self._boxes[key]))
        self._send(socket, place=PLACE)

    def _take(self, socket: WebSocketRoute, frame: dict[str, Any]) -> None:
        key = self._sockets[socket]
        if "text" in frame and frame["id"] not in self._boxes[key]:
            self.said[self.keys[key]].append(frame["text"])
            self._append(key, frame["id"], {"from": "me", "id": frame["id"], "text": frame["text"]})
        self._send(socket, ack=frame["id"], answer=self.answers, seq=len(self._boxes[key]))

    def _append(self, key: str, name: str, item: dict[str, Any]) -> None:
        box = self._boxes[key]
        if name in box:
            return
        box[name] = {"seq": len(box) + 1, "at": 1_790_000_000_000, **item}
        for socket, reader in list(self._sockets.items()):
            if reader == key and name != "greeting":
                self._send(socket, item=box[name])

    def _send(self, socket: WebSocketRoute, **frame: object) -> None:
        socket.send(json.dumps(frame))
