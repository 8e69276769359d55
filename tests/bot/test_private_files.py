"""Everything in the data folder is for the user who runs Xumian: files 0600, folders 0700."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bot

pytestmark = pytest.mark.redis
_ROOT = Path(bot.__file__).parents[1]


def test_nobody_else_can_read_what_is_stored(tmp_path: Path) -> None:
    data, export = tmp_path / "data", tmp_path / "export.jsonl"
    data.mkdir(mode=0o755)  # made by an earlier release
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("XUMIAN_")},
        "PYTHONPATH": str(_ROOT),
        "XUMIAN_DATA_DIR": str(data),
        "XUMIAN_SCRIPTS_DIR": str(_ROOT / "interviews"),
    }
    for command in (
        ("open", "campus-analyst", "--code", "spring"),
        ("invite", "spring", "--name", "张三"),
        ("export", "spring", "--format", "jsonl", "-o", str(export)),
    ):
        subprocess.run(
            [sys.executable, "-m", "bot", *command], env=environment, cwd=tmp_path, check=True, capture_output=True
        )
    found = [data, *data.rglob("*"), export]
    assert any(path.name == "appendonlydir" or path.suffix == ".aof" for path in found)
    for path in found:
        wanted = 0o700 if path.is_dir() or path.is_socket() else 0o600
        assert path.stat().st_mode & 0o777 == wanted, path
