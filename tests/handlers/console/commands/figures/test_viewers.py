"""Whoever may read the candidates' names sees every number; nobody else learns of a few people."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args

import msgspec
import pytest

from conversation.inbound import Address, TextReceived
from conversation.outbound import OutboundMessage
from handlers.actions.context import Context, Refused
from handlers.figures.rates import FEW, Difference, Share
from handlers.queries.base import Query, ask
from handlers.queries.figures.advice import ShowAdvice
from handlers.queries.figures.breakdowns import By, ShowBreakdown
from handlers.queries.figures.exits import ShowExits
from handlers.queries.figures.experiments import ShowExperiment
from handlers.queries.figures.fairness import ShowFairness
from handlers.queries.figures.figure_tables import ShowFigureTable
from handlers.queries.figures.funnels import ShowFunnel
from handlers.queries.figures.statistics import ShowStatistics
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import STAFF_BOT, Desk, texts

GROUP = Address("telegram-staff", STAFF_BOT, "-1001")
REASONS = ["network"] * 3 + ["no_time"] * 2 + ["too_long"] * 4 + ["other_offer", "privacy", "skipped"]
"""Twelve departures of which no reason was given five times."""
BREAKDOWNS: tuple[By, ...] = (*get_args(get_args(By)[0]), "unit")


@pytest.fixture
async def desk() -> Desk:
    """Two campaigns of two units, with twelve departures in one and one in the other."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit, campaign in (("East", "spring"), ("South", "autumn")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
    for number, reason in enumerate(REASONS):
        await desk.exits(f"left {number}", "spring", reason)
    for number in range(7):
        await desk.answers(f"done {number}", "spring", 4)
    await desk.answers("under way", "spring", 2)
    await desk.exits("single", "autumn", "privacy")
    for who, role, unit in (
        ("hires", "recruiter", "East"),
        ("audits", "auditor", "East"),
        ("office", "analyst", ""),
        ("mixed", "analyst", ""),
        ("mixed", "recruiter", "East"),
    ):
        await desk.joins(who, role, unit)
    return desk


async def in_group(desk: Desk, who: str, text: str) -> list[OutboundMessage]:
    asked = msgspec.structs.replace(desk.message(who, text, f"group:{who}:{text}"), chat=GROUP)
    return await desk.receive(asked)


EXACT = {
    "/exits spring": ("departures 12 = exited 12", "Network and devices 3", "　Privacy concerns 1"),
    "/stats spring": ("Not started yet 0 · under way 1 · interrupted 0", "Completed 7 · exited 12"),
    "/funnel spring": ("7/20 Professional", "1 has not ended"),
}


@pytest.mark.parametrize("command", EXACT)
@pytest.mark.parametrize("who", ["boss", "hires", "audits"])
async def test_whoever_reads_the_names_sees_every_number(desk: Desk, who: str, command: str) -> None:
    (said,) = texts(await desk.says(who, command))
    for expected in EXACT[command]:
        assert expected in said
    assert "not shown" not in said


@pytest.mark.parametrize("command", EXACT)
async def test_a_group_sees_them_if_it_gets_the_notices_that_name_the_candidates(desk: Desk, command: str) -> None:
    (said,) = texts(await in_group(desk, "hires", command))
    assert not all(expected in said for expected in EXACT[command])
    await in_group(desk, "hires", "/notify East")
    (said,) = texts(await in_group(desk, "boss", f"{command} "))
    for expected in EXACT[command]:
        assert expected in said
    (said,) = texts(await in_group(desk, "boss", "/exits"))
    assert "Privacy concerns" not in said, "the group gets no notices of the South"


async def test_the_reason_of_each_can_be_read_where_its_number_is_shown(desk: Desk) -> None:
    assert "Privacy" in texts(await desk.says("hires", "/candidate left 10"))[0]
    assert texts(await desk.says("office", "/candidate left 10"))[0].startswith("Your role does not include")


# the reverse: a head office without names


QUERIES: tuple[Query, ...] = (
    ShowStatistics(),
    ShowExits(),
    ShowFairness(),
    *(ShowBreakdown(by) for by in BREAKDOWNS),
)
OF_PARTS: tuple[Query, ...] = (
    *(ShowStatistics(of) for of in ("spring", "autumn", "East", "South")),
    *(ShowExits(of) for of in ("spring", "autumn", "East", "South")),
    *(ShowBreakdown(by, of) for by in BREAKDOWNS for of in ("spring", "East")),
    *(ShowFairness(of) for of in ("spring", "East")),
    ShowFunnel("spring"),
    ShowAdvice("spring"),
    ShowAdvice(),
    ShowExperiment("spring"),
    ShowFigureTable("spring"),
)
_NO_NUMBERS_OF_PEOPLE = ("page", "pages", "campaigns", "exact")


def numbers(answer: object, name: str = "") -> Iterator[int]:
    """Yield all numbers of people in an answer. Shares with intervals are looked at apart."""
    match answer:
        case Share() | Difference() | bool() | str() | None:
            return
        case int():
            yield answer
        case msgspec.Struct():
            for field in answer.__struct_fields__:
                if field not in _NO_NUMBERS_OF_PEOPLE and not (field == "number" and hasattr(answer, "ask")):
                    yield from numbers(getattr(answer, field), field)
        case dict():
            for key, value in answer.items():
                yield from numbers(value, key)
        case tuple() | list():
            for value in answer:
                yield from numbers(value, name)


class Figures(NamedTuple):
    """Departures by campaign, over two units, and candidates who completed the interview."""

    spring: Sequence[str]
    autumn: Sequence[str]
    completed: int


@pytest.mark.parametrize(
    "figures",
    [
        Figures(REASONS, ["privacy"], 7),
        Figures(["network"] * 11 + ["device"], ["no_time"] * 7, 9),
        Figures(["too_long"] * 6, ["too_long"] * 2, 3),
        Figures(["other_offer"], [], 12),
        Figures([], ["skipped"] * 5, 1),
    ],
)
async def test_head_office_never_sees_a_small_number(figures: Figures) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit, campaign, reasons in (("East", "spring", figures.spring), ("South", "autumn", figures.autumn)):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        for number, reason in enumerate(reasons):
            await desk.exits(f"{campaign} {number}", campaign, reason)
    for number in range(figures.completed):
        await desk.answers(f"done {number}", "spring", 4)
    await desk.joins("office", "analyst")
    context = reader(desk, "office")
    for query in QUERIES:
        answer = await ask(context, query)
        assert not [each for each in numbers(answer) if 0 < each < FEW], (query, answer)
    statistics = await ShowStatistics().answer(context)
    shown = [statistics.candidates, statistics.opened, statistics.started]
    told = [number for number in shown if number is not None]
    assert not any(0 < abs(one - other) < FEW for one in told for other in told)


@pytest.mark.parametrize("back", [0, 1, 4, 7, 8, 11, 12])
async def test_neither_returns_nor_those_who_stayed_away_can_be_worked_out(back: int) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    for number, reason in enumerate(REASONS):
        await desk.exits(f"left {number}", "spring", reason)
    for number in range(back):
        await desk.does(f"left {number}", TextReceived("I am back"))
    await desk.joins("office", "analyst")
    found = await ShowExits().answer(reader(desk, "office"))
    assert found.returns
    assert found.interruptions
    away = sum(each.number or 0 for each in found.returns.kinds)
    told = [each.number for each in found.interruptions.parts if each.number is not None]
    told += [number for number in (found.returns.back, found.returns.away) if number is not None]
    if 0 < min(back, len(REASONS) - back) < FEW:
        assert set(told) <= {away}, "what is left over would be the few"


@pytest.mark.parametrize("query", OF_PARTS, ids=str)
async def test_head_office_cannot_ask_for_parts_to_subtract_them(desk: Desk, query: Query) -> None:
    with pytest.raises(Refused):
        await ask(reader(desk, "office"), query)


async def test_whoever_reads_one_units_names_gets_the_other_units_figures_apart(desk: Desk) -> None:
    """Otherwise the one person who left in the South would be the difference."""
    context = reader(desk, "mixed")
    found = await ShowExits().answer(context)
    assert (found.exact, found.left) == (False, None)
    assert (await ShowExits("spring").answer(context)).left == len(REASONS)


async def test_neither_commands_nor_pictures_tell_head_office_of_a_few(desk: Desk) -> None:
    for command in ("/stats", "/exits", *(f"/exits by {by}" for by in BREAKDOWNS)):
        (message,) = await desk.says("office", command)
        alt = message.file.alt if message.file else ""
        for line in f"{message.text}\n{alt}".splitlines():
            if not line.startswith("Definitions"):
                assert not re.search(r"(?<![\d–.:(])[1-4](?![\d%.:–]| campaign)", line), line
    for command in ("/funnel spring", "/advice", "/experiment spring", "/export spring figures", "/candidates"):
        assert texts(await desk.says("office", command))[0].startswith("Your role does not include"), command


async def test_head_office_gets_no_notices_and_answers_no_calls(desk: Desk) -> None:
    for command in ("/notify East", "/duty East me on"):
        assert texts(await desk.says("office", command))[0].startswith("Your role does not include"), command


async def test_the_file_of_figures_suppresses_small_numbers_whoever_asks(desk: Desk) -> None:
    (message,) = await desk.says("boss", "/export spring figures")
    assert message.file
    rows = list(csv.DictReader(io.StringIO(desk.archive[message.file.sha256].decode("utf-8-sig"))))
    for row in rows:
        if row["figure"] != "answer_seconds":
            assert not row["number"] or int(row["number"]) == 0 or int(row["number"]) >= FEW, row


def reader(desk: Desk, who: str) -> Context:
    person = desk.watch.organisation.person_at(desk.message(who, "", "").sender)
    assert person
    return Context(desk.tools, desk.watch.organisation, person, "test", person.addresses[0])
