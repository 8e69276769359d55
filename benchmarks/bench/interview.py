"""The interview that is played, and what the candidates say in it."""

import random
from functools import cache
from pathlib import Path

import yaml

SCRIPT = Path(__file__).parent.parent / "interview.yaml"
QUESTIONS = 6
CHARACTERS = 200
CLOSING = "面试完成"
"""Stands in every bot's last message."""

_LETTERS = (
    "项目开始的时候只有两个人我先把旧接口的调用关系画成图再按照业务拆成几块逐步替换每次上线都留好退路遇到数据不一致"
    "就写脚本核对后来流量涨了好几倍缓存命中下降我们重新设计过期策略并把慢查询挪到从库同时加强监控报警值班的同事轻松"
    "许多这段经历让我懂得先测量再优化也学会主动沟通风险希望以后能够带领更大团队做出稳定可靠好用的产品"
)


@cache
def texts() -> tuple[str, list[str]]:
    """The guide and the six questions, for bots that do not read our scripts."""
    script = yaml.safe_load(SCRIPT.read_text("utf-8"))
    asked = [question["ask"]["zh"] for stage in script["stages"] for question in stage["questions"]]
    return script["guide"]["zh"], asked


def mark(question: int) -> str:
    """What stands in the text of question 1-6."""
    return f"〔{question}〕"


@cache
def _passages() -> list[str]:
    """Passages of 200 Chinese characters, drawn letter by letter: nothing compresses them better than prose."""
    draw = random.Random(2026)
    return ["".join(draw.choices(_LETTERS, k=CHARACTERS)) for _ in range(61)]


def answer(chat: int, number: int) -> str:
    """A candidate's answer to question `number`: 200 Chinese characters after a tag that no other answer has."""
    passages = _passages()
    return f"[{chat}-{number}]{passages[(chat * QUESTIONS + number) % len(passages)]}"
