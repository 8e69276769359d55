"""The lists behind the digest's buttons show exactly those whom it counts, over all campaigns of the unit."""

import re

from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

DAY_MS = 24 * 3600_000


async def test_the_digests_buttons_list_those_whom_it_counts() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit in ("East", "South"):
        await desk.says("boss", f"/org add {unit}")
    for code, unit in (("spring", "East"), ("autumn", "East"), ("other", "South")):
        await desk.campaign(code, unit)
    await desk.exits("Early", "spring")
    await desk.answers("Before", "spring", 4)
    await desk.says("boss", "/notify East")
    desk.now += DAY_MS
    await desk.digests()
    for number in range(7):
        await desk.exits(f"Spring{number}", "spring")
    for number in range(15):
        await desk.exits(f"Autumn{number}", "autumn")
    await desk.exits("Elsewhere", "other")
    await desk.answers("Mia", "autumn", 4)
    desk.now += DAY_MS
    desk.heard.clear()
    await desk.digests()
    *_, digest = [each for each in await desk.sent() if each.text.startswith("Digest")]
    counted = re.search(r"\*?(\d+) have stopped", digest.text)
    assert counted
    assert counted[1] == "22"
    button = next(each for each in digest.choices if each.label == "Stopped: 22")
    names = set[str]()
    (page,) = await desk.says("boss", button.token)
    assert "22 candidates" in page.text
    while True:
        names |= set(re.findall(r"\d+\. (\w+)", page.text))
        following = [each.token for each in page.choices if each.label == "Next"]
        if not following:
            break
        (page,) = await desk.says("boss", following[0])
    assert names == {f"Spring{number}" for number in range(7)} | {f"Autumn{number}" for number in range(15)}
    done = next(each for each in digest.choices if each.label == "Finished: 1")
    (page,) = await desk.says("boss", done.token)
    assert "Mia" in page.text
    assert "Before" not in page.text


async def test_only_the_arguments_are_replaced_by_what_was_meant() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("stats-1")
    (answer,) = await desk.says("boss", "/stats stats")
    (button,) = answer.choices
    (figures,) = await desk.says("boss", button.token)
    assert "stats-1" in figures.text


async def test_a_state_without_a_campaign_lists_all_campaigns() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for code in ("spring", "autumn"):
        await desk.campaign(code)
        await desk.exits(f"Ben of {code}", code)
    (text,) = texts(await desk.says("boss", "/candidates left"))
    assert "all campaigns · 2 candidates" in text
    assert "Ben of spring" in text
    assert "Ben of autumn" in text


async def test_a_name_of_another_campaign_is_offered() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for code in ("spring", "autumn"):
        await desk.campaign(code)
    await desk.answers("Ben", "autumn", 4)
    (answer,) = await desk.says("boss", "/candidates spring Ben")
    assert "elsewhere" in answer.text
    assert answer.choices[0].label == "Ben · autumn · completed"
    (card,) = await desk.says("boss", answer.choices[0].token)
    assert card.text.startswith("Ben")
