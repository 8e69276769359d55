"""The robot's webhook, called by DingTalk and by strangers."""

import asyncio
import json
from typing import Any

import pytest

from storage.errors import StoreUnavailable
from tests.bot.channels.dingtalk.dingtalk_robots import (
    MEMBER,
    PATH_SECRET,
    WEBHOOK,
    OnDingTalk,
    account,
    on_dingtalk,
    sign,
)
from tests.fakes.dingtalk_api import ROBOT
from tests.handlers.console.desk import Desk

HOUR_MS = 3_600_000


def stamped(robot: OnDingTalk, off_ms: int = 0) -> dict[str, str]:
    stamp = str(robot.desk.now + off_ms)
    return {"timestamp": stamp, "sign": sign(stamp)}


async def test_a_message_is_answered_200_after_its_commit() -> None:
    async with on_dingtalk() as robot:
        assert (await robot.post(robot.message("/start demo"))).status_code == 200
        assert (await robot.state()).phase == "guided"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"timestamp": "1"},
        {"sign": "x"},
        {"timestamp": "1790000000000", "sign": sign("1790000000000", "another secret")},
        {"timestamp": "not a number", "sign": sign("not a number")},
    ],
)
async def test_without_the_right_signature_nothing_is_read(headers: dict[str, str]) -> None:
    async with on_dingtalk() as robot:
        for body in (robot.message("/start demo"), b"x" * (2 * 1024 * 1024), b"no JSON"):
            assert (await robot.post(body, headers)).status_code == 403
        assert robot.store.directory._who == {}
        assert robot.buried == []


@pytest.mark.parametrize("off_ms", [-HOUR_MS - 1, -HOUR_MS, -300_001, 300_001, HOUR_MS, 10 * HOUR_MS])
async def test_stale_and_future_timestamps(off_ms: int) -> None:
    async with on_dingtalk() as robot:
        assert (await robot.post(robot.message("/start demo"), stamped(robot, off_ms))).status_code == 403
        assert (
            await robot.post(robot.message("/start demo"), stamped(robot, off_ms // 20))
        ).status_code == 200 or (abs(off_ms) > 20 * 300_000)


async def test_a_captured_header_pair_serves_for_minutes_only() -> None:
    """The body is not signed, so within a few minutes someone could post other messages with captured headers."""
    async with on_dingtalk(path_secret=None) as robot:
        await robot.begins()
        captured = robot.headers()
        genuine = robot.message("我学统计")
        assert (await robot.post(genuine, captured)).status_code == 200
        parts = (await robot.state()).parts
        for text in ("crossbow", "/exit", "提交"):
            forged = {**genuine, "text": {"content": text}}
            assert (await robot.post(forged, captured)).status_code == 200, "the message's id came before"
        assert (await robot.state()).parts == parts
        robot.desk.now += 299_000
        assert (await robot.post(robot.message("又一条"), captured)).status_code == 200
        assert len((await robot.state()).parts) == len(parts) + 1
        robot.desk.now += 10_000
        assert (await robot.post(robot.message("再一条"), captured)).status_code == 403
        assert len((await robot.state()).parts) == len(parts) + 1


async def test_a_replay_cannot_lead_replies_elsewhere() -> None:
    async with on_dingtalk(path_secret=None) as robot:
        await robot.begins()
        captured, genuine = robot.headers(), robot.message("我学统计")
        assert (await robot.post(genuine, captured)).status_code == 200
        attackers, until = robot.api.session("attacker", 80_000)
        forged = {**genuine, "sessionWebhook": attackers, "sessionWebhookExpiredTime": until}
        assert (await robot.post(forged, captured)).status_code == 200
        await robot.deliver()
        assert robot.api.chats["attacker"] == []
        assert robot.api.texts(MEMBER)[-1].startswith("已保存")


async def test_a_replay_in_another_name_changes_nothing() -> None:
    async with on_dingtalk(path_secret=None) as robot:
        captured, genuine = robot.headers(), robot.message("/start demo")
        assert (await robot.post(genuine, captured)).status_code == 200
        for change in (
            {"senderStaffId": "manager3"},
            {"senderStaffId": "", "senderId": "x"},
            {"conversationType": "2", "conversationId": "cid-of-others"},
        ):
            assert (await robot.post({**genuine, **change}, captured)).status_code == 200
        assert [each.user for each in robot.store.directory._who] == [MEMBER]


@pytest.mark.parametrize(
    "url",
    [
        "http://oapi.dingtalk.com/robot/sendBySession?session=x",
        "https://oapi.dingtalk.com.attacker.example/robot/sendBySession?session=x",
        "https://attacker.example/?oapi.dingtalk.com",
        "https://oapi.dingtalk.com@attacker.example/",
        "https://attacker.example\\.dingtalk.com/",
        "https://xdingtalk.com/",
        "https://dingtalk.com/",
        "https://connector.dingtalk.com/webhook/flow/1",
        "https://oapi.dingtalk.com:8443/",
        "https://127.0.0.1/",
        "https://10.0.0.8/robot",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "http://127.0.0.1:6379/",
        "file:///etc/passwd",
        "https://dingtalk.com:99999/",
        "//oapi.dingtalk.com/",
        "javascript:alert(1)",
        "https://Ｏapi.dingtalk.com/",
    ],
)
async def test_a_session_anywhere_else_is_not_used(url: str) -> None:
    async with on_dingtalk() as robot:
        body = {**robot.message("/start demo"), "sessionWebhook": url}
        assert (await robot.post(body)).status_code == 200
        await robot.deliver()
        assert [each.way for each in robot.api.chats[MEMBER]] == ["api"], "the message itself is as good as any"
        assert not [name for name in robot.kv._held if name.endswith(f"session:{MEMBER}")]


@pytest.mark.parametrize(
    "change",
    [
        {"robotCode": "dinganotherrobot"},
        {"robotCode": ""},
        {"robotCode": None},
        {"robotCode": 5},
        {"robotCode": [ROBOT]},
    ],
)
async def test_a_message_for_another_robot(change: dict[str, Any]) -> None:
    async with on_dingtalk() as robot:
        assert (await robot.post({**robot.message("/start demo"), **change})).status_code == 403
        assert robot.store.directory._who == {}


async def test_unknown_addresses_and_methods() -> None:
    async with on_dingtalk(path_secret=None) as robot:
        body = robot.message("/start demo")
        for path in (
            f"{WEBHOOK}x",
            f"{WEBHOOK}/",
            f"{WEBHOOK}/anything",
            "/webhooks/dingtalk",
            "/webhooks/dingtalk/",
        ):
            assert (await robot.post(body, path=path)).status_code == 404, path
        for method in ("GET", "PUT", "DELETE"):
            assert (await robot.web.request(method, WEBHOOK, headers=robot.headers())).status_code == 405


async def test_with_a_path_secret_the_short_address_is_unknown() -> None:
    async with on_dingtalk() as robot:
        body = robot.message("/start demo")
        for path in (WEBHOOK, f"{WEBHOOK}/", f"{WEBHOOK}/{PATH_SECRET[:-1]}", f"{WEBHOOK}/{PATH_SECRET}x"):
            assert (await robot.post(body, path=path)).status_code == 404, path
        assert (await robot.post(body, path=f"{WEBHOOK}/{PATH_SECRET}")).status_code == 200


async def test_bodies_that_are_too_large_or_no_json() -> None:
    async with on_dingtalk() as robot:
        assert (await robot.post(b"{" + b" " * (1024 * 1024) + b"}")).status_code == 413
        for body in (b"", b"\xff\xfe", b"<xml/>", b"{", b'{"a": NaN}'):
            assert (await robot.post(body)).status_code == 400, body


async def test_what_cannot_be_understood_is_kept_without_its_session() -> None:
    async with on_dingtalk() as robot:
        body = {**robot.message("x"), "conversationType": "7"}
        assert (await robot.post(body)).status_code == 200
        ((kind, _, kept),) = robot.buried
        assert kind == "update"
        assert json.loads(kept) == {**body, "sessionWebhook": "..."}


async def test_while_the_store_is_away_dingtalk_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_dingtalk() as robot:
        body = robot.message("/start demo")

        async def away(*_: object) -> None:
            raise StoreUnavailable("away")

        with monkeypatch.context() as patch:
            patch.setattr(robot.store.interviews, "commit", away)
            answer = await robot.post(body)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert robot.buried == []
        assert (await robot.post(body)).status_code == 200
        assert (await robot.state()).phase == "guided"


async def test_one_message_ten_times_to_two_processes_changes_one_thing() -> None:
    async with on_dingtalk() as robot:
        await robot.begins()
        second = Desk(robot.store, "zh")
        second.now, second._numbers = robot.desk.now, 900_000
        other = account(robot.api, second, robot.kv)
        body = robot.message("我学统计")
        raw = json.dumps(body).encode()
        before = await robot.store.interviews.load((await robot.state()).interview)
        heard = len(robot.api.chats[MEMBER])
        processes = (robot.account.receiver, other.receiver)
        assert all(await asyncio.gather(*(each.take(raw) for _ in range(10) for each in processes)))
        after = await robot.store.interviews.load((await robot.state()).interview)
        assert before is not None
        assert after is not None
        assert after.version == before.version + 1
        await robot.deliver()
        assert len(robot.api.chats[MEMBER]) == heard + 1
        await other.channel.close()


async def test_one_command_ten_times_to_two_processes_is_carried_out_once() -> None:
    async with on_dingtalk() as robot:
        await robot.claims()
        second = Desk(robot.store, "zh")
        second.now, second._numbers = robot.desk.now, 900_000
        other = account(robot.api, second, robot.kv)
        raw = json.dumps(robot.message("/bots", "manager1")).encode()
        before, heard = await robot.version(), len(robot.api.chats["manager1"])
        await asyncio.gather(*(each.receiver.take(raw) for _ in range(10) for each in (robot.account, other)))
        assert await robot.version() == before + 1
        await robot.deliver()
        assert len(robot.api.chats["manager1"]) == heard + 1
        await other.channel.close()
