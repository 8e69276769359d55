"""The settings of an official account: wrong ones are refused at the start, and no secret is shown."""

from pathlib import Path

import pytest
import structlog

from bot.app import App
from bot.channels.platform import keys_of
from bot.channels.wechat.settings import WeChatSettings
from bot.settings import SettingsWrong, load
from conversation.inbound import Address
from storage.redis.store import RedisStore
from tests.bot.channels.wechat.wechat_accounts import EARLIER_KEY, KEY, TOKEN
from tests.fakes.wechat_api import APP_ID, SECRET

ALL = {
    "APP_ID": APP_ID,
    "APP_SECRET": SECRET,
    "TOKEN": TOKEN,
    "AES_KEY": KEY,
    "TEMPLATE_ID": "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY:thing1,time2",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name, value in ALL.items():
        monkeypatch.setenv(f"XUMIAN_WECHAT_{name}", value)
    return monkeypatch


WRONG = [
    ("APP_ID", "x"), ("APP_ID", "wx0123456789abcde"), ("APP_ID", "wx0123456789abcdeg_"), ("APP_ID", "../wx"),
    ("APP_SECRET", ""), ("TOKEN", ""),
    ("AES_KEY", KEY[:-1]), ("AES_KEY", KEY + "x"), ("AES_KEY", f"{KEY},short"), ("AES_KEY", "!" * 43),
    ("PUSH", "maybe"), ("API_URL", "api.weixin.qq.com"),
    ("TEMPLATE_ID", "short"), ("TEMPLATE_ID", "x" * 43 + ":thing1"), ("TEMPLATE_ID", "x" * 43 + ":a,b,c"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_explained_and_shown_right(
    name: str, value: str, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv(f"XUMIAN_WECHAT_{name}", value)
    with pytest.raises(SettingsWrong) as wrong:
        load()
    (line,) = str(wrong.value).splitlines()
    why, _, example = line.partition("; for example ")
    assert len(why) > len(f"XUMIAN_WECHAT_{name}: ") + 10
    shown, _, good = example.partition("=")
    assert shown == f"XUMIAN_WECHAT_{name}"
    environment.setenv(shown, good)
    load()


@pytest.mark.parametrize("missing", ["APP_SECRET", "TOKEN"])
def test_what_belongs_to_the_app_id_is_missed(missing: str, environment: pytest.MonkeyPatch) -> None:
    environment.delenv(f"XUMIAN_WECHAT_{missing}")
    with pytest.raises(SettingsWrong, match=f"XUMIAN_WECHAT_{missing}: is missing"):
        load()


def test_right_values(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("XUMIAN_WECHAT_AES_KEY", f" {KEY} , {EARLIER_KEY}")
    settings = load().of(WeChatSettings)
    assert keys_of(settings.aes_key) == [KEY, EARLIER_KEY]
    for name in ("AES_KEY", "TEMPLATE_ID", "PUSH"):
        environment.delenv(f"XUMIAN_WECHAT_{name}", raising=False)
    assert load().of(WeChatSettings).push == "auto"


def test_no_secret_is_shown(environment: pytest.MonkeyPatch) -> None:
    settings = load()
    printed = "".join(repr(each) + str(each) + repr(each.model_dump()) for each in (settings, *settings.channels))
    for secret in (SECRET, TOKEN, KEY):
        assert secret not in printed


@pytest.mark.redis
async def test_the_app_has_the_account_where_it_is_configured(
    environment: pytest.MonkeyPatch, one_store: RedisStore
) -> None:
    with structlog.testing.capture_logs():
        app = App(load(), one_store)
        await app.add_channels()
        assert app.channels.get("wechat", APP_ID)
        (known,) = [each for each in app.channels.accounts() if each.channel == "wechat"]
        assert (known.can, known.problem) == ("", None)
        assert app._can_nudge(Address("wechat", APP_ID, "o1"))
        assert not app._can_nudge(Address("telegram", "700001", "1"))
        await app.close()
        for name in ALL:
            environment.delenv(f"XUMIAN_WECHAT_{name}")
        without = App(load(), one_store)
        await without.add_channels()
        assert without.channels.get("wechat", APP_ID) is None
        await without.close()
