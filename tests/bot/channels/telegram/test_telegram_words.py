"""The meaning of typed words depends on what is on the screen. Tested with Telegram's payloads."""

import pytest

from conversation.prompt import AnswerPrompt
from conversation.record.audit import unseal
from conversation.views.answers import Answer, read
from tests.bot.channels.telegram.telegram_bots import BOT, TelegramBot, telegram_bot
from tests.bot.channels.telegram.test_telegram_webhook import begin
from tests.dialogues.playing import script_named


async def says(bot: TelegramBot, *texts: str) -> None:
    for text in texts:
        assert (await bot.post(bot.update(text))).status_code == 200


async def answers(bot: TelegramBot) -> dict[str, Answer]:
    stored = await bot.store.interviews.entries((await bot.state()).interview)
    transcript = read((unseal(blob)[1] for blob in stored), script_named("short"))
    return {answer.question: answer for answer in transcript.answers}


@pytest.mark.parametrize("wait", ["等等我想想", "让我想一下"])
async def test_a_number_after_the_warning_chooses_an_option(wait: str) -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        await says(bot, "我学统计。", "提交", "Excel", "退出", wait, "3")
        assert (await bot.state()).phase == "running"
        (part,) = (await answers(bot))["typical"].parts
        assert part.value == "maximum"


async def test_a_number_after_the_warning_is_the_answer_to_a_number_question() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        await says(bot, "我学统计。", "提交", "Excel", "中位数", "退出", "等等我想想", "3")
        assert (await bot.state()).phase == "completed"
        (part,) = (await answers(bot))["share"].parts
        assert part.value == "3"


async def test_a_number_after_a_remark_on_leaving_is_no_answer() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        await says(bot, "我学统计。", "提交", "退出", "手机快没电了", "1")
        state = await bot.state()
        assert (state.phase, state.index, state.parts, state.prompt) == ("running", 1, (), AnswerPrompt())


@pytest.mark.parametrize("paused", [False, True])
async def test_what_is_said_after_the_warning_counts_also_while_our_account_is_paused(paused: bool) -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        await says(bot, "我学统计。", "退出")
        bot.paused |= {BOT} if paused else set()
        await says(bot, "也做过预测课题。")
        assert [part.text for part in (await bot.state()).parts] == ["我学统计。", "也做过预测课题。"]


async def test_whose_trouble_is_not_sorted_may_speak_where_only_voice_is_taken() -> None:
    async with telegram_bot("spoken") as bot:
        await begin(bot)
        await says(bot, "退出", "退出面试", "网络不好", "我回来了。", "还没解决")
        update = bot.update("x")
        message = {key: value for key, value in update["message"].items() if key != "text"}
        voice = {"file_id": "AwACAgUAAxkBAAID", "file_unique_id": "v", "duration": 20, "file_size": 80_000}
        spoken = {**message, "voice": {**voice, "mime_type": "audio/ogg"}}
        assert (await bot.post({**update, "message": spoken})).status_code == 200
        (part,) = (await bot.state()).parts
        assert (part.voice, part.seconds) == (1, 20)
        await says(bot, "提交")
        assert (await bot.state()).index == 1


async def test_a_caption_is_the_answer_and_its_picture_is_not_taken() -> None:
    async with telegram_bot() as bot:
        await begin(bot)
        update = bot.update("x")
        message = {key: value for key, value in update["message"].items() if key != "text"}
        sizes = [{"file_id": "small", "file_unique_id": "s", "width": 90, "height": 90, "file_size": 900}]
        photo = {**message, "photo": sizes, "caption": "这是我的毕业设计"}
        assert (await bot.post({**update, "message": photo})).status_code == 200
        assert [part.text for part in (await bot.state()).parts] == ["这是我的毕业设计"]
