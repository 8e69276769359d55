"""Carry out every step of the Dockerfile in clean Debians, then start what it makes as a container would.

    python -m tests.machines.image

The result runs as the image's user, all but its volumes and /tmp read-only, without a network, until its health
check succeeds and it has stopped on SIGTERM. No container program is needed. The base image itself is not tried:
it is taken to be the Debian that mmdebstrap makes.
"""

import argparse
import shlex
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.machines.debian import PATH, Debian, add_options, exit_on_failure, new_machine, timed
from tests.machines.dockerfile import Copied, Stage, Step, read

ROOT = Path(__file__).resolve().parents[2]
_BASE = "debian:"
_STARTED = """
"$@" & started=$!
tries=0
until {health} >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 60 ] && kill -0 $started || exit 1
  sleep 1
done
kill -TERM $started
wait $started
"""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.machines.image", description="Try the Dockerfile's steps."
    )
    add_options(parser)
    options = parser.parse_args(arguments)
    exit_on_failure(lambda: build(read(ROOT / "Dockerfile"), options.share))


def build(stages: list[Stage], shared: list[str]) -> None:
    """Carry out all stages, and start the last one. Raises Failed."""
    with ExitStack() as stack:
        made: dict[str, Debian] = {}
        for stage in stages:
            suite = stage.image.removeprefix(_BASE).removesuffix("-slim")
            machine = stack.enter_context(new_machine(shared, suite))
            made[stage.name] = machine
            for step in stage.steps:
                _carry_out(machine, step, made)
        with timed("started, healthy, stopped"):
            _start(machine, stage)


def _carry_out(machine: Debian, step: Step, made: dict[str, Debian]) -> None:
    environment = _expanded(step.environment)
    if isinstance(step.does, Copied):
        with timed(f"COPY {' '.join(step.does.sources)}"):
            _copy(machine, step.does, step.folder, made)
        return
    with timed(f"RUN {step.does}"):
        machine.inside(step.folder).mkdir(parents=True, exist_ok=True)
        user = _ids(machine, step.user) if step.user else ""
        machine.run(["sh", "-c", step.does], environment=environment, folder=step.folder, user=user)


def _copy(machine: Debian, copied: Copied, folder: str, made: dict[str, Debian]) -> None:
    target = machine.inside(str(Path(folder) / copied.target))
    into = copied.target.endswith("/") or len(copied.sources) > 1
    for source in copied.sources:
        found = made[copied.stage].inside(source) if copied.stage else ROOT / source
        place = target / found.name if into and found.is_file() else target
        place.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(
                found, place, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy2(found, place)
        if copied.owner:
            machine.run(["chown", "-R", copied.owner, str(Path("/") / place.relative_to(machine.root))])


def _start(machine: Debian, stage: Stage) -> None:
    script = _STARTED.format(health=shlex.join(stage.health))
    machine.run(
        ["sh", "-c", script, "sh", *stage.entrypoint, *stage.command],
        environment=_expanded(stage.environment),
        folder=stage.folder,
        user=_ids(machine, stage.user),
        writable=["/tmp", *stage.volumes],
    )


def _ids(machine: Debian, user: str) -> str:
    """Return UID:GID of a user of the machine, who may be given so already."""
    if user.replace(":", "").isdecimal():
        return user
    for line in machine.inside("/etc/passwd").read_text(encoding="utf-8").splitlines():
        name, _, uid, gid, *_ = line.split(":")
        if name == user:
            return f"{uid}:{gid}"
    raise SystemExit(f"the image has no user {user}")


def _expanded(environment: dict[str, str]) -> dict[str, str]:
    """Return the variables with `$PATH` replaced by what the base image has."""
    return {name: value.replace("$PATH", PATH) for name, value in environment.items()}


if __name__ == "__main__":
    main(sys.argv[1:])
