"""The drill: an installation is backed up while it works, restored elsewhere, and goes on there."""

import stat
from pathlib import Path

import pytest

from conversation import inbound as i
from handlers.organisation.repository import verified_organisation
from handlers.organisation.state import NAME
from storage import keys
from storage.backup.kinds import Kind, place_of
from tests.bot.backups.drill import Drill, drill_between
from tests.bot.backups.office import HOUR_MS, NOW_MS, RECORDING, Office
from tests.bot.commands.commands import Commands, Running, command
from tests.fakes.running import CLUSTER, SINGLE, RunningServers
from tests.storage.copies import contents

pytestmark = pytest.mark.redis


@pytest.fixture(
    params=[
        (SINGLE[0], SINGLE[-1]),
        pytest.param((SINGLE[-1], CLUSTER), marks=pytest.mark.cluster),
        pytest.param((CLUSTER, SINGLE[0]), marks=pytest.mark.cluster),
    ],
    ids=str,
)
def every_way(request: pytest.FixtureRequest, xumian: Commands, servers: RunningServers) -> Drill:
    return drill_between(xumian, servers, *request.param)


def test_an_installation_goes_on_elsewhere(every_way: Drill) -> None:
    drill = every_way
    interviews = drill.fill()
    drill.back_up("--with-secrets")
    before = drill.at(drill.here, lambda office: contents(office.store.client))
    organisation = drill.at(drill.here, Office.organisation)
    exported = drill.xumian.well("export", "spring", "-o", "here.jsonl")
    unsent = drill.at(drill.here, Office.waiting)
    drill.move()
    assert "the records are the same" in drill.xumian.well("restore", str(drill.folder))
    assert drill.xumian.well("audit", "--all", "--anchors").splitlines()[1].endswith("records hold, 0 do not")
    assert drill.xumian.well("recount") == "spring: 7 interviews: the counters are what the records say\n"
    assert drill.xumian.well("export", "spring", "-o", "there.jsonl") == exported.replace("here", "there")
    here, there = (
        sorted((drill.xumian.folder / f"{each}.jsonl").read_text().splitlines()) for each in ("here", "there")
    )
    assert here == there
    assert drill.at(drill.there, Office.organisation) == organisation
    after = drill.at(drill.there, lambda office: contents(office.store.client))
    assert {key: value for key, value in after.items() if not _of_organisation(key)} == {
        key: value for key, value in before.items() if not _of_organisation(key)
    }
    assert len(unsent) > len(interviews)
    assert drill.at(drill.there, Office.waiting) == unsent
    assert drill.at(drill.there, Office.waiting) == []
    drill.at(drill.there, lambda office: _go_on(office, interviews))
    assert drill.xumian.well("audit", "--all").endswith("8 records hold, 0 do not\n")
    archived = list((drill.xumian.folder / "elsewhere" / "voice").glob("??/*"))
    assert [path.read_bytes() for path in archived] == [RECORDING]
    records = list((drill.xumian.folder / "elsewhere" / "voice" / "records").glob("??/*"))
    assert len(records) == 2, "nothing else was restored there, and what came back is deleted later"


def _of_organisation(key: str) -> bool:
    """Both the backup and the restore are noted in the organisation's record."""
    return place_of(key.encode()) == (Kind.record, NAME)


async def _go_on(office: Office, interviews: dict[str, str]) -> None:
    """Answer on in all phases."""
    await office.say("running", i.TextReceived("more"))
    assert [part.text for part in (await office.state(interviews["running"])).parts] == [
        "one part",
        "another part",
        "more",
    ]
    for phase in ("paused", "exited", "unreachable"):
        await office.say(phase, i.TextReceived("I am back"))
        assert (await office.state(interviews[phase])).phase == "running"
    await office.say("completed", i.TextReceived("thanks"))
    assert (await office.state(interviews["completed"])).phase == "completed"
    assert (await office.state(interviews["guided"])).phase == "guided"
    assert (await office.state(interviews["invited"])).phase == "invited"


def test_a_message_that_came_before_is_not_taken_twice(drill: Drill) -> None:
    interviews = drill.fill()

    async def say(office: Office) -> None:
        await office.say("running", i.TextReceived("once"), "update-1")

    drill.at(drill.here, say)
    drill.back_up()
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    drill.at(drill.there, say)
    state = drill.at(drill.there, lambda office: office.state(interviews["running"]))
    assert [part.text for part in state.parts].count("once") == 1


def test_timers_and_codes_are_as_before(drill: Drill) -> None:
    interviews = drill.fill()
    drill.back_up()
    drill.move()
    drill.xumian.well("restore", str(drill.folder))

    async def due(office: Office) -> list[str]:
        return [
            name
            for partition in range(keys.PARTITIONS)
            for name, _ in await office.store.interviews.due(partition, NOW_MS + 100 * HOUR_MS, 100)
        ]

    before = drill.at(drill.here, due)
    assert interviews["running"] in before
    assert sorted(drill.at(drill.there, due)) == sorted(before)
    code = drill.at(drill.there, lambda office: office.store.directory.resume_code("ab" * 32))
    assert code == interviews["paused"]


def test_both_are_in_the_organisations_record(drill: Drill) -> None:
    drill.fill()
    drill.back_up()
    drill.move()
    drill.xumian.well("restore", str(drill.folder))

    async def lines(office: Office) -> list[str]:
        _, entries = await verified_organisation(office.store)
        return [getattr(event, "line", "") for entry in entries[-2:] for event in entry.events]

    made_at = drill.manifest()["made_at"]
    assert drill.at(drill.there, lines) == ["xumian backup", f"xumian restore {made_at}"]


def test_nobody_else_can_read_a_backup(drill: Drill) -> None:
    drill.fill()
    drill.back_up("--with-secrets")
    for path in [drill.folder, *drill.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_secrets_are_in_it_only_if_asked_for(drill: Drill) -> None:
    drill.fill()
    said = drill.xumian("backup", str(drill.folder))
    assert "not in it: secret.key" in said.err
    assert not (drill.folder / "secret.key").exists()
    drill.move()
    said = drill.xumian("restore", str(drill.folder))
    assert "there is no secret.key" in said.err
    assert drill.xumian("audit", "--anchors").code == 1  # until the key is back
    (drill.xumian.folder / "elsewhere" / "secret.key").write_bytes((drill.data / "secret.key").read_bytes())
    drill.xumian.well("audit", "--anchors")


def test_files_can_be_left_out(drill: Drill) -> None:
    drill.fill()
    drill.back_up("--without-files")
    assert drill.manifest()["files"] == 0
    assert not (drill.folder / "files").exists()


def test_a_damaged_recording_is_named_and_the_rest_is_there(drill: Drill) -> None:
    drill.fill()
    (archived,) = (drill.data / "voice").glob("??/*")
    archived.write_bytes(b"something else")
    said = drill.xumian("backup", str(drill.folder))
    assert said.code == 1
    assert archived.name.partition(".")[0] in said.err
    drill.move()
    drill.xumian.well("restore", str(drill.folder))
    drill.xumian.well("audit", "--all")


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_backup_needs_an_empty_folder(drill: Drill, what: str) -> None:
    if what == "file":
        drill.folder.write_text("mine")
    else:
        drill.folder.mkdir()
        (drill.folder / "mine").write_text("mine")
    said = drill.xumian("backup", str(drill.folder))
    assert said.code == 2
    assert "not an empty folder" in said.err


def test_nothing_is_left_of_a_backup_that_fails(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    drill.fill()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.backups.folder.NewBackup.finish", full)
    said = drill.xumian("backup", str(drill.folder))
    assert (said.code, said.err) == (1, "xumian: No space left on device\n")
    assert list(drill.folder.iterdir()) == []


@pytest.fixture
def two_folders(tmp_path: Path) -> tuple[Path, Path]:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    return here, there


def test_beside_a_running_installation_into_another_data_folder(two_folders: tuple[Path, Path]) -> None:
    """With the real command line, and the embedded servers of both data folders."""
    here, there = two_folders
    with Running(here, {}):
        assert "Saved" in command(here, "chat", "demo", "--language", "en", stdin=b"1\nI like numbers.\n").out
        assert command(here, "backup", "../backup").code == 0
    assert command(there, "restore", "../backup").code == 0
    again = command(there, "chat", "demo", "--language", "en", stdin=b"1\n")
    assert "I like numbers." in again.out
