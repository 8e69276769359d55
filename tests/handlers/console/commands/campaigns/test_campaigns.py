"""/campaigns, /open and /close: rights, confirmations, newer script versions, and commands run twice."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conversation import inbound as i
from conversation.inbound import Address, Inbound
from handlers.console import console
from handlers.console.context import StaffFile
from handlers.organisation import repository as recording
from handlers.organisation.repository import load
from handlers.script_versions import content_version
from storage.errors import StoreUnavailable
from storage.memory.store import MemoryStore
from tests.fakes.scene import empty_outbox
from tests.handlers.console.desk import CANDIDATES_BOT, Desk, texts

_SCRIPTS = Path(__file__).parents[4] / "dialogues" / "scripts"
SHORT = (_SCRIPTS / "short.yaml").read_text(encoding="utf-8")


@pytest.fixture
async def desk() -> Desk:
    """Units north (with city below it) and south. `boss` is owner, `nora` recruiter of north."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit in ("north", "south", "city north"):
        await desk.says("boss", f"/org add {unit}")
    await desk.joins("nora", "recruiter", "north")
    return desk


async def opened(desk: Desk, who: str, line: str, file: StaffFile | None = None) -> str:
    await desk.says(who, line, file)
    return "\n".join(texts(await desk.presses(who, "Yes, do it")))


def yaml(text: str = SHORT, name: str = "my.yaml") -> StaffFile:
    return StaffFile(name, text.encode())


async def candidate(desk: Desk, user: str, token: str) -> str:
    """Follow a link as `user`. Returns the last text sent to them, or "" if there is none."""
    sender = Address("telegram", CANDIDATES_BOT, user)
    desk._numbers += 1
    await desk.intake.receive(
        Inbound(f"in:{desk._numbers}", i.CommandReceived("start", token), sender, desk.now, language="en")
    )
    said = [message for message in await empty_outbox(desk.store) if message.to == sender]
    return said[-1].text if said else ""


# rights


@pytest.mark.parametrize(
    ("role", "unit", "sees", "opens"),
    [
        ("owner", "", {"n", "c", "s"}, {"", "north", "city", "south"}),
        ("admin", "north", {"n", "c"}, {"north", "city"}),
        ("recruiter", "city", {"c"}, {"city"}),
        ("auditor", "north", {"n", "c"}, set()),
        ("support", "", set(), set()),
    ],
)
async def test_everybody_sees_and_opens_in_their_own_units(
    role: str, unit: str, sees: set[str], opens: set[str], desk: Desk
) -> None:
    for code, where in (("n-1", "north"), ("c-1", "city"), ("s-1", "south")):
        await desk.campaign(code, where)
    await desk.joins("ann", role, unit)
    (listed,) = await desk.says("ann", "/campaigns")
    for code in ("n", "c", "s"):
        assert (f"{code}-1" in listed.text) == (code in sees)
        (card,) = await desk.says("ann", f"/campaigns {code}-1")
        assert ("invited 0" in card.text) == (code in sees)
        (closing,) = await desk.says("ann", f"/close {code}-1")
        may_close = code in {where[:1] for where in opens}
        assert ("Close" in closing.text) == may_close
        if not may_close:
            assert closing.text.startswith(("There is no campaign", "Your role does not include"))
    for where in ("", "north", "city", "south"):
        (asked,) = await desk.says("ann", f'/open short "unit={where or "*"}"')
        assert asked.text.startswith("Open “Data analyst”?") == (where in opens), (where, asked.text)


async def test_a_stranger_gets_no_answer(desk: Desk) -> None:
    for line in ("/campaigns", "/open short", "/close x", "/invite x", "/revoke x", "/reissue x"):
        assert await desk.says("stranger", line) == []
        assert desk.results[-1] == "stranger"


async def test_whoever_has_several_units_says_which(desk: Desk) -> None:
    await desk.joins("nora", "recruiter", "south")
    (asked,) = await desk.says("nora", "/open short")
    assert asked.text == "Say for which unit: north, south"
    (asked,) = await desk.says("nora", "/open short south")
    assert "unit south" in asked.text


# opening


async def test_a_file_is_opened_by_itself_or_with_words(desk: Desk) -> None:
    said = await opened(desk, "nora", "", yaml())
    assert "Campaign short is open: Data analyst · north" in said
    said = await opened(desk, "boss", '/open "city" walk-in Fair', yaml("\ufeff" + SHORT))
    assert "Campaign fair is open: Data analyst · city" in said
    assert "start=fair" in said
    fair = await desk.campaigns.find("fair")
    assert (fair.unit, fair.code, fair.script) == ("city", "fair", desk.script.version)


async def test_a_shared_device_is_for_walk_ins_only(desk: Desk) -> None:
    (refused,) = await desk.says("nora", "/open short fair kiosk")
    assert refused.text.startswith("A kiosk is for walk-in candidates only")
    assert "/open short walk-in kiosk" in refused.text
    said = await opened(desk, "nora", "/open short kiosk fair 扫码")
    assert "Campaign fair is open" in said
    assert (await desk.campaigns.find("fair")).kiosk
    (listed,) = await desk.says("nora", "/campaigns")
    assert "walk-in · shared device" in listed.text


async def test_a_walk_in_campaign_gets_a_shared_device_and_keeps_it(desk: Desk) -> None:
    await opened(desk, "nora", "/open short fair walk-in")
    assert not (await desk.campaigns.find("fair")).kiosk
    await opened(desk, "nora", "/open short fair 共用设备")
    assert (await desk.campaigns.find("fair")).kiosk
    (same,) = await desk.says("nora", "/open short fair")
    assert "open already" in same.text
    await opened(desk, "nora", "/open fair", yaml(SHORT.replace("weight: 40", "weight: 41")))
    assert (await desk.campaigns.find("fair")).kiosk


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (StaffFile("x.yaml", b"\xff\xfe\x00"), "x.yaml is not UTF-8 text"),
        (StaffFile("x.yml", b"- a"), "x.yml:1:1: error: a script is made of keys"),
        (StaffFile("x.yaml", b""), "x.yaml:1:1: error: the file is empty"),
        (StaffFile("x.yaml", b"x: 1\n" * 300_000), "larger than 1 MiB"),
        (StaffFile("x.exe", b"MZ"), "“x.exe” is no script"),
        (StaffFile("", b"\x00"), "script.yaml:1:1"),
    ],
)
async def test_files_that_are_no_script_are_told_what_is_wrong(file: StaffFile, said: str, desk: Desk) -> None:
    (answer,) = await desk.says("boss", "", file)
    assert said in answer.text
    assert not answer.choices
    assert await desk.store.directory.campaigns() == []


async def test_many_faults_fit_into_one_message(desk: Desk) -> None:
    wrong = "\n".join(f"key-{number}: {'x' * 60}" for number in range(400))
    (answer,) = await desk.says("boss", "", yaml(wrong))
    assert len(answer.text) < 4096
    assert answer.text.splitlines()[-1].startswith("… and ")


async def test_what_its_author_could_do_better_is_shown_before_opening(desk: Desk) -> None:
    (answer,) = await desk.says("boss", "", yaml(SHORT.replace(", en: Data analyst", "")))
    assert "It could be better:\n· my.yaml:3:8: warning: the English text" in answer.text
    assert answer.choices


async def test_a_newer_version_takes_over_for_those_who_come_then(desk: Desk) -> None:
    await opened(desk, "nora", "/open short spring")
    first = await desk.starts("Anna", "spring")
    await desk.opens("Ben", "spring")
    newer = SHORT.replace("minutes: 6", "minutes: 7")
    (asked,) = await desk.says("nora", "/open spring", yaml(newer))
    old = desk.script.version
    assert "Change “spring” to version" in asked.text
    assert f"Version {old[:8]}: 2 invited\nThose invited already keep their version" in asked.text
    await desk.presses("nora", "Yes, do it")
    spring = await desk.campaigns.find("spring")
    assert (spring.script != old, spring.unit) == (True, "north")
    second = await desk.starts("Carl", "spring")
    for interview, version in ((first, old), (second, spring.script)):
        record = await desk.store.interviews.load(interview)
        assert record is not None
        assert record.state.script == version
    (asked,) = await desk.says("nora", "/open short spring")
    assert f"Version {old[:8]}: 2 invited\nVersion {spring.script[:8]}: 1 invited" in asked.text


async def test_a_closed_campaign_is_opened_again_on_a_newer_version(desk: Desk) -> None:
    campaign = await desk.campaign("spring", "north")
    await desk.campaigns.close(campaign)
    newer = SHORT.replace("minutes: 6", "minutes: 7")
    said = await opened(desk, "nora", "/open spring", yaml(newer))
    assert "Campaign spring is open" in said
    assert not (await desk.campaigns.find("spring")).closed_ms


async def test_somebody_else_was_faster(desk: Desk) -> None:
    await desk.says("nora", "/open short spring")
    await desk.campaigns.open(replace(desk.script, version="a" * 16), code="spring", unit="north")
    (answer,) = await desk.presses("nora", "Yes, do it")
    assert "Somebody changed “spring”" in answer.text
    assert (await desk.campaigns.find("spring")).script == "a" * 16


async def test_words_that_say_too_much(desk: Desk) -> None:
    for line in ("/open", "/open short north city", "/open short one two", "/campaigns a b c", "/close a b"):
        (answer,) = await desk.says("boss", line)
        assert answer.text.startswith("Usage: "), line
    (answer,) = await desk.says("nora", f"/open {desk.script.version}")
    assert "This script cannot be used" in answer.text, "a version that nobody has opened"


async def test_scripts_are_found_by_their_version(desk: Desk) -> None:
    await desk.store.directory.put_script(desk.script)
    assert desk.script.version == content_version(desk.script)
    (answer,) = await desk.says("nora", f"/open {desk.script.version}")
    assert answer.text.startswith("Open “Data analyst”?")


# run twice


async def test_a_confirmed_opening_that_is_run_again_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (asked,) = await desk.says("nora", "/open short spring walk-in")
    yes = desk.message("nora", asked.choices[0].token, "staff:yes")

    async def lost(*arguments: Any) -> object:
        """Fail all commits but that of the taken ticket: the action is done but not recorded."""
        if "taken" in str(arguments[3]):
            return await recording.commit(*arguments)
        raise StoreUnavailable("away")

    with monkeypatch.context() as broken:
        broken.setattr(console, "commit", lost)
        with pytest.raises(StoreUnavailable):
            await desk.console.receive(yes)
    first = await desk.campaigns.find("spring")
    desk.now += 60_000
    sent = await desk.receive(yes)
    assert "Campaign spring is open" in sent[0].text
    assert await desk.campaigns.find("spring") == first
    assert await desk.receive(yes) == []
    assert desk.results[-1] == "duplicate"


async def test_closing_twice_is_closing_once(desk: Desk) -> None:
    campaign = await desk.campaign("spring", "north")
    closed = await desk.campaigns.close(campaign)
    desk.now += 60_000
    assert await desk.campaigns.close(closed) == closed


# closed campaigns


async def test_a_closed_campaign_lets_in_nobody_new(desk: Desk) -> None:
    campaign = await desk.campaign("spring", "north")
    invitation = await desk.campaigns.invite(campaign, "Zoe")
    under_way = await desk.starts("Anna", "spring")
    await desk.says("nora", "/close spring")
    await desk.presses("nora", "Yes, do it")
    assert await candidate(desk, "77", invitation.token) == (
        "This interview is closed; please contact the recruiting team."
    )
    await desk.does("Anna", i.TextReceived("I study statistics."))
    record = await desk.store.interviews.load(under_way)
    assert record is not None
    assert len(record.state.parts) == 1
    await desk.says("nora", "/open spring")
    assert "Zoe" in await candidate(desk, "77", invitation.token)


# the list


async def test_long_lists_have_pages(desk: Desk) -> None:
    for number in range(23):
        desk.now += 1_000
        await desk.campaign(f"c-{number:02}", "north")
    (first,) = await desk.says("nora", "/campaigns")
    assert "Page 1 of 3" in first.text
    assert [each.token for each in first.choices][-1] == "/campaigns 2"
    assert "c-22" in first.text
    (last,) = await desk.says("nora", "/campaigns 99")
    assert "Page 3 of 3" in last.text
    assert "c-00" in last.text
    assert [each.token for each in last.choices][-1] == "/campaigns 2"
    (middle,) = await desk.says("nora", "/campaigns all 2")
    assert [each.token for each in middle.choices][-2:] == ["/campaigns all 1", "/campaigns all 3"]
    assert all(len(message.text) < 4096 for message in (first, middle, last))


async def test_a_code_of_digits_is_no_page(desk: Desk) -> None:
    await desk.campaign("2026", "north")
    (card,) = await desk.says("nora", "/campaigns 2026")
    assert card.text.startswith("2026 Data analyst")


async def test_a_code_that_is_too_long_for_a_button_has_none(desk: Desk) -> None:
    await desk.campaign("c" * 40, "north")
    (listed,) = await desk.says("nora", "/campaigns")
    assert not listed.choices
    (card,) = await desk.says("nora", f"/campaigns {'c' * 40}")
    assert not card.choices


async def test_the_record_has_what_was_opened(desk: Desk) -> None:
    await opened(desk, "nora", "/open spring", yaml())
    record = await load(desk.store)
    entries = await desk.store.interviews.entries("office")
    assert record.version == len(entries)
    assert f"/open short {desk.script.version} spring".encode() in entries[-1]
