"""Names are found by their pinyin."""

from importlib.resources import files

import pytest

from storage.pinyin import spelled
from tests.storage.pinyin_table import table


def test_the_table_is_what_pypinyin_says() -> None:
    assert (files("storage") / "pinyin.txt").read_text(encoding="utf-8") == table()


INITIALS = ("cw", "cy", "dw", "dy", "sw", "sy")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张三", ("zhangsan", "san", "zs")),
        ("曾毅", ("cengyi", "zengyi", "yi", "cy", "zy")),
        ("吕", ("lv", "lu", "lyu")),
        ("张tom", ("zhangtom",)),
        ("单于", ("chanwei", "chanyu", "danwei", "danyu", "shanwei", "shanyu", "wei", "yu", *INITIALS)),
        ("anna", ()),
        ("", ()),
    ],
)
def test_spelled(name: str, expected: tuple[str, ...]) -> None:
    assert spelled(name) == expected
