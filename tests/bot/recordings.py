"""A recording that a candidate sent on Telegram, and the errors of fetching it."""

import contextlib
import json
from collections.abc import Iterator

import pytest

from bot.channels.base import MediaGone
from conversation.inbound import Media

VOICE = Media("AwACAgUAAxkBAAID", "voice", 42_000, 0)
DATA = bytes(number * number % 251 for number in range(300_000))


@contextlib.contextmanager
def gone(why: str) -> Iterator[None]:
    with pytest.raises(MediaGone) as caught:
        yield
    assert caught.value.why == why


def refusal(code: int, description: str, **parameters: float) -> bytes:
    answer = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return json.dumps(answer).encode()
