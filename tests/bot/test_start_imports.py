"""What a start imports until the first message is answered: no library, and no part of ours, that it does without.

Each of these modules takes time and memory that every start would pay for.
"""

import urllib.request

import msgspec
import pytest

from tests.bot.commands.commands import Running
from tests.fakes.bot_api import TOKEN

pytestmark = pytest.mark.redis

SECRET = "secret-of-the-test"
WATCHED = """
import atexit, sys
from bot import __main__ as program
program._import_less()
from bot.app import App

async def nothing(*_):
    pass

assert App._start_the_rest
App._start_the_rest = nothing
atexit.register(lambda: print("imported:", *sorted(sys.modules), flush=True))
"""
LIBRARIES = (
    "aibot",
    "aiogram",
    "aiohttp",
    "av",
    "charset_normalizer",
    "ctranslate2",
    "dingtalk_stream",
    "fastapi",
    "faster_whisper",
    "google",
    "httpx",
    "huggingface_hub",
    "icalendar",
    "itsdangerous",
    "jinja2",
    "matplotlib",
    "numpy",
    "openai",
    "onnxruntime",
    "opencc",
    "openpyxl",
    "opentelemetry.exporter",
    "opentelemetry.sdk",
    "phonenumbers",
    "PIL",
    "pygments",
    "segno",
    "telegram",
    "wechatpy",
    "xmltodict",
    "yaml",
)
OURS = (
    "bot.channels.dingtalk.build",
    "bot.channels.feishu.build",
    "bot.channels.telegram_staff.build",
    "bot.channels.web.routes",
    "bot.channels.wechat.build",
    "bot.channels.wecom.build",
    "bot.channels.wecom_aibot.build",
    "bot.runtime.timer_loops",
    "bot.speech",
    "bot.staff_side",
    "bot.tracing.spans",
    "bot.web.report",
    "handlers.authoring",
    "handlers.charts",
    "handlers.console.commands",
    "handlers.console.console",
    "handlers.figures",
    "handlers.queries",
    "handlers.report_pages",
    "handlers.rosters",
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules of a process that has candidates' bots, as it is when it has answered its first message."""
    folder = tmp_path_factory.mktemp("start")
    settings = {
        "XUMIAN_TELEGRAM_TOKENS": TOKEN,
        "XUMIAN_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "XUMIAN_TELEGRAM_API_URL": "http://127.0.0.1:9",
        "XUMIAN_PUBLIC_URL": "https://interview.example.com",
    }
    with Running(folder, settings, WATCHED) as running:
        assert _written_to(running.address) == 200
    told = running.log.rpartition("imported: ")[2].split()
    assert "bot.channels.telegram.receive" in told
    return frozenset(told)


def _written_to(address: str) -> int:
    someone = {"id": 42, "is_bot": False, "first_name": "Lin", "language_code": "en"}
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 42, "type": "private"},
        "from": someone,
        "text": "/start x",
    }
    request = urllib.request.Request(
        f"{address}/webhooks/telegram/{TOKEN.partition(':')[0]}",
        msgspec.json.encode({"update_id": 1, "message": message}),
        {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return int(answer.status)


@pytest.mark.parametrize("module", [*LIBRARIES, *OURS])
def test_a_start_does_without(module: str, imported: frozenset[str]) -> None:
    assert sorted(each for each in imported if each == module or each.startswith(f"{module}.")) == []
