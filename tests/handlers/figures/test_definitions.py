"""The definitions of `docs/figures.md`, checked on a made-up history counted by hand."""

from collections import Counter

import pytest

from conversation import inbound as i
from conversation.timing.schedule import at
from handlers.figures.dimensions import Row, rows
from handlers.figures.outcomes import attribution, causes, outcomes
from handlers.figures.periods import Period, comparison
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import ZONE, Desk

HOUR = 3600_000
DAY = 24 * HOUR


class History:
    """Sixteen candidates begin on a Monday. Seven complete the interview without leaving. Of the other nine

    - three leave because of the network, one of whom comes back unasked and completes the interview,
    - two leave because it is too long, and one because of another offer,
    - one leaves and declines to give a reason,
    - one leaves without answering the question for a reason,
    - and one falls silent, returns after a reminder, falls silent again, and lapses.
    """

    def __init__(self) -> None:
        self.desk = Desk(MemoryStore(), "en")

    async def play(self) -> "History":
        desk = self.desk
        await desk.claims()
        await desk.campaign("spring")
        for number in range(7):
            await desk.answers(f"done {number}", "spring", 4)
        for number, reason in enumerate(["network"] * 3 + ["too_long"] * 2 + ["other_offer", "skipped"]):
            await desk.exits(f"left {number}", "spring", reason)
        await desk.answers("wordless", "spring", 2)
        await desk.does("wordless", i.ChoicePressed("exit"))
        await desk.starts("silent", "spring")
        await desk.does("left 0", i.TextReceived("I am back"))
        await desk.does("left 0", i.ChoicePressed("option.1"))
        await desk.does("left 0", i.TextReceived("75"))
        desk.now += HOUR
        await desk.ticks()
        await desk.does("silent", i.TextReceived("Here I am"))
        desk.now += 4 * DAY
        await desk.ticks()
        return self

    async def total(self) -> Counter[str]:
        return Counter(await self.desk.store.interviews.counts("spring"))

    async def days(self, *days: str) -> dict[str, Counter[str]]:
        found = await self.desk.store.interviews.day_counts("spring", days)
        return {day: Counter(counted) for day, counted in found.items()}


@pytest.fixture
async def history() -> History:
    return await History().play()


async def test_how_they_ended(history: History) -> None:
    found = outcomes(await history.total())
    assert (found.completed, found.stopped) == (8, 8)
    assert found.said == {"technical": 2, "time": 0, "flow": 2, "personal": 1}
    assert found.unsaid == 3, "one would rather not say, one said nothing, one lapsed"
    assert found.direct is not None
    assert found.direct.percent == 50
    assert found.subjective is not None
    assert found.subjective.percent == round(100 * 3 / 16)
    assert found.silent is not None
    assert found.silent.percent == round(100 * 3 / 8)


async def test_a_reason_that_is_told_later_explains(history: History) -> None:
    before = outcomes(await history.total())
    history.desk.now += DAY
    await history.desk.ticks()  # they are asked once
    await history.desk.does("silent", i.ChoicePressed("reason.no_time"))
    found = outcomes(await history.total())
    assert (found.said["time"], found.unsaid, found.stopped) == (1, before.unsaid - 1, before.stopped)


async def test_what_became_of_those_who_were_interrupted(history: History) -> None:
    total = await history.total()
    found = attribution(total)
    assert total["away"] == 10, "eight left, and one was silent twice"
    assert (found.through["saved"], found.through["reminder"], found.back) == (1, 1, 2)
    assert (found.away, found.stayed) == (8, 0)


async def test_where_they_were_away(history: History) -> None:
    total = await history.total()
    asked = {row.name: (row.number, row.total) for row in rows(total, "question", history.desk.script)}
    first, second, third, fourth = (step.question.id for step in history.desk.script.steps)
    assert asked[first] == (1, 16), "silent twice at the same question is one candidate"
    assert asked[second] == (0, 15)
    assert asked[third] == (8, 15)
    assert asked[fourth] == (0, 8)
    assert rows(total, "channel", None) == [Row("telegram", 8, 16)]
    assert rows(total, "device", None) == [Row("unknown", 8, 16)]
    assert rows(total, "version", None) == [Row(history.desk.script.version, 8, 16)]


async def test_how_long_answers_take(history: History) -> None:
    total, first = await history.total(), history.desk.script.steps[0].question.id
    assert total[f"answered:{first}"] == 15
    assert total[f"answer_s:{first}"] == 15 * 30, "said after 15 seconds, handed in after 15 more"


async def test_on_which_days(history: History) -> None:
    found = await history.days("2026-11-23", "2026-11-26")
    monday, thursday = found["2026-11-23"], found["2026-11-26"]
    assert (monday["started"], monday["completed"], monday["stopped"]) == (16, 8, 7)
    assert (thursday["started"], thursday["stopped"]) == (0, 1), "the deadline passed then"
    assert (monday["away"], monday["back"]) == (10, 2)


async def test_periods_end_yesterday(history: History) -> None:
    day = at(history.desk.now, ZONE).date()
    days = await history.days("2026-11-23", "2026-11-26", day.isoformat())
    found = comparison(days, day)
    assert found.now == Period(8, 8)
    assert found.before == Period(0, 0)
    assert found.apart is None, "nobody was there before"


def test_a_rule_that_is_no_more_has_an_unknown_cause() -> None:
    total = Counter({"away.rule:connection_lost": 3, "away.rule:long_ago": 2, "away.rule:page_hidden": 0})
    assert causes(total) == {"network": 3, "unknown": 2}


def test_hours_stand_together() -> None:
    total = Counter({"away.h:00": 1, "away.h:02": 2, "answer.h:01": 7, "answer.h:23": 4})
    assert rows(total, "hour", None) == [Row("00", 3, 10), Row("21", 0, 4)]
