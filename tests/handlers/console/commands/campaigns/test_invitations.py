"""/invite, /revoke and /reissue: rights, lists, files, commands run twice, and what candidates see."""

import csv
import io
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from conversation import events as e
from conversation.record.audit import unseal, verify
from handlers.console import console
from handlers.console.context import StaffFile
from handlers.console.tables import QrPicture as Wanted
from handlers.console.tables import file_name, pictures, table
from handlers.intake.entrance import TOKEN_LENGTH
from handlers.qr_codes import picture
from handlers.rosters import MOST_ROWS
from storage.errors import StoreUnavailable
from tests.handlers.console.commands.campaigns.inviting import (
    desk,
    file_of,
    members,
    opens,
    roster,
    rows_of,
    token_of,
)
from tests.handlers.console.desk import Desk

__all__ = ["desk"]


# rights


@pytest.mark.parametrize(
    ("role", "unit", "where"),
    [
        ("owner", "", {"spring", "town", "far"}),
        ("admin", "north", {"spring", "town"}),
        ("recruiter", "city", {"town"}),
        ("auditor", "", set()),
        ("support", "north", set()),
    ],
)
async def test_everybody_invites_in_their_own_units(role: str, unit: str, where: set[str], desk: Desk) -> None:
    await desk.joins("ann", role, unit)
    for campaign in ("spring", "town", "far"):
        invitation = await desk.campaigns.invite(await desk.campaigns.find(campaign), "Zoe")
        (first, *_) = await desk.says("ann", f"/invite {campaign} Anna")
        assert first.text.startswith("1 candidate is invited") == (campaign in where)
        assert len(await members(desk, campaign)) == 1 + (campaign in where)
        for command in ("revoke", "reissue"):
            (asked,) = await desk.says("ann", f"/{command} {invitation.interview}")
            assert bool(asked.choices and asked.choices[0].token.startswith("/yes")) == (campaign in where)
            assert "Zoe" in asked.text or campaign not in where


# inviting


async def test_a_link_lets_one_candidate_in(desk: Desk) -> None:
    (said, *_) = await desk.says("nora", "/invite SPRING “Li   Lei”")
    token = token_of(said.text.splitlines()[-1])
    assert len(token) == TOKEN_LENGTH
    assert "Li Lei" in (await opens(desk, token))[0]
    (interview,) = await members(desk)
    entries = [unseal(blob)[1] for blob in await desk.store.interviews.entries(interview)]
    assert entries[0].events == (e.Invited(interview, "spring", desk.script.version, "Li Lei", "north"),)
    assert said.choices[0].token == f"/revoke {interview}"


async def test_a_list_comes_back_with_its_links(desk: Desk) -> None:
    text = 'No,Name,Phone\n7,Anna,\n8,"=HYPERLINK(1)",13800000000\n9,Ben,+86 139 0000 0000\n'
    sent = await desk.says("nora", "/invite spring", roster(text, "C:\\up\\my list.v2.csv"))
    assert [each.file.name for each in sent if each.file] == ["my-list-v2-links.csv", "spring-qr.zip"]
    rows = rows_of(desk, sent)
    assert [row["Name"] for row in rows] == ["Anna", "'=HYPERLINK(1)", "Ben"]
    assert [row["No"] for row in rows] == ["7", "8", "9"]
    assert sorted(row["interview"] for row in rows) == await members(desk)
    for row in rows:
        found = await desk.store.directory.invitation(token_of(row["link (Telegram)"]))
        assert found == row["interview"]
        record = await desk.store.interviews.load(found)
        assert record is not None
        assert record.state.name == row["Name"].removeprefix("'")
    with ZipFile(io.BytesIO(file_of(desk, sent, ".zip"))) as packed:
        assert packed.namelist() == ["001-Anna.png", "002-=HYPERLINK(1).png", "003-Ben.png"]
        assert {packed.read(each)[:8] for each in packed.namelist()} == {b"\x89PNG\r\n\x1a\n"}


async def test_a_workbook_comes_back_as_a_workbook(desk: Desk) -> None:
    book = Workbook()
    for row in (["2026"], ["姓名", "手机"], ["=1+1", 13800000000], ["Ben", "13900000000"]):
        book.worksheets[0].append(row)
    book.worksheets[0]["A3"].data_type = "s"
    packed = io.BytesIO()
    book.save(packed)
    sent = await desk.says("nora", "/invite spring", StaffFile("名单.xlsx", packed.getvalue()))
    sheet = load_workbook(io.BytesIO(file_of(desk, sent, "名单-links.xlsx"))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["姓名", "手机", "interview", "link (Telegram)", "Text to send"]
    assert [row[:2] for row in rows[1:]] == [["'=1+1", "13800000000"], ["Ben", "13900000000"]]
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)


async def test_a_long_list_is_kept_until_it_is_confirmed_and_no_name_is_in_the_record(desk: Desk) -> None:
    text = "name,phone\n" + "".join(f"Candidate-{number},\n" for number in range(250)) + ",13800000000\n"
    (asked,) = await desk.says("nora", "/invite spring", roster(text))
    assert asked.text.startswith(
        "Invite 250 candidates to “spring”?\n1 row cannot be invited:\n· row 252: no name"
    )
    assert await members(desk) == []
    sent = await desk.presses("nora", "Yes, do it")
    assert sent[0].text.splitlines()[1:] == [
        "All links are in the file below.",
        "1 row was left out: the file's last column says why. Mend it and send that row alone.",
    ]
    rows = rows_of(desk, sent)
    assert len(await members(desk)) == 250
    assert sorted(row["interview"] for row in rows[:-1]) == await members(desk)
    assert (rows[-1]["not invited because"], rows[-1]["link (Telegram)"]) == ("no name", "")
    assert not [each for each in sent if each.file and each.file.name.endswith(".zip")], "too many pictures"
    organisation = b"".join(await desk.store.interviews.entries("office"))
    assert b"Candidate-" not in organisation
    assert b"/invite spring +250" in organisation


async def test_typed_names_wait_outside_the_record_too(desk: Desk) -> None:
    await desk.says("nora", "/invite spring\n" + "\n".join(f"N-{number}" for number in range(150)))
    sent = await desk.presses("nora", "Yes, do it")
    assert [row["name"] for row in rows_of(desk, sent)] == [f"N-{number}" for number in range(150)]
    assert b"N-1" not in b"".join(await desk.store.interviews.entries("office"))


async def test_a_name_is_not_in_the_record_even_where_the_command_was_refused(desk: Desk) -> None:
    await desk.says("nora", "/invite far Quentin")
    await desk.says("nora", "/invite spring Quentin; Quentin")
    assert b"Quentin" not in b"".join(await desk.store.interviews.entries("office"))


async def test_what_was_kept_is_nobody_elses(desk: Desk) -> None:
    """Only a confirmation refers to a kept list as `file:…`. Typed by a colleague, that is a candidate's name."""
    await desk.says("nora", "/invite spring\n" + "\n".join(f"N-{number}" for number in range(150)))
    (sha256,) = desk.archive
    (said, *_) = await desk.says("nora", f"/invite spring file:{sha256[:20]}")
    assert "1 candidate is invited" in said.text
    (said,) = await desk.says("nora", f"/invite spring file:{sha256}")
    assert "is too long" in said.text


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("5001", "1 to 5000"),
        ("9" * 300, "1 to 5000"),
        ("x" * 61, "is too long"),
        ("\n".join(f"name {number}" for number in range(300)), "too long for a message"),
        ("n\n" * 980, "too long for a message"),
    ],
)
async def test_what_is_too_much_invites_nobody(rest: str, said: str, desk: Desk) -> None:
    (answer,) = await desk.says("nora", f"/invite spring {rest}")
    assert said in answer.text
    assert await members(desk) == []


async def test_every_fault_of_a_file_has_its_words(desk: Desk) -> None:
    for data in (b"", b"name\n", b"name\n\xff", b"name\n" + b"x" * 200_000, b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        (answer,) = await desk.says("nora", "/invite spring", StaffFile("list.csv", data))
        assert answer.text.startswith("list.csv ")
    (answer,) = await desk.says("nora", "/invite spring", roster("name\n" + "x\n" * (2 << 20)))
    assert "at most 2 MiB" in answer.text
    long = "name\n" + "".join(f"{number}\n" for number in range(MOST_ROWS + 1))
    (answer,) = await desk.says("nora", "/invite spring", roster(long))
    assert f"more than {MOST_ROWS} rows" in answer.text
    assert await members(desk) == []


async def test_many_faults_fit_into_one_message(desk: Desk) -> None:
    (asked,) = await desk.says("nora", "/invite spring", roster("name,phone\nAnna,\n" + "Ben,1\n" * 900))
    assert asked.text.splitlines()[-2:] == ["… and 885 more", "Or mend the list and send it again."]
    assert len(asked.text) < 1_000


async def test_with_several_channels_each_has_its_link(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = desk.console.tools
    several = {"telegram 700001": "https://t.me/a?start=", "web": "https://example.com/?start="}
    links = tools._replace(links=lambda token: {name: f"{link}{token}" for name, link in several.items()})
    monkeypatch.setattr(desk.console, "tools", links)
    sent = await desk.says("nora", "/invite spring 20")
    assert len(sent[0].text) < 4096
    rows = rows_of(desk, sent)
    assert list(rows[0])[2:] == ["link (Telegram 700001)", "link (web page)", "Text to send"]
    with ZipFile(io.BytesIO(file_of(desk, sent, ".zip"))) as packed:
        assert packed.namelist()[:2] == ["001-telegram-700001.png", "001-web.png"]
        assert len(packed.namelist()) == 40


async def test_without_a_channel_nobody_is_invited(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.console, "tools", desk.console.tools._replace(links=lambda _: {}))
    (answer,) = await desk.says("nora", "/invite spring Anna")
    assert "No messenger is connected" in answer.text
    assert await members(desk) == []


# run twice


async def test_run_again_after_a_crash_the_links_are_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    message = desk.message("nora", "/invite spring", "staff:list", roster("name\nAnna\nBen\nCarl\n"))

    async def lost(*_: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(console, "commit", lost)
        with pytest.raises(StoreUnavailable):
            await desk.console.receive(message)
    first = await members(desk)
    assert len(first) == 3
    desk.now += 5_000
    sent = await desk.receive(message)
    assert sorted(row["interview"] for row in rows_of(desk, sent)) == first == await members(desk)
    assert (await desk.store.interviews.counts("spring"))["interviews"] == 3
    for interview in first:
        record = await desk.store.interviews.load(interview)
        assert record is not None
        assert (
            len(verify(interview, await desk.store.interviews.entries(interview), record.version, record.head))
            == 1
        )
    assert await desk.receive(message) == []
    assert desk.results[-1] == "duplicate"


async def test_two_messages_invite_two(desk: Desk) -> None:
    await desk.says("nora", "/invite spring 1")
    await desk.says("nora", "/invite spring 1")
    assert len(await members(desk)) == 2


# files


def test_tables_have_no_formulas_and_no_cell_that_is_too_long() -> None:
    rows = [["=1", "+1", "-1", "@x", "＝1", "\t=1", "plain", "x" * 40_000]]
    text = table(["a"] * 8, rows, "csv").decode("utf-8-sig")
    (row,) = list(csv.reader(io.StringIO(text)))[1:]
    assert row[:7] == ["'=1", "'+1", "'-1", "'@x", "'＝1", "'\t=1", "plain"]
    assert len(row[7]) == 32_767


def test_pictures_are_the_same_each_time_and_each_its_own() -> None:
    wanted = [Wanted("a", "https://example.com/1"), Wanted("b", "https://example.com/2")]
    assert pictures(wanted) == pictures(wanted)
    assert picture("https://example.com/1") != picture("https://example.com/2")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张 三", "张-三"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\x00b\nc", "a-b-c"),
        ("...", ""),
        ('<>:"/\\|?*', ""),
        ("x" * 100, "x" * 40),
        ("\u202egnp.exe", "gnp-exe"),
    ],
)
def test_names_of_files(text: str, name: str) -> None:
    assert file_name(text) == name
