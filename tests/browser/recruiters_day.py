"""The day of a recruiter, on a real installation: from what waits in the morning to the export in the evening.

`python -m tests.browser.recruiters_day` writes `docs/recruiters-day.md` and its pictures. The installation's time
zone is one in which it is morning now. Names of candidates are made up. It takes two minutes, since a broadcast
can be taken back for one.
"""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.dialogue import DOCS, Stage, stage, take
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


def page(day: Day) -> str:
    """Play the day, and return the page about it."""
    return _PAGE.format(
        morning=day.morning(),
        rating=day.rating(),
        deciding=day.deciding(),
        winning_back=day.winning_back(),
        inviting=day.inviting(),
        telling=day.telling(),
        evening=day.evening(),
    )


_PAGE = """\
# The day of a recruiter

A campaign was opened this week. Three candidates have finished, one has left, one is in the middle, and one \
has not opened the link. `python -m tests.browser.recruiters_day` plays this on a real installation and \
writes it down, on the local page's second pane; it is the same in the staff's bot. Lines that begin with \
`>` are typed, `[…]` are buttons that were pressed; links are shortened, and `…` stands for the rest of an \
answer. [staff.md](staff.md) describes each command, [first-campaign.md](first-campaign.md) how to get here.

## Morning

On working days, the digest comes at nine: who has finished, who stopped where and why, and whose deadline \
is near. `待办` (`/inbox`) shows what waits for you over all campaigns.

{morning}

![The pane: what waits for the recruiter](pictures/recruiters-day-morning.png)

## Reading and rating

`/report` shows the answers question by question, and links to a page on which recordings can be heard. [评分] \
goes through the questions, each with its rubric. Scores can be typed, too, with a reason. Whoever still has \
to rate sees nobody else's scores. `/ranking` puts in order whom people have rated completely; it decides \
nothing.

{rating}

## Deciding

One decision is a line or a button; `/tick` is for several people and one confirmation. Candidates are not \
told.

{deciding}

![The pane: two candidates are ticked](pictures/recruiters-day-tick.png)

Whoever has left with a reason that can be mended gets more time. The bot tells the candidate, and one \
message from them leads back to the open question. `/remind` writes without moving the deadline, but not \
within ten minutes of the candidate's last message and not at night.

{winning_back}

## How links reach candidates

A bot cannot write to somebody who has never written to it; most platforms forbid it, and the page has no \
address to write to. So the first message is yours: each candidate has a personal link, and you send it by \
text message, e-mail or messenger. `/invite` answers with a text to copy or forward and a QR code. With a \
list (CSV or XLSX) it answers with a table that has the link and the text of each person, ready for a mail \
merge or an SMS service. Once the candidate has opened the link, the bot can write: questions, reminders, \
your broadcasts.

{inviting}

![The pane: the invitation, the text to send, the QR code](pictures/recruiters-day-invited.png)

- The link was lost or went to the wrong person: `/reissue NAME` makes a new one, and the old one stops \
working. This is for links that nobody has opened; `/revoke` takes one back altogether.
- The candidate wants to continue on another device or app: they send `/switch` (换设备) to the bot and get a \
code, links and a QR code.
- The candidate has begun and cannot be reached any more: `/invite NAME` gives a link that leads back to the \
open question for three days.
- The phone is dead: they open the same link elsewhere, and prove who they are or [ask you to \
confirm](staff.md#when-a-candidates-phone-is-dead).

## How results reach candidates

At the end of the interview, candidates read when they will hear and from whom, if the script [promises \
it](scripts.md#what-candidates-are-promised) (`result`). Decisions are never sent by themselves: you write, \
and you choose the words. `/broadcast` writes to everybody with the same decision, after a preview, and can \
be taken back for a minute; at night it waits until the morning. `/reply NAME` writes to one person. Whom \
the bot cannot reach is skipped and counted: call them.

What a candidate answers within 14 days comes back to the staff, here as 💬.

{telling}

![A candidate's page: the notice, the answer, the confirmation](pictures/recruiters-day-result.png)

## End of the day

`/weekly` is about the last whole week, Monday to Sunday, so this new campaign is not in it yet; `/stats` is \
about now. `/export` makes the workbook: a row per candidate, a row per answer. Tomorrow's digest says what \
happened meanwhile.

{evening}
"""


def _where_it_is_morning() -> str:
    """Return a time zone in which it is between nine and ten o'clock."""
    ahead = (_MORNING - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


def main() -> None:
    with stage(_where_it_is_morning()) as scene:
        day = Day(scene)
        text = page(day)
        assert not day.admin.visitor.complaints()
    (DOCS / "recruiters-day.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
