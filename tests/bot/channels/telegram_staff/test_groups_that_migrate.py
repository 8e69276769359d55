"""A group that becomes a supergroup gets another id: everything that was kept under the old one moves along."""

import itertools
from typing import Any

import pytest

from bot.channels.base import NothingToEdit
from conversation.inbound import Address
from conversation.outbound import OutboundMessage, Topic
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import Chat, Organisation
from storage.errors import StoreUnavailable
from tests.bot.channels.telegram_staff.staff_bots import BOSS, STRANGER, OnTelegram, on_telegram
from tests.fakes.bot_api import Trouble
from tests.handlers.console.desk import STAFF_BOT
from tests.payloads import listed

OLD, NEW = -888, -1_008_880_001


def to_new(bot: OnTelegram, old: int = OLD, new: int = NEW) -> dict[str, Any]:
    """Return the service message in the old group."""
    return bot.message(None, chat=old, migrate_to_chat_id=new)


def from_old(bot: OnTelegram, old: int = OLD, new: int = NEW) -> dict[str, Any]:
    """Return the service message in the new supergroup."""
    return bot.message(None, chat=new, migrate_from_chat_id=old)


def refuse(bot: OnTelegram, times: int = 1) -> None:
    """Have Telegram refuse the next messages because the group has another id."""
    raw = (
        b'{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat",'
    )
    raw += b'"parameters":{"migrate_to_chat_id":%d}}' % NEW
    bot.api.fail("sendMessage", *[Trouble(400, raw=raw)] * times)


def address(chat: int) -> Address:
    return Address("telegram-staff", STAFF_BOT, str(chat))


async def organisation(bot: OnTelegram) -> Organisation:
    await bot.desk.watch.look()
    return (await load(bot.store)).state


async def chats(bot: OnTelegram) -> list[int]:
    return [int(chat.address.user) for chat in (await organisation(bot)).chats]


async def notices(bot: OnTelegram) -> list[int]:
    """Let something happen of which recruiters are told. Returns the chats that are told, in order."""
    await bot.desk.watch.look()
    before = len(bot.api.of("sendMessage"))
    number = len(bot.api.calls)
    await bot.desk.campaign(f"c{number}")
    await bot.desk.exits(f"Ann {number}", f"c{number}")
    await bot.deliver()
    return [sent["chat_id"] for sent in bot.api.of("sendMessage")[before:] if f"Ann {number}" in sent["text"]]


FACTS = ("to", "from", "sending")
ORDERS = [order for n in (1, 2, 3) for order in itertools.permutations(FACTS, n)]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_whatever_tells_of_it_the_settings_move_once(order: tuple[str, ...]) -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.says("/notify 23-7 digest 08:30", chat=OLD)
        for fact in order:
            if fact == "sending":
                refuse(bot)
                assert (await notices(bot))[-1] == NEW
            else:
                assert await bot.post(to_new(bot) if fact == "to" else from_old(bot)) == 200
        found = await organisation(bot)
        assert [chat.address for chat in found.chats] == [address(NEW)]
        assert (found.chats[0].quiet_from, found.chats[0].digest) == (23 * 60, 8 * 60 + 30)
        moves = [entry for entry in await bot.store.interviews.entries("office") if b"chat_moved" in entry]
        assert len(moves) == 1
        assert await notices(bot) == [NEW]
        await bot.says("/notify off", chat=NEW)
        assert await chats(bot) == []
        assert await notices(bot) == []
        await audit_organisation(bot.store)


async def test_the_example() -> None:
    async with on_telegram() as bot:
        await bot.claims(user=9001)
        for update in listed("telegram-staff", "group-becomes-supergroup")[:3]:
            assert await bot.post({**update, "update_id": 5_000 + update["update_id"]}) == 200
        await bot.deliver()
        assert await chats(bot) == [NEW]
        assert await notices(bot) == [NEW]
        last = listed("telegram-staff", "group-becomes-supergroup")[3]
        assert await bot.post({**last, "update_id": 5_004}) == 200
        await bot.deliver()
        assert await notices(bot) == []


async def test_what_waits_for_the_old_group_goes_to_the_new_once() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        refuse(bot)
        for text in ("first", "second", "third"):
            await bot.channel.send(OutboundMessage(address(OLD), text), text)
        told = [(sent["chat_id"], sent["text"]) for sent in bot.api.of("sendMessage") if sent["chat_id"] < 0]
        assert told == [(OLD, "first"), (NEW, "first"), (NEW, "second"), (NEW, "third")]


async def test_a_store_that_fails_meanwhile_sends_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    async with on_telegram() as bot:
        await bot.claims()
        refuse(bot, times=2)
        with monkeypatch.context() as broken:
            broken.setattr(bot.store.interviews, "commit", away)
            with pytest.raises(StoreUnavailable):
                await bot.channel.send(OutboundMessage(address(OLD), "x"), "k")
        await bot.channel.send(OutboundMessage(address(OLD), "x"), "k")
        assert [sent["chat_id"] for sent in bot.api.of("sendMessage") if sent["text"] == "x"] == [OLD, OLD, NEW]
        assert (await organisation(bot)).whereabouts(address(OLD)) == address(NEW)


async def test_what_is_asked_in_the_old_group_can_be_confirmed_in_the_new() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.desk.campaign("spring")
        await bot.desk.opens("Ann", "spring")
        await bot.says("/close spring", chat=OLD)
        ticket = next(iter((await organisation(bot)).tickets))
        await bot.post(to_new(bot))
        assert await bot.post(bot.press(f"/yes {ticket}", chat=NEW)) == 200
        await bot.deliver()
        assert not (await organisation(bot)).tickets.get(ticket)
        assert bot.api.of("sendMessage")[-1]["chat_id"] == NEW


async def test_a_message_of_the_old_group_that_comes_late_counts_in_the_new() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.says("/notify", chat=OLD)
        await bot.post(to_new(bot))
        await bot.says("/notify off", chat=OLD)
        assert await chats(bot) == []
        await bot.says("/notify", chat=OLD)
        assert await chats(bot) == [NEW]


async def test_what_was_set_up_in_the_new_group_is_kept() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.says("/notify 23-7", chat=OLD)
        await bot.says("/notify 21-9", chat=NEW)
        await bot.post(from_old(bot))
        (chat,) = (await organisation(bot)).chats
        assert (chat.address, chat.quiet_from) == (address(NEW), 21 * 60)
        assert await notices(bot) == [NEW]


async def test_strangers_groups_leave_no_trace() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        before = await bot.version()
        for old in range(-900, -890):
            update = bot.message(None, STRANGER, old, migrate_to_chat_id=old - 10**12)
            assert await bot.post(update) == 200
        assert await bot.version() == before


@pytest.mark.parametrize("value", ["-1001", None, 1.5, [], {"id": 1}])
async def test_strange_service_messages_change_nothing(value: object) -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.says("/notify", chat=OLD)
        assert await bot.post(bot.message(None, chat=OLD, migrate_to_chat_id=value)) == 200
        assert await chats(bot) == [OLD]


async def test_other_groups_and_accounts_stay_where_they_are() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        for chat in (OLD, -8_881, -88):
            await bot.says("/notify", chat=chat)
        await bot.post(to_new(bot))
        assert await chats(bot) == [NEW, -8_881, -88]


async def test_no_message_of_the_new_group_is_edited_in_place_of_an_old_one() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.says("/notify", chat=OLD)
        shown = await bot.channel.send(OutboundMessage(address(OLD), "card"), "k1")
        refuse(bot)
        await bot.channel.send(OutboundMessage(address(OLD), "next"), "k2")
        with pytest.raises(NothingToEdit):
            await bot.channel.edit(OutboundMessage(address(OLD), "card 2"), shown, "k3")
        assert bot.api.of("editMessageText") == []


async def test_a_topic_of_the_old_group_is_not_looked_for_in_the_new() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        refuse(bot)
        await bot.channel.send(OutboundMessage(address(OLD), "x"), "k1")
        message = OutboundMessage(Address("telegram-staff", STAFF_BOT, f"{OLD}/12"), "y", topic=Topic("Ann"))
        await bot.channel.send(message, "k2")
        sent = bot.api.of("sendMessage")[-1]
        assert (sent["chat_id"], sent.get("message_thread_id")) == (NEW, None)


async def test_the_boss_stays_who_they_are() -> None:
    async with on_telegram() as bot:
        await bot.claims()
        await bot.says("/notify", chat=OLD)
        await bot.post(to_new(bot))
        assert (await organisation(bot)).person_at(address(BOSS)) is not None
        assert isinstance((await organisation(bot)).chats[0], Chat)
