"""Which locked releases are too young, by what the package index tells."""

import datetime
from pathlib import Path
from typing import Any

import bot
from tests.ci.scripts import script

age = script("release_age")
NOW = datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)
REQUIREMENTS = f"""\
old==1.0 \\
    --hash=sha256:{"a" * 64} \\
    --hash=sha256:{"b" * 64}
young[extra]==2.0 ; python_full_version < '3.13' \\
    --hash=sha256:{"c" * 64}
"""


def page(**times: str | None) -> dict[str, Any]:
    """Return an index's page with files whose hashes are these letters."""
    return {
        "files": [
            {"hashes": {"sha256": letter * 64}, **({"upload-time": time} if time else {})}
            for letter, time in times.items()
        ]
    }


def test_the_locked_releases_are_read() -> None:
    found = age.locked(REQUIREMENTS)
    assert [(each.name, each.version, len(each.hashes)) for each in found] == [
        ("old", "1.0", 2),
        ("young", "2.0", 1),
    ]


def test_every_release_of_the_projects_lists_is_read() -> None:
    for file in (Path(bot.__file__).parents[1] / "requirements").glob("*.txt"):
        text = file.read_text()
        found = age.locked(text)
        assert len(found) == sum(line[0].isalnum() for line in text.splitlines())
        assert all(each.hashes for each in found)


def test_a_young_one_is_named_with_its_day() -> None:
    pages = {
        "old": page(a="2026-01-01T00:00:00Z", b="2026-11-15T23:00:00.123456Z", d="2026-11-29T00:00:00Z"),
        "young": page(c="2026-11-20T00:00:00Z"),
    }
    young, untold = age.check(age.locked(REQUIREMENTS), pages.__getitem__, NOW)
    assert young == ["young 2.0 is of 2026-11-20"]
    assert untold == []


def test_a_file_added_later_makes_a_release_young() -> None:
    pages = {
        "old": page(a="2026-01-01T00:00:00Z", b="2026-11-29T00:00:00Z"),
        "young": page(c="2026-01-01T00:00:00Z"),
    }
    young, _ = age.check(age.locked(REQUIREMENTS), pages.__getitem__, NOW)
    assert young == ["old 1.0 is of 2026-11-29"]


def test_an_index_that_does_not_tell_is_named_and_no_failure() -> None:
    pages: dict[str, dict[str, Any]] = {"old": page(a=None, b="2026-11-29T00:00:00Z"), "young": {}}
    assert age.check(age.locked(REQUIREMENTS), pages.__getitem__, NOW) == ([], ["old 1.0", "young 2.0"])
