"""Messages of the command line: help everywhere, one sentence per mistake, exit codes, no traceback."""

import socket
from pathlib import Path

import pytest

from tests.bot.commands.commands import Commands
from tests.fakes.bot_api import TOKEN

pytestmark = pytest.mark.redis
EVERY = [
    (), ("run",), ("serve",), ("work",), ("work", "delivery"), ("work", "timers"), ("check",), ("open",),
    ("invite",), ("export",), ("audit",), ("chat",), ("script",), ("script", "template"),
    ("backup",), ("restore",),
]  # fmt: skip


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...], xumian: Commands) -> None:
    said = xumian(*path, "--help")
    assert said.code == 0
    assert "Usage: xumian" in said.out
    assert len(said.out) > 100
    assert said.err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",), ("--nothing",), ("run", "x"), ("run", "--nothing"), ("work", "nothing"), ("check",),
        ("open",), ("open", "a", "b"), ("open", "campus-analyst", "--cap", "-1"),
        ("open", "campus-analyst", "--cap", "x"),
        ("open", "campus-analyst", "--nothing"), ("invite",), ("invite", "demo", "--count", "x"),
        ("invite", "demo", "--count", "-1"), ("invite", "demo", "--count", "10001"),
        ("invite", "demo", "--format", "xml"),
        ("invite", "demo", "--name", "x", "--count", "2"), ("export", "demo"), ("export", "demo", "-o"),
        ("export", "demo", "--format", "pdf", "-o", "x"), ("audit",), ("audit", "x", "--all"), ("chat",),
        ("backup",), ("backup", "a", "b"), ("backup", "a", "--nothing"), ("restore",), ("restore", "a", "b"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_use_is_one_sentence_and_exit_code_2(arguments: tuple[str, ...], xumian: Commands) -> None:
    said = xumian(*arguments)
    assert said.code == 2
    assert said.err.startswith("xumian: ")
    assert len(said.err.splitlines()) == 1, said.err
    assert "--help" in said.err
    assert said.out == ""


@pytest.mark.parametrize("arguments", [(), ("work",)], ids=["nothing", "work"])
def test_no_command_at_all_shows_the_help(arguments: tuple[str, ...], xumian: Commands) -> None:
    said = xumian(*arguments)
    assert "Usage: xumian" in said.out + said.err
    assert said.code in (0, 2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("open", "no-such-script"), ("no-such-script", "campus-analyst")),
        (("open", "campus-analyst", "--code", "x"), ("2-40",)),
        (("open", "campus-analyst", "--code", "Ä b"), ("2-40",)),
        (("invite", "nobody"), ("nobody", "xumian open")),
        (("export", "nobody", "-o", "x.csv"), ("nobody",)),
        (("chat", "nobody"), ("nobody",)),
        (("check", "no-such-file.yaml"), ("no-such-file.yaml",)),
    ],
)
def test_a_failure_is_one_sentence_and_exit_code_1(
    arguments: tuple[str, ...], words: tuple[str, ...], xumian: Commands
) -> None:
    said = xumian(*arguments)
    assert said.code == 1
    (line,) = (said.err or said.out).splitlines()
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("XUMIAN_HTTP_PORT", "x", "XUMIAN_HTTP_PORT=8080"),
        ("XUMIAN_TELEGRAM_TOKENS", TOKEN + "," + TOKEN, "XUMIAN_TELEGRAM_TOKENS"),
        ("XUMIAN_REDIS_URL", "redis://localhost?socket_timeout=pass-word", "XUMIAN_REDIS_URL"),
        ("XUMIAN_REDIS_URL", "redis+sentinel://localhost:pass-word/main", "XUMIAN_REDIS_URL"),
        ("XUMIAN_REDIS_URL", "redis+sentinel://localhost:26379", "service"),
    ],
)
@pytest.mark.parametrize("arguments", [("invite", "demo"), ("run",), ("work", "delivery")], ids=" ".join)
def test_a_wrong_setting_stops_the_start(
    name: str, value: str, word: str, arguments: tuple[str, ...], xumian: Commands
) -> None:
    xumian.set(**{name: value})
    said = xumian(*arguments)
    assert said.code == 1
    assert word in said.err
    assert "pass-word" not in said.err
    assert TOKEN.partition(":")[2] not in said.err


def test_an_address_that_is_taken(xumian: Commands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        xumian.set(XUMIAN_HTTP_PORT=port)
        said = xumian("run")
    assert said.code == 1
    line = said.err.splitlines()[-1]
    assert port in line
    assert "XUMIAN_HTTP_PORT" in line


@pytest.mark.parametrize("host", ["no such host", "x" * 70, "256.256.256.256", "192.0.2.1"])
def test_an_address_that_cannot_be(host: str, xumian: Commands) -> None:
    xumian.set(XUMIAN_HTTP_HOST=host, XUMIAN_HTTP_PORT="0")
    said = xumian("serve")
    assert said.code == 1
    assert host in said.err.splitlines()[-1]


def test_a_file_that_cannot_be_written(xumian: Commands) -> None:
    xumian.well("open", "campus-analyst", "--code", "spring")
    for target in ("nowhere/x.csv", str(xumian.folder)):
        for form in ("csv", "xlsx", "jsonl"):
            said = xumian("export", "spring", "--format", form, "-o", target)
            assert said.code == 1
            (line,) = said.err.splitlines()
            assert target in line


def test_a_data_folder_that_is_a_file(xumian: Commands, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    xumian.set(XUMIAN_REDIS_URL="", XUMIAN_DATA_DIR=str(tmp_path / "data"))
    said = xumian("invite", "demo")
    assert said.code == 1
    assert len(said.err.splitlines()) == 1


def test_what_should_never_happen_is_no_traceback_either(
    xumian: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("张三 said so")

    monkeypatch.setattr("bot.commands.script_files.check", broken)
    said = xumian("check", "x.yaml")
    assert said.code == 1
    assert "ZeroDivisionError" in said.err
    assert "张三" not in said.err
