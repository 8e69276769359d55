"""After the end, what a candidate says in reply to a colleague reaches the staff, and nothing else does."""

import json

import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from conversation.state_changes.correspondence import ANSWERED_MS
from handlers.maintenance.export import interviews
from handlers.organisation.rights import READS
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

SAID = "能来，周五见"


async def over(how: str, store: Store | None = None, *, notify: bool = True) -> Desk:
    """Return a desk where the interview of 张三 is completed, left (and the deadline has passed), or lapsed."""
    desk = Desk(store or MemoryStore())
    await desk.claims()
    await desk.says("boss", "/org add 华东")
    await desk.campaign("spring", "华东")
    if notify:
        await desk.says("boss", "/notify 华东")
    if how == "completed":
        await desk.answers("张三", "spring", 4)
    else:
        await (desk.exits if how == "exited" else desk.starts)("张三", "spring")
        desk.now += 80 * 3600_000
        await desk.ticks()
    await desk.sent()
    return desk


async def writes(desk: Desk, how: str) -> None:
    """Let a colleague write to 张三."""
    if how == "/reply":
        await desk.says("boss", "/reply 张三 周五十点能来复试吗？")
        return
    await desk.says("boss", "/broadcast spring all 周五十点能来复试吗？")
    await desk.presses("boss", "确定")
    desk.now += 60_000
    await desk.broadcasts()
    await desk.sent()


async def answers(desk: Desk, text: str = SAID) -> list[OutboundMessage]:
    """Let 张三 write. Returns what the staff are told."""
    await desk.does("张三", i.TextReceived(text))
    return await desk.sent()


@pytest.mark.parametrize("phase", ["completed", "exited", "lapsed"])
@pytest.mark.parametrize("how", ["/reply", "/broadcast"])
@pytest.mark.parametrize("text", [SAID, "1", "好的", "结果什么时候出来？", "😀"])
async def test_it_reaches_the_staff_and_is_confirmed_once(phase: str, how: str, text: str) -> None:
    desk = await over(phase)
    await writes(desk, how)
    desk.heard.clear()
    (notice,) = await answers(desk, text)
    assert notice.text.startswith("💬 张三")
    assert f"「{text}」" in notice.text
    assert notice.text.endswith(f"#{desk.interview_of('张三')}")
    assert [choice.token.split()[0] for choice in notice.choices] == ["/candidate"]
    assert [each.text for each in desk.heard] == ["已转给同事 ✓ 同事有回复会发到这里。"]
    assert len(await answers(desk, "还有一个问题")) == 1
    assert len(desk.heard) == 1
    await writes(desk, "/reply")
    await answers(desk)
    assert texts(desk.heard[-1:]) == ["已转给同事 ✓ 同事有回复会发到这里。"]


async def test_a_colleague_replies_to_it_like_to_a_request_for_help() -> None:
    desk = await over("completed")
    await writes(desk, "/reply")
    (notice,) = await answers(desk)
    await desk.says("boss", f"/reply {notice.text.rpartition('#')[2]} 好，地址稍后发您")
    assert "好，地址稍后发您" in desk.heard[-1].text


@pytest.mark.parametrize("phase", ["completed", "lapsed"])
async def test_nobody_is_told_of_what_answers_nothing(phase: str) -> None:
    desk = await over(phase)
    assert not _passed_on(await answers(desk, "在吗"))
    await writes(desk, "/reply")
    desk.now += ANSWERED_MS
    assert not _passed_on(await answers(desk))


async def test_a_message_from_before_the_end_is_not_answered_after_it() -> None:
    desk = await over("completed")
    await desk.answers("李四", "spring", 3)
    await desk.says("boss", "/reply 李四 加油")
    await desk.does("李四", i.TextReceived("75"))
    await desk.sent()
    await desk.does("李四", i.TextReceived("谢谢"))
    assert await desk.sent() == []


async def test_what_was_sent_before_the_colleague_wrote_is_no_answer() -> None:
    desk = await over("completed")
    await writes(desk, "/reply")
    late = i.Inbound("in:late", i.TextReceived(SAID), desk._candidates["张三"], desk.now - 60_000, "m:late")
    await desk.intake.receive(late)
    assert await desk.sent() == []


async def test_what_was_asked_for_is_no_answer_to_a_colleague() -> None:
    desk = await over("completed")
    await writes(desk, "/reply")
    await desk.does("张三", i.CommandReceived("correct"))
    assert not _passed_on(await answers(desk, "姓名是张珊"))
    await desk.does("张三", i.CommandReceived("delete"))
    await desk.sent()
    assert not _passed_on(await answers(desk))


@pytest.mark.parametrize("phase", ["completed", "exited", "lapsed"])
async def test_recordings_and_pictures_are_passed_on_too(phase: str) -> None:
    desk = await over(phase)
    await writes(desk, "/reply")
    desk.heard.clear()
    await desk.does("张三", i.VoiceReceived(i.Media("voice", "voice", 9_000)))
    photo = i.OtherReceived("photo", i.Media("photo", "photo"), "证书.png", "这个行吗")
    await desk.does("张三", photo)
    assert await desk.sent() == []
    assert texts(desk.heard) == ["已转给同事 ✓ 同事有回复会发到这里。"]
    for number, text in ((1, ""), (2, "这个行吗")):
        file = i.Attachment("file", f"{number:064x}", "image/png")
        kept = i.FileArchived(number, file, 100, text)
        await desk.intake.apply(desk.interview_of("张三"), i.Inbound(f"file:{number}", kept))
    told = await desk.sent()
    assert [(each.text[0], each.file is not None) for each in told] == [("💬", True), ("💬", True)]
    assert "这个行吗" in told[1].text


@pytest.mark.parametrize("notify", [True, False])
async def test_support_staff_get_it_and_if_no_chat_is_set_the_admins(notify: bool) -> None:
    desk = await over("completed", notify=notify)
    await desk.joins("小赵", "support", "华东")
    if notify:
        await desk.says("小赵", "/notify 华东")
    await writes(desk, "/reply")
    told = {each.to: each for each in await answers(desk)}
    assert desk._people["boss"] in told
    assert (desk._people["小赵"] in told) is notify
    if notify:
        assert told[desk._people["小赵"]].choices == ()
    assert "support" not in READS


async def test_outside_the_duty_hours_the_admins_get_it_if_no_chat_is_set() -> None:
    desk = await over("completed", notify=False)
    await desk.says("boss", "/duty 华东 me on 20-21")
    await writes(desk, "/reply")
    (notice,) = await answers(desk)
    assert notice.to == desk._people["boss"]


async def test_it_is_in_the_record_and_in_exports_and_goes_with_the_interview(store: Store) -> None:
    desk = await over("completed", store)
    await writes(desk, "/reply")
    await answers(desk)
    entries = [unseal(each)[1] for each in await store.interviews.entries(desk.interview_of("张三"))]
    said = [
        (entry.by, event.text)
        for entry in entries
        for event in entry.events
        if isinstance(event, e.ColleagueAnswered)
    ]
    assert said == [("candidate", SAID)]
    (row,) = [each async for each in interviews(store, await desk.campaigns.find("spring"))]
    assert {"text": SAID, "by": None}.items() <= row["support"][-1].items()
    await desk.says("boss", "/forget 张三")
    await desk.presses("boss", "确定")
    await desk.erases()
    left = b"".join(await store.interviews.entries(desk.interview_of("张三")))
    assert SAID.encode() not in left
    assert json.dumps(SAID).encode() not in left


def _passed_on(told: list[OutboundMessage]) -> bool:
    return any("💬" in each.text for each in told)


async def test_a_flood_is_bounded() -> None:
    desk = await over("completed")
    await writes(desk, "/reply")
    told = 0
    for number in range(300):
        sent = i.Inbound(f"in:flood:{number}", i.TextReceived("啊" * 500), desk._candidates["张三"], desk.now)
        await desk.intake.receive(replace(sent, message=f"f{number}"))
        told += len(await desk.sent())
    assert 50 < told < 200
