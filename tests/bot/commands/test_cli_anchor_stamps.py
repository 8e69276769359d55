"""`xumian audit --anchors` verifies the time stamps of anchors, and says which there are."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.commands.commands import PATIENCE_S, Commands, Running
from tests.bot.commands.test_cli_anchors import Scene
from tests.bot.commands.test_cli_records import answered
from tests.fakes.time_stamp_server import time_stamp_server
from tests.fakes.time_stamping import Authority, ca
from tests.servers import wait_until

pytestmark = pytest.mark.redis
ROOT = ca("Example Root")
HASTY = "from bot.runtime import anchors; anchors.LEASE_MS = 500; anchors.Anchoring.every_s = 0.2"
"""Code with which a process notices within a second that another one is dead, not within minutes."""


class StampedScene(Scene):
    """An installation with anchors, and an authority that stamps them."""

    def __init__(self, xumian: Commands, redis_url: str) -> None:
        super().__init__(xumian, redis_url)
        self.authority = Authority(ROOT)
        bundle = xumian.folder / "tsa-root.pem"
        bundle.write_bytes(ROOT.pem)
        xumian.set(XUMIAN_ANCHOR_TSA_CA=str(bundle))

    def stamp(self, *numbers: int) -> None:
        """Have these anchors stamped at their time."""
        for number in numbers:
            self.authority.at = Authority.at + timedelta(days=number - 1)
            self.token(number).write_bytes(self.authority.stamped(self.note(number).read_bytes()))

    def token(self, number: int) -> Path:
        return self.note(number).with_suffix(".tsr")

    def summary(self) -> list[str]:
        lines = self.xumian.well("audit", "--anchors").splitlines()
        return lines[next(number for number, line in enumerate(lines) if line.startswith("signed with")) + 1 :]


@pytest.fixture
def scene(xumian: Commands, one_redis: str) -> StampedScene:
    return StampedScene(xumian, one_redis)


def test_all_anchors_are_stamped(scene: StampedScene) -> None:
    scene.anchor(3)
    scene.stamp(1, 2, 3)
    assert scene.summary() == [
        "time stamps: 3 of 3 anchors, number 1 at 2026-09-22 16:00:07 to number 3 at 2026-09-24 16:00:07",
        "stamped by CN=Example TSA",
    ]


def test_of_one_interview_each_proof_has_its_time(scene: StampedScene) -> None:
    scene.anchor()
    scene.stamp(1)
    line = scene.xumian.well("audit", scene.first, "--anchors").splitlines()[1]
    assert line == ("anchor 1 of 2026-09-22 includes entry 5 (proof of 2 hashes), stamped 2026-09-22 16:00:07")


def test_those_that_are_missing_are_named(scene: StampedScene) -> None:
    scene.anchor(6)
    scene.stamp(3, 5)
    assert scene.summary() == [
        "time stamps: 2 of 6 anchors, number 3 at 2026-09-24 16:00:07 to number 5 at 2026-09-26 16:00:07",
        "since then, these have none: 4, 6",
        "stamped by CN=Example TSA",
    ]


def test_without_the_setting_nothing_is_said_of_what_there_is_not(scene: StampedScene) -> None:
    scene.anchor()
    assert scene.summary() == []
    scene.xumian.set(XUMIAN_ANCHOR_TSA="http://tsa.example.com")
    assert scene.summary() == ["time stamps: none of 1 anchors"]


def test_without_a_root_signatures_are_not_verified_and_that_is_said(scene: StampedScene) -> None:
    scene.anchor()
    scene.authority = Authority(ca("Anybody"))
    scene.stamp(1)
    scene.xumian.set(XUMIAN_ANCHOR_TSA_CA="")
    assert scene.summary() == [
        "time stamps: 1 of 1 anchors, number 1 at 2026-09-22 16:00:07 (not verified)",
        "the time stamps were not verified against a root certificate: set XUMIAN_ANCHOR_TSA_CA",
    ]


def test_a_wrong_time_stamp_is_a_finding(scene: StampedScene) -> None:
    scene.anchor(2)
    scene.stamp(1, 2)
    foreign = Authority(ca("Example Root")).stamped(scene.note(2).read_bytes())
    for content, why in (
        (scene.token(1).read_bytes(), "it is of something else than this anchor's note"),
        (foreign, "its signature cannot be verified (certificate signature failure)"),
        (b"garbage", "it is no time stamp that can be read"),
    ):
        scene.token(2).write_bytes(content)
        for arguments in (["audit", "--anchors"], ["audit", scene.first, "--anchors"]):
            said = scene.xumian(*arguments)
            assert said.code == 1
            assert said.out.startswith(f"the time stamp 2026-09-23.tsr does not hold: {why}\n")
            assert "time stamps: 1 of 2 anchors, number 1 at 2026-09-22 16:00:07\n" in said.out


def test_one_beside_a_note_from_elsewhere_is_verified(scene: StampedScene) -> None:
    scene.anchor()
    scene.stamp(1)
    kept = scene.xumian.folder / "kept.txt"
    kept.write_bytes(scene.note(1).read_bytes())
    kept.with_suffix(".tsr").write_bytes(scene.token(1).read_bytes())
    scene.token(1).unlink()
    said = scene.xumian.well("audit", "--anchors", "--note", str(kept))
    assert "time stamps: 1 of 1 anchors" in said


def test_without_the_library_they_are_only_counted(scene: StampedScene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.anchor(2)
    scene.stamp(1, 2)
    scene.xumian.set(XUMIAN_ANCHOR_TSA_CA="")
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    assert scene.summary() == ["time stamps: 2, which were not looked at: pip install 'xumian[timestamps]'"]


def test_a_killed_process_is_followed_by_one_that_has_its_anchor_stamped(
    xumian: Commands, one_redis: str, tmp_path: Path
) -> None:
    asyncio.run(answered(one_redis, ["one"]))
    bundle, anchors = tmp_path / "root.pem", tmp_path / "data" / "voice" / "anchors"
    with time_stamp_server() as server:
        bundle.write_bytes(server.authority.root.pem)
        settings = {
            "XUMIAN_REDIS_URL": one_redis,
            "XUMIAN_ANCHOR_TSA": server.url,
            "XUMIAN_ANCHOR_TSA_CA": str(bundle),
        }
        with Running(tmp_path, settings, HASTY) as running:
            wait_until(lambda: server.asked == 1, "the first request", PATIENCE_S)
            running.kill()
        assert [each.suffix for each in anchors.glob("????-*")] == [".note"]
        server.well.set()
        with Running(tmp_path, settings, HASTY) as running:
            wait_until(lambda: "anchor_stamped" in running.log, "the time stamp", PATIENCE_S)
    assert sorted(each.suffix for each in anchors.glob("????-*")) == [".note", ".tsr"]
    xumian.set(**settings)
    said = xumian.well("audit", "--anchors")
    assert "time stamps: 1 of 1 anchors, number 1 at 2" in said
    assert said.endswith("stamped by CN=Example TSA\n")


def test_no_command_loads_the_library_unless_it_needs_it() -> None:
    code = (
        "import sys, bot.cli; sys.exit(sorted({'rfc3161_client', 'cryptography.x509'} & sys.modules.keys()) != [])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
