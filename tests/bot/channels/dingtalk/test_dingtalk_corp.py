"""The organisation whose messages are taken: set, or confirmed by an owner, and never just learnt."""

from typing import Any

import pytest

from bot.channels.dingtalk.signature import Forged
from tests.bot.channels.dingtalk.dingtalk_robots import (
    GROUP,
    MANAGER,
    MEMBER,
    OTHER,
    OnDingTalk,
    on_dingtalk,
    reopened,
)
from tests.fakes.dingtalk_api import CORP, ROBOT, Heard
from tests.payloads import payload

FOREIGN = "dinganother"
MISSING: list[dict[str, Any]] = [{"chatbotCorpId": None}, {"chatbotCorpId": ""}]


def words(heard: list[Heard]) -> str:
    return "\n".join(each.text for each in heard)


async def invited(robot: OnDingTalk, role: str, by: str = MANAGER) -> str:
    """Return the line with which a new colleague joins."""
    return words(await robot.says(f"/staff invite {role}", by)).splitlines()[-1]


def asks_to_confirm(heard: list[Heard], corp: str = CORP) -> bool:
    (line,) = heard
    named = f"XUMIAN_DINGTALK_CORP_ID={corp}" in line.text and "xumian claim" in line.text
    return named and "docs/dingtalk.md" in line.text and line.way == "api"


@pytest.mark.parametrize("change", [{"chatbotCorpId": FOREIGN}, {"chatbotCorpId": 5}, *MISSING])
@pytest.mark.parametrize("settings", [{}, {"path_secret": None}])
async def test_with_a_set_organisation_no_other_is_taken(change: dict[str, Any], settings: dict[str, Any]) -> None:
    async with on_dingtalk(corp_id=CORP, **settings) as robot:
        assert (await robot.post({**robot.message("/start demo"), **change})).status_code == 403
        assert robot.store.directory._who == {}
        assert (await robot.post(robot.message("/start demo"))).status_code == 200


async def test_the_first_message_decides_nothing() -> None:
    """Also not one that an earlier version has believed."""
    async with on_dingtalk() as robot:
        await robot.kv.set(f"dingtalk:{ROBOT}:corp", FOREIGN)
        foreign = {**robot.message("/start demo", OTHER), "chatbotCorpId": FOREIGN}
        assert (await robot.post(foreign)).status_code == 200
        assert "第 1/4 题" in (await robot.begins())[-1].text
        assert "所有者" in words(await robot.claims())
        assert (await robot.post({**foreign, "msgId": "another"})).status_code == 403


@pytest.mark.parametrize("chat", ["", GROUP])
async def test_the_operators_code_confirms_the_organisation(chat: str) -> None:
    async with on_dingtalk() as robot:
        assert "所有者" in words(await robot.claims(chat=chat))
        for change in ({"chatbotCorpId": FOREIGN}, *MISSING):
            for user in (MEMBER, MANAGER):
                assert (await robot.post({**robot.message("/start demo", user), **change})).status_code == 403
        async with reopened(robot, path_secret=None) as unsigned:
            assert (await unsigned.post({**robot.message("x"), "chatbotCorpId": FOREIGN})).status_code == 403


async def test_a_colleague_of_an_unconfirmed_organisation_is_told_how_to_confirm_it() -> None:
    """As after an update: an owner is known here, but the organisation is not confirmed."""
    async with on_dingtalk(path_secret=None, mode="stream") as before:
        await before.claims()
        async with reopened(before) as robot:
            version = await robot.version()
            assert asks_to_confirm(await robot.says("/stats demo", MANAGER))
            assert await robot.says("/stats demo", MANAGER) == []
            assert await robot.version() == version
            assert "第 1/4 题" in (await robot.begins())[-1].text, "candidates are served"
            assert "所有者" in words(await robot.claims())
            assert "demo" in words(await robot.says("/stats demo", MANAGER))


async def test_codes_of_owners_confirm_it_and_those_of_others_do_not() -> None:
    async with on_dingtalk(path_secret=None, mode="stream") as before:
        await before.claims()
        await before.says(await invited(before, "admin"), OTHER)
        of_owner, of_admin = await invited(before, "recruiter"), await invited(before, "recruiter", OTHER)
        async with reopened(before) as robot:
            assert asks_to_confirm(await robot.says(of_admin, "manager3"))
            assert "招聘" in words(await robot.says(of_owner, MEMBER))
            assert "招聘" in words(await robot.says(of_admin, "manager3"))


@pytest.mark.parametrize("change", MISSING)
@pytest.mark.parametrize("settings", [{}, {"path_secret": None}])
async def test_staff_must_say_which_organisation_candidates_need_not(
    change: dict[str, Any], settings: dict[str, Any]
) -> None:
    async with on_dingtalk(path_secret=None, mode="stream") as before:
        await before.claims()
        async with reopened(before, **settings) as robot:
            version = await robot.version()
            assert (await robot.post({**robot.message("/stats demo", MANAGER), **change})).status_code == 403
            assert await robot.version() == version
            assert robot.buried == []
            assert (await robot.post({**robot.message("/start demo"), **change})).status_code == 200


async def test_in_stream_mode_nothing_needs_to_be_confirmed() -> None:
    async with on_dingtalk(path_secret=None, mode="stream") as robot:
        await robot.claims()
        assert "demo" in words(await robot.says("/stats demo", MANAGER))
        for change in MISSING:
            with pytest.raises(Forged):
                await robot.says("/stats demo", MANAGER, **change)


async def test_real_messages_bear_the_organisation() -> None:
    async with on_dingtalk(corp_id=payload("dingtalk", "text")["chatbotCorpId"]) as robot:
        for name in ("text", "text-from-outside", "group-text", "audio"):
            assert (await robot.post(payload("dingtalk", name))).status_code == 200
