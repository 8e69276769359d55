"""`xumian chat` in a campaign by invitation: the terminal is invited, and continues where it stopped."""

import json
from pathlib import Path

import pytest

from tests.bot.commands.commands import SHORT, Commands, command

pytestmark = pytest.mark.redis


def test_a_campaign_by_invitation(xumian: Commands, one_redis: str, tmp_path: Path) -> None:
    xumian.well("open", str(SHORT), "--code", "fair")
    options = ("chat", "fair", "--language", "en")
    first = command(tmp_path, *options, stdin=b"1\nI am Li Lei.\n", XUMIAN_REDIS_URL=one_redis)
    assert first.code == 0, first
    assert "Please introduce yourself briefly." in first.out
    second = command(tmp_path, *options, stdin=b"And from Qingdao.\n", XUMIAN_REDIS_URL=one_redis)
    assert second.code == 0, second
    xumian.well("export", "fair", "--format", "jsonl", "-o", "chat.jsonl")
    (row,) = [json.loads(line) for line in (xumian.folder / "chat.jsonl").read_text("utf-8").splitlines()]
    assert [part["text"] for part in row["answers"][0]["parts"]] == ["I am Li Lei.", "And from Qingdao."]


def test_a_terminal_that_shows_only_ascii(xumian: Commands, one_redis: str, tmp_path: Path) -> None:
    xumian.well("open", str(SHORT), "--code", "ascii", "--walk-in")
    options = ("chat", "ascii", "--language", "zh")
    said = "1\n我学统计。\n提交\n".encode()
    given = {"XUMIAN_REDIS_URL": one_redis, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    played = command(tmp_path, *options, stdin=said, **given)
    assert played.code == 0, played
    assert played.out.isascii()
    assert "?" in played.out
    assert played.err.count("this terminal cannot show all characters") == 1
    assert "PYTHONIOENCODING=utf-8" in played.err


def test_numbers_mean_what_was_shown_last(xumian: Commands, one_redis: str, tmp_path: Path) -> None:
    xumian.well("open", str(SHORT), "--code", "numbers")
    said = "1\n我学统计。\n提交\nExcel\n退出\n等等我想想\n3\n退出\n等等我想想\n75\n"
    options = ("chat", "numbers", "--language", "zh")
    played = command(tmp_path, *options, stdin=said.encode(), XUMIAN_REDIS_URL=one_redis)
    assert played.code == 0, played
    assert "\n  2 中位数\n" in played.out
    assert "\n  [暂停或退出]\n" in played.out  # choices have no numbers while the question asks for a number
    xumian.well("export", "numbers", "--format", "jsonl", "-o", "numbers.jsonl")
    (row,) = [json.loads(line) for line in (xumian.folder / "numbers.jsonl").read_text("utf-8").splitlines()]
    assert row["state"] == "completed"
    assert [answer["parts"][-1].get("value") for answer in row["answers"]] == [None, None, "maximum", "75"]
