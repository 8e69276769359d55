"""The worked example for any applicant tracking system (docs/examples/ats.py), against the application."""

import asyncio
import importlib.util
import json
import time
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError
from starlette.testclient import TestClient

from bot.channels.webhook.channel import signed
from conversation.contact import Contact
from conversation.record.audit import unseal
from handlers.actions.system.webhook_registry import Secret
from handlers.notices.webhooks import history
from tests.bot.api.site import URL, Site
from tests.bot.channels.webhook.receiver import FORMER, SECRET

_FILE = Path(__file__).parents[3] / "docs" / "examples" / "ats.py"
_MOST_LINES = 85


class _Ats:
    def __init__(self) -> None:
        self.stages: list[tuple[str, str]] = []
        self.files: dict[str, bytes] = {}

    def set_stage(self, application: str, stage: str, note: str) -> None:
        assert note.startswith("interview.")
        self.stages.append((application, stage))

    def attach(self, application: str, name: str, data: bytes) -> None:
        self.files[f"{application}/{name}"] = data


def _example() -> Any:
    spec = importlib.util.spec_from_file_location("ats_example", _FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _now() -> int:
    return int(time.time() * 1000)


async def test_applications_become_interviews_and_events_become_stages(site: Site) -> None:
    desk, token = site.desk, await site.token("boss", "recruiter", "East")
    ats = _Ats()
    web = TestClient(site.app, URL, headers={"authorization": f"Bearer {token}"})
    bridge = _example().Bridge(ats, web, SECRET)
    links = {await asyncio.to_thread(bridge.invite, "4711", "spring", "张三", "138 0013 8000") for _ in range(2)}
    (link,) = links
    assert link.startswith("https://t.me/")
    found = await site.get(token, "/candidates?q=4711")
    (zhang,) = (each["interview"] for each in found["candidates"])

    async def hear(interview: str) -> None:
        entries = [unseal(each)[1] for each in await desk.store.interviews.entries(interview)]
        for event in history(entries, 0):
            headers = signed(event.id, event.body, (Secret(SECRET),), _now())
            await asyncio.to_thread(bridge.hear, headers, event.body.encode())

    await hear(zhang)
    assert ats.stages == [("4711", "invited")]
    await hear(desk.interview_of("Mia"))
    assert ats.stages == [("4711", "invited")], "whoever was invited elsewhere is none of the ATS's"
    opened = await desk.campaigns.invite(
        await desk.campaigns.find("spring"), "李四", contact=Contact("", "", (("application", "4712"),))
    )
    await hear(opened.interview)
    assert ats.stages[-1] == ("4712", "invited")
    done = {"type": "interview.completed", "data": {"interview": opened.interview, "state": "completed"}}
    for _ in range(2):
        headers = signed("i-9-1", json.dumps(done), (Secret(SECRET),), _now())
        await asyncio.to_thread(bridge.hear, headers, json.dumps(done).encode())
    assert ats.stages[-1] == ("4712", "completed")
    assert ats.files["4712/interview.pdf"].startswith(b"%PDF")
    forged = signed("i-1-1", "{}", (Secret(FORMER),), _now())
    with pytest.raises(WebhookVerificationError):
        bridge.hear(forged, b"{}")


def test_it_is_short() -> None:
    assert len(_FILE.read_text(encoding="utf-8").splitlines()) <= _MOST_LINES
