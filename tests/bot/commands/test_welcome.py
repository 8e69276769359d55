"""What a start with the local default prints."""

import io

import pytest
from rich.console import Console

from bot.commands.service import say_welcome
from tests.bot.whole_app import WholeApp

pytestmark = pytest.mark.redis


async def test_it_names_the_accounts_at_which_the_demo_can_be_taken(app: WholeApp) -> None:
    out = Console(file=io.StringIO(), width=200)
    say_welcome(app.app, out, "")
    said = out.file.getvalue()  # type: ignore[attr-defined]
    assert app.address in said
    assert [line.strip() for line in said.splitlines() if "/start" in line] == ["telegram 700001: /start demo"]
