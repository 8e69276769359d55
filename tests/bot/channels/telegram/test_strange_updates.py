"""Any request to the webhook with the right secret is acknowledged or refused as documented, never with a 5xx.

An update that cannot be handled is kept whole.
"""

import asyncio
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot.channels.telegram.telegram_bots import TelegramBot, telegram_bot
from tests.payloads import names, payload, raw

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    10**40,
    1.5,
    "",
    "x",
    "\x00",
    "\u202e",
    "a" * 10_000,
    [],
    {},
    [{}],
    {"id": {}},
]


def replaced(value: Any, path: tuple[str | int, ...], by: Any) -> Any:
    """Return a copy of the value in which the part at `path` is replaced."""
    if not path:
        return by
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


def paths(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, inner in pairs for path in paths(inner, (*here, key)))]


def run(post: Any) -> None:
    async def play() -> None:
        async with telegram_bot() as bot:
            await bot.post(bot.update("/start demo", user=5412345678901))
            await post(bot)

    asyncio.run(play())


async def acknowledged(bot: TelegramBot, body: bytes) -> None:
    """Check that the answer is 200, and that the update was either handled or kept whole."""
    before = len(bot.buried)
    answer = await bot.post(body)
    assert answer.status_code == 200, body[:200]
    for _, _, kept in bot.buried[before:]:
        assert kept == body


@pytest.mark.parametrize(
    "name", ["callback", "edited-caption", "member-blocked", "text-unicode", "voice-quoting", "document-audio"]
)
def test_wrong_types_in_every_field(name: str) -> None:
    update = payload("telegram", name)

    async def post(bot: TelegramBot) -> None:
        for path in paths(update):
            for strange in STRANGE:
                await acknowledged(bot, json.dumps(replaced(update, path, strange)).encode())
            if path:
                gone = {key: value for key, value in update.items() if path != (key,)}
                await acknowledged(bot, json.dumps(gone).encode())

    run(post)


@settings(max_examples=40)
@given(JSON)
def test_any_json_at_all(value: Any) -> None:
    async def post(bot: TelegramBot) -> None:
        await acknowledged(bot, json.dumps(value).encode())
        await acknowledged(bot, json.dumps({"update_id": 1, "message": value, "callback_query": value}).encode())

    run(post)


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_at_all(body: bytes) -> None:
    async def post(bot: TelegramBot) -> None:
        try:
            json.loads(body.decode())
            expected = 200
        except ValueError:
            expected = 400
        assert (await bot.post(body)).status_code == expected

    run(post)


@settings(max_examples=60)
@given(st.sampled_from(names("telegram")), st.data())
def test_truncated_and_damaged(name: str, data: st.DataObject) -> None:
    body = raw("telegram", name).rstrip()
    cut = data.draw(st.integers(0, len(body) - 1))
    at, byte = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 255))

    async def post(bot: TelegramBot) -> None:
        assert (await bot.post(body[:cut])).status_code == 400
        assert (await bot.post(body[:at] + bytes([byte]) + body[at + 1 :])).status_code in (200, 400)

    run(post)


@pytest.mark.parametrize(
    "nested",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"update_id":1,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"update_id":1,"message":' + b'{"reply_to_message":' * 40_000 + b"1" + b"}" * 40_000 + b"}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"[" * 100_000,
    ],
    ids=["lists", "in a field", "replies", "objects", "never closed"],
)
async def test_nested_deeper_than_anything(nested: bytes) -> None:
    async with telegram_bot() as bot:
        assert (await bot.post(nested)).status_code == 200
        assert [kept for _, _, kept in bot.buried] == [nested]


@pytest.mark.parametrize("digits", [19, 20, 40, 4000, 5000, 100_000])
@pytest.mark.parametrize("field", ["update_id", "date", "message_id"])
async def test_numbers_too_large_for_anything(digits: int, field: str) -> None:
    async with telegram_bot() as bot:
        await bot.post(bot.update("/start demo"))
        await bot.post(bot.press("agree@-1"))
        update = bot.update("我叫李雷。")
        holder = update if field == "update_id" else update["message"]
        holder[field] = 1234567
        body = json.dumps(update).encode().replace(b"1234567", b"9" * digits)
        await acknowledged(bot, body)


@pytest.mark.parametrize(
    "bad", [rb"\ud83d", rb"\ude00\ud83d", rb"\u0000", b"\x0b", b"\xff", b"\xe6\x88", rb"\uffff"]
)
async def test_what_is_no_character_is_left_out(bad: bytes) -> None:
    async with telegram_bot() as bot:
        await bot.post(bot.update("/start demo"))
        await bot.post(bot.press("agree@-1"))
        body = json.dumps(bot.update("我叫ABC李雷。"), ensure_ascii=False).encode().replace(b"ABC", bad)
        assert (await bot.post(body)).status_code == 200
        assert bot.buried == []
        assert [part.text for part in (await bot.state()).parts] == ["我叫李雷。"]


async def test_words_beside_a_picture_are_the_answer_s() -> None:
    async with telegram_bot() as bot:
        await bot.post(bot.update("/start demo"))
        await bot.post(bot.press("agree@-1"))
        sizes = [{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}]
        for photo in (sizes, [], "no documented form"):
            update = bot.update("", photo=photo, caption=f"写在图注里：{photo}")
            del update["message"]["text"]
            assert (await bot.post(update)).status_code == 200
        assert [part.text for part in (await bot.state()).parts] == [
            f"写在图注里：{photo}" for photo in (sizes, [], "no documented form")
        ]


@pytest.mark.parametrize(
    "data",
    [
        "", "submit", "submit@", "submit@x", "submit@99999", "submit@-2", "@0", "option.999@0", "option.-1@0",
        "option.١@0", "reason.nobody@0", "agree@-1@-1", "\x00", "提交" * 21, "x" * 64, "face.9@0", "later.@0",
        ".", "a.b.c@1",
    ],
)  # fmt: skip
async def test_buttons_that_we_never_offered(data: str) -> None:
    async with telegram_bot() as bot:
        await bot.post(bot.update("/start demo"))
        assert (await bot.post(bot.press(data))).status_code == 200
        await bot.post(bot.press("agree@-1"))
        assert (await bot.post(bot.press(data))).status_code == 200
        assert bot.buried == []
        assert (await bot.state()).index == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "a" * 4096,
        "😀" * 2048,
        "/" * 4096,
        "\u202e\u2066",
        "=1+1",
        "{{x}}",
        "{name}",
        "%s%n",
        "٣",
        "{" * 99,
    ],
)
async def test_texts_that_are_no_ordinary_answers(text: str) -> None:
    async with telegram_bot() as bot:
        await bot.post(bot.update("/start demo"))
        await bot.post(bot.press("agree@-1"))
        assert (await bot.post(bot.update(text))).status_code == 200
        assert (await bot.post(bot.press("submit@0"))).status_code == 200
        assert bot.buried == []


@pytest.mark.parametrize(
    "name", ["", "{name}", "{0.__class__}", "%(x)s", "*bold*", "<b>", "\x00", "a" * 255, "李" * 64, "\u202e"]
)
async def test_names_that_are_no_ordinary_names(name: str) -> None:
    async with telegram_bot() as bot:
        update = bot.update("/start demo")
        update["message"]["from"]["first_name"] = name
        assert (await bot.post(update)).status_code == 200
        assert bot.buried == []
        assert (await bot.state()).phase == "guided"


async def test_payloads_of_start_that_lead_nowhere() -> None:
    async with telegram_bot() as bot:
        for payload_ in (
            "x",
            "a" * 64,
            "a" * 4000,
            "demo x",
            "../demo",
            "\x00",
            "{p00}",
            "*",
            "ABCD-EFGH",
            "2345 6789",
        ):
            assert (await bot.post(bot.update(f"/start {payload_}"))).status_code == 200
        assert bot.buried == []
        assert await bot.store.directory.campaigns() == ["demo"]


def test_the_test_of_wholeness_can_fail() -> None:
    """`acknowledged` compares bytes, so it would notice if updates were encoded anew before they are kept."""
    update = payload("telegram", "guide-text")
    assert msgspec.json.encode(update) != raw("telegram", "guide-text")
