"""What the program depends on: how much, and under which licences."""

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST = 110
"""How many distributions a plain installation may have. Whoever raises this says what it is worth."""
_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)
FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Python-2\.0|Zlib|HPND|CC0|Unlicense|Public Domain|0BSD"
    r"|MPL|Mozilla Public License|LGPL|Lesser General Public|OFL|Matplotlib",
    re.IGNORECASE,
)
"""Licences under which anybody may run and pass on the program, also changed, and keep their own code."""
FORBIDDING = re.compile(
    r"(?<!L)(?<!Lesser )\b(?:AGPL|GPL|SSPL)|(?<!Lesser )General Public|proprietary|non.?commercial", re.I
)


def names() -> list[str]:
    text = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    return sorted(set(_NAME.findall(text)))


def licence(name: str) -> str:
    """Return what a distribution says about its licence; empty if it is not for this machine."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classified = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if "License ::" in each]
    written = [*(about.get_all("License-Expression") or ()), *(about.get_all("License") or ())]
    return " · ".join([*classified, *(each.strip().partition("\n")[0] for each in written)]) or "unknown"


@pytest.mark.parametrize("name", names())
def test_everybody_may_use_what_comes_along(name: str) -> None:
    said = licence(name)
    if said:
        assert FREE.search(said), f"{name}: {said}"
        assert not FORBIDDING.search(said), f"{name}: {said}"


def test_there_are_no_more_than_was_decided() -> None:
    here = [name for name in names() if licence(name)]
    assert len(here) <= MOST, f"{len(here)}: {', '.join(here)}"
