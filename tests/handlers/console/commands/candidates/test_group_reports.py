"""`/report` in a group: the link shows no more than the group may see, and the rest is one tap away in private."""

import re

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from handlers.report_pages.links import LIFE_S
from tests.handlers.console.commands.candidates.report_reader import Reader, shown
from tests.handlers.console.commands.candidates.spoken_reports import reader
from tests.handlers.console.desk import Desk

__all__ = ["reader"]
GROUP = Address("telegram-staff", "700900", "-100")
NOTE, WHY = "答得很扎实", "案例说得清楚"


@pytest.fixture
async def rated(reader: Reader) -> Reader:
    """Return a desk where 小李 has rated 张三 and decided, and the group's link can be opened."""
    desk = reader.desk
    interview = await desk.answers("张三", "spring", 4)
    await desk.joins("小李", "recruiter", "华东")
    for number, step in enumerate(desk.script.steps):
        rating = i.RatingGiven(step.question.id, 4, reader.person("小李"), NOTE)
        await desk.intake.apply(interview, i.Inbound(f"rate:{number}", rating))
    await desk.says("小李", f"/decide 张三 yes {WHY}")
    desk.console.tools = desk.tools._replace(
        report_link=lambda of, who: f"https://x.example/r/{reader.links.make(of, who)}",
        private_link=lambda at, payload: f"https://t.me/office_bot?start={payload}" if at == GROUP else None,
    )
    return reader


async def in_group(desk: Desk, who: str, text: str, chat: Address = GROUP) -> list[OutboundMessage]:
    return await desk.receive(replace(desk.message(who, text, f"staff:{chat.user}:{text}"), chat=chat))


def link_in(messages: list[OutboundMessage]) -> str:
    found = re.search(r"https://x\.example(/r/\S+)", messages[0].text)
    assert found
    return found[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_groups_link_shows_answers_but_no_ratings_and_no_reasons(rated: Reader, lang: str) -> None:
    link = link_in(await in_group(rated.desk, "小李", "/report 张三"))
    page = await rated.web.get(link, params={"lang": lang})
    assert page.status_code == 200
    text = shown(page.text)
    assert "我学统计,做过预测课题。" in text
    for secret in (NOTE, WHY, "小李: 4", "4.0"):
        assert secret not in text
    assert f"/report {rated.desk.interview_of('张三')}" in text
    own = await rated.web.get(link_in(await rated.desk.says("小李", "/report 张三")))
    for seen in (NOTE, WHY, "小李: 4", "4.0"):
        assert seen in shown(own.text)


async def test_what_a_group_reads_has_no_notes_on_decisions(rated: Reader) -> None:
    for line in ("/report 张三", "/candidate 张三"):
        text = "".join(each.text for each in await in_group(rated.desk, "小李", line))
        assert "进入复试" in text
        assert WHY not in text
        assert WHY in "".join(each.text for each in await rated.desk.says("小李", line))


async def test_the_right_of_whoever_asked_is_that_of_now(rated: Reader) -> None:
    link = link_in(await in_group(rated.desk, "小李", "/report 张三"))
    await rated.desk.says("boss", "/staff revoke 小李 recruiter 华东")
    assert (await rated.web.get(link)).status_code == 403
    await rated.desk.joins("小李", "support", "华东")
    assert (await rated.web.get(link)).status_code == 403
    await rated.desk.joins("小李", "auditor", "华东")
    assert (await rated.web.get(link)).status_code == 200
    rated.desk.now += (LIFE_S + 1) * 1000
    assert (await rated.web.get(link)).status_code == 404


async def test_links_signed_before_show_what_a_group_may_see(rated: Reader) -> None:
    desk = rated.desk
    before = str(rated.links._serializer.dumps([desk.interview_of("张三"), rated.person("小李")]))
    page = await rated.web.get(f"/r/{before}")
    assert page.status_code == 200
    assert NOTE not in page.text
    assert WHY not in page.text


async def test_openings_from_a_group_are_told_apart_in_the_record(rated: Reader) -> None:
    await rated.web.get(link_in(await in_group(rated.desk, "小李", "/report 张三")))
    await rated.page(rated.desk.interview_of("张三"), "小李")
    interview = rated.desk.interview_of("张三")
    stored = b"".join(await rated.desk.store.interviews.entries("office")).decode("utf-8", "replace")
    assert f"/report {interview} (web, from a group)" in stored
    assert f"/report {interview} (web)" in stored


async def test_one_tap_leads_to_the_whole_report_in_private(rated: Reader) -> None:
    desk, interview = rated.desk, rated.desk.interview_of("张三")
    report = await in_group(desk, "小李", "/report 张三")
    link = f"https://t.me/office_bot?start=report_{interview}"
    assert link in report[0].text
    opened = await desk.says("小李", f"/start report_{interview}")
    assert NOTE in "".join(each.text for each in opened)
    (button,) = [each for each in report[-1].choices if each.token.endswith(" private")]
    assert button.label == "私聊里看评分"
    assert len(button.token.encode()) <= 40
    told, *rest = await in_group(desk, "小李", button.token)
    assert (told.to, {each.to for each in rest}) == (GROUP, {desk._people["小李"]})
    assert NOTE not in told.text
    assert NOTE in "".join(each.text for each in rest)


async def test_where_there_are_no_such_links_the_command_is_said(rated: Reader) -> None:
    elsewhere = Address("telegram-staff", "700900", "-200")
    text = (await in_group(rated.desk, "小李", "/report 张三", elsewhere))[0].text
    assert f"请在私聊里发给我：/report {rated.desk.interview_of('张三')}" in text


@pytest.mark.parametrize("payload", ["report_", "report_zz", "report_0123456789abcdef0", "x"])
async def test_other_payloads_ask_for_no_report(rated: Reader, payload: str) -> None:
    for each in await rated.desk.says("小李", f"/start {payload}"):
        assert "张三" not in each.text
    assert not await rated.desk.says("stranger", f"/start report_{rated.desk.interview_of('张三')}")
