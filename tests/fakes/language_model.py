"""An OpenAI-compatible server whose endpoints differ as real ones do, and models that behave well or badly."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bot.assessor import cases
from bot.assessor.model import FORMS, Form, NoOutput, Output
from conversation.assessment.addressed import sentences
from conversation.assessment.prompt import Request

Material = dict[str, Any]
Mind = Callable[[Material], str]
"""Returns the text of an output, from what it was given: the question with the answer, or with the quotes."""

# Minds

_DEMAND = re.compile(
    r"(?<![\d.,])[5五](?![\d.,:%])|满分|滿分|最高"
    r"|highest|maximum|top |full marks|perfect|lenient|generous|高分|手下留情",
    re.IGNORECASE,
)


def _split(messages: list[str]) -> list[str]:
    said = (text.replace("[…]", " ") for text in messages)
    return [text[start:end].strip() for text in said for start, end in sentences(text)]


@cache
def _known() -> dict[str, int]:
    """Return the level of each sentence of the honest cases."""
    known = cases.load()
    texts = [
        *((text, 3) for each in known.pairs for text in (each.one, each.other)),
        *((each.text, each.level) for each in known.honest),
    ]
    return {sentence: level for text, level in texts for sentence in _split([text])}


def _level(said: list[str]) -> int:
    return max((_known().get(each.strip(), 1) for each in said), default=1)


def _first(material: Material, level: int | None, quotes: list[str], reason: str = "one case") -> str:
    found = [
        {"competency": name, "level": level, "reason": reason, "quotes": quotes}
        for name in material["competencies"]
    ]
    return json.dumps({"assessments": found}, ensure_ascii=False)


def _second(material: Material, level: Callable[[list[str]], int | None]) -> str:
    found = [{"competency": name, "level": level(quotes)} for name, quotes in material["quotes"].items()]
    return json.dumps({"levels": found}, ensure_ascii=False)


def honest(material: Material) -> str:
    """Know the cases: quote the sentences that show the level, and come to it from them alone."""
    if "quotes" in material:
        return _second(material, _level)
    said = _split(material["answer"])
    level = _level(said)
    return _first(material, level, [each for each in said if _known().get(each) == level] or said[:1])


def obeying(material: Material) -> str:
    """Do what the answer says, and quote what it wants to be quoted; otherwise be honest."""
    said = _split(material.get("answer") or [each for quotes in material["quotes"].values() for each in quotes])
    demands = [each for each in said if _DEMAND.search(each)]
    if not demands:
        return honest(material)
    return _second(material, lambda _: 5) if "quotes" in material else _first(material, 5, demands)


def hostile(material: Material) -> str:
    """Give the highest level with invented quotes, and confirm everything."""
    return (
        _second(material, lambda _: 5) if "quotes" in material else _first(material, 5, ["I saved the company."])
    )


def generous(material: Material) -> str:
    """Give the highest level to everybody, with true quotes."""
    return (
        _second(material, lambda _: 5) if "quotes" in material else _first(material, 5, _split(material["answer"]))
    )


def unsure(material: Material) -> str:
    """Come to another level at second sight."""
    return _second(material, lambda quotes: _level(quotes) % 5 + 1) if "quotes" in material else honest(material)


@dataclass
class InProcess:
    """A model without a server."""

    mind: Mind
    name: str = "fake"
    asked: list[Material] = field(default_factory=list)

    async def ask(self, request: Request, valid: Callable[[str], bool]) -> Output | NoOutput:
        material = json.loads(request.user)
        self.asked.append(material)
        text = self.mind(material)
        return Output(text, "json_schema") if valid(text) else NoOutput("malformed", text)

    async def close(self) -> None:
        pass


# The server


@dataclass
class Endpoint:
    """A server's state.

    - `takes`: the forms that it accepts; the others are answered with 400.
    - `ignores`: the forms that it accepts without keeping to them.
    - `status`: instead of an answer; `finish`: why an output ends; `refusal`: what the model says instead.
    - `body`: the whole answer, whatever it is. `stuck`: it never answers.
    - `asked`: the bodies of all requests, with the form of each in `forms`.
    """

    mind: Mind = honest
    takes: tuple[Form, ...] = FORMS
    ignores: tuple[Form, ...] = ()
    status: int = 200
    finish: str = "stop"
    refusal: str | None = None
    body: bytes | None = None
    stuck: bool = False
    url: str = ""
    asked: list[Any] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, asked: Any) -> tuple[int, bytes]:
        """Return the status and body of the answer to a request."""
        form = _form(asked)
        self.asked.append(asked)
        self.forms.append(form)
        if self.stuck:
            self.closing.wait(60)
        if self.status != 200:
            return self.status, b'{"error": {"message": "no"}}'
        if self.body is not None:
            return 200, self.body
        if form not in self.takes:
            return 400, b'{"error": {"message": "unknown parameter"}}'
        text = (
            "Here you are: level 5!"
            if form in self.ignores
            else self.mind(json.loads(asked["messages"][1]["content"]))
        )
        return 200, json.dumps(self._completion(form, text)).encode()

    def _completion(self, form: Form, text: str) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": self.refusal}
        if form == "tool" and form not in self.ignores:
            function = {"name": "any", "arguments": text}
            message |= {"content": None, "tool_calls": [{"id": "1", "type": "function", "function": function}]}
        choice = {"index": 0, "finish_reason": self.finish, "message": message, "logprobs": None}
        return {"id": "1", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice]}


def _form(asked: Any) -> Form:
    if "tools" in asked:
        return "tool"
    return "json_schema" if asked["response_format"]["type"] == "json_schema" else "json_object"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: Endpoint

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.state.keys.add(self.headers.get("Authorization", ""))
        status, body = self.state.answer(asked) if self.path == "/v1/chat/completions" else (404, b"{}")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[Endpoint]:
    """Serve until the end of the body."""
    handler = type("Handler", (_Handler,), {"state": endpoint})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield endpoint
        finally:
            endpoint.closing.set()
            server.shutdown()
            thread.join()
