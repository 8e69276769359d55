"""Gather the sources of the documentation site, in both languages, and check what was built. Used by `make site`.

The pages in `docs/` are written to be read on a code host, too: the English ones lie in `docs/`, the Chinese ones
beside them in `docs/zh/`, and both link to files anywhere in the repository. The site has a tree for each language
with the same pages in the same places: an English page without a Chinese version is shown with a note, and so is a
Chinese version whose headings differ from those of the English one, because it is probably older. What is linked
outside `docs/` comes along under `repository/`.
"""

import argparse
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

LANGUAGES = ("en", "zh")
_SITE = "site"  # in docs/: what the generator is told, and its theme
LINK = re.compile(r"(?P<code>`+[^`]*`+)|(?P<before>!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()(?P<target>[^)\s]+)(?=\))")
_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^(#{1,6}) ")
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|<[^>]+>|[`*]")
_OTHER_LANGUAGE = re.compile(r"^\[(?:English|\u4e2d\u6587)\]\([^)]*\)\s*$")
_LOADED = {  # attributes whose URL a browser fetches by itself
    "script": ("src",), "img": ("src", "srcset"), "iframe": ("src",), "source": ("src", "srcset"),
    "video": ("src", "poster"), "audio": ("src",), "embed": ("src",), "object": ("data",), "track": ("src",),
    "input": ("src",), "image": ("href", "xlink:href"), "use": ("href", "xlink:href"),
}  # fmt: skip
_LOADED_LINKS = {
    "stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest",
    "apple-touch-icon",
}  # fmt: skip
_FOREIGN = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.I)
_FOREIGN_STYLE = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")]+)", re.I)


class DeadLink(Exception):
    """A page links to a file that is not there."""


def gather(root: Path, into: Path) -> None:
    """Write the sources of both languages from the repository at `root` to `into`/en and `into`/zh.

    Raises `DeadLink` for a relative link to nothing. Links between pages are left to the generator's strict mode.
    """
    shutil.rmtree(into, ignore_errors=True)
    for language in LANGUAGES:
        _Tree(root, into / language, language).write()


class _Tree:
    def __init__(self, root: Path, into: Path, language: str) -> None:
        self.root, self.into, self.language = root.resolve(), into, language
        self.docs = self.root / "docs"
        self.waiting: list[Path] = []
        self.seen: set[Path] = set()

    def write(self) -> None:
        for path in sorted(self.docs.rglob("*.md")):
            if path.relative_to(self.docs).parts[0] not in (_SITE, "zh"):
                self._want(path)
        while self.waiting:
            path = self.waiting.pop()
            place = self.into / "pages" / self._place(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".md":
                place.write_text(self._page(path), encoding="utf-8")
            else:
                shutil.copyfile(path, place)
        site = self.docs / _SITE
        shutil.copyfile(site / f"{self.language}.toml", self.into / "zensical.toml")
        shutil.copytree(site / "theme", self.into / "theme")
        shutil.copytree(site / "assets", self.into / "pages" / "assets")

    def _want(self, path: Path) -> None:
        if path not in self.seen:
            self.seen.add(path)
            self.waiting.append(path)

    def _place(self, path: Path) -> Path:
        """Where a file of the repository lies in the tree."""
        if path.is_relative_to(self.docs):
            place = path.relative_to(self.docs)
            place = place.relative_to("zh") if place.parts[0] == "zh" else place
        else:
            place = Path("repository") / path.relative_to(self.root)
        return place.with_name("index.md") if place.name == "README.md" else place

    def _page(self, path: Path) -> str:
        text = path.read_text(encoding="utf-8")
        translated = self.docs / "zh" / path.relative_to(self.docs) if path.is_relative_to(self.docs) else None
        if self.language == "zh" and translated is not None and translated.exists():
            chinese = translated.read_text(encoding="utf-8")
            note = None if headings(chinese) == headings(text) else "older"
            return "\n".join(self._lines(translated, chinese, note))
        note = "missing" if self.language == "zh" and path.is_relative_to(self.docs) else None
        return "\n".join(self._lines(path, text, note))

    def _lines(self, path: Path, text: str, note: str | None) -> Iterator[str]:
        for line, is_code in lines(text):
            if not is_code and _OTHER_LANGUAGE.match(line):
                continue  # the site has a switch for this
            yield line if is_code else LINK.sub(lambda found: self._link(path, found), line)
            if note and not is_code and line.startswith("# "):
                yield "\n" + (self.docs / _SITE / f"{note}.md").read_text(encoding="utf-8")
                note = None

    def _link(self, path: Path, found: re.Match[str]) -> str:
        target, _, anchor = (found["target"] or "").partition("#")
        if found["code"]:
            return found[0].replace("\\|", "|")  # a code host divides tables there, the generator does not
        if not target or ":" in target:
            return found[0]
        wanted = (path.parent / target).resolve()
        if wanted.is_dir():
            wanted /= "README.md"
        if not wanted.is_file() or not wanted.is_relative_to(self.root):
            raise DeadLink(f"{path.relative_to(self.root)} links to {target}, which is not there")
        if wanted.is_relative_to(self.docs / "zh"):
            wanted = self.docs / wanted.relative_to(self.docs / "zh")
        if anchor and self.language == "zh" and wanted.is_relative_to(self.docs):
            anchor = section(self.docs, wanted.relative_to(self.docs), anchor)
        self._want(wanted)
        here = self._place(path).parent
        return found["before"] + os.path.relpath(self._place(wanted), here) + (f"#{anchor}" if anchor else "")


def lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a Markdown text, each with whether it belongs to a block of code."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        is_code = bool(fence or mark)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1] == fence:
            fence = ""
        yield line, is_code


def headings(text: str) -> list[int]:
    """Return the levels of a page's headings, in order."""
    return [len(found[1]) for line, is_code in lines(text) if not is_code and (found := _HEADING.match(line))]


def anchors(text: str) -> list[str]:
    """Return the anchors of a page's headings, in order, as code hosts and the generator make them."""
    return [_anchor(line) for line, is_code in lines(text) if not is_code and _HEADING.match(line)]


def _anchor(heading: str) -> str:
    said = _MARKUP.sub(r"\1", heading.lstrip("#"))
    return re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", said)).strip().lower().replace(" ", "-")


def section(docs: Path, page: Path, anchor: str) -> str:
    """Return the Chinese anchor of a section of a page in `docs`, if `anchor` is the English one.

    If the Chinese page is not there, or has other sections, the anchor is returned as it is.
    """
    if not (docs / "zh" / page).exists():
        return anchor
    english, chinese = ((folder / page).read_text(encoding="utf-8") for folder in (docs, docs / "zh"))
    if headings(english) != headings(chinese):
        return anchor
    return dict(zip(anchors(english), anchors(chinese), strict=True)).get(anchor, anchor)


def foreign(site: Path) -> list[str]:
    """Return what the built site would load from elsewhere, each with the file that asks for it."""
    found = []
    for path in sorted(site.rglob("*")):
        if path.suffix == ".html":
            reader = _Loaded()
            reader.feed(path.read_text(encoding="utf-8"))
            urls = reader.urls
        elif path.suffix == ".css":
            urls = _FOREIGN_STYLE.findall(path.read_text(encoding="utf-8"))
        else:
            continue
        found += [f"{path.relative_to(site)}: {url}" for url in urls]
    return found


class _Loaded(HTMLParser):
    """Collects the foreign URLs that a page loads, and what makes the theme's script load something."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = _LOADED.get(tag, ())
        if tag == "link" and set(given.get("rel", "").lower().split()) & _LOADED_LINKS:
            names = ("href",)
        self.urls += [given[name] for name in names if _FOREIGN.match(given.get(name, ""))]
        self.urls += _FOREIGN_STYLE.findall(given.get("style", ""))
        if "mermaid" in given.get("class", "").split():
            self.urls.append("the theme fetches the program that draws diagrams (mermaid)")

    def handle_data(self, data: str) -> None:
        if self.get_starttag_text() and (self.get_starttag_text() or "").startswith("<style"):
            self.urls += _FOREIGN_STYLE.findall(data)


def main() -> int:
    """Gather or check, as the command line says. Returns 1 if the site would load something from elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("step", choices=["gather", "check"])
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.step == "gather":
        gather(Path(__file__).parents[2], given.folder)
        return 0
    loaded = foreign(given.folder)
    sys.stderr.writelines(f"{each}\n" for each in loaded)
    return 1 if loaded else 0


if __name__ == "__main__":
    sys.exit(main())
