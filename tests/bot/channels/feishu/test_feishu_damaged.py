"""Feishu messages with what is no character, and with what shows nothing. The content is JSON within JSON."""

import json

import pytest

from tests.bot.channels.feishu.feishu_bots import on_feishu


@pytest.mark.parametrize("bad", ["\\ud83d", "\\u0000", "\x01", "\\ude00\\ud83d", "\\uffff"], ids=ascii)
async def test_what_is_no_character_is_left_out(bad: str) -> None:
    async with on_feishu() as bot:
        await bot.says("/start demo")
        await bot.says("同意并开始")
        post = {"content": [[{"tag": "text", "text": "我也会ABC编程"}]]}
        for kind, content in (("text", {"text": "我学ABC统计"}), ("post", post)):
            await bot.says(message_type=kind, content=json.dumps(content, ensure_ascii=False).replace("ABC", bad))
        assert [part.text for part in (await bot.state()).parts] == ["我学统计", "我也会编程"]
        assert bot.store.outbox.buried == []


@pytest.mark.parametrize("text", ["\u200b", "\u3164", "\u2800", "\u00ad", "\u202e"], ids=ascii)
async def test_what_shows_nothing_is_no_answer(text: str) -> None:
    async with on_feishu() as bot:
        await bot.says("/start demo")
        await bot.says("同意并开始")
        (said,) = await bot.says(text)
        assert "还没有收到您的回答" in said.text
        assert (await bot.state()).parts == ()
