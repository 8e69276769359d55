"""`xumian audit --anchors`: what was anchored holds, and the first thing that does not is named."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.media.named_files import FolderFiles
from bot.runtime.secret_key import InstallationSecret, SigningKey
from conversation.record.anchors import ORIGIN
from conversation.record.signed_notes import PublicKey
from handlers.maintenance.anchors import Anchors, Kept
from handlers.organisation.repository import claim_code
from storage.redis.store import RedisStore
from tests.bot.commands.commands import Commands
from tests.bot.commands.test_cli_records import answered
from tests.handlers.maintenance.anchoring import DAY_MS, NOON_MS, ZONE
from tests.handlers.maintenance.rewriting import remove, rewrite, rewrite_organisation

pytestmark = pytest.mark.redis
OLD, NEW = "o" * 32, "n" * 32


class Scene:
    """An installation with two interviews and the organisation's record, and the command line."""

    def __init__(self, xumian: Commands, redis_url: str) -> None:
        self.xumian = xumian
        self.url = redis_url
        self.now_ms = NOON_MS
        self.data = xumian.folder / "data"
        self.archive = self.data / "voice" / "anchors"
        self.first, self.second = asyncio.run(answered(redis_url, ["one", "two"]))
        self.on_store(lambda store: claim_code(store, lambda: NOON_MS, lambda: "code"))

    def on_store(self, act: Callable[[RedisStore], Awaitable[object]]) -> None:
        async def with_store() -> None:
            store = RedisStore.at(self.url)
            await act(store)
            await store.close()

        asyncio.run(with_store())

    def anchor(self, days: int = 1, secrets: tuple[str, ...] = ()) -> None:
        """Make the anchors of this day and those after it, as the running process does."""
        key = SigningKey(InstallationSecret(secrets, self.data).current())

        async def make(store: RedisStore) -> Kept | None:
            files = FolderFiles(self.archive)
            return await Anchors(store, files, lambda: key, lambda: self.now_ms, ZONE).of_today()

        for _ in range(days):
            self.on_store(make)
            self.now_ms += DAY_MS

    def note(self, number: int) -> Path:
        return sorted(self.archive.glob("*.note"))[number - 1]


@pytest.fixture
def scene(xumian: Commands, one_redis: str) -> Scene:
    return Scene(xumian, one_redis)


def test_all_that_was_anchored_holds(scene: Scene) -> None:
    scene.anchor(3)
    lines = scene.xumian.well("audit", "--anchors").splitlines()
    key = PublicKey(ORIGIN, SigningKey(InstallationSecret((), scene.data).current()).public)
    assert lines == [
        "the organisation's record holds: 1 entries",
        "3 records hold, 0 do not",
        "the last anchor is number 3, made 2026-09-24 16:00: 3 records",
        f"signed with {key}",
    ]
    assert scene.xumian.well("audit", "--all", "--anchors").splitlines() == lines


def test_one_interview_is_proven(scene: Scene) -> None:
    scene.anchor(2)
    lines = scene.xumian.well("audit", scene.first, "--anchors").splitlines()
    assert lines[:2] == [
        f"the record of {scene.first} holds: 5 entries",
        "anchor 1 of 2026-09-22 includes entry 5 (proof of 2 hashes)",
    ]
    third = scene.xumian.well("invite", "spring", "--format", "csv").splitlines()[1].partition(",")[0]
    lines = scene.xumian.well("audit", third, "--anchors").splitlines()
    assert lines[1] == "no anchor includes it yet"


def test_a_consistent_rewrite_passes_without_anchors_only(scene: Scene) -> None:
    scene.anchor()
    scene.on_store(lambda store: rewrite(store, scene.first))
    assert scene.xumian.well("audit", "--all").splitlines()[-1] == "3 records hold, 0 do not"
    said = scene.xumian("audit", "--anchors")
    assert said.code == 1
    wrong = f"the record of interview {scene.first} is broken at entry 5: it, or one before it, is not the one in "
    assert f"{wrong}anchor 1 of 2026-09-22\n" in said.out
    assert "2 records hold, 1 do not\n" in said.out
    alone = scene.xumian("audit", scene.first, "--anchors")
    assert (alone.code, alone.err) == (1, f"xumian: {wrong}anchor 1 of 2026-09-22\n")
    assert scene.xumian("audit", scene.second, "--anchors").code == 0


def test_a_rewrite_of_the_organisations_record_is_found(scene: Scene) -> None:
    scene.anchor()
    scene.on_store(rewrite_organisation)
    assert scene.xumian("audit", "--all").code == 0
    said = scene.xumian("audit", "--anchors")
    assert (said.code, "office is broken at entry 1" in said.out) == (1, True)


def test_a_removed_interview_is_named(scene: Scene) -> None:
    scene.anchor()
    scene.on_store(lambda store: remove(store, scene.second, "spring"))
    scene.anchor()
    assert scene.xumian.well("audit", "--all").splitlines()[-1] == "2 records hold, 0 do not"
    said = scene.xumian("audit", "--anchors")
    assert said.code == 1
    assert f"interview {scene.second} is in no campaign any more, but in anchor 1 of 2026-09-22" in said.out


def test_a_missing_or_changed_anchor_is_named(scene: Scene) -> None:
    scene.anchor(3)
    note = scene.note(2)
    content = note.read_text()
    note.write_text(content.replace("number 2", "number 9"))
    said = scene.xumian("audit", "--anchors")
    assert (said.code, "the note 2026-09-23.note does not hold: its signature" in said.out) == (1, True)
    note.unlink()
    said = scene.xumian("audit", scene.first, "--anchors")
    assert (said.code, "anchor 2 is missing" in said.out) == (1, True)
    kept = scene.xumian.folder / "from the chat.txt"
    kept.write_text(f"2026-09-23 存证 · 3 份记录\n请保留这条消息\n\n{content.rstrip()}", encoding="utf-8")
    scene.xumian.well("audit", "--anchors", "--note", str(kept))


def test_without_any_anchor_nothing_is_proven(scene: Scene) -> None:
    said = scene.xumian("audit", "--anchors")
    assert (said.code, "there is no anchor yet" in said.out) == (1, True)


def test_keys_change_and_old_anchors_still_count(scene: Scene) -> None:
    scene.xumian.set(XUMIAN_SECRET_KEY=OLD)
    scene.anchor(secrets=(OLD,))
    scene.xumian.set(XUMIAN_SECRET_KEY=f"{NEW},{OLD}")
    scene.anchor(secrets=(NEW, OLD))
    signed = [each for each in scene.xumian.well("audit", "--anchors").splitlines() if "signed" in each]
    assert len(signed) == 2
    scene.xumian.set(XUMIAN_SECRET_KEY=NEW)
    said = scene.xumian("audit", "--anchors")
    assert (said.code, "give its public key with --key" in said.out) == (1, True)
    old_key = signed[0].removeprefix("signed with ")
    scene.xumian.well("audit", "--anchors", "--key", old_key)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "give an interview's id, or --all, or --anchors"),
        (("x", "--all", "--anchors"), 2, "give an interview's id, or --all, or --anchors"),
        (("--all", "--key", "k"), 2, "--note and --key go with --anchors"),
        (("--anchors", "--note", "nowhere"), 2, "does not exist"),
        (("--anchors", "--key", "k"), 1, "a public key is written NAME+ID+KEY"),
    ],
)
def test_wrong_usage_is_said(arguments: tuple[str, ...], code: int, message: str, xumian: Commands) -> None:
    said = xumian("audit", *arguments)
    assert (said.code, message in said.err) == (code, True), said
