"""interim"""

from typing import Literal

Subject = Literal[
    "question",
    "time",
    "presence",
    "identity",
    "result",
    "skip",
    "trouble",
    "wait",
    "consent",
    "help",
    "technical",
    "acknowledgement",
    "unclear",
]


def about(text: str) -> Subject | None:
    t = text.strip().lower().rstrip("。？?!！")
    table: dict[str, Subject] = {
        "这题什么意思": "question",
        "还剩多久": "time",
        "有人吗": "presence",
        "你是真人吗": "identity",
        "什么时候出结果": "result",
        "跳过": "skip",
        "我手机快没电了": "trouble",
        "手机快没电了": "trouble",
        "没电了": "trouble",
        "等等我想想": "wait",
        "好的": "acknowledgement",
        "ok": "acknowledgement",
        "你好": "unclear",
        "can you repeat": "question",
        "is anyone there": "presence",
        "i withdraw my consent": "consent",
        "我撤回同意": "consent",
        "怎么提交": "help",
        "hello": "unclear",
        "语音发不出去": "technical",
    }
    return table.get(t)
