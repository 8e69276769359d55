"""Links of Chinese pages lead to Chinese pages and sections, where there are any."""

from pathlib import Path

import pytest

from bot.docs_pages.links import Links


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for name, text in {
        "a.md": "# A\n\n## One `part`\n\n## Other\n",
        "zh/a.md": "# 甲\n\n## 一（`部分`）\n\n## 其他\n",
        "b.md": "# B\n\n## Part\n",
        "old.md": "# Old\n\n## Part\n",
        "zh/old.md": "# 旧\n",
        "zh/roles/r.md": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("written", "led"),
    [
        ("[x](../a.md)", "[x](a.md)"),
        ("[x](../a.md#other)", "[x](a.md#其他)"),
        ("[x](a.md#one-part)", "[x](a.md#一部分)"),
        ("[x](a.md#其他)", "[x](a.md#其他)"),
        ("[x](../b.md#part)", "[x](../b.md#part)"),
        ("[x](b.md#part)", "[x](../b.md#part)"),
        ("[x](../old.md#part)", "[x](old.md#part)"),
        ("`[x](../a.md)` [x](../code.py) [x](https://example.com/a.md)",) * 2,
        ("```\n[x](../a.md)\n```",) * 2,
        ("[English](../a.md)",) * 2,
    ],
)
def test_a_link_is_led(docs: Path, written: str, led: str) -> None:
    links = Links(docs)
    assert links.led(docs / "zh/x.md", f"{written}\n") == f"{led}\n"
    assert links.led(docs / "zh/x.md", led) == led


def test_a_link_in_a_folder_below_is_led(docs: Path) -> None:
    assert Links(docs).led(docs / "zh/roles/r.md", "[x](../../a.md#other)") == "[x](../a.md#其他)"


def test_all_links_are_led() -> None:
    docs = Path(__file__).parents[3] / "docs"
    links = Links(docs)
    pages = [(page, page.read_text(encoding="utf-8")) for page in (docs / "zh").rglob("*.md")]
    assert [page.name for page, text in pages if links.led(page, text) != text] == [], "run `make docs`"
