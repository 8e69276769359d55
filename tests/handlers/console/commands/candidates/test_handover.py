"""Handing a candidate over to the platform's own service desk."""

from conversation.inbound import Address
from storage.ports import Store
from tests.handlers.console.desk import Desk


async def test_to_the_desk_where_there_is_one(store: Store) -> None:
    desk = Desk(store, "en")
    given: list[Address] = []

    async def hand_over(address: Address) -> bool:
        given.append(address)
        return True

    desk.console.tools = desk.tools._replace(hand_over=hand_over)
    await desk.claims()
    await desk.campaign("spring")
    interview = await desk.answers("Anna", "spring", 1)
    (answer,) = await desk.says("boss", "/handover Anna")
    assert "Anna waits for the desk" in answer.text
    assert given == [desk._candidates["Anna"]]
    assert b"Anna" not in b"".join(await store.interviews.entries("office"))
    assert interview.encode() in b"".join(await store.interviews.entries("office"))
