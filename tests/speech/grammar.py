"""The sentences that the tests' speech model knows: answers in an interview, in Chinese and English.

Numbers are written as words (三年, three years), so that what is written is what is said. Every sentence ends in a
full stop or a question mark.
"""

import random
import zlib
from typing import NamedTuple


class Language(NamedTuple):
    """The grammar of a language.

    - `slots`: words by slot.
    - `templates`: templates with their weights.
    - `commands`: short commands, without their end.
    - `stop`: what ends a command.
    """

    slots: dict[str, list[str]]
    templates: list[tuple[int, str]]
    commands: list[str]
    stop: str


def _words(text: str) -> list[str]:
    return text.split()


_ZH_SLOTS = {
    "sur": _words("李 王 张 刘 陈 杨 赵 黄 周 吴"),
    "giv": _words("明 芳 伟 娜 静 强 磊 洋 勇 军 杰 娟 涛 超"),
    "city": _words("北京 上海 广州 深圳 成都 杭州 武汉 南京 西安 重庆 天津 苏州 长沙 青岛"),
    "major": _words("计算机 软件工程 电子商务 市场营销 会计 金融 英语 法律 机械 设计 数学 新闻"),
    "n": _words("一 两 三 四 五 六 七 八 九 十"),
    "d": _words("零 一 二 三 四 五 六 七 八 九"),
    "place": _words("银行 医院 学校 工厂 酒店 互联网公司 贸易公司"),
    "job": _words("销售 客服 产品经理 工程师 设计师 会计 老师 助理"),
    "adv": _words("认真负责 善于沟通 学习能力强 做事细心 有耐心 团队合作 抗压能力强"),
    "weak": _words("有时候太着急 不太会拒绝别人 经验不足 容易紧张 不够自信"),
    "act": _words(
        "了解客户的需求 分析问题的原因 和同事沟通 向领导汇报 制定计划 收集数据 "
        "安抚客户的情绪 检查结果 总结经验 明确目标 安排时间"
    ),
    "cond": _words("客户投诉 项目延期 遇到困难 意见不一致 时间不够 数据出错"),
    "when": _words("下周一 下周三 下个月 两周以后 随时 明天"),
    "day": _words("今天 明天 后天 周一 周三 周五"),
    "half": _words("上午 下午 晚上"),
    "hour": _words("一点 两点 三点 四点 五点 六点 七点 八点 九点 十点"),
    "tool": _words("Python Java Excel"),
    "use": _words("分析数据 做报表 写程序"),
    "reason": _words("公司搬家了 离家太远 想学习新技术 想换一个城市"),
    "hobby": _words("跑步 看书 打篮球 听音乐 旅游 做饭 摄影"),
    "duty": _words("产品设计 客户服务 数据分析 市场推广 系统测试 人员培训"),
    "ask": _words("需要加班吗 什么时候有结果 公司有培训吗 团队有多少人"),
}
_ZH_TEMPLATES = [
    (3, "我叫{sur}{giv}。"),
    (4, "我叫{sur}{giv},来自{city}。"),
    (2, "大家好,我是{sur}{giv}。"),
    (3, "我来自{city},学的是{major}专业。"),
    (2, "我学的是{major}专业。"),
    (2, "我工作了{n}年。"),
    (4, "我在{place}做了{n}年{job}。"),
    (3, "我在{city}工作了{n}年。"),
    (3, "我最大的优点是{adv}。"),
    (2, "我的缺点是{weak}。"),
    (5, "我会先{act},再{act}。"),
    (4, "首先{act},然后{act}。"),
    (4, "如果{cond},我会先{act}。"),
    (2, "最后我会{act}。"),
    (2, "我期望的薪资是每月{n}千元。"),
    (1, "我期望的薪资是每月{n}万元。"),
    (2, "我{when}可以到岗。"),
    (4, "我{day}{half}{hour}有时间。"),
    (2, "我用{tool}做过{n}个项目。"),
    (2, "我会用{tool}{use}。"),
    (2, "因为{reason},所以我想换工作。"),
    (2, "我上一份工作是{job}。"),
    (2, "我带过{n}个人的团队。"),
    (2, "我的爱好是{hobby}和{hobby}。"),
    (2, "我主要负责{duty}。"),
    (1, "请问{ask}?"),
]
_ZH_COMMANDS = _words(
    "是的 不是 好的 下一题 上一题 提交 退出 开始 继续 暂停 跳过 确认 取消 重新回答 网络问题 "
    "时间不足 没有了 我准备好了 我说完了 请再说一遍 谢谢 听不清楚"
)

_EN_SLOTS = {
    "name": _words("Alice Bob David Emma Frank Grace Henry Kate Linda Mark Peter Sarah Tom Lucy"),
    "city": _words("London Paris Beijing Shanghai Boston Berlin Sydney Toronto"),
    "major": ["computer science", "marketing", "finance", "law", "design", "history", "biology"],
    "n": _words("two three four five six seven eight nine ten"),
    "d": _words("zero one two three four five six seven eight nine"),
    "job": ["a teacher", "a nurse", "an engineer", "a designer", "a manager", "a driver", "a cook"],
    "adv": _words("teamwork patience communication planning honesty"),
    "weak": ["public speaking", "time management", "a lack of experience"],
    "act": [
        "listen to the customer",
        "check the data",
        "call my manager",
        "make a plan",
        "ask my team",
        "fix the problem",
        "write a report",
        "find the reason",
    ],
    "cond": ["the customer is angry", "the project is late", "the data is wrong", "we disagree"],
    "when": ["next week", "next month", "tomorrow", "on Monday", "on Friday"],
    "tool": _words("Python Java Excel"),
    "hobby": _words("running reading cooking music travel"),
    "place": ["a bank", "a hospital", "a school", "a hotel", "a small company"],
}
_EN_TEMPLATES = [
    (3, "My name is {name}."),
    (4, "My name is {name} and I am from {city}."),
    (2, "Hello, I am {name}."),
    (3, "I come from {city}."),
    (3, "I studied {major} in {city}."),
    (2, "I worked for {n} years."),
    (4, "I worked as {job} for {n} years."),
    (4, "I worked at {place} for {n} years."),
    (3, "My biggest strength is {adv}."),
    (2, "My weakness is {weak}."),
    (5, "First I would {act}, then I would {act}."),
    (4, "If {cond}, I would {act}."),
    (2, "Finally I would {act}."),
    (2, "I can start {when}."),
    (2, "I used {tool} in {n} projects."),
    (2, "I expect {n} thousand dollars a month."),
    (2, "I like {hobby} and {hobby}."),
    (1, "Do you have any questions?"),
]
_EN_COMMANDS = [
    *_words("Yes No Okay Submit Quit Start Continue Pause Skip Confirm Cancel"),
    *("Next question", "Previous question", "Answer again", "Network problem", "Not enough time", "That is all"),
    *("I am ready", "Please repeat", "Thank you"),
]

LANGUAGES = {
    "zh": Language(_ZH_SLOTS, _ZH_TEMPLATES, _ZH_COMMANDS, "。"),
    "en": Language(_EN_SLOTS, _EN_TEMPLATES, _EN_COMMANDS, "."),
}
_FEW = 40
_ONE_IN = 12


def commands(language: str) -> list[str]:
    """Return all short commands, each with its full stop."""
    known = LANGUAGES[language]
    return [command + known.stop for command in known.commands]


def sentence(rng: random.Random, language: str) -> str:
    """Return a random sentence."""
    known = LANGUAGES[language]
    weights = [weight for weight, _ in known.templates]
    template = rng.choices([template for _, template in known.templates], weights)[0]
    return _fill(rng, template, known.slots)


def _fill(rng: random.Random, template: str, slots: dict[str, list[str]]) -> str:
    filled, last = "", ""
    while "{" in template:
        head, rest = template.split("{", 1)
        slot, template = rest.split("}", 1)
        value = rng.choice([each for each in slots[slot] if each != last])  # "first A, then A" is odd
        filled, last = filled + head + value, value
    return filled + template


def is_held_out(text: str) -> bool:
    """Return whether the model never hears this sentence in training.

    This holds for one sentence in twelve, except commands and sentences of templates with few sentences.
    """
    return text not in _ALWAYS_TRAINED and zlib.crc32(text.encode()) % _ONE_IN == 0


def _fillings(template: str, slots: dict[str, list[str]]) -> list[str]:
    if "{" not in template:
        return [template]
    head, rest = template.split("{", 1)
    slot, rest = rest.split("}", 1)
    return [head + value + tail for tail in _fillings(rest, slots) for value in slots[slot]]


def _always_trained() -> set[str]:
    found = {command for language in LANGUAGES for command in commands(language)}
    for known in LANGUAGES.values():
        for _, template in known.templates:
            fillings = _fillings(template, known.slots)
            if template.count("{") <= 1 or len(fillings) < _FEW:
                found.update(fillings)
    return found


_ALWAYS_TRAINED = _always_trained()
