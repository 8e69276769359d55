"""The account's menu: what a candidate may want at any time.

Source: developers.weixin.qq.com, "自定义菜单创建接口" (read 2026-11): three buttons at most, of 16 bytes; five
below each, of 60 bytes. Making one takes the place of the one that there is.
"""

from conversation.words import Words


def menu(words: Words) -> dict[str, object]:
    """Where one is, how far, and below the third button help and the way out."""
    below = [_button(words, "support"), _button(words, "exit")]
    more = {"name": words.text("menu.more"), "sub_button": below}
    return {"button": [_button(words, "continue"), _button(words, "status"), more]}


def _button(words: Words, key: str) -> dict[str, str]:
    return {"type": "click", "name": words.text(f"menu.{key}"), "key": key}
