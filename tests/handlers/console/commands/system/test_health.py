"""What /health says when all is well and when something is wrong, and who may use /health and /bots."""

from collections.abc import Sequence

import pytest

from conversation.inbound import Media
from conversation.jobs import FetchMedia
from handlers.console.commands.system import health
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts
from tests.storage.commits import CANDIDATE, commit


async def said(desk: Desk, line: str, who: str = "boss") -> str:
    (text,) = texts(await desk.says(who, line))
    return text


async def safe() -> Sequence[str]:
    return []


async def unsafe() -> Sequence[str]:
    return ["Redis keeps no append-only file"]


async def test_all_is_well(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    desk.console.tools = desk.console.tools._replace(warnings=safe, speech=lambda: "turbo")
    text = await said(desk, "/health")
    assert all(line.startswith("✅") for line in text.splitlines()[1:])
    assert "Speech model: turbo" in text
    assert "A power failure loses no acknowledged answer" in text


PROBLEMS = (
    "❌ The storage has a problem: cannot be written",
    "⚠️ Space: full",
    "⚠️ telegram:700001: the token was refused",
    "⚠️ 2 messages could not be handled and were put away (dead letters)",
    "⚠️ Voice messages pile up: 50 to fetch, 0 to transcribe",
    "⚠️ Safety of data: Redis keeps no append-only file",
)
REMEDIES = (
    "→ Nothing acknowledged is lost", "→ Until there is room", "→ /bots says", "→ They are kept in full",
    "→ Start more voice processes", "→ On the server, xumian doctor",
)  # fmt: skip


async def test_whatever_is_wrong_is_said_with_what_to_do(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    desk.problems = {"redis": "cannot be written", "telegram:700001": "the token was refused", "space": "full"}
    desk.console.tools = desk.console.tools._replace(warnings=unsafe, speech=lambda: "")
    for number in range(2):
        await store.outbox.dead_letter(number, "inbound", "no reason", b"?")
    jobs = tuple(
        FetchMedia("one", each + 1, CANDIDATE, Media(str(each)), desk.now, "zh", "script-1")
        for each in range(health.MANY_WAITING)
    )
    await store.interviews.commit(commit("one", 1, jobs=jobs))
    text = await said(desk, "/health")
    for problem, remedy in zip(PROBLEMS, REMEDIES, strict=True):
        assert f"{problem}\n{remedy}" in text
    assert "⚠️ This machine has no speech model" in text


@pytest.mark.parametrize(
    ("waited_s", "line"),
    [(-5, "none has waited for a minute"), (59, "none has waited for a minute"), (60, "waited for 1 minute"),
     (7200, "waited for 120 minutes")],
)  # fmt: skip
async def test_the_age_of_what_waits(waited_s: int, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    desk = Desk(store, "en")
    await desk.claims()

    async def oldest_ms(partition: int) -> int:
        return {3: desk.now - waited_s * 1000, 5: desk.now}.get(partition, 0)

    with monkeypatch.context() as waiting:
        waiting.setattr(store.outbox, "oldest_ms", oldest_ms)
        await desk.console.receive(desk.message("boss", "/health", "health"))
    (text,) = texts(await desk.sent())
    assert line in text


@pytest.mark.parametrize("role", ["owner", "admin", "recruiter", "support", "auditor"])
async def test_who_may_ask(role: str) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/org add East")
    await desk.joins("reader", role, "East")
    for line in ("/health", "/bots"):
        answer = await said(desk, line, "reader")
        assert answer.startswith("Your role does not include") == (role not in ("owner", "admin"))
        assert await desk.says("stranger", line) == []


async def test_it_takes_no_arguments() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    assert "Usage" in await said(desk, "/health all")
