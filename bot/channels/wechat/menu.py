"""The account's menu, with what a candidate may need at any time.

Source: developers.weixin.qq.com, "自定义菜单创建接口" (read 2026-11): at most three buttons with names of 16
bytes, and at most five below each, with names of 60 bytes. A new menu replaces the previous one.
"""

from conversation.words import Words


def menu(words: Words) -> dict[str, object]:
    """Return a menu of continue, status, and a third button with support and exit below it."""
    below = [_button(words, "support"), _button(words, "exit")]
    more = {"name": words.text("menu.more"), "sub_button": below}
    return {"button": [_button(words, "continue"), _button(words, "status"), more]}


def _button(words: Words, key: str) -> dict[str, str]:
    return {"type": "click", "name": words.text(f"menu.{key}"), "key": key}
