"""The channel against a fake Bot API: what it calls, and how it understands each answer."""

import pytest

from bot.channels.base import Rejected, SendError, TryLater, Unreachable
from bot.channels.telegram.answers import check
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.session import Answer, Parameters, Session
from conversation.inbound import Address
from conversation.outbound import Choice, OutboundMessage
from tests.bot.channels.telegram.telegram_bots import BOT, SECRET, telegram_bot
from tests.fakes.bot_api import TOKEN, FakeBotApi, Trouble

TO = Address("telegram", BOT, "42")


def refused(code: int, description: str = "", retry_after: float | None = None) -> Answer:
    return Answer(False, error_code=code, description=description, parameters=Parameters(retry_after))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(403, "Forbidden: bot was blocked by the user"), Unreachable),
        (refused(403, "Forbidden: user is deactivated"), Unreachable),
        (refused(403, "Forbidden: bot can't initiate conversation with a user"), Unreachable),
        (refused(400, "Bad Request: chat not found"), Unreachable),
        (refused(400, "Bad Request: message text is empty"), Rejected),
        (refused(400, "Bad Request: can't parse entities"), Rejected),
        (refused(413, "Request Entity Too Large"), Rejected),
        (refused(429, "Too Many Requests: retry after 7", 7), TryLater),
        (refused(401, "Unauthorized"), TryLater),
        (refused(404, "Not Found"), TryLater),
        (refused(409, "Conflict: terminated by other getUpdates request"), TryLater),
        (refused(500, "Internal Server Error"), TryLater),
        (refused(502), TryLater),
        (refused(0), TryLater),
        (refused(200), TryLater),
        (refused(302), TryLater),
    ],
    ids=lambda value: f"{value.error_code} {value.description}" if isinstance(value, Answer) else value.__name__,
)
def test_what_an_answer_means(answer: Answer, error: type[SendError]) -> None:
    with pytest.raises(error) as caught:
        check(answer)
    assert type(caught.value) is error


def test_a_good_answer_means_nothing_more() -> None:
    check(Answer(True))


def test_too_many_requests_say_how_long_and_concern_the_account() -> None:
    with pytest.raises(TryLater) as caught:
        check(refused(429, retry_after=7))
    assert caught.value.retry_after_s == 7
    assert caught.value.whole_account


@pytest.mark.parametrize(
    ("description", "why"), [("Forbidden: bot was blocked by the user", "blocked"), ("", "chat_gone")]
)
def test_why_somebody_is_unreachable(description: str, why: str) -> None:
    with pytest.raises(Unreachable, match=f"^{why}$"):
        check(refused(403, description))


async def test_a_message_as_telegram_gets_it() -> None:
    async with telegram_bot() as bot:
        message = OutboundMessage(TO, "您好,张三!", (Choice("agree@-1", "同意"),), ((3, 2),))
        await bot.channel.send(message, "1")
        assert bot.api.of("sendMessage") == [
            {
                "chat_id": 42,
                "text": "您好,张三!",
                "entities": [{"type": "bold", "offset": 3, "length": 2}],
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {"inline_keyboard": [[{"text": "同意", "callback_data": "agree@-1"}]]},
            }
        ]


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(502, raw=b"<html>Bad Gateway</html>"),
        Trouble(200, raw=b"<html>please log in to this network</html>"),
        Trouble(200, raw=b""),
        Trouble(200, raw=b'{"ok":true'),
        Trouble(200, raw=b'{"ok":false,"description":"\xff"}'),
        Trouble(200, raw=b'{"ok":' + b"[" * 100_000),
        Trouble(200, raw=b"[]"),
        Trouble(200, raw=b'{"ok":"yes"}'),
        Trouble(500, "Internal Server Error"),
        Trouble(cut=True),
    ],
    ids=str,
)
async def test_whatever_stands_between_us_and_telegram_is_a_matter_of_time(trouble: Trouble) -> None:
    async with telegram_bot() as bot:
        bot.api.fail("sendMessage", trouble)
        with pytest.raises(TryLater):
            await bot.channel.send(OutboundMessage(TO, "hello"), "1")
        await bot.channel.send(OutboundMessage(TO, "hello"), "1")


async def test_a_server_that_hangs_is_given_up() -> None:
    async with FakeBotApi() as api:
        session = Session(api.url, timeout_s=0.05)
        api.fail("sendMessage", Trouble(hang=True))
        with pytest.raises(TryLater, match="TimeoutError"):
            await TelegramChannel(TOKEN, session, SECRET).send(OutboundMessage(TO, "hello"), "1")
        await session.close()


async def test_nobody_listens() -> None:
    session = Session("http://127.0.0.1:9", timeout_s=2)
    with pytest.raises(TryLater) as caught:
        await TelegramChannel(TOKEN, session, SECRET).send(OutboundMessage(TO, "hello"), "1")
    assert TOKEN not in str(caught.value)
    await session.close()


async def test_a_long_message_goes_on_where_it_broke_off() -> None:
    async with telegram_bot() as bot:
        text = "".join(f"{number:04}\n" for number in range(2500))
        message = OutboundMessage(TO, text, (Choice("submit@0", "提交"),))
        arrives = Trouble(raw=b'{"ok":true,"result":{}}')
        bot.api.fail("sendMessage", arrives, Trouble(502), Trouble(429, "Too Many Requests", 1), arrives)
        for _ in range(2):
            with pytest.raises(TryLater):
                await bot.channel.send(message, "7")
        await bot.channel.send(message, "7")
        first, failed, failed_again, *rest = bot.api.texts()
        assert failed == failed_again == rest[0]
        assert "".join([first, *rest]) == text


async def test_the_same_message_sent_anew_is_sent_whole() -> None:
    async with telegram_bot() as bot:
        message = OutboundMessage(TO, "x" * 9000)
        await bot.channel.send(message, "1")
        await bot.channel.send(message, "2")
        assert "".join(bot.api.texts()) == "x" * 18_000


async def test_set_up_for_webhooks() -> None:
    async with telegram_bot() as bot:
        await bot.channel.connect("https://interview.example.com")
        (webhook,) = bot.api.of("setWebhook")
        assert webhook["url"] == f"https://interview.example.com/webhooks/telegram/{BOT}"
        assert webhook["secret_token"] == SECRET
        assert webhook["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
        assert not webhook.get("drop_pending_updates")
        assert bot.channel.problem() is None
        assert bot.channel.link("tok") == "https://t.me/interviews_bot?start=tok"


async def test_set_up_for_polling_removes_the_webhook_and_keeps_what_waits() -> None:
    async with telegram_bot() as bot:
        await bot.channel.connect(None)
        assert bot.api.of("deleteWebhook") == [{}]
        assert bot.api.of("setWebhook") == []


async def test_a_token_that_telegram_does_not_know_is_said_without_the_token() -> None:
    async with FakeBotApi(token="1:another") as api:
        session = Session(api.url)
        channel = TelegramChannel(TOKEN, session, SECRET)
        with pytest.raises(Rejected) as caught:
            await channel.connect(None)
        problem = channel.problem()
        assert problem is not None
        assert "XUMIAN_TELEGRAM_TOKENS" in problem
        assert TOKEN.partition(":")[2] not in str(caught.value) + problem
        assert channel.link("tok") is None
        await session.close()


@pytest.mark.parametrize("method", ["getMe", "setWebhook"])
@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(429, "Too Many Requests: retry after 3", 3),
        Trouble(500, "Internal Server Error"),
        Trouble(200, raw=b"<html>"),
        Trouble(200, raw=b'{"ok":true,"result":17}'),
        Trouble(cut=True),
    ],
    ids=str,
)
async def test_set_up_can_be_tried_again_after_anything(method: str, trouble: Trouble) -> None:
    async with telegram_bot() as bot:
        bot.api.fail(method, trouble)
        try:
            await bot.channel.connect("https://interview.example.com")
        except TryLater:
            assert bot.channel.problem() is not None
        await bot.channel.connect("https://interview.example.com")
        assert bot.channel.problem() is None


async def test_aiograms_methods_through_the_session() -> None:
    from bot.channels.telegram.lean_aiogram import (  # here, because importing it takes half a second
        Bot,
        BotCommand,
        TelegramNetworkError,
        TelegramRetryAfter,
        TelegramUnauthorizedError,
    )
    from bot.channels.telegram.registration import AiogramSession

    async with telegram_bot() as bot:
        aiogram = Bot(TOKEN, session=AiogramSession(bot.session))
        assert (await aiogram.get_me()).username == "interviews_bot"
        assert (await aiogram.send_message(42, "hello")).text == "hello"
        assert await aiogram.set_my_commands([BotCommand(command="exit", description="leave")])
        bot.api.fail(
            "sendMessage", Trouble(429, "Too Many Requests", 5), Trouble(401, "Unauthorized"), Trouble(cut=True)
        )
        with pytest.raises(TelegramRetryAfter) as too_many:
            await aiogram.send_message(42, "hello")
        assert too_many.value.retry_after == 5
        with pytest.raises(TelegramUnauthorizedError):
            await aiogram.send_message(42, "hello")
        with pytest.raises(TelegramNetworkError) as network:
            await aiogram.send_message(42, "hello")
        assert TOKEN not in str(network.value)


async def test_a_press_is_answered_and_a_late_one_does_no_harm() -> None:
    async with telegram_bot() as bot:
        late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        bot.api.fail("answerCallbackQuery", Trouble(400, late), Trouble(cut=True))
        for number in range(3):
            bot.channel.answer_press(f"q{number}")
        await bot.channel.close()
        assert {call["callback_query_id"] for call in bot.api.of("answerCallbackQuery")} == {"q0", "q1", "q2"}
