"""Due times, membership and counters, written by the commit. The same in every store."""

from conversation.inbound import Address
from conversation.jobs import Transcribe
from conversation.views.counters import Change
from storage import keys
from storage.ports import Store
from tests.storage.commits import commit, members, message, names

FIRST, SECOND, THIRD = names(5, 3)
LATER = 10**15


async def test_due_are_those_whose_time_has_come_most_overdue_first(store: Store) -> None:
    for interview, due_ms in ((FIRST, 3_000), (SECOND, 1_000), (THIRD, 2_000)):
        await store.interviews.commit(commit(interview, 1, due_ms=due_ms))
    assert await store.interviews.due(5, 999, 10) == []
    assert await store.interviews.due(5, 2_000, 10) == [(SECOND, 1_000), (THIRD, 2_000)]
    assert await store.interviews.due(5, LATER, 10) == [(SECOND, 1_000), (THIRD, 2_000), (FIRST, 3_000)]
    assert await store.interviews.due(5, LATER, 2) == [(SECOND, 1_000), (THIRD, 2_000)]


async def test_each_partition_has_its_own(store: Store) -> None:
    (other,) = names(6, 1)
    await store.interviews.commit(commit(FIRST, 1, due_ms=1_000))
    await store.interviews.commit(commit(other, 1, due_ms=2_000))
    assert await store.interviews.due(5, LATER, 10) == [(FIRST, 1_000)]
    assert await store.interviews.due(6, LATER, 10) == [(other, 2_000)]
    assert await store.interviews.due(7, LATER, 10) == []


async def test_due_times_of_today_are_exact(store: Store) -> None:
    today = 1_795_000_000_123  # milliseconds since 1970: more digits than a single-precision float keeps
    await store.interviews.commit(commit(FIRST, 1, due_ms=today))
    assert await store.interviews.due(5, today - 1, 10) == []
    assert await store.interviews.due(5, today, 10) == [(FIRST, today)]


async def test_a_later_commit_moves_or_removes_the_due_time(store: Store) -> None:
    await store.interviews.commit(commit(FIRST, 1, due_ms=1_000))
    await store.interviews.commit(commit(FIRST, 2, due_ms=4_000))
    assert await store.interviews.due(5, LATER, 10) == [(FIRST, 4_000)]
    await store.interviews.commit(commit(FIRST, 3))
    assert await store.interviews.due(5, LATER, 10) == []


async def test_rescheduling_needs_no_commit(store: Store) -> None:
    await store.interviews.commit(commit(FIRST, 1, due_ms=1_000))
    await store.interviews.commit(commit(SECOND, 1, due_ms=2_000))
    await store.interviews.reschedule(FIRST, 7_000)
    assert await store.interviews.due(5, LATER, 10) == [(SECOND, 2_000), (FIRST, 7_000)]
    await store.interviews.reschedule(FIRST, 0)
    assert await store.interviews.due(5, LATER, 10) == [(SECOND, 2_000)]


async def test_looking_takes_nothing_away(store: Store) -> None:
    await store.interviews.commit(commit(FIRST, 1, due_ms=1_000))
    assert await store.interviews.due(5, LATER, 10) == await store.interviews.due(5, LATER, 10) != []


async def test_members_are_all_interviews_of_the_campaign_each_once(store: Store) -> None:
    spring = [f"s{number}" for number in range(60)]
    for interview in spring:
        await store.interviews.commit(commit(interview, 1))
        await store.interviews.commit(commit(interview, 2))
    await store.interviews.commit(commit("other", 1, campaign="autumn"))
    assert await members(store, "spring") == sorted(spring)
    assert await members(store, "autumn") == ["other"]
    assert await members(store, "winter") == []


async def test_counters_add_up_over_all_partitions(store: Store) -> None:
    interviews = [f"c{number}" for number in range(20)]
    assert len({keys.partition_of(interview) for interview in interviews}) > 1
    for interview in interviews:
        await store.interviews.commit(
            commit(interview, 1, counts=(Change("phase:invited", 1), Change("interviews", 1)))
        )
    for interview in interviews[:7]:
        moved = (Change("phase:invited", -1), Change("phase:guided", 1), Change("answers", 3))
        await store.interviews.commit(commit(interview, 2, counts=moved))
    assert await store.interviews.counts("spring") == {
        "phase:invited": 13,
        "phase:guided": 7,
        "interviews": 20,
        "answers": 21,
    }


async def test_campaigns_are_counted_apart(store: Store) -> None:
    await store.interviews.commit(commit("a", 1, counts=(Change("answers", 1),)))
    await store.interviews.commit(commit("b", 1, campaign="autumn", counts=(Change("answers", 5),)))
    assert await store.interviews.counts("spring") == {"answers": 1}
    assert await store.interviews.counts("autumn") == {"answers": 5}
    assert await store.interviews.counts("winter") == {}


async def test_one_commit_may_change_a_counter_twice(store: Store) -> None:
    await store.interviews.commit(
        commit("a", 1, counts=(Change("answers", 1), Change("answers", 2), Change("answers", -1)))
    )
    assert await store.interviews.counts("spring") == {"answers": 2}


async def test_days_are_counted_apart_and_beside_the_whole(store: Store) -> None:
    for number, day in enumerate(("2026-11-24", "2026-11-25", "2026-11-25")):
        counts = (Change("away", 1), Change("away", 1, day), Change("stopped", 2, "2026-11-24"))
        await store.interviews.commit(commit(f"d{number}", 1, counts=counts))
    days = await store.interviews.day_counts("spring", ["2026-11-24", "2026-11-25", "2026-11-26"])
    assert days == {"2026-11-24": {"away": 1, "stopped": 6}, "2026-11-25": {"away": 2}, "2026-11-26": {}}
    assert await store.interviews.counts("spring") == {"away": 3}
    assert await store.interviews.day_counts("autumn", ["2026-11-24"]) == {"2026-11-24": {}}
    assert await store.interviews.day_counts("spring", []) == {}


async def test_counters_are_adjusted_beside_commits(store: Store) -> None:
    await store.interviews.commit(commit("a", 1, counts=(Change("answers", 3), Change("away", 1, "2026-11-25"))))
    await store.interviews.adjust("spring", [Change("answers", -1), Change("away", 2, "2026-11-25")])
    assert await store.interviews.counts("spring") == {"answers": 2}
    assert await store.interviews.day_counts("spring", ["2026-11-25"]) == {"2026-11-25": {"away": 3}}
    await store.interviews.adjust("spring", [])


async def test_jobs_and_days_of_one_commit_do_not_meet(store: Store) -> None:
    counts = (Change("voices", 1), Change("voices", 1, "2026-11-25"))
    job = Transcribe("a", 1, Address("telegram", "7", "4"), "ab", 0, "zh", "v1")
    await store.jobs.open()
    await store.interviews.commit(commit("a", 1, counts=counts, jobs=(job,), messages=(message("one"),)))
    assert await store.interviews.day_counts("spring", ["2026-11-25"]) == {"2026-11-25": {"voices": 1}}
    assert await store.jobs.length("transcribe") == 1
