"""Naming the versions of interview scripts by their content."""

import hashlib

import msgspec

from conversation.script import Script

_DIGITS = 16
_encode = msgspec.json.Encoder(order="deterministic").encode


def content_version(script: Script) -> str:
    """Return the version name of the script's content. The order of mappings does not affect it."""
    content = _encode(msgspec.structs.replace(script, version=""))
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
