"""The staff's bot as a channel: what it sends through PTB's client, and how it understands Telegram's refusals."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from bot.channels.base import MediaGone, NothingToEdit, Rejected, SendError, TryLater, Unreachable
from bot.channels.shared.texts import MAX_TEXT, units
from bot.channels.telegram_api.media import MAX_CAPTION
from bot.channels.telegram_staff.channel import ALLOWED_UPDATES, StaffChannel
from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from conversation.inbound import Address, Media
from conversation.outbound import Attachment, Choice, OutboundMessage
from tests.bot.channels.telegram_staff.staff_bots import SECRET, STAFF_TOKEN, USERNAME
from tests.fakes.bot_api import FakeBotApi, Trouble
from tests.handlers.console.desk import STAFF_BOT

TO = Address("telegram-staff", STAFF_BOT, "42")
GROUP = Address("telegram-staff", STAFF_BOT, "-100700")
SHEET = b"PK\x03\x04 a table"
SHA256 = hashlib.sha256(SHEET).hexdigest()
FILE = Attachment("名单 links.xlsx", SHA256, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class Archive:
    """An archive that holds one file. If `error` is set, it is raised instead."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.data = SHEET

    async def get(self, sha256: str) -> bytes:
        if self.error:
            raise self.error
        assert sha256 == SHA256
        return self.data


ARCHIVE = Archive()


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(STAFF_TOKEN, USERNAME) as api:
        yield api


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
async def channel(api: FakeBotApi, archive: Archive) -> AsyncIterator[StaffChannel]:
    channel = StaffChannel(STAFF_TOKEN, api.url, archive, SECRET)
    yield channel
    await channel.close()


async def test_a_message_with_bold_and_buttons(api: FakeBotApi, channel: StaffChannel) -> None:
    choices = (Choice("/a", "短"), Choice("/b x", "短的"), Choice("/c", "一个很长很长的按钮"))
    shown = await channel.send(OutboundMessage(TO, "😀 <b>张三</b> *x*", choices, ((2, 9), (12, 3))), "k")
    assert shown == "1"
    (sent,) = api.of("sendMessage")
    assert sent["chat_id"] == 42
    assert sent["text"] == "😀 <b>张三</b> *x*"
    assert [(each["type"], each["offset"], each["length"]) for each in sent["entities"]] == [
        ("bold", 3, 9),
        ("bold", 13, 3),
    ]
    assert [[button["callback_data"] for button in row] for row in sent["reply_markup"]["inline_keyboard"]] == [
        ["/a", "/b x"],
        ["/c"],
    ]


async def test_a_long_text_goes_in_pieces_and_goes_on_where_it_broke_off(
    api: FakeBotApi, channel: StaffChannel
) -> None:
    text = "".join(f"{number:04} 张三 😀\n" for number in range(900))
    message = OutboundMessage(TO, text, (Choice("/next", "Next"),), ((0, 4), (len(text) - 9, 4)))
    went = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":42,"type":"private"}}}'
    api.fail("sendMessage", Trouble(200, raw=went), Trouble(502, raw=b"Bad Gateway"))
    with pytest.raises(TryLater):
        await channel.send(message, "k")
    await channel.send(message, "k")
    first, failed, *rest = api.of("sendMessage")
    assert failed["text"] == rest[0]["text"]
    parts = [first, *rest]
    assert "".join(part["text"] for part in parts) == text
    assert all(units(part["text"]) <= MAX_TEXT for part in parts)
    assert [len(part.get("entities", ())) for part in parts] == [1, *[0] * (len(parts) - 2), 1]
    assert ["reply_markup" in part for part in parts] == [*[False] * (len(parts) - 1), True]


async def test_a_document_with_its_caption(api: FakeBotApi, channel: StaffChannel) -> None:
    message = OutboundMessage(GROUP, "结果 in full", (Choice("/help", "Help"),), ((0, 2),), file=FILE)
    assert await channel.send(message, "k") == "1"
    (sent,) = api.of("sendDocument")
    assert sent["chat_id"] == -100700
    assert sent["document"] == (FILE.name, SHEET)
    assert sent["caption"] == "结果 in full"
    assert sent["caption_entities"][0]["length"] == 2
    assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "/help"
    assert api.of("sendMessage") == []


async def test_a_text_too_long_for_a_caption_comes_before_its_file(api: FakeBotApi, channel: StaffChannel) -> None:
    text = "字" * (MAX_CAPTION + 1)
    message = OutboundMessage(TO, text, (Choice("/help", "Help"),), file=FILE)
    api.fail("sendDocument", Trouble(502, raw=b""))
    with pytest.raises(TryLater):
        await channel.send(message, "k")
    await channel.send(message, "k")
    assert [call.method for call in api.calls] == ["sendMessage", "sendDocument", "sendDocument"]
    assert "reply_markup" not in api.of("sendMessage")[0]
    assert "caption" not in api.of("sendDocument")[1]
    assert "reply_markup" in api.of("sendDocument")[1]


@pytest.mark.parametrize(
    ("error", "means"),
    [(ArchiveUnavailable("away"), TryLater), (NotArchived(SHA256), Rejected), (ArchiveDamaged(SHA256), Rejected)],
)
async def test_a_file_that_the_archive_does_not_give(
    error: Exception, means: type[SendError], api: FakeBotApi, channel: StaffChannel, archive: Archive
) -> None:
    archive.error = error
    with pytest.raises(means):
        await channel.send(OutboundMessage(TO, "结果", file=FILE), "k")
    assert api.calls == []


async def test_an_empty_file_is_refused(channel: StaffChannel, archive: Archive) -> None:
    archive.data = b""
    with pytest.raises(Rejected):
        await channel.send(OutboundMessage(TO, "结果", file=FILE), "k")


@pytest.mark.parametrize(
    ("trouble", "means", "wait", "why"),
    [
        (Trouble(429, "Too Many Requests: retry after 7", 7), TryLater, 7.0, "patience"),
        (Trouble(429, "Too Many Requests"), TryLater, None, "NetworkError"),
        (Trouble(403, "Forbidden: bot was blocked by the user"), Unreachable, None, "blocked"),
        (Trouble(403, "Forbidden: bot was kicked from the supergroup chat"), Unreachable, None, "chat_gone"),
        (Trouble(403, "Forbidden: user is deactivated"), Unreachable, None, "chat_gone"),
        (Trouble(400, "Bad Request: chat not found"), Unreachable, None, "chat_gone"),
        (Trouble(400, "Bad Request: BUTTON_DATA_INVALID"), Rejected, None, "400"),
        (Trouble(401, "Unauthorized"), TryLater, None, "token"),
        (Trouble(404, "Not Found"), TryLater, None, "token"),
        (Trouble(409, "Conflict: terminated"), TryLater, None, "another program"),
        (Trouble(500, "Internal Server Error"), TryLater, None, "NetworkError"),
        (Trouble(502, raw=b"<html>Bad Gateway</html>"), TryLater, None, "NetworkError"),
        (Trouble(200, raw=b"<html>log in</html>"), TryLater, None, "TelegramError"),
        (Trouble(200, raw=b"[]"), TryLater, None, "TelegramError"),
        (Trouble(200, raw=b'{"ok":true}'), TryLater, None, "not the Bot API"),
        (Trouble(200, raw=b'{"ok":true,"result":true}'), TryLater, None, "not the Bot API"),
        (Trouble(200, raw=b'{"ok":true,"result":{}}'), TryLater, None, "not the Bot API"),
        (Trouble(400, raw=b'{"ok":false,"parameters":[1]}'), TryLater, None, "not the Bot API"),
        (Trouble(200, raw=b"[" * 50_000), TryLater, None, "TelegramError"),
        (Trouble(cut=True), TryLater, None, "NetworkError"),
    ],
    ids=str,
)
async def test_what_refusals_mean(
    trouble: Trouble, means: type[SendError], wait: float | None, why: str, api: FakeBotApi, channel: StaffChannel
) -> None:
    api.fail("sendMessage", trouble)
    with pytest.raises(means) as error:
        await channel.send(OutboundMessage(TO, "x"), "k")
    assert why in str(error.value)
    assert STAFF_TOKEN not in repr(error.value)
    assert error.value.__suppress_context__
    if isinstance(error.value, TryLater):
        assert error.value.retry_after_s == wait
        assert error.value.whole_account == (wait is not None)
    assert await channel.send(OutboundMessage(TO, "x"), "k") == "1"


async def test_an_answer_without_end_is_not_read(api: FakeBotApi, channel: StaffChannel) -> None:
    api.fail("sendMessage", Trouble(200, raw=b" " * (16 * 1024 * 1024 + 1)))
    with pytest.raises(TryLater, match="NetworkError"):
        await channel.send(OutboundMessage(TO, "x"), "k")


async def test_nobody_listens() -> None:
    channel = StaffChannel(STAFF_TOKEN, "http://127.0.0.1:9", ARCHIVE)
    with pytest.raises(TryLater) as error:
        await channel.send(OutboundMessage(TO, "x"), "k")
    assert STAFF_TOKEN not in repr(error.value)
    await channel.close()


async def test_a_group_that_became_a_supergroup_is_followed(api: FakeBotApi, channel: StaffChannel) -> None:
    moved = b'{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-100999}}'
    api.fail("sendMessage", Trouble(400, raw=moved))
    for text in ("a", "b"):
        await channel.send(OutboundMessage(GROUP, text), text)
    assert [(sent["chat_id"], sent["text"]) for sent in api.of("sendMessage")] == [
        (-100700, "a"),
        (-100999, "a"),
        (-100999, "b"),
    ]


async def test_editing(api: FakeBotApi, channel: StaffChannel) -> None:
    shown = await channel.send(OutboundMessage(TO, "first", (Choice("/a", "A"),)), "k")
    for _ in range(2):  # the second time Telegram answers that nothing is modified
        await channel.edit(OutboundMessage(TO, "second", (), ((0, 6),)), shown, "k2")
    assert api.screen[42][1]["text"] == "second"
    assert "reply_markup" not in api.screen[42][1]
    with pytest.raises(NothingToEdit):
        await channel.edit(OutboundMessage(TO, "third"), "77", "k3")
    for message, place in ((OutboundMessage(TO, "x" * 5000), shown), (OutboundMessage(TO, "x"), "")):
        with pytest.raises(NothingToEdit):
            await channel.edit(message, place, "k")
    with pytest.raises(NothingToEdit):
        await channel.edit(OutboundMessage(TO, "x", file=FILE), shown, "k")
    api.fail("editMessageText", Trouble(429, "Too Many Requests", 3), Trouble(403, "Forbidden: bot was blocked"))
    with pytest.raises(TryLater):
        await channel.edit(OutboundMessage(TO, "x"), shown, "k")
    with pytest.raises(Unreachable):
        await channel.edit(OutboundMessage(TO, "x"), shown, "k")


async def test_connecting_registers_the_webhook_or_removes_it(api: FakeBotApi, channel: StaffChannel) -> None:
    assert channel.problem() is not None
    await channel.connect("https://office.example.com")
    assert channel.problem() is None
    (hook,) = api.of("setWebhook")
    assert hook["url"] == f"https://office.example.com/webhooks/telegram/{STAFF_BOT}"
    assert hook["secret_token"] == SECRET
    assert tuple(hook["allowed_updates"]) == ALLOWED_UPDATES
    assert {call.method for call in api.calls} == {"getMe", "setWebhook"}
    await channel.connect(None)
    assert api.webhook == ""


async def test_a_connection_that_fails_is_a_problem_in_a_sentence(api: FakeBotApi, channel: StaffChannel) -> None:
    api.fail("getMe", Trouble(502, raw=b""), Trouble(401, "Unauthorized"))
    api.fail("deleteWebhook", Trouble(502, raw=b""))
    with pytest.raises(TryLater):
        await channel.connect(None)
    assert "could not be set up" in (channel.problem() or "")
    with pytest.raises(Rejected, match="XUMIAN_TELEGRAM_STAFF_TOKEN") as error:
        await channel.connect(None)
    assert STAFF_TOKEN not in repr(error.value) + (channel.problem() or "")


async def test_candidates_have_no_business_here(channel: StaffChannel) -> None:
    await channel.learn_link()
    assert channel.link("token") is None
    with pytest.raises(MediaGone):
        await channel.fetch(Media("F1", "voice", 1000))


async def test_closing_waits_for_the_last_spinner(api: FakeBotApi) -> None:
    channel = StaffChannel(STAFF_TOKEN, api.url, ARCHIVE)
    api.fail("answerCallbackQuery", Trouble(400, "Bad Request: query is too old"))
    channel.answer_press("q1")
    channel.answer_press("q2")
    await channel.close()
    assert len(api.of("answerCallbackQuery")) == 2
    assert not channel._background
