"""Lead the links of Chinese pages to Chinese pages, and to sections by their Chinese names. Used by `make docs`.

Whoever writes a Chinese page need not know which others there are: a link to an English page, or to a section by
its English name, is led on as soon as there is a Chinese page with the same sections.
"""

import os
import re
from functools import partial
from pathlib import Path

from bot.docs_pages.site import LINK, lines, section


class Links:
    """The links of the Chinese pages in a folder `docs`."""

    def __init__(self, docs: Path) -> None:
        self._docs = docs.resolve()
        self._chinese = self._docs / "zh"

    def led(self, page: Path, text: str) -> str:
        """Return the text of a Chinese page with its links led to Chinese pages and sections."""
        here = page.resolve().parent
        led = [
            line if is_code or line.startswith("[English](") else LINK.sub(partial(self._link, here), line)
            for line, is_code in lines(text)
        ]
        return "\n".join(led) + "\n" * text.endswith("\n")

    def _link(self, here: Path, found: re.Match[str]) -> str:
        target, _, anchor = (found["target"] or "").partition("#")
        if found["code"] or not target.endswith(".md") or ":" in target:
            return found[0]
        wanted = (here / target).resolve()
        if wanted.is_relative_to(self._chinese):
            place = wanted.relative_to(self._chinese)
        elif wanted.is_relative_to(self._docs):
            place = wanted.relative_to(self._docs)
        else:
            return found[0]
        chinese = self._chinese / place
        if not chinese.exists():
            return found["before"] + self._address(here, self._docs / place, anchor)
        return found["before"] + self._address(here, chinese, section(self._docs, place, anchor))

    def _address(self, here: Path, wanted: Path, anchor: str) -> str:
        return Path(os.path.relpath(wanted, here)).as_posix() + (f"#{anchor}" if anchor else "")


def main() -> None:
    """Lead the links of all Chinese pages."""
    docs = Path(__file__).parents[2] / "docs"
    links = Links(docs)
    for page in sorted((docs / "zh").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (led := links.led(page, text)) != text:
            page.write_text(led, encoding="utf-8")


if __name__ == "__main__":
    main()
