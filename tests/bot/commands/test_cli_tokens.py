"""`xumian token`: tokens of the REST API, also beside a running server, which knows them at once."""

import re
from pathlib import Path

import httpx
import pytest

from tests.bot.commands.commands import Commands, Running, command

pytestmark = pytest.mark.redis
TOKEN = re.compile(r"xum_[0-9a-f]{64}\n")


def test_a_token_is_alone_on_standard_output_and_stored_as_a_hash_only(xumian: Commands) -> None:
    made = xumian("token", "create", "--name", "ATS", "--role", "auditor", "--days", "30")
    assert (made.code, bool(TOKEN.fullmatch(made.out))) == (0, True)
    listed = xumian.well("token", "list")
    assert "ATS" in listed
    assert "auditor" in listed
    assert "never" in listed
    assert made.out.strip() not in listed
    assert "ATS" in xumian.well("token", "revoke", "ATS")
    assert "ATS" not in xumian.well("token", "list")


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("create", "--name", "ATS", "--unit", "East"), 2, "no unit 'East'"),
        (("create", "--name", "ATS", "--role", "king"), 2, "king"),
        (("create", "--name", "ATS", "--days", "0"), 2, "days"),
        (("create", "--name", "!"), 1, "name"),
        (("create",), 2, "--name"),
        (("revoke", "ATS"), 1, "no token"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    xumian: Commands, arguments: tuple[str, ...], code: int, why: str
) -> None:
    said = xumian("token", *arguments)
    assert said.code == code, said
    assert why in said.err
    assert not said.out


def test_a_running_server_knows_a_new_token_at_once(tmp_path: Path) -> None:
    with Running(tmp_path, {}) as running:
        token = command(tmp_path, "token", "create", "--name", "ATS").out.strip()
        address = f"{running.address}/api/v1"
        headers = {"authorization": f"Bearer {token}"}
        assert httpx.get(f"{address}/campaigns", headers=headers).json()["campaigns"][0]["campaign"] == "demo"
        assert "/campaigns" in httpx.get(f"{address}/openapi.json").json()["paths"]
        command(tmp_path, "token", "revoke", "ATS")
        assert httpx.get(f"{address}/campaigns", headers=headers).status_code == 401
