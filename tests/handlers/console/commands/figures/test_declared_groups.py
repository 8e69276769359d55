"""`/fairness` by self-declared group: what colleagues see of it, and when."""

import msgspec
import pytest

from conversation import inbound as i
from handlers.actions.context import Context
from handlers.organisation.repository import load
from handlers.queries.figures.fairness import Fairness, ShowFairness
from handlers.queries.figures.figure_tables import ShowFigureTable
from tests.handlers.console.desk import Desk, texts
from tests.handlers.console.grouped import LABELS, OPTIONS, QUESTION, asking, completes, grouped

DECIDED = [("0", "yes")] * 12 + [("0", "no")] * 5 + [("1", "yes")] * 5 + [("1", "no")] * 12
"""Candidates, with what they chose and what was decided."""


async def decided(desk: Desk) -> None:
    for number, (choice, decision) in enumerate(DECIDED):
        await completes(desk, f"N{number}", choice, decision)


async def asked(desk: Desk, query: ShowFairness | ShowFigureTable) -> object:
    organisation = (await load(desk.store)).state
    boss = next(each for each in organisation.people.values() if each.name == "boss")
    return await query.answer(Context(desk.tools, organisation, boss, "", desk.message("boss", "", "x").sender))


@pytest.mark.parametrize(
    ("language", "heading", "lower", "note"),
    [
        (
            "en",
            "By the group that candidates named themselves",
            "· PLANTED BELOW: 29% (13–54%, 5 of 17) · ratio 0.42 (0.18–0.86): ⚠ below four fifths",
            "the figures move on only after 20 further decisions",
        ),
        (
            "zh",
            "按本人填写的群体",
            "· PLANTED BELOW：29%（13–54%，5/17） · 比值 0.42（0.18–0.86）：⚠ 低于五分之四，不只是偶然",
            "每新增 20 个决定才更新一次",
        ),
    ],
)
async def test_the_groups_are_compared_in_words_and_as_a_picture(
    language: str, heading: str, lower: str, note: str
) -> None:
    desk = await grouped(language)
    await decided(desk)
    sent = await desk.says("boss", "/fairness spring")
    (said,) = [text for text in texts(sent) if heading in text]
    assert lower in said
    assert note in said
    assert any(each.file for each in sent), "there is a picture"


async def test_before_twenty_decisions_there_is_nothing_and_a_single_one_changes_nothing() -> None:
    desk = await grouped()
    await completes(desk, "Zoe", "1")
    await decided(desk)
    first = await asked(desk, ShowFairness("spring"))
    assert isinstance(first, Fairness)
    assert first.group_question == QUESTION
    await desk.says("boss", f"/decide {desk.interview_of('Zoe')} no")
    second = await asked(desk, ShowFairness("spring"))
    assert isinstance(second, Fairness)
    assert first.tables != second.tables, "the others count the decision"
    assert [each for each in first.tables if each.by == "group"] == [
        each for each in second.tables if each.by == "group"
    ]


async def test_few_are_shown_to_nobody() -> None:
    desk = await grouped()
    for number in range(20):
        await completes(desk, f"N{number}", "0" if number < 3 else "1", "yes" if number % 2 else "no")
    found = await asked(desk, ShowFairness("spring"))
    assert isinstance(found, Fairness)
    (table,) = (each for each in found.tables if each.by == "group")
    assert found.exact, "the owner may read names"
    assert [(each.name, each.number, each.total) for each in table.groups] == [
        (OPTIONS[1], None, None),
        (OPTIONS[0], None, None),
    ]


async def test_a_withdrawn_answer_is_not_counted() -> None:
    desk = await grouped()
    interview = await completes(desk, "Mia", "1", "yes")
    campaign = (await desk.campaigns.find("spring")).id
    counts = await desk.store.interviews.counts(campaign)
    assert counts[f"yes.grp:{OPTIONS[1]}"] == 1
    await desk.does("Mia", i.ChoicePressed("ungroup"))
    counts = await desk.store.interviews.counts(campaign)
    assert counts.get(f"yes.grp:{OPTIONS[1]}", 0) == 0
    record = await desk.store.interviews.load(interview)
    assert record
    assert record.state.declared == ""


async def test_the_file_of_figures_names_options_by_their_id() -> None:
    desk = await grouped()
    await decided(desk)
    found = msgspec.to_builtins(await asked(desk, ShowFigureTable("spring")))
    lines = {(line[0], line[1]): line[2:] for line in found["lines"]}
    assert lines["advanced_by_group", OPTIONS[1]] == (5, 17, 29, 13, 54)
    assert lines["advanced_ratio_by_group", OPTIONS[1]] == (None, None, 42, 18, 86)
    assert not any(label in str(found) for label in LABELS)


async def test_campaigns_that_ask_differently_have_no_table_together() -> None:
    desk = await grouped()
    await decided(desk)
    other = msgspec.structs.replace(QUESTION, options=QUESTION.options[::-1])
    await desk.campaign("autumn", "East")
    await desk.campaigns.renew(await desk.campaigns.find("autumn"), asking(question=other))
    for of, there in (("spring", True), ("East", False)):
        found = await asked(desk, ShowFairness(of))
        assert isinstance(found, Fairness)
        assert any(each.by == "group" for each in found.tables) is there
