"""Agreement: kappa by the values of a published implementation, when it is stated, and who is told what.

The expected values are those of scikit-learn 1.9.1, `cohen_kappa_score(first, second, weights="quadratic",
labels=[1, 2, 3, 4, 5])`. For people, who are interchangeable, `first` and `second` hold each pair in both orders;
with three raters, `sample_weight` gives each answer the same weight.
"""

import pytest

from conversation import inbound as i
from handlers.actions.context import Refused
from handlers.figures.agreement import LEAST_ANSWERS, between_people, with_other
from handlers.queries.agreement import CampaignAgreement, QuestionAgreement, ShowAgreement
from handlers.queries.base import ask
from handlers.queries.figures.figure_tables import FigureTable, ShowFigureTable
from tests.handlers.ratings.rating_desk import RatingDesk, rating_desk

Table = dict[tuple[int, ...], int]
CLOSE: Table = {(1, 1): 2, (1, 2): 2, (2, 1): 1, (2, 2): 4, (2, 3): 3, (3, 2): 2, (3, 3): 7, (3, 4): 4, (4, 3): 3,
         (4, 4): 6, (4, 5): 2, (5, 4): 1, (5, 5): 3}  # fmt: skip
APART: Table = {(1, 5): 6, (5, 1): 4, (2, 4): 7, (4, 2): 5, (3, 3): 5, (1, 2): 3, (4, 5): 4}
SKEWED: Table = {(4, 4): 28, (4, 5): 4, (5, 4): 1, (5, 5): 1, (3, 4): 2}
SHIFTED: Table = {(1, 2): 6, (2, 3): 9, (3, 4): 11, (4, 5): 8, (2, 2): 2}
THREE: Table = {
    (1, 2, 2): 4,
    (2, 3, 3): 6,
    (3, 3, 5): 5,
    (4, 4, 5): 8,
    (2, 4, 4): 3,
    (5, 5, 5): 4,
    (1, 1): 3,
    (3, 4): 5,
}


def listed(table: Table) -> list[tuple[int, ...]]:
    return [scores for scores, number in table.items() for _ in range(number)]


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        (CLOSE, 0.8213399503722084),
        (APART, -0.5482367891559885),
        (SKEWED, 0.1910112359550562),
        (SHIFTED, 0.6374407582938388),
        (THREE, 0.692206557338561),
    ],
)
def test_kappa_of_people_is_the_published_value(table: Table, kappa: float) -> None:
    scores = listed(table)
    found = between_people(scores)
    assert found is not None
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(kappa, abs=1e-12)
    assert found.kappa.low is not None
    assert found.kappa.high is not None
    assert found.kappa.low < kappa < found.kappa.high
    turned = between_people([tuple(reversed(each)) for each in reversed(scores)])
    assert turned is not None
    assert turned.kappa is not None
    assert turned.kappa.value == pytest.approx(kappa, abs=1e-12), "order says nothing"
    assert between_people(scores) == found, "the same every time"


@pytest.mark.parametrize(
    ("table", "kappa"),
    [(CLOSE, 0.8216939078751857), (APART, -0.49122807017543857), (SHIFTED, 0.6904400606980273)],
)
def test_kappa_with_a_rater_of_another_kind_keeps_the_order(table: Table, kappa: float) -> None:
    found = with_other([((one,), other) for one, other in listed(table)])
    assert found is not None
    assert found.kappa is not None
    assert found.kappa.value == pytest.approx(kappa, abs=1e-12)


def test_exact_and_adjacent_agreement_need_no_number_and_kappa_does() -> None:
    assert between_people([]) is None
    few = between_people([(4, 4), (4, 5), (1, 5)] * 9)
    assert few is not None
    assert (few.answers, few.kappa) == (27, None)
    assert few.same == pytest.approx(1 / 3)
    assert few.adjacent == pytest.approx(2 / 3)
    three = between_people([(1, 2, 3)])
    assert three is not None
    assert three.same == 0
    assert three.adjacent == pytest.approx(2 / 3)
    enough = between_people([(4, 4), (4, 5), (1, 5)] * 10)
    assert enough is not None
    assert enough.kappa is not None


def test_where_scores_hardly_differ_there_is_no_kappa_or_no_interval() -> None:
    alike = between_people([(4, 4)] * 40)
    assert alike is not None
    assert (alike.same, alike.kappa) == (1, None)
    nearly = between_people([(4, 4)] * 39 + [(4, 5)])
    assert nearly is not None
    assert nearly.kappa is not None
    assert nearly.kappa.value == pytest.approx(-1 / 79)
    assert nearly.kappa[1:] == (None, None)


def test_more_answers_narrow_the_interval() -> None:
    widths = []
    for times in (1, 4):
        found = between_people(listed(CLOSE) * times)
        assert found is not None
        assert found.kappa is not None
        assert found.kappa.low is not None
        assert found.kappa.high is not None
        widths.append(found.kappa.high - found.kappa.low)
    assert widths[1] == pytest.approx(widths[0] / 2, rel=0.15), "by the square root of the number"


# who is told what


async def rated_by_two(number: int) -> RatingDesk:
    """Return a desk where ann and ben have rated the first answers of so many candidates as in APART."""
    site = await rating_desk()
    await site.desk.joins("aud", "auditor", "East")
    people = {name: (await site.context(name)).person.id for name in ("ann", "ben")}
    for at, scores in enumerate(listed(APART)[:number]):
        interview = await site.answers(f"Candidate {at}", "I studied statistics")
        for who, score in zip(people, scores, strict=True):
            given = i.RatingGiven("about-you", score, people[who], blind=True)
            await site.desk.intake.apply(interview, i.Inbound(f"rate:{at}:{who}", given))
    return site


async def first(site: RatingDesk, who: str) -> QuestionAgreement:
    found = await site.asks(who, ShowAgreement("spring"), CampaignAgreement)
    assert [each.answers for each in found.questions[1:]] == [0, 0, 0]
    return found.questions[0]


async def test_from_thirty_answers_on_everybody_but_their_raters_is_told() -> None:
    site = await rated_by_two(LEAST_ANSWERS)
    expected = between_people(listed(APART)[:LEAST_ANSWERS])
    assert expected is not None
    assert expected.kappa is not None
    for who in ("aud", "cid"):
        found = await first(site, who)
        assert (found.answers, found.kappa, found.low) == (30, expected.kappa.value, expected.kappa.low)
        assert (found.same, found.adjacent, found.withheld) == (expected.same, expected.adjacent, 0)
    hidden = await first(site, "ann")
    assert (hidden.answers, hidden.same, hidden.kappa, hidden.withheld) == (0, None, None, 30)
    mia = site.desk.interview_of("Candidate 0")
    for number in (2, 3, 4):
        await site.desk.says("ann", f"/rate {mia} {number} 3")
    opened = await first(site, "ann")
    assert (opened.answers, opened.same, opened.kappa, opened.withheld) == (1, 0, None, 29)
    table = await site.asks("aud", ShowFigureTable("spring"), FigureTable)
    rated = {each.figure: each for each in table.lines if each.figure.startswith("rating_")}
    assert rated["rating_kappa"][1:5] == ("about-you", 30, None, round(expected.kappa.value * 100))
    assert rated["rating_same"][1:5] == ("about-you", 30, None, round(expected.same * 100))
    assert rated.keys() == {"rating_kappa", "rating_same", "rating_adjacent"}
    table = await site.asks("ann", ShowFigureTable("spring"), FigureTable)
    assert not [each for each in table.lines if each.figure.startswith("rating_")]
    said = await site.desk.says("aud", "/agreement spring")
    assert f"κ {expected.kappa.value:.2f} (95% interval {expected.kappa.low:.2f} to" in said[0].text


async def test_of_fewer_only_what_one_may_see_anyway_and_looked_at_ratings_do_not_count() -> None:
    site = await rated_by_two(3)
    assert ((await first(site, "aud")).answers, (await first(site, "cid")).answers) == (3, 0)
    assert (await first(site, "cid")).withheld == 3
    await site.desk.says("cid", f"/rate {site.desk.interview_of('Candidate 0')} results")
    await site.desk.presses("cid", "Yes, do it")
    assert (await first(site, "cid")).answers == 1
    await site.desk.says("cid", f"/rate {site.desk.interview_of('Candidate 0')} 1 5")
    assert await first(site, "aud") == await first(site, "aud")
    assert (await first(site, "aud")).same == 0, "cid's score would agree with ben's"
    with pytest.raises(Refused, match=r"agreement\.private"):
        await ask(await site.context("aud", private=False), ShowAgreement("spring"))


# with the assistant


async def read_by_the_assistant(site: RatingDesk, name: str, *levels: int | None) -> str:
    """Let a new candidate, who is told of the assistant, complete the interview, and the assistant read the first
    answer. Returns the interview's id."""
    site.desk.assisted = True
    interview = await site.answers(name, "I studied statistics")
    findings = tuple(
        i.Finding(f"c{number}", level, why="" if level else "declined") for number, level in enumerate(levels)
    )
    made = i.AssessmentMade(i.Assessment("about-you", findings=findings))
    await site.desk.intake.apply(interview, i.Inbound(f"read:{name}", made))
    return interview


async def beside(site: RatingDesk, who: str) -> list[QuestionAgreement]:
    found = await site.asks(who, ShowAgreement("spring"), CampaignAgreement)
    return [each for each in found.questions if each.between == "assistant"]


async def test_people_and_the_assistant_are_compared_beside_people() -> None:
    site = await rating_desk()
    await site.desk.joins("aud", "auditor", "East")
    person = (await site.context("ann")).person.id
    expected = with_other([((score,), level) for score, level in listed(APART)[:LEAST_ANSWERS]])
    for at, (score, level) in enumerate(listed(APART)[:LEAST_ANSWERS]):
        interview = await read_by_the_assistant(site, f"Candidate {at}", level)
        given = i.RatingGiven("about-you", score, person)
        await site.desk.intake.apply(interview, i.Inbound(f"rate:{at}", given))
    assert expected is not None
    assert expected.kappa is not None
    for who in ("aud", "ann", "cid"):
        (found,) = await beside(site, who)
        assert (found.number, found.answers, found.kappa) == (1, LEAST_ANSWERS, expected.kappa.value)
    assert "People and the assistant: 30 answers" in (await site.desk.says("aud", "/agreement spring"))[0].text
    table = await site.asks("aud", ShowFigureTable("spring"), FigureTable)
    kappa = next(each for each in table.lines if each.figure == "assistant_kappa")
    assert kappa.percent == round(expected.kappa.value * 100)


async def test_the_assistants_level_is_the_mean_of_what_it_found_and_a_changed_score_does_not_count() -> None:
    site = await rating_desk()
    await site.desk.joins("aud", "auditor", "East")
    one = await read_by_the_assistant(site, "Mia Hall", 2, None, 5)
    two = await read_by_the_assistant(site, "Leo Park", None)
    for interview in (one, two):
        await site.desk.says("ann", f"/rate {interview} 1 4")
    (found,) = await beside(site, "aud")
    assert (found.answers, found.same) == (1, 1), "the mean of 2 and 5, rounded half up; nothing was found for Leo"
    (hidden,) = await beside(site, "ben")
    assert (hidden.answers, hidden.withheld) == (0, 2), "nor whether anything was found: ben has yet to rate"
    await site.desk.says("ann", f"/rate {one} 1 5")
    (found,) = await beside(site, "aud")
    assert found.answers == 0, "ann could see what the assistant had found"
