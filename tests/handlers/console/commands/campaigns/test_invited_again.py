"""The same person invited again to the same campaign: said before anything is done, with a choice."""

import csv
import io

import pytest

from handlers.maintenance.erase import SETTLED_MS
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.campaigns.inviting import (
    desk,
    file_of,
    members,
    opens,
    roster,
    rows_of,
    token_of,
)
from tests.handlers.console.commands.candidates.erased_candidate import Organisation
from tests.handlers.console.desk import Desk

__all__ = ["desk"]
FIRST = "name,phone,email\nAnna,13800138000,anna@example.com\nBen,13800138001,\nCarl,,\n"


@pytest.mark.parametrize(
    "row",
    [
        "Anna,13800138000,",
        "Somebody else,+86 138-0013-8000,other@example.com",
        "Anna Li,,ANNA@example.com",
        "CARL,,",
    ],
)
async def test_the_same_person_is_told_before_anybody_is_invited(row: str, desk: Desk) -> None:
    await desk.says("nora", "/invite spring", roster(FIRST))
    sent = await desk.says(
        "nora", "/invite spring", roster(f"name,phone,email\nDora,13800138009,\n{row}\n", "2.csv")
    )
    (asked,) = sent
    name = "Carl" if row.startswith("CARL") else "Anna"
    assert asked.text.splitlines() == [
        "Invite 2 candidates to “spring”?",
        "1 of them was invited before:",
        f"· {name} · not opened",
    ]
    assert [choice.label for choice in asked.choices] == [
        "Invite only the 1 new one",
        "Invite the 1 new one, send the others links to their interviews",
        "Invite all 2 again, to new interviews",
        "No",
    ]
    assert len(await members(desk)) == 3


@pytest.mark.parametrize(
    "row", ["Anna,13800138009,", "Anna,,other@example.com", "Ben,,", "Carl,13800138009,", "Cara,,"]
)
async def test_somebody_else_is_just_invited(row: str, desk: Desk) -> None:
    await desk.says("nora", "/invite spring", roster(FIRST))
    await desk.says("nora", "/invite spring", roster(f"name,phone,email\n{row}\n"))
    assert len(await members(desk)) == 4


AGAIN = "name,phone\nDora,13800138009\nAnna,13800138000\nBen,13800138001\nEve,\n,13800138002\n"


async def test_only_the_new_ones(desk: Desk) -> None:
    await desk.says("nora", "/invite spring", roster(FIRST))
    await desk.says("nora", "/invite spring", roster(AGAIN, "2.csv"))
    sent = await desk.presses("nora", "Invite only the 2 new ones")
    assert len(await members(desk)) == 5
    assert "2 candidates were invited before and got no new link." in sent[0].text
    rows = rows_of(desk, sent)
    assert [bool(row["interview"]) for row in rows] == [True, False, False, True, False]
    assert [row["not invited because"] or "" for row in rows] == [
        "",
        "invited before",
        "invited before",
        "",
        "no name",
    ]


async def test_links_to_the_interviews_that_they_have(desk: Desk) -> None:
    first = {row["name"]: row for row in rows_of(desk, await desk.says("nora", "/invite spring", roster(FIRST)))}
    await opens(desk, token_of(first["Anna"]["link (Telegram)"]))
    await desk.says("nora", "/invite spring", roster(AGAIN, "2.csv"))
    sent = await desk.presses("nora", "Invite the 2 new ones, send the others links to their interviews")
    second = {row["name"]: row for row in rows_of(desk, sent) if row["name"]}
    assert len(await members(desk)) == 5
    for name in ("Anna", "Ben"):
        assert second[name]["interview"] == first[name]["interview"]
        token = token_of(second[name]["link (Telegram)"])
        assert token != token_of(first[name]["link (Telegram)"])
        assert await desk.store.directory.invitation(token) == first[name]["interview"]
    assert "Anna" in (await opens(desk, token_of(second["Anna"]["link (Telegram)"])))[0]
    assert (
        await desk.store.directory.invitation(token_of(first["Ben"]["link (Telegram)"]))
        == first["Ben"]["interview"]
    )


async def test_all_again(desk: Desk) -> None:
    await desk.says("nora", "/invite spring", roster(FIRST))
    await desk.says("nora", "/invite spring", roster(FIRST, "2.csv"))
    await desk.presses("nora", "Invite all 3 again, to new interviews")
    assert len(await members(desk)) == 6


async def test_if_all_were_invited_there_is_no_choice_of_new_ones(desk: Desk) -> None:
    await desk.says("nora", "/invite spring", roster(FIRST))
    (asked,) = await desk.says("nora", "/invite spring", roster(FIRST, "2.csv"))
    labels = [choice.label for choice in asked.choices]
    assert labels[0] == "Send links to the interviews they have"
    sent = await desk.presses("nora", labels[0])
    text = file_of(desk, sent, ".csv").decode("utf-8-sig")
    assert sorted(row["interview"] for row in csv.DictReader(io.StringIO(text))) == await members(desk)


async def test_no_is_no(desk: Desk) -> None:
    await desk.says("nora", "/invite spring", roster(FIRST))
    await desk.says("nora", "/invite spring", roster(AGAIN, "2.csv"))
    await desk.presses("nora", "No")
    assert len(await members(desk)) == 3


async def test_one_name_typed_twice(desk: Desk) -> None:
    await desk.says("nora", "/invite spring Anna")
    (asked,) = await desk.says("nora", "/invite spring anna")
    assert "was invited before" in asked.text
    assert len(await members(desk)) == 1


async def test_in_chinese(desk: Desk) -> None:
    await desk.says("nora", "/language zh")
    await desk.says("nora", "/invite spring", roster("姓名,手机\n张三,13800138000\n"))
    text = "姓名,手机\n一组,\n张三,+86 13800138000\n李四,13800138001\n王五,138 0013 8001\n赵六,1.38E+10\n"
    (asked,) = await desk.says("nora", "/invite spring", roster(text))
    assert asked.text.splitlines() == [
        "邀请 2 位候选人参加「spring」？",
        "其中 1 位以前邀请过：",
        "· 张三 · 未打开",
        "有 1 行不是候选人：",
        "· 第 2 行：分组标题",
        "另有 2 行不能邀请：",
        "· 第 5 行：手机号与第 4 行相同",
        "· 第 6 行：手机号的末几位被表格丢掉了：请把这一列设为文本格式，再重新填写",
        "也可以改好名单再发一次。",
    ]
    assert [choice.label for choice in asked.choices][:3] == [
        "只邀请新的 1 位",
        "邀请新的 1 位，其余重发原来面试的链接",
        "全部 2 位重新邀请",
    ]


async def test_another_campaign_does_not_count(desk: Desk) -> None:
    await desk.joins("ann", "admin", "north")
    await desk.says("ann", "/invite spring", roster(FIRST))
    await desk.says("ann", "/invite town", roster(FIRST))
    assert len(await members(desk, "town")) == 3


async def test_an_invitation_taken_back_does_not_count(desk: Desk) -> None:
    (row, *_) = rows_of(desk, await desk.says("nora", "/invite spring", roster(FIRST)))
    await desk.says("nora", f"/revoke {row['interview']}")
    await desk.presses("nora", "Yes, do it")
    await desk.says("nora", "/invite spring", roster("name,phone\nAnna,13800138000\n"))
    assert len(await members(desk)) == 4


async def test_nor_does_one_that_was_erased(desk: Desk) -> None:
    organisation = Organisation(MemoryStore())
    await organisation.open()
    desk = organisation.desk
    text = "name,phone\nZoe,13800138123\n"
    (row,) = rows_of(desk, await desk.says("boss", "/invite spring", roster(text)))
    organisation.interview = row["interview"]
    await desk.says("boss", f"/forget {row['interview']}")
    await desk.presses("boss", "Yes, do it")
    await organisation.work()
    desk.now += SETTLED_MS
    await organisation.finish()
    before = len(await members(desk))
    await desk.says("boss", "/invite spring", roster(text))
    assert len(await members(desk)) == before + 1
