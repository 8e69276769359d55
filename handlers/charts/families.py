"""Where pictures and files find Chinese characters: names of fonts that systems have, and a package with one.

The package is small enough to be installed where the system has no such font, which `make setup` does.
"""

from importlib.util import find_spec
from pathlib import Path

FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Noto Sans CJK JP", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "PingFang SC", "Heiti SC", "SimHei", "Droid Sans Fallback",
)  # fmt: skip
"""Families with Chinese characters, the best first."""
_PACKAGE = "noto_cjk_sans_otc"


def packaged_fonts() -> Path | None:
    """Return the folder with the package's font, or None if the package is not installed."""
    found = find_spec(_PACKAGE)
    return Path(found.origin).parent if found and found.origin else None
