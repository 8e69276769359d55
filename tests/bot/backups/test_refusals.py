"""What cannot be restored is refused before anything is written, and what was interrupted is never served."""

import gzip
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.backups import folder as layout
from bot.backups.folder import Manifest, Sealed
from storage import keys
from storage.codec import FORMAT as RECORD_FORMAT
from storage.redis import restoring
from storage.redis.connection import Client
from tests.bot.backups.drill import Drill
from tests.bot.backups.office import RECORDING, Office
from tests.bot.commands.commands import command
from tests.storage.copies import contents

pytestmark = pytest.mark.redis
_KILLED = """
import os
from storage.redis import restoring
restoring._BATCH_RECORDS = 3
flush = restoring.Writer.flush
batches = iter(range(100))
async def killed(self):
    await flush(self)
    if next(batches) == {batch}:
        os._exit(9)
restoring.Writer.flush = killed
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first of these tests keeps its installation's files and their backup for the others."""
    return tmp_path_factory.mktemp("backup") / "made"


@pytest.fixture
def backed_up(drill: Drill, made: Path) -> Drill:
    """A drill with a finished backup, on the other machine."""
    if made.exists():
        shutil.copytree(made, drill.xumian.folder, dirs_exist_ok=True)
    else:
        drill.fill()
        drill.back_up("--with-secrets")
        shutil.copytree(drill.xumian.folder, made)
    drill.move()
    return drill


def refused(drill: Drill, *words: str) -> None:
    """Restoring is refused with one sentence, and nothing has been written."""
    said = drill.xumian("restore", str(drill.folder))
    assert said.code == 1
    assert len(said.err.splitlines()) == 1, said.err
    for word in words:
        assert word in said.err
    assert drill.is_untouched()


def change_manifest(drill: Drill, **fields: Any) -> None:
    """Change a manifest as somebody would who makes backups, with its own SHA-256."""
    path = drill.folder / layout.MANIFEST
    changed = msgspec.structs.replace(msgspec.convert(json.loads(path.read_bytes()), Manifest), **fields)
    changed = msgspec.structs.replace(changed, sha256=layout._digest(changed))
    path.write_text(json.dumps(msgspec.to_builtins(changed)))


@pytest.mark.parametrize(
    "name", ["store.gz", "heads.gz", "files.gz", "records.gz", "secret.key", "anchors", "files", "records"]
)
@pytest.mark.parametrize("how", ["changed", "cut", "missing"])
def test_a_damaged_file(name: str, how: str, backed_up: Drill) -> None:
    path = backed_up.folder / name
    if path.is_dir():
        path = sorted(each for each in path.rglob("*") if each.is_file())[0]
    data = path.read_bytes()
    match how:
        case "changed":
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        case "cut":
            path.write_bytes(data[:-1])
        case _:
            path.unlink()
    refused(backed_up, path.name, "missing" if how == "missing" else "damaged", "take another copy")


def test_a_backup_that_was_never_finished(backed_up: Drill) -> None:
    (backed_up.folder / layout.MANIFEST).unlink()
    refused(backed_up, "no manifest.json", "never finished")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"format": 1}', b'{"format": "1"}', b"\xff\xfe", b'{"format": 1, "id": 5}'],
)
def test_a_manifest_that_is_none(content: bytes, backed_up: Drill) -> None:
    (backed_up.folder / layout.MANIFEST).write_bytes(content)
    refused(backed_up, "manifest.json is damaged")


def test_a_changed_manifest(backed_up: Drill) -> None:
    path = backed_up.folder / layout.MANIFEST
    path.write_text(path.read_text().replace('"partitions": 16', '"partitions": 15'))
    refused(backed_up, "was changed")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": 2}, "newer version"),
        ({"schema": RECORD_FORMAT + 1, "version": "9.9"}, "install Xumian 9.9"),
        ({"partitions": 32}, "32 partitions"),
        ({"contents": {}}, "does not name files.gz, heads.gz, store.gz"),
        ({"contents": {"anchors/../../mine": Sealed("", 0)}}, "outside its folder"),
        ({"contents": {"/etc/passwd": Sealed("", 0)}}, "outside its folder"),
        ({"files": 2}, "lists 1 files"),
    ],
)
def test_a_backup_that_this_version_cannot_restore(fields: dict[str, Any], words: str, backed_up: Drill) -> None:
    change_manifest(backed_up, **fields)
    refused(backed_up, words)


def test_an_older_schema_is_restored(backed_up: Drill) -> None:
    change_manifest(backed_up, schema=RECORD_FORMAT - 1)
    backed_up.xumian.well("restore", str(backed_up.folder))


def test_a_folder_that_is_not_there(drill: Drill) -> None:
    said = drill.xumian("restore", "nowhere")
    assert (said.code, said.err) == (2, "xumian: there is no folder nowhere\n")


@pytest.mark.parametrize(
    "key", ["xm:who:telegram:1:2", "xm:owners:delivery", "xm:{p03}:lease:delivery", "xm:unknown"]
)
def test_an_installation_that_is_in_use(key: str, backed_up: Drill) -> None:
    async def put(office: Office) -> None:
        await office.store.client.set(key, "1")

    backed_up.at(backed_up.there, put)
    said = backed_up.xumian("restore", str(backed_up.folder))
    assert (said.code, "not empty" in said.err) == (1, True)
    found = backed_up.at(backed_up.there, lambda office: contents(office.store.client))
    assert set(found) <= {key}
    assert not (backed_up.xumian.folder / "elsewhere" / "voice").exists()


def test_a_backup_is_restored_once(backed_up: Drill) -> None:
    backed_up.xumian.well("restore", str(backed_up.folder))
    before = backed_up.at(backed_up.there, lambda office: contents(office.store.client))
    assert backed_up.xumian("restore", str(backed_up.folder)).code == 1
    assert backed_up.at(backed_up.there, lambda office: contents(office.store.client)) == before


def test_another_key_is_not_replaced(backed_up: Drill) -> None:
    elsewhere = backed_up.xumian.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.key").write_text("another")
    said = backed_up.xumian("restore", str(backed_up.folder))
    assert (said.code, "another key" in said.err) == (1, True)
    assert (elsewhere / "secret.key").read_text() == "another"
    assert [path.name for path in elsewhere.iterdir()] == ["secret.key"]


def test_other_anchors_are_not_mixed_in(backed_up: Drill) -> None:
    (anchor, *_) = (backed_up.folder / "anchors").glob("*.note")
    other = backed_up.xumian.folder / "elsewhere" / "voice" / "anchors" / anchor.name
    other.parent.mkdir(parents=True)
    other.write_text("of another installation")
    said = backed_up.xumian("restore", str(backed_up.folder))
    assert (said.code, "another installation" in said.err) == (1, True)
    assert other.read_text() == "of another installation"


def test_the_same_files_may_be_there_already(backed_up: Drill) -> None:
    """The archive may have survived, or belong to several machines."""
    backed_up.xumian.set(XUMIAN_VOICE_ARCHIVE=str(backed_up.data / "voice"))
    backed_up.xumian.well("restore", str(backed_up.folder))
    backed_up.xumian.well("audit", "--all", "--anchors")


async def nothing_is_served(office: Office) -> bool:
    return bool(await office.store.client.hget(keys.CONFIG, keys.RESTORING))


@pytest.mark.parametrize("batch", [0, 1, 5])
def test_a_killed_restore_is_recognised_and_repeated(batch: int, backed_up: Drill) -> None:
    drill = backed_up
    killed = command(
        drill.xumian.folder,
        "restore",
        str(drill.folder),
        code=_KILLED.format(batch=batch),
        XUMIAN_REDIS_URL=drill.there,
        XUMIAN_DATA_DIR=str(drill.xumian.folder / "elsewhere"),
    )
    assert killed.code == 9
    assert drill.at(drill.there, nothing_is_served)
    for words in (["audit", "--all"], ["export", "spring", "-o", "x"], ["serve"], ["backup", "half"]):
        said = drill.xumian(*words)
        assert (said.code, "xumian restore" in said.err) == (1, True), said
    assert not (drill.xumian.folder / "half").exists()

    async def later(office: Office) -> None:
        """The killed process's lease has expired."""
        await office.store.client.delete(keys.lease(0, restoring.LEASE))

    drill.at(drill.there, later)
    said = drill.xumian("restore", str(drill.folder))
    assert said.code == 0
    assert "begun anew" in said.err
    assert not drill.at(drill.there, nothing_is_served)
    drill.xumian.well("audit", "--all", "--anchors")
    drill.xumian.well("recount")


def test_what_a_killed_restore_of_another_backup_left_is_gone(backed_up: Drill) -> None:
    async def half(office: Office) -> None:
        await office.store.check()
        await restoring.begin(office.store.client, "another")
        await office.store.kv.set("left", "behind")
        await office.store.directory.put_invitation("token", "nobody")

    backed_up.at(backed_up.there, half)
    backed_up.xumian.well("restore", str(backed_up.folder))
    found = backed_up.at(backed_up.there, lambda office: contents(office.store.client))
    assert keys.kv("left") not in found
    assert keys.invitation("token") not in found


def test_two_restores_do_not_mix(backed_up: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.backups.restoring._ATTEMPTS", 1)

    async def other(office: Office) -> None:
        assert await office.store.leases(restoring.LEASE, "another", 60_000).take(0)

    backed_up.at(backed_up.there, other)
    said = backed_up.xumian("restore", str(backed_up.folder))
    assert said.code == 1
    assert "another xumian restore" in said.err
    assert backed_up.at(backed_up.there, lambda office: contents(office.store.client)) == {}


@pytest.mark.parametrize("spoil", ["lost", "changed"])
def test_a_store_that_does_not_keep_what_it_is_given_is_not_declared_whole(
    spoil: str, backed_up: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = restoring.Writer.flush

    async def spoiled(self: restoring.Writer) -> None:
        for record in self._batch:
            for number, piece in enumerate(record):
                if b":i:" in piece.key:
                    items = [] if spoil == "lost" else [piece.items[0][:39] + b"?" + piece.items[0][40:]]
                    record[number] = msgspec.structs.replace(piece, type="list", items=items)
                    if items:
                        record[number] = msgspec.structs.replace(piece, items=items)
        await flush(self)

    with monkeypatch.context() as context:
        context.setattr(restoring.Writer, "flush", spoiled)
        said = backed_up.xumian("restore", str(backed_up.folder))
    assert (said.code, "not what the backup says" in said.err) == (1, True)
    assert backed_up.xumian("audit", "--all").code == 1
    backed_up.xumian.well("restore", str(backed_up.folder))


def test_a_process_that_starts_in_the_middle_keeps_the_store_from_being_declared_whole(
    backed_up: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = restoring.begin

    async def begun(client: Client, backup: str) -> None:
        await begin(client, backup)
        await client.zadd(keys.owners("delivery"), {"somebody": 1})

    monkeypatch.setattr(restoring, "begin", begun)
    said = backed_up.xumian("restore", str(backed_up.folder))
    assert (said.code, "not empty" in said.err) == (1, True)


def test_a_process_that_does_not_stop_keeps_the_store_from_being_declared_whole(
    backed_up: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = restoring.Writer.flush

    async def beside(self: restoring.Writer) -> None:
        await flush(self)
        await self.client.zadd(keys.owners("delivery"), {"somebody": 1})

    with monkeypatch.context() as context:
        context.setattr(restoring.Writer, "flush", beside)
        said = backed_up.xumian("restore", str(backed_up.folder))
    assert (said.code, "another process was started" in said.err) == (1, True)
    assert backed_up.at(backed_up.there, nothing_is_served)


def test_the_file_says_what_it_holds(backed_up: Drill) -> None:
    """The format can be read without this program: gzip, lines, SHA-256."""
    manifest = json.loads((backed_up.folder / layout.MANIFEST).read_bytes())
    for name, sealed in manifest["contents"].items():
        data = (backed_up.folder / name).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (sealed["sha256"], sealed["size"])
    (line,) = gzip.decompress((backed_up.folder / layout.FILES).read_bytes()).decode().splitlines()
    sha256 = hashlib.sha256(RECORDING).hexdigest()
    assert line == f"{sha256} {len(RECORDING)}"
    assert (backed_up.folder / "files" / sha256[:2] / sha256).read_bytes() == RECORDING
    heads = gzip.decompress((backed_up.folder / layout.HEADS).read_bytes()).decode().splitlines()
    assert {len(each.split()[2]) for each in heads} == {64}
