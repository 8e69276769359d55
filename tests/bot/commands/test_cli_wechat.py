"""`xumian wechat menu`, and the QR codes that `xumian invite` creates."""

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest

from tests.bot.commands.commands import SHORT, Commands
from tests.fakes.wechat_api import APP_ID, SECRET, FakeWeChat

pytestmark = pytest.mark.redis


@pytest.fixture
def api() -> Iterator[FakeWeChat]:
    """A fake WeChat in a thread of its own, because commands run event loops of their own."""
    loop, fake = asyncio.new_event_loop(), FakeWeChat(lambda: 1_790_000_000)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(fake.__aenter__(), loop).result(15)
    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(fake.__aexit__(None, None, None), loop).result(15)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def configured(xumian: Commands, api: FakeWeChat) -> Commands:
    xumian.set(
        XUMIAN_WECHAT_APP_ID=APP_ID,
        XUMIAN_WECHAT_APP_SECRET=SECRET,
        XUMIAN_WECHAT_TOKEN="a-token",
        XUMIAN_WECHAT_API_URL=api.url,
    )
    return xumian


def test_the_menu_is_set(configured: Commands, api: FakeWeChat) -> None:
    assert APP_ID in configured.well("wechat", "menu")
    assert [each["name"] for each in api.menu["button"]] == ["继续面试", "我的进度", "更多"]
    configured.well("wechat", "menu", "--language", "en")
    assert api.menu["button"][0]["name"] == "Continue"


def test_what_can_be_wrong_with_it(xumian: Commands, configured: Commands, api: FakeWeChat) -> None:
    said = configured("wechat", "menu", "--language", "fr")
    assert (said.code, "zh or en" in said.err) == (2, True)
    api.verified = False
    said = configured("wechat", "menu")
    assert (said.code, "only verified accounts" in said.err) == (1, True)
    assert SECRET not in said.err
    api.whitelisted = False
    api.tokens.clear()
    configured.set(XUMIAN_WECHAT_APP_ID="wxfedcba9876543210")
    said = configured("wechat", "menu")
    assert (said.code, "203.0.113.7" in said.err, "IP whitelist" in said.err) == (1, True, True)


def test_without_an_account_there_is_no_menu(xumian: Commands) -> None:
    said = xumian("wechat", "menu")
    assert (said.code, "XUMIAN_WECHAT_APP_ID" in said.err) == (1, True)


@pytest.mark.parametrize("verified", [True, False])
def test_invitations_carry_the_qr_codes_contents(configured: Commands, api: FakeWeChat, verified: bool) -> None:
    api.verified = verified
    configured.well("open", str(SHORT), "--code", "spring")
    said = configured.well("invite", "spring", "--count", "3", "--format", "json")
    for each in json.loads(said):
        expected = f"http://weixin.qq.com/q/{each['token']}" if verified else None
        assert each["links"].get("wechat") == expected


def test_a_poster_has_one_too(configured: Commands) -> None:
    said = configured.well("open", str(SHORT), "--code", "poster", "--walk-in")
    assert "wechat: http://weixin.qq.com/q/poster" in said
