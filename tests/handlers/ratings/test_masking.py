"""A candidate's name is masked in what they said, and nothing else is."""

import pytest

from handlers.masking import MASK, introduced, masked


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
        ("王小明", "I'm Wang Xiaoming (XiaoMing), or Xiao-Ming WANG", f"I'm {MASK} ({MASK}), or {MASK}"),
        ("吕安", "Lu An, Lv An, LÜ AN; the lu an tea", f"{MASK}, {MASK}, {MASK}; the lu an tea"),
        ("欧阳修文", "Ouyang Xiuwen; Xiuwen Ou Yang; Ouyang", f"{MASK}; {MASK}; Ouyang"),
        ("何安", "He and An came; he an", "He and An came; he an"),
        ("Will Mark", "I will mark it. Will did.", f"I {MASK} it. {MASK} did."),
        ("Jo Li", "Jo Li: Jo, Li, Lithium", f"{MASK}: Jo, Li, Lithium"),
        ("C. (x)", "C. (x) costs [c. (X)]", f"{MASK} costs [{MASK}]"),
        ("", "nobody's", "nobody's"),
        ("   ", "a b", "a b"),
    ],
)
def test_the_name_and_its_parts_are_masked(name: str, text: str, shown: str) -> None:
    assert masked(text, name) == shown


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我叫李雷，大家叫我阿强。", ["李雷", "阿强"]),
        ("同事都喊我小王，家里叫我乐乐", ["小王", "乐乐"]),
        ("朋友称呼我为「小太阳」。", ["小太阳"]),
        ("小名：豆豆；英文名是 David，昵称叫飞鱼", ["豆豆", "David", "飞鱼"]),
        ("他们叫我强哥就行", ["强哥"]),
        ("老师叫我去北京，主管叫我帮忙。", []),
        ("我叫他过来一起看数据，再叫我的同事核对。", []),
        ("My name is Robert, but friends call me Bobby-Lee.", ["Robert", "Bobby-Lee"]),
        ('I go by "Rob" and was nicknamed Ace at school', ["Rob", "Ace"]),
        ("They call me when data is missing. It is known as SQL.", []),
    ],
)
def test_names_that_people_give_themselves_are_found(text: str, names: list[str]) -> None:
    assert sorted(introduced(text)) == sorted(names)


@pytest.mark.parametrize(
    ("nickname", "text", "shown"),
    [
        ("阿强", "阿强负责清洗", f"{MASK}负责清洗"),
        ("小明🌸", "我是小明，负责清洗", f"我是{MASK}，负责清洗"),
        ("王明 Dave", "Dave 和王明", f"{MASK} 和{MASK}"),
        ("Bobby", "bobby did; Bobbytown", f"{MASK} did; Bobbytown"),
        ("A", "A plan", "A plan"),
        ("好学生", "学生时代", "学生时代"),
    ],
)
def test_nicknames_are_masked_as_a_whole(nickname: str, text: str, shown: str) -> None:
    assert masked(text, "张三", [nickname]) == shown
