"""A desk with colleagues who invite candidates, for the tests of invitations and their withdrawal."""

import csv
import io

import pytest

from conversation import inbound as i
from conversation.inbound import Address, Inbound
from conversation.outbound import OutboundMessage
from handlers.console.context import StaffFile
from storage.memory.store import MemoryStore
from tests.fakes.scene import empty_outbox
from tests.handlers.console.desk import CANDIDATES_BOT, Desk

Rows = list[dict[str, str]]


@pytest.fixture
async def desk() -> Desk:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit in ("north", "south", "city north"):
        await desk.says("boss", f"/org add {unit}")
    await desk.joins("nora", "recruiter", "north")
    for code, unit in (("spring", "north"), ("town", "city"), ("far", "south")):
        await desk.campaign(code, unit)
    return desk


def roster(text: str, name: str = "list.csv") -> StaffFile:
    return StaffFile(name, text.encode())


async def members(desk: Desk, campaign: str = "spring") -> list[str]:
    return sorted([each async for each in desk.store.interviews.members(campaign)])


def file_of(desk: Desk, messages: list[OutboundMessage], ending: str) -> bytes:
    (found,) = [each.file for each in messages if each.file and each.file.name.endswith(ending)]
    return desk.archive[found.sha256]


def rows_of(desk: Desk, messages: list[OutboundMessage]) -> Rows:
    return list(csv.DictReader(io.StringIO(file_of(desk, messages, ".csv").decode("utf-8-sig"))))


def token_of(link: str) -> str:
    return link.partition("start=")[2]


async def opens(desk: Desk, token: str, user: str = "77", language: str = "en") -> list[str]:
    """Follow a link as `user`. Returns the texts sent to them."""
    sender = Address("telegram", CANDIDATES_BOT, user)
    desk._numbers += 1
    told = Inbound(f"in:{desk._numbers}", i.CommandReceived("start", token), sender, desk.now, language=language)
    await desk.intake.receive(told)
    return [message.text for message in await empty_outbox(desk.store) if message.to == sender]
