"""Blind rating: who sees what, in which order, how many ratings an answer gets, and what the record says."""

import msgspec
import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.inbound import Address
from conversation.script import Wording
from handlers.actions.blind_ratings import RateBlind
from handlers.actions.context import Refused
from handlers.actions.ratings import RateAnswer
from handlers.masking import MASK
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.state import NAME
from handlers.queries.base import ask
from handlers.queries.blind_ratings import (
    BlindQuestions,
    BlindQueue,
    OwnRating,
    ShowBlindAnswer,
    ShowBlindQuestions,
)
from tests.handlers.console.desk import texts
from tests.handlers.ratings.rating_desk import rating_desk

NAMES = ("Mia Hall", "Leo Park", "Zoe Dean", "Max Reed", "Eva Cole", "Tom Wood")


async def test_nothing_that_is_shown_says_whose_an_answer_is() -> None:
    site = await rating_desk(*NAMES)
    interviews = [site.desk.interview_of(name) for name in NAMES]
    said = "".join(texts(await site.desk.says("ann", "/blind spring 1")))
    sent = [await site.desk.says("ann", f"/blind spring 1 {each.item} 4") for each in await site.queue("ann")]
    buttons = [choice.token for messages in sent for each in messages for choice in each.choices]
    shown = said + "".join(text for messages in sent for text in texts(messages)) + "".join(buttons)
    for each in (*interviews, *NAMES, *(word for name in NAMES for word in name.split()), "telegram", "2026"):
        assert each not in shown
    assert said.count(f"This is {MASK}, hello") == 1
    values = msgspec.json.encode(await site.queue("ben")).decode()
    assert not any(each in values for each in (*interviews, *NAMES, "telegram"))


@pytest.mark.parametrize(
    ("language", "name", "account", "said", "shown"),
    [
        (
            "zh",
            "王小明",
            "飞鱼 Fisher",
            ("我叫王小明，同事都叫我阿强。", "飞鱼是我的网名，阿强带队清洗数据，小明汇报。"),
            f"我叫{MASK}，同事都叫我{MASK}。 {MASK}是我的网名，{MASK}带队清洗数据，{MASK}汇报。",
        ),
        (
            "en",
            "Mia Hall",
            "Lionheart",
            ("Mia here, but friends call me Bobby.", "As Bobby I lead; as Lionheart I write."),
            f"{MASK} here, but friends call me {MASK}. As {MASK} I lead; as {MASK} I write.",
        ),
    ],
)
async def test_nicknames_do_not_say_whose_an_answer_is(
    language: str, name: str, account: str, said: tuple[str, ...], shown: str
) -> None:
    site = await rating_desk(language=language)
    await site.answers(name, *said, called=account)
    (answer,) = await site.queue("ann")
    assert " ".join(part.text for part in answer.parts) == shown


async def test_each_rater_and_question_has_an_order_of_its_own_that_stays() -> None:
    site = await rating_desk(*NAMES)
    ann, ben = await site.queue("ann"), await site.queue("ben")
    assert ann == await site.queue("ann")
    assert [each.position for each in ann] == [1, 2, 3, 4, 5, 6]
    assert {each.total for each in ann} == {6}
    items = {who: {each.item for each in queue} for who, queue in (("ann", ann), ("ben", ben))}
    assert not items["ann"] & items["ben"]
    assert not items["ann"] & {each.item for each in await site.queue("ann", "tools")}
    assert len(items["ann"]) == 6
    orders = [[each.parts[0].text for each in queue] for queue in (ann, ben)]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


@pytest.mark.parametrize(("twice", "raters"), [(0, 1), (100, 2)])
async def test_an_answer_waits_until_it_has_its_ratings(twice: int, raters: int) -> None:
    site = await rating_desk("Mia Hall", "Leo Park", twice=twice)
    for number, who in enumerate(("ann", "ben", "cid")):
        waiting = await site.queue(who)
        assert len(waiting) == (2 if number < raters else 0)
        for each in waiting:
            await site.does(who, RateBlind("spring", "about-you", each.item, score=4))
        assert await site.queue(who) == []
    assert len(await site.rated(site.desk.interview_of("Mia Hall"))) == raters
    questions = (await site.asks("ann", ShowBlindQuestions("spring"), BlindQuestions)).questions
    assert [(each.waiting, each.rated) for each in questions] == [(0, 2), (2, 0), (2, 0), (2, 0)]


async def test_the_share_rated_twice_is_drawn_by_chance_and_stays() -> None:
    site = await rating_desk(*(f"Candidate {number}" for number in range(60)), twice=25)
    for each in await site.queue("ann"):
        await site.does("ann", RateBlind("spring", "about-you", each.item, score=4))
    again = await site.queue("ben")
    assert 5 <= len(again) <= 27, "binomial (60, 1/4): outside with a probability below 0.001"
    assert len(await site.queue("cid")) == len(again)


async def test_it_is_the_same_rating_marked_as_blind_and_can_be_changed() -> None:
    site = await rating_desk("Mia Hall", "Leo Park")
    first, second = await site.queue("ann")
    await site.does("ann", RateBlind("spring", "about-you", first.item, score=2, note="vague"))
    await site.does("ann", RateBlind("spring", "about-you", first.item, score=None))
    back = await site.asks("ann", ShowBlindAnswer("spring", "about-you", item=first.item), BlindQueue)
    assert back.answer is not None
    assert (back.answer.own, back.answer.position, back.waiting, back.rated) == (OwnRating(None, ""), 1, 1, 1)
    rated = [
        *await site.rated(site.desk.interview_of("Mia Hall")),
        *await site.rated(site.desk.interview_of("Leo Park")),
    ]
    assert [(each.score, each.note, each.blind) for each in rated] == [(2, "vague", True), (None, "", True)]
    assert (await site.queue("ann"))[0].item == second.item


async def test_changing_a_rating_that_was_given_by_name_does_not_make_it_blind() -> None:
    site = await rating_desk("Mia Hall")
    mia = site.desk.interview_of("Mia Hall")
    (item,) = [each.item for each in await site.queue("ann")]
    await site.does("ann", RateAnswer(mia, "about-you", score=5))
    await site.does("ann", RateBlind("spring", "about-you", item, score=3))
    assert [(each.score, each.blind) for each in await site.rated(mia)] == [(5, False), (3, False)]


async def test_after_one_comes_the_next_that_waits_and_then_those_that_were_put_off() -> None:
    site = await rating_desk("Mia Hall", "Leo Park", "Zoe Dean")
    first, second, third = (each.item for each in await site.queue("ann"))
    await site.does("ann", RateBlind("spring", "about-you", second, score=3))

    async def after(item: str) -> tuple[str, str]:
        found = await site.asks("ann", ShowBlindAnswer("spring", "about-you", after=item), BlindQueue)
        assert found.answer is not None
        return found.answer.item, found.answer.previous

    assert await after("") == (first, "")
    assert await after(first) == (third, first), "the second one is rated; back leads to what was shown before"
    assert await after(third) == (first, third)


async def test_what_is_decided_unfinished_or_erased_does_not_wait() -> None:
    site = await rating_desk("Mia Hall", "Leo Park", "Zoe Dean")
    await site.desk.answers("Under Way", "spring", 2)
    waiting = {each.item for each in await site.queue("ann")}
    assert len(waiting) == 3
    await site.desk.says("boss", f"/decide {site.desk.interview_of('Mia Hall')} yes")
    left = {each.item for each in await site.queue("ann")}
    (gone,) = waiting - left
    with pytest.raises(Refused, match=r"blind\.gone"):
        await site.does("ann", RateBlind("spring", "about-you", gone, score=4))
    assert await site.rated(site.desk.interview_of("Mia Hall")) == []
    await site.desk.says("boss", f"/forget {site.desk.interview_of('Leo Park')}")
    await site.desk.presses("boss", "Yes, do it")
    await site.desk.erases()
    assert len(await site.queue("ann")) == 1


async def test_an_item_is_for_its_rater_question_and_campaign_alone() -> None:
    site = await rating_desk("Mia Hall")
    (item,) = [each.item for each in await site.queue("ann")]
    for who, question in (("ben", "about-you"), ("ann", "tools")):
        with pytest.raises(Refused, match=r"blind\.gone"):
            await site.does(who, RateBlind("spring", question, item, score=4))
    with pytest.raises(Refused, match=r"rate\.no_question"):
        await site.asks("ann", ShowBlindAnswer("spring", "nothing", item), BlindQueue)
    for note, score, why in (("x" * 501, 4, "rate.note"), ("", 6, "rate.score")):
        with pytest.raises(Refused, match=why):
            await site.does("ann", RateBlind("spring", "about-you", item, score=score, note=note))
    assert await site.rated(site.desk.interview_of("Mia Hall")) == []


async def test_an_answer_after_one_that_was_left_out_can_be_rated() -> None:
    site = await rating_desk()
    leo = await site.desk.starts("Leo Park", "spring")
    for what in (i.TextReceived("I studied statistics."), i.ChoicePressed("submit"), i.ChoicePressed("skip")):
        await site.desk.does("Leo Park", what)
    await site.desk.does("Leo Park", i.ChoicePressed("option.1"))
    site.desk.now += 80 * 3600_000
    await site.desk.ticks()
    assert [len(await site.queue("ann", each)) for each in ("about-you", "tools", "typical")] == [1, 0, 1]
    await site.desk.says("ann", f"/rate {leo} 3 4")
    (refused,) = await site.desk.says("ann", f"/rate {leo} 2 4")
    assert "no answer" in refused.text
    assert [(each.question, each.score) for each in await site.rated(leo)] == [("typical", 4)]


async def test_speech_is_shown_as_its_transcript_without_sound_and_sample_answers_beside() -> None:
    site = await rating_desk()
    first = site.desk.script.stages[0]
    sample = replace(first.questions[0], anchors={"2": Wording("还行", "So-so"), "4": Wording("很好", "Fine")})
    stage = replace(first, questions=(sample, *first.questions[1:]))
    site.desk.script = replace(site.desk.script, stages=(stage, *site.desk.script.stages[1:]), version="samples")
    await site.desk.campaigns.renew(await site.desk.campaigns.find("spring"), site.desk.script)
    mia = await site.desk.starts("Mia Hall", "spring")
    await site.desk.does("Mia Hall", i.VoiceReceived(i.Media("file", duration_ms=42_000)))
    told: list[i.What] = [
        i.AudioArchived(1, "ab" * 32, 4_000, "ogg-opus"),
        i.TranscriptReady(1, "Mia Hall speaking", 0.9, "tiny", 42_000, ()),
    ]
    for number, what in enumerate(told):
        await site.desk.intake.apply(mia, i.Inbound(f"voice:{number}", what))
    for what in (
        i.ChoicePressed("submit"),
        i.TextReceived("Excel"),
        i.ChoicePressed("option.1"),
        i.TextReceived("75"),
    ):
        await site.desk.does("Mia Hall", what)
    messages = await site.desk.says("ann", "/blind spring 1")
    shown = "\n".join(texts(messages))
    assert f"{MASK} speaking" in shown
    assert "Sample answer (2): So-so\nSample answer (4): Fine" in shown
    assert not any(each.file for each in messages)
    assert "42" not in shown


async def test_in_a_group_it_is_done_in_private_and_no_query_answers() -> None:
    site = await rating_desk("Mia Hall")
    group = Address("telegram-staff", "700900", "-100")
    message = replace(site.desk.message("ann", "/blind spring 1", "staff:group"), chat=group)
    sent = await site.desk.receive(message)
    assert ["hello" in each.text for each in sent] == [False, True]
    assert [each.to == group for each in sent] == [True, False]
    context = await site.context("ann", private=False)
    for query in (ShowBlindQuestions("spring"), ShowBlindAnswer("spring", "about-you")):
        with pytest.raises(Refused, match=r"blind\.private"):
            await ask(context, query)


@pytest.mark.parametrize("line", ["/blind 'Mia Hall'", "/calibrate Mia results", "/calibrate spring note Mia"])
async def test_what_was_typed_for_a_campaign_or_noted_is_not_in_the_lines_of_the_record(line: str) -> None:
    site = await rating_desk("Mia Hall")
    await site.desk.says("ann", line)
    entries = read_entries(await site.desk.store.interviews.entries(NAME))
    acted = [event for entry in entries for event in entry.events if isinstance(event, Acted)]
    assert acted[-1].outcome == "refused"
    assert not any("Mia" in each.line for each in acted)
