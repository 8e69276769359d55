"""Calibration: who sees the comparison when, what is final, and what a round remembers."""

import pytest

from handlers.actions.base import Action
from handlers.actions.calibration import (
    MOST_NOTES,
    NoteCalibration,
    OpenCalibration,
    RateSample,
    StartCalibration,
)
from handlers.actions.context import Refused
from handlers.organisation.repository import audit_organisation, load
from handlers.queries.base import ask
from handlers.queries.calibration import CalibrationComparison, SampleQueue, ShowCalibration, ShowSample
from tests.dialogues.playing import script_named
from tests.handlers.ratings.rating_desk import RatingDesk, rating_desk


async def samples_desk() -> RatingDesk:
    site = await rating_desk()
    await site.desk.campaigns.renew(await site.desk.campaigns.find("spring"), script_named("samples"))
    await site.desk.joins("aud", "auditor", "East")
    return site


async def rates(site: RatingDesk, who: str, *scores: int | None) -> list[str]:
    """Rate the next samples of a colleague's queue. Returns their English texts."""
    texts = []
    for score in scores:
        queue = await site.asks(who, ShowSample("spring"), SampleQueue)
        assert queue.sample is not None
        texts.append(queue.sample.text.en)
        await site.does(who, RateSample("spring", queue.sample.item, score))
    return texts


async def compared(site: RatingDesk, who: str) -> CalibrationComparison:
    return await site.asks(who, ShowCalibration("spring"), CalibrationComparison)


async def refused(site: RatingDesk, who: str, action: Action) -> str:
    with pytest.raises(Refused) as caught:
        await site.does(who, action)
    return caught.value.reason


async def test_the_comparison_opens_when_all_who_began_have_finished() -> None:
    site = await samples_desk()
    texts = await rates(site, "ann", 1, 2, None)
    assert sorted(texts) == sorted(each.text.en for each in (await compared(site, "aud")).samples)
    assert not (await compared(site, "ann")).open, "nobody to compare with"
    await rates(site, "ben", 5)
    assert not (await compared(site, "ann")).open, "ben has begun and not finished"
    await rates(site, "ben", 5, 5)
    for who in ("ann", "ben", "aud"):
        found = await compared(site, who)
        assert found.open
        by_ann = [mark.score for each in found.samples for mark in each.marks if mark.by.name == "ann"]
        by_ben = [mark.score for each in found.samples for mark in each.marks if mark.by.name == "ben"]
        assert sorted(by_ann, key=str) == [1, 2, None]
        assert by_ben == [5, 5, 5]
    closed = await compared(site, "cid")
    assert (closed.open, closed.samples) == (False, ()), "cid can still rate"
    assert [each.departure for each in closed.raters] == [None, None]
    await rates(site, "cid", 3)
    assert not (await compared(site, "ann")).open, "until cid has finished, too"


async def test_what_all_gave_stands_side_by_side_with_the_scripts_score() -> None:
    site = await samples_desk()
    level = {"I study statistics.": 2, "I forecast churn from two years of data.": 4, "I use pivot tables.": 3}
    for who, more in (("ann", 0), ("ben", 1)):
        for _ in level:
            queue = await site.asks(who, ShowSample("spring"), SampleQueue)
            assert queue.sample is not None
            await site.does(who, RateSample("spring", queue.sample.item, level[queue.sample.text.en] + more))
    found = await compared(site, "ann")
    rows = [(each.number, each.level, each.text.en, each.spread) for each in found.samples]
    assert rows == [
        (1, 2, "I study statistics.", 1),
        (1, 4, "I forecast churn from two years of data.", 1),
        (2, 3, "I use pivot tables.", 1),
    ]
    names = {each.by.name: each.departure for each in found.raters}
    assert names == {"ann": 0, "ben": 1}


async def test_a_rating_can_be_changed_until_all_are_given() -> None:
    site = await samples_desk()
    queue = await site.asks("ann", ShowSample("spring"), SampleQueue)
    assert queue.sample is not None
    first = queue.sample.item
    for score in (1, 5):
        await site.does("ann", RateSample("spring", first, score))
    again = await site.asks("ann", ShowSample("spring", item=first), SampleQueue)
    assert again.sample is not None
    assert (again.sample.own, again.rated, again.total) == ("5", 1, 3)
    await rates(site, "ann", 3, 3)
    assert await refused(site, "ann", RateSample("spring", first, 1)) == "calibrate.finished"
    with pytest.raises(Refused, match=r"calibrate\.finished"):
        await site.asks("ann", ShowSample("spring", item=first), SampleQueue)
    assert await refused(site, "ben", RateSample("spring", first, 1)) == "calibrate.gone"
    assert await refused(site, "ben", RateSample("spring", first, 6)) == "rate.score"


async def test_a_lead_opens_it_early_and_then_the_round_is_over() -> None:
    site = await samples_desk()
    assert await refused(site, "boss", OpenCalibration("spring")) == "calibrate.nobody"
    await rates(site, "ann", 2)
    item = (await site.asks("ben", ShowSample("spring"), SampleQueue)).sample
    assert item is not None
    assert await refused(site, "ann", OpenCalibration("spring")) == "forbidden.action"
    assert await refused(site, "ann", NoteCalibration("spring", "why")) == "calibrate.open"
    await site.does("boss", OpenCalibration("spring"))
    assert (await compared(site, "cid")).open
    assert await refused(site, "ben", RateSample("spring", item.item, 3)) == "calibrate.opened"
    for number in range(MOST_NOTES):
        await site.does("ann", NoteCalibration("spring", f"outcome {number}"))
    assert await refused(site, "ann", NoteCalibration("spring", "more")) == "calibrate.notes"
    assert await refused(site, "ann", NoteCalibration("spring", "x" * 501)) == "note.length"
    assert [(each.by.name, each.text) for each in (await compared(site, "cid")).notes][:1] == [
        ("ann", "outcome 0")
    ]
    await site.does("boss", StartCalibration("spring"))
    fresh = await compared(site, "aud")
    assert (fresh.raters, fresh.notes, fresh.outdated) == ((), (), False)
    await audit_organisation(site.desk.store)


async def test_a_round_keeps_its_samples_when_the_script_changes() -> None:
    site = await samples_desk()
    await rates(site, "ann", 2)
    await site.desk.campaigns.renew(await site.desk.campaigns.find("spring"), script_named("short"))
    found = await compared(site, "aud")
    assert (len(found.samples), found.outdated) == (3, True)
    assert await refused(site, "boss", StartCalibration("spring")) == "calibrate.no_samples"
    await rates(site, "ann", 2, 2)


async def test_whoever_has_left_does_not_hold_it_up() -> None:
    site = await samples_desk()
    for who in ("ann", "ben"):
        await rates(site, who, 2, 3, 4)
    await rates(site, "cid", 2)
    people = (await load(site.desk.store)).state.people
    cid = next(each.id for each in people.values() if each.name == "cid")
    assert not (await compared(site, "ann")).open
    await site.desk.says("boss", f"/staff revoke {cid} recruiter East")
    found = await compared(site, "ann")
    assert found.open
    assert sorted(len(each.marks) for each in found.samples) == [2, 2, 3]


async def test_nothing_is_answered_where_others_read_along() -> None:
    site = await samples_desk()
    context = await site.context("ann", private=False)
    for query in (ShowSample("spring"), ShowCalibration("spring")):
        with pytest.raises(Refused, match=r"blind\.private"):
            await ask(context, query)
