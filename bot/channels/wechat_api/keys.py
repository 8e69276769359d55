"""The form of the key with which WeChat and WeCom encrypt callbacks (EncodingAESKey)."""

import re
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from bot.channels.platform import keys_of

_AES_KEY = re.compile(r"[A-Za-z0-9]{43}")


def _right(value: SecretStr) -> SecretStr:
    if not all(_AES_KEY.fullmatch(each) for each in keys_of(value)):
        raise ValueError("needs 43 letters and digits (during a change: the new one, a comma, the old one)")
    return value


AesKeys = Annotated[SecretStr, AfterValidator(_right)]
"""One key, or while it is changed the new one, a comma, and the old one."""
