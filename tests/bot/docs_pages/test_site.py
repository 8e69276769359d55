"""The sources of the site: the same pages in both languages, notes where the Chinese one is missing or older, and
links that hold. Also what a built page would load from elsewhere."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.docs_pages.site import DeadLink, anchors, foreign, gather, headings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "docs/zh").mkdir(parents=True)
    (root / "docs/site/theme").mkdir(parents=True)
    (root / "docs/site/assets").mkdir()
    for language in ("en", "zh"):
        (root / f"docs/site/{language}.toml").write_text("")
    (root / "docs/site/missing.md").write_text("NOTE: missing\n")
    (root / "docs/site/older.md").write_text("NOTE: older\n")
    (root / "docs/a.md").write_text("# A\n\n[b](b.md#part) [code](../code/x.py)\n")
    (root / "docs/b.md").write_text("# B\n\n## Part\n")
    (root / "code").mkdir()
    (root / "code/x.py").write_text("x = 1\n")
    return root


def _pages(root: Path, language: str) -> dict[str, str]:
    into = root.parent / "sources"
    gather(root, into)
    pages = into / language / "pages"
    return {str(each.relative_to(pages)): each.read_text() for each in pages.rglob("*") if each.is_file()}


def test_links_out_of_the_folder_come_along(repository: Path) -> None:
    pages = _pages(repository, "en")
    assert pages == {
        "a.md": "# A\n\n[b](b.md#part) [code](repository/code/x.py)",
        "b.md": "# B\n\n## Part",
        "repository/code/x.py": "x = 1\n",
    }


def test_a_page_without_a_chinese_version_says_so(repository: Path) -> None:
    assert "NOTE: missing" in _pages(repository, "zh")["a.md"]


def test_a_chinese_page_takes_the_place_of_the_english_one(repository: Path) -> None:
    (repository / "docs/zh/a.md").write_text(
        "# A2\n\n[English](../a.md)\n\n[b](../b.md) [code](../../code/x.py)\n"
    )
    assert _pages(repository, "zh")["a.md"] == "# A2\n\n\n[b](b.md) [code](repository/code/x.py)"
    assert "A2" not in _pages(repository, "en")["a.md"]


def test_a_chinese_page_with_other_sections_says_that_it_is_older(repository: Path) -> None:
    (repository / "docs/zh/b.md").write_text("# B2\n")
    assert "NOTE: older" in _pages(repository, "zh")["b.md"]


def test_anchors_are_those_of_the_headings() -> None:
    assert anchors("# A [b](c.md) & d_e-f\n\n```\n# no\n```\n\n### 1. The `x`\n") == ["a-b--d_e-f", "1-the-x"]


def test_an_english_page_links_to_the_sections_of_chinese_ones(repository: Path) -> None:
    (repository / "docs/zh/b.md").write_text("# B2\n\n## Part 2\n")
    assert "[b](b.md#part-2)" in _pages(repository, "zh")["a.md"]
    assert "[b](b.md#part)" in _pages(repository, "en")["a.md"]


@pytest.mark.parametrize("page", ["a.md", "zh/a.md"])
def test_a_link_to_nothing_stops(repository: Path, page: str) -> None:
    (repository / "docs" / page).write_text("# A\n\n[gone](gone.md)\n")
    with pytest.raises(DeadLink, match=r"gone\.md"):
        gather(repository, repository.parent / "sources")


def test_code_is_no_link(repository: Path) -> None:
    (repository / "docs/a.md").write_text("# A\n\n`[x](gone.md)`\n\n```\n[x](gone.md)\n# x\n```\n")
    assert "[x](gone.md)" in _pages(repository, "en")["a.md"]
    assert headings((repository / "docs/a.md").read_text()) == [1]


def test_what_code_hosts_need_in_tables_is_taken_out(repository: Path) -> None:
    (repository / "docs/a.md").write_text("| a |\n| --- |\n| `x\\|y` |\n")
    assert "`x|y`" in _pages(repository, "en")["a.md"]


@pytest.mark.parametrize(
    ("page", "loads"),
    [
        ('<a href="https://example.com/">a link is not loaded</a><img src="x.png">', False),
        ('<script src="https://example.com/x.js"></script>', True),
        ('<link rel="preconnect" href="//example.com">', True),
        ('<link rel="canonical" href="https://example.com">', False),
        ('<img src="http://example.com/x.png">', True),
        ('<p style="background: url(https://example.com/x.png)">', True),
        ("<style>@import 'https://example.com/x.css';</style>", True),
        ('<pre class="mermaid">graph</pre>', True),
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(tmp_path: Path, page: str, loads: bool) -> None:
    (tmp_path / "x.html").write_text(page)
    assert bool(foreign(tmp_path)) == loads


def test_a_style_sheet_that_loads_from_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text("@font-face { src: url(https://example.com/x.woff2) }")
    assert foreign(tmp_path) == ["x.css: https://example.com/x.woff2"]


def _listed(language: str) -> list[str]:
    """The pages in the navigation, sections as "-"."""
    nav = tomllib.loads((ROOT / f"docs/site/{language}.toml").read_text("utf-8"))["project"]["nav"]
    return [page for section in nav for pages in section.values() for page in ["-", *pages]]


def test_both_languages_have_the_same_navigation() -> None:
    assert _listed("en") == _listed("zh")


def test_every_page_is_in_the_navigation() -> None:
    docs = ROOT / "docs"
    pages = {str(path.relative_to(docs)) for path in docs.rglob("*.md")}
    pages = {page.replace("README.md", "index.md") for page in pages if page.split("/")[0] not in ("site", "zh")}
    assert {page for page in pages if not page.startswith("adr/0")} == {
        page for page in _listed("en") if page != "-" and not page.startswith("repository/")
    }, "add new pages to `nav` in docs/site/en.toml and docs/site/zh.toml"


def test_every_chinese_page_is_that_of_an_english_one() -> None:
    chinese = {path.relative_to(ROOT / "docs/zh") for path in (ROOT / "docs/zh").rglob("*.md")}
    assert {str(path) for path in chinese if not (ROOT / "docs" / path).exists()} == set()


@pytest.mark.parametrize(
    "path",
    [path for path in (ROOT / "docs").rglob("*.md") if "site" not in path.parts],
    ids=lambda path: path.stem,
)
def test_numbered_steps_stay_one_list(path: Path) -> None:
    """What belongs to a step is indented by four, with an empty line before the next step. Otherwise, the site's
    generator ends the list or takes the next step for a part of the text; code hosts do not."""
    text = path.read_text("utf-8")
    assert re.findall(r"^ {3}\S.*", text, re.M) == []
    assert re.findall(r"^ {4}.*\n\d+\. .*", text, re.M) == []
