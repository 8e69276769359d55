"""The Dockerfile is read as it is meant, and an instruction that is not known is no silence."""

from pathlib import Path

import pytest

from tests.machines.dockerfile import Copied, NotUnderstood, read

ROOT = Path(__file__).resolve().parents[2]


def written(folder: Path, text: str) -> Path:
    path = folder / "Dockerfile"
    path.write_text(text, encoding="utf-8")
    return path


def test_stages_steps_and_how_it_is_started(tmp_path: Path) -> None:
    build, last = read(
        written(
            tmp_path,
            "# two stages\nFROM debian:bookworm-slim AS build\n"
            "ENV A=1 B='2 3'\nRUN one \\\n    # why\n    && two\n"
            "FROM debian:bookworm-slim\nWORKDIR /srv\nUSER nobody\nCOPY --from=build --chown=a:b /x /y\n"
            'HEALTHCHECK --interval=15s \\\n CMD ["up", "?"]\nENTRYPOINT ["run"]\nCMD ["it"]\nVOLUME /data\n',
        )
    )
    assert (build.name, build.image) == ("build", "debian:bookworm-slim")
    assert [" ".join(str(step.does).split()) for step in build.steps] == ["one && two"]
    assert build.steps[0].environment == {"A": "1", "B": "2 3"}
    (step,) = last.steps
    assert step.does == Copied(("/x",), "/y", "build", "a:b")
    assert (step.folder, step.user) == ("/srv", "nobody")
    assert (last.entrypoint, last.command, last.health, last.volumes) == (
        ("run",),
        ("it",),
        ("up", "?"),
        ("/data",),
    )


@pytest.mark.parametrize("line", ['SHELL ["bash"]', "COPY --link a b", "CMD run it", "ENV A 1", "ADD a b"])
def test_what_is_not_known_is_said(tmp_path: Path, line: str) -> None:
    with pytest.raises(NotUnderstood):
        read(written(tmp_path, f"FROM debian\n{line}\n"))


def test_ours_runs_as_an_ordinary_user_with_a_health_check_and_copies_what_is_there() -> None:
    stages = read(ROOT / "Dockerfile")
    assert stages[-1].user not in ("", "root", "0")
    assert stages[-1].health
    copied = [step.does for stage in stages for step in stage.steps if isinstance(step.does, Copied)]
    missing = [
        source for each in copied if not each.stage for source in each.sources if not (ROOT / source).exists()
    ]
    assert not missing
