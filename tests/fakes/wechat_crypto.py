"""WeChat's side of safe mode, written from the documentation and with other primitives than ours.

Source: developers.weixin.qq.com, "消息加解密说明" (read 2026-11): AES-256-CBC with the key's first 16 bytes as IV.
The plaintext is 16 random bytes, the length in 4 bytes, the message and the app id, padded by PKCS#7 to blocks of
32 bytes.
"""

import base64
import functools
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_SCRIPT = Path(__file__).with_suffix(".js")
_ROOT = Path(__file__).parents[2]


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


class Box(NamedTuple):
    """The secrets of one account."""

    token: str
    key: str
    id: str

    def seal(self, plain: str | bytes, start: bytes | None = None) -> str:
        """Return the ciphertext. `start` are the first 16 bytes of the plaintext, random by default."""
        message = plain if isinstance(plain, bytes) else plain.encode()
        text = (start or os.urandom(16)) + len(message).to_bytes(4, "big") + message + self.id.encode()
        room = 32 - len(text) % 32
        work = self._cipher().encryptor()
        return base64.b64encode(work.update(text + bytes([room]) * room) + work.finalize()).decode()

    def open(self, encrypted: str) -> tuple[str, str]:
        """Return (message, app id)."""
        work = self._cipher().decryptor()
        padded = work.update(base64.b64decode(encrypted, validate=True)) + work.finalize()
        assert 1 <= padded[-1] <= 32
        assert padded[-padded[-1] :] == padded[-1:] * padded[-1]
        text = padded[16 : -padded[-1]]
        end = 4 + int.from_bytes(text[:4], "big")
        return text[4:end].decode(), text[end:].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


@functools.cache
def npm_there() -> bool:
    """Return whether Node.js and the package `wechat-crypto` are installed."""
    node = shutil.which("node")
    if node is None:
        return False
    look = [node, "-e", "require('module').createRequire(process.cwd() + '/')('wechat-crypto')"]
    return subprocess.run(look, cwd=_ROOT, capture_output=True, check=False).returncode == 0


def by_npm(asked: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the npm package's results for these requests."""
    done = subprocess.run(
        ["node", "--no-deprecation", str(_SCRIPT)],
        cwd=_ROOT,
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
    )
    return list(json.loads(done.stdout))
