"""Decisions: in the interview's own chain, hidden from the candidate, never a rejection for not finishing."""

from collections.abc import Sequence
from typing import Any

import pytest

from conversation import events as e
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from handlers.console import console
from handlers.maintenance.audit import audit
from handlers.maintenance.export import COLUMNS, interviews, rows
from handlers.organisation.audit import read_entries
from handlers.organisation.events import OrganisationEntry
from storage.errors import StoreUnavailable
from storage.ports import Store
from tests.handlers.console.commands.candidates.test_candidates import spring
from tests.handlers.console.desk import Desk


async def decided(desk: Desk, name: str) -> list[tuple[str, e.Decided]]:
    """Return each decision on record as (who the entry is by, decision)."""
    stored = await desk.store.interviews.entries(desk.interview_of(name))
    entries = [unseal(each)[1] for each in stored]
    return [(entry.by, event) for entry in entries for event in entry.events if isinstance(event, e.Decided)]


async def exported(desk: Desk, name: str) -> dict[str, Any]:
    campaign = await desk.campaigns.find("spring")
    found = [each async for each in interviews(desk.store, campaign)]
    return next(each for each in found if each["interview"] == desk.interview_of(name))


async def test_the_last_one_counts_and_all_are_kept(store: Store) -> None:
    desk = await spring(store)
    assert (await exported(desk, "张三"))["decision"] is None
    for line in ("/decide 张三 yes", "/decide 张三 不合适 回答太短", "/decide 张三 待定"):
        await desk.says("boss", line)
    (boss,) = [entry.by for entry in await _organisation(desk)][-1:]
    assert await decided(desk, "张三") == [
        ("staff", e.Decided("yes", boss)),
        ("staff", e.Decided("no", boss, "回答太短")),
        ("staff", e.Decided("hold", boss)),
    ]
    row = await exported(desk, "张三")
    assert row["decision"].items() >= {"value": "hold", "by": boss, "note": None}.items()
    assert row["state"] == "completed"
    assert {line[COLUMNS.index("decision")] for line in rows(row)} == {"hold"}
    counts = await store.interviews.counts("spring")
    assert {name: n for name, n in counts.items() if name.startswith("decision:") and n} == {"decision:hold": 1}
    await audit(store, desk.interview_of("张三"))


async def _organisation(desk: Desk) -> Sequence[OrganisationEntry]:
    return read_entries(await desk.store.interviews.entries("office"))


async def test_the_candidate_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await spring()
    sent: list[OutboundMessage] = []
    add = desk.store.outbox.add  # type: ignore[attr-defined]  # the store is the one in memory

    def noted(partition: int, messages: Sequence[OutboundMessage]) -> None:
        sent.extend(messages)
        add(partition, messages)

    monkeypatch.setattr(desk.store.outbox, "add", noted)
    await desk.says("boss", "/decide 张三 no")
    assert [message.to.channel for message in sent] == ["telegram-staff"]


@pytest.mark.parametrize("how", ["opens", "starts", "exits"])
async def test_nobody_is_turned_down_for_not_having_finished(how: str) -> None:
    desk = await spring()
    await getattr(desk, how)("李四", "spring")
    for word in ("no", "不合适", "NO", "否"):
        (answer,) = await desk.says("boss", f"/decide 李四 {word}")
        assert "没有完成不等于不合适" in answer.text
        offered = {choice.token.split()[0] for choice in answer.choices}
        assert offered >= {"/extend", "/remind"}
        assert not any(choice.token.endswith(" no") for choice in answer.choices)
    assert await decided(desk, "李四") == []
    for word in ("yes", "hold"):
        await desk.says("boss", f"/decide 李四 {word}")
    assert [event.decision for _, event in await decided(desk, "李四")] == ["yes", "hold"]
    assert (await _organisation(desk))[-3].events[-1].outcome == "refused"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        ("owner", "", True),
        ("admin", "华东", True),
        ("recruiter", "华东", True),
        ("recruiter", "上海", False),
        ("recruiter", "华北", False),
        ("auditor", "", False),
        ("support", "", False),
    ],
)
async def test_who_may_decide(role: str, unit: str, may: bool) -> None:
    desk = await spring()
    await desk.joins("somebody", role, unit)
    for said in ("张三", desk.interview_of("张三")):
        await desk.says("somebody", f"/decide {said} yes")
    assert bool(await decided(desk, "张三")) is may


async def test_bad_arguments_change_nothing() -> None:
    desk = await spring()
    for line, answer in [
        ("/decide", "用法"),
        ("/decide 张三 perhaps", "用法"),
        ("/decide yes", "没有找到"),
        ("/decide 赵六 yes", "没有找到"),
        (f"/decide 张三 yes {'长' * 501}", "最多 500"),
    ]:
        (message,) = await desk.says("boss", line)
        assert answer in message.text, line
    assert await decided(desk, "张三") == []


async def test_one_of_several_with_the_name_is_chosen_with_the_same_decision_and_note() -> None:
    desk = await spring()
    await desk.answers("张三丰", "spring", 4)
    await desk.says("boss", "/decide 三 待定 等一等")
    await desk.presses("boss", "2 张三丰")
    assert [(event.decision, event.note) for _, event in await decided(desk, "张三丰")] == [("hold", "等一等")]
    assert await decided(desk, "张三") == []


async def test_run_again_after_a_crash_it_is_decided_once_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await spring()
    message = desk.message("boss", "/decide 张三 yes", "staff:again")

    async def lost(*_: object) -> None:
        raise StoreUnavailable("the answer never came")

    with monkeypatch.context() as patched:
        patched.setattr(console, "commit", lost)
        with pytest.raises(StoreUnavailable):
            await desk.receive(message)
    assert len(await decided(desk, "张三")) == 1
    (answer,) = await desk.receive(message)
    assert "已记录" in answer.text
    assert await desk.receive(message) == []
    assert len(await decided(desk, "张三")) == 1
