"""The benchmark's interview, and the candidates' answers."""

import random
from functools import cache
from pathlib import Path

import yaml

SCRIPT = Path(__file__).parent.parent / "interview.yaml"
QUESTIONS = 6
CHARACTERS = 200
CLOSING = "面试完成"
"""A part of every bot's last message."""

_LETTERS = (
    "项目开始的时候只有两个人我先把旧接口的调用关系画成图再按照业务拆成几块逐步替换每次上线都留好退路遇到数据不一致"
    "就写脚本核对后来流量涨了好几倍缓存命中下降我们重新设计过期策略并把慢查询挪到从库同时加强监控报警值班的同事轻松"
    "许多这段经历让我懂得先测量再优化也学会主动沟通风险希望以后能够带领更大团队做出稳定可靠好用的产品"
)


@cache
def texts() -> tuple[str, list[str]]:
    """Return the guide and the six questions, for bots that do not read our scripts."""
    script = yaml.safe_load(SCRIPT.read_text("utf-8"))
    asked = [question["ask"]["zh"] for stage in script["stages"] for question in stage["questions"]]
    return script["guide"]["zh"], asked


def mark(question: int) -> str:
    """Return the mark in the text of question 1-6."""
    return f"〔{question}〕"


@cache
def _passages() -> list[str]:
    """Return passages of 200 Chinese characters drawn at random, so that they compress no better than prose."""
    draw = random.Random(2026)
    return ["".join(draw.choices(_LETTERS, k=CHARACTERS)) for _ in range(61)]


def answer(chat: int, number: int) -> str:
    """Return a candidate's answer to question `number`: a unique tag and 200 Chinese characters."""
    passages = _passages()
    return f"[{chat}-{number}]{passages[(chat * QUESTIONS + number) % len(passages)]}"
