"""Every query, action and command gives the same answer whether interviews are in the store or in the archive."""

from pathlib import Path
from typing import Any

import pytest

from handlers.maintenance.audit import all_interviews
from handlers.maintenance.export import interviews
from handlers.maintenance.recount import recount
from storage.ports import Store
from tests.handlers.actions import test_every_action as actions
from tests.handlers.actions import test_every_query as queries
from tests.handlers.archiving.archives import AlwaysArchived, move
from tests.handlers.console.desk import ZONE
from tests.handlers.console.test_dialogues import _FILES, _play


async def _all(store: Store) -> list[str]:
    return [each async for each in all_interviews(store)]


async def archive_all(store: Store) -> int:
    """Move all interviews into the archive. Returns how many were not there yet."""
    return sum([await move(store.archived, each) for each in await _all(store)])


queries_site = queries.site
actions_site = actions.site


async def _filled(site: queries.Site) -> queries.Site:
    """Rate, decide, note and leave, so that each query has something to tell."""
    desk, mia = site.desk, site.desk.interview_of("Mia")
    await desk.exits("Ben", "spring")
    await desk.answers("Zoe", "spring", 3)
    for who in ("kim", "lee"):
        for number in (1, 2, 3, 4):
            await desk.says(who, f"/rate {mia} {number} {number} because")
    await desk.says("lee", f"/decide {mia} yes clear examples")
    await desk.says("lee", f"/note {mia} speaks well")
    return site


async def _answers(site: queries.Site) -> dict[tuple[str, str], Any]:
    return {
        (who, query): await site.get(who, query, **queries._fields(site, query))
        for query in queries.ROLES
        for who in ("boss", "kim", "lee", "ann", "sam", "fay")
    }


async def test_every_query_answers_the_same(queries_site: queries.Site) -> None:
    site = await _filled(queries_site)
    before = await _answers(site)
    assert await archive_all(site.desk.store) == 4
    for asked, answer in (await _answers(site)).items():
        assert answer == before[asked], asked
    assert await archive_all(site.desk.store) == 0, "reading brings nothing back"


async def test_exports_and_counters_are_the_same(queries_site: queries.Site) -> None:
    desk = (await _filled(queries_site)).desk
    campaign = await desk.campaigns.find("spring")

    async def read() -> object:
        counted = [each async for each in recount(desk.store, "spring", ZONE, desk.now)]
        return [each async for each in interviews(desk.store, campaign)], counted[-1]

    before = await read()
    await archive_all(desk.store)
    assert await read() == before


@pytest.mark.parametrize("name", actions.CASES)
async def test_every_action_does_the_same(name: str) -> None:
    done = []
    for archived in (False, True):
        site = await actions.site.__wrapped__()  # type: ignore[attr-defined]
        case, fields = await actions._prepared(site, name)
        store = site.desk.store
        if archived:
            await archive_all(store)
        answer = await site.post(case.who, "k1", name, **fields)
        assert answer["status"] == 200, answer
        entries = {each: await store.interviews.entries(each) for each in await _all(store)}
        done.append((answer, entries, await site.acted(), await site.desk.sent(), site.desk.heard))
    assert done[0] == done[1]


@pytest.mark.parametrize("path", _FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_every_dialogue_is_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")  # noqa: ASYNC240
    store = AlwaysArchived()
    assert await _play(text, store) == text
    assert (
        store.moved >= len(store.archive.objects) >= len(await _all(store)) - len(await store.erasures.ordered())
    )
