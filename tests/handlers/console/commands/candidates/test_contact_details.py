"""What a list says of candidates is kept, found, shown to those who may read it, and erased with the interview."""

import csv
import io
import json
from pathlib import Path

import pytest

from conversation import events as e
from conversation import inbound as i
from conversation.contact import NO_CONTACT, Contact
from conversation.inbound import Address
from conversation.record.audit import unseal
from handlers.maintenance.erase import SETTLED_MS
from handlers.maintenance.export import COLUMNS, interviews, write
from storage.redis.store import RedisStore
from tests.fakes.scanning import all_bytes
from tests.handlers.console.commands.campaigns.inviting import desk, roster, token_of
from tests.handlers.console.commands.candidates.erased_candidate import Organisation
from tests.handlers.console.desk import CANDIDATES_BOT, Desk

__all__ = ["desk"]
LIST = (
    "学号,姓名,手机,邮箱,学校,备注\n"
    "20261,Anna Li,138 0013 8000,Anna.Li@example.com,Peking University,speaks French\n"
    "20262,Ben Wu,13900139000/010-62345678,,Tsinghua,\n"
    "20263,Carl,,,,\n"
)
ANNA = Contact(
    "+8613800138000",
    "Anna.Li@example.com",
    (("学号", "20261"), ("学校", "Peking University"), ("备注", "speaks French")),
)


async def invited(desk: Desk) -> list[str]:
    """Invite the people on the list. Returns their interviews in its order."""
    await desk.says("nora", "/invite spring", roster(LIST))
    names = {}
    for interview in [each async for each in desk.store.interviews.members("spring")]:
        record = await desk.store.interviews.load(interview)
        assert record is not None
        names[record.state.name] = interview
    return [names[name] for name in ("Anna Li", "Ben Wu", "Carl")]


async def test_all_that_a_list_says_is_kept_with_the_interview(desk: Desk) -> None:
    found = []
    for interview in await invited(desk):
        record = await desk.store.interviews.load(interview)
        assert record is not None
        entries = [unseal(blob)[1] for blob in await desk.store.interviews.entries(interview)]
        (event,) = entries[0].events
        assert isinstance(event, e.Invited)
        assert event.contact == record.state.contact
        found.append(record.state.contact)
    ben = (("学号", "20262"), ("手机", "13900139000/010-62345678"), ("学校", "Tsinghua"))
    assert found == [ANNA, Contact("+8613900139000", "", ben), Contact("", "", (("学号", "20263"),))]


@pytest.mark.parametrize(
    "words",
    ["13800138000", "+86 138-0013-8000", "8000", "0013 8000", "anna.li@example.com", "ANNA.LI@EXAMPLE.COM",
     "example.com", "Peking", "peking university", "20261", "French"],
)  # fmt: skip
async def test_a_candidate_is_found_by_any_of_it(words: str, desk: Desk) -> None:
    await invited(desk)
    (card,) = await desk.says("nora", f"/candidate {words}")
    assert card.text.startswith("Anna Li")
    assert "+8613800138000 · Anna.Li@example.com" in card.text
    assert "学号: 20261 · 学校: Peking University · 备注: speaks French" in card.text
    if not words.split()[-1].isdecimal():  # the last number is a page's
        (page,) = await desk.says("nora", f"/candidates spring {words}")
        assert "Anna Li" in page.text
        assert "Ben Wu" not in page.text


@pytest.mark.parametrize("words", ["000", "1", "99999", "nobody@example.com", "Fudan"])
async def test_other_words_find_nobody(words: str, desk: Desk) -> None:
    await invited(desk)
    (said,) = await desk.says("nora", f"/candidate {words}")
    assert "Anna" not in said.text
    assert "Ben" not in said.text


async def test_a_name_comes_before_details(desk: Desk) -> None:
    await desk.says("nora", "/invite spring", roster("name,school\nAnna,French School\nFrench,Lycée\n"))
    (card,) = await desk.says("nora", "/candidate french")
    assert card.text.startswith("French")


@pytest.mark.parametrize(("role", "unit", "may"), [("auditor", "north", True), ("recruiter", "south", False)])
async def test_details_are_for_those_who_may_read_the_interview(
    role: str, unit: str, may: bool, desk: Desk
) -> None:
    await invited(desk)
    await desk.joins("ann", role, unit)
    for words in ("13800138000", "Peking"):
        said = await desk.says("ann", f"/candidate {words}")
        assert ("Peking University" in said[0].text) == may


async def test_support_finds_nobody_by_details(desk: Desk) -> None:
    await invited(desk)
    await desk.joins("sue", "support", "north")
    for words in ("13800138000", "Peking"):
        for line in (f"/candidate {words}", f"/support {words}", f"/answer {words}"):
            for said in await desk.says("sue", line):
                assert "Anna" not in said.text


async def test_the_candidate_sees_and_gets_what_is_stored(desk: Desk) -> None:
    sent = await desk.says("nora", "/invite spring", roster(LIST))
    (text,) = [desk.archive[each.file.sha256] for each in sent if each.file and each.file.name.endswith(".csv")]
    row = next(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    desk._candidates["Anna Li"] = Address("telegram", CANDIDATES_BOT, "77")
    await desk.does("Anna Li", i.CommandReceived("start", token_of(row["link (Telegram)"])))
    await desk.does("Anna Li", i.ChoicePressed("agree"))
    for command in ("mydata", "export"):
        desk.heard.clear()
        await desk.does("Anna Li", i.CommandReceived(command))
        await desk.sent()
        said = "\n".join(each.text for each in desk.heard)
        for known in ("+8613800138000", "Anna.Li@example.com", "Peking University", "speaks French", "20261"):
            assert known in said, (command, known)


async def test_exports_have_all_of_it(desk: Desk, tmp_path: Path) -> None:
    await invited(desk)
    campaign = await desk.campaigns.find("spring")
    by_name = {each["candidate"]["name"]: each["candidate"] async for each in interviews(desk.store, campaign)}
    anna = by_name["Anna Li"]
    assert (anna["phone"], anna["email"]) == (ANNA.phone, ANNA.email)
    assert anna["details"][1] == {"heading": "学校", "value": "Peking University"}
    assert (by_name["Carl"]["phone"], by_name["Carl"]["email"]) == ("", "")
    json.dumps(anna)
    await write(desk.store, campaign, "csv", tmp_path / "x.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text("utf-8-sig"))))
    assert list(rows[0]) == list(COLUMNS)
    assert {row["phone"] for row in rows if row["name"] == "Anna Li"} == {"'+8613800138000"}
    assert {row["details"] for row in rows if row["name"] == "Ben Wu"} == {
        "学号: 20262\n手机: 13900139000/010-62345678\n学校: Tsinghua"
    }


async def test_a_new_link_keeps_it(desk: Desk) -> None:
    first = (await invited(desk))[0]
    await desk.says("nora", f"/reissue {first}")
    await desk.presses("nora", "Yes, do it")
    (card,) = await desk.says("nora", "/candidate Peking")
    assert card.text.startswith("There are 2 for “Peking”")


async def test_without_a_list_there_is_none(desk: Desk) -> None:
    await desk.says("nora", "/invite spring Anna")
    (interview,) = [each async for each in desk.store.interviews.members("spring")]
    record = await desk.store.interviews.load(interview)
    assert record is not None
    assert record.state.contact is NO_CONTACT or record.state.contact == NO_CONTACT


@pytest.mark.redis
async def test_no_byte_of_it_is_left_after_erasure(redis_store: RedisStore) -> None:
    organisation = Organisation(redis_store)
    await organisation.open()
    campaign = await organisation.desk.campaigns.find("spring")
    secret = Contact("+8613800138123", "secret@example.com", (("school", "Hogwarts"),))
    invitation = await organisation.desk.campaigns.invite(campaign, "Zoe", phone="8123", contact=secret)
    organisation.interview = invitation.interview
    planted = (b"13800138123", b"secret@example.com", b"Hogwarts", b"Zoe", invitation.interview.encode())
    before = await all_bytes(redis_store)
    assert all(each in before for each in planted)
    await organisation.desk.says("boss", "/candidate 138 0013 8123")
    await organisation.desk.says("boss", f"/forget {invitation.interview}")
    await organisation.desk.presses("boss", "Yes, do it")
    await organisation.work()
    organisation.desk.now += SETTLED_MS
    await organisation.finish()
    await organisation.desk.sent()
    left = await all_bytes(redis_store)
    for each in planted[:-1]:
        assert each not in left, each
