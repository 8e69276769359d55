"""The command report: files of one interview or of a whole campaign, in any form."""

import asyncio
import json

import pytest

from tests.bot.commands.commands import Commands
from tests.bot.commands.test_cli_records import answered

pytestmark = pytest.mark.redis
BEGINS = {"pdf": b"%PDF", "docx": b"PK", "json": b"{", "html": b"<!doctype html>"}


def test_a_report_is_written_in_each_form(xumian: Commands, one_redis: str) -> None:
    (interview,) = asyncio.run(answered(one_redis, ["我学统计"]))
    for form, begins in BEGINS.items():
        file = xumian.folder / f"out.{form}"
        assert str(file.name) in xumian.well("report", interview, "-o", file.name)
        assert file.read_bytes().startswith(begins)
    found = json.loads((xumian.folder / "out.json").read_bytes())
    assert (found["interview"], found["language"], found["chain"]["holds"]) == (interview, "zh", True)
    xumian.well("report", interview, "--format", "json", "--language", "en", "-o", "report")
    assert json.loads((xumian.folder / "report").read_bytes())["state"] == {"id": "running", "text": "Under way"}


def test_all_reports_of_a_campaign_are_written_into_a_folder(xumian: Commands, one_redis: str) -> None:
    interviews = asyncio.run(answered(one_redis, ["一", "二"]))
    assert "2 reports of spring" in xumian.well("report", "--campaign", "spring", "--format", "json", "-o", "all")
    files = [json.loads(each.read_bytes()) for each in (xumian.folder / "all").iterdir()]
    assert {each["interview"] for each in files} == set(interviews)


def test_mistakes_are_told(xumian: Commands) -> None:
    for arguments in (("0" * 16,), (), ("x", "--campaign", "spring")):
        said = xumian("report", *arguments, "-o", "out.pdf")
        assert said.code == 2
        assert len(said.err.strip().splitlines()) == 1
