"""Texts that platforms put in place of what they do not pass on."""

import pytest

from bot.channels.shared.stand_ins import _GUESSED, _SEEN, Platform, _form, stand_in
from bot.channels.wecom.parse import said
from conversation.inbound import OtherReceived, TextReceived
from storage.memory.store import MemoryStore
from tests.bot.channels.dingtalk.dingtalk_robots import on_dingtalk
from tests.bot.channels.wechat.wechat_accounts import account, begin, version

STICKER = "【收到不支持的消息类型，暂无法显示】"
ROWS = [(platform, row) for table in (_SEEN, _GUESSED) for platform, rows in table.items() for row in rows]


@pytest.mark.parametrize(("platform", "row"), ROWS)
def test_every_row_is_recognised_in_any_form(platform: Platform, row: str) -> None:
    wide = row.translate({ord("["): "【", ord("]"): "】", ord("，"): ","})
    for text in (row, f" {row}\n", wide, row.upper(), f"\u200b{row}"):
        assert stand_in(platform, text) == OtherReceived("unsupported"), text


def test_every_row_either_was_seen_or_is_a_guess() -> None:
    forms = [(platform, _form(row)) for platform, row in ROWS]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize(
    "text",
    ["", "[", "[微笑]", "不支持的消息类型", "unsupported message", f"您发的是{STICKER}吗", f"{STICKER} 为什么？",
     f"{STICKER}{STICKER}", "/::)", "[图片]", "收到"],
)  # fmt: skip
def test_what_people_type_is_not(text: str) -> None:
    assert stand_in("tencent", text) is None
    assert stand_in("dingtalk", text) is None


def test_wecom_and_kefu_recognise_them() -> None:
    assert said("[该消息类型暂不能展示]") == OtherReceived("unsupported")
    assert said("该消息类型暂不能展示") == TextReceived("该消息类型暂不能展示")


async def test_on_wechat_one_line_says_what_to_send_and_nothing_counts_as_said() -> None:
    async with account(MemoryStore()) as desk:
        phone = await begin(desk)
        for text in (STICKER, "[Unsupported Message]"):
            before = await version(desk, phone)
            assert await phone.says(text) == "这类消息暂时不能作为回答，请打字或发语音告诉我。"
            assert await version(desk, phone) == before + 1
        interview = await desk.scene.store.directory.who(phone.address) or ""
        assert (await desk.scene.state(interview)).parts == ()
        assert STICKER not in repr(await desk.scene.entries(interview))
        await phone.says(f"我发的表情显示为{STICKER}")
        assert len((await desk.scene.state(interview)).parts) == 1


async def test_on_dingtalk_too() -> None:
    async with on_dingtalk() as robot:
        await robot.begins()
        (line,) = await robot.says("[不支持的消息类型]")
        assert line.text == "这类消息暂时不能作为回答，请打字或发语音告诉我。"
        assert (await robot.state()).parts == ()
