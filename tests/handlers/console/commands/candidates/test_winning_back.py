"""Extensions and reminders: for whom, when, and that each is done once."""

from collections.abc import Callable

import pytest

from conversation import events as e
from conversation import inbound as i
from conversation.record.audit import unseal
from conversation.state import State
from conversation.timing.schedule import quiet
from handlers.console import console
from storage.errors import StoreUnavailable
from storage.ports import Store
from tests.handlers.console.commands.candidates.test_candidates import spring
from tests.handlers.console.desk import ZONE, Desk

MINUTE, HOUR = 60_000, 3_600_000
_EFFECTS = ("/extend 李四 1d", "/remind 李四")


async def stalled(store: Store | None = None, minutes: int = 9 * 60) -> Desk:
    """Return a desk where 李四 answered two questions and has been silent for `minutes`."""
    desk = await spring(store)
    await desk.answers("李四", "spring", 2)
    desk.now += minutes * MINUTE
    await desk.ticks()
    return desk


async def state(desk: Desk, name: str = "李四") -> State:
    record = await desk.store.interviews.load(desk.interview_of(name))
    assert record
    return record.state


async def reminders(desk: Desk, name: str = "李四") -> list[e.Reminded]:
    stored = await desk.store.interviews.entries(desk.interview_of(name))
    events = [event for each in stored for event in unseal(each)[1].events]
    return [event for event in events if isinstance(event, e.Reminded) and event.asked]


async def crashes_once(desk: Desk, line: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Type a line whose first attempt fails after taking effect. Returns the answer to the second attempt."""
    message = desk.message("boss", line, f"staff:{line}")

    async def lost(*_: object) -> None:
        raise StoreUnavailable("the answer never came")

    with monkeypatch.context() as patched:
        patched.setattr(console, "commit", lost)
        with pytest.raises(StoreUnavailable):
            await desk.receive(message)
    (answer,) = await desk.receive(message)
    assert await desk.receive(message) == []
    return answer.text


async def test_a_reminder_by_hand_does_not_take_the_place_of_the_candidates_own_time() -> None:
    desk = await stalled()
    await desk.does("李四", i.CommandReceived("exit"))
    await desk.does("李四", i.ChoicePressed("pause"))
    await desk.does("李四", i.ChoicePressed("later"))
    await desk.does("李四", i.ChoicePressed("later.tomorrow"))
    wanted = (await state(desk)).postponed_ms
    desk.now += 20 * MINUTE
    (answer,) = await desk.says("boss", "/remind 李四")
    assert "已经提醒" in answer.text
    assert wanted == (await state(desk)).postponed_ms > desk.now


async def test_once_in_six_hours(store: Store) -> None:
    desk = await stalled(store)
    await desk.says("boss", "/remind 李四")
    (again,) = await desk.says("boss", "/remind 李四")
    assert "6 小时内只提醒一次" in again.text
    assert len(await reminders(desk)) == 1
    first = (await state(desk)).reminded_ms
    assert desk.now - first < MINUTE


async def test_not_at_night_and_again_in_the_morning() -> None:
    desk = await stalled(minutes=12 * 60 + 30)
    assert quiet(desk.now, ZONE)
    (night,) = await desk.says("boss", "/remind 李四")
    assert "现在是夜里" in night.text
    assert await reminders(desk) == []
    desk.now += 10 * HOUR
    (morning,) = await desk.says("boss", "/remind 李四")
    assert "已经提醒" in morning.text


async def test_more_time_at_night_is_told_in_the_morning() -> None:
    desk = await stalled(minutes=13 * 60)
    (answer,) = await desk.says("boss", "/extend 李四")
    assert "早上会收到消息" in answer.text
    postponed = (await state(desk)).postponed_ms
    assert postponed > desk.now
    assert not quiet(postponed, ZONE)


async def _opened(desk: Desk) -> None:
    await desk.campaigns.invite(await desk.campaigns.find("spring"), "钱七")


_CASES: list[tuple[str, str, Callable[[Desk], object]]] = [
    ("张三", "已经完成", lambda _: None),
    ("钱七", "还没有打开邀请", lambda _: None),
]


@pytest.mark.parametrize(("name", "why", "_"), _CASES)
@pytest.mark.parametrize("line", ["/extend", "/reopen", "/remind"])
async def test_who_needs_no_more_time_and_no_reminder(
    line: str, name: str, why: str, _: Callable[[Desk], object]
) -> None:
    desk = await stalled()
    await _opened(desk)
    (answer,) = await desk.says("boss", f"{line} {name}")
    assert why in answer.text
    assert "未通过" not in answer.text


async def test_whoever_blocked_the_bot_is_not_written_to() -> None:
    desk = await stalled()
    await desk.intake.apply(desk.interview_of("李四"), i.Inbound("d", i.DeliveryFailed("blocked")))
    (answer,) = await desk.says("boss", "/remind 李四")
    assert "收不到提醒" in answer.text
    (answer,) = await desk.says("boss", "/extend 李四")
    assert "收不到消息" in answer.text


async def test_extending_moves_the_deadline_from_where_it_is() -> None:
    desk = await stalled()
    before = (await state(desk)).deadline_ms
    for line, hours in [
        ("/extend 李四", 48),
        ("/extend 李四 1d", 24),
        ("延期 李四 3小时", 3),
        ("/延长 李四 2天", 48),
    ]:
        await desk.says("boss", line)
        after = (await state(desk)).deadline_ms
        assert after - before == hours * HOUR, line
        before = after


@pytest.mark.parametrize(
    ("line", "answer_has"),
    [
        ("/extend", "用法"),
        ("/extend 李四 0h", "30 天"),
        ("/extend 李四 31d", "30 天"),
        ("/extend 李四 99999h", "没有找到"),
        ("/reopen", "用法"),
        ("/remind", "用法"),
    ],
)
async def test_bad_arguments_change_nothing(line: str, answer_has: str) -> None:
    desk = await stalled()
    before = await state(desk)
    (answer,) = await desk.says("boss", line)
    assert answer_has in answer.text
    assert await state(desk) == before


async def test_a_lapsed_interview_is_open_again_from_now_on() -> None:
    desk = await stalled()
    desk.now += 100 * HOUR
    await desk.ticks()
    assert (await state(desk)).phase == "lapsed"
    (answer,) = await desk.says("boss", "/reopen 李四 24h")
    after = await state(desk)
    assert (after.phase, after.deadline_ms) == ("paused", desk.now + 24 * HOUR)
    assert "截止时间现在是" in answer.text
    (again,) = await desk.says("boss", "/reopen 李四 24h")
    assert "不需要重新开放" in again.text


async def test_extending_a_campaign_reaches_those_under_way_and_nobody_else(store: Store) -> None:
    desk = await stalled(store)
    await desk.opens("王五", "spring")
    await desk.exits("赵六", "spring")
    await desk.campaign("autumn")
    await desk.opens("孙八", "autumn")
    names = ("张三", "李四", "王五", "赵六", "孙八")
    before = {name: (await state(desk, name)).deadline_ms for name in names}
    (preview,) = await desk.says("boss", "/extend spring 2d")
    assert "2 位进行中" in preview.text
    assert {name: (await state(desk, name)).deadline_ms for name in names} == before
    (done,) = await desk.presses("boss", "确定")
    assert "2 位" in done.text
    moved = {name: (await state(desk, name)).deadline_ms - before[name] for name in names}
    assert moved == {"张三": 0, "李四": 48 * HOUR, "王五": 48 * HOUR, "赵六": 0, "孙八": 0}


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
async def test_who_may(role: str, unit: str, may: bool) -> None:
    desk = await stalled()
    await desk.joins("somebody", role, unit)
    before = (await state(desk)).deadline_ms
    for line in (*_EFFECTS, "/extend spring"):
        await desk.says("somebody", line.replace("李四", desk.interview_of("李四")))
    assert bool(await reminders(desk)) is may
    assert ((await state(desk)).deadline_ms > before) is may
    (last,) = await desk.says("somebody", "/extend spring")
    assert ("进行中的候选人" in last.text) is may


async def test_run_again_after_a_crash_everything_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await stalled()
    before = (await state(desk)).deadline_ms
    assert "截止时间现在是" in await crashes_once(desk, "/extend 李四 1d", monkeypatch)
    assert (await state(desk)).deadline_ms == before + 24 * HOUR
    assert "已经提醒" in await crashes_once(desk, "/remind 李四", monkeypatch)
    assert len(await reminders(desk)) == 1
    desk.now += 1000 * HOUR
    await desk.ticks()
    assert "截止时间现在是" in await crashes_once(desk, "/reopen 李四 1d", monkeypatch)
    assert (await state(desk)).deadline_ms == desk.now + 24 * HOUR


async def test_a_campaign_that_is_extended_again_after_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await stalled()
    before = (await state(desk)).deadline_ms
    (preview,) = await desk.says("boss", "/extend spring 24h")
    confirm = preview.choices[0].token
    assert "1 位候选人延长" in await crashes_once(desk, confirm, monkeypatch)
    assert (await state(desk)).deadline_ms == before + 24 * HOUR
