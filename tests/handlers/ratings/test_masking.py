"""A candidate's name is masked in what they said, and nothing else is."""

import pytest

from handlers.masking import MASK, masked


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("张三", "我叫张三，学统计。", f"我叫{MASK}，学统计。"),
        ("张三", "我叫张 三,三年经验", f"我叫{MASK},三年经验"),
        ("王小明", "王小明（小明）：同学叫我小明", f"{MASK}（{MASK}）：同学叫我{MASK}"),
        ("欧阳修文", "欧阳修文，修文", f"{MASK}，{MASK}"),
        ("阿依古丽·买买提", "我是阿依古丽·买买提", f"我是{MASK}"),
        (
            "Ann Lee",
            "I am ANN LEE, call me Ann. Annual plans lee",
            f"I am {MASK}, call me {MASK}. Annual plans lee",
        ),
        ("Ann  Lee", "ann lee and Lee", f"{MASK} and {MASK}"),
        ("Will Mark", "I will mark it. Will did.", f"I {MASK} it. {MASK} did."),
        ("Jo Li", "Jo Li: Jo, Li, Lithium", f"{MASK}: Jo, Li, Lithium"),
        ("C. (x)", "C. (x) costs [c. (X)]", f"{MASK} costs [{MASK}]"),
        ("", "nobody's", "nobody's"),
        ("   ", "a b", "a b"),
    ],
)
def test_the_name_and_its_parts_are_masked(name: str, text: str, shown: str) -> None:
    assert masked(text, name) == shown
