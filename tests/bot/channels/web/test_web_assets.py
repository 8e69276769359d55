"""The page as a single document."""

import gzip
import json
import re
from pathlib import Path

import httpx
import pytest

from bot.channels.web import assets
from bot.channels.web.routes import PAGE
from tests.bot.whole_app import WholeApp


def test_everything_is_in_the_document() -> None:
    built = assets.build(PAGE)
    document = built.page.body.decode()
    assert not re.search(r"<(?:script|link)\b[^>]*\b(?:src|href)=\"/", document)
    assert gzip.decompress(built.page.packed) == built.page.body
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", document, re.S)
    assert len(scripts) == 3  # the socket, the texts, the page
    assert not re.search(r"^\s*(?:import|export)\b[^(]*$", scripts[2], re.M)
    assert 'modules["cards.js"] = ' not in scripts[2], "only where there is a recruiter's pane"
    assert 'modules["cards.js"] = ' in built.late.body.decode()
    assert "'unsafe" not in built.policy


def test_it_is_small_enough_for_a_slow_line() -> None:
    """At 50 kB/s it takes less than a second."""
    assert len(assets.build(PAGE).page.packed) < 46_000


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('import x from "/page/browser.js";', "no form of import"),
        ("export default 1;", "no form of import"),
        ("export let x = 1;", "no form of import"),
        ('const end = "</script>";', "its own end"),
    ],
)
def test_what_cannot_be_put_into_it_is_refused(tmp_path: Path, line: str, why: str) -> None:
    for file in PAGE.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "rich.js").write_text(f"{line}\n{(PAGE / 'rich.js').read_text()}")
    with pytest.raises(assets.AssetsWrong, match=why):
        assets.build(tmp_path)


@pytest.mark.redis
async def test_it_is_sent_compressed_and_once(app: WholeApp) -> None:
    for path in ("/", "/page/late/recruiter.js"):
        first = await app.web.get(path)
        assert first.headers["content-encoding"] == "gzip"
        again = await app.web.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        async with httpx.AsyncClient(base_url=app.address, headers={"accept-encoding": "identity"}) as plain:
            assert (await plain.get(path)).content == first.content


def test_every_reason_for_a_closed_door_and_a_refusal_is_worded_in_both_languages() -> None:
    texts = json.loads((PAGE / "texts.json").read_text())
    doors = re.search(r"const DOORS = new Set\(\[(.*?)\]", (PAGE / "page.js").read_text(), re.S)
    refusals = re.search(r"const REFUSALS = new Set\(\[(.*?)\]", (PAGE / "bubble.js").read_text(), re.S)
    assert doors
    assert refusals
    keys = [f"denied_{each}_{part}" for each in re.findall(r'"(\w+)"', doors[1]) for part in ("title", "why")]
    keys += [f"refused_{each}" for each in re.findall(r'"(\w+)"', refusals[1])]
    assert {"denied_too_many_why", "refused_no_space"} <= set(keys)
    for language in ("zh", "en"):
        assert [key for key in keys if not texts[language].get(key)] == []
