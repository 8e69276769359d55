"""An interview in Chinese on the example script, as it is played for pictures."""

from tests.browser.visitor import Visitor

_ANSWERS = (
    ("我学应用统计，在供电所实习时做过月度用电报表。", "提交"),
    ("SQL，上周用它核对了三个营业厅的缴费记录。", ""),
    ("", "中位数"),
    ("15", ""),
    ("先核对数据是否完整，再按渠道和时段拆分。", "提交"),
    ("先请领导暂时不要使用这个数，再核实影响了哪些结论。", "提交"),
)
"""What is said to each question, and what is pressed then; empty: nothing."""


def answer(visitor: Visitor, questions: int = len(_ANSWERS)) -> Visitor:
    """Begin the interview, and answer this many questions: by default all."""
    visitor.press("同意并开始")
    for number, (said, chosen) in enumerate(_ANSWERS[:questions], start=1):
        visitor.sees(f"第 {number}/6 题")
        if said:
            visitor.say(said)
        if said and chosen:
            visitor.sees("已保存 ✓")
        if chosen:
            visitor.press(chosen)
    visitor.sees("6 道题的回答都已收到" if questions == len(_ANSWERS) else f"第 {questions + 1}/6 题")
    return visitor
