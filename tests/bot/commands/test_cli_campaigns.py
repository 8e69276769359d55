"""The commands check, open and invite, with scripts and lists of candidates as people write them."""

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest

from handlers.organisation.repository import commit, load
from handlers.organisation.unit_events import UnitAdded
from storage.redis.store import RedisStore
from tests.bot.commands.commands import SCRIPTS, SHORT, Commands
from tests.fakes.bot_api import TOKEN

pytestmark = pytest.mark.redis


@pytest.fixture
def spring(xumian: Commands) -> Commands:
    xumian.well("open", str(SHORT), "--code", "spring")
    return xumian


def test_checking_good_scripts(xumian: Commands) -> None:
    said = xumian("check", str(SCRIPTS / "campus-analyst.yaml"), str(SHORT))
    assert said.code == 0
    assert "campus-analyst, version" in said.out
    assert "short, version" in said.out


def test_checking_names_file_line_and_remedy(xumian: Commands, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong[bold].yaml"
    wrong.write_text(SHORT.read_text(encoding="utf-8").replace("level: junior", "levle: junior"), encoding="utf-8")
    said = xumian("check", str(SHORT), str(wrong), "missing.yaml")
    assert said.code == 1
    assert any(
        "wrong[bold].yaml" in line and "levle" in line and "level" in line for line in said.out.splitlines()
    )
    assert "missing.yaml cannot be read" in said.out
    assert "short, version" in said.out, "the good ones are checked as well"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", "id: 面试".encode("gbk"), b"[" * 5000, b"{", b"a: &a [*a]", b"\x00"]
)
def test_checking_what_is_no_script(content: bytes, xumian: Commands, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(content)
    said = xumian("check", "x.yaml")
    assert said.code == 1
    assert "x.yaml" in said.out + said.err
    assert xumian("open", "x.yaml").code == 1


def test_opening_by_name_file_and_code(xumian: Commands) -> None:
    assert "campaign campus-analyst is open" in xumian.well("open", "campus-analyst")
    assert "campaign campus-analyst-2 is open" in xumian.well("open", "campus-analyst.yaml")
    assert "campaign spring is open" in xumian.well("open", str(SHORT), "--code", "Spring")
    said = xumian("open", str(SHORT), "--code", "spring")
    assert said.code == 1
    assert "open already" in said.err


def test_a_unit_that_does_not_exist_is_wrong_usage(xumian: Commands, one_redis: str) -> None:
    said = xumian("open", str(SHORT), "--code", "spring", "--unit", "华东")
    assert said.code == 2
    assert "no unit '华东'; no unit has been set up yet" in said.err
    assert xumian("invite", "spring").code == 1, "no campaign was opened"

    async def set_up() -> None:
        store = RedisStore.at(one_redis)
        record = await load(store)
        await commit(store, record, (UnitAdded("华东", ""),), "test", "cli", 1)
        await store.close()

    asyncio.run(set_up())
    said = xumian("open", str(SHORT), "--code", "spring", "--unit", "华北")
    assert said.code == 2
    assert "the units are: 华东" in said.err
    xumian.well("open", str(SHORT), "--code", "spring", "--unit", "华东")


def test_checking_in_chinese(xumian: Commands, tmp_path: Path) -> None:
    xumian.set(LC_ALL="zh_CN.UTF-8")
    wrong = tmp_path / "wrong.yaml"
    text = SHORT.read_text(encoding="utf-8")
    wrong.write_text(text.replace("level: junior", "levle: junior"), encoding="utf-8")
    said = xumian("check", str(wrong))
    assert said.out.startswith("wrong.yaml:")
    assert "错误：`levle` 不是脚本的键" in said.out
    assert str(tmp_path) not in said.out


def test_a_script_as_a_spreadsheet(xumian: Commands) -> None:
    xumian.well("script", "template", "--language", "en", "-o", "mine.xlsx")
    out = xumian.well("check", "mine.xlsx")
    assert "mine.xlsx: my-interview, version" in out
    assert "still names the example organisation in 2 places: Interview!B6, Interview!C6" in out
    assert "campaign my-interview is open" in xumian.well("open", "mine.xlsx")
    again = xumian("script", "template", "-o", "mine.xlsx")
    assert (again.code, "exists already" in again.err) == (2, True)
    (xumian.folder / "bad.xlsx").write_bytes(b"PK")
    for command in ("check", "open"):
        said = xumian(command, "bad.xlsx")
        assert said.code == 1
        assert "bad.xlsx cannot be opened" in said.out + said.err


def test_a_walk_in_campaign_shows_where_it_is_entered(xumian: Commands) -> None:
    out = xumian.well("open", str(SHORT), "--code", "fair", "--walk-in", "--cap", "3")
    assert "web: http://127.0.0.1:8080/?start=fair" in out


def test_a_shared_device_is_for_walk_ins_only(xumian: Commands) -> None:
    said = xumian("open", str(SHORT), "--code", "fair", "--kiosk")
    assert said.code == 2
    assert "--kiosk needs --walk-in" in " ".join(said.err.split())
    out = xumian.well("open", str(SHORT), "--code", "fair", "--walk-in", "--kiosk")
    assert "start=fair" in out


def test_an_invitation_has_id_token_and_links(spring: Commands) -> None:
    (row,) = json.loads(spring.well("invite", "spring", "--name", "张三", "--format", "json"))
    assert row["name"] == "张三"
    assert row["links"] == {"web": f"http://127.0.0.1:8080/?start={row['token']}"}
    assert len(row["token"]) >= 22
    assert row["invitation"]
    spring.well("audit", row["invitation"])


def test_invitations_by_number(spring: Commands) -> None:
    rows = json.loads(spring.well("invite", "spring", "--count", "25", "--format", "json"))
    assert len({row["token"] for row in rows}) == len({row["invitation"] for row in rows}) == 25


def test_names_in_csv_are_no_formulas(spring: Commands) -> None:
    out = spring.well("invite", "spring", "--name", '\ufffe=HYPERLINK("x")', "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["name"] == '\'=HYPERLINK("x")'


def test_invitations_as_csv(spring: Commands) -> None:
    out = spring.well("invite", "spring", "--name", 'Li, "Lei"', "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["name"] == 'Li, "Lei"'
    assert row["link web"].endswith(row["token"])


def test_invitations_as_a_table(spring: Commands) -> None:
    out = spring.well("invite", "spring", "--name", "张三")
    heading, row = out.splitlines()[:2]
    assert heading.split()[:3] == ["invitation", "name", "token"]
    assert "张三" in row


@pytest.mark.parametrize("name", ["[/red]", "[bold]x", "[link=http://x]y[/link]", "{0}", "=1+1", "\\[x]"])
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_names_are_only_names(name: str, form: str, spring: Commands) -> None:
    out = spring.well("invite", "spring", "--name", name, "--format", form)
    assert name.replace("\\", "\\\\" if form == "json" else "\\") in out


def test_without_telegrams_answer_there_is_no_link_but_an_invitation(spring: Commands) -> None:
    spring.set(XUMIAN_TELEGRAM_TOKENS=TOKEN, XUMIAN_TELEGRAM_API_URL="http://127.0.0.1:9")
    said = spring("invite", "spring", "--format", "json")
    assert said.code == 0
    out = said.out[said.out.index("[\n") :]
    assert set(json.loads(out)[0]["links"]) == {"web"}
    assert TOKEN.partition(":")[2] not in said.out + said.err


ROSTERS = {
    "utf-8": "name,phone\n张三,13800138000\n李四,13800138001\n".encode(),
    "utf-8 with mark": "\ufeff姓名,电话\r\n张三,010-62345678\r\n李四,\r\n".encode(),
    "gbk": "序号,姓名\r\n1,张三\r\n2,李四\r\n".encode("gbk"),
    "quoted": '"phone","Name "\n"13800138000","张三"\n""," 李四 "\n'.encode(),
    "old line ends": "name\r张三\r李四\r".encode(),
    "blank lines": "name\n\n张三\n\n\n李四\n".encode(),
    "a name over two lines": '名字,x\n"张\n三",1\n李四,2\n'.encode(),
    "big5": "姓名,手機\n張三,13800138000\n李四,\n".encode("big5"),
    "a quote that is not closed": '姓名,备注\n张三,"x\n李四,y\n'.encode(),
    "surname and given name": "姓,名\n张,三\n李,四\n".encode(),
    "groups and totals": "姓名,备注\n一组,\n张三,x\n李四,y\n合计：2人,\n".encode(),
    "more fields than columns": "name\n张三,1,2,3\n李四\n".encode(),
}


@pytest.mark.parametrize("roster", ROSTERS)
def test_rosters_as_people_save_them(roster: str, spring: Commands, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(ROSTERS[roster])
    rows = json.loads(spring.well("invite", "spring", "--file", "roster.csv", "--format", "json"))
    assert [row["name"].replace(" ", "").replace("張", "张") for row in rows] == ["张三", "李四"]


def test_the_last_digits_of_phone_numbers_go_with_the_invitations(
    spring: Commands, one_redis: str, tmp_path: Path
) -> None:
    text = "姓名,手机\n张三,+86 138 1234 5678\n李四,'１３９０００００００７\n王五,\n"
    (tmp_path / "roster.csv").write_bytes(text.encode())
    said = spring("invite", "spring", "--file", "roster.csv", "--format", "json")
    assert "1234 5678" not in said.out + said.err
    rows = json.loads(said.out)

    async def phones() -> list[str]:
        store = RedisStore.at(one_redis)
        records = [await store.interviews.load(row["invitation"]) for row in rows]
        await store.close()
        return [record.state.phone for record in records if record]

    assert asyncio.run(phones()) == ["5678", "0007", ""]


BAD_ROSTERS = {
    b"": "column",
    b"\n\n": "column",
    b"phone,mail\n1,2\n": "name",
    b"name\n": "nobody",
    "name,phone\n张三,1\n,2\n \n".encode(): "row 2: no telephone number; row 3: no name",
    b"name\n\xff\xff\xff": "UTF-8",
    b"name\n" + b"x" * 200_000: "",
    b'name\n"never closed': "",
    "name\n张三\n".encode("utf-16"): "",
    b"\x00\x01\x02": "column",
}


@pytest.mark.parametrize(("content", "word"), BAD_ROSTERS.items(), ids=range(len(BAD_ROSTERS)))
def test_rosters_that_cannot_be_used_invite_nobody(
    content: bytes, word: str, spring: Commands, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_bytes(content)
    said = spring("invite", "spring", "--file", "roster.csv", "--format", "json")
    if said.code == 0:  # strange, but still names
        assert json.loads(said.out)
        assert word == ""
        return
    assert said.code == 1
    (line,) = said.err.splitlines()
    assert "roster.csv" in line
    assert word in line
    assert spring.well("audit", "--all").splitlines()[-1] == "0 records hold, 0 do not"


def test_rows_that_are_left_out_are_named_and_the_others_are_invited(spring: Commands, tmp_path: Path) -> None:
    text = (
        "姓名,手机\n一组,\n张三,13800138000\n,13800138001\n李四,1.38E+10\n王五,1\n赵六,138 0013 8000\n合计：4人,\n"
    )
    (tmp_path / "roster.csv").write_bytes(text.encode())
    said = spring("invite", "spring", "--file", "roster.csv", "--format", "json")
    assert [row["name"] for row in json.loads(said.out)] == ["张三"]
    assert said.err.splitlines() == [
        "xumian: roster.csv: about no candidate: row 2: a group's title; row 8: a total",
        "xumian: roster.csv: not invited: row 4: no name; row 5: the spreadsheet lost the last digits of the "
        "telephone number: format the column as text and enter it again; row 6: no telephone number; "
        "row 7: same phone number as row 3",
    ]


def test_people_who_were_invited_before_are_named_and_it_is_asked_what_to_do(
    spring: Commands, tmp_path: Path
) -> None:
    (tmp_path / "1.csv").write_text("姓名,手机\n张三,13800138000\n李四,\n", encoding="utf-8")
    (tmp_path / "2.csv").write_text("姓名,手机\n王五,13800138001\n张三丰,+86 138 0013 8000\n", encoding="utf-8")
    first = json.loads(spring.well("invite", "spring", "--file", "1.csv", "--format", "json"))
    said = spring("invite", "spring", "--file", "2.csv", "--format", "json")
    assert (said.code, said.out) == (1, "")
    assert "1 of 2 were invited to this campaign before (张三丰); nobody was invited now" in said.err
    assert "--again skip" in said.err
    linked = json.loads(spring.well("invite", "spring", "--file", "1.csv", "--again", "link", "--format", "json"))
    assert [row["invitation"] for row in linked] == [row["invitation"] for row in first]
    assert [row["token"] for row in linked] != [row["token"] for row in first]
    skipped = json.loads(spring.well("invite", "spring", "--file", "2.csv", "--again", "skip", "--format", "json"))
    assert [row["name"] for row in skipped] == ["王五"]
    new = json.loads(spring.well("invite", "spring", "--name", "李四", "--again", "new", "--format", "json"))
    assert new[0]["invitation"] != first[1]["invitation"]
    assert spring("invite", "spring", "--name", "李四").code == 1


def test_a_roster_that_is_not_there(spring: Commands) -> None:
    said = spring("invite", "spring", "--file", "missing.csv")
    assert said.code == 1
    assert "missing.csv" in said.err
