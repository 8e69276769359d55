"""Stored tokens are encrypted with a key that is not in the store, and cannot be read without it."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.channels.shared.token_encryption import SealBroken, Sealer
from bot.runtime.secret_key import FILE, InstallationSecret

TOKEN = "700002:AAG-second-0123456789-abcdefghij-klm"
OLD, NEW = "o" * 32, "n" * 32


def test_without_a_setting_the_data_folder_has_the_key(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sealed = Sealer((), folder).seal(TOKEN)
    assert TOKEN not in sealed
    assert sealed != Sealer((), folder).seal(TOKEN)
    assert Sealer((), folder).open(sealed) == TOKEN
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert [each.name for each in folder.iterdir()] == [FILE]


def test_another_machine_needs_the_same_setting(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    sealed = Sealer((), here).seal(TOKEN)
    with pytest.raises(SealBroken, match="has no key: set XUMIAN_SECRET_KEY"):
        Sealer((), there).open(sealed)
    Sealer((), there).seal("other")
    with pytest.raises(SealBroken, match="does not open it"):
        Sealer((), there).open(sealed)
    shared = Sealer((NEW,), here).seal(TOKEN)
    assert Sealer((NEW,), there).open(shared) == TOKEN
    assert (Sealer((NEW,), here).shared, Sealer((), here).shared) == (True, False)


def test_keys_can_be_changed(tmp_path: Path) -> None:
    by_file = Sealer((), tmp_path).seal(TOKEN)
    by_old = Sealer((OLD,), tmp_path).seal(TOKEN)
    by_new = Sealer((NEW, OLD), tmp_path).seal(TOKEN)
    assert {Sealer((NEW, OLD), tmp_path).open(each) for each in (by_file, by_old, by_new)} == {TOKEN}
    with pytest.raises(SealBroken):
        Sealer((OLD,), tmp_path).open(by_new)


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-8] + "AAAAAAA=", lambda _: "no Fernet", lambda text: text[:9]]
)
def test_what_was_tampered_with_is_not_opened(damage: Callable[[str], str], tmp_path: Path) -> None:
    sealer = Sealer((NEW,), tmp_path)
    with pytest.raises(SealBroken):
        sealer.open(damage(sealer.seal(TOKEN)))


def test_processes_that_start_together_make_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, barrier = iter(range(10)), threading.Barrier(4)
    monkeypatch.setattr(os, "getpid", lambda: next(numbers))
    sealed: list[str] = []

    def start() -> None:
        barrier.wait()
        sealed.append(Sealer((), tmp_path).seal(TOKEN))

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Sealer((), tmp_path).open(each) for each in sealed] == [TOKEN] * 4


def test_a_key_file_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(SealBroken, match="key file"):
        Sealer((), tmp_path).seal(TOKEN)
    (tmp_path / "file").touch()
    with pytest.raises(SealBroken, match="key file"):
        Sealer((), tmp_path / "file").seal(TOKEN)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / FILE).touch()
    with pytest.raises(SealBroken, match="is empty"):
        Sealer((), tmp_path / "data").seal(TOKEN)


def test_threads_that_need_the_first_secret_at_once_get_the_same_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: InstallationSecret((), tmp_path).current(), range(64)))
    assert len(found) == 1
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
