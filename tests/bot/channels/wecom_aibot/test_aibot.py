"""The staff console in WeCom: claiming, commands, buttons, groups, files, and a connection that comes and goes."""

import asyncio
import base64
import json
from functools import partial
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import SecretStr

from bot.channels.base import MediaGone, Rejected, TryLater
from bot.channels.wecom_aibot.channel import AibotChannel
from bot.channels.wecom_aibot.connection import Connection
from bot.channels.wecom_aibot.files import fetch
from bot.channels.wecom_aibot.parse import parse
from bot.channels.wecom_aibot.receive import Receiver
from bot.channels.wecom_aibot.relay import Relay
from bot.channels.wecom_aibot.render import Part, render
from conversation.inbound import Address, Media
from conversation.outbound import Attachment, Choice, OutboundMessage
from storage.errors import StoreUnavailable
from tests.bot.channels.telegram_staff.staff_bots import DeskArchive
from tests.bot.channels.wecom_aibot.aibots import BOSS, OnWeCom, becomes, on_wecom
from tests.dialogues.playing import script_named
from tests.fakes.kv import MemoryKv
from tests.fakes.wecom_aibot_gateway import BOT, Gateway

GROUP = "wrgroup1"
TO = Address("wecom-aibot", BOT, BOSS)


async def test_an_owner_claims_and_gives_commands() -> None:
    async with on_wecom() as bot:
        assert await bot.says("/campaigns", "stranger") == []
        assert await bot.claims()
        text, card = await bot.says("/campaigns")
        assert "/open" in text.text
        assert [key for _, key in card.buttons] == ["/campaigns all"]
        assert await bot.says("你好", "stranger") == []


async def test_a_button_confirms_and_only_in_its_own_chat() -> None:
    async with on_wecom() as bot:
        await bot.claims()
        await bot.desk.campaigns.open(script_named("short"), code="spring")
        text, card = await bot.says("/close spring")
        assert "spring" in text.text
        label = card.buttons[0][0]
        forwarded = bot.gateway.press(card, label, "stranger")
        assert await bot.brings(forwarded, "stranger") == []
        assert not bot.desk.watch.organisation.is_staff(Address("wecom-aibot", BOT, "stranger"))
        assert not (await bot.desk.campaigns.find("spring")).closed_ms
        assert await bot.presses(card, label)
        assert (await bot.desk.campaigns.find("spring")).closed_ms


async def test_in_a_group_the_mention_is_left_out() -> None:
    async with on_wecom() as bot:
        await bot.claims()
        assert await bot.says("/help", chat=GROUP)
        before = len(bot.gateway.chats[BOSS])
        assert await bot.says("/notify", chat=GROUP)
        assert len(bot.gateway.chats[BOSS]) == before


async def test_a_message_that_comes_twice_is_handled_once() -> None:
    async with on_wecom() as bot:
        await bot.claims()
        body = bot.gateway.body("/campaigns")
        assert await bot.brings(body, BOSS)
        assert await bot.brings(body, BOSS) == []


async def test_a_voice_message_is_what_the_platform_understood() -> None:
    async with on_wecom() as bot:
        await bot.claims()
        spoken = bot.gateway.body(msgtype="voice", voice={"content": "/campaigns"})
        assert await bot.brings(spoken, BOSS)


def _sealed(data: bytes, key: bytes) -> bytes:
    padder = PKCS7(256).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(padder.update(data) + padder.finalize()) + encryptor.finalize()


async def test_a_roster_sent_after_its_command_comes_back_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    key = bytes(range(32))
    sealed = _sealed("姓名\n张三\n李四\n".encode(), key)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=sealed))
    async with on_wecom() as bot, httpx.AsyncClient(transport=transport) as http:
        monkeypatch.setattr(bot.channel, "_http", http)
        await bot.claims()
        await bot.desk.campaigns.open(script_named("short"), code="spring")
        await bot.says("/invite spring")
        file = {"url": "https://files.example.com/1", "aeskey": base64.b64encode(key).decode()}
        said = await bot.brings(bot.gateway.body(msgtype="file", file=file), BOSS)
        said += [each for card in said if card.buttons for each in await bot.presses(card, card.buttons[0][0])]
        assert [each.name for each in said if each.name.endswith((".xlsx", ".csv"))]


@pytest.mark.parametrize(
    ("content", "status", "aeskey", "why"),
    [
        (b"x" * 2000, 200, "", "too_large"),
        (b"expired", 404, "", "gone"),
        (b"nonsense", 200, base64.b64encode(bytes(32)).decode(), "gone"),
        (b"nonsense", 200, "!", "gone"),
    ],
)
async def test_files_that_cannot_be_had(content: bytes, status: int, aeskey: str, why: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    media = Media(json.dumps({"url": "https://files.example.com/1", "aeskey": aeskey}), "document")
    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(MediaGone) as gone:
            await fetch(http, media, 1000)
    assert gone.value.why == why


async def test_a_file_goes_in_pieces() -> None:
    async with on_wecom() as bot:
        data = bytes(range(256)) * 5000
        name = await bot.desk._keep(data)
        await bot.channel.send(
            OutboundMessage(TO, "report", file=Attachment("报告.pdf", name, "application/pdf")), "k1"
        )
        text, file = bot.gateway.chats[BOSS]
        assert (text.text, file.file, file.name) == ("report", data, "报告.pdf")


async def test_a_send_goes_on_where_it_stopped() -> None:
    async with on_wecom() as bot:
        message = OutboundMessage(TO, "Which?", (Choice("/yes 1", "Yes"), Choice("/no 1", "No")))
        bot.gateway.refuse_next.extend([])
        parts = render(message, "k2")
        assert len(parts) == 2
        await bot.channel.send(message, "k1")
        bot.gateway.refuse_next.append(45009)
        with pytest.raises(TryLater) as later:
            await bot.channel.send(message, "k2")
        assert later.value.retry_after_s
        await bot.channel.send(message, "k2")
        texts = [each.text for each in bot.gateway.chats[BOSS]]
        assert texts == ["Which?", "", "Which?", ""]
        bot.gateway.refuse_next.append(40058)
        with pytest.raises(Rejected):
            await bot.channel.send(message, "k3")


def _more(gateway: Gateway, connections: int) -> bool:
    return gateway.connections > connections


async def test_a_connection_that_ends_is_opened_again() -> None:
    async with on_wecom() as bot:
        await bot.claims()
        for code in (1000, 1011):
            connections = bot.gateway.connections
            await bot.gateway.cut(code)
            await bot.gateway.until(partial(_more, bot.gateway, connections), "connected again")
            await bot.connection._logged_in.wait()
        assert await bot.says("/campaigns")


async def test_nonsense_ends_nothing() -> None:
    async with on_wecom() as bot:
        await bot.claims()
        for raw in (
            "",
            "[]",
            "{",
            '{"headers":1}',
            '{"headers":{"req_id":1}}',
            '{"cmd":"aibot_msg_callback","headers":{"req_id":"r"}}',
        ):
            await bot.gateway.raw(raw)
        bodies: tuple[object, ...] = (
            {},
            {"msgid": "x", "msgtype": "text"},
            {"event": {}},
            [],
            None,
            {"msgid": 1, "from": []},
        )
        for body in bodies:
            told = {"cmd": "aibot_msg_callback", "headers": {"req_id": "r"}, "body": body}
            await bot.gateway.raw(json.dumps(told))
        assert await bot.says("/campaigns")
        assert bot.gateway.connections == 1


async def test_a_message_during_an_outage_of_the_store_is_handled_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with on_wecom() as bot:
        await bot.claims()
        receive, failed = bot.desk.console.receive, asyncio.Event()

        async def twice(inbound: Any) -> Any:
            if not failed.is_set():
                failed.set()
                raise StoreUnavailable("out of reach")
            return await receive(inbound)

        monkeypatch.setattr(bot.desk.console, "receive", twice)
        assert await bot.says("/campaigns")
        assert failed.is_set()


async def test_a_wrong_secret_is_reported() -> None:
    async with on_wecom() as bot, Gateway().running() as other:
        leases = bot.store.leases("other", "p", 60_000)
        receiver = Receiver(bot.channel, bot.desk.console, bot.kv)
        wrong = Connection(other.url, SecretStr("wrong"), receiver, bot.channel, leases, first_pause_s=0.01)
        stopping = asyncio.Event()
        running = asyncio.create_task(wrong.run(stopping))
        await becomes(bot.channel.problem)
        stopping.set()
        await running
        assert "Secret is wrong" in (bot.channel.problem() or "")
        assert "the-secret" not in (bot.channel.problem() or "")


async def test_another_program_with_the_same_bot_is_reported() -> None:
    async with on_wecom() as bot:
        other = OnWeCom(bot.gateway, bot.desk, bot.store, bot.kv, bot.channel, bot.connection)
        told = other.gateway.body(event={"eventtype": "disconnected_event"})
        await other.gateway.bring(told)
        await becomes(bot.channel.problem)
        assert "another program" in (bot.channel.problem() or "")


async def test_one_process_of_several_is_connected() -> None:
    async with on_wecom() as bot:
        second = AibotChannel(BOT, httpx.AsyncClient(), DeskArchive(bot.desk), bot.kv)
        receiver = Receiver(second, bot.desk.console, bot.kv)
        leases = bot.store.leases("aibot", "another process", 60_000)
        connection = Connection(bot.gateway.url, SecretStr("x"), receiver, second, leases, renew_s=0.01)
        stopping = asyncio.Event()
        running = asyncio.create_task(connection.run(stopping))
        message = OutboundMessage(TO, "from a process without a connection")
        await second.send(message, "k1")
        assert [each.text for each in bot.gateway.chats[BOSS]] == [message.text]
        assert bot.gateway.connections == 1
        bot.gateway.refuse_next.append(40058)
        with pytest.raises(Rejected):
            await second.send(message, "k2")
        stopping.set()
        await running
        await second.close()


async def test_a_request_that_was_carried_out_is_not_carried_out_again() -> None:
    kv, sent = MemoryKv(), []

    async def deliver(part: Part) -> None:
        sent.append(part)

    asking = Relay(kv, BOT, deliver, patience_s=0.01)
    with pytest.raises(TryLater, match="no process"):
        await asking.ask(Part("c", "{}"), "k1")
    serving = asyncio.create_task(Relay(kv, BOT, deliver).serve())
    patient = Relay(kv, BOT, deliver)
    await patient.ask(Part("c", "{}"), "k1")
    await kv.put("wecom-aibot:x:told", "k", "sent", 60)
    serving.cancel()
    assert sent == [Part("c", "{}")]


def test_texts_cards_and_long_lists() -> None:
    def bodies(message: OutboundMessage) -> list[dict[str, Any]]:
        return [json.loads(each.body) for each in render(message, "k")]

    (only,) = bodies(OutboundMessage(TO, "1. <@all> *stars* https://example.com/r/a_b_c\n# title", bold=((0, 2),)))
    text = only["markdown"]["content"]
    assert "<" not in text
    assert "https://example.com/r/a_b_c" in text
    assert "\\*stars\\*" in text
    assert "\n\\# title" in text
    assert all(
        len(each["markdown"]["content"].encode()) <= 20_480 for each in bodies(OutboundMessage(TO, "长" * 30_000))
    )
    many = bodies(OutboundMessage(TO, "x" * 99, tuple(Choice(f"/who {n}", f"{n}") for n in range(15))))
    assert [len(each["template_card"]["button_list"]) for each in many[1:]] == [6, 6, 3]
    assert len({each["template_card"]["task_id"] for each in many[1:]}) == 3
    listed = bodies(OutboundMessage(TO, "x", tuple(Choice(f"/who {n}", f"{n}") for n in range(30))))
    assert "/who 29" in listed[-1]["markdown"]["content"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            {"msgtype": "mixed", "mixed": {"msg_item": [{"msgtype": "text", "text": {"content": "/help"}}]}},
            "/help",
        ),
        ({"msgtype": "image", "image": {"url": "https://x"}}, ""),
        ({"msgtype": "event", "event": {"eventtype": "enter_chat"}}, None),
        ({"msgtype": "event", "event": {"eventtype": "feedback_event"}}, None),
        ({"msgtype": "location"}, None),
    ],
)
def test_kinds_of_messages(body: dict[str, Any], text: str | None) -> None:
    told = {"msgid": "m", "from": {"userid": "u"}, "chattype": "single", **body}
    found = parse(BOT, json.dumps(told).encode())
    assert (found and found.to_console.text) == text
