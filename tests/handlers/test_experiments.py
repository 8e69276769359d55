"""Experiments, from script to candidates: each variant is a version, assigned regardless of who somebody is."""

from collections import Counter

import pytest
from msgspec.structs import replace

from conversation.experiments import branches, place
from conversation.script import Reminder, Script, Variant
from handlers.script_versions import content_version
from storage.ports import Store
from tests.fakes.scene import HOUR, MINUTE, Scene
from tests.fakes.scripts import SCRIPT

VARIANTS = (
    Variant("as-is"),
    Variant("hour", reminders=(Reminder(after_s=3600),)),
    Variant("brief", exit_warning="brief"),
    Variant("city-first", order={"first": ("city", "about")}),
)
EXPERIMENT = replace(SCRIPT, experiment="all", variants=VARIANTS)


def of(*ids: str) -> Script:
    return replace(SCRIPT, experiment="some", variants=tuple(each for each in VARIANTS if each.id in ids))


def test_a_branch_differs_in_what_its_variant_says() -> None:
    as_is, hour, brief, city = branches(EXPERIMENT)
    assert replace(as_is, experiment="", variant="", version=SCRIPT.version) == SCRIPT
    assert hour.reminders == (Reminder(after_s=3600),)
    assert (brief.exit_warning, as_is.exit_warning) == ("brief", "full")
    assert [step.question.id for step in city.steps] == ["city", "about", "where", "years"]
    assert [step.question.id for step in as_is.steps] == ["about", "city", "where", "years"]
    assert len({content_version(each) for each in branches(EXPERIMENT)}) == 4


def test_a_script_without_an_experiment_has_the_version_that_it_always_had() -> None:
    assert content_version(SCRIPT) == content_version(replace(SCRIPT, exit_warning="full", variants=()))
    assert branches(SCRIPT) == ()


def test_about_as_many_get_each_and_always_the_same() -> None:
    ids = [f"{number:016x}" for number in range(4_000)]
    places = Counter(place("spring", each, 4) for each in ids)
    assert all(abs(number - 1_000) < 110 for number in places.values())
    assert [place("spring", each, 4) for each in ids[:50]] == [place("spring", each, 4) for each in ids[:50]]
    assert [place("spring", each, 4) for each in ids[:50]] != [place("autumn", each, 4) for each in ids[:50]]


async def test_candidates_are_on_their_variant_however_they_come(store: Store) -> None:
    scene = Scene(store)
    campaign = await scene.walk_in(EXPERIMENT)
    assert len(campaign.variants) == 4
    for number in range(12):
        anybody = scene.person(str(number))
        await anybody.opens("poster")
        interview = await store.directory.who(anybody.address)
        assert interview
        state = await scene.state(interview)
        assert state.script == campaign.variants[place("poster", interview, 4)]
    invited = await scene.campaigns.invite(campaign, "Anna")
    state = await scene.state(invited.interview)
    assert state.script == campaign.variants[place("poster", invited.interview, 4)]
    counts = await store.interviews.counts("poster")
    assert sum(n for name, n in counts.items() if name.startswith("version:")) == 13


@pytest.mark.parametrize(("variant", "said"), [("as-is", "No rush"), ("brief", "Your progress is saved (0 of 4)")])
async def test_what_a_variant_says_on_leaving(store: Store, variant: str, said: str) -> None:
    scene = Scene(store)
    both = replace(of(variant), variants=(VARIANTS[0], next(each for each in VARIANTS if each.id == variant)))
    campaign = await scene.campaigns.open(replace(both, variants=both.variants[1:]), code="one")
    invitation = await scene.campaigns.invite(campaign, "Anna")
    anna = scene.person("42")
    await anna.opens(invitation.token)
    await anna.presses("agree")
    await anna.hears()
    await anna.commands("exit")
    assert said in (await anna.hears())[-1]


async def test_another_reminder(store: Store) -> None:
    scene = Scene(store)
    campaign = await scene.campaigns.open(of("hour"), code="one")
    invitation = await scene.campaigns.invite(campaign, "Anna")
    anna = scene.person("42")
    await anna.opens(invitation.token)
    await anna.presses("agree")
    await anna.hears()
    scene.clock.forward(11 * MINUTE)
    await scene.tick(invitation.interview)
    assert await anna.hears() == []
    scene.clock.forward(HOUR)
    await scene.tick(invitation.interview)
    assert len(await anna.hears()) == 1


async def test_a_newer_script_without_it_ends_it(store: Store) -> None:
    scene = Scene(store)
    campaign = await scene.campaigns.open(EXPERIMENT, code="one")
    renewed = await scene.campaigns.renew(campaign, replace(SCRIPT, version="small-2"))
    assert (renewed.variants, renewed.script) == ((), "small-2")
    invitation = await scene.campaigns.invite(renewed, "Anna")
    assert (await scene.state(invitation.interview)).script == "small-2"
