"""A process that is killed while it answers a request: the record and the answer to a repeated request agree."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.state import NAME
from storage.memory.interviews import MemoryInterviews
from storage.memory.store import MemoryStore
from tests.bot.api.site import Site, site_of
from tests.fakes.kv import MemoryKv

_MOST_STEPS = 40


class _Killed(BaseException):
    pass


class _Killer:
    """Counts the writes of a request, and kills it before or after one of them. 0: it is not killed."""

    def __init__(self) -> None:
        self.at = 0
        self.after = False
        self.steps = 0

    def around(self, write: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def stepped(*arguments: Any, **named: Any) -> Any:
            self.steps += 1
            here = self.steps == self.at
            if here and not self.after:
                raise _Killed
            answer = await write(*arguments, **named)
            if here:
                raise _Killed
            return answer

        return stepped


async def _outcomes(site: Site, line: str) -> list[str]:
    entries = read_entries(await site.desk.store.interviews.entries(NAME))
    acted = [event for entry in entries if entry.by.startswith("token:") for event in entry.events]
    return [event.outcome for event in acted if isinstance(event, Acted) and event.line == line]


@pytest.mark.parametrize("after", [False, True])
async def test_what_was_refused_stays_refused_wherever_the_process_dies(
    monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    killer = _Killer()
    for kind, names in ((MemoryKv, ("set", "take", "count")), (MemoryInterviews, ("commit",))):
        for name in names:
            real = getattr(kind, name)
            monkeypatch.setattr(kind, name, lambda self, *a, _real=real, **n: killer.around(_real)(self, *a, **n))
    statuses = set[int]()
    for step in range(1, _MOST_STEPS):
        killer.at = 0
        site = await site_of(MemoryStore())
        token = await site.token("boss", "owner", "")
        killer.at, killer.after, killer.steps = step, after, 0
        try:
            killed = await site.call(token, "POST", "/campaigns/winter/close", key="k")
        except _Killed:
            killed = None
        killer.at = 0
        await site.call(token, "POST", "/campaigns", {"script": "short", "code": "winter", "unit": "East"})
        again = await site.call(token, "POST", "/campaigns/winter/close", key="k")
        third = await site.call(token, "POST", "/campaigns/winter/close", key="k")
        (outcome,) = await _outcomes(site, "/close winter")
        shown = (await site.get(token, "/campaigns/winter"))["campaign"]
        assert (outcome == "refused") == (again.status_code == 404) == (not shown["closed_at"]), (step, again.text)
        assert outcome == "refused" or again.status_code == 200
        assert third.text == again.text
        statuses.add(again.status_code)
        if killed is not None:
            assert killed.text == again.text
            break
    assert statuses == {200, 404}, "killed before and after the record had it"
    assert killed is not None


async def test_a_kept_refusal_is_readable_for_its_sender_alone_and_holds_without(site: Site) -> None:
    token = await site.token("boss", "owner", "")
    refused = await site.call(token, "POST", "/campaigns/winter-PLANTED/close", key="k")
    seen: dict[str, dict[str, Any]] = site.desk.store.interviews._seen  # type: ignore[attr-defined]  # the memory store has it
    kept = next(each for cause, each in seen[NAME].items() if cause.startswith("api:") and len(each.reply) > 1)
    assert b"PLANTED" not in kept.reply
    await _lose_answers(site)
    again = await site.call(token, "POST", "/campaigns/winter-PLANTED/close", key="k")
    assert (again.status_code, again.text) == (404, refused.text)
    await _lose_answers(site)
    cause = next(cause for cause, each in seen[NAME].items() if each is kept)
    seen[NAME][cause] = type(kept)(kept.version)  # an hour later
    late = await site.call(token, "POST", "/campaigns/winter-PLANTED/close", key="k")
    assert (late.status_code, late.json()["type"]) == (409, "urn:xumian:problem:repeat.refused")


async def test_what_was_done_and_cannot_be_said_again_is_no_refusal(site: Site) -> None:
    token = await site.token("boss", "owner", "")
    made = await site.call(token, "POST", "/units", {"unit": "West"}, key="k")
    assert made.status_code == 201
    await _lose_answers(site)
    again = await site.call(token, "POST", "/units", {"unit": "West"}, key="k")
    assert again.status_code == 201 or again.json()["type"] == "urn:xumian:problem:repeat.done", again.text
    await _lose_answers(site)
    await site.desk.says("boss", "/org remove West")
    await site.call(token, "POST", "/units", {"unit": "West"}, key="k")
    assert "West" not in str(await site.get(token, "/units")), "it is not done a second time"


async def _lose_answers(site: Site) -> None:
    for name in [name for name in site.kv.values if name.startswith("api:answer:")]:
        await site.kv.erase(name)
