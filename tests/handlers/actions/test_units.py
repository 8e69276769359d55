"""Units that are renamed and moved: the new name is shown and typed everywhere, rights follow the place."""

from pathlib import Path

import pytest

from handlers.actions.context import Refused
from handlers.actions.perform import perform
from handlers.actions.units import RenameUnit
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import Organisation
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.commands.candidates.report_reader import reader_of, shown
from tests.handlers.console.desk import Desk, texts


async def office(store: Store | None = None) -> Desk:
    """Return a desk with East (with Branch below, led by `kim`), West (led by `wes`), and a campaign in Branch."""
    desk = Desk(store or MemoryStore(), "en")
    await desk.claims()
    for line in ("East", "West", "Branch East", "Desk Branch"):
        await desk.says("boss", f"/org add {line}")
    await desk.joins("kim", "admin", "East")
    await desk.joins("wes", "admin", "West")
    await desk.joins("lee", "recruiter", "Branch")
    await desk.campaign("spring", "Branch")
    return desk


async def organisation(desk: Desk) -> Organisation:
    return (await load(desk.store)).state


async def say(desk: Desk, who: str, line: str) -> str:
    return "\n".join(texts(await desk.says(who, line)))


async def test_the_new_name_is_shown_everywhere_and_the_record_keeps_the_first(store: Store) -> None:
    desk = await office(store)
    await desk.answers("Mia", "spring", 4)
    assert "“Branch” is called “New Branch”" in await say(desk, "boss", "/org rename Branch New Branch")
    await desk.campaign("autumn", "West")
    await desk.answers("Ann", "autumn", 4)
    lines = ("/org", "/campaigns spring", "/staff", '/stats "New Branch"', "/stats", '/duty "New Branch" lee on')
    for line in lines:
        said = await say(desk, "boss", line)
        assert "New Branch" in said, line
        assert "Branch" not in said.replace("New Branch", ""), line
    await desk.says("lee", '/notify "New Branch"')
    assert [chat.unit for chat in (await organisation(desk)).chats] == ["Branch"]
    record = await store.interviews.load(desk.interview_of("Mia"))
    assert record
    assert record.state.unit == "Branch"
    await audit_organisation(store)


@pytest.mark.parametrize("name", ["New Branch", "Branch"])
async def test_the_new_name_and_the_first_can_be_typed(name: str) -> None:
    desk = await office()
    await desk.says("boss", "/org rename Branch New Branch")
    assert "New Branch" in await say(desk, "lee", f'/stats "{name}"')
    assert "on duty" in await say(desk, "boss", f'/duty "{name}" lee on')
    assert "New Branch" in await say(desk, "boss", f'/staff invite recruiter "{name}"')
    await desk.says("boss", f'/open short code=new unit="{name}"')
    await desk.says("boss", f'/org rename "{name}" Third')
    assert (await organisation(desk)).titles == {"Branch": "Third"}
    assert "no unit" in await say(desk, "boss", '/org remove "New Branch"')


async def test_a_name_belongs_to_one_unit() -> None:
    desk = await office()
    await desk.says("boss", "/org rename Branch Filiale")
    assert "is a unit “Filiale” already" in await say(desk, "boss", "/org add Filiale")
    assert "first name of “Filiale”" in await say(desk, "boss", "/org add Branch")
    assert "is a unit “West” already" in await say(desk, "boss", "/org rename Filiale West")
    assert "first name of “Filiale”" in await say(desk, "boss", "/org rename West Branch")
    await desk.says("boss", "/org rename Filiale Branch")
    assert (await organisation(desk)).titles == {}


async def test_a_unit_moves_with_everything_below_and_rights_follow() -> None:
    desk = await office()
    await desk.answers("Mia", "spring", 4)
    assert "Mia" in await say(desk, "kim", "/candidate Mia")
    assert "Mia" not in await say(desk, "wes", "/candidates")
    assert "under West now" in await say(desk, "boss", "/org move Branch West")
    moved = await organisation(desk)
    assert moved.units["Branch"] == "West"
    assert moved.within("Desk", "West")
    assert "State" in await say(desk, "wes", "/candidate Mia")
    assert "State" not in await say(desk, "kim", "/candidate Mia")
    await audit_organisation(desk.store)


@pytest.mark.parametrize("parent", ["Branch", "Desk", "East"])
async def test_no_unit_comes_to_be_below_itself(parent: str) -> None:
    desk = await office()
    before = (await organisation(desk)).units
    unit = "East" if parent != "Branch" else "Branch"
    assert "itself or below it" in await say(desk, "boss", f"/org move {unit} {parent}")
    assert (await organisation(desk)).units == before


@pytest.mark.parametrize(
    ("who", "line", "done"),
    [
        ("kim", "/org move Branch West", False),
        ("wes", "/org move Branch West", False),
        ("kim", "/org move Desk East", True),
        ("kim", "/org move East West", False),
        ("kim", "/org move East *", False),
        ("lee", "/org move Desk East", False),
        ("kim", "/org rename East Orient", True),
        ("kim", "/org rename Branch Twig", True),
        ("wes", "/org rename Branch Twig", False),
        ("lee", "/org rename Branch Twig", False),
        ("boss", "/org rename * Firm", False),
        ("boss", "/org move * East", False),
    ],
)
async def test_it_takes_the_lead_at_both_ends(who: str, line: str, done: bool) -> None:
    desk = await office()
    before = await organisation(desk)
    await desk.says(who, line)
    after = await organisation(desk)
    assert ((before.units, before.titles) != (after.units, after.titles)) is done


async def test_nobody_takes_a_unit_out_of_a_rule_that_they_could_not_switch_off() -> None:
    desk = await office()
    await desk.says("boss", "/org add Group")
    await desk.says("boss", "/org move East Group")
    await desk.says("boss", "/org move West Group")
    await desk.joins("head", "admin", "East")
    await desk.joins("head", "admin", "West")
    assert "under West now" in await say(desk, "head", "/org move Branch West")
    await desk.says("boss", "/org move Branch East")
    await desk.says("boss", "/org rule East decisions on")
    assert "out of a rule of East (decisions take two)" in await say(desk, "head", "/org move Branch West")
    assert (await organisation(desk)).units["Branch"] == "East"
    await desk.says("boss", "/org rule West decisions on")
    assert "under West now" in await say(desk, "head", "/org move Branch West")


async def test_the_report_page_shows_the_new_name(tmp_path: Path) -> None:
    reader = await reader_of(MemoryStore(), tmp_path)
    desk = reader.desk
    await desk.answers("张三", "spring", 4)
    desk.console.tools = desk.tools._replace(
        report_link=lambda of, who: f"https://x.example/r/{reader.links.make(of, who)}"
    )
    await desk.says("boss", "/org 改名 华东 华东区")
    said = " ".join(texts(await desk.says("boss", "/report 张三")))
    link = next(word for word in said.split() if word.startswith("https://x"))
    page = await reader.web.get(link.removeprefix("https://x.example"))
    assert "华东区" in shown(page.text)


@pytest.mark.parametrize("title", ["", " ", "/x", "-x", "*", "x" * 41])
async def test_a_name_is_a_name(title: str) -> None:
    desk = await office()
    people = (await organisation(desk)).people.values()
    boss = next(each.id for each in people if each.name == "boss")
    with pytest.raises(Refused, match=r"org\.name"):
        await perform(desk.console.tools, boss, "r1", RenameUnit("East", title), desk._people["boss"])
