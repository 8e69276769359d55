"""What a candidate says is one trace, from the webhook to the platform's answer. Whole app, real Redis."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from tests.bot.channels.telegram.telegram_bots import SECRET
from tests.bot.telegram_candidate import Candidate
from tests.bot.tracing.recorded import Recorded, attribute
from tests.bot.whole_app import WholeApp, whole_app
from tests.fakes.bot_api import TOKEN, Trouble
from tests.speech.recordings import sample

pytestmark = pytest.mark.redis

_WORDS = "I rebuilt the Quetzalcoatl archive"
_USER = 737_301


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
async def running(one_redis: str, recorded: Recorded) -> AsyncIterator[WholeApp]:
    async with whole_app(one_redis, public=True, tracing=recorded.tracing) as app:
        yield app


async def _at_the_first_question(running: WholeApp, recorded: Recorded) -> Candidate:
    """Return a candidate who has been asked something, with nothing recorded of that."""
    candidate = Candidate(running, _USER, "en")
    await candidate.begin()
    await candidate.sees(lambda text: "1/6" in text)
    async with asyncio.timeout(30):
        while len(recorded.named("deliver")) < len(running.api.of("sendMessage")):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    recorded.clear()
    return candidate


async def _ended(recorded: Recorded, name: str) -> list[ReadableSpan]:
    async with asyncio.timeout(30):
        while not (found := recorded.named(name)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found


async def test_a_message_is_one_trace(running: WholeApp, recorded: Recorded) -> None:
    candidate = await _at_the_first_question(running, recorded)
    await candidate.post(text=_WORDS)
    await candidate.sees(lambda text: "Saved" in text)
    (sent,) = await _ended(recorded, "deliver")
    (attempt,) = recorded.named("send")
    path = ["POST /webhooks/telegram", "receive", "apply", "commit", "deliver", "send"]
    assert recorded.path_to(attempt) == path
    assert {each.name for each in recorded.trace_of(sent)} == set(path)
    (web,), (receive,), (commit,) = map(recorded.named, ("POST /webhooks/telegram", "receive", "commit"))
    assert (web.attributes or {})["http.response.status_code"] == 200
    assert attribute(receive, "event") == "TextReceived"
    assert attribute(receive, "result") == "committed"
    assert attribute(commit, "answer") == "committed"
    assert attribute(commit, "interview") == attribute(sent, "interview")
    assert attribute(attempt, "how") == "sent"


async def test_what_platforms_repeat_and_refuse_is_seen(running: WholeApp, recorded: Recorded) -> None:
    candidate = await _at_the_first_question(running, recorded)
    running.api.fail("sendMessage", Trouble(code=429, description=f"slower, {_WORDS}", retry_after=0.01))
    await candidate.post(text=_WORDS)
    (sent,) = await _ended(recorded, "deliver")
    refused, delivered = recorded.named("send")
    assert (refused.attributes or {})["error.type"] == "TryLater"
    assert refused.status.status_code is StatusCode.ERROR
    assert delivered.status.status_code is StatusCode.UNSET
    assert recorded.path_to(refused)[:-1] == recorded.path_to(sent)


async def test_a_voice_message_and_its_transcript_are_one_trace(
    one_redis: str, tmp_path: Path, recorded: Recorded
) -> None:
    async with whole_app(one_redis, public=True, data_dir=tmp_path, tracing=recorded.tracing) as running:
        candidate = await _at_the_first_question(running, recorded)
        await candidate.speaks(sample("en-opus-telegram.ogg"))
        await candidate.sees(lambda text: "Grace" in text)
        (transcribed,) = await _ended(recorded, "job transcribe")
        async with asyncio.timeout(30):
            while len(recorded.named("deliver")) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    (fetched,) = recorded.named("job fetch")
    webhook = ["POST /webhooks/telegram", "receive", "apply", "commit"]
    assert recorded.path_to(fetched) == [*webhook, "job fetch"]
    assert recorded.path_to(transcribed) == [*webhook, "job fetch", "apply", "commit", "job transcribe"]
    shown = max(recorded.named("deliver"), key=lambda each: each.end_time or 0)
    assert recorded.path_to(shown)[-4:] == ["job transcribe", "apply", "commit", "deliver"]
    assert len(recorded.trace_of(shown)) == len(recorded.ended)


async def test_spans_hold_no_personal_data_and_no_secret(
    one_redis: str, tmp_path: Path, recorded: Recorded
) -> None:
    async with whole_app(one_redis, public=True, data_dir=tmp_path, tracing=recorded.tracing) as running:
        candidate = Candidate(running, _USER, "en")
        await candidate.begin()
        running.api.fail("sendMessage", Trouble(code=400, description=f"Bad Request: {_WORDS}"))
        await candidate.post(text=_WORDS)
        await candidate.speaks(sample("en-opus-telegram.ogg"))
        await candidate.sees(lambda text: "Grace" in text)
        await running.web.post(f"/webhooks/telegram/{_WORDS}", content=_WORDS)
        await running.web.post(f"/webhooks/{_USER}/{_WORDS}", content=_WORDS)
    said = json.dumps([json.loads(each.to_json()) for each in recorded.ended], ensure_ascii=False)
    assert len(recorded.ended) > 20
    for secret in (_WORDS, "Quetzalcoatl", "Grace", str(_USER), '"Li"', TOKEN.partition(":")[2], SECRET, "demo"):
        assert secret not in said
    assert all(not each.events for each in recorded.ended)
