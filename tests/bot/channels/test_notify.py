"""The values that XUMIAN_NOTIFY accepts, and the errors for others."""

import pytest
from pydantic import SecretStr

from bot.channels.notify import parse, split
from bot.channels.telegram_staff.settings import TelegramStaffSettings
from bot.channels.wecom.settings import WeComSettings
from bot.settings import SettingsWrong, load
from conversation.inbound import Address
from handlers.notices.notices import Destination
from tests.fakes.bot_api import TOKEN

SECRET = "s3cr3t-of-the-robot"


def test_telegram_chats_are_told_of_everything() -> None:
    places = split(" telegram://-1001234 , telegram://42?language=en,")
    staff = TelegramStaffSettings(staff_token=SecretStr(TOKEN))
    number = TOKEN.partition(":")[0]
    assert staff.destinations(list(map(parse, places))) == [
        Destination(Address("telegram-staff", number, "-1001234"), "zh", digest=True),
        Destination(Address("telegram-staff", number, "42"), "en", digest=True),
    ]
    assert split("") == ()


def test_a_groups_robot_is_known_by_its_keys_hash() -> None:
    place = parse(f"wecom+robot://{SECRET}?language=en")
    (there,) = WeComSettings().destinations([place])
    assert there == Destination(Address("wecom-robot", place.account, "group"), "en", digest=True)
    assert place.target == SECRET
    assert SECRET not in repr(there)


def test_a_groups_robot_needs_no_staff_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_NOTIFY", f"wecom+robot://{SECRET}")
    settings = load()
    assert settings.notify
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (f"dingtalk+robot://token?secret={SECRET}", "robot's token"),
        (f"telegram://1,wecom+robot://{SECRET}!", "place 2 of 2 has no robot's key"),
        (f"wecom+robot://{SECRET}/x", "more than the robot's key"),
        (f"wecom+robot://{SECRET}?language=fr", "zh or en"),
        (f"wecom+robot://{SECRET},wecom+robot://{SECRET}?language=en", "twice"),
        (f"https://example.com/{SECRET}", "telegram://"),
        ("telegram://@channel", "number"),
        ("telegram://", "number"),
        ("telegram://1/2", "more than"),
        ("telegram://1?x=1", "more than"),
        ("telegram://1?language=fr", "zh or en"),
        ("telegram://1,telegram://1?language=en", "twice"),
    ],
)
def test_what_cannot_be_is_refused_without_telling_secrets(
    value: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XUMIAN_TELEGRAM_STAFF_TOKEN", TOKEN)
    monkeypatch.setenv("XUMIAN_NOTIFY", value)
    with pytest.raises(SettingsWrong) as wrong:
        load()
    assert why in str(wrong.value)
    assert "XUMIAN_NOTIFY" in str(wrong.value)
    assert SECRET not in str(wrong.value)


def test_telegram_needs_the_staffs_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_NOTIFY", "telegram://-1001234")
    with pytest.raises(SettingsWrong, match="XUMIAN_TELEGRAM_STAFF_TOKEN"):
        load()
    monkeypatch.setenv("XUMIAN_TELEGRAM_STAFF_TOKEN", TOKEN)
    assert load().notify == ("telegram://-1001234",)
