"""WeCom's encrypted callbacks, written from the platform's documentation without a library.

Source: developer.work.weixin.qq.com, document 90968 (加解密方案说明): AES-256-CBC with the key's first 16 bytes as
IV. The plaintext is 16 random bytes, the length as four bytes, the text and the receiver's id, padded to 32 bytes.
"""

import base64
import hashlib
import itertools
import struct
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
"""From the document's own examples."""
FORMER_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_nonces = itertools.count(1)


def encrypted(text: str | bytes, receiver: str, key: str = AES_KEY) -> str:
    secret = base64.b64decode(key + "=")
    raw = text if isinstance(text, bytes) else text.encode()
    whole = b"0123456789abcdef" + struct.pack("!I", len(raw)) + raw + receiver.encode()
    pad = 32 - len(whole) % 32
    cipher = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(cipher.update(whole + bytes([pad]) * pad) + cipher.finalize()).decode()


def query(ciphertext: str, now_s: float, token: str = TOKEN, **more: str) -> str:
    """Return the address's parameters, signed."""
    stamp, nonce = str(int(now_s)), f"nonce{next(_nonces)}"
    signed = hashlib.sha1("".join(sorted((token, stamp, nonce, ciphertext))).encode()).hexdigest()
    return urlencode({"msg_signature": signed, "timestamp": stamp, "nonce": nonce, **more})


def posted(
    text: str | bytes, receiver: str, now_s: float, key: str = AES_KEY, token: str = TOKEN
) -> tuple[str, bytes]:
    """Return (the address's parameters, the body) of a callback."""
    sealed = encrypted(text, receiver, key)
    body = (
        f"<xml><ToUserName><![CDATA[{receiver}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    )
    return query(sealed, now_s, token), body.encode()
