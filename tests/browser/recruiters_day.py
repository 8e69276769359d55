"""The day of a recruiter, on a real installation: from what waits in the morning to the export in the evening.

`python -m tests.browser.recruiters_day` writes `recruiters-day.md` and its pictures into `docs`; its other text is
in `pages`, in both languages. The installation's time zone is one in which it is morning now. Names of candidates
are made up. It takes two minutes, since a broadcast can be taken back for one.
"""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.dialogue import Stage, stage, take, write
from tests.browser.sample_answers import answer
from tests.browser.visitor import Visitor

_MORNING = 9
_BROADCAST_MS = 120_000


class Day:
    """A campaign after its first days, and the recruiter who works on it."""

    def __init__(self, scene: Stage) -> None:
        self._scene = scene
        scene.installation.command("open", "campus-analyst", "--code", "spring")
        people = {name: self._invited(name, 6) for name in ("陈晨", "林小雨", "王梓涵")}
        self.held = people["林小雨"]
        self.left = self._invited("周子航", 2)
        for label in ("暂停或退出", "退出面试", "网络不好"):
            self.left.press(label)
        self.left.sees("想继续时")
        self._invited("吴思远", 1)
        scene.installation.invite("spring", "郑欣然")
        self.admin = scene.admin()

    def _invited(self, name: str, questions: int) -> Visitor:
        return answer(self._scene.candidate(self._scene.installation.invite("spring", name)), questions)

    def morning(self) -> str:
        self.admin.types("/start", "您的身份")
        self.admin.types("待办", "待办")
        take(self.admin.visitor.page.locator("#recruiter"), "recruiters-day-morning")
        return self.admin.block()

    def rating(self) -> str:
        admin = self.admin
        admin.types("/report 陈晨", "报告", lines=9)
        admin.presses("评分", "第 1/6 题")
        for number, score in enumerate(("4", "5", "5", "5", "4"), start=1):
            admin.presses(score, f"第 {number} 题：{score} ✓", lines=2)
        admin.types("/rate 陈晨 6 4 先止损，再核实", "先止损", lines=3)
        for number, score in enumerate("334533", start=1):
            admin.types(f"/rate 林小雨 {number} {score}", f"第 {number} 题：{score}", lines=1)
        admin.types("/ranking spring", "按评分排名")
        return admin.block()

    def deciding(self) -> str:
        admin = self.admin
        admin.types("/decide 陈晨 复试 数据题答得好", "进入复试")
        admin.types("/tick spring 待决定", "勾选多人")
        admin.ticks("☐ 林小雨 · 已完成")
        admin.ticks("☐ 王梓涵 · 已完成")
        take(admin.visitor.page.locator("#recruiter"), "recruiters-day-tick")
        admin.presses("待定", "待定")
        admin.presses("确定", "待定")
        return admin.block()

    def winning_back(self) -> str:
        self.admin.types("/extend 周子航 一天", "截止时间")
        self.left.say("我回来了")
        self.left.sees("欢迎回来")
        return self.admin.block()

    def inviting(self) -> str:
        self.admin.types("/invite spring 沈佳怡", "沈佳怡", cards=3)
        take(self.admin.visitor.page.locator("#recruiter"), "recruiters-day-invited")
        return self.admin.block()

    def telling(self) -> str:
        admin = self.admin
        admin.types("/broadcast spring 待定：结果最晚周五告诉您。", "待定的候选人")
        admin.presses("确定", "发出")
        expect(self.held.messages.last).to_contain_text("最晚周五", timeout=_BROADCAST_MS)
        admin.hears("群发")
        self.held.say("好的，谢谢！我周五上午都可以接电话。")
        self.held.sees("已转给同事 ✓")
        admin.hears("我周五上午都可以接电话")
        take(self.held.page, "recruiters-day-result")
        admin.types("/reply 林小雨 好，周五上午给您打电话。", "林小雨")
        self.held.sees("周五上午给您打电话")
        return admin.block()

    def evening(self) -> str:
        self.admin.types("/weekly", "周报")
        self.admin.types("/stats spring", "spring", lines=4)
        self.admin.types("/export spring", "导出")
        self.admin.presses("确定", "spring")
        return self.admin.block()


def play(day: Day) -> dict[str, str]:
    """Play the day, and return what was written down at each time."""
    return {
        "morning": day.morning(),
        "rating": day.rating(),
        "deciding": day.deciding(),
        "winning_back": day.winning_back(),
        "inviting": day.inviting(),
        "telling": day.telling(),
        "evening": day.evening(),
    }


def _where_it_is_morning() -> str:
    """Return a time zone in which it is between nine and ten o'clock."""
    ahead = (_MORNING - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


def main() -> None:
    with stage(_where_it_is_morning()) as scene:
        day = Day(scene)
        blocks = play(day)
        assert not day.admin.visitor.complaints()
    write("recruiters-day", **blocks)


if __name__ == "__main__":
    main()
