"""Units' own words: which apply where, in results that are told and in answers to candidates' questions."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import inbound as i
from conversation.decide.results.telling import OUTCOMES
from conversation.remarks.frequent import frequent_question
from conversation.script import LANGUAGES, Faq, Wording
from handlers.actions.context import Context, Refused
from handlers.actions.results.telling import TellResult
from handlers.actions.system.unit_texts import MOST_QUESTIONS, SetUnitFaq, SetUnitMessage
from handlers.organisation.evolve import evolve
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import ROOT, Organisation
from handlers.organisation.unit_events import (
    UnitAdded,
    UnitFaqSet,
    UnitMessageSet,
    UnitMoved,
    UnitRemoved,
    UnitTextEvent,
)
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.handlers.console.desk import Desk, texts

YES = "Yes, do it"
TREE = (UnitAdded("East", ROOT), UnitAdded("West", ROOT), UnitAdded("Branch", "East"))
UNITS = (ROOT, "East", "West", "Branch")


def organisation(*events: Any) -> Organisation:
    found = Organisation()
    for event in (*TREE, *events):
        found = evolve(found, event, 0)
    return found


# which text applies


def test_the_nearest_unit_with_a_text_in_that_language_counts() -> None:
    found = organisation(
        UnitMessageSet(ROOT, "yes", "en", "everywhere"),
        UnitMessageSet(ROOT, "yes", "zh", "各处"),
        UnitMessageSet("East", "yes", "en", "east"),
    )
    assert found.texts_in("Branch").message("yes") == Wording("各处", "east")
    assert found.texts_in("West").message("yes") == Wording("各处", "everywhere")
    assert found.texts_in("Branch").message("no") is None
    assert found.texts_in("a unit that was removed").message("yes") == Wording("各处", "everywhere")
    moved = evolve(found, UnitMoved("Branch", "West"), 0)
    assert moved.texts_in("Branch").message("yes") == Wording("各处", "everywhere")


@given(
    st.lists(
        st.builds(
            UnitMessageSet,
            st.sampled_from(UNITS),
            st.sampled_from(OUTCOMES),
            st.sampled_from(LANGUAGES),
            st.sampled_from(("", "a", "b")),
        )
        | st.builds(
            UnitFaqSet,
            st.sampled_from(UNITS),
            st.sampled_from(LANGUAGES),
            st.sampled_from((("What?",), ("Where?",), ("Where?", "What?"))),
            st.sampled_from(("", "a", "b")),
        ),
        max_size=30,
    )
)
def test_what_was_set_last_is_there_and_what_was_taken_away_is_not(events: list[UnitTextEvent]) -> None:
    found, last = organisation(*events), dict[tuple[str, str, str], str]()
    for event in events:
        if isinstance(event, UnitMessageSet):
            last[event.unit, event.outcome, event.language] = event.text
    for (unit, outcome, language), text in last.items():
        own = found.texts_in(unit).levels[0][1].messages.get(outcome, Wording())
        assert getattr(own, language) == text
    assert all(each.characters for each in found.texts.values()), "nothing is kept of a unit without texts"
    without = evolve(found, UnitRemoved("Branch"), 0)
    assert "Branch" not in without.texts
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Organisation) == found


def entry(name: str, asked: str, level: int) -> Faq:
    return Faq({"en": (asked,)}, Wording(en=name), level)


@pytest.mark.parametrize(
    ("entries", "answer"),
    [
        ((entry("script", "What is the salary?", 0), entry("unit", "What is the salary?", 1)), "script"),
        ((entry("unit", "What is the salary?", 1), entry("above", "What is the salary?", 2)), "unit"),
        ((entry("script", "What is the salary of interns?", 0), entry("unit", "What is the salary?", 1)), "unit"),
        ((entry("one", "What is our salary?", 1), entry("script", "What salary is it?", 0)), "script"),
    ],
)
def test_the_scripts_own_answer_counts_before_the_units_and_a_better_fit_before_both(
    entries: tuple[Faq, ...], answer: str
) -> None:
    for order in (entries, entries[::-1]):
        found = frequent_question("What is the salary?", order)
        assert found is not None
        assert found.answer.en == answer


# setting them


async def office() -> Desk:
    """Return a desk with East (with Branch below) and West, a campaign in Branch, and `kim`, who leads East."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit in ("East", "West", "Branch East"):
        await desk.says("boss", f"/org add {unit}")
    await desk.joins("kim", "admin", "East")
    await desk.joins("lee", "recruiter", "Branch")
    await desk.campaign("spring", "Branch")
    return desk


async def context_of(desk: Desk, who: str = "boss") -> Context:
    state = (await load(desk.store)).state
    person = next(each for each in state.people.values() if each.name == who)
    return Context(desk.tools, state, person, "c:1", person.addresses[0])


async def sets(desk: Desk, line: str, who: str = "boss") -> str:
    await desk.says(who, line)
    return "\n".join(texts(await desk.presses(who, YES)))


@pytest.mark.parametrize(
    "text",
    [
        "Hello{naem}",
        "{姓名}您好",
        "Hello {name!r}",
        "Hello {name",
        "Hello name}",
        "{}",
        "{0}",
        "{{name}}",
        "{name.__class__}",
        "\uff5bname\uff5d",
        "See you on {day}",
    ],
)
async def test_what_would_not_be_filled_in_is_refused_and_named(text: str) -> None:
    desk = await office()
    with pytest.raises(Refused, match=r"texts\.placeholder") as refused:
        await SetUnitMessage("East", "yes", "en", text).preview(await context_of(desk))
    assert str(refused.value.values["found"]) in text
    said = "\n".join(texts(await desk.says("boss", f"/texts East yes en {text}")))
    assert "unknown" in said
    assert not (await load(desk.store)).state.texts


@pytest.mark.parametrize(
    ("action", "why"),
    [
        (SetUnitMessage("East", "yes", "en", "x" * 1_001), "texts.long"),
        (SetUnitMessage("East", "maybe", "en", "x"), "tell.unknown"),
        (SetUnitMessage("East", "yes", "fr", "x"), "language.unknown"),
        (SetUnitMessage("East", "yes", "en"), "texts.none"),
        (SetUnitMessage("Nowhere", "yes", "en", "x"), "unit.unknown"),
        (SetUnitFaq("East", "en", (), "x"), "texts.faq.unasked"),
        (SetUnitFaq("East", "en", ("the salary",), "x"), "texts.faq.unasked"),
        (SetUnitFaq("East", "en", ("What?" * 30,), "x"), "texts.faq.ways"),
        (SetUnitFaq("East", "en", ("What is the salary?",), "x" * 601), "texts.long"),
        (SetUnitFaq("East", "en", ("What is the salary?",)), "texts.none"),
    ],
)
async def test_what_cannot_be_set_is_refused(action: SetUnitMessage | SetUnitFaq, why: str) -> None:
    desk = await office()
    with pytest.raises(Refused) as refused:
        await action.execute(await context_of(desk))
    assert refused.value.reason == why


async def test_a_question_belongs_to_one_answer_and_there_are_bounds() -> None:
    context = await context_of(await office())
    await SetUnitFaq("East", "en", ("What is the salary?", "What do you pay?"), "x").execute(context)
    with pytest.raises(Refused, match=r"texts\.faq\.twice"):
        await SetUnitFaq("East", "en", ("When is payday?", "what do you pay"), "x").execute(context)
    for number in range(1, MOST_QUESTIONS):
        await SetUnitFaq("East", "en", (f"What is number {number}?",), "x" * 600).execute(context)
    with pytest.raises(Refused, match=r"texts\.faq\.many"):
        await SetUnitFaq("East", "en", ("Where is the office?",), "x").execute(context)
    await SetUnitFaq("East", "en", ("What is the salary?",), "y").execute(context)
    more = [(unit, number) for unit in ("West", "Branch") for number in range(MOST_QUESTIONS)]
    for unit, number in more[:58]:
        await SetUnitFaq(unit, "en", (f"What is number {number}?",), "x" * 600).execute(context)
    with pytest.raises(Refused, match=r"texts\.full"):
        await SetUnitFaq(ROOT, "en", ("What is number 1?",), "x" * 600).execute(context)
    await SetUnitFaq("East", "en", ("What is number 1?",)).execute(context)


async def test_only_who_leads_the_unit_sets_its_texts() -> None:
    desk = await office()
    assert "is set" in await sets(desk, "/texts Branch yes Hello{name}!", "kim")
    for who, line in (("kim", "/texts West yes Hi"), ("kim", "/texts * yes Hi"), ("lee", "/texts Branch yes Hi")):
        said = "\n".join(texts(await desk.says(who, line)))
        assert "is set" not in said
        assert "will get" not in said
    assert set((await load(desk.store)).state.texts) == {"Branch"}
    assert "the unit’s own" in "\n".join(texts(await desk.says("lee", "/texts")))
    await audit_organisation(desk.store)


async def test_a_unit_above_is_not_named_to_those_who_do_not_work_there() -> None:
    desk = await office()
    await sets(desk, "/texts East yes Hello{name}!")
    assert "from a unit above" in "\n".join(texts(await desk.says("lee", "/texts")))
    assert "East" not in "\n".join(texts(await desk.says("lee", "/texts yes")))
    assert "from “East”" in "\n".join(texts(await desk.says("kim", "/texts Branch")))


# telling results


async def decided(desk: Desk, campaign: str = "spring") -> str:
    interview = await desk.answers("Mia", campaign, 4)
    await desk.intake.apply(interview, i.Inbound("decide", i.DecisionMade("yes", "boss")))
    await desk.sent()
    desk.heard.clear()
    return interview


async def told(desk: Desk) -> str:
    await desk.sent()
    return desk.heard[-1].text if desk.heard else ""


async def test_a_candidate_is_told_in_the_words_of_the_unit_above() -> None:
    desk = await office()
    await sets(desk, "/texts East yes 您好{name}：{title}，我们周二见。")
    interview = await decided(desk)
    (draft,) = (await TellResult("yes", (interview,)).preview(await context_of(desk, "kim"))).drafts
    assert (draft.source, draft.unit) == ("unit", ("East",))
    (hidden,) = (await TellResult("yes", (interview,)).preview(await context_of(desk, "lee"))).drafts
    assert (hidden.source, hidden.unit) == ("unit", None)
    (asked,) = texts(await desk.says("kim", "/tell Mia yes 请带身份证。"))
    assert "Wording: that of “East”" in asked
    await desk.presses("kim", YES)
    assert (await told(desk)).startswith("您好，Mia：数据分析岗，我们周二见。\n\n请带身份证。")


async def test_a_language_without_a_units_text_has_the_bots() -> None:
    desk = await office()
    await sets(desk, "/texts East yes Hello{name}!")
    interview = await decided(desk)
    (draft,) = (await TellResult("yes", (interview,)).preview(await context_of(desk))).drafts
    assert draft.source == "bot"
    assert "恭喜" in draft.text.text


async def test_the_scripts_words_count_before_the_units() -> None:
    desk = await office()
    await sets(desk, "/texts East yes 单位的话")
    own = msgspec.structs.replace(script_named("short"), result_messages={"yes": Wording("脚本的话", "script")})
    await desk.campaigns.open(msgspec.structs.replace(own, version="f" * 16), code="own", unit="Branch")
    interview = await decided(desk, "own")
    (draft,) = (await TellResult("yes", (interview,)).preview(await context_of(desk))).drafts
    assert draft.source == "script"
    assert draft.text.text.startswith("脚本的话")


async def test_what_was_shown_is_sent_even_if_the_text_changed_before_the_tap() -> None:
    desk = await office()
    await sets(desk, "/texts East yes 先前的话")
    await decided(desk)
    await desk.says("kim", "/tell Mia yes")
    await sets(desk, "/texts East yes 后来的话")
    await desk.presses("kim", YES)
    assert (await told(desk)).startswith("先前的话")


async def test_what_was_released_at_night_is_told_in_the_morning_as_it_was_shown() -> None:
    desk = await office()
    await sets(desk, "/texts East yes 先前的话")
    await decided(desk)
    desk.now += 14 * 3600_000  # midnight
    await desk.says("kim", "/tell Mia yes")
    await desk.presses("kim", YES)
    assert await told(desk) == ""
    await sets(desk, "/texts East yes 后来的话")
    desk.now += 9 * 3600_000
    await desk.ticks()
    assert (await told(desk)).startswith("先前的话")


# answers to questions


async def test_candidates_are_answered_from_the_unit_in_any_part_of_the_interview() -> None:
    desk = await office()
    await sets(desk, "/texts East faq 有班车吗？ = 园区每天有班车。")
    await sets(desk, "/texts Branch faq 有食堂吗？ = 一楼有食堂。")
    await desk.opens("Mia", "spring")
    for said in (None, i.ChoicePressed("agree")):
        if said:
            await desk.does("Mia", said)
        for question, answer in (("请问有班车吗？", "园区每天有班车。"), ("有食堂吗", "一楼有食堂。")):
            desk.heard.clear()
            await desk.does("Mia", i.TextReceived(question))
            heard = await told(desk)
            assert answer in heard
            assert "来自招聘单位的解答" in heard
    await sets(desk, "/texts East faq 有班车吗？ = 班车每小时一班。")
    desk.heard.clear()
    await desk.does("Mia", i.TextReceived("有班车吗？"))
    assert "每小时一班" in await told(desk)
    await desk.says("boss", "/texts East faq remove 1")
    desk.heard.clear()
    await desk.does("Mia", i.TextReceived("有班车吗？"))
    assert "班车每" not in await told(desk)
