"""The last four digits of phone numbers in a roster are kept with the invitations and nowhere else."""

import pytest

from handlers.console.context import StaffFile
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring", "")
    return desk


async def invited(desk: Desk, text: str) -> None:
    await desk.says("boss", "/invite spring", StaffFile("list.csv", text.encode()))


async def phones(desk: Desk) -> dict[str, str]:
    """Return the kept digits of all invited candidates, by name."""
    members = [each async for each in desk.store.interviews.members("spring")]
    records = await desk.store.interviews.load_many(members)
    return {each.state.name: each.state.phone for each in records if not each.state.withdrawn}


async def test_they_are_kept_however_the_number_is_written(desk: Desk) -> None:
    await invited(desk, '姓名,手机号\n李雷,"\'138 1234 5678"\n韩梅梅,１３９０００００００７\n王五,\n')
    assert await phones(desk) == {"李雷": "5678", "韩梅梅": "0007", "王五": ""}
    assert b"1234 5678" not in b"".join(await desk.store.interviews.entries("office"))


async def test_they_are_kept_where_the_list_waits_for_a_confirmation(desk: Desk) -> None:
    await invited(desk, "name,phone\n" + "".join(f"C-{number},1380000{number:04}\n" for number in range(120)))
    assert await phones(desk) == {}
    await desk.presses("boss", "Yes, do it")
    assert await phones(desk) == {f"C-{number}": f"{number:04}" for number in range(120)}


async def test_another_link_is_for_the_same_phone(desk: Desk) -> None:
    await invited(desk, "姓名,手机\n李雷,13812345678\n")
    (old,) = [each async for each in desk.store.interviews.members("spring")]
    await desk.says("boss", f"/reissue {old}")
    await desk.presses("boss", "Yes, do it")
    (new,) = {each async for each in desk.store.interviews.members("spring")} - {old}
    record = await desk.store.interviews.load(new)
    assert record is not None
    assert (record.state.name, record.state.phone) == ("李雷", "5678")
