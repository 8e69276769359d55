"""Decisions of two: what is proposed and who can confirm it is shown, and the proposer learns how it ended."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from conversation.inbound import Address
from handlers.maintenance.audit import audit
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.commands.candidates.report_reader import reader_of, shown
from tests.handlers.console.desk import Desk, texts

GROUP = Address("telegram-staff", "700900", "-100")
NOTE = "because-of-this"


async def proposed(store: Store | None = None) -> Desk:
    """Return a desk where decisions take two. wang and the owner boss can confirm what lee proposes; lee2 cannot,
    because lee invited them. ann is an auditor."""
    desk = Desk(store or MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.says("boss", "/org rule East decisions on")
    await desk.campaign("spring", "East")
    for who, role, by in (
        ("lee", "admin", "boss"),
        ("lee2", "recruiter", "lee"),
        ("wang", "recruiter", "boss"),
        ("ann", "auditor", "boss"),
    ):
        await desk.joins(who, role, "East", by)
    await desk.answers("Mia", "spring", 4)
    for who in ("lee", "wang"):
        await desk.says(who, "/notify East")
    await desk.sent()
    return desk


async def told(desk: Desk, who: str, line: str, whom: str) -> list[str]:
    """Return what `whom` is told in private when `who` types the line elsewhere."""
    sent = await desk.says(who, line)
    return [each.text for each in sent if each.to == desk._people[whom]]


async def decision(desk: Desk) -> str:
    record = await desk.store.interviews.load(desk.interview_of("Mia"))
    assert record is not None
    return record.state.decision


@pytest.mark.parametrize("who", ["lee", "wang", "ann", "boss"])
@pytest.mark.parametrize("line", ["/candidate Mia", "/report Mia", "/candidates spring"])
async def test_it_is_on_the_card_the_report_and_the_list(who: str, line: str) -> None:
    desk = await proposed()
    (answer, *_) = await desk.says("lee", f"/decide Mia yes {NOTE}")
    assert "boss, wang" in answer.text
    text = "\n".join(texts(await desk.says(who, line)))
    assert "lee proposes next round; boss, wang can confirm" in text
    assert (NOTE in text) == ("spring" not in line)
    message = replace(desk.message(who, line, "staff:group"), chat=GROUP)
    assert NOTE not in "\n".join(texts(await desk.receive(message)))


async def test_it_is_on_the_report_page(tmp_path: Path) -> None:
    reader = await reader_of(MemoryStore(), tmp_path)
    await reader.desk.says("boss", "/org rule 华东 decisions on")
    interview = await reader.desk.answers("张三", "spring", 4)
    await reader.desk.joins("小李", "recruiter", "华东")
    await reader.desk.says("小李", "/decide 张三 yes")
    page = shown((await reader.page(interview)).text)
    assert "小李 提出进入复试，待 boss 确认" in page
    await reader.desk.says("boss", "/decide 张三 yes")
    assert "提出进入复试" not in shown((await reader.page(interview)).text)


@pytest.mark.parametrize(
    ("line", "says", "counts"),
    [
        (f"/decide Mia yes {NOTE}", "wang has confirmed your proposal: Mia → next round", "yes"),
        (f"/decide Mia hold {NOTE}", "wang proposes on hold for Mia instead of your “next round”", ""),
        (f"/decide Mia no {NOTE}", "wang proposes not suitable for Mia instead of your “next round”", ""),
    ],
)
async def test_the_proposer_learns_how_it_ended_by_whom_and_why(line: str, says: str, counts: str) -> None:
    desk = await proposed()
    await desk.says("lee", "/decide Mia yes")
    heard = [text for text in await told(desk, "wang", line, "lee") if "🖊" not in text]
    assert len(heard) == 1
    assert says in heard[0]
    assert NOTE in heard[0]
    assert await decision(desk) == counts


async def test_the_proposer_learns_that_the_matter_was_settled_without_them() -> None:
    desk = await proposed()
    await desk.says("lee", "/decide Mia yes")
    await desk.says("boss", "/org rule East decisions off")
    (heard,) = await told(desk, "wang", "/decide Mia hold", "lee")
    assert "wang has decided about Mia: on hold" in heard
    assert "Your proposal, “next round”, no longer stands." in heard


@pytest.mark.parametrize("how", ["private", "group"])
async def test_nobody_is_notified_of_their_own_proposal(how: str) -> None:
    desk = await proposed()
    message = desk.message("lee", "/decide Mia yes", "staff:own")
    sent = await desk.receive(replace(message, chat=GROUP) if how == "group" else message)
    notices = {each.to for each in sent if "🖊" in each.text}
    assert notices == {desk._people["wang"]}
    again = await desk.says("lee", "/decide Mia yes")
    assert not [each for each in again if "🖊" in each.text]


async def test_a_group_is_told_what_is_proposed_but_not_why() -> None:
    desk = await proposed()
    await desk.receive(replace(desk.message("boss", "/notify East", "staff:notify"), chat=GROUP))
    sent = await desk.says("lee", f"/decide Mia yes {NOTE}")
    by_place = {each.to: each.text for each in sent if "🖊" in each.text}
    assert "next round proposed by lee" in by_place[GROUP]
    assert NOTE not in by_place[GROUP]
    assert NOTE in by_place[desk._people["wang"]]


@pytest.mark.parametrize(
    ("chain", "counts"),
    [
        ([("lee", "yes"), ("wang", "hold"), ("lee", "hold")], "hold"),
        ([("lee", "yes"), ("wang", "hold"), ("lee", "yes"), ("wang", "yes")], "yes"),
        ([("lee", "yes"), ("lee", "yes")], ""),
        ([("lee", "yes"), ("lee", "hold"), ("lee", "yes")], ""),
        ([("lee", "yes"), ("wang", "hold"), ("lee", "yes")], ""),
        ([("lee", "yes"), ("lee2", "yes")], ""),
        ([("lee", "yes"), ("lee2", "hold"), ("lee2", "yes")], ""),
        ([("lee", "yes"), ("wang", "hold"), ("lee2", "hold")], "hold"),
        ([("wang", "no"), ("boss", "yes"), ("wang", "yes")], ""),
        ([("boss", "yes"), ("wang", "no"), ("boss", "no")], "no"),
    ],
)
async def test_whoever_confirms_differs_from_whoever_proposed(chain: list[tuple[str, str]], counts: str) -> None:
    desk = await proposed()
    for who, what in chain:
        await desk.says(who, f"/decide Mia {what}")
    assert await decision(desk) == counts
    await audit(desk.store, desk.interview_of("Mia"))


async def test_where_nobody_can_confirm_that_is_said() -> None:
    desk = await proposed()
    for who, role in (("wang", "recruiter"), ("lee2", "recruiter")):
        await desk.says("boss", f"/staff revoke {who} {role} East")
    await desk.says("boss", "/decide Mia yes")
    text = "\n".join(texts(await desk.says("ann", "/candidate Mia")))
    assert "boss proposes next round; nobody here can confirm it yet" in text
