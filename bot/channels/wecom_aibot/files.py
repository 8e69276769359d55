"""Files in both directions: fetching what colleagues send, and uploading what they are sent.

Source: developer.work.weixin.qq.com, document 101463 (长连接, "上传临时素材"), and the public SDK for Node.js,
@wecom/aibot-node-sdk (read 2026-12): a file is uploaded in at most 100 pieces of 512 KiB before Base64, each
acknowledged. What is fetched is encrypted with AES-256-CBC, with a key of its own.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec

from bot.channels.base import MediaGone, Rejected, TryLater
from bot.channels.wecom_aibot.parse import File
from bot.channels.wecom_aibot.sdk import decrypt_file
from conversation.inbound import Media

PIECE_BYTES = 512 * 1024
MOST_FILE_BYTES = 20 * 1024 * 1024
MOST_PICTURE_BYTES = 10 * 1024 * 1024
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})
_PADDING = 32
"""The most bytes that encryption adds."""
Call = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Sends a command with its body, and returns the body of the answer. Raises SendError."""


async def fetch(http: httpx.AsyncClient, media: Media, most_bytes: int) -> bytes:
    """Return the bytes of a file that somebody sent. Raises MediaGone, TryLater."""
    try:
        file = msgspec.json.decode(media.reference, type=File)
    except msgspec.MsgspecError:
        raise MediaGone("gone") from None
    found = bytearray()
    try:
        async with http.stream("GET", file.url) as response:
            if response.status_code != 200:
                raise MediaGone("gone")
            async for chunk in response.aiter_bytes():
                found += chunk
                if len(found) > most_bytes + _PADDING:
                    raise MediaGone("too_large")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise TryLater(f"the platform is out of reach ({type(error).__name__})") from None
    return _decrypted(bytes(found), file.aeskey) if file.aeskey else bytes(found)


def _decrypted(data: bytes, key: str) -> bytes:
    try:
        decrypted: bytes = decrypt_file(data, key)
    except (ValueError, RuntimeError):
        raise MediaGone("gone") from None
    return decrypted


async def upload(call: Call, name: str, data: bytes, *, picture: bool) -> dict[str, Any]:
    """Upload a file and return the body of the message that shows it. Raises SendError."""
    kind = "image" if picture else "file"
    pieces = [data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES)]
    told = await call(
        "aibot_upload_media_init",
        {
            "type": kind,
            "filename": name,
            "total_size": len(data),
            "total_chunks": len(pieces),
            "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        },
    )
    upload_id = _field(told, "upload_id")
    for number, piece in enumerate(pieces):
        body = {"upload_id": upload_id, "chunk_index": number, "base64_data": base64.b64encode(piece).decode()}
        await call("aibot_upload_media_chunk", body)
    told = await call("aibot_upload_media_finish", {"upload_id": upload_id})
    return {"msgtype": kind, kind: {"media_id": _field(told, "media_id")}}


def _field(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise Rejected(f"the platform gives no {name}")
    return value
