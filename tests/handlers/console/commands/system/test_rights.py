"""Rights for each command: every role, own and other units, strangers, and arbitrary files."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.console.context import Command, StaffFile
from handlers.console.registry import COMMANDS
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import ROLES
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

ABOUT_CANDIDATES = (
    "/candidate {candidate}",
    "/report {candidate}",
    "/rate {candidate}",
    "/rate {candidate} 1 4",
    "/decide {candidate} yes",
    "/extend {candidate} 24h",
    "/reopen {candidate}",
    "/remind {candidate}",
    "/confirm {candidate} yes",
    "/confirm {candidate}",
    "/reply {candidate} hello",
    "/done {candidate}",
    "/handover {candidate}",
    "/forget {candidate}",
    "/revoke {unopened}",
    "/reissue {unopened}",
    "/audit {candidate}",
)
ABOUT_CAMPAIGNS = (
    "/campaigns {campaign}",
    "/close {campaign}",
    "/invite {campaign} Somebody",
    "/candidates {campaign}",
    "/stats {campaign}",
    "/funnel {campaign}",
    "/exits {campaign}",
    "/export {campaign}",
    "/extend {campaign} 24h",
    "/broadcast {campaign} all Hello",
    "/drill {campaign}",
)
MISSING = {"candidate": "0123456789abcdef", "unopened": "fedcba9876543210", "campaign": "nowhere"}
commands = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


async def organisation() -> Desk:
    """Return a desk with two units, each with a campaign, a candidate, and an unopened invitation."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    for unit, campaign in (("East", "spring"), ("South", "autumn")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        await desk.answers(f"One of {campaign}", campaign, 2)
        await desk.invites(f"Invited to {campaign}", campaign)
    return desk


def _names(desk: Desk, campaign: str) -> dict[str, str]:
    return {
        "candidate": desk.interview_of(f"One of {campaign}"),
        "unopened": desk.interview_of(f"Invited to {campaign}"),
        "campaign": campaign,
    }


@commands
@pytest.mark.parametrize("role", ROLES)
async def test_each_role_has_its_commands_and_no_others(role: str, command: Command) -> None:
    desk = await organisation()
    await desk.joins("me", role, "East")
    answers = texts(await desk.says("me", f"/{command.name}"))
    there = answers != [f"Your role does not include /{command.name}. Ask an admin."]
    assert there == (role in command.roles)


@commands
async def test_a_stranger_learns_of_no_command(command: Command) -> None:
    desk = await organisation()
    version = (await load(desk.store)).version
    for line in (f"/{command.name}", f"/{command.name} autumn", f"/help {command.name}"):
        assert await desk.says("stranger", line) == []
    assert (await load(desk.store)).version == version


@pytest.mark.parametrize("line", [*ABOUT_CANDIDATES, *ABOUT_CAMPAIGNS])
@pytest.mark.parametrize("role", ["owner", "recruiter", "support", "auditor"])
async def test_what_is_elsewhere_is_answered_as_what_is_not_there(role: str, line: str) -> None:
    desk = await organisation()
    await desk.joins("me", role, "East")
    theirs = _names(desk, "autumn")
    version = await _entries(desk, theirs["candidate"])
    answers = [texts(await desk.says("me", line.format(**names))) for names in (theirs, MISSING)]
    foreign, missing = (
        [_unnamed(text, names) for text in said] for said, names in zip(answers, (theirs, MISSING), strict=True)
    )
    assert foreign == missing
    assert "One of autumn" not in "".join(foreign)
    assert await _entries(desk, theirs["candidate"]) == version


@pytest.mark.parametrize("line", [*ABOUT_CANDIDATES, *ABOUT_CAMPAIGNS])
async def test_what_is_ones_own_is_there(line: str) -> None:
    desk = await organisation()
    await desk.joins("me", "owner", "East")
    own = _names(desk, "spring")
    answers = [texts(await desk.says("me", line.format(**names))) for names in (own, MISSING)]
    assert _unnamed(answers[0][0], own) != _unnamed(answers[1][0], MISSING)


async def _entries(desk: Desk, interview: str) -> int:
    return len(await desk.store.interviews.entries(interview))


def _unnamed(text: str, names: dict[str, str]) -> str:
    for name in names.values():
        text = re.sub(name, "?", text)
    return text


_NAMES = st.sampled_from(
    ["list.csv", "list.xlsx", "script.yaml", "script.yml", "photo.png", "", "a" * 300, "../x.csv"]
)
_BYTES = (
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from(
        [b"PK\x03\x04" + b"\0" * 40, b"id: x\nstages: [", b"name,phone\n,,,\n", b"\xef\xbb\xbfname\n" + b"\n" * 50]
    )
    | st.lists(st.text("ab,;\t\"'=+-@\n姓名", max_size=12), max_size=20).map(
        lambda rows: "\n".join(rows).encode("gbk")
    )
)


@given(name=_NAMES, data=_BYTES, caption=st.sampled_from(["", "/open", "/invite spring", "/open x y z", "/stats"]))
@settings(max_examples=150)
async def test_whatever_comes_as_a_file_gets_an_answer_and_changes_nothing_by_halves(
    name: str, data: bytes, caption: str
) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    answers = await desk.says("boss", caption, StaffFile(name, data))
    assert answers
    assert all(text.strip() for text in texts(answers))
    assert not any("Traceback" in text or "Error(" in text for text in texts(answers))
    invited = (await desk.store.interviews.counts("spring")).get("interviews", 0)
    links = sum(each.text.count("start=") for each in answers)
    assert (invited == 0) == (links == 0)
    await audit_organisation(desk.store)
