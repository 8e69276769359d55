"""QR codes of invitations, the account's menu, and how the account's abilities are found out."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
import structlog

from bot.channels.base import Rejected
from bot.channels.wechat.account import Credentials, Push, WeChatAccount
from bot.channels.wechat.parse import MENU
from bot.channels.wechat.qr_links import MOST_AT_A_TIME, QrLinks
from handlers.catalogues import vocabulary
from storage.memory.store import MemoryStore
from storage.ports import Kv
from tests.bot.channels.wechat.wechat_accounts import TOKEN, Desk, WeChatScene, account
from tests.fakes.kv import MemoryKv
from tests.fakes.waiting import until
from tests.fakes.wechat_api import APP_ID, SECRET, FakeWeChat, Trouble

CREATE = "/cgi-bin/qrcode/create"
ASK = "/cgi-bin/customservice/getkflist"


@pytest.fixture(params=[True, False], ids=["verified", "not verified"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with account(MemoryStore(), push=request.param) as desk:
        yield desk


# scenes


async def test_a_scene_is_asked_for_once_and_carries_the_token(desk: Desk) -> None:
    scenes = QrLinks(desk.channel.qr_link)
    assert scenes.known("kR3vX9dQ2mB7tL5wY8nC1A") is None
    for _ in range(3):
        await scenes.prepare(["kR3vX9dQ2mB7tL5wY8nC1A", "poster", "poster"])
    calls = desk.api.of(CREATE)
    if not desk.api.verified:
        assert scenes.known("poster") is None
        assert len(calls) == 2, "asked no more for a while"
        return
    assert scenes.known("poster") == "http://weixin.qq.com/q/poster"
    assert sorted(call.body["action_info"]["scene"]["scene_str"] for call in calls) == [
        "kR3vX9dQ2mB7tL5wY8nC1A",
        "poster",
    ]
    assert {call.body["expire_seconds"] <= 2_592_000 for call in calls} == {True}


async def test_a_great_list_gets_only_so_many() -> None:
    async with account(MemoryStore()) as desk:
        scenes = QrLinks(desk.channel.qr_link)
        tokens = [f"token-{number}" for number in range(MOST_AT_A_TIME + 50)]
        await scenes.prepare(tokens)
        assert len(desk.api.of(CREATE)) == MOST_AT_A_TIME
        assert scenes.known(tokens[MOST_AT_A_TIME - 1])
        assert scenes.known(tokens[-1]) is None


async def test_what_cannot_be_made_now_is_left_out_and_tried_again_later() -> None:
    async with account(MemoryStore()) as desk:
        scenes = QrLinks(desk.channel.qr_link)
        desk.api.fail(CREATE, Trouble(-1), Trouble(-1))
        with structlog.testing.capture_logs() as lines:
            await scenes.prepare(["a", "b"])
        assert [line["event"] for line in lines] == ["wechat_scenes_missing"]
        assert (scenes.known("a"), scenes.known("b")) == (None, None)
        await scenes.prepare(["a", "b"])
        assert scenes.known("a")
        assert scenes.known("b")


# the menu


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_menu_is_within_the_platforms_bounds_and_its_keys_are_understood(language: str) -> None:
    async with account(MemoryStore()) as desk:
        await desk.channel.set_menu(vocabulary()[language])
        buttons = desk.api.menu["button"]
        assert len(buttons) <= 3
        assert all(len(each["name"].encode()) <= 16 for each in buttons)
        below = [each for button in buttons for each in button.get("sub_button", ())]
        assert all(len(each["name"].encode()) <= 60 for each in below)
        keys = [each["key"] for each in (*buttons, *below) if "key" in each]
        assert sorted(keys) == sorted(MENU)
        assert "\\u" not in json.dumps(desk.api.menu, ensure_ascii=False)


async def test_an_account_that_may_have_no_menu_says_so() -> None:
    async with account(MemoryStore(), push=False) as desk:
        with pytest.raises(Rejected, match="48001"):
            await desk.channel.set_menu(vocabulary()["zh"])


# what it may do


def working(api: FakeWeChat, push: Push, kv: Kv | None = None) -> WeChatAccount:
    store = MemoryStore()
    scene = WeChatScene(store)
    return WeChatAccount(
        Credentials(APP_ID, SECRET, TOKEN),
        push,
        api_url=api.url,
        template=None,
        intake=scene.intake,
        outbox=store.outbox,
        kv=kv or MemoryKv(api.now),
        vocabulary=vocabulary(),
        owner="process",
        now=api.now,
    )


@pytest.mark.parametrize(
    ("push", "verified", "can"),
    [
        ("auto", True, "push"),
        ("auto", False, "reply"),
        ("yes", True, "push"),
        ("yes", False, "push"),
        ("no", True, "reply"),
    ],
)
async def test_what_the_account_may_do_is_asked_for_unless_it_is_told(
    push: Push, verified: bool, can: str
) -> None:
    async with FakeWeChat(lambda: 1_790_000_000, verified=verified) as api:
        found = working(api, push)
        assert found.channel.can == ("" if push == "auto" else can)
        with structlog.testing.capture_logs() as lines:
            await _runs_until(found, lambda: push == "no" or bool(lines))
        assert found.channel.can == can
        assert len(api.of(ASK)) == (push != "no")
        warned = [line for line in lines if line["log_level"] == "warning"]
        assert bool(warned) == ((push, verified) == ("yes", False))
        await found.channel.close()


async def test_what_was_found_out_is_known_to_whoever_starts_next() -> None:
    async with FakeWeChat(lambda: 1_790_000_000) as api:
        kv = MemoryKv(api.now)
        first, second, told = working(api, "auto", kv), working(api, "auto", kv), working(api, "no", kv)
        await first.recall()
        assert first.channel.can == ""
        await _runs_until(first, lambda: first.channel.can == "push")
        for each in (second, told):
            await each.recall()
        assert (second.channel.can, told.channel.can) == ("push", "reply")
        for each in (first, second, told):
            await each.channel.close()


async def test_an_address_that_is_not_on_the_list_is_told_once() -> None:
    async with FakeWeChat(lambda: 1_790_000_000) as api:
        api.whitelisted = False
        found = working(api, "auto")
        with structlog.testing.capture_logs() as lines:
            for _ in range(3):
                await _runs_until(found, lambda: bool(lines))
        problems = [line for line in lines if line["event"] == "wechat_account_problem"]
        assert len(problems) == 1
        assert "203.0.113.7" in problems[0]["what"]
        assert found.channel.can == ""
        await found.channel.close()


async def _runs_until(found: WeChatAccount, happened: Callable[[], bool]) -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(found.run(stopping))

    async def so() -> bool:
        return happened()

    await until(so, "the account is known")
    stopping.set()
    await task


# one scan, several events


@pytest.mark.parametrize("later_s", [0, 1, 3])
@pytest.mark.parametrize("first", ["subscribe", "SCAN"])
async def test_the_events_of_one_scan_greet_once(desk: Desk, first: str, later_s: int) -> None:
    await desk.scene.walk_in(code="poster")
    phone = desk.phone()
    desk.api.came(phone.user)
    second = {"subscribe": "SCAN", "SCAN": "subscribe"}[first]
    keys = {"subscribe": "qrscene_poster", "SCAN": "poster"}
    said = []
    for event in (first, second):
        answer = await desk.post(phone.message("event", Event=event, EventKey=keys[event]))
        said += [desk.said(answer, phone.user), *await phone.looks()]
        desk.scene.clock.forward(1000 * later_s)
    assert len([each for each in said if each]) == 1


async def test_at_once_the_events_of_one_scan_greet_once_too(desk: Desk) -> None:
    await desk.scene.walk_in(code="poster")
    phone = desk.phone()
    desk.api.came(phone.user)
    events = [("subscribe", "qrscene_poster"), ("SCAN", "poster")]
    xmls = [phone.message("event", Event=event, EventKey=key) for event, key in events]
    answers = await asyncio.gather(*(desk.post(xml) for xml in xmls))
    said = [desk.said(each, phone.user) for each in answers]
    said += await phone.looks()
    assert sum(bool(each) for each in said) == 1


async def test_another_scan_greets_again(desk: Desk) -> None:
    await desk.scene.walk_in(code="poster")
    phone = desk.phone()
    first = await phone.follows("poster") or phone.seen[-1]
    desk.scene.clock.forward(11_000)
    assert (await phone.scans("poster") or phone.seen[-1]) == first
    assert len(phone.seen) == 2
