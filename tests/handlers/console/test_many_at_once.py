"""Many colleagues type at the same moment: no command is lost, and units hardly delay each other."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from handlers.organisation import repository
from handlers.organisation.repository import audit_organisation, load
from storage.ports import Store
from tests.handlers.console.desk import Desk

PEOPLE = 50


async def crowd(store: Store) -> Desk:
    """Return a desk with PEOPLE recruiters, each in a unit of their own."""
    desk = Desk(store, "en")
    await desk.claims()
    for number in range(PEOPLE):
        await desk.says("boss", f"/org add U{number}")
        await desk.joins(f"p{number}", "recruiter", f"U{number}")
    return desk


@pytest.mark.parametrize("processes", [1, 4])
@pytest.mark.parametrize("line", ["/duty", "/duty {unit} me on 9-18", "/notify {unit}"])
async def test_fifty_at_once(store: Store, monkeypatch: pytest.MonkeyPatch, line: str, processes: int) -> None:
    desk = await crowd(store)
    attempts = Counter[str]()
    commit = repository.commit

    async def counted(*arguments: Any, **named: Any) -> object:
        attempts["all"] += 1
        return await commit(*arguments, **named)

    monkeypatch.setattr("handlers.console.console.commit", counted)
    consoles = [Console(desk.tools, COMMANDS, FORMS) for _ in range(processes)]
    messages = [
        desk.message(f"p{number}", line.format(unit=f"U{number}"), f"at-once-{number}") for number in range(PEOPLE)
    ]
    before = (await load(store)).version
    results = await asyncio.gather(
        *(consoles[number % processes].receive(message) for number, message in enumerate(messages))
    )
    assert set(results) == {"committed"}
    assert (await load(store)).version == before + PEOPLE
    if line == "/duty":  # a command that only shows something is never tried again
        assert attempts["all"] == PEOPLE
    else:
        assert attempts["all"] <= 8 * PEOPLE
    await audit_organisation(store)
