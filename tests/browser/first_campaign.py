"""A new admin's first campaign by chat alone, on a real installation with an empty data folder.

`python -m tests.browser.first_campaign` writes the conversation and its pictures into `docs`; what stands around
it is in `pages`, in both languages. Names of units and candidates are made up.
"""

from tests.browser.dialogue import Admin, stage, write
from tests.browser.visitor import Visitor

_NAMES = ("陈晨", "林小雨", "周子航", "吴思远", "郑欣然", "王梓涵", "冯一诺", "蒋浩然", "沈佳怡", "韩雨桐")


def _candidate(visitor: Visitor, link: str) -> None:
    """Open the invitation, answer the first question, and leave."""
    visitor.open(link)
    visitor.press("同意并开始")
    visitor.say("我学统计，做过用电量预测的课题。")
    visitor.sees("已保存 ✓")
    visitor.press("提交")
    visitor.sees("第 2/6 题")
    visitor.press("暂停或退出")
    visitor.press("退出面试")
    visitor.press("网络不好")
    visitor.sees("想继续时")


def play(admin: Admin, candidate: Visitor) -> None:
    admin.types("帮助", "招聘项目与邀请")
    admin.types("/org add 华东分公司", "华东分公司")
    admin.types("/open campus-analyst 华东分公司 code=spring", "开放")
    admin.presses("确定", "spring")
    admin.types("/notify 华东分公司", "华东分公司")
    admin.types("/invite spring " + "、".join(_NAMES), "10", cards=3)
    admin.take("first-campaign-invited")
    link = admin.newest(3).locator("a").first.get_attribute("href")
    assert link
    _candidate(candidate, link)
    admin.hears("中途退出")
    candidate.say("我回来了")
    candidate.sees("欢迎回来")
    admin.types("/stats spring", "spring")
    admin.types("/candidates spring", "spring")
    admin.take("first-campaign-figures")
    admin.types("/audit", "记录")


def main() -> None:
    with stage() as scene:
        admin = scene.admin()
        play(admin, scene.candidate())
        assert not admin.visitor.complaints()
    write("first-campaign", conversation=admin.block())


if __name__ == "__main__":
    main()
