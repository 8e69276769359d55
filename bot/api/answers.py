"""What API calls are answered with, once for each `Idempotency-Key`."""

import base64
import hashlib
import os
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rfc9457 import Problem
from starlette.requests import Request
from starlette.responses import Response

from bot.api.json_form import plain
from bot.api.problems import answered, problem
from storage.ports import Kv

KEPT_S = 24 * 3600
"""How long the answer to a key is kept, in seconds."""
MOST_KEY = 200
_NONCE_BYTES = 12
_KEPT_HEADERS = ("location", "content-type")


def reply(
    request: Request, value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a result. Whoever has it already (`If-None-Match`) is only told so."""
    body = msgspec.json.encode(plain(value))
    said = {"cache-control": "no-store", **(headers or {})}
    if request.method == "GET":
        said["etag"] = etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        if etag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers=said)
    return Response(body, status, said, "application/json")


class AnsweredBefore(Exception):
    """Raised if a request was refused before, and the process ended before it could keep that answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__("answered before")
        self.answer = answer


class Once:
    """Answers a repeated request as before.

    The answer is kept encrypted with a key made from the request's token and `Idempotency-Key`, neither of which
    is stored: nobody but whoever repeats the request can read it. `key` stands for a header that is not sent.
    """

    def __init__(self, kv: Kv, request: Request, person: str, key: str = "") -> None:
        self._kv = kv
        self._request = request
        self._person = person
        self._key = key or request.headers.get("idempotency-key", "")
        self._name = hashlib.sha256(f"{person}|{self._key}".encode()).hexdigest()

    @property
    def cause(self) -> str:
        """The id of what is done in the record. A repeated request has the same one."""
        return f"api:{self._name[:40]}"

    async def answer(self, make: Callable[[], Awaitable[Response]]) -> Response:
        """Return the answer that was given to this key, or else that of `make`, which is kept. Raises a problem
        without a key, or if the key was used for another request."""
        if not 1 <= len(self._key) <= MOST_KEY:
            detail = f"Send Idempotency-Key with 1 to {MOST_KEY} characters, a new one for each new request."
            raise problem(400, "idempotency_key.missing", "An idempotency key is needed", detail)
        asked = await self._fingerprint()
        await self._kv.take(f"api:asked:{self._name}", asked, KEPT_S)
        if await self._kv.get(f"api:asked:{self._name}") not in (asked, None):
            detail = "This Idempotency-Key was used for another request; use a new one for each new request."
            raise problem(422, "idempotency_key.used", "Another request had this idempotency key", detail)
        if (kept := await self._kv.get(f"api:answer:{self._name}")) and (known := self._opened(kept)):
            return known
        try:
            made = await make()
        except Problem as error:  # a refusal is an answer, too: the record has it under this key
            made = answered(error)
        except AnsweredBefore as before:
            made = before.answer
        await self._kv.set(f"api:answer:{self._name}", self._sealed(made), KEPT_S)
        return made

    def sealed(self, refusal: Problem) -> bytes:
        """Return a refusal as the record's store keeps it, until its answer is kept."""
        return self._sealed(answered(refusal)).encode()

    def refused_before(self, sealed: bytes) -> AnsweredBefore | None:
        """Return what to raise if `sealed` was kept of an earlier execution. None: it was kept by a request that
        was written in another way."""
        known = self._opened(sealed.decode())
        return AnsweredBefore(known) if known else None

    async def _fingerprint(self) -> str:
        request = self._request
        asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
        return hashlib.sha256(asked).hexdigest()

    def _cipher(self) -> AESGCM:
        secret = f"{self._request.headers.get('authorization', '')}|{self._key}"
        return AESGCM(hashlib.sha256(secret.encode()).digest())

    def _sealed(self, answer: Response) -> str:
        headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        packed = msgspec.msgpack.encode((answer.status_code, headers, bytes(answer.body)))
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, packed, None)).decode()

    def _opened(self, kept: str) -> Response | None:
        data = base64.b64decode(kept)
        try:
            packed = self._cipher().decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None)
        except InvalidTag:
            return None  # the header was written in another way
        status, headers, body = msgspec.msgpack.decode(packed, type=tuple[int, dict[str, str], bytes])
        return Response(body, status, {"cache-control": "no-store", **headers})
