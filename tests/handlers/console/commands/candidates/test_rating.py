"""Ratings: in the interview's own chain, hidden from the candidate, and from raters who have not finished."""

from typing import Any

import pytest
from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.evolve import fold
from conversation.outbound import OutboundMessage
from conversation.record.audit import unseal
from handlers.console import console
from handlers.console.commands.candidates.reports import MOST
from handlers.maintenance.audit import audit
from handlers.maintenance.export import COLUMNS, interviews, rows
from storage.errors import StoreUnavailable
from storage.ports import Store
from tests.handlers.console.commands.candidates.raters import _NOTE, scores, two_raters
from tests.handlers.console.commands.candidates.test_candidates import spring
from tests.handlers.console.desk import texts


async def test_ratings_are_in_the_chain_and_nowhere_in_the_state(store: Store) -> None:
    desk = await two_raters(store)
    interview = desk.interview_of("张三")
    assert await scores(desk) == [
        ("about-you", 4, _NOTE),
        ("tools", 3, ""),
        ("typical", 2, ""),
        ("share", 5, ""),
    ]
    await audit(store, interview)
    stored = [unseal(each)[1] for each in await store.interviews.entries(interview)]
    assert {entry.by for entry in stored if any(isinstance(event, e.Rated) for event in entry.events)} == {"staff"}
    record = await store.interviews.load(interview)
    assert record is not None
    without = [each for each in stored if not any(isinstance(event, e.Rated) for event in each.events)]
    assert record.state == fold(stored)
    assert replace(record.state, rated=()) == fold(without)
    assert [len(each.questions) for each in record.state.rated] == [4]


async def test_a_changed_rating_is_a_further_one_and_the_same_again_is_none() -> None:
    desk = await two_raters()
    for mark in ("4", f"4 {_NOTE}", "2", "不评", "skip"):
        await desk.says("小李", f"/rate 张三 1 {mark}")
    assert (await scores(desk))[4:] == [("about-you", 2, ""), ("about-you", None, "")]
    await desk.says("小李", "/rate 张三 1 不评 没有听到声音")
    assert (await scores(desk))[6:] == [("about-you", None, "没有听到声音")]


async def test_the_candidate_is_told_nothing_and_no_timer_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await spring()
    await desk.answers("李四", "spring", 2)
    interview = desk.interview_of("李四")
    before = await desk.store.interviews.load(interview)
    due = [await desk.store.interviews.due(partition, desk.now + 10**10, 99) for partition in range(64)]
    posted: list[OutboundMessage] = []
    commit = desk.store.interviews.commit

    async def watched(wanted: Any) -> Any:
        posted.extend(wanted.messages)
        return await commit(wanted)

    monkeypatch.setattr(desk.store.interviews, "commit", watched)
    desk.now += 60_000
    await desk.says("boss", "/rate 李四 1 3")
    after = await desk.store.interviews.load(interview)
    assert before is not None
    assert after is not None
    assert after.version == before.version + 1
    assert replace(after.state, rated=()) == before.state
    assert [message.to.channel for message in posted] == ["telegram-staff"]
    assert due == [await desk.store.interviews.due(partition, desk.now + 10**10, 99) for partition in range(64)]


# arguments


async def test_bad_arguments_change_nothing() -> None:
    desk = await spring()
    await desk.exits("李四", "spring")
    await desk.opens("王五", "spring")
    for line, answer in [
        ("/rate", "用法"),
        ("/rate 张三 1 perhaps", "用法"),
        ("/rate 张三 1 0", "用法"),
        ("/rate 张三 1 6", "用法"),
        ("/rate 张三 1 -1", "用法"),
        ("/rate 张三 1 4.5", "用法"),
        ("/rate 张三 5 3", "一共 4 题"),
        ("/rate 李四 3 3", "没有提交回答"),
        ("/rate 王五 1 3", "还没有提交过回答"),
        ("/rate 赵六 1 3", "没有找到"),
        (f"/rate 张三 1 3 {'长' * 501}", "最多 500"),
        ("/rate 张三 results", "还没有人评过"),
    ]:
        (message,) = await desk.says("boss", line)
        assert answer in message.text, line
    assert await scores(desk) == await scores(desk, "李四") == await scores(desk, "王五") == []


@pytest.mark.parametrize("note", ["", _NOTE])
async def test_one_of_several_is_chosen_with_question_score_and_note(note: str) -> None:
    desk = await spring()
    await desk.answers("张三丰", "spring", 4)
    await desk.says("boss", f"/rate 三 2 5 {note}")
    await desk.presses("boss", "2 张三丰")
    assert await scores(desk, "张三丰") == [("tools", 5, note)]
    assert not any(_NOTE.encode() in each for each in await desk.store.interviews.entries("office"))


async def test_buttons_are_lines_that_fit() -> None:
    desk = await spring()
    (message,) = await desk.says("boss", "/rate 张三 2")
    assert [choice.label for choice in message.choices] == ["1", "2", "3", "4", "5", "不评", "上一题", "下一题"]
    assert all(choice.token.isascii() and len(choice.token) <= 40 for choice in message.choices)


async def test_without_a_rubric_there_are_general_anchors() -> None:
    desk = await spring()
    stages = desk.script.stages
    bare = replace(stages[0], questions=tuple(replace(each, rubric={}) for each in stages[0].questions))
    desk.script = replace(desk.script, stages=(bare, *stages[1:]), version="bare")
    await desk.campaign("bare")
    await desk.answers("李四", "bare", 2)
    (message,) = await desk.says("boss", "/rate 李四")
    assert [line[:4] for line in message.text.splitlines() if " 分：" in line] == ["1 分：", "3 分：", "5 分："]
    assert "空话" in message.text


async def test_a_long_answer_is_read_to_its_end_and_one_without_end_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answers may be longer than what one may type: recordings are, and records of earlier versions."""
    monkeypatch.setattr("conversation.limits.answer.MOST_CHARACTERS", 100_000)
    desk = await spring()
    for name, parts, most in (("李四", 2, 5), ("王五", 9, 7)):
        await desk.starts(name, "spring")
        for _ in range(parts):
            await desk.does(name, i.TextReceived("甲" * 4_000))
        await desk.does(name, i.ChoicePressed("submit"))
        sent = await desk.says("boss", f"/rate {name}")
        assert 2 <= len(sent) <= most
        assert all(len(message.text) <= MOST for message in sent)
        assert [bool(message.choices) for message in sent] == [False] * (len(sent) - 1) + [True]
        assert (sum(text.count("甲") for text in texts(sent)) == parts * 4_000) is (parts == 2)


async def test_run_again_after_a_crash_it_is_rated_once_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await spring()
    message = desk.message("boss", f"/rate 张三 1 4 {_NOTE}", "staff:again")

    async def lost(*_: object) -> None:
        raise StoreUnavailable("the answer never came")

    with monkeypatch.context() as patched:
        patched.setattr(console, "commit", lost)
        with pytest.raises(StoreUnavailable):
            await desk.receive(message)
    assert await scores(desk) == [("about-you", 4, _NOTE)]
    (answer,) = await desk.receive(message)
    assert "第 1 题：4" in answer.text
    assert await desk.receive(message) == []
    assert len(await scores(desk)) == 1


async def test_what_the_engine_does_not_take() -> None:
    desk = await spring()
    await desk.exits("李四", "spring")
    interview = desk.interview_of("李四")
    for number, (question, score) in enumerate([("typical", 3), ("none", 3), ("tools", 6), ("tools", 0)]):
        given = i.Inbound(f"rating:{number}", i.RatingGiven(question, score, "somebody"))
        assert await desk.intake.apply(interview, given) == "nothing"
    assert await scores(desk, "李四") == []


# exports


async def test_exports_have_ratings_and_scores() -> None:
    desk = await two_raters()
    await desk.exits("李四", "spring")
    campaign = await desk.campaigns.find("spring")
    found = {each["candidate"]["name"]: each async for each in interviews(desk.store, campaign)}
    rated, unrated = found["张三"], found["李四"]
    by = rated["ratings"][0]["by"]
    assert (
        rated["ratings"][0].items()
        >= {
            "question": "about-you",
            "by": by,
            "score": 4,
            "note": _NOTE,
            "alone": 4,
        }.items()
    )
    assert rated["scores"]["stages"] == [
        {"stage": "introduction", "score": 3.5, "scored": 2, "questions": 2, "automatic": 0},
        {"stage": "professional", "score": 3.5, "scored": 2, "questions": 2, "automatic": 0},
    ]
    assert rated["scores"]["agreement"] == {"questions": 0, "difference": None}
    assert (rated["scores"]["total"], rated["scores"]["scored_weight"]) == (3.5, 100)
    assert unrated["ratings"] == []
    assert (unrated["scores"]["total"], unrated["scores"]["scored_weight"]) == (None, 0)
    first = dict(zip(COLUMNS, rows(rated)[0], strict=True))
    assert [first[name] for name in ("score", "raters", "stage_score", "total_score", "scored_weight")] == [
        4,
        1,
        3.5,
        3.5,
        100,
    ]
    last = dict(zip(COLUMNS, rows(unrated)[-1], strict=True))
    assert [last[name] for name in ("score", "stage_score", "total_score")] == [None, None, None]
