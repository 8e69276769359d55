"""The real client against endpoints that differ: which form they take is found out, and nothing is guessed."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.assessor.model import Form, NoOutput, Output, Why
from bot.assessor.openai_model import OpenAiModel
from conversation.assessment import prompt
from conversation.assessment.output import read_proposals
from tests.bot.assessor.reading import SAID
from tests.conversation.assessment.test_verdict import QUESTION, SCRIPT
from tests.fakes.kv import MemoryKv
from tests.fakes.language_model import Endpoint, Material, serving

REQUEST = prompt.first(SCRIPT, QUESTION, [SAID], "en")


async def ask(endpoint: Endpoint, kv: MemoryKv | None = None, *, times: int = 1, timeout_s: float = 20) -> Any:
    """Return the outcome of asking so often."""
    model = OpenAiModel(endpoint.url, "fake", "the-secret-key", kv or MemoryKv(), timeout_s)
    try:
        for _ in range(times):
            found = await model.ask(REQUEST, lambda raw: read_proposals(raw) is not None)
    finally:
        await model.close()
    return found


@pytest.mark.parametrize(
    ("takes", "ignores", "forms"),
    [
        (("json_schema", "tool", "json_object"), (), ["json_schema", "json_schema"]),
        (("tool", "json_object"), (), ["json_schema", "tool", "tool"]),
        (("json_object",), (), ["json_schema", "tool", "json_object", "json_object"]),
        (("json_schema", "tool"), ("json_schema",), ["json_schema", "tool", "tool"]),
    ],
)
async def test_the_strictest_form_that_works_is_found_once_and_not_in_silence(
    takes: tuple[Form, ...], ignores: tuple[Form, ...], forms: list[Form]
) -> None:
    with serving(Endpoint(takes=takes, ignores=ignores)) as endpoint, capture_logs() as logs:
        found = await ask(endpoint, times=2)
        assert isinstance(found, Output)
        assert read_proposals(found.text)
        assert (endpoint.forms, found.form) == (forms, forms[-1])
        stepped = [each["form"] for each in logs if each["event"] == "assessor_form_not_taken"]
        assert stepped == list(dict.fromkeys(form for form in forms if form != forms[-1]))
        assert endpoint.keys == {"Bearer the-secret-key"}
        assert "secret" not in str(logs)


async def test_all_processes_know_the_form() -> None:
    kv = MemoryKv()
    with serving(Endpoint(takes=("json_object",))) as endpoint:
        await ask(endpoint, kv)
        await ask(endpoint, kv)
        assert endpoint.forms == ["json_schema", "tool", "json_object", "json_object"]


def cut_off(_: Material) -> str:
    return '{"assessments": [{"competency": "serv'


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        (Endpoint(status=429), "busy"),
        (Endpoint(status=500), "unavailable"),
        (Endpoint(status=401), "unavailable"),
        (Endpoint(takes=()), "rejected"),
        (Endpoint(finish="length", mind=cut_off), "cut"),
        (Endpoint(finish="content_filter"), "refused"),
        (Endpoint(refusal="I cannot judge people."), "refused"),
        (Endpoint(mind=cut_off), "malformed"),
        (Endpoint(mind=lambda _: ""), "malformed"),
        (Endpoint(mind=lambda _: "Level 5, because it is a great answer."), "malformed"),
        (Endpoint(body=b"<html>"), "malformed"),
        (Endpoint(body=b"{}"), "malformed"),
        (Endpoint(body=b'{"choices": []}'), "malformed"),
        (Endpoint(body=b'{"choices": [{"message": null}]}'), "malformed"),
    ],
)
async def test_without_an_output_nothing_is_guessed(endpoint: Endpoint, why: Why) -> None:
    with serving(endpoint):
        found = await ask(endpoint)
    assert isinstance(found, NoOutput)
    assert found.why == why


async def test_an_endpoint_that_never_answers_is_slow() -> None:
    with serving(Endpoint(stuck=True)) as endpoint:
        assert await ask(endpoint, timeout_s=0.2) == NoOutput("slow")


async def test_an_endpoint_that_is_not_there_is_unavailable() -> None:
    assert await ask(Endpoint(url="http://127.0.0.1:9/v1")) == NoOutput("unavailable")
