"""What candidates' and staff's messages on DingTalk contain besides words."""

import json

import pytest

from tests.bot.channels.dingtalk.dingtalk_robots import GROUP, MANAGER, OnDingTalk, on_dingtalk


async def texts(robot: OnDingTalk) -> list[str]:
    return [part.text for part in (await robot.state()).parts]


@pytest.mark.parametrize(
    "front",
    ["@面试助手 ", "@面试助手\u2005", "@面试助手\xa0", "@面试助手\u200b ", "@李雷 @面试助手 ",
     "@李雷 @韩 梅梅 ", "@Interview Bot ", "@面试助手", "\u200b@面试助手\n"],
    ids=ascii,
)  # fmt: skip
async def test_in_a_group_a_command_may_follow_mentions(front: str) -> None:
    async with on_dingtalk() as robot:
        await robot.claims(MANAGER)
        for command in ("/campaigns", "／campaigns", "/招聘项目"):
            for kind in ("text", "richText"):
                content = {"richText": [{"text": f"{front}{command}"}]}
                before = await robot.version()
                said = await robot.says(f"{front}{command}", MANAGER, GROUP, msgtype=kind, content=content)
                assert await robot.version() == before + 1, command
                assert "demo" in said[0].text


async def test_a_mention_in_front_of_a_word_without_slash() -> None:
    async with on_dingtalk() as robot:
        await robot.claims(MANAGER)
        (said,) = await robot.says("@面试助手 campaigns", MANAGER, GROUP)
        assert "demo" in said.text


async def test_in_a_private_chat_only_what_stands_before_a_command_is_removed() -> None:
    async with on_dingtalk() as robot:
        await robot.begins()
        for text in ("@张三 说得对", "@张三 和 /etc 目录", "发给 @张三 /exit"):
            await robot.says(text)
        assert await texts(robot) == ["@张三 说得对", "@张三 和 /etc 目录", "发给 @张三 /exit"]
        (said,) = await robot.says("@面试助手 /status")
        assert "0/4" in said.text


async def test_words_around_pictures_are_the_answer_s_and_the_picture_is_named_as_not_taken() -> None:
    async with on_dingtalk() as robot:
        await robot.begins()
        picture = {"type": "picture", "downloadCode": "dc1"}
        for number, piece in enumerate((picture, {"type": "picture"})):
            rich = [{"text": f"第一段{number}"}, {"text": "\n第二段"}, piece, {"text": "第三段"}, piece]
            told = await robot.says(msgtype="richText", content={"richText": rich})
            assert told[0].text == "图片和文件这里收不了；您附带的文字看到了。"
        assert await texts(robot) == ["第一段0\n第二段第三段", "第一段1\n第二段第三段"]


@pytest.mark.parametrize("bad", [rb"\ud83d", rb"\u0000", b"\x01", b"\xff", rb"\ude00\ud83d", b"\xed\xa0\xbd"])
async def test_what_is_no_character_is_left_out(bad: bytes) -> None:
    async with on_dingtalk() as robot:
        await robot.begins()
        body = json.dumps(robot.message("我学ABC统计"), ensure_ascii=False).encode().replace(b"ABC", bad)
        assert (await robot.post(body)).status_code == 200
        assert robot.buried == []
        assert await texts(robot) == ["我学统计"]


@pytest.mark.parametrize("text", ["\u200b", "\u3164", "\u2800", "\u00ad", "\u202e"], ids=ascii)
async def test_what_shows_nothing_is_no_answer(text: str) -> None:
    async with on_dingtalk() as robot:
        await robot.begins()
        (said,) = await robot.says(text)
        assert said.text == "还没有收到您的回答。可以打字或发语音。"
        assert await texts(robot) == []


@pytest.mark.parametrize(
    "text", ["@a " * 6_000, "@" * 20_000, "@a\u200b" * 6_000, "@a b " * 4_000, "@" + "a" * 19_000]
)
async def test_many_mentions_take_no_time(text: str) -> None:
    async with on_dingtalk() as robot:
        assert (await robot.post(robot.message(text, MANAGER, GROUP))).status_code == 200
