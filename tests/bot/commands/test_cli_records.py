"""The commands export, audit and chat: texts are exported whole, safe in a spreadsheet, and verified."""

import asyncio
import csv
import json
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from conversation import inbound as i
from conversation import visible_text
from conversation.engine import Engine
from conversation.inbound import Address, Inbound
from conversation.record.audit import HASH_BYTES
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.maintenance.export import COLUMNS
from handlers.notices.notices import Notices
from handlers.organisation.events import Acted
from handlers.organisation.repository import claim_code, verified_organisation
from handlers.organisation.state import NAME
from storage import keys
from storage.redis.store import RedisStore
from tests.bot.commands.commands import PATIENCE_S, SHORT, Commands, Running, command, environment
from tests.bot.runtime.offices import ZONE
from tests.dialogues.playing import script_named

pytestmark = pytest.mark.redis
NOW_MS = 1_790_040_000_000
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
]
ODD = [
    "plain",
    'quotes " and , commas',
    "two\nlines",
    "emoji 👩🏽‍💻",
    "control \x00\x07\x1b",
    "not in XML \ufffe\uffff",
    "x" * 20_000,
]


async def answered(redis_url: str, said: list[str], name: str = "张三") -> list[str]:
    """Create one interview for each text, which is its first answer. Returns the interviews' ids."""
    store = RedisStore.at(redis_url)
    numbers = iter(range(10_000))

    def nonce() -> str:
        return f"fresh-{next(numbers)}"

    campaigns = Campaigns(store, now=lambda: NOW_MS, nonce=nonce, zone=ZONE)
    campaign = await campaigns.open(script_named("short"), code="spring", unit="华东")
    intake = Intake(
        store, Engine(vocabulary(), ZONE), Notices(vocabulary(), ZONE, []), now=lambda: NOW_MS, nonce=nonce
    )
    interviews = []
    for number, text in enumerate(said):
        invitation = await campaigns.invite(campaign, name)
        sender = Address("telegram", "700001", str(number))
        steps: list[i.What] = [i.CommandReceived("start", invitation.token), i.ChoicePressed("agree@-1")]
        steps += [i.TextReceived(text), i.ChoicePressed("submit@0")]
        for step, what in enumerate(steps):
            await intake.receive(Inbound(f"{number}-{step}", what, sender, NOW_MS, str(step), language="zh"))
        interviews.append(invitation.interview)
    await store.close()
    return interviews


def exported(xumian: Commands, form: str) -> Path:
    out = xumian.well("export", "spring", "--format", form, "-o", f"out.{form}")
    assert "interviews of spring in" in out
    return xumian.folder / f"out.{form}"


def test_jsonl_holds_everything_as_it_was_said(xumian: Commands, one_redis: str) -> None:
    said = [FORMULAS[0], *FORMULAS[3:5], *ODD]
    interviews = asyncio.run(answered(one_redis, said))
    rows = [json.loads(line) for line in exported(xumian, "jsonl").read_text(encoding="utf-8").split("\n") if line]
    by_id = {row["interview"]: row for row in rows}
    assert set(by_id) == set(interviews)
    for interview, text in zip(interviews, said, strict=True):
        row = by_id[interview]
        assert row["candidate"]["name"] == "张三"
        assert row["unit"] == "华东"
        assert row["state"] == "running"
        assert row["answers"][0]["status"] == "submitted"
        assert row["answers"][0]["parts"][0]["text"] == visible_text.said(text).strip()
        assert [answer["status"] for answer in row["answers"][1:]] == ["open", "none", "none"]
        assert row["coverage"]["assessed_weight"] == 0
        assert row["chain"]["length"] == 5


def cells_of(path: Path, form: str) -> list[dict[str, Any]]:
    if form == "csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    sheet = load_workbook(path).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]  # type: ignore[arg-type] # headings are text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_nothing_in_a_spreadsheet_is_a_formula(form: str, xumian: Commands, one_redis: str) -> None:
    said = FORMULAS + ODD
    asyncio.run(answered(one_redis, said, name="=HYPERLINK(1)"))
    rows = cells_of(exported(xumian, form), form)
    assert tuple(rows[0]) == COLUMNS
    assert len({row["interview"] for row in rows}) == len(said)
    for row in rows:
        for value in row.values():
            assert not str(value or "").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
        assert row["name"] == "'=HYPERLINK(1)"
    texts = {row["text"] for row in rows if row["status"] == "submitted"}
    assert {"'=1+1", "plain", 'quotes " and , commas', "two\nlines", "emoji 👩🏽‍💻"} <= texts


def test_an_empty_campaign_is_an_empty_export(xumian: Commands) -> None:
    xumian.well("open", str(SHORT), "--code", "spring")
    assert exported(xumian, "jsonl").read_bytes() == b""
    assert cells_of(exported(xumian, "csv"), "csv") == []
    assert cells_of(exported(xumian, "xlsx"), "xlsx") == []


def test_the_record_holds(xumian: Commands, one_redis: str) -> None:
    interviews = asyncio.run(answered(one_redis, ["one", "two"]))
    assert "5 entries" in xumian.well("audit", interviews[0])
    assert xumian.well("audit", "--all").splitlines()[-1] == "2 records hold, 0 do not"


async def tamper(redis_url: str, interview: str, how: str) -> None:
    store = RedisStore.at(redis_url)
    client, log, state = store.client, keys.log(interview), keys.state(interview)
    entries: list[bytes] = await store.interviews.entries(interview)
    record = await store.interviews.load(interview)
    assert record is not None
    if how.startswith("state"):
        blob = await client.get(state)
        assert isinstance(blob, bytes)
        garbage = {
            "state altered": blob.replace("张三".encode(), "王五".encode()),
            "state garbled": blob[:41],
            "state gone": b"",
        }
        await (client.set(state, garbage[how]) if garbage[how] else client.delete(state))
    else:
        changed = {
            "word altered": [*entries[:3], entries[3].replace(b"one", b"two"), *entries[4:]],
            "removed": entries[:2] + entries[3:],
            "last removed": entries[:-1],
            "moved": [entries[1], entries[0], *entries[2:]],
            "garbled": [*entries[:2], b"\x00" * HASH_BYTES, *entries[3:]],
            "emptied": [*entries[:2], b"", *entries[3:]],
            "repeated": [*entries, entries[-1]],
        }[how]
        assert changed != entries
        kind = await client.type(log)
        assert kind in (b"list", "list"), kind
        await client.delete(log)
        await client.rpush(log, *changed)
    await store.close()


@pytest.mark.parametrize(
    "how",
    [
        "word altered", "removed", "last removed", "moved", "garbled", "emptied", "repeated", "state altered",
        "state garbled", "state gone",
    ],
)  # fmt: skip
def test_whatever_was_tampered_with_is_found(how: str, xumian: Commands, one_redis: str) -> None:
    broken, whole = asyncio.run(answered(one_redis, ["one", "two"]))
    asyncio.run(tamper(one_redis, broken, how))
    said = xumian("audit", broken)
    assert said.code == 1
    (line,) = said.err.splitlines()
    assert broken in line
    assert "entry" in line
    everything = xumian("audit", "--all")
    assert everything.code == 1
    assert broken in everything.out
    assert everything.out.splitlines()[-1] == "1 records hold, 1 do not"
    assert xumian("audit", whole).code == 0


def chatting(folder: Path, redis_url: str, *lines: str, campaign: str = "fair") -> str:
    said = command(
        folder, "chat", campaign, "--language", "en", stdin="".join(f"{line}\n" for line in lines).encode(),
        XUMIAN_REDIS_URL=redis_url,
    )  # fmt: skip
    assert said.code == 0, said
    return said.out


def test_an_interview_in_the_terminal(xumian: Commands, one_redis: str, tmp_path: Path) -> None:
    xumian.well("open", str(SHORT), "--code", "fair", "--walk-in")
    first = chatting(tmp_path, one_redis, "1", "I am Li Lei.", "[bold]really[/bold] {x}", "submit")
    assert "Please introduce yourself briefly." in first
    assert "Which data tool" in first, "the answer to the last line is shown as well"
    second = chatting(tmp_path, one_redis, "SQL")
    assert "Which figure describes" in second
    (row,) = [json.loads(line) for line in exported_from(xumian, "fair").splitlines()]
    assert [part["text"] for part in row["answers"][0]["parts"]] == ["I am Li Lei.", "[bold]really[/bold] {x}"]
    assert row["candidate"]["channels"] == [{"channel": "terminal", "account": "local", "user": "me"}]


def exported_from(xumian: Commands, campaign: str) -> str:
    xumian.well("export", campaign, "--format", "jsonl", "-o", "chat.jsonl")
    return (xumian.folder / "chat.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("source", ["a file", "nothing", "one very long line", "no UTF-8"])
def test_a_terminal_whose_input_is_no_person(
    source: str, xumian: Commands, one_redis: str, tmp_path: Path
) -> None:
    xumian.well("open", str(SHORT), "--code", "fair", "--walk-in")
    content = {
        "a file": b"1\nI am Li Lei.\n", "nothing": b"", "no UTF-8": b"1\n\xff\xfe\n",
        "one very long line": b"1\n" + b"x" * 300_000 + b"\nsubmit\n",
    }[source]  # fmt: skip
    (tmp_path / "input").write_bytes(content)
    with (tmp_path / "input").open("rb") as stdin:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "chat", "fair", "--language", "en"],
            stdin=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment(tmp_path, XUMIAN_REDIS_URL=one_redis),
            timeout=PATIENCE_S,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert b"Data analyst" in done.stdout


def test_the_commands_beside_a_running_xumian(tmp_path: Path) -> None:
    """Commands find the embedded Redis of a running process by the data folder, and a second `run` is refused."""
    with Running(tmp_path, {}) as running:
        port = str(running.port)
        opened = command(tmp_path, "open", str(SHORT), "--code", "fair", "--walk-in", XUMIAN_HTTP_PORT=port)
        assert opened.code == 0, opened
        assert f"{running.address}/?start=fair" in opened.out
        again = command(tmp_path, "run", XUMIAN_HTTP_PORT=port)
        assert again.code == 1
        assert "runs already" in again.err.splitlines()[-1]
        cookies = CookieJar()
        pane = command(tmp_path, "pane", XUMIAN_HTTP_PORT=port)
        build_opener(HTTPCookieProcessor(cookies)).open(pane.out.strip()).close()
        assert [cookie.domain for cookie in cookies] == ["127.0.0.1"], "the address admits this browser"
        chat = command(tmp_path, "chat", "fair", "--language", "en", stdin=b"1\nI am Li Lei.\n")
        assert "Please introduce yourself briefly." in chat.out
        audit = command(tmp_path, "audit", "--all")
        assert audit.out.splitlines()[-1] == "1 records hold, 0 do not"
    after = command(tmp_path, "export", "fair", "-o", "out.jsonl")
    assert after.code == 0, "and without it, on the same data"
    assert "I am Li Lei." in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


async def claimed(redis_url: str) -> None:
    store = RedisStore.at(redis_url)
    await claim_code(store, lambda: NOW_MS, lambda: "a code of the tests")
    await store.close()


async def tamper_with_the_office(redis_url: str) -> None:
    store = RedisStore.at(redis_url)
    (entry,) = await store.interviews.entries(NAME)
    await store.client.delete(keys.log(NAME))
    await store.client.rpush(keys.log(NAME), entry.replace(b"owner", b"admin"))
    await store.close()


def test_the_organisations_own_record_is_verified_with_all(xumian: Commands, one_redis: str) -> None:
    asyncio.run(answered(one_redis, ["one"]))
    asyncio.run(claimed(one_redis))
    lines = xumian.well("audit", "--all").splitlines()
    assert lines == ["the organisation's record holds: 1 entries", "2 records hold, 0 do not"]
    asyncio.run(tamper_with_the_office(one_redis))
    said = xumian("audit", "--all")
    assert said.code == 1
    assert "office is broken at entry 1" in said.out
    assert said.out.splitlines()[-1] == "1 records hold, 1 do not"


async def acted(redis_url: str) -> list[tuple[str, str, str]]:
    """Return who did what, and whether it was done."""
    store = RedisStore.at(redis_url)
    _, entries = await verified_organisation(store)
    await store.close()
    return [
        (entry.by, event.line.split()[0], event.outcome)
        for entry in entries
        for event in entry.events
        if isinstance(event, Acted)
    ]


async def close(redis_url: str, campaign: str) -> None:
    store = RedisStore.at(redis_url)
    found = await store.directory.campaign(campaign)
    assert found is not None
    await store.directory.put_campaign(replace(found, closed_ms=NOW_MS))
    await store.close()


def test_what_is_done_on_the_machine_is_recorded_from_the_first_claim_on(xumian: Commands, one_redis: str) -> None:
    xumian.well("open", str(SHORT), "--code", "spring")
    assert asyncio.run(acted(one_redis)) == []
    xumian.well("claim")
    xumian.well("open", str(SHORT), "--code", "autumn", "--walk-in", "--cap", "3")
    xumian.well("invite", "autumn", "--count", "2")
    asyncio.run(close(one_redis, "autumn"))
    said = xumian("invite", "autumn")
    assert (said.code, said.err) == (1, "xumian: “autumn” is closed: nobody can be invited.\n")
    assert asyncio.run(acted(one_redis)) == [
        ("cli", "/open", "done"),
        ("cli", "/invite", "done"),
        ("cli", "/invite", "refused"),
    ]
    assert "3 records hold, 0 do not" in xumian.well("audit", "--all")


def test_the_figures_are_computed_anew(xumian: Commands) -> None:
    xumian.well("open", str(SHORT), "--code", "spring")
    xumian.well("invite", "spring", "--count", "3")
    assert "spring: 3 interviews: the counters are what the records say" in xumian.well("recount", "spring")
    assert "spring: 3 interviews" in xumian.well("recount")
    assert "the counters are what the records say" in xumian.well("recount", "spring", "--repair")
    assert xumian("recount", "nowhere").code == 1
