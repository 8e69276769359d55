"""Rows of earlier candidates as people leave them in spreadsheets, with duplicates planted among them. The same
seed gives the same rows."""

import csv
import io
import sys
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from pypinyin import lazy_pinyin

HEADING = ("姓名", "手机号", "邮箱", "面试日期", "应聘岗位", "面试官", "面试结果", "得分", "评语", "毕业院校")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红文辉力建国志海永全胜学祥才发武新利"
    "清飞彬富顺信子涛昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚"
    "庆友裕河哲江亮政谦"
)
_POSITIONS = ("数据分析", "后端开发", "运营", "Product manager", "财务", "人力资源", "销售代表", "QA engineer")
_SCHOOLS = ("浙江大学", "复旦大学", "Nanjing University", "华东师范大学", "苏州大学", "")
_RESULTS = ("通过", "不通过", "待定", "录用", "")
_FIRST = date(2019, 1, 1)
_LIKE_SOUNDING = {
    "伟": "玮",
    "芳": "方",
    "娜": "那",
    "静": "敬",
    "丽": "利",
    "军": "君",
    "洋": "阳",
    "杰": "洁",
    "涛": "滔",
    "明": "名",
}
_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


class Planted(NamedTuple):
    """A file, and which of its rows are about the same person, as pairs of row numbers. `refused` are the numbers
    of rows that cannot be used."""

    data: bytes
    pairs: list[tuple[int, int]]
    refused: list[int]
    rows: int


class _Person(NamedTuple):
    name: str
    phone: str
    email: str
    day: date
    position: str
    school: str


def dirty_csv(rows: int, seed: int, encoding: str = "utf-8", duplicates: float = 0.1) -> Planted:
    """Return a CSV file with so many rows below its heading, of which a part repeats an earlier person."""
    random = Random(seed)
    people: list[tuple[int, _Person]] = []
    pairs: list[tuple[int, int]] = []
    refused: list[int] = []
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(HEADING)
    for number in range(2, rows + 2):
        draw = random.random()
        if draw < duplicates and people:
            original, someone = random.choice(people)
            pairs.append((original, number))
            written.writerow(_row(random, random.choice(_CHANGES)(random, someone)))
        elif draw > 0.99:
            refused.append(number)
            written.writerow(random.choice(_BROKEN)(_row(random, _someone(random))))
        else:
            someone = _someone(random)
            people.append((number, someone))
            written.writerow(_row(random, someone))
    return Planted(text.getvalue().encode(encoding), pairs, refused, rows)


def _someone(random: Random) -> _Person:
    name = random.choice(_SURNAMES) + "".join(random.choices(_GIVEN, k=random.choice((1, 2, 2))))
    phone = "1" + random.choice("3578") + "".join(random.choices("0123456789", k=9))
    host = random.choice(("qq.com", "163.com", "gmail.com"))
    email = f"{''.join(lazy_pinyin(name))}{random.randrange(10**6)}@{host}"
    day = _FIRST + timedelta(random.randrange(2_600))
    return _Person(name, phone, email, day, random.choice(_POSITIONS), random.choice(_SCHOOLS))


def _row(random: Random, someone: _Person) -> list[str]:
    return [
        random.choice(_NAMES)(someone.name),
        random.choice(_PHONES)(someone.phone) if someone.phone else random.choice(("", "无", "-")),
        random.choice(_EMAILS)(someone.email),
        random.choice(_DATES)(someone.day),
        someone.position,
        random.choice(("王芳", "李强", "Ann Lee", "")),
        random.choice(_RESULTS),
        random.choice(("85", "60.5", "A", "")),
        random.choice(("表达清楚", "需要再看，\n可复试", 'said "maybe"', "")),
        someone.school,
    ]


_NAMES: tuple[Callable[[str], str], ...] = (
    str, str, str, lambda name: f" {name} ", lambda name: " ".join(name), lambda name: f"{name}（男）",
    lambda name: f"{name}女士", lambda name: f"\u200b{name}",
)  # fmt: skip
_PHONES: tuple[Callable[[str], str], ...] = (
    str, str, lambda phone: f"+86 {phone}", lambda phone: f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
    lambda phone: phone.translate(_DIGITS), lambda phone: f"{phone}.0", lambda phone: f"0086{phone}",
    lambda phone: f"手机：{phone}", lambda phone: f"'{phone}",
)  # fmt: skip
_EMAILS: tuple[Callable[[str], str], ...] = (
    str,
    str,
    str.upper,
    lambda text: f" {text} ",
    lambda text: f"<{text}>" if text else "",
)
_DATES: tuple[Callable[[date], str], ...] = (
    date.isoformat,
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y.%m.%d} 14:30",
    lambda day: f"{day:%d %b %Y}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: str((day - date(1899, 12, 30)).days),
    lambda _: "",
)


def _typo(random: Random, text: str) -> str:
    """Return the text with two neighbouring characters exchanged, or one changed."""
    at = random.randrange(2, len(text) - 1)
    if random.random() < 0.5 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    other = random.choice([each for each in "0123456789" if each != text[at]])
    return text[:at] + other + text[at + 1 :]


def _sounding(name: str) -> str:
    return name[0] + "".join(_LIKE_SOUNDING.get(each, each) for each in name[1:])


def _in_pinyin(random: Random, name: str) -> str:
    surname, *given = lazy_pinyin(name)
    joined = "".join(given).capitalize()
    return random.choice(
        (f"{surname.capitalize()} {joined}", f"{joined} {surname.capitalize()}", f"{surname}{joined}".upper())
    )


_CHANGES: tuple[Callable[[Random, _Person], _Person], ...] = (
    lambda _, each: each,
    lambda random, each: each._replace(phone=_typo(random, each.phone)),
    lambda random, each: each._replace(name=_in_pinyin(random, each.name), email=""),
    lambda random, each: each._replace(name=_sounding(each.name), position=random.choice(_POSITIONS)),
    lambda _, each: each._replace(phone=""),
    lambda _, each: each._replace(email="", position="运营"),
    lambda random, each: each._replace(phone=_typo(random, each.phone), email=f"x{each.email}"),
    lambda random, each: each._replace(phone="", email=each.email.replace("@", f"{random.randrange(10)}@")),
    lambda random, each: each._replace(name=_sounding(each.name), phone=_typo(random, each.phone), email=""),
)  # fmt: skip
_BROKEN: tuple[Callable[[list[str]], list[str]], ...] = (
    lambda row: ["", *row[1:]],
    lambda row: [row[0], "1380013", *row[2:]],
    lambda row: [*row[:2], "nobody at example", *row[3:]],
    lambda row: [*row[:3], "昨天", *row[4:]],
    lambda row: [*row[:3], "2026-02-30", *row[4:]],
    lambda row: [row[0], "1.38E+10", *row[2:]],
)


if __name__ == "__main__":
    sys.stdout.buffer.write(dirty_csv(50_000, 7).data)
