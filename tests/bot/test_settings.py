"""Settings: errors name each wrong value, with what is wrong and an example, and contain no secrets."""

import os
import sys
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from bot.channels import CHANNELS
from bot.channels.telegram.settings import TelegramSettings
from bot.channels.telegram_staff.settings import TelegramStaffSettings
from bot.channels.wecom.settings import WeComSettings
from bot.docs_pages.pages import made
from bot.docs_pages.settings_page import page
from bot.setting_names import unknown_names
from bot.settings import Settings, SettingsWrong, load
from tests.fakes.bot_api import TOKEN
from tests.fakes.time_stamping import ca

TOKENS = "XUMIAN_TELEGRAM_TOKENS"
SECRET = TOKEN.partition(":")[2]


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in os.environ:
        if name.startswith("XUMIAN_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def came_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of examples that an installed wheel has. It does not exist yet."""
    monkeypatch.setattr("sysconfig.get_path", lambda _name: str(tmp_path / "environment"))
    return tmp_path / "environment" / "share" / "xumian" / "interviews"


def test_examples_that_came_along_serve_where_there_are_no_scripts(came_along: Path, empty_folder: Path) -> None:
    came_along.mkdir(parents=True)
    assert load().scripts_dir == came_along
    assert load({"scripts_dir": "own"}).scripts_dir == Path("own")
    (empty_folder / "interviews").mkdir()
    assert load().scripts_dir == Path("interviews")


@pytest.mark.usefixtures("came_along")
def test_the_defaults() -> None:
    settings = load()
    assert settings.http_host == "127.0.0.1"
    assert settings.http_port == 8080
    assert settings.redis_url is None
    assert settings.of(TelegramSettings).tokens == ()
    assert settings.data_dir == Path("data")
    assert settings.scripts_dir == Path("interviews")
    assert settings.workday_timezone == "Asia/Shanghai"
    assert settings.local


WRONG = [
    ("HTTP_PORT", "x"), ("HTTP_PORT", "65536"), ("HTTP_PORT", "-1"), ("HTTP_PORT", "80.5"),
    ("REDIS_URL", "localhost"), ("REDIS_URL", "http://localhost"), ("REDIS_URL", "redisx://h"),
    ("REDIS_URL", "redis://localhost:port"), ("REDIS_URL", "redis://localhost:99999"), ("REDIS_URL", "redis://[::1"),
    ("PUBLIC_URL", "interview.example.com"), ("PUBLIC_URL", "ftp://example.com"), ("PUBLIC_URL", "https://"),
    ("PUBLIC_URL", "https://example.com/?x=1"), ("PUBLIC_URL", "https://example.com/#x"), ("PUBLIC_URL", "https://a:b"),
    ("PUBLIC_URL", "https://["), ("PUBLIC_URL", "https://example.com:99999"),
    ("TELEGRAM_API_URL", "api.telegram.org"), ("TELEGRAM_API_URL", "http://x:0"),
    ("TELEGRAM_TOKENS", "x"), ("TELEGRAM_TOKENS", "700001"), ("TELEGRAM_TOKENS", ":AAE-0123456789012345678901"),
    ("TELEGRAM_TOKENS", "700001:short"), ("TELEGRAM_TOKENS", f"{TOKEN} {TOKEN}"),
    ("TELEGRAM_TOKENS", f"{TOKEN},{TOKEN}"), ("TELEGRAM_WEBHOOK_SECRET", "x" * 257),
    ("TELEGRAM_TOKENS", f"{TOKEN};700002:AAE-0123456789012345678901"),
    ("TELEGRAM_WEBHOOK_SECRET", "with space"), ("TELEGRAM_WEBHOOK_SECRET", "密"),
    ("WORKDAY_TIMEZONE", "Beijing"), ("WORKDAY_TIMEZONE", "../../etc/passwd"),
    ("WORKDAY_TIMEZONE", "Asia"), ("WORKDAY_TIMEZONE", "UTC+8"),
    ("WECOM_AGENT_ID", "the app"), ("WECOM_AES_KEY", "short"), ("WECOM_AES_KEY", "x" * 44),
    ("WECOM_API_URL", "qyapi.weixin.qq.com"),
    ("DINGTALK_ROBOT_CODE", "a/b"), ("DINGTALK_MODE", "webhook"),
    ("DINGTALK_PATH_SECRET", "short"), ("DINGTALK_PATH_SECRET", "with/slash-0123456789"),
    ("DINGTALK_FRESH_S", "3601"), ("DINGTALK_FRESH_S", "0"), ("DINGTALK_MONTHLY_CALLS", "-1"),
    ("DINGTALK_API_URL", "api.dingtalk.com"), ("DINGTALK_CORP_ID", "ding 1"),
    ("ANCHOR_TO", "https://"), ("ANCHOR_TO", "https://h:x/"), ("ANCHOR_TO", "mailto:a@example.com"),
    ("ANCHOR_TO", "https://h/,telegram://me"), ("ANCHOR_TO", "https://[::1/"),
    ("ANCHOR_TSA", "tsa.example.com"), ("ANCHOR_TSA", "ftp://tsa.example.com"), ("ANCHOR_TSA", "http://"),
    ("ANCHOR_TSA", "http://h:x/"), ("ANCHOR_TSA", "https://[::1/"),
    ("SECRET_KEY", "x" * 31), ("SECRET_KEY", f"{'x' * 32},short"), ("SECRET_KEY", " , "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_named_explained_and_shown_right(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"XUMIAN_{name}", value)
    with pytest.raises(SettingsWrong) as wrong:
        load()
    (line,) = str(wrong.value).splitlines()
    assert line.startswith(f"XUMIAN_{name}: ")
    why, _, example = line.partition("; for example ")
    assert len(why) > len(f"XUMIAN_{name}: ") + 10
    shown, _, good = example.partition("=")
    assert shown == f"XUMIAN_{name}"
    monkeypatch.setenv(shown, good)
    load()


WECOM = {"AGENT_ID": "1000002", "SECRET": "the-secret", "TOKEN": "token", "AES_KEY": "k" * 43}


def test_wecom_needs_all_of_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_WECOM_CORP_ID", "ww0123456789abcdef")
    with pytest.raises(SettingsWrong) as wrong:
        load()
    named = [line.partition(":")[0] for line in str(wrong.value).splitlines()]
    assert named == [f"XUMIAN_WECOM_{name}" for name in WECOM]
    for name, value in WECOM.items():
        monkeypatch.setenv(f"XUMIAN_WECOM_{name}", value)
    settings = load()
    assert settings.of(WeComSettings).api_url == "https://qyapi.weixin.qq.com"
    assert "the-secret" not in repr(settings)
    monkeypatch.setenv("XUMIAN_WECOM_KF_OPEN_ID", "kf")
    with pytest.raises(SettingsWrong, match="wk"):
        load()
    monkeypatch.setenv("XUMIAN_WECOM_CORP_ID", "my company")
    with pytest.raises(SettingsWrong, match="ww"):
        load()


def test_a_kf_account_needs_an_app_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_WECOM_KF_OPEN_ID", "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q")
    with pytest.raises(SettingsWrong, match="XUMIAN_WECOM_CORP_ID"):
        load()


def test_everything_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HTTP_PORT", "x"), ("PUBLIC_URL", "x"), ("WORKDAY_TIMEZONE", "x")):
        monkeypatch.setenv(f"XUMIAN_{name}", value)
    with pytest.raises(SettingsWrong) as wrong:
        load()
    assert len(str(wrong.value).splitlines()) == 3


GOOD = [
    ("REDIS_URL", "redis://localhost"), ("REDIS_URL", "rediss://:p%40ss@h:6380/1"), ("REDIS_URL", "unix:///run/redis.sock"),
    ("REDIS_URL", "redis+cluster://a:7000"), ("REDIS_URL", "redis+sentinel://u:p@a:26379,b:26379/main?db=0"),
    ("REDIS_URL", ""), ("PUBLIC_URL", ""), ("HTTP_PORT", ""), ("HTTP_HOST", ""), ("TELEGRAM_API_URL", ""),
    ("WORKDAY_TIMEZONE", ""), ("PUBLIC_URL", "https://interview.example.com/"), ("HTTP_PORT", "0"),
    ("HTTP_HOST", "::"), ("TELEGRAM_TOKENS", ""),
    ("TELEGRAM_TOKENS", f" {TOKEN} , 700002:AAE-0123456789012345678901,"),
    ("TELEGRAM_WEBHOOK_SECRET", ""), ("TELEGRAM_WEBHOOK_SECRET", "x" * 256), ("WORKDAY_TIMEZONE", "Europe/Berlin"),
    ("TELEGRAM_API_URL", "http://127.0.0.1:8081/"),
    ("DINGTALK_MODE", "stream"), ("DINGTALK_PATH_SECRET", ""), ("DINGTALK_FRESH_S", "3600"),
    ("DINGTALK_API_URL", "http://127.0.0.1:8081/"),
    ("SECRET_KEY", ""), ("SECRET_KEY", "x" * 32), ("SECRET_KEY", f"{'密' * 32}, {'y' * 44}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_right_values(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"XUMIAN_{name}", value)
    settings = load()
    assert not str(settings.public_url).endswith("/")
    assert not settings.of(TelegramSettings).api_url.endswith("/")


def test_several_bots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKENS, f" {TOKEN} , 700002:AAE-0123456789012345678901,")
    tokens = [token.get_secret_value() for token in load().of(TelegramSettings).tokens]
    assert tokens == [TOKEN, "700002:AAE-0123456789012345678901"]


def test_secrets_are_not_in_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKENS, TOKEN)
    monkeypatch.setenv("XUMIAN_TELEGRAM_WEBHOOK_SECRET", "hush-hush")
    monkeypatch.setenv("XUMIAN_REDIS_URL", "redis://:pass-word@localhost")
    settings = load()
    everything = [settings, *settings.channels]
    for printed in (text for each in everything for text in (repr(each), str(each), each.model_dump_json())):
        for secret in (SECRET, "hush-hush", "pass-word"):
            assert secret not in printed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKENS", f"{TOKEN},{TOKEN}"),
        ("TELEGRAM_TOKENS", f"700001-{SECRET}"),
        ("TELEGRAM_WEBHOOK_SECRET", f"{SECRET} {SECRET}"),
        ("REDIS_URL", f"redis:/:{SECRET}@localhost"),
        ("REDIS_URL", f"redis://user:{SECRET}/more@localhost:6379"),
        ("REDIS_URL", f"postgres://{SECRET}@localhost"),
        ("PUBLIC_URL", f"ftp://user:{SECRET}@example.com"),
        ("TELEGRAM_API_URL", f"ftp://example.com/bot{TOKEN}"),
        ("SECRET_KEY", SECRET[:31]),
    ],
)
def test_secrets_are_not_in_what_is_wrong_with_them(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"XUMIAN_{name}", value)
    with pytest.raises(SettingsWrong) as wrong:
        load()
    assert SECRET not in str(wrong.value)
    assert wrong.value.__suppress_context__


def test_a_robot_needs_its_secret_and_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_DINGTALK_APP_KEY", "dingkey")
    with pytest.raises(SettingsWrong) as wrong:
        load()
    missing = [line.partition(":")[0] for line in str(wrong.value).splitlines()]
    assert missing == ["XUMIAN_DINGTALK_APP_SECRET", "XUMIAN_DINGTALK_ROBOT_CODE"]
    monkeypatch.setenv("XUMIAN_DINGTALK_APP_SECRET", "hush-hush")
    monkeypatch.setenv("XUMIAN_DINGTALK_ROBOT_CODE", "dingcode")
    monkeypatch.setenv("XUMIAN_DINGTALK_PATH_SECRET", "hush-hush-0123456789")
    monkeypatch.setenv("XUMIAN_NOTIFY", "dingtalk+robot://hush-hush-0123456789?secret=hush-hush")
    assert "hush" not in repr(load())


def test_anchors_go_to_chats_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_TELEGRAM_STAFF_TOKEN", TOKEN)
    monkeypatch.setenv("XUMIAN_NOTIFY", "telegram://-1001?language=en,telegram://-1002")
    addresses = ["https://a.example.com/one?token=hush", "https://a.example.com/two"]
    monkeypatch.setenv("XUMIAN_ANCHOR_TO", f"{addresses[0]}, telegram://-1001 ,telegram://-1003,{addresses[1]},")
    settings = load()
    assert settings.anchor_addresses == addresses
    assert [place.target for place in settings.anchor_places] == ["-1001", "-1003"]
    assert sorted(place.target for place in settings.all_places) == ["-1001", "-1002", "-1003"]
    assert len(settings.places) == 2
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    "address",
    [
        "http://tsa.example.com",
        "https://tsa.example.com/tsr/",
        "http://10.1.2.3:8318/?td=sha256",
        "http://[fd00::1]/",
    ],
)
def test_an_authority_has_any_web_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().anchor_tsa is None
    monkeypatch.setenv("XUMIAN_ANCHOR_TSA", address)
    assert load().anchor_tsa == address


def test_the_address_of_an_authority_may_be_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUMIAN_ANCHOR_TSA", "http://us:hush-hush@tsa.example.com/")
    assert "hush" not in repr(load())
    monkeypatch.setenv("XUMIAN_ANCHOR_TSA", "http://us:hush-hush@tsa.example.com:port/")
    with pytest.raises(SettingsWrong) as wrong:
        load()
    assert "hush" not in str(wrong.value)


def test_the_roots_of_an_authority_are_a_readable_file(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, root = empty_folder / "tsa-root.pem", ca("Example Root")
    monkeypatch.setenv("XUMIAN_ANCHOR_TSA_CA", "tsa-root.pem")
    for content, why in ((None, "cannot be read"), (b"x", "no certificates"), (ca("A", root).pem, "no root cert")):
        if content is not None:
            bundle.write_bytes(content)
        with pytest.raises(SettingsWrong, match=why) as wrong:
            load()
        assert str(wrong.value).endswith("; for example XUMIAN_ANCHOR_TSA_CA=tsa-root.pem")
    bundle.write_bytes(root.pem)
    assert load().anchor_tsa_ca == Path("tsa-root.pem")


@pytest.mark.parametrize("name", ["ANCHOR_TSA", "ANCHOR_TSA_CA"])
def test_time_stamps_need_their_library(name: str, empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / "tsa-root.pem").write_bytes(ca("Example Root").pem)
    monkeypatch.setenv(f"XUMIAN_{name}", {"ANCHOR_TSA": "http://tsa/", "ANCHOR_TSA_CA": "tsa-root.pem"}[name])
    load()
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(SettingsWrong, match=rf"^XUMIAN_{name}: .*pip install 'xumian\[timestamps\]'"):
        load()
    monkeypatch.delenv(f"XUMIAN_{name}")
    load()


@pytest.mark.parametrize("missing", ["opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"])
def test_traces_need_their_library(missing: str, empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().traces == "off"
    monkeypatch.setenv("XUMIAN_TRACES", "otlp")
    assert load().traces == "otlp"
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SettingsWrong, match=r"^XUMIAN_TRACES: .*pip install 'xumian\[tracing\]'"):
        load()
    monkeypatch.delenv("XUMIAN_TRACES")
    load()


def test_the_env_file(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / ".env").write_text(
        "XUMIAN_HTTP_PORT=8099\nXUMIAN_SCRIPTS_DIR=面试\n# a comment\n", encoding="utf-8"
    )
    assert load().http_port == 8099
    assert load().scripts_dir == Path("面试")
    monkeypatch.setenv("XUMIAN_HTTP_PORT", "8100")
    assert load().http_port == 8100, "the environment goes first"
    (empty_folder / ".env").write_text("XUMIAN_HTTP_PORT=many\n", encoding="utf-8")
    monkeypatch.delenv("XUMIAN_HTTP_PORT")
    with pytest.raises(SettingsWrong, match="XUMIAN_HTTP_PORT"):
        load()


def test_an_env_file_in_another_encoding(empty_folder: Path) -> None:
    (empty_folder / ".env").write_bytes("XUMIAN_SCRIPTS_DIR=面试\n".encode("gbk"))
    with pytest.raises(SettingsWrong, match="UTF-8"):
        load()
    with pytest.raises(SettingsWrong, match="UTF-8"):
        unknown_names()


def test_names_that_mean_nothing(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / ".env").write_text(f"XUMIAN_TELEGRAM_TOKEN={TOKEN}\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("XUMIAN_HTP_PORT", SECRET)
    monkeypatch.setenv("XUMIAN_ELEPHANT", SECRET)
    monkeypatch.setenv("XUMIAN_TEST_SERVERS", "")
    lines = unknown_names()
    assert lines == [
        "XUMIAN_ELEPHANT is set: this version does not use it",
        "XUMIAN_HTP_PORT is set: did you mean XUMIAN_HTTP_PORT?",
        "XUMIAN_TELEGRAM_TOKEN is set: did you mean XUMIAN_TELEGRAM_TOKENS?",
    ]
    load()


def test_every_setting_has_an_example() -> None:
    kinds: tuple[type[BaseSettings], ...] = (Settings, *CHANNELS)
    for kind in kinds:
        for name, field in kind.model_fields.items():
            assert field.examples, name
            assert field.description, name


@pytest.mark.parametrize(("path", "text"), list(made("settings.md", page)))
def test_the_page_of_settings_is_made_from_the_code(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run `make docs`"


STAFF = "XUMIAN_TELEGRAM_STAFF_TOKEN"


def test_the_staff_bot_is_none_of_the_candidates_bots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STAFF, "")
    assert load().of(TelegramStaffSettings).staff_token is None
    monkeypatch.setenv(STAFF, f"{TOKEN}x")
    monkeypatch.setenv(TOKENS, TOKEN)
    with pytest.raises(SettingsWrong) as wrong:
        load()
    assert str(wrong.value).startswith(f"{STAFF}: is one of the candidates' bots")
    assert SECRET not in str(wrong.value)
    monkeypatch.setenv(STAFF, TOKEN.replace("700001", "700900"))
    settings = load()
    staff = settings.of(TelegramStaffSettings)
    assert staff.staff_token is not None
    assert SECRET not in repr(staff)


@pytest.mark.parametrize(
    "value", ["x", "700900", "700900:short", ":AAE-0123456789012345678901", f"{TOKEN},{TOKEN}"]
)
def test_a_wrong_staff_token(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STAFF, value)
    with pytest.raises(SettingsWrong, match=f"{STAFF}: .*number:letters; for example {STAFF}=700900:"):
        load()
