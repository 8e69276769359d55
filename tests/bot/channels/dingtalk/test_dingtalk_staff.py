"""The staff console on DingTalk, in private chats with the robot and in groups where it is mentioned."""

from handlers.organisation.repository import load
from tests.bot.channels.dingtalk.dingtalk_robots import GROUP, MANAGER, MEMBER, OTHER, OnDingTalk, on_dingtalk
from tests.fakes.dingtalk_api import Heard


def words(heard: list[Heard]) -> str:
    return "\n".join(each.text for each in heard)


async def test_the_code_makes_whoever_sends_it_an_owner() -> None:
    async with on_dingtalk() as robot:
        assert "所有者" in words(await robot.claims())
        person = (await load(robot.store)).state.person_at(
            next(iter((await load(robot.store)).state.people.values())).addresses[0]
        )
        assert person is not None
        assert [str(each) for each in person.addresses] == [f"dingtalk:{robot.account.channel.account}:{MANAGER}"]
        assert person.name == "王经理"


async def test_in_a_group_too() -> None:
    async with on_dingtalk() as robot:
        assert "所有者" in words(await robot.claims(chat=GROUP))
        assert "demo" in words(await robot.says("/campaigns", MANAGER, GROUP))
        assert "demo" in words(await robot.says("/campaigns", MANAGER)), "and the same person privately"


async def test_commands_in_a_group_are_answered_there_by_its_id() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        (answer,) = await robot.says("/stats demo", MANAGER, GROUP)
        assert answer.way == "api"
        assert "demo" in answer.text
        assert "demo" in words(await robot.says("统计 demo", MANAGER, GROUP)), "without a slash, it was mentioned"


async def test_buttons_bring_their_command_as_if_it_were_typed() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        (bots,) = await robot.says("/bots", MANAGER)
        pause = next(said for title, said in bots.buttons if said.startswith("/bot pause"))
        (asked,) = await robot.says(pause, MANAGER)
        yes = next(said for _, said in asked.buttons if said.startswith("/yes"))
        assert "暂停" in words(await robot.says(yes, MANAGER))


async def test_nobody_else_is_answered_in_a_group() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        before = await robot.version()
        for text in ("/stats demo", "/help", "你好", "/start demo"):
            assert await robot.says(text, OTHER, GROUP) == []
            assert await robot.says(text, "", GROUP, senderId="$:LWCP_v1:$x") == []
        assert await robot.says("大家好", MANAGER, GROUP) != [], "the owner meant us: the mention says so"
        assert await robot.version() == before + 1
        assert robot.store.directory._who == {}


async def test_what_is_said_to_others_in_a_group_is_not_heard() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        assert await robot.says("/stats demo", MANAGER, GROUP, isInAtList=False) == []


async def test_whoever_is_not_staff_is_a_candidate_in_private() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        assert "面试助手" in words(await robot.says("/start demo", MEMBER))
        assert "所有者" not in words(await robot.says("/help", MEMBER))
        assert "所有者" not in words(await robot.says("/stats demo", MEMBER))


async def test_people_outside_have_no_way_to_the_console() -> None:
    async with on_dingtalk() as robot:
        answer = await robot.claims("")
        assert "所有者" not in words(answer)
        assert await robot.version() == 1, "the code was made, and is still good"


async def test_a_colleague_can_be_a_candidate_as_well() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        assert "面试助手" in words(await robot.says("/start demo", MANAGER))
        assert "第 1/4 题" in words(await robot.says("同意并开始", MANAGER))
        assert "已保存" in words(await robot.says("统计", MANAGER)), "an answer, though it is a command's name"
        assert "demo" in words(await robot.says("/stats demo", MANAGER)), "with a slash it is the command"
        assert "暂停" in words(await robot.says("/pause", MANAGER)), "the console has no such command"


async def test_a_roster_comes_as_a_file() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        robot.api.files["code-1"] = "name\n韩梅梅\n李雷\n".encode()
        content = {"fileName": "roster.csv", "downloadCode": "code-1", "fileId": "1", "spaceId": "2"}
        assert "/invite" in words(await robot.says("", MANAGER, msgtype="file", content=content)), "for what?"
        assert "CSV" in words(await robot.says("/invite demo", MANAGER))
        answer = await robot.says("", MANAGER, msgtype="file", content=content)
        answer += await _confirmed(robot, answer)
        assert "韩梅梅" in words(answer)
        assert any(each.file.startswith("roster-links.csv") for each in answer), "the list comes back with links"
        robot.desk.now += 11 * 60_000
        assert "韩梅梅" not in words(await robot.says("", MANAGER, msgtype="file", content=content))


async def test_a_file_that_cannot_be_had_is_said() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        content = {"fileName": "roster.csv", "downloadCode": "gone", "fileId": "1", "spaceId": "2"}
        assert "再发一次" in words(await robot.says("", MANAGER, msgtype="file", content=content))


async def test_of_strangers_nothing_is_fetched() -> None:
    async with on_dingtalk() as robot:
        content = {"fileName": "roster.csv", "downloadCode": "code-1", "fileId": "1", "spaceId": "2"}
        await robot.says("", OTHER, msgtype="file", content=content)
        assert robot.api.of("/v1.0/robot/messageFiles/download") == []


async def test_pictures_are_uploaded_and_shown() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        await robot.begins()
        (answer,) = await robot.says("/funnel demo", MANAGER)
        assert answer.way == "api"
        ((kind, name, data),) = robot.api.media.values()
        assert (kind, name.endswith(".png"), data[:4]) == ("image", True, b"\x89PNG")
        assert next(iter(robot.api.media)) in answer.text


async def test_other_files_are_sent_as_files() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        await robot.begins()
        answer = await robot.says("/export demo", MANAGER)
        answer += await _confirmed(robot, answer)
        assert any(each.file for each in answer), words(answer)


async def _confirmed(robot: OnDingTalk, answer: list[Heard]) -> list[Heard]:
    yes = [said for each in answer for _, said in each.buttons if said.startswith("/yes")]
    return await robot.says(yes[0], MANAGER) if yes else []


async def test_notices_go_to_the_groups_that_want_them() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        await robot.says("/notify", MANAGER, GROUP)
        await robot.begins()
        before = len(robot.api.chats[GROUP])
        await robot.says("退出")
        await robot.says("退出面试")
        await robot.says("1")
        assert any("王经理" in each.text for each in robot.api.chats[GROUP][before:]), robot.troubles


async def test_staff_are_written_to_by_their_id_only() -> None:
    """Also if they are candidates as well, whose sessions are kept."""
    async with on_dingtalk() as robot:
        await robot.claims()
        await robot.begins(MANAGER)
        await robot.says("/help", MANAGER)
        await robot.says("/notify", MANAGER)
        await robot.begins()
        await robot.says("退出")
        await robot.says("退出面试")
        await robot.says("1")
        assert "王经理" in words(robot.api.chats[MANAGER][-1:])
        assert {each.way for each in robot.api.chats[MANAGER]} == {"api"}
